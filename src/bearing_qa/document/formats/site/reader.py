"""HTML → lines, by lxml. Nothing is fetched; scripts, styles and navigation are left out.

Of a page that a site made, only the document is read: what the site puts around it goes (``site_page``, ``site_lines``), and
what the page says of the document comes as facts (``site_head``, ``site_labels``).

A table is data when it has two rows, two columns and no table inside it; other tables are layout and
their cells are blocks. Headings (h1 … h6) keep their depth as hashes, as in Markdown. Merged cells are expanded: each place they cover holds their text (but a cell
merged over a whole row, which names a group of rows, stands once).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import lxml.html
from lxml.html import HtmlElement

from bearing_qa.document.formats.lines import BREAK, fold, join_broken, table_lines
from bearing_qa.document.formats.site.head import find_title, read_head
from bearing_qa.document.formats.site.lines import Page, document_lines, names_site
from bearing_qa.document.formats.site.page import find_article, furniture, is_editor, measure
from bearing_qa.types import Fact, Unread

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
MAX_PLACE_CHARS = 120
"""An address of a frame is told up to this length."""
MAX_SPAN = 200
"""Cells merged over more rows or columns than this are taken as this many."""


_BREAKS = _HEADINGS | {"br", "p", "div", "li", "dd", "dt", "table", "tr", "td", "th"}
"""Elements that begin a new line within a cell."""
_SUPERSCRIPTS = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
_RAISED = re.compile(r"[-−–]?\d{1,3}")


def html_lines(source: str) -> Iterator[str | Unread | Fact]:
    """Lines of the document in an HTML page or fragment, in order, before them what the page says of it.

    Raises ValueError if it is nested too deep.
    """
    root = _parse(source)
    head = read_head(root)
    amounts = measure(root)
    article = find_article(root, amounts)
    is_marked = head.is_site or names_site("\n".join(root.xpath(_SHOWN_TEXT)))
    parts = furniture(root, article, amounts, title=head.title, is_site=is_marked)
    is_site = is_marked or bool(parts) or (article is not None and is_editor(article))
    for part in parts:
        part.drop_tree()
    walked = list(_walk(root, article))
    lines = [line for line in walked if isinstance(line, str)]
    edges = [at - count for count, at in enumerate(at for at, x in enumerate(walked) if x is None)]
    title = find_title(head, lines) if is_site else ""
    span = (edges[0], edges[1]) if len(edges) == 2 and is_site else None
    kept, facts = document_lines(lines, Page(span, is_site, title, head.site))
    yield from facts_in_order(facts, head.facts(title) if is_site else ())
    yield from _frames(root, article)
    yield from kept


def facts_in_order(labels: Iterable[Fact], head: Iterable[Fact]) -> Iterator[Fact]:
    """What the table above the text says comes before what the head says, apart from the title."""
    rest = list(head)
    yield from (fact for fact in rest if fact.name == "title")
    yield from labels
    yield from (fact for fact in rest if fact.name != "title")


def fragment_lines(source: str) -> Iterator[str]:
    """Lines of a piece of HTML within another text, all of them. Raises ValueError if it is nested too deep."""
    yield from (line for line in _walk(_parse(source), None) if line is not None)


def _frames(root: HtmlElement, article: HtmlElement | None) -> Iterator[Unread]:
    """Frames with other files that hold the text, or a part of it."""
    inner = article.iter("iframe", "embed", "object") if article is not None else ()
    for frame in (*root.iter("frame"), *inner):
        place = frame.get("src") or frame.get("data") or ""
        if place:
            yield Unread("object", place[:MAX_PLACE_CHARS])


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
    for raised in list(root.iter("sup")):
        _raise_figure(raised)
    return root


def _raise_figure(element: HtmlElement) -> None:
    """Writes a raised figure behind a figure in raised signs: a power, or the number of a note, is no digit of it."""
    text = element.text_content().strip()
    previous = element.getprevious()
    above = element.getparent()
    before = above.text if previous is None and above is not None else _tail_of(previous)
    if _RAISED.fullmatch(text) and (before or "").rstrip()[-1:].isdecimal():
        for child in list(element):
            child.drop_tree()
        element.text = text.translate(_SUPERSCRIPTS)


def _tail_of(element: HtmlElement | None) -> str:
    """What stands last at an element: the text behind it, else its own."""
    return "" if element is None else element.tail or element.text_content()


def _flush(pending: list[str]) -> Iterator[str]:
    text = fold("".join(pending))
    pending.clear()
    if text:
        yield text


def _walk(top: HtmlElement, article: HtmlElement | None) -> Iterator[str | None]:
    """Lines of an element, None where the article begins and ends; a stack instead of recursion, since markup may nest
    without end."""
    pending: list[str] = []
    above = set(article.iterancestors()) if article is not None else set()
    inside = set(article.iter("header")) if article is not None else set()
    stack: list[tuple[HtmlElement, bool]] = [(top, False)]
    while stack:
        element, is_leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag not in _INLINE or element is article
        if is_leaving:
            if is_block:
                yield from _flush(pending)
            if element is article:
                yield None
            pending.append(element.tail or "" if element is not top else "")
            continue
        is_headline = tag == "header" and element in inside
        is_shown = (tag not in _SKIPPED or is_headline) and tag and not _is_hidden(element)
        if not is_shown and element is not article and element not in above:
            pending.append(element.tail or "")
            continue
        if is_block:
            yield from _flush(pending)
        if element is article:
            yield None
        elif tag == "table" and element not in above and _is_data(element):
            yield from table_lines(_grid(element))
            pending.append(element.tail or "")
            continue
        elif tag in _HEADINGS:
            text = fold(_shown_text(element))
            if text:
                yield f"{'#' * int(tag[1])} {text}"
            pending.append(element.tail or "")
            continue
        pending.append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
    yield from _flush(pending)


def _shown_text(element: HtmlElement) -> str:
    """Text of an element and what is in it, scripts and the like left out."""
    return "".join(element.xpath(_SHOWN_TEXT))


def _cell_text(cell: HtmlElement) -> str:
    """Text of a cell on one line; figures of two of its lines stay apart."""
    parts: list[str] = []
    stack: list[HtmlElement | str] = [*reversed(cell), cell.text or ""]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        stack.append(item.tail or "")
        if item.tag not in _SKIPPED and isinstance(item.tag, str):
            broken = BREAK if item.tag in _BREAKS else ""
            stack.extend((broken, *reversed(item), broken + (item.text or "")))
    return fold(join_broken("".join(parts)))


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
            text = _cell_text(cell)
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
