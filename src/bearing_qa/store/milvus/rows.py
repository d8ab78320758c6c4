"""Documents and words of a version whose rows are in Milvus: what is small is here, the rest is fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np

from bearing_qa.document.records import unpack
from bearing_qa.store.catalogue import PARSED_IN_MEMORY
from bearing_qa.store.headings import terms
from bearing_qa.store.milvus.faults import damaged
from bearing_qa.store.milvus.pieces import written
from bearing_qa.store.milvus.sample import Frequencies
from bearing_qa.store.milvus.server import Server
from bearing_qa.store.milvus.state import ROW_BITS, Listed, text_of
from bearing_qa.store.protocol import Entry, Part, Rows, Spans
from bearing_qa.types import Parsed, Passage, Section

BACKGROUND = 2048
"""Rows that stand for a part of the corpus where its mean and deviation are needed. A smaller part is taken
whole, and then is ranked as the embedded index ranks it; on a larger one both vary by 2 % or so."""
MAX_HOLDING = 2000
"""Rows that are looked at for a phrase, as in the embedded index."""
MAX_TOKENS = 6
"""Tokens of a phrase, the rarest, that a row must have: each is a look at every row's tokens."""
ROW_MASK = (1 << ROW_BITS) - 1


class RemoteCatalogue:
    """Documents of a version. A document is fetched when it is needed; its checksum has to fit."""

    def __init__(self, server: Server, collection: str, listed: Sequence[Listed]) -> None:
        self._server, self._collection = server, collection
        self.listed = tuple(listed)
        self._listed = {item.number: item for item in listed}
        self._numbers = {item.doc_id: item.number for item in listed}
        self._by_number = lru_cache(maxsize=PARSED_IN_MEMORY)(self._read)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All documents without their text, in the order of the corpus."""
        return tuple(
            Entry(d.doc_id, d.title, d.source, d.metadata, d.first, d.first + d.passages)
            for d in self._listed.values()
        )

    @cached_property
    def everything(self) -> str:
        """Which rows are this version's: the collection may hold those of the one before and the next."""
        return among(sorted(self._listed))

    def doc_ids(self) -> list[str]:
        """Ids of all documents in the order of the corpus."""
        return list(self._numbers)

    def page_counts(self) -> dict[str, int]:
        """Number of pages of each document."""
        return {item.doc_id: item.pages for item in self._listed.values()}

    def parsed(self, doc_id: str) -> Parsed | None:
        """A document with its passages, None if unknown."""
        number = self._numbers.get(doc_id)
        return None if number is None else self._by_number(number)

    def _read(self, number: int) -> Parsed:
        name = text_of(number)
        data = self._server.read(self._collection, [name]).get(name, b"")
        if hashlib.sha256(data).hexdigest() != self._listed[number].sha256:
            raise damaged(
                self._collection, f"{self._listed[number].doc_id} is not as it was written"
            )
        return unpack(data)

    def outline(self, doc_id: str) -> tuple[str, tuple[Section, ...]]:
        """Text and sections of a document that is there."""
        parsed = self._by_number(self._numbers[doc_id])
        return parsed.document.text, parsed.sections

    def passage(self, row: int) -> Passage:
        """The passage of a row."""
        return self._by_number(int(row) >> ROW_BITS).passages[int(row) & ROW_MASK]

    def rows_of(self, doc_id: str) -> Iterator[int]:
        """Rows of a document's passages in order."""
        item = self._listed[self._numbers[doc_id]]
        return iter(range(item.first, item.first + item.passages))

    def texts(self, rows: Iterable[int]) -> Iterator[tuple[int, str, str, str]]:
        """Row, document id, context and text of each of some rows, in row order."""
        for found in self._server.rows(self._collection, list(rows), ["context", "text"]):
            row = int(found["id"])
            context, text = found["context"], found["text"]
            if not text:  # too long for a field
                parsed, passage = self._by_number(row >> ROW_BITS), self.passage(row)
                context, text = passage.context, parsed.document.text[passage.start : passage.end]
            yield row, self._listed[row >> ROW_BITS].doc_id, context, text

    def part(self, spans: Spans, *, sections: Sequence[str]) -> Part:
        """The rows of some documents, those below headings that say one of ``sections`` if there are any."""
        where = among(sorted({first >> ROW_BITS for first, _ in spans}))
        if sections:
            where = f"({where}) and ({' or '.join(map(_said, sections))})"
            rows = np.asarray(self._server.ids(self._collection, where), np.int64)
            return self._sampled(rows, where)
        return self._sampled(np.concatenate([np.arange(*span) for span in sorted(spans)]), where)

    def inside(self, part: Part, rows: Rows) -> Rows:
        """Those of some rows, rising, that are in a part."""
        if not part.where:
            return np.intersect1d(part.rows, rows, assume_unique=True)
        found = self._server.rows(self._collection, rows.tolist(), [], where=part.where)
        return np.fromiter((int(row["id"]) for row in found), np.int64, len(found))

    @cached_property
    def whole(self) -> Part:
        """All rows of the version."""
        return self.part([(e.first, e.stop) for e in self.entries], sections=())

    def _sampled(self, rows: Rows, where: str) -> Part:
        if len(rows) <= BACKGROUND:
            return Part(rows)
        places = np.linspace(0, len(rows) - 1, BACKGROUND).astype(np.int64)
        return Part(rows[places], where)


