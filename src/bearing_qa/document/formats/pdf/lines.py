"""Glyphs of a PDF page → its lines: broken where PDFium goes on below, joined where it breaks one line in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bearing_qa.document.formats.pdf.glyphs import Glyph
from bearing_qa.document.formats.pdf.marks import body, is_raised, line_text
from bearing_qa.document.formats.pdf.order import PlacedLine

MAX_MOVE = 0.5
"""Share of the height that the middle of a line moves at most from one glyph to the next."""
LEVEL_SHARE = 0.4
"""Share of the height that the middles of two parts of one line differ at most."""
OVERLAP_SHARE = 0.15
"""Share of the height that two parts of one line overlap at most (kerning)."""
MIN_UPRIGHT = 3
"""So many glyphs that stand one below the other are a line from the top down."""
MAX_PARTS = 1000
"""A page with more lines is a drawing with labels; what was drawn apart stays apart."""

Glyphs = list[Glyph]


class _Part:
    """Glyphs of one line: all of it, or what was drawn at one time. Its edges and heights are in points."""

    def __init__(self, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self.left = min(glyph.left for glyph in glyphs)
        self.right = max(glyph.right for glyph in glyphs)
        self.height = max(glyph.height for glyph in glyphs)
        self.usual = body(glyphs)
        self.is_vertical = _is_vertical(glyphs)

    def is_level(self, other: _Part) -> bool:
        """Whether another part stands on the same height of the page."""
        step = abs(self.usual.middle - other.usual.middle)
        is_near = step < LEVEL_SHARE * max(self.usual.height, other.usual.height)
        return is_near and not (self.is_vertical or other.is_vertical)

    def goes_on(self, following: _Part) -> bool:
        """Whether PDFium broke one line in two: the same height on the page, and close."""
        gap = following.left - self.right
        return -OVERLAP_SHARE * self.height < gap < self.height and self.is_level(following)

    def takes(self, part: _Part) -> bool:
        """Whether a part that was drawn apart stands in a gap of this line, or clings to its end as a mark does."""
        slack = OVERLAP_SHARE * self.height
        if part.right < self.left or part.left > self.right + slack or not self.is_level(part):
            return False
        is_inside = self.left < part.left and part.right < self.right
        return (is_inside or is_raised(part.glyphs[0], self.glyphs[-1])) and all(
            glyph.right < part.left + slack or glyph.left > part.right - slack
            for glyph in self.glyphs
        )


def make_lines(segments: Sequence[Glyphs]) -> list[PlacedLine]:
    """Lines as they are drawn, of what PDFium says is on one line."""
    parts: list[_Part] = []
    for segment in segments:
        for glyphs in _broken(segment):
            _add(parts, _Part(glyphs))
    return [placed_line(part.glyphs) for part in parts]


def _add(parts: list[_Part], part: _Part) -> None:
    """Adds a part of a line to the line that it goes on with, fills or is filled by, or as a new one."""
    if parts and parts[-1].goes_on(part):
        parts[-1] = _Part(parts[-1].glyphs + part.glyphs)
        return
    for at, other in enumerate(parts if len(parts) <= MAX_PARTS else ()):
        if other.takes(part) or part.takes(other):
            parts[at] = _Part(other.glyphs + part.glyphs)
            return
    parts.append(part)


def _broken(segment: Glyphs) -> Iterator[Glyphs]:
    """The lines of a segment: PDFium sometimes gives a blank where a new line begins."""
    if _is_vertical(segment):
        yield segment
        return
    line: Glyphs = []
    for glyph in segment:
        if line and _moves(line, glyph):
            yield line
            line = []
        line.append(glyph)
    if line:
        yield line


def _moves(line: Glyphs, glyph: Glyph) -> bool:
    """Whether a glyph stands on another line than all the last ones of a line (a mark may be the last)."""
    near = line[-2:]
    return all(
        abs(glyph.middle - other.middle) > MAX_MOVE * max(glyph.height, other.height)
        for other in near
    )


def _is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Whether text runs from the top down, one glyph below the other."""
    return len(glyphs) >= MIN_UPRIGHT and all(
        abs((a.left + a.right) - (b.left + b.right)) < a.size
        and a.middle - b.middle > MAX_MOVE * a.size
        for a, b in pairwise(glyphs)
    )


def rows_of(glyphs: Sequence[Glyph]) -> list[Glyphs]:
    """Glyphs of a cell as its lines, from the top down, by their places."""
    rows: list[Glyphs] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.middle):
        top = rows[-1][0] if rows else None
        if top and top.middle - glyph.middle <= MAX_MOVE * max(glyph.height, top.height):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def placed_line(glyphs: Glyphs) -> PlacedLine:
    """The line that glyphs make, by their place on the page, since those of another font (quotation
    marks, often) may be drawn after the rest; its middle and height are those of most of them."""
    ordered = glyphs if _is_vertical(glyphs) else sorted(glyphs, key=lambda glyph: glyph.left)
    usual = body(ordered)
    return PlacedLine(
        text=line_text(ordered),
        left=min(glyph.left for glyph in glyphs),
        right=max(glyph.right for glyph in glyphs),
        middle=usual.middle,
        height=usual.size,
    )
