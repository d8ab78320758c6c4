"""PDF with a text layer → lines, by PDFium: pages kept, page furniture dropped, columns in order.

A page whose lines are in two columns, a gap between them all the way down, is read left column
first. Ruled tables become rows of cells; a header repeated on the next page stands once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import median

import pypdfium2 as pdfium

from bearing_qa.document.formats.pdf_page import PlacedLine, join_rows, page_lines
from bearing_qa.document.furniture import at_edges
from bearing_qa.document.lines import SOFT_END, UNIT
from bearing_qa.document.wrapping import SENTENCE_END, STARTS_ITEM, STARTS_SECTION
from bearing_qa.types import Unread

MAX_GROWTH = 0.25
"""Lines whose heights differ by more than this share are of different paragraphs (digits and Chinese
characters of one size differ by a tenth)."""
FULL_LINES = 3
"""So many lines that end at one place show where lines end; with fewer the margins are taken as even."""
MIN_FULL_SHARE = 0.85
"""Where lines reach less far than this share of the page without its margins, they are all short."""
MAX_STEP = 1.6
"""A line further below the one before than this many usual steps begins a paragraph."""
MIN_INDENTED_SHARE = 0.05
"""Where fewer lines begin two characters in, paragraphs are not told by their indent."""

MIN_COLUMN_LINES = 5
COLUMN_STEP = 20.0
"""Points: columns that begin within the same step are one."""

Column = Sequence[PlacedLine]


def pdf_lines(data: bytes, *, max_pages: int) -> Iterator[str | Unread]:
    """Lines of a PDF, a form feed before each page but the first.

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
    pages = _without_furniture([_read(document, at) for at in range(len(document))])
    if not any(pages):
        raise ValueError("its pages hold no text; if they are scanned, use OCR first")
    pages = _joined_tables(pages)
    width = document[0].get_width()
    ends = iter(_soft_ends(pages, page_width=width))
    for number, columns in enumerate(pages):
        if number:
            yield "\f"
        for line in (line for column in columns for line in column):
            yield line.text + (SOFT_END if next(ends) else "")


def _read(document: pdfium.PdfDocument, at: int) -> list[list[PlacedLine]]:
    page = document[at]
    return _columns(page_lines(page), page.get_width())


def _without_furniture(pages: list[list[list[PlacedLine]]]) -> list[list[list[PlacedLine]]]:
    """Pages without headers, footers and page numbers (rows of tables are none)."""
    texts = [[line for column in page for line in column if not line.is_row] for page in pages]
    found = at_edges(
        [[line.text for line in lines] for lines in texts],
        heights=[[round(line.middle) for line in lines] for lines in texts],
    )
    dropped = {id(lines[at]) for lines, edges in zip(texts, found, strict=True) for at in edges}
    kept = [
        [[line for line in column if id(line) not in dropped] for column in page] for page in pages
    ]
    return [[column for column in page if column] for page in kept]


def _joined_tables(pages: list[list[list[PlacedLine]]]) -> list[list[list[PlacedLine]]]:
    """Pages whose tables go on from the page before without the repeated header, and with a row that
    the page end cut in two joined on the page where it begins."""
    header, before = "", None
    for page in pages:
        if before is not None and page and page[0][0].is_row:
            if page[0][0].text == header:
                del page[0][0]
            joined = join_rows(before[-1], page[0][0]) if page[0] else None
            if joined is not None:
                before[-1] = joined
                del page[0][0]
        page[:] = [column for column in page if column]
        lines = [line for column in page for line in column]
        if lines:
            rows = list(takewhile(lambda line: line.is_row, reversed(lines)))
            if rows and (before is None or len(rows) < len(lines)):
                header = rows[-1].text
            before = page[-1] if rows else None
    return pages


