"""Text → unit vectors, by sentence-transformers; loaded at the first use.

The default model comes with the package (see ``packaged``); any other sentence-transformers name
or folder works too. Two encoders are the same when they put the same probe text at the same place:
that vector is the fingerprint kept with an index.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from bearing_qa.errors import EncoderError
from bearing_qa.index import packaged

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_ENCODER = packaged.NAME
BATCH = 32
"""Passages encoded at once; more does not help on a CPU."""
PROBE = "中国轴承工业协会 2023 年 policy 第十二条"
"""A text whose vector is an encoder's fingerprint."""
SAME_ENCODER_COSINE = 0.999
"""Least cosine of two fingerprints of one encoder: hardware moves it by less than 1e-5, another
quantisation of the same model by more than 5e-3."""

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]


class Encoder(Protocol):
    """What the index needs of an encoder."""

    name: str

    @property
    def prompts(self) -> Mapping[str, str]:
        """What is put in front of questions (``query``) and passages (``passage``)."""

    def encode_question(self, question: str) -> Vectors:
        """Unit vector of a question, float32 of shape (dimension,)."""

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, float32 of shape (len(texts), dimension)."""


class SentenceEncoder:
    """A sentence-transformers model by name or folder."""

    def __init__(self, name: str = DEFAULT_ENCODER) -> None:
        self.name = name

    @cached_property
    def _model(self) -> SentenceTransformer:
        is_packaged = self.name == DEFAULT_ENCODER
        target = str(packaged.unpacked_folder()) if is_packaged else self.name
        if Path(target).is_dir():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import transformers

        quiet: Any = transformers.utils.logging
        quiet.set_verbosity_error()
        quiet.disable_progress_bar()
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(target, device=os.environ.get("BEARING_QA_DEVICE", "cpu"))
        except Exception as error:  # whatever a model folder makes its libraries raise
            reason = " ".join(str(error).split())[:160] or type(error).__name__
            cure = f"delete {target} (it is unpacked again)" if is_packaged else "name another"
            raise EncoderError(
                found=f"the encoder {self.name!r} cannot be loaded ({reason})",
                expected="a sentence-transformers model name or folder",
                mend=f"{cure}, or leave --encoder out to use {DEFAULT_ENCODER}",
            ) from error

    @cached_property
    def prompts(self) -> Mapping[str, str]:
        """The model's own prompts; a model trained without any has empty ones."""
        own = self._model.prompts
        passage = own.get("passage") or own.get("document") or ""
        return {"query": own.get("query") or "", "passage": passage}

    def encode_question(self, question: str) -> Vectors:
        """See Encoder."""
        return np.asarray(self._encode([self.prompts["query"] + question])[0], np.float32)

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See Encoder. Long texts are encoded together, so that padding is small."""
        order = sorted(range(len(texts)), key=lambda at: (len(texts[at]), at))
        parts = []
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            parts.append(self._encode([self.prompts["passage"] + texts[at] for at in batch]))
            if progress:
                progress(min(start + BATCH, len(order)), len(order))
        stacked = np.concatenate(parts) if parts else np.empty((0, 0), np.float32)
        vectors = np.empty_like(stacked)
        vectors[order] = stacked
        return vectors

    def _encode(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(
            texts, batch_size=BATCH, prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)


def fingerprint(encoder: Encoder) -> list[float]:
    """The probe's vector, rounded to five places."""
    return [round(float(value), 5) for value in encoder.encode_question(PROBE)]


def check_same(encoder: Encoder, *, expected: Sequence[float], built_with: str) -> None:
    """Raises EncoderError unless the encoder's fingerprint is the one an index was built with."""
    found = np.asarray(fingerprint(encoder), np.float64)
    wanted = np.asarray(expected, np.float64)
    if found.shape == wanted.shape:
        cosine = found @ wanted / (np.linalg.norm(found) * np.linalg.norm(wanted) or 1.0)
        if cosine >= SAME_ENCODER_COSINE:
            return
    raise EncoderError(
        found=f"the encoder {encoder.name!r} gives other vectors than the index holds",
        expected=f"the encoder it was built with, {built_with!r}",
        mend="rebuild: bearing-qa index --full",
    )
