"""An open index with its encoder, for asking: keeps the version it opened, notices a switch."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from pathlib import Path

from bearing_qa.answer.candidates import find
from bearing_qa.answer.citations import quote_hit
from bearing_qa.answer.notes import notes_on
from bearing_qa.answer.pipeline import answer
from bearing_qa.answer.second_reader import SecondReader
from bearing_qa.encoders.encoder import Encoder, Reranker, SentenceEncoder
from bearing_qa.encoders.identity import check_same
from bearing_qa.encoders.reading_model import ReadingModel, packaged_reader
from bearing_qa.errors import BearingQAError, StoreError
from bearing_qa.search.question import check_question
from bearing_qa.search.rerank import RERANK_DEPTH
from bearing_qa.search.retrieve import ALL_STAGES, Stages
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.search.understand import understand
from bearing_qa.store.places import Folder, Place
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, Citation, Hit, Passage

WARMING = ("甴曱说了什么？", "Which standard?")
"""Questions that need all dictionaries: one of a word that no text has, one in English."""
RETRY_SECONDS = 30.0
"""After this time a version that was refused is looked at again: its disk may have been away."""
_LOG = logging.getLogger(__name__)


class Library:
    """Answers questions from the index in a place, or in a folder by its path; safe to use from several threads.

    Without an encoder given, the one named by the index is loaded at the first question, and so is the model that reads.
    A reranker re-scores the first passages of every question. A second reader, a language model, reads what was found once more.
    """

    def __init__(
        self,
        index: str | Path | Place,
        *,
        encoder: Encoder | None = None,
        reranker: Reranker | None = None,
        stages: Stages = ALL_STAGES,
        second: SecondReader | None = None,
    ) -> None:
        self.place: Place = Folder(Path(index)) if isinstance(index, str | Path) else index
        self.reranker = reranker
        self.stages = stages
        self.second = second
        self._given = encoder
        self._encoders: dict[str, Encoder] = {}
        self._fitting: dict[str, Encoder] = {}
        self._loading = threading.Lock()
        self._opening = threading.Lock()
        self._open: Index | None = None
        self._refused, self._refused_at = "", 0.0

    def index(self) -> Index:
        """The serving version, opened again when the place names another.

        While one thread opens the next version the others go on with the one that is open; so do all
        if the next one cannot be trusted, or its encoder cannot be used.
        Raises StoreError if there is no index to begin with.
        """
        serving = self._open
        if serving is not None and not self._is_next(serving):
            return serving
        if not self._opening.acquire(blocking=serving is None):
            assert serving is not None
            return serving
        try:
            if self._open is None:
                self._open = self.place.open()
            elif self._is_next(self._open):
                self._open = self._next_or(self._open)
            return self._open
        finally:
            self._opening.release()

    def _is_next(self, serving: Index) -> bool:
        """Whether the place names another version that was not refused just now."""
        try:
            named = self.place.current()
        except StoreError:
            return False  # what is open goes on serving
        if named in (None, serving.version):
            return False
        return named != self._refused or time.monotonic() > self._refused_at + RETRY_SECONDS

    def _next_or(self, serving: Index) -> Index:
        named = self.place.current() or ""
        try:
            opened = self.place.open()
            if self._fitting:
                self._warm(opened)
            return opened
        except BearingQAError as error:
            if named != self._refused:
                _LOG.error("version %s goes on serving: %s", serving.version, error)
            self._refused, self._refused_at = named, time.monotonic()
            return serving

    def encoder(self, index: Index) -> Encoder:
        """The encoder of an index version, checked once against what the version keeps of it."""
        with self._loading:
            if index.version not in self._fitting:
                made_by = index.manifest["encoder"]
                name = made_by["name"]
                encoder = self._given or self._encoders.get(name) or SentenceEncoder(name)
                check_same(encoder, expected=made_by)
                self._encoders = {name: encoder}
                last = list(self._fitting.items())[-1:]  # that others may still ask
                self._fitting = {**dict(last), index.version: encoder}
            return self._fitting[index.version]

    def model(self) -> ReadingModel:
        """The model that reads: loaded at the first question, and shared with every other library of the process."""
        return packaged_reader()

    def warm(self) -> None:
        """Loads now what the first questions would wait for: the index, the encoder, the reader, the dictionaries.

        Raises StoreError or EncoderError if one of them cannot be used.
        """
        self._warm(self.index())

    def _warm(self, index: Index) -> None:
        self.encoder(index)
        self.model()
        for question in WARMING:
            understand(index, question)

    def ask(
        self,
        question: str,
        *,
        top_k: int = 5,
        scope: Scope = EVERYTHING,
        index: Index | None = None,
        is_read_twice: bool = True,
    ) -> Answer:
        """The answer to a question with its citations and the ``top_k`` best passages, from the serving
        version or one that the caller holds; read by the second reader too, where there is one and ``is_read_twice``.

        Raises QuestionError, before anything is loaded, if the question is empty or too long.
        """
        check_question(question)
        index = index or self.index()
        found = answer(
            index,
            self.encoder(index),
            self.model(),
            question,
            top_k=top_k,
            stages=self.stages,
            reranker=self.reranker,
            scope=scope,
            second=self.second if is_read_twice else None,
        )
        return replace(found, notes=notes_on(index, found))

    def search(self, text: str, *, top_k: int = 10, scope: Scope = EVERYTHING) -> list[Citation]:
        """The ``top_k`` best passages for a text, best first.

        They are ranked by both legs, what is quoted and a part named by its number first. ``ask`` reads the first of them
        and goes by the reader's order.
        """
        index = self.index()
        return [quote_hit(index, hit) for hit in self._hits(index, text, top_k, scope)]

    def rank(
        self, text: str, *, top_k: int, scope: Scope = EVERYTHING, index: Index | None = None
    ) -> list[tuple[Passage, float]]:
        """The ``top_k`` best passages for a text with their scores, without their words, from the serving version or one
        that the caller holds."""
        index = index or self.index()
        return [
            (index.catalogue.passage(hit.row), hit.score)
            for hit in self._hits(index, text, top_k, scope)
        ]

    def _hits(self, index: Index, text: str, top_k: int, scope: Scope) -> list[Hit]:
        check_question(text)
        question = understand(index, text, scope=scope)
        vector = self.encoder(index).encode_question(question.spoken)
        found = find(
            index,
            question,
            vector=vector,
            depth=max(top_k, RERANK_DEPTH),
            stages=self.stages,
            model=None,
            reranker=self.reranker,
        )
        return list(found.hits[:top_k])


def make_reranker(name: str | None) -> Reranker | None:
    """The reranker of a name or folder, none for None. Raises EncoderError if it cannot be loaded."""
    return Reranker(name) if name is not None else None
