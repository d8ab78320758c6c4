"""HTML → lines, by lxml. Nothing is fetched; scripts, styles and navigation are left out.

A table is data when it has two rows, two columns and no table inside it; other tables are layout and
their cells are blocks. Headings (h1 … h6) keep their depth as hashes, as in Markdown. Merged cells are expanded: each place they cover holds their text (but a cell
merged over a whole row, which names a group of rows, stands once).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

from bearing_qa.document.formats.lines import fold, table_lines
from bearing_qa.types import Unread

_SKIPPED_TEXT = """
script style noscript template nav head footer iframe object svg button select textarea
"""
_SKIPPED = frozenset(_SKIPPED_TEXT.split())
_INLINE_TEXT = """
a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark o:p q s samp small
span strike strong sub sup time tt u var wbr img input ruby rt rp rb
"""
_INLINE = frozenset(_INLINE_TEXT.split())
_SHOWN_TEXT = ".//text()[not(" + " or ".join(f"ancestor::{tag}" for tag in sorted(_SKIPPED)) + ")]"
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
MAX_LAID_OUT_CHARS = 200
"""A table around other tables with a longer cell is there for its layout."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
MAX_SPAN = 200
"""Cells merged over more rows or columns than this are taken as this many."""


def html_lines(source: str) -> Iterator[str | Unread]:
    """Lines of an HTML document or fragment, in order."""
    root = _parse(source)
    pending: list[str] = []
    yield from _walk(root, pending)
    yield from _flush(pending)


def _parse(source: str) -> HtmlElement:
    """The tree of a document. ``huge_tree`` keeps text below 256 levels, which is else dropped.

    Raises ValueError if it is nested deeper than the library reads: it drops what follows in silence.
    """
    parser = lxml.html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True
    )
    root = lxml.html.document_fromstring(source.encode("utf-8"), parser=parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ValueError("its elements are nested too deep to be read to their end")
    return root


def _flush(pending: list[str]) -> Iterator[str]:
    text = fold("".join(pending))
    pending.clear()
    if text:
        yield text


def _walk(top: HtmlElement, pending: list[str]) -> Iterator[str]:
    """Lines of an element; a stack instead of recursion, since markup may nest without end."""
    stack: list[tuple[HtmlElement, bool]] = [(top, False)]
    while stack:
        element, is_leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag not in _INLINE
        if is_leaving:
            if is_block:
                yield from _flush(pending)
            pending.append(element.tail or "" if element is not top else "")
            continue
        if tag in _SKIPPED or not tag or _is_hidden(element):
            pending.append(element.tail or "")
            continue
        if is_block:
            yield from _flush(pending)
        if tag == "table" and _is_data(element):
            yield from table_lines(_grid(element))
            pending.append(element.tail or "")
            continue
        if tag in _HEADINGS:
            text = fold(_shown_text(element))
            if text:
                yield f"{'#' * int(tag[1])} {text}"
            pending.append(element.tail or "")
            continue
        pending.append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))


def _shown_text(element: HtmlElement) -> str:
    """Text of an element and what is in it, scripts and the like left out."""
    return "".join(element.xpath(_SHOWN_TEXT))


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def _rows(table: HtmlElement) -> list[list[HtmlElement]]:
    own = table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in own]
    return [row for row in rows if row]


def _is_data(table: HtmlElement) -> bool:
    rows = _rows(table)
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    has_inner = next(table.iterdescendants("table"), None) is not None
    longest = max(len(fold(_shown_text(cell))) for row in rows for cell in row)
    return not has_inner or longest <= MAX_LAID_OUT_CHARS


def _grid(table: HtmlElement) -> list[list[str]]:
    """Cells by row and column, merged ones expanded."""
    grid: dict[tuple[int, int], str] = {}
    rows = _rows(table)
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in grid:
                column += 1
            text = fold(_shown_text(cell))
            down, right = _span(cell, "rowspan"), _span(cell, "colspan")
            is_whole_row = len(row) == 1 and right > 1 and not column
            for r in range(at, min(at + down, len(rows))):
                for c in range(column, column + right):
                    grid[r, c] = "" if is_whole_row and c else text
            column += right
    width = max((column for _, column in grid), default=-1) + 1
    return [[grid.get((r, c), "") for c in range(width)] for r in range(len(rows))]


def _span(cell: HtmlElement, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isdecimal() else 1
