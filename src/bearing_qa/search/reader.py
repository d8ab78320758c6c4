"""An open index with its encoder, for asking: keeps the version it opened, notices a switch."""

from __future__ import annotations

import threading
from pathlib import Path

from bearing_qa.index import store
from bearing_qa.index.encoder import Encoder, Reranker, SentenceEncoder, check_same
from bearing_qa.search.answer import answer, quote_hit
from bearing_qa.search.finding import find
from bearing_qa.search.rerank import RERANK_DEPTH
from bearing_qa.search.retrieve import ALL_STAGES, Stages
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.search.understand import understand
from bearing_qa.types import Answer, Citation, Hit, Passage


class Reader:
    """Answers questions from the index in a folder; safe to use from several threads.

    Without an encoder given, the one named by the index is loaded at the first question. A reranker
    re-scores the first passages of every question.
    """

    def __init__(
        self,
        index: Path,
        *,
        encoder: Encoder | None = None,
        reranker: Reranker | None = None,
        stages: Stages = ALL_STAGES,
    ) -> None:
        self._folder = index
        self.reranker = reranker
        self.stages = stages
        self._encoder = encoder
        self._given = encoder
        self._lock = threading.Lock()
        self._open: store.Index | None = None
        self._checked = ""

    def index(self) -> store.Index:
        """The serving version, opened anew when ``CURRENT`` names another.

        Raises StoreError if there is none; keeps the open one if the new one cannot be trusted.
        """
        with self._lock:
            if self._open is None or store.current_version(self._folder) not in (
                None,
                self._open.version,
            ):
                self._open = store.open_index(self._folder)
            return self._open

    def encoder(self, index: store.Index) -> Encoder:
        """The encoder of an index version, checked once against its fingerprint."""
        made_by = index.manifest["encoder"]
        with self._lock:
            if self._encoder is None or (
                self._given is None and self._encoder.name != made_by["name"]
            ):
                self._encoder = SentenceEncoder(made_by["name"])
            if self._checked != index.version:
                check_same(
                    self._encoder, expected=made_by["fingerprint"], built_with=made_by["name"]
                )
                self._checked = index.version
            return self._encoder

    def ask(self, question: str, *, top_k: int = 5, scope: Scope = EVERYTHING) -> Answer:
        """The answer to a question with its citations and the ``top_k`` best passages."""
        index = self.index()
        return answer(
            index,
            self.encoder(index),
            question,
            top_k=top_k,
            stages=self.stages,
            reranker=self.reranker,
            scope=scope,
        )

    def search(self, text: str, *, top_k: int = 10, scope: Scope = EVERYTHING) -> list[Citation]:
        """The ``top_k`` best passages for a text, best first: the order that ``ask`` goes by."""
        index = self.index()
        return [quote_hit(index, hit) for hit in self._hits(index, text, top_k, scope)]

    def rank(
        self, text: str, *, top_k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[Passage, float]]:
        """The ``top_k`` best passages for a text with their scores, without their words."""
        index = self.index()
        return [
            (index.catalogue.passage(hit.row), hit.score)
            for hit in self._hits(index, text, top_k, scope)
        ]

    def _hits(self, index: store.Index, text: str, top_k: int, scope: Scope) -> list[Hit]:
        question = understand(index, text, scope=scope)
        vector = self.encoder(index).encode_question(question.spoken)
        found = find(
            index,
            question,
            vector=vector,
            depth=max(top_k, RERANK_DEPTH),
            stages=self.stages,
            reranker=self.reranker,
        )
        return list(found.hits[:top_k])


def make_reranker(name: str | None) -> Reranker | None:
    """The reranker of a name or folder, none for None. Raises EncoderError if it cannot be loaded."""
    return Reranker(name) if name is not None else None
