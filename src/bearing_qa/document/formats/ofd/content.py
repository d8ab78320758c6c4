"""The content of an OFD page → its signs with their places, straight rules, and how much of it pictures cover.

Places are in points, counted from the left and upward from the bottom, as in a PDF. An object has a
matrix (CTM) and a box on the page (Boundary); the first place of its text and the steps from sign to
sign are stated, in its own space.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from unicodedata import category, east_asian_width

from bearing_qa.document.formats.ofd.geometry import CURVE, Matrix, apply, is_thin, placed, segments
from bearing_qa.document.formats.ofd.package import Element, Page, numbers
from bearing_qa.document.formats.pdf.grid import MIN_RULE, Segment

POINTS = 72 / 25.4
"""Points in a millimetre."""
SLANT = 1.0
"""Points that a rule may be off the straight."""
MAX_DEPTH = 8
"""Drawn units inside drawn units; more is a circle."""
OBLIQUE = 10.0
"""Degrees off the straight from which on text is a watermark, no text of the page."""
UNKNOWN = "\ufffd"
"""What stands for a sign whose code says nothing: its glyph has no character."""
_GBK_BLANK = "\ue5e5"
"""Where GBK's ideographic blank of its user's area lands."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A character: its left end on the base line, its width and height in points."""

    char: str
    x: float
    y: float
    width: float
    height: float
    is_spaced: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Signs that were written together; ``turn`` is their direction in quarters of a circle: 0 to the right,
    1 upward, 2 to the left, 3 downward."""

    signs: tuple[Sign, ...]
    turn: int


@dataclass(slots=True)
class Content:
    """What is on a page; width and height in points, ``pictured`` the share of it under pictures,
    ``curves`` how many of its paths are curved."""

    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    horizontal: list[Segment] = field(default_factory=list)
    vertical: list[Segment] = field(default_factory=list)
    pictured: float = 0.0
    curves: int = 0


def read_content(page: Page) -> Content:
    """What is drawn on a page. Raises ValueError for numbers that are none."""
    left, top, width, height = page.box
    content = Content(width * POINTS, height * POINTS)
    outer: Matrix = (POINTS, 0, 0, -POINTS, -left * POINTS, (height + top) * POINTS)
    for root in page.contents:
        _Drawing(page, content).draw(root, outer, MAX_DEPTH)
    return content


class _Drawing:
    def __init__(self, page: Page, content: Content) -> None:
        self._units = page.resources.units
        self._content = content

    def draw(self, owner: Element, outer: Matrix, depth: int) -> None:
        """The objects of a content, layer, block or unit, in their order."""
        for item in owner:
            kind = item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""
            if item.get("Visible") in ("false", "0"):
                continue
            if kind in ("Layer", "PageBlock", "Content"):
                self.draw(item, outer, depth)
            elif kind == "TextObject":
                self._content.runs += _runs(item, placed(item, outer))
            elif kind == "PathObject":
                self._rules(item, placed(item, outer))
            elif kind == "ImageObject":
                self._picture(item)
            elif kind == "CompositeObject" and depth:
                unit = self._units.get(item.get("ResourceID", ""))
                if unit is not None:
                    self.draw(unit, placed(item, outer), depth - 1)

    def _rules(self, item: Element, matrix: Matrix) -> None:
        is_stroked = item.get("Stroke") not in ("false", "0")
        if not is_stroked and item.get("Fill") not in ("true", "1"):
            return
        paths = [data.text or "" for data in item.iterfind("{*}AbbreviatedData")]
        self._content.curves += any(CURVE.search(path) is not None for path in paths)
        ends = [
            (apply(matrix, *start), apply(matrix, *stop))
            for path in paths
            for start, stop in segments(path)
        ]
        if not is_stroked and not is_thin([point for pair in ends for point in pair]):
            return
        for (x0, y0), (x1, y1) in ends:
            if abs(y1 - y0) <= SLANT and abs(x1 - x0) >= MIN_RULE:
                rule = Segment((y0 + y1) / 2, min(x0, x1), max(x0, x1))
                self._content.horizontal.append(rule)
            elif abs(x1 - x0) <= SLANT and abs(y1 - y0) >= MIN_RULE:
                rule = Segment((x0 + x1) / 2, min(y0, y1), max(y0, y1))
                self._content.vertical.append(rule)

    def _picture(self, item: Element) -> None:
        _, _, width, height = numbers(item.get("Boundary"), 4)
        page = self._content.width * self._content.height / POINTS**2
        if page > 0:
            self._content.pictured += abs(width * height) / page


def _runs(item: Element, matrix: Matrix) -> Iterator[Run]:
    """The runs of a text object: one a TextCode."""
    (size,) = numbers(item.get("Size"), 1)
    (stretch,) = numbers(item.get("HScale") or "1", 1)
    glyphs = {
        glyph
        for found in item.iterfind("{*}CGTransform/{*}Glyphs")
        for glyph in (found.text or "").split()
    }
    codes = [(code, (code.text or "").strip("\r\n")) for code in item.iterfind("{*}TextCode")]
    is_told = _is_told("".join(text for _, text in codes), glyphs)
    x, y = 0.0, 0.0
    for code, text in codes:
        (x,), (y,) = numbers(code.get("X") or str(x), 1), numbers(code.get("Y") or str(y), 1)
        shown = text if is_told else UNKNOWN * max(len(text), 1)
        if shown.strip():
            run = _run(shown, _Steps(code, shown, em=size, stretch=stretch), x, y, matrix)
            if run is not None:
                yield run
    if not codes and glyphs:
        yield Run((Sign(UNKNOWN, *apply(matrix, 0, 0), size * POINTS, size * POINTS, False),), 0)


def _is_told(text: str, glyphs: set[str]) -> bool:
    """Whether a text says what its glyphs are: not by nothing, nor by one and the same sign for several."""
    return len(glyphs) <= len(set(text)) or len(set(text)) > 1


class _Steps:
    """How far it is from each sign of a text to the next, and how wide the signs are, in millimetres."""

    def __init__(self, code: Element, text: str, *, em: float, stretch: float) -> None:
        self.em = em
        natural = [em * stretch * (1.0 if _is_wide(char) else 0.5) for char in text]
        across, down = (_deltas(code.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
        is_upright = bool(down) and not across
        self.across = [0.0] * len(text) if is_upright else [*across, *natural[len(across) :]]
        self.down = [*down, *repeat(0.0, len(text) - len(down))]
        self.widths = natural if is_upright else list(map(_width, self.across, natural, text))
        """A narrow sign is as wide as the step says, up to an em; a wide one not more than an em."""


def _width(step: float, natural: float, char: str) -> float:
    most = natural if _is_wide(char) else 2 * natural
    return min(step, most) if step > 0 else natural


def _is_wide(char: str) -> bool:
    return east_asian_width(char) in "WFA"


def _run(text: str, steps: _Steps, x: float, y: float, matrix: Matrix) -> Run | None:
    """A text's signs on the page; None where it runs obliquely, as watermarks do."""
    turn = _turn(text, steps, matrix)
    if turn is None:
        return None
    across, up = math.hypot(matrix[0], matrix[1]), math.hypot(matrix[2], matrix[3])
    signs, is_spaced = [], False
    for char, dx, dy, width in zip(text, steps.across, steps.down, steps.widths, strict=True):
        if char.isspace() or char == _GBK_BLANK:
            is_spaced = True
        elif category(char) not in ("Cc", "Cf"):
            at = apply(matrix, x, y)
            signs.append(Sign(char, *at, width * across, steps.em * up, is_spaced))
            is_spaced = False
        x, y = x + dx, y + dy
    return Run(tuple(signs), turn)


def _turn(text: str, steps: _Steps, matrix: Matrix) -> int | None:
    """Which way a text runs on the page, in quarters; None for none of them."""
    last = len(text) - 1
    dx, dy = (sum(steps.across[:last]), sum(steps.down[:last])) if last else (1.0, 0.0)
    if not (dx or dy):
        dx = 1.0
    angle = math.degrees(
        math.atan2(dx * matrix[1] + dy * matrix[3], dx * matrix[0] + dy * matrix[2])
    )
    quarter = round(angle / 90)
    return quarter % 4 if abs(angle - 90 * quarter) <= OBLIQUE else None


def _deltas(text: str | None, count: int) -> list[float]:
    """Steps that an attribute lists, at most ``count``; ``g 3 4.2`` stands for three of 4.2."""
    words = iter((text or "").split())
    steps: list[float] = []
    for word in words:
        if word == "g":
            times, step = next(words, ""), next(words, "")
            wanted = int(times) if times.isdecimal() and len(times) < 10 else 0
            steps += repeat(numbers(step, 1)[0], min(wanted, count - len(steps)))
        else:
            steps.append(numbers(word, 1)[0])
        if len(steps) >= count:
            break
    return steps
