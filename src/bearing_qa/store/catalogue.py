"""Documents and passages in SQLite: row i is what BM25 and FAISS know as i."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from bearing_qa.document.records import document_row, parsed_of, passage_of, passage_row
from bearing_qa.store.headings import headings_above
from bearing_qa.store.protocol import Entry, Part, Rows, Spans
from bearing_qa.types import (
    Parsed,
    Passage,
    Section,
)

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, doc_id TEXT UNIQUE NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(number),
    kind TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, section INTEGER NOT NULL,
    context TEXT NOT NULL, sentences TEXT NOT NULL
);
CREATE INDEX passages_by_place ON passages (document, start);
"""
PARSED_IN_MEMORY = 64
"""Documents kept parsed; the others are read again when a hit needs them."""
PASSAGES_IN_MEMORY = 4096
"""Passages kept, a kilobyte each: a question looks at some sixty, at each several times."""


def write_catalogue(path: Path, documents: Iterable[Parsed]) -> None:
    """Writes documents with their passages, numbered in order. Raises OSError if there is no room."""
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            _insert(connection, documents)
    except sqlite3.OperationalError as error:
        raise OSError(f"SQLite: {error}") from error


def _insert(connection: sqlite3.Connection, documents: Iterable[Parsed]) -> None:
    connection.executescript(_SCHEMA)
    row = 0
    for number, parsed in enumerate(documents):
        connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)", (number, *document_row(parsed))
        )
        passages = (
            (at, number, *passage_row(passage)) for at, passage in enumerate(parsed.passages, row)
        )
        connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", passages)
        row += len(parsed.passages)


class Catalogue:
    """An open catalogue, read-only; may be used from several threads."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        # of a function, not of a method: a catalogue nobody uses goes at once, its file and documents with it
        read = partial(_read_parsed, self._connection)
        self._parsed = lru_cache(maxsize=PARSED_IN_MEMORY)(read)
        read_one = partial(_read_passage, self._connection)
        self._passage = lru_cache(maxsize=PASSAGES_IN_MEMORY)(read_one)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @property
    def size(self) -> int:
        """Number of passages."""
        return int(self._one("SELECT count(*) FROM passages"))

    def doc_ids(self) -> list[str]:
        """Ids of all documents in the order of the corpus."""
        rows = self._connection.execute("SELECT doc_id FROM documents ORDER BY number")
        return [str(doc_id) for (doc_id,) in rows]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All documents without their text, in the order of the corpus."""
        rows = self._connection.execute(
            "SELECT doc_id, title, json_extract(body, '$.source'), "
            "json_extract(body, '$.metadata'), coalesce(first, 0), coalesce(last + 1, 0) "
            "FROM documents LEFT JOIN (SELECT document, min(row) AS first, max(row) AS last "
            "FROM passages GROUP BY document) ON document = number ORDER BY number"
        )
        return tuple(
            Entry(doc_id, title, source, json.loads(metadata), first, stop)
            for doc_id, title, source, metadata, first, stop in rows
        )

    def page_counts(self) -> dict[str, int]:
        """Number of pages of each document."""
        rows = self._connection.execute(
            "SELECT doc_id, json_array_length(body, '$.pages') FROM documents"
        )
        return {str(doc_id): int(count) for doc_id, count in rows}

    def outline(self, doc_id: str) -> tuple[str, tuple[Section, ...]]:
        """Text and sections of a document that is there, read without its passages."""
        text, sections = self._connection.execute(
            "SELECT text, json_extract(body, '$.sections') FROM documents WHERE doc_id = ?",
            (doc_id,),
        ).fetchone()
        return text, tuple(Section(**section) for section in json.loads(sections))

    def part(self, spans: Spans, *, sections: Sequence[str]) -> Part:
        """The rows of some documents, those below headings that say one of ``sections`` if there are any."""
        mask = np.zeros(self.size, bool)
        for first, stop in spans:
            mask[first:stop] = self._below(first, stop, sections) if sections else True
        return Part(np.flatnonzero(mask))

    def inside(self, part: Part, rows: Rows) -> Rows:
        """Those of some rows, rising, that are in a part."""
        return np.intersect1d(part.rows, rows, assume_unique=True)

    def _below(self, first: int, stop: int, wanted: Sequence[str]) -> list[bool]:
        """Whether the headings above each row of a document say what is wanted."""
        rows = self._connection.execute(
            "SELECT doc_id, section FROM passages JOIN documents ON document = number "
            "WHERE row >= ? AND row < ? ORDER BY row",
            (first, stop),
        ).fetchall()
        if not rows:
            return []
        text, sections = self.outline(rows[0][0])
        above = {at: headings_above(text, sections, at) for at in {at for _, at in rows}}
        inside = {at: any(map(headings.say, wanted)) for at, headings in above.items()}
        return [inside[at] for _, at in rows]

    def texts(self, rows: Iterable[int]) -> Iterator[tuple[int, str, str, str]]:
        """Row, document id, context and text of each of some rows, in row order; each document read
        once."""
        number, doc_id, text = -1, "", ""
        for row in sorted(rows):
            document, start, end, context = self._connection.execute(
                "SELECT document, start, end, context FROM passages WHERE row = ?", (row,)
            ).fetchone()
            if document != number:
                number = document
                doc_id, text = self._connection.execute(
                    "SELECT doc_id, text FROM documents WHERE number = ?", (number,)
                ).fetchone()
            yield row, doc_id, context, text[start:end]

    def parsed(self, doc_id: str) -> Parsed | None:
        """A document with its sections, points and tables (its passages too), None if unknown."""
        return self._parsed(doc_id)

    def passage(self, row: int) -> Passage:
        """The passage of a row."""
        return self._passage(int(row))

    def rows_of(self, doc_id: str) -> Iterator[int]:
        """Rows of a document's passages in order."""
        rows = self._connection.execute(
            "SELECT row FROM passages JOIN documents ON document = number "
            "WHERE doc_id = ? ORDER BY row",
            (doc_id,),
        )
        return (int(row) for (row,) in rows)

    def _one(self, query: str) -> Any:
        return self._connection.execute(query).fetchone()[0]


def _read_parsed(connection: sqlite3.Connection, doc_id: str) -> Parsed | None:
    found = connection.execute(
        "SELECT number, title, text, body FROM documents WHERE doc_id = ?", (doc_id,)
    ).fetchone()
    if found is None:
        return None
    number, title, text, body = found
    passages = connection.execute(
        "SELECT ?, kind, start, end, section, context, sentences FROM passages "
        "WHERE document = ? ORDER BY row",
        (doc_id, number),
    )
    return parsed_of((doc_id, title, text, body), passages)


def _read_passage(connection: sqlite3.Connection, row: int) -> Passage:
    found = connection.execute(
        "SELECT doc_id, kind, start, end, section, context, sentences FROM passages "
        "JOIN documents ON document = number WHERE row = ?",
        (row,),
    ).fetchone()
    return passage_of(found)