def _soft_ends(pages: Sequence[Sequence[Column]], *, page_width: float) -> list[bool]:
    """For each line of a document whether it ended only because its column was full.

    Edges and line spacing are those of the whole document, or of all columns that begin at one place.
    """
    text = [line for page in pages for column in page for line in column if not line.is_row]
    frames = {0: _frame_of(text, page_width=page_width)}
    if any(len(page) > 1 for page in pages):
        frames = _column_frames(pages)
    placed = [
        (line, frames.get(_bucket(column), frames[0]))
        for page in pages
        for column in page
        for line in column
    ]
    soft = [
        _wraps(line, following, frame, next_frame)
        for (line, frame), (following, next_frame) in pairwise(placed)
    ]
    return [*soft, False]


def _column_frames(pages: Sequence[Sequence[Column]]) -> dict[int, _Frame]:
    """The frame of the columns that begin at one place; 0 is the whole document's."""
    columns: dict[int, list[PlacedLine]] = defaultdict(list)
    for page in pages:
        for column in page:
            lines = [line for line in column if not line.is_row]
            columns[0].extend(lines)
            if lines:
                columns[_bucket(column)].extend(lines)
    kept = {at: lines for at, lines in columns.items() if len(lines) >= MIN_COLUMN_LINES or not at}
    return {at: _frame_of(lines) for at, lines in kept.items()}


def _bucket(column: Column) -> int:
    """Where a column begins, in steps of COLUMN_STEP, from 1 on."""
    return 1 + int(min(line.left for line in column) / COLUMN_STEP)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the text of a column stands: its left and right edge and usual step from line to line
    in points, and whether its paragraphs begin indented."""

    left: float
    right: float
    step: float
    indents: bool


def _frame_of(lines: Column, *, page_width: float = 0.0) -> _Frame:
    """The frame of some lines; ``page_width`` is that of a page in one column, where it is known."""
    edges = sorted(line.right for line in lines)
    left = min((line.left for line in lines), default=0.0)
    steps = [a.middle - b.middle for a, b in pairwise(lines) if a.middle > b.middle]
    right = edges[int(0.9 * (len(edges) - 1))] if edges else 0.0
    em = median(line.height for line in lines) if lines else 0.0
    is_shown = sum(abs(edge - right) <= em for edge in edges) >= FULL_LINES
    if not is_shown or right < MIN_FULL_SHARE * (page_width - left):
        right = max(edges[-1] if edges else 0.0, page_width - left)
    indented = sum(1.5 < (line.left - left) / (line.height or 1) < 2.5 for line in lines)
    return _Frame(
        left=left,
        right=right,
        step=median(steps) if steps else 0.0,
        indents=indented >= MIN_INDENTED_SHARE * len(lines),
    )


def _wraps(line: PlacedLine, following: PlacedLine, frame: _Frame, next_frame: _Frame) -> bool:
    """Whether what follows goes on with the line: it would not have fit, and does not begin again."""
    em = line.height
    if line.is_row or following.is_row or abs(em - following.height) > MAX_GROWTH * em:
        return False
    if re.search(r"[A-Za-z]-$", line.text) and re.match(r"[a-z]", following.text):
        return True
    unit = UNIT.match(following.text)
    needed = sum(0.5 * em if char.isascii() else em for char in (unit.group() if unit else "一"))
    slack = 2.0 if frame.indents else 0.6
    is_full = line.right + needed > frame.right - slack * em
    is_centred = line.left > frame.left + 2.5 * em
    is_indented = following.left > next_frame.left + 1.5 * following.height
    is_apart = frame is next_frame and line.middle - following.middle > MAX_STEP * frame.step
    ends = bool(SENTENCE_END.search(line.text))
    begins = not frame.indents or bool(STARTS_ITEM.match(following.text))
    is_anew = (ends and begins) or bool(STARTS_SECTION.match(following.text))
    return is_full and not (is_centred or is_indented or is_apart or is_anew)


def _columns(lines: list[PlacedLine], width: float) -> list[list[PlacedLine]]:
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
    ordered = [sorted(part, key=lambda line: -line.middle) for part in (above, left, right, below)]
    return [part for part in ordered if part]
