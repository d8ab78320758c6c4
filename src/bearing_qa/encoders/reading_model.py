"""The reader: a question with a passage → is this the matter, does it answer, which of its words say it.

A small transformer (``training/``, its card in ``reader.md`` beside this file) over the packaged encoder's own table of word
embeddings. It runs by ONNX Runtime with 8-bit weights; each passage is read by itself, without padding, so that a
passage's reading is the same bytes whatever it is read beside.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bearing_qa.encoders import default_model
from bearing_qa.encoders.question_encoder import load_words, open_session
from bearing_qa.encoders.reader_tokens import MAX_OUTLINE, MAX_PASSAGE, Tokens, tokens_of
from bearing_qa.errors import EncoderError

MODEL = "reader.onnx"
"""The file beside this module."""
INPUT, KIND, QUESTION, PASSAGE = "embedded", "kind", "question", "passage"
"""Names of the graph's inputs: the tokens' embeddings, shape (tokens, hidden), their kinds, shape (tokens,), and which
are the question's and the passage's, shape (1, tokens), 1 or 0."""
EVIDENCE, JUDGE = "evidence", "judge"
"""Its outputs, shapes (tokens,) and (2,): logits of evidence, of relevance and answerable."""
MAX_THREADS = 4
"""Passages of a question that are read at once, at most: more would take other askers' cores."""
_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Text:
    """What is read: title, heading path, and the units. ``is_outline``: a list or digest, read by its units' beginnings."""

    title: str
    path: str
    units: tuple[str, ...]
    is_outline: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """How much a token says of the answer, as a logit: characters ``[start, end)`` of a unit."""

    unit: int
    start: int
    end: int
    evidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Logits of "this is the matter" and of "this answers", and the marks of the passage's tokens in order."""

    relevance: float
    answerable: float
    marks: tuple[Mark, ...]


class ReadingModel:
    """The packaged reader. May be asked from several threads at once. ``fingerprint`` is its file's SHA-256.

    Raises EncoderError if it, or the packaged encoder whose words it reads by, cannot be loaded.
    """

    def __init__(self, model: Path | None = None) -> None:
        path = model or Path(__file__).with_name(MODEL)
        folder = default_model.unpacked_folder()
        try:
            self._tokenizer, self._words = load_words(folder)
            graph = path.read_bytes()
            self._session = open_session(graph)
        except Exception as error:  # ONNX Runtime's have no common base
            raise EncoderError(
                found=f"the reader {path} cannot be loaded ({str(error)[:120]})",
                expected=f"the file that the package carries, and the encoder's words in {folder}",
                fix="reinstall bearing-qa",
            ) from error
        self.fingerprint = hashlib.sha256(graph).hexdigest()

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        """The reading of each text for a question, in order."""
        with ThreadPoolExecutor(min(MAX_THREADS, os.cpu_count() or 1)) as threads:
            return list(threads.map(lambda text: self._read(question, text), texts))

    def _read(self, question: str, text: Text) -> Reading:
        tokens = tokens_of(
            self._tokenizer,
            question=question,
            title=text.title,
            path=text.path,
            units=text.units,
            most=MAX_OUTLINE if text.is_outline else MAX_PASSAGE,
        )
        question_mask, passage_mask = np.zeros((2, 1, len(tokens.ids)), np.float32)
        question_mask[0, 1 : tokens.asked] = 1
        passage_mask[0, tokens.begins : -1] = 1
        given = {
            INPUT: np.asarray(self._words[tokens.ids], np.float32),
            KIND: np.asarray(tokens.kinds, np.int64),
            QUESTION: question_mask,
            PASSAGE: passage_mask,
        }
        evidence, judge = self._session.run([EVIDENCE, JUDGE], given)
        return Reading(float(judge[0]), float(judge[1]), _marks(tokens, evidence))


def packaged_reader() -> ReadingModel:
    """The packaged reader, loaded once a process however many libraries ask for it.

    Raises EncoderError if it cannot be loaded; the next call tries again.
    """
    with _LOADING:
        return _packaged()


@cache
def _packaged() -> ReadingModel:
    return ReadingModel()


def _marks(tokens: Tokens, evidence: npt.NDArray[np.float32]) -> tuple[Mark, ...]:
    own = evidence[tokens.begins : tokens.begins + len(tokens.unit)]
    return tuple(
        Mark(unit, start, end, float(logit))
        for unit, (start, end), logit in zip(tokens.unit, tokens.span, own, strict=True)
    )
