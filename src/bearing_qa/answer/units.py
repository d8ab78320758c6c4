"""What the reader reads: a passage, a table row, a list or a section's digest, cut into units that can be cited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bearing_qa.document.digests import caption_of, digest_of, lists_of
from bearing_qa.language.variants import simplify
from bearing_qa.types import Parsed, Passage, Span, Table, TableRow

ReadableKind = Literal["text", "front", "row", "list", "digest"]

_READ_WHOLE: dict[str, ReadableKind] = {"text": "text", "front": "front"}


@dataclass(frozen=True, slots=True)
class Readable:
    """Something that may answer. ``units[i]`` is an exact slice of the document, ``texts[i]`` what is read of it
    (a cell with its column head); ``title`` and ``path`` say where it stands."""

    parsed: Parsed
    kind: ReadableKind
    section: int
    title: str
    path: str
    units: tuple[Span, ...]
    texts: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, int, int]:
        """Tells it apart from others: document, kind, where it begins and ends."""
        doc_id = self.parsed.document.doc_id
        return doc_id, self.kind, self.units[0][0], self.units[-1][1]


def of_passage(parsed: Parsed, passage: Passage) -> Readable | None:
    """A passage of the index as it is read; None for a heading, which is read with what it heads, and for a table,
    which is read row by row."""
    if passage.kind == "row":
        return _of_row(parsed, passage)
    kind = _READ_WHOLE.get(passage.kind)
    units = tuple((s.start, s.end) for s in passage.sentences)
    return _readable(parsed, kind, passage.section, units) if kind and units else None


def structures_at(parsed: Parsed, section: int) -> Iterator[Readable]:
    """The lists of a section, its digest, and those of the sections above it, nearest first."""
    node = parsed.sections[section]
    for items in lists_of(parsed, node):
        if not _is_in_a_passage(parsed, items):
            yield _readable(parsed, "list", section, items)
    while True:
        spans = digest_of(parsed, node)
        if len(spans) > 1:
            yield _readable(parsed, "digest", node.index, spans)
        if node.index == node.parent:
            return
        node = parsed.sections[node.parent]


def _is_in_a_passage(parsed: Parsed, items: tuple[Span, ...]) -> bool:
    """Whether one passage holds a whole list, a heading before it aside, so that reading it is reading the list."""
    section = parsed.sections[parsed.section_at(items[-1][0])]
    inside = [item for item in items if item[0] >= section.head_end] or items
    first, last = inside[0][0], inside[-1][1]
    own = (p for p in parsed.passages if p.kind == "text")
    return any(p.start <= first and last <= p.end for p in own)


def _readable(
    parsed: Parsed, kind: ReadableKind, section: int, units: tuple[Span, ...]
) -> Readable:
    text = parsed.document.text
    return Readable(
        parsed,
        kind,
        section,
        title_of(parsed),
        _path(parsed, section),
        units,
        tuple(simplify(text[start:end]) for start, end in units),
    )


def title_of(parsed: Parsed) -> str:
    """A document's title, with the year of its date where the title does not say it: questions name documents by it."""
    title = simplify(parsed.document.title)
    year = parsed.document.metadata.get("date", "")[:4]
    return title if not year or year in title else f"{title}（{year}年）"


def _path(parsed: Parsed, section: int) -> str:
    return simplify(" ".join(parsed.path(section)))


def _of_row(parsed: Parsed, passage: Passage) -> Readable | None:
    """A row as its cells, each read with its column's head; the table's caption ends the path."""
    table = next((t for t in parsed.tables if t.start <= passage.start < t.end), None)
    row = next((r for r in table.rows if r.start == passage.start), None) if table else None
    if table is None or row is None:
        return _readable(parsed, "row", passage.section, ((passage.start, passage.end),))
    cells = list(cells_of(parsed.document.text, table, row))
    if not cells:
        return None
    path = simplify(f"{_path(parsed, passage.section)} {caption_of(parsed, table)}".strip())
    return Readable(
        parsed,
        "row",
        passage.section,
        title_of(parsed),
        path,
        tuple(span for _, span in cells),
        tuple(simplify(f"{table.header[at]} {row.cells[at]}；".lstrip()) for at, _ in cells),
    )


def cells_of(text: str, table: Table, row: TableRow) -> Iterator[tuple[int, Span]]:
    """Column and slice of each cell of a row that is not blank, as far as the line has it word by word."""
    at = row.start
    for column, cell in enumerate(row.cells):
        found = text.find(cell, at, row.end) if cell else -1
        if found >= 0 and column < len(table.header):
            yield column, (found, found + len(cell))
            at = found + len(cell)
