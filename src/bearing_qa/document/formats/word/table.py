"""Tables of Word: rows of cells, merged ones in each place that they cover; frames and inner tables as blocks.

A table whose rows have one cell each is a frame: what is in it is read as the document's own. So are whole-row
cells above and below the rows (a caption, a note). A table inside a cell of a larger one comes behind that one,
below what its row says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from bearing_qa.document.formats.lines import SEPARATOR, table_lines
from bearing_qa.document.formats.word.names import Element, child_value, name, names, number
from bearing_qa.document.formats.word.text import Content
from bearing_qa.types import Unread

MAX_SPAN = 200
"""Cells merged over more columns than this are taken as this many."""
WRAPPERS = names(
    "w:sdt w:sdtContent w:ins w:moveTo w:customXml w:smartTag mc:Choice mc:AlternateContent"
)
"""What stands around paragraphs, tables, rows and cells and is none itself."""
_P, _TABLE, _ROW, _CELL = (name(f"w:{tag}") for tag in ("p", "tbl", "tr", "tc"))
_ITEM = re.compile(
    r"[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．]|第[\d一二三四五六七八九十百零〇]+[章节条款项]|[①-⑳⑴-⒇㈠-㈩●•■◆○□☑☒✓※]"
)
"""How a line begins that is an item of its own."""
_RUNS_ON = re.compile(r"[\u3400-\u9fff，、（《“][\u3400-\u9fff（(《“]")
"""The end and the start of two lines of one phrase, such as 甲市 and 财政局: nothing stands between Chinese characters."""

_Row = list[Element | None]


class Blocks(Protocol):
    """What reads the blocks of a document."""

    def lines(self, container: Element) -> Iterator[str | Unread]:
        """Lines of what a cell holds."""

    def described(self, paragraph: Element) -> tuple[str, Content, bool]:
        """A paragraph's automatic number, its content, and whether it is an item of a list."""

    def hanging(self, content: Content, *, boxes: bool) -> Iterator[str | Unread]:
        """Lines of the notes (and text boxes) of a paragraph, and what of it cannot be read."""


@dataclass(slots=True)
class _Cell:
    text: str = ""
    tables: list[Element] = field(default_factory=list)
    hanging: list[str | Unread] = field(default_factory=list)
    page_breaks: list[bool] = field(default_factory=list)


def table_blocks(table: Element, reader: Blocks) -> Iterator[str | Unread]:
    """Lines of a table in order, ``\\f`` between pages."""
    rows = _rows(table)
    parted = [at for at, row in enumerate(rows) if not _is_whole(row)]
    first, stop = (parted[0], parted[-1] + 1) if parted else (len(rows), len(rows))
    top, body, bottom = (
        list(_frames(rows[:first], reader)),
        list(_body(rows[first:stop], reader)),
        list(_frames(rows[stop:], reader)),
    )
    for above, below in ((top, body), (body, bottom)):
        if _is_row(above, -1) and _is_row(below, 0):
            if not _is_row(
                above, -3
            ):  # a table of two rows: with a rule it cannot be a head of the next
                above[-2:] = ruled(above[-2:])
            below[:] = ruled(below)
    yield from [*top, *body, *bottom]


def _is_row(lines: list[str | Unread], at: int) -> bool:
    """Whether a line at a place is the row of a table."""
    written = [str(line) for line in lines if is_line(line)]
    return -len(written) <= at < len(written) and SEPARATOR in written[at]


def is_line(part: str | Unread) -> bool:
    """Whether a part of a document is a line of text: no mark of a page, nothing unread."""
    return isinstance(part, str) and part != "\f"


def ruled(lines: list[str | Unread]) -> Iterator[str | Unread]:
    """Lines that begin with a table of two rows or more, with a rule below the first one, as in Markdown, so
    that it is no part of the table above it; others as they are."""
    first = [at for at, line in enumerate(lines) if is_line(line)][:2]
    bars = [str(lines[at]).count(SEPARATOR) for at in first]
    behind = first[0] + 1 if len(bars) == 2 and all(bars) else 0
    yield from lines[:behind]
    if behind:
        yield SEPARATOR.join(["---"] * (bars[0] + 1))
    yield from lines[behind:]


def _frames(rows: Iterable[_Row], reader: Blocks) -> Iterator[str | Unread]:
    """What the cells of rows of one cell each hold."""
    for cell in dict.fromkeys(row[0] for row in rows):
        if cell is not None:
            yield from reader.lines(cell)


