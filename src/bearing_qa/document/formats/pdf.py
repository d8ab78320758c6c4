"""PDF with a text layer → lines, by PDFium: pages kept, page furniture dropped, columns in order.

Furniture is what stands first or last on most pages with only its figures changed (headers, footers),
and lines that are only a page number. A page whose lines stand in two columns, a gap between them all
the way down, is read left column first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

_PAGE_NUMBER = re.compile(
    r"[-—–－·\s]*(?:第\s*)?\d{1,4}\s*(?:页|/\s*\d+|\s*页?\s*共\s*\d+\s*页)?[-—–－·\s]*"
)
FURNITURE_SHARE = 0.5
"""A line is furniture when it stands at the edge of at least this share of the pages (and of three)."""
EDGE_LINES = 2
_UNIT = re.compile(
    r"[（〔“《(\[]*(?:[A-Za-z0-9.%]+|.)[）〕”》，。、；：！？)\]]*(?:(?<=[）〕)\]])[A-Za-z0-9.%]+)?"
)
"""What may not be broken over two lines: a word or figure, with the marks that cling to it."""
GAP_SHARE = 0.25
"""Two characters further apart than this share of their height have a blank between them."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    middle: float
    height: float


@dataclass(frozen=True, slots=True)
class _Char:
    left: float
    right: float
    middle: float
    height: float
    char: str


def pdf_lines(data: bytes, *, max_pages: int) -> Iterator[str]:
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
        raise ValueError(f"it has {len(document)} pages, more than {max_pages}")
    placed = []
    for at in range(len(document)):
        page = document[at]
        placed.append(_columns(_rows(page.get_textpage()), page.get_width()))
    everything = [line for columns in placed for column in columns for line in column]
    if not everything:
        raise ValueError("its pages are images without text; it needs OCR first")
    margin, indent = _right_edge(everything), min(line.left for line in everything)
    pages = [_marked_lines(columns, margin=margin, indent=indent) for columns in placed]
    furniture = _furniture(pages)
    for number, lines in enumerate(pages):
        if number:
            yield "\f"
        for at, line in enumerate(lines):
            is_edge = at < EDGE_LINES or at >= len(lines) - EDGE_LINES
            if not (
                is_edge and (_shape(line) in furniture or _PAGE_NUMBER.fullmatch(line.strip()))
            ):
                yield line


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line))


def _furniture(pages: Sequence[Sequence[str]]) -> set[str]:
    counts = Counter(
        shape
        for lines in pages
        for shape in {_shape(line) for line in (*lines[:EDGE_LINES], *lines[-EDGE_LINES:])}
    )
    least = max(3, FURNITURE_SHARE * len(pages))
    return {shape for shape, count in counts.items() if count >= least}


def _marked_lines(columns: Sequence[Sequence[_Line]], *, margin: float, indent: float) -> list[str]:
    """Lines of a page, those that end a paragraph with a trailing blank.

    ``margin`` and ``indent`` are the right and left edge of text of the whole document; a page in
    two columns goes by the edges of each.
    """
    marked = []
    for column in columns:
        if len(columns) > 1:
            margin, indent = _right_edge(column), min(line.left for line in column)
        for line, following in zip(column, [*column[1:], None], strict=True):
            is_open = _wraps(line, following, margin=margin, indent=indent)
            marked.append(line.text if is_open else f"{line.text} ")
    return marked


def _right_edge(lines: Sequence[_Line]) -> float:
    """The right edge of full lines: the 90th percentile."""
    edges = sorted(line.right for line in lines)
    return edges[int(0.9 * (len(edges) - 1))]


def _wraps(line: _Line, following: _Line | None, *, margin: float, indent: float) -> bool:
    """Whether a line ended because the column was full: what follows would not have fit.

    Lines that end a paragraph get a trailing blank, which the repair of wrapped lines knows. The
    last line of a page is judged as if one more character had to fit.
    """
    em = line.height
    unit = _UNIT.match(following.text) if following else None
    needed = sum(0.5 * em if char.isascii() else em for char in (unit.group() if unit else "一"))
    is_indented = following is not None and following.left > indent + 1.5 * em
    is_centred = line.left > indent + 2.5 * em
    return line.right + needed > margin - 0.6 * em and not (is_indented or is_centred)


def _rows(text_page: pdfium.PdfTextPage) -> list[_Line]:
    """Text lines of a page with their boxes; PDFium says which characters are on one line.

    Inside a line characters go by their place on the page, since glyphs of another font (quotation
    marks, often) may be drawn after the rest. A gap is a blank.
    """
    lines: list[_Line] = []
    chars: list[_Char] = []
    for at in range(text_page.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text_page, at))
        if char in "\r\n":
            lines.extend(_line(chars))
            chars = []
        elif not char.isspace() and char.isprintable():
            left, bottom, right, top = text_page.get_charbox(at, loose=True)
            chars.append(_Char(left, right, (top + bottom) / 2, top - bottom, char))
    lines.extend(_line(chars))
    return lines


def _line(chars: list[_Char]) -> Iterator[_Line]:
    if not chars:
        return
    ordered = sorted(chars, key=lambda char: char.left)
    parts = [ordered[0].char]
    for before, char in pairwise(ordered):
        is_gap = char.left - before.right > GAP_SHARE * max(char.height, before.height)
        parts.append(f" {char.char}" if is_gap else char.char)
    yield _Line(
        text="".join(parts),
        left=ordered[0].left,
        right=max(char.right for char in chars),
        middle=chars[0].middle,
        height=max(char.height for char in chars),
    )


def _columns(lines: list[_Line], width: float) -> list[list[_Line]]:
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