def among(numbers: Sequence[int]) -> str:
    """The condition that a row's document is one of some numbers, rising: runs of them as ranges."""
    runs = _runs(numbers)
    single = [first for first, last in runs if first == last]
    ranges = [f"({a} <= document and document <= {b})" for a, b in runs if a != b]
    return " or ".join([*ranges, *([f"document in {single}"] if single else [])]) or "document < 0"


def not_among(numbers: Sequence[int]) -> str:
    """The condition that a row's document is none of some numbers, rising: the gaps between them."""
    gaps, after = [], -1
    for first, last in _runs(numbers):
        gaps.append(f"({after} < document and document < {first})")
        after = last
    return " or ".join([*gaps, f"document > {after}"])


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """First and last of each run of numbers side by side."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _said(wanted: str) -> str:
    """The condition that the headings above a row say some words."""
    conditions = [
        f'markers like "%|{_literal(term)}|%"'
        if is_marker
        else f'headings like "%{_literal(term)}%"'
        for term, is_marker in terms(wanted)
    ]
    return f"({' and '.join(conditions)})" if conditions else "document >= 0"


def _literal(text: str) -> str:
    """A text in a pattern; what has a meaning there becomes the sign for any character."""
    return "".join("_" if char in '%_"\\' or not char.isprintable() else char for char in text)


class RemoteVocabulary:
    """Tokens of a version, known here; which rows have them is known to the server."""

    def __init__(
        self, server: Server, collection: str, *, frequencies: Frequencies, where: str
    ) -> None:
        self._server, self._collection = server, collection
        self._frequencies, self._where = frequencies, where

    def tokens(self) -> list[str]:
        """All tokens, in order of appearance."""
        return self._frequencies.tokens()

    def knows(self, token: str) -> bool:
        """Whether any row has the token."""
        return self._frequencies.number(token) >= 0

    def document_frequency(self, token: str) -> int:
        """Number of rows that have the token."""
        return self._frequencies.count(token)

    def rows_with(self, tokens: Sequence[str]) -> Rows:
        """Rows that have the rarest of some tokens, rising, MAX_HOLDING at most; none if one is unknown."""
        rarest = sorted(dict.fromkeys(tokens), key=self.document_frequency)[:MAX_TOKENS]
        if not rarest or not all(map(self.knows, rarest)):
            return np.empty(0, np.int64)
        held = " and ".join(f'tokens like "% {_literal(written(token))} %"' for token in rarest)
        ids = self._server.ids(self._collection, f"({self._where}) and {held}", limit=MAX_HOLDING)
        return np.asarray(ids, np.int64)