def _body(rows: list[_Row], reader: Blocks) -> Iterator[str | Unread]:
    """Rows as lines; behind them notes, what cannot be read, and inner tables below what their rows say."""
    cells: dict[Element, _Cell] = {}
    behind: list[str | Unread] = []
    inner: list[tuple[str, list[Element]]] = []
    has_rows = False
    for row in rows:
        fresh = [owner for owner in dict.fromkeys(row) if owner is not None and owner not in cells]
        cells |= {owner: _cell(owner, reader) for owner in fresh}
        behind += [item for owner in fresh for item in cells[owner].hanging]
        tables = [table for owner in fresh for table in cells[owner].tables]
        texts = [cells[owner].text if owner is not None else "" for owner in row]
        if tables:
            inner.append((" ".join(filter(None, dict.fromkeys(texts))), tables))
        elif fresh:
            texts = texts[:1] + [""] * (len(texts) - 1) if _is_whole(row) else texts
            has_rows = True
            yield from _paged(table_lines([texts]), [cells[owner].page_breaks for owner in fresh])
    yield from behind
    for said, tables in inner:
        yield from table_lines([[said]])
        for table in tables:
            lines = list(table_blocks(table, reader))
            yield from ruled(lines) if has_rows else lines
            has_rows = True


def _paged(lines: Iterable[str], breaks: list[list[bool]]) -> Iterator[str]:
    """A row between the page breaks seen in its cells; the parts of a row that goes over a page are one."""
    count = max(map(len, breaks), default=0)
    is_before = any(found[0] for found in breaks if found)
    yield from ["\f"] * is_before
    yield from lines
    yield from ["\f"] * (count - is_before)


def _rows(table: Element) -> list[_Row]:
    """Cells by row and column, a merged one in each place that it covers; None where there is none."""
    rows: list[_Row] = []
    for row in _members(table, _ROW):
        above = rows[-1] if rows else []
        places: _Row = [None] * _skipped(row, "w:gridBefore")
        for cell in _members(row, _CELL):
            properties = cell.find(name("w:tcPr"))
            span = _span(child_value(properties, "w:gridSpan"))
            owner: Element | None = cell
            if _goes_on(properties, "w:vMerge") and len(places) < len(above):
                owner = above[len(places)]
            elif _goes_on(properties, "w:hMerge") and places:
                owner = places[-1]
            places += [owner] * span
        rows.append(places + [None] * _skipped(row, "w:gridAfter"))
    return [row for row in rows if row]


def _members(element: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, in content controls too, without deleted and hidden ones."""
    for child in element:
        if child.tag == tag:
            properties = child.find(name("w:trPr"))
            gone = (name("w:del"), name("w:hidden"), name("w:moveFrom"))
            if properties is None or all(properties.find(mark) is None for mark in gone):
                yield child
        elif child.tag in WRAPPERS:
            yield from _members(child, tag)


def _skipped(row: Element, side: str) -> int:
    return min(number(child_value(row.find(name("w:trPr")), side), 0), MAX_SPAN)


def _span(value: str | None) -> int:
    across = number(value, MAX_SPAN if value and value.isdecimal() else 1)
    return min(max(across, 1), MAX_SPAN)


def _goes_on(properties: Element | None, tag: str) -> bool:
    """Whether a cell is the further part of a merged one."""
    merge = properties.find(name(tag)) if properties is not None else None
    return merge is not None and merge.get(name("w:val"), "continue") == "continue"


def _is_whole(row: _Row) -> bool:
    """Whether one cell is the whole row."""
    return row[0] is not None and len(set(row)) == 1


def _cell(element: Element, reader: Blocks) -> _Cell:
    cell = _Cell()
    parts: list[tuple[str, bool]] = []
    _fill(cell, parts, element, reader)
    cell.text = _joined(parts)
    return cell


def _fill(cell: _Cell, parts: list[tuple[str, bool]], container: Element, reader: Blocks) -> None:
    """Takes in what a cell holds: its lines with whether each is an item, inner tables, what hangs on it.
    An inner table of one column is text of the cell."""
    for child in container:
        if child.tag == _P:
            mark, content, is_item = reader.described(child)
            cell.page_breaks += [leads and not parts for leads in content.page_breaks]
            lines = content.text.split("\n")
            parts += [
                (line, is_item and not at) for at, line in enumerate([mark + lines[0], *lines[1:]])
            ]
            for box in content.boxes:
                parts.append(("", True))
                _fill(cell, parts, box, reader)
                parts.append(("", True))
            cell.hanging += reader.hanging(content, boxes=False)
        elif child.tag == _TABLE:
            rows = _rows(child)
            if all(map(_is_whole, rows)):
                for inner in dict.fromkeys(row[0] for row in rows):
                    _fill(cell, parts, inner if inner is not None else child, reader)
            else:
                cell.tables.append(child)
        elif child.tag in WRAPPERS:
            _fill(cell, parts, child, reader)


def _joined(parts: Iterable[tuple[str, bool]]) -> str:
    """The lines of a cell as one: items apart, the rest without a blank between Chinese characters. An empty
    item (where a text box begins or ends) parts what is beside it."""
    text, is_apart = "", False
    for line, is_item in parts:
        line = line.strip(" \t\u00a0")
        is_apart |= is_item
        if not line:
            continue
        runs_on = _RUNS_ON.fullmatch(text[-1:] + line[0]) and not _ITEM.match(line)
        text += line if not text or (runs_on and not is_apart) else f" {line}"
        is_apart = False
    return text
