"""Text → unit vectors, by sentence-transformers; loaded at the first use. Pairs of texts → scores.

The default model comes with the package (see ``default_model``), and its questions are encoded without
sentence-transformers (see ``question_encoder``); any other sentence-transformers name or folder works too.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from bearing_qa.encoders import default_model
from bearing_qa.encoders.batches import BATCH_TOKENS, GPU_BATCH_TOKENS, cut_batches
from bearing_qa.encoders.question_encoder import QuestionEncoder
from bearing_qa.encoders.workers import POOLED_TEXTS, Workers
from bearing_qa.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

DEFAULT_ENCODER = default_model.NAME
BATCH = 32
"""Pairs of a question and a text that a reranker reads at once."""
TOKENISED = 256
"""Texts whose tokens are counted together."""
_SCORING_KINDS = ("ForSequenceClassification", "ForCausalLM")
"""Ends of the names of models that score pairs; another model would be given an untrained head."""

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]


class Encoder(Protocol):
    """What the index needs of an encoder."""

    name: str
    workers: int
    """Processes that encode at once: a journal's batches have a share for each."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """What is put in front of questions (``query``) and passages (``passage``)."""

    def encode_question(self, question: str) -> Vectors:
        """Unit vector of a question, float32 of shape (dimension,)."""

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, float32 of shape (len(texts), dimension)."""


class SentenceEncoder:
    """A sentence-transformers model by name or folder. With ``workers`` above 1 so many processes encode
    long lists of passages; ``stop`` ends them."""

    def __init__(self, name: str = DEFAULT_ENCODER, *, workers: int = 1) -> None:
        self.name, self.workers = name, workers
        self._pool: Workers | None = None

    @cached_property
    def _model(self) -> SentenceTransformer:
        target = str(default_model.unpacked_folder()) if self._is_packaged else self.name
        with self._told_of(target), _uncollected():
            _quieten()
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(target, **_where(target))

    @cached_property
    def _questions(self) -> QuestionEncoder:
        folder = default_model.unpacked_folder()
        with self._told_of(str(folder)):
            return QuestionEncoder(folder)

    @property
    def _is_packaged(self) -> bool:
        return self.name == DEFAULT_ENCODER

    @contextmanager
    def _told_of(self, target: str) -> Iterator[None]:
        """Whatever a model folder makes its libraries raise, as an EncoderError."""
        try:
            yield
        except Exception as error:
            cure = (
                f"delete {target} (it is unpacked again)" if self._is_packaged else "name another"
            )
            raise EncoderError(
                found=f"the encoder {self.name!r} cannot be loaded ({_reason(error)})",
                expected="a sentence-transformers model name or folder",
                fix=f"{cure}, or leave --encoder out to use {DEFAULT_ENCODER}",
            ) from error

    @cached_property
    def prompts(self) -> Mapping[str, str]:
        """The model's own prompts; a model trained without any has empty ones."""
        own = default_model.PROMPTS if self._is_packaged else self._model.prompts
        passage = own.get("passage") or own.get("document") or ""
        return {"query": own.get("query") or "", "passage": passage}

    def encode_question(self, question: str) -> Vectors:
        """See Encoder."""
        spoken = self.prompts["query"] + question
        if self._is_packaged and _device() == "cpu":
            return self._questions.encode(spoken)
        return np.asarray(self._encode([spoken])[0], np.float32)

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See Encoder. Texts of like length are encoded together, so that padding is small."""
        spoken = [self.prompts["passage"] + text for text in texts]
        if self.workers > 1 and len(texts) >= POOLED_TEXTS:
            return self._encode_pooled(spoken, progress)
        is_cpu = self._model.device.type == "cpu"
        room = BATCH_TOKENS if is_cpu else GPU_BATCH_TOKENS
        order: list[int] = []
        parts = []
        for batch in cut_batches(self._lengths(spoken), room=room):
            parts.append(self._encode([spoken[at] for at in batch]))
            order += batch
            if progress:
                progress(len(order), len(texts))
        stacked = np.concatenate(parts) if parts else np.empty((0, 0), np.float32)
        vectors = np.empty_like(stacked)
        vectors[order] = stacked
        return vectors

    def _encode_pooled(self, texts: Sequence[str], progress: Progress | None) -> Vectors:
        if self._pool is None:
            self._pool = Workers(self._model, device=_device(), count=self.workers)
        vectors = self._pool.encode(texts)
        if progress:
            progress(len(texts), len(texts))
        return vectors

    def stop(self) -> None:
        """Ends the processes that encode, if there are any; the next long list starts them again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text; its characters, if the model does not pad its input."""
        found: list[int] = []
        for start in range(0, len(texts), TOKENISED):
            part = list(texts[start : start + TOKENISED])
            mask = self._model.preprocess(part).get("attention_mask")
            found += [len(text) for text in part] if mask is None else mask.sum(dim=1).tolist()
        return found

    def _encode(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(
            texts,
            batch_size=len(texts),
            prompt="",
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32)


class Reranker:
    """A sentence-transformers CrossEncoder by name or folder, which reads a question and a text together.

    Loaded when made, so that a bad name is told before any work. Safe to use from several threads.
    Raises EncoderError if it cannot be loaded or gives another thing than one score a text.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()  # its tokenizer cannot be used by two threads at once
        self._model = self._load()

    def _load(self) -> CrossEncoder:
        _quieten()
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(self.name, **_where(self.name))
            kinds = getattr(model.config, "architectures", None) or [""]
            if not kinds[0].endswith(_SCORING_KINDS) or model.num_labels != 1:
                raise ValueError(f"{kinds[0] or 'no model'} with {model.num_labels} outputs")
        except Exception as error:  # whatever a model folder makes its libraries raise
            raise EncoderError(
                found=f"the reranker {self.name!r} cannot be loaded ({_reason(error)})",
                expected="the name or folder of a sentence-transformers CrossEncoder with one output",
                fix="name another, or leave --reranker out",
            ) from error
        return model

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """The model's score of each text for a question, float32 of shape (len(texts),).

        Before any squashing function: behind a sigmoid all good texts are 1.000.
        """
        from torch.nn import Identity

        pairs = [(question, text) for text in texts]
        with self._lock:
            scores = self._model.predict(
                pairs, batch_size=BATCH, activation_fn=Identity(), show_progress_bar=False
            )
        return np.asarray(scores, np.float32).reshape(len(texts))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without collecting garbage: thousands of modules are imported, which holds none, and looking
    through them again and again is a tenth of a cold start."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()


def _quieten() -> None:
    """Keeps the model libraries from writing to the terminal."""
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # each try of a hub out of reach
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import transformers

    quiet: Any = transformers.utils.logging
    quiet.set_verbosity_error()
    quiet.disable_progress_bar()


def _where(target: str) -> dict[str, Any]:
    """How a model is loaded: on which device, and a folder without asking a hub."""
    return {"device": _device(), "local_files_only": Path(target).is_dir()}


def _device() -> str:
    return os.environ.get("BEARING_QA_DEVICE", "cpu")


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
