"""PDF → lines, by PDFium: pages kept, page furniture dropped, columns in order.

A page whose lines are in two columns, a gap between them all the way down, is read left column
first. Ruled tables become rows of cells; a header repeated on the next page stands once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium

from bearing_qa.document.formats.lines import CellLine
from bearing_qa.document.formats.pdf.notes import (
    note_texts,
    size_of,
    take_notes,
)
from bearing_qa.document.formats.pdf.order import PlacedLine, in_order
from bearing_qa.document.formats.pdf.page import PageText, read_page
from bearing_qa.document.formats.pdf.paragraphs import soft_ends
from bearing_qa.document.formats.pdf.pictures import page_list, picture_pages
from bearing_qa.document.formats.pdf.running_heads import running_heads
from bearing_qa.document.formats.pdf.tables import Page, joined_tables
from bearing_qa.document.formats.scan import engine
from bearing_qa.document.furniture import at_edges
from bearing_qa.document.lines import SOFT_END
from bearing_qa.types import Unread

MAX_NAMED = 5
"""So many figures of a page are named where its order is in doubt."""
MIN_TITLE = 1.2
"""How much larger than the running heads with the same words a title is set at least."""
_BEHIND_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*) (?=[\u3400-\u9fff])")
"""A number and a blank, which mean nothing where a line goes on with the one before."""


def pdf_lines(
    data: bytes, *, max_pages: int, is_drawn: bool = False
) -> Iterator[str | CellLine | Unread]:
    """Lines of a PDF, a form feed before each page but the first. Pages that are pictures are recognised where that
    can be done, all pages if ``is_drawn``: their own text says nothing.

    Raises ValueError if it cannot be opened, has too many pages or no text.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        is_locked = "password" in str(error).lower()
        raise ValueError(
            "it is encrypted" if is_locked else f"it is no sound PDF ({error})"
        ) from error
    if len(document) > max_pages:
        raise ValueError(f"it has {len(document)} pages, more than {max_pages} (--max-pages)")
    read = [read_page(document[at]) for at in range(len(document))]
    numbers = [*range(1, len(read) + 1)] if is_drawn else _pictures(read)
    if numbers and engine.is_available():
        from bearing_qa.document.formats.scan.reader import scanned_pages

        read = scanned_pages(document, read, numbers, keeps_typed=not is_drawn)
    yield from page_lines(read)


def page_lines(read: Sequence[PageText]) -> Iterator[str | CellLine | Unread]:
    """Lines of pages that were read, as ``pdf_lines`` gives them. Raises ValueError if they hold no text."""
    pages = _columns(read)
    if not any(pages):
        raise ValueError(
            "nothing was recognised on its pages"
            if any(page.is_recognised for page in read)
            else f"its pages hold no text; to have scanned ones recognised: {engine.INSTALL}"
        )
    yield from _unread(read)
    pages = [[in_order(column) for column in page] for page in pages]
    notes = [note_texts(found) for found in _notes(read, pages)]
    yield from _lines(joined_tables(pages), notes, [page.parts[0][1] for page in read])


def _columns(read: Sequence[PageText]) -> list[Page]:
    return without_furniture([_page_columns(page) for page in read])


def _pictures(read: Sequence[PageText]) -> list[int]:
    """Numbers (from 1) of the pages that are pictures and not recognised."""
    lengths = [sum(len(line.text) for column in page for line in column) for page in _columns(read)]
    pictures = picture_pages([page.drawings for page in read], lengths)
    return [number for number in pictures if not read[number - 1].is_recognised]


def _page_columns(page: PageText) -> Page:
    return [column for lines, width in page.parts for column in columns(lines, width)]


def _unread(read: Sequence[PageText]) -> Iterator[Unread]:
    """Pages that are pictures, those recognised in part, and those with figures that the file gives in another order."""
    pictures = _pictures(read)
    if pictures:
        yield Unread("picture_pages", page_list(pictures))
    unsure = [number for number, page in enumerate(read, 1) if page.is_unsure]
    if unsure:
        yield Unread("unsure", page_list(unsure))
    for number, page in enumerate(read, 1):
        if page.figures_apart:
            yield Unread("order", f"p. {number}: {', '.join(page.figures_apart[:MAX_NAMED])}")


def _lines(
    pages: Sequence[Page], notes: Sequence[Sequence[PlacedLine]], widths: Sequence[float]
) -> Iterator[str | CellLine]:
    """Lines of pages with their soft ends; notes come behind the paragraph that goes on over the page's end."""
    ends = iter(soft_ends(pages, widths=widths))
    waiting: list[PlacedLine] = []
    is_soft = False
    for number, (columns, below) in enumerate(zip(pages, notes, strict=True)):
        if number:
            yield "\f"
        for line in (line for column in columns for line in column):
            text = _BEHIND_NUMBER.sub(r"\1", line.text) if is_soft else line.text
            is_soft = next(ends)
            yield _said(text + (SOFT_END if is_soft else ""), line)
            if not is_soft:
                yield from (_said(note.text, note) for note in waiting)
                waiting.clear()
        waiting += below
        if not is_soft:
            yield from (_said(note.text, note) for note in waiting)
            waiting.clear()
    yield from (_said(note.text, note) for note in waiting)


def _said(text: str, line: PlacedLine) -> str | CellLine:
    """The text of a line, with how surely it was recognised, where it was."""
    return text if line.confidence is None else CellLine(text, confidence=line.confidence)


def _notes(read: Sequence[PageText], pages: Sequence[Page]) -> list[list[PlacedLine]]:
    """The footnotes of each page, taken from it; sizes of recognised lines are not exact enough to tell them."""
    size = size_of(pages)
    return [
        [] if drawn.is_recognised else take_notes(page, size=size, rules=drawn.short_rules)
        for page, drawn in zip(pages, read, strict=True)
    ]


def without_furniture(pages: list[Page]) -> list[Page]:
    """Pages without headers, footers and page numbers (rows of tables are none)."""
    texts = [
        sorted(
            (line for column in page for line in column if not line.is_row),
            key=lambda line: -line.middle,
        )
        for page in pages
    ]
    found = at_edges(
        [[line.text for line in lines] for lines in texts],
        heights=[[round(line.middle) for line in lines] for lines in texts],
    )
    repeated = [lines[at] for lines, edges in zip(texts, found, strict=True) for at in edges]
    dropped = {id(line) for line in repeated if not _is_title(line, repeated)}
    dropped |= {id(line) for line in running_heads(texts)}
    kept = [
        [[line for line in column if id(line) not in dropped] for column in page] for page in pages
    ]
    return [[column for column in page if column] for page in kept]


def _is_title(line: PlacedLine, repeated: Sequence[PlacedLine]) -> bool:
    """Whether a line is the title that the running heads repeat in smaller characters."""
    return any(
        line.text == head.text and line.height > MIN_TITLE * head.height for head in repeated
    )


def columns(lines: list[PlacedLine], width: float) -> Page:
    """Lines in reading order: one column as they come, or what is above, left, right and below."""
    middle = width / 2
    left = [line for line in lines if line.right <= middle]
    right = [line for line in lines if line.left >= middle]
    crossing = [line for line in lines if line.left < middle < line.right]
    if len(left) < 5 or len(right) < 5 or len(crossing) > 0.2 * len(lines):
        return [lines] if lines else []
    top = max(line.middle for line in (*left, *right))
    above = [line for line in crossing if line.middle > top]
    below = [line for line in crossing if line.middle <= top]
    return [in_order(part) for part in (above, left, right, below) if part]
