"""A page of a PDF as a picture, with the places where quoted words stand on it."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from bearing_qa.document.formats.lines import SEPARATOR
from bearing_qa.document.formats.pdf.glyphs import HYPHENS

MAX_WIDTH, MAX_HEIGHT = 1200, 2400
"""Pixels of the picture: characters of 10.5 points have 20 on A4, sharp on a screen of twice the pixels."""
MIN_PIECE = 4
"""Characters that a piece of a quotation has at least to be marked by itself; shorter ones stand anywhere."""
MIN_FOUND = 0.6
"""Of a quotation's characters: less than that found in pieces is another text."""

Place = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the picture's width and height."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document that stand on a page; ``skip`` places on it that have the same words come before them."""

    text: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as drawn, how many pages its file has, and the lines of the quotations on it."""

    picture: Image.Image
    pages: int
    marks: tuple[Place, ...]


def draw_page(data: bytes, number: int, quotes: Sequence[Quote] = ()) -> PagePicture:
    """Page ``number`` (from 1) of a PDF. A quotation that the page's own text does not have, as that of a scan, has no
    marks. Raises ValueError if the file cannot be opened or has no such page."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ValueError(f"it is no sound PDF ({error})") from error
    if not 1 <= number <= len(document):
        raise ValueError(f"it has {len(document)} pages, no page {number}")
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(MAX_WIDTH / max(width, 1.0), MAX_HEIGHT / max(height, 1.0))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    marks = _Marks(page)
    return PagePicture(
        picture, len(document), tuple(mark for quote in quotes for mark in marks.of(quote))
    )


def compact(text: str) -> str:
    """A text's characters without blanks, separators of cells and the differences of width."""
    return "".join(map(_plain, text.replace(SEPARATOR, "")))


def _plain(char: str) -> str:
    return "".join(unicodedata.normalize("NFKC", char).split())


def find_runs(page: str, quote: Quote) -> list[tuple[int, int]]:
    """Where the characters of a quotation stand in those of a page (both ``compact``), in pieces where a page
    sets them apart; nothing where most of them do not."""
    wanted = compact(quote.text)
    if not wanted:
        return []
    at = -1
    for _ in range(quote.skip + 1):
        further = page.find(wanted, at + 1)
        if further < 0:
            break
        at = further
    if at >= 0:
        return [(at, at + len(wanted))]
    blocks = SequenceMatcher(None, page, wanted, autojunk=False).get_matching_blocks()
    pieces = [(block.a, block.a + block.size) for block in blocks if block.size >= MIN_PIECE]
    found = sum(end - start for start, end in pieces)
    return pieces if found >= MIN_FOUND * len(wanted) else []


class _Marks:
    """The characters of a page, and the places of some of them."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page, self._text_page = page, page.get_textpage()
        chars = (
            (at, chr(raw.FPDFText_GetUnicode(self._text_page, at)))
            for at in range(self._text_page.count_chars())
        )
        plain = [(at, sign) for at, char in chars if char not in HYPHENS for sign in _plain(char)]
        self._text = "".join(sign for _, sign in plain)
        self._places = [at for at, _ in plain]

    def of(self, quote: Quote) -> Iterator[Place]:
        """A box a line of the quotation."""
        for start, end in find_runs(self._text, quote):
            boxes = [self._box(at) for at in dict.fromkeys(self._places[start:end])]
            yield from _lines(boxes)

    def _box(self, at: int) -> Place:
        left, bottom, right, top = self._text_page.get_charbox(at, loose=True)
        ends = [self._on_picture(x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = zip(*ends, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _on_picture(self, x: float, y: float) -> tuple[float, float]:
        """A place of the page as shares of the picture, which is turned and cut as the page says."""
        across, down, whole = ctypes.c_int(), ctypes.c_int(), 10_000
        raw.FPDF_PageToDevice(self._page, 0, 0, whole, whole, 0, x, y, across, down)
        return across.value / whole, down.value / whole


def _lines(boxes: Sequence[Place]) -> Iterator[Place]:
    """The boxes around characters that follow one another on a line (or in a column of upright writing)."""
    numbers: list[int] = []
    for at, box in enumerate(boxes):
        goes_on = at > 0 and (_share(boxes[at - 1], box, 1) or _share(boxes[at - 1], box, 0))
        numbers.append(numbers[-1] + (not goes_on) if numbers else 0)
    for _, group in groupby(zip(numbers, boxes, strict=True), key=lambda pair: pair[0]):
        lefts, tops, rights, bottoms = zip(*(box for _, box in group), strict=True)
        yield min(lefts), min(tops), max(rights), max(bottoms)


def _share(one: Place, other: Place, axis: int) -> bool:
    """Whether two characters stand on one line along the other axis: they overlap by half in this one, and lie near in
    that one."""
    overlap = min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
    lower = min(one[axis + 2] - one[axis], other[axis + 2] - other[axis])
    along = 1 - axis
    gap = max(one[along], other[along]) - min(one[along + 2], other[along + 2])
    size = max(one[along + 2] - one[along], other[along + 2] - other[along])
    return overlap >= 0.5 * lower and gap <= 2 * size
