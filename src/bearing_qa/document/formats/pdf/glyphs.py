"""Characters of a PDF page with their places, each read upright in the direction that it is written in.

A page may be turned, or hold text in several directions: a table drawn sideways under an upright page number.
Each direction has its own frame, in which its text runs from left to right and its lines from the top down.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

SKEW = 5.0
"""Degrees that upright text may lean (a scan laid in askew)."""
SLANT_STEP = 5
"""Degrees: slanted texts within the same step have one direction."""
MAX_SIZE_SHARE = 2.0
"""A font size further than this from the height of its characters (Type 3 fonts) tells nothing."""
HYPHENS = "\x02\ufffe"
"""What PDFium gives for a hyphen at the end of a line."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The page turned so that text of one direction is upright; its lower left corner is the origin."""

    cos: float
    sin: float
    dx: float
    dy: float
    width: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place of the page as a place of the frame."""
        return x * self.cos + y * self.sin + self.dx, y * self.cos - x * self.sin + self.dy

    def box(self, box: Box) -> Box:
        """The box in the frame around a box of the page."""
        left, bottom, right, top = box
        if self.cos == 1.0:
            return left + self.dx, bottom + self.dy, right + self.dx, top + self.dy
        ends = [self.point(x, y) for x in box[::2] for y in box[1::2]]
        xs, ys = zip(*ends, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def frame_of(turn: int, page_box: Box) -> Frame:
    """The frame of the text that runs ``turn`` degrees against the clock on a page."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    if turn % 90 == 0:
        cos, sin = float(round(cos)), float(round(sin))
    left, bottom, right, _ = Frame(cos, sin, 0.0, 0.0, 0.0).box(page_box)
    return Frame(cos, sin, -left, -bottom, right - left)


@dataclass(frozen=True, slots=True)
class Sign:
    """A character as the page has it: its box and origin on the page, the font size in points, the direction of
    its text in degrees, and how dark it is drawn (0 black, 1 white or clear)."""

    char: str
    box: Box
    origin: tuple[float, float]
    size: float
    turn: int
    shade: float
    is_spaced: bool
    """Whether PDFium has a blank before it."""
    is_typed: bool
    """Whether that blank stands in the file."""
    at: int
    """Its place in PDFium's order of the page."""

    @property
    def is_slanted(self) -> bool:
        """Whether its text runs neither along nor across the page."""
        return self.turn % 90 != 0


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character in its frame: its box, the height that it stands at and its font size, in points."""

    left: float
    right: float
    middle: float
    height: float
    base: float
    size: float
    char: str
    is_spaced: bool
    is_typed: bool
    at: int


def to_glyph(sign: Sign, frame: Frame) -> Glyph:
    """A sign in the frame of its direction. The box of a slanted one is taken from its origin and size."""
    x, base = frame.point(*sign.origin)
    left, bottom, right, top = frame.box(sign.box)
    if sign.is_slanted:
        width = sign.size * (0.5 if sign.char.isascii() else 1.0)
        left, bottom, right, top = x, base - 0.2 * sign.size, x + width, base + 0.8 * sign.size
    middle, height = (top + bottom) / 2, top - bottom
    size = sign.size
    if not height / MAX_SIZE_SHARE <= size <= height * MAX_SIZE_SHARE:
        size = height
    blanks = sign.is_spaced, sign.is_typed
    return Glyph(left, right, middle, height, base, round(size, 1), sign.char, *blanks, sign.at)


def read_signs(text_page: pdfium.PdfTextPage) -> Iterator[list[Sign]]:
    """Signs by line; PDFium says which are on one line, but goes on after a hyphen at its end."""
    read = _Reader(text_page)
    line: list[Sign] = []
    blank = -1
    for at in range(text_page.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text_page, at))
        if char in "\r\n":
            yield line
            line = []
        elif char.isspace():
            blank = at
            continue
        elif char in HYPHENS or char.isprintable():
            line.append(read.sign(at, "-" if char in HYPHENS else char, blank))
            if char in HYPHENS:
                yield line
                line = []
        blank = -1
    yield line


class _Reader:
    """Reads the signs of a page, each into the same few places of memory."""

    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self.text_page = text_page
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.matrix = raw.FS_MATRIX()
        self.colour = [ctypes.c_uint() for _ in range(4)]

    def sign(self, at: int, char: str, blank: int) -> Sign:
        """A sign by its place in PDFium's order, and that of the blank before it (-1: none)."""
        page, matrix = self.text_page, self.matrix
        raw.FPDFText_GetCharOrigin(page, at, self.x, self.y)
        raw.FPDFText_GetMatrix(page, at, matrix)
        return Sign(
            char=char,
            box=page.get_charbox(at, loose=True),
            origin=(self.x.value, self.y.value),
            size=raw.FPDFText_GetFontSize(page, at) * math.hypot(matrix.c, matrix.d),
            turn=_turn(matrix.a, matrix.b),
            shade=self._shade(at),
            is_spaced=blank >= 0,
            is_typed=blank >= 0 and not raw.FPDFText_IsGenerated(page, blank),
            at=at,
        )

    def _shade(self, at: int) -> float:
        """How light a sign is drawn, 0 to 1: its luminance (Rec. 601), lighter where it is transparent."""
        if not raw.FPDFText_GetFillColor(self.text_page, at, *self.colour):
            return 0.0
        red, green, blue, alpha = (part.value for part in self.colour)
        light = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
        return 1 - (1 - light) * alpha / 255


def _turn(a: float, b: float) -> int:
    """Direction in whole degrees from 0 to 359: a quarter turn, or a slant in steps."""
    if b == 0.0 and a >= 0.0:
        return 0
    degrees = math.degrees(math.atan2(b, a))
    quarter = 90 * round(degrees / 90)
    if abs(degrees - quarter) <= SKEW:
        return quarter % 360
    return SLANT_STEP * round(degrees / SLANT_STEP) % 360


def main_turn(signs: Sequence[Sign]) -> int:
    """The upright or quarter direction that most signs of a page are written in; 0 for none."""
    turns = [sign.turn for sign in signs if not sign.is_slanted]
    return max(sorted(set(turns)), key=turns.count, default=0)
