"""Documents and passages as rows of text and numbers, and back: what a catalogue keeps, wherever it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any, overload

from bearing_qa.types import (
    Document,
    PageSpan,
    Parsed,
    Passage,
    Point,
    Section,
    Sentence,
    Table,
    TableRow,
    Unread,
)


def document_row(parsed: Parsed) -> tuple[str, str, str, str]:
    """Id, title, text, and all that is not passages as JSON."""
    document = parsed.document
    body = {
        "runs": document.runs,
        "pages": [asdict(page) for page in document.pages],
        "metadata": dict(document.metadata),
        "source": document.source,
        "encoding": document.encoding,
        "repairs": dict(document.repairs),
        "unread": [asdict(part) for part in document.unread],
        "sections": [asdict(section) for section in parsed.sections],
        "points": [asdict(point) for point in parsed.points],
        "tables": [asdict(table) for table in parsed.tables],
    }
    if document.addresses:
        body["addresses"] = document.addresses
    if document.recognised:
        body["recognised"] = document.recognised
    packed = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return document.doc_id, document.title, document.text, packed


def passage_row(passage: Passage) -> tuple[str, int, int, int, str, str]:
    """Kind, start, end, section, context, and the sentences as JSON."""
    sentences = json.dumps([(s.start, s.end) for s in passage.sentences], separators=(",", ":"))
    return (
        passage.kind,
        passage.start,
        passage.end,
        passage.section,
        passage.context,
        sentences,
    )


def parsed_of(document: tuple[str, str, str, str], passages: Iterable[tuple[Any, ...]]) -> Parsed:
    """A document from its row, and the rows of its passages with its id before each. The passages are made
    when they are first looked at: most questions look at the text alone."""
    doc_id, title, text, body = document
    items = json.loads(body)
    return Parsed(
        document=Document(
            doc_id=doc_id,
            title=title,
            text=text,
            runs=tuple((start, raw) for start, raw in items["runs"]),
            pages=tuple(PageSpan(**page) for page in items["pages"]),
            metadata=items["metadata"],
            source=items["source"],
            encoding=items["encoding"],
            repairs=items["repairs"],
            unread=tuple(Unread(**part) for part in items.get("unread", ())),
            addresses=tuple((start, cell) for start, cell in items.get("addresses", ())),
            recognised=tuple((a, b, sure) for a, b, sure in items.get("recognised", ())),
        ),
        sections=tuple(Section(**section) for section in items["sections"]),
        points=tuple(Point(**point) for point in items["points"]),
        tables=tuple(_table(table) for table in items["tables"]),
        passages=_Passages(list(passages)),
    )


class _Passages(Sequence[Passage]):
    """Passages of a document by their rows."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = rows

    @cached_property
    def _all(self) -> tuple[Passage, ...]:
        return tuple(map(passage_of, self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, at: int | slice) -> Passage | tuple[Passage, ...]:
        return self._all[at]

    def __eq__(self, other: object) -> bool:
        return self._all == (other._all if isinstance(other, _Passages) else other)

    def __hash__(self) -> int:
        return hash(self._all)


def passage_of(row: tuple[Any, ...]) -> Passage:
    """A passage from its document's id and its row."""
    doc_id, kind, start, end, section, context, sentences = row
    spans = tuple(Sentence(*span) for span in json.loads(sentences))
    return Passage(doc_id, kind, start, end, section, context, spans)


def _table(item: dict[str, Any]) -> Table:
    rows = tuple(TableRow(row["start"], row["end"], tuple(row["cells"])) for row in item["rows"])
    return Table(item["start"], item["head_end"], item["end"], tuple(item["header"]), rows)


def pack(parsed: Parsed) -> bytes:
    """A document with its passages as bytes; equal documents give equal ones."""
    rows = [document_row(parsed), [passage_row(passage) for passage in parsed.passages]]
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def unpack(data: bytes) -> Parsed:
    """What ``pack`` packed. Raises ValueError if it is something else."""
    document, passages = json.loads(data)
    return parsed_of(tuple(document), ((document[0], *row) for row in passages))
