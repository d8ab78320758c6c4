"""A picture of a page → its lines with their places, ruled tables as rows.

A table is read as one only where every line lies in one cell and no rule can have been missed; else its lines stand
apart: a figure in a wrong column would be worse.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from PIL import Image

from bearing_qa.document.formats.lines import fold
from bearing_qa.document.formats.pdf.cells import width_of
from bearing_qa.document.formats.pdf.grid import Grid, find_grids
from bearing_qa.document.formats.pdf.order import LEVEL_SHARE, PlacedLine, by_place
from bearing_qa.document.formats.pdf.table_rows import table_rows
from bearing_qa.document.formats.scan.engine import Found
from bearing_qa.document.formats.scan.memory import recognised
from bearing_qa.document.formats.scan.rules import rules_of

MIN_CONFIDENCE = 0.6
"""A line that is recognised less surely is left out and reported: seals, handwriting, stains. Lines of a page too coarse to read
came out as signs at random with 0.57."""
LONG_SHARE = 5.0
"""A line so many times as wide as high tells how the page leans and how large its characters are."""
MIN_LEAN, MAX_LEAN = 0.1, 10.0
"""Degrees: less is the engine's noise, more is no page that was laid in askew."""
USUAL_EM = 0.85
"""Of a box's height: the size of the characters in it, where no long line tells."""
INTO_RULE = 0.5
"""Of a character: so far a box may reach over the edge of its cell, for boxes are drawn with room around the ink."""


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """Lines of a page in order of their places, tables as rows, and its width in points; whether lines were left out
    because they were not sure."""

    lines: list[PlacedLine]
    width: float
    is_unsure: bool


def read_picture(
    picture: Image.Image, *, width: float, typed: Sequence[PlacedLine] = ()
) -> ScannedPage:
    """The page that a picture in RGB shows, ``width`` points wide. ``typed`` are lines that the file itself has on it, which
    stand in place of those recognised there."""
    found = recognised(picture)
    scale = width / picture.width
    upright = picture.rotate(found.turn, expand=True) if found.turn else picture
    sure = [one for one in found.lines if one.confidence >= MIN_CONFIDENCE and one.text.strip()]
    unsure = [one for one in found.lines if one not in sure and len(one.text.strip()) > 1]
    angle = _lean(sure)
    lines = _placed(sure, upright.size, angle=angle, scale=scale)
    lines = [*typed, *(line for line in lines if not any(_is_on(line, own) for own in typed))]
    across, down = rules_of(upright, angle=angle, scale=scale)
    return ScannedPage(
        _with_tables(lines, find_grids(across, down)), upright.width * scale, bool(unsure)
    )


def _lean(found: Sequence[Found]) -> float:
    """Degrees that the lines of a page lean with the clock; 0 where they are straight or it cannot be told."""
    long = [one for one in found if one.width > LONG_SHARE * one.height]
    leans = [
        math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))
        for one in long
        for left, right in (one.corners[:2], one.corners[:1:-1])
    ]
    lean = median(leans) if leans else 0.0
    return lean if MIN_LEAN <= abs(lean) <= MAX_LEAN else 0.0


def _placed(
    found: Sequence[Found], size: tuple[int, int], *, angle: float, scale: float
) -> list[PlacedLine]:
    """Lines with their places in points on the page laid straight; heights count from the bottom."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x0, y0 = size[0] / 2, size[1] / 2
    em = _em_share(found)
    lines = []
    for one in found:
        xs = [x0 + (x - x0) * cos + (y - y0) * sin for x, y in one.corners]
        ys = [y0 + (y - y0) * cos - (x - x0) * sin for x, y in one.corners]
        height = (ys[2] + ys[3] - ys[0] - ys[1]) / 2
        lines.append(
            PlacedLine(
                text=fold(one.text).strip("|").replace("|", "｜"),  # a bar would part cells
                left=min(xs) * scale,
                right=max(xs) * scale,
                middle=(size[1] - sum(ys) / len(ys)) * scale,
                height=abs(height) * em * scale,
                confidence=one.confidence,
            )
        )
    return [line for line in lines if line.text]


def _em_share(found: Sequence[Found]) -> float:
    """Size of the characters as a share of the height of their boxes, as long lines show it."""
    shares = [
        one.width / width_of(one.text, 1.0) / one.height
        for one in found
        if one.width > LONG_SHARE * one.height
    ]
    return min(median(shares), 1.0) if shares else USUAL_EM


def _is_on(line: PlacedLine, typed: PlacedLine) -> bool:
    """Whether a recognised line is one that the file itself has."""
    is_level = abs(line.middle - typed.middle) < LEVEL_SHARE * max(line.height, typed.height)
    return is_level and typed.left <= (line.left + line.right) / 2 <= typed.right


def _with_tables(lines: Sequence[PlacedLine], grids: Sequence[Grid]) -> list[PlacedLine]:
    """Lines from the top down, those in tables that are sure as the rows of these."""
    tables = []
    for grid in grids:
        cells = _cells(grid, lines)
        if cells and _is_sure(grid, cells):
            inside = {id(line) for cell in cells.values() for line in cell}
            lines = [line for line in lines if id(line) not in inside]
            tables.append((grid, cells))
    ordered = by_place(lines)
    for grid, cells in tables:
        above = (at for at, line in enumerate(ordered, 1) if line.middle > grid.ys[0])
        at = max(above, default=0)
        ordered[at:at] = table_rows(grid, cells)
    return ordered


Cells = Mapping[tuple[int, int], list[PlacedLine]]


def _cells(grid: Grid, lines: Sequence[PlacedLine]) -> Cells:
    """The lines of a table by the cells that their middles lie in, from the top down."""
    cells: dict[tuple[int, int], list[PlacedLine]] = defaultdict(list)
    for line in by_place(lines):
        place = grid.place((line.left + line.right) / 2, line.middle)
        if place is not None:
            cells[place].append(line)
    return cells


def _is_sure(grid: Grid, cells: Cells) -> bool:
    """Whether each line lies in its cell alone, and no cell is two whose rule was not seen."""
    for place, lines in cells.items():
        left, right = grid.sides(place)
        for line in lines:
            slack = INTO_RULE * line.height
            if line.left < left - slack or line.right > right + slack:
                return False
        if any(_may_be_two(a, b) for a, b in pairwise(lines)):
            return False
    return True


def _may_be_two(line: PlacedLine, following: PlacedLine) -> bool:
    """Whether two lines of one cell may be of two: they stand beside each other, or a figure ends where another begins."""
    is_level = line.middle - following.middle < LEVEL_SHARE * max(line.height, following.height)
    return is_level or (line.text[-1].isdecimal() and following.text[0].isdecimal())
