"""One page of a PDF, by PDFium: its text lines with their places, ruled tables as rows of cells."""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from bearing_qa.document.formats.grid import MIN_RULE, Grid, Segment, find_grids
from bearing_qa.document.formats.lines import SEPARATOR, table_lines

GAP_SHARE = 0.25
"""Two characters further apart than this share of their height have a blank between them."""
SLANT = 1.0
"""Points that a rule may be off the straight."""
_OPEN_ENDS = ("，", "、", "：", "（", "“", "《")
_LATE_STARTS = "，。；、）：”》"
_PROSE = re.compile(r"[，；。：]")
_HYPHENS = "\x02\ufffe"
"""What PDFium gives for a hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of text, or a row of a ruled table, with its place on the page in points.

    An open row has no rule below it: the page ended before the row did.
    """

    text: str
    left: float
    right: float
    middle: float
    height: float
    is_row: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class _Char:
    left: float
    right: float
    middle: float
    height: float
    char: str
    is_spaced: bool
    """Whether PDFium has a blank before it."""


def page_lines(page: pdfium.PdfPage) -> list[PlacedLine]:
    """Lines of a page as PDFium gives them, each ruled table where it stands as its rows."""
    broken = _chars(page.get_textpage())
    tables = find_grids(*_rules(page))
    lines: list[PlacedLine] = []
    cells: dict[int, dict[tuple[int, int], list[_Char]]] = defaultdict(lambda: defaultdict(list))
    for chars in broken:
        outside = []
        for char in chars:
            number, place = _place(char, tables)
            if place is None:
                outside.append(char)
            else:
                cells[number][place].append(char)
        for line in _line(outside):
            if lines and _goes_on(lines[-1], line):
                before = lines.pop()
                line = replace(before, text=before.text + line.text, right=line.right)
            lines.append(line)
    for number, grid in enumerate(tables):
        if cells[number]:
            rows = list(_table_rows(grid, cells[number]))
            above = (at for at, line in enumerate(lines, 1) if line.middle > grid.ys[0])
            at = max(above, default=0)
            lines[at:at] = rows
    return lines


def _goes_on(line: PlacedLine, following: PlacedLine) -> bool:
    """Whether PDFium broke one line in two: the same height on the page, and close."""
    gap = following.left - line.right
    is_level = abs(line.middle - following.middle) < 0.4 * line.height
    return is_level and -SLANT < gap < line.height


def _place(char: _Char, tables: Sequence[Grid]) -> tuple[int, tuple[int, int] | None]:
    x = (char.left + char.right) / 2
    for number, grid in enumerate(tables):
        place = grid.place(x, char.middle)
        if place is not None:
            return number, place
    return -1, None


def _chars(text_page: pdfium.PdfTextPage) -> Iterator[list[_Char]]:
    """Characters by line; PDFium says which are on one line, but goes on after a hyphen at its end."""
    chars: list[_Char] = []
    is_spaced = False
    for at in range(text_page.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text_page, at))
        if char in "\r\n":
            yield chars
            chars = []
        elif char.isspace():
            is_spaced = True
            continue
        elif char in _HYPHENS or char.isprintable():
            left, bottom, right, top = text_page.get_charbox(at, loose=True)
            shown = "-" if char in _HYPHENS else char
            middle, height = (top + bottom) / 2, top - bottom
            chars.append(_Char(left, right, middle, height, shown, is_spaced))
            if char in _HYPHENS:
                yield chars
                chars = []
        is_spaced = False
    yield chars


def _line(chars: Sequence[_Char]) -> Iterator[PlacedLine]:
    """The line that characters make, by their place on the page, since glyphs of another font
    (quotation marks, often) may be drawn after the rest. A gap is a blank."""
    if not chars:
        return
    ordered = sorted(chars, key=lambda char: char.left)
    parts = [ordered[0].char]
    for before, char in pairwise(ordered):
        is_gap = char.left - before.right > GAP_SHARE * max(char.height, before.height)
        is_word_gap = char.is_spaced and before.char.isascii() and char.char.isascii()
        parts.append(f" {char.char}" if is_gap or is_word_gap else char.char)
    yield PlacedLine(
        text="".join(parts),
        left=ordered[0].left,
        right=max(char.right for char in chars),
        middle=chars[0].middle,
        height=max(char.height for char in chars),
    )


