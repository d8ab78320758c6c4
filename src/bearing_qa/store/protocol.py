"""What search asks of an open index: a version on disk (``disk``) or a collection in Milvus (``milvus``).

An index on disk scores every row, or the nearest of very many. Milvus names the rows that may be best, and they are
scored here by the same formulas; what its engine calls a score is never used.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from bearing_qa.types import Span

if TYPE_CHECKING:
    from bearing_qa.language.english import English
    from bearing_qa.language.segment import Segmenter
    from bearing_qa.language.spelling import Spelling
    from bearing_qa.language.synonyms import Synonyms
    from bearing_qa.language.vocabulary import Vocabulary
    from bearing_qa.store.manifest import Manifest
    from bearing_qa.types import Parsed, Passage, Section

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
ScoresOf = Callable[[Rows], Scores]
Spans = Sequence[Span]
"""Rows ``[first, stop)`` of some documents."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list of documents knows of one; its passages are the rows ``[first, stop)``."""

    doc_id: str
    title: str
    source: str
    metadata: Mapping[str, str]
    first: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the corpus: its rows, rising. Of a remote index these may be a sample; then ``where`` says,
    in its engine's words, which rows are inside."""

    rows: Rows
    where: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """Cosines and BM25 scores of every row of a part, ``rows`` rising, each of shape (rows,)."""

    rows: Rows
    dense: Scores
    lexical: Scores


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg over many rows: the mean and deviation of all scores, the rows that it finds nearest,
    rising, and the score of any."""

    mean: float
    deviation: float
    nearest: Rows
    of: ScoresOf


@dataclass(frozen=True, slots=True)
class Near:
    """Both legs over more rows than are all scored."""

    dense: Leg
    lexical: Leg


class Documents(Hashable, Protocol):
    """Documents and passages by id and row."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All documents without their text, in the order of the corpus."""

    def doc_ids(self) -> list[str]:
        """Ids of all documents, in that order."""

    def page_counts(self) -> dict[str, int]:
        """Number of pages of each document."""

    def parsed(self, doc_id: str) -> Parsed | None:
        """A document with its passages, None if unknown."""

    def outline(self, doc_id: str) -> tuple[str, tuple[Section, ...]]:
        """Text and sections of a document that is there."""

    def passage(self, row: int) -> Passage:
        """The passage of a row."""

    def rows_of(self, doc_id: str) -> Iterator[int]:
        """Rows of a document's passages in order."""

    def texts(self, rows: Iterable[int]) -> Iterator[tuple[int, str, str, str]]:
        """Row, document id, context and text of each of some rows, in row order."""

    def part(self, spans: Spans, *, sections: Sequence[str]) -> Part:
        """The rows of some documents, those below headings that say one of ``sections`` if there are any."""

    def inside(self, part: Part, rows: Rows) -> Rows:
        """Those of some rows, rising, that are in a part."""


class Index(Protocol):
    """An open version of an index; everything in it belongs to that version until it is closed."""

    @property
    def place(self) -> str:
        """Where it lies, in words for people and for telling indexes apart."""

    @property
    def version(self) -> str:
        """Name of the version."""

    @property
    def manifest(self) -> Manifest:
        """What the version says of itself."""

    @property
    def size(self) -> int:
        """Number of passages."""

    @property
    def catalogue(self) -> Documents:
        """Documents and passages."""

    @property
    def lexical(self) -> Vocabulary:
        """Tokens."""

    @property
    def segmenter(self) -> Segmenter:
        """Cuts words as the index does."""

    @property
    def synonyms(self) -> Synonyms:
        """Other words for words."""

    @property
    def english(self) -> English:
        """Chinese words for English ones."""

    @property
    def spelling(self) -> Spelling:
        """Words by how they sound and look."""

    def legs(
        self,
        vector: Vectors,
        tokens: Sequence[str],
        *,
        added: Sequence[tuple[str, float]] = (),
        part: Part | None = None,
        depth: int = 0,
    ) -> Scored | Near:
        """Scores of the rows of a part (None: of the corpus) for a question's vector and tokens.

        ``added`` are further tokens with their weights. Where not every row is scored, each leg of a remote
        index names at least its ``depth`` best.
        """

    def close(self) -> None:
        """Lets go of what it holds; not to be used afterwards."""