def _rules(page: pdfium.PdfPage) -> tuple[list[Segment], list[Segment]]:
    """Horizontal and vertical segments of the paths drawn on a page."""
    horizontal, vertical = [], []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1):
        matrix = item.get_matrix()
        for start, stop in _segments(item):
            (x0, y0), (x1, y1) = matrix.on_point(*start), matrix.on_point(*stop)
            if abs(y1 - y0) <= SLANT and abs(x1 - x0) >= MIN_RULE:
                horizontal.append(Segment((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= SLANT and abs(y1 - y0) >= MIN_RULE:
                vertical.append(Segment((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return horizontal, vertical


Point = tuple[float, float]


def _segments(path: pdfium.PdfObject) -> Iterator[tuple[Point, Point]]:
    """Straight parts of a path, in its own space."""
    first = before = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = (x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield before, here
        if raw.FPDFPathSegment_GetClose(segment):
            yield here, first
        before = here


def _table_rows(grid: Grid, cells: dict[tuple[int, int], list[_Char]]) -> Iterator[PlacedLine]:
    """Rows of a table as lines; a merged cell is in each place that it covers, but one merged
    over a whole row (it names a group of rows) only once."""
    texts = {place: _cell_text(chars) for place, chars in cells.items()}
    for row, owners in enumerate(grid.owner):
        shown = [texts.get(owner, "") for owner in owners]
        if len(set(owners)) == 1:
            shown[1:] = [""] * (len(shown) - 1)
        for text in table_lines([shown]):
            top, bottom = grid.ys[row], grid.ys[row + 1]
            yield PlacedLine(
                text=text,
                left=grid.xs[0],
                right=grid.xs[-1],
                middle=(top + bottom) / 2,
                height=top - bottom,
                is_row=True,
                is_open=grid.is_open and row == len(grid.owner) - 1,
            )


def _cell_text(chars: Sequence[_Char]) -> str:
    """Text of a cell: its lines from the top down, joined without a blank but between Latin words."""
    lines: list[list[_Char]] = []
    for char in sorted(chars, key=lambda char: -char.middle):
        if lines and lines[-1][0].middle - char.middle <= 0.5 * char.height:
            lines[-1].append(char)
        else:
            lines.append([char])
    text = ""
    for line in (made.text for chars in lines for made in _line(chars)):
        is_latin = text[-1:].isascii() and text[-1:].isalpha() and line[0].isascii()
        text += f" {line}" if is_latin else line
    return text


def join_rows(first: PlacedLine, second: PlacedLine) -> PlacedLine | None:
    """Two rows that are one row cut in two by the end of a page, as one; None if they are two.

    They are one where the first is open; else where the second adds to filled cells only, and one of
    these breaks off: at a mark inside a sentence, or, if the second has no label, without a mark.
    """
    above, below = first.text.split(SEPARATOR), second.text.split(SEPARATOR)
    if len(above) != len(below):
        return None
    added = [(a, b) for a, b in zip(above, below, strict=True) if b]
    is_inside = any(a[-1:] in _OPEN_ENDS or b[0] in _LATE_STARTS for a, b in added)
    breaks_off = not below[0] and any(
        _PROSE.search(a) and a[-1] not in "。；！？" for a, _ in added
    )
    is_one = all(a for a, _ in added) and (is_inside or breaks_off)
    if not (added and (first.is_open or is_one)):
        return None
    text = SEPARATOR.join(a + b for a, b in zip(above, below, strict=True))
    return replace(first, text=text, is_open=second.is_open)
