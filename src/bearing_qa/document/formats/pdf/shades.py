"""Filled shapes on a page, told apart from rules: a rule is thin, a highlight or a cell's ground is not.

A highlight behind words has edges where the words begin and end, which are no rules of a table. Grounds of
cells that stand in rows and columns are a table, though nothing is stroked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bearing_qa.document.formats.pdf.grid import SAME_LINE, TOUCH

MAX_THICKNESS = 3.0
"""Points: a filled shape that is thicker both ways is no rule (rules are up to 2 wide)."""

MAX_SHADES = 1000
"""More shapes on one page are a drawing; each is compared with each."""

MAX_TIGHT = 0.4
"""Where more of the shapes begin where a character does, they are highlights; cells have a margin."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""
Point = tuple[float, float]
Edge = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Shade:
    """The box of a filled shape, in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def edges(self) -> list[Edge]:
        """Its four sides."""
        corners = [
            (self.left, self.bottom),
            (self.right, self.bottom),
            (self.right, self.top),
            (self.left, self.top),
        ]
        return list(pairwise([*corners, corners[0]]))


def rules_and_shades(edges: Iterable[Edge]) -> tuple[list[Edge], list[Shade]]:
    """The edges of a filled path that may be a rule's, and the boxes of its thicker shapes."""
    rules: list[Edge] = []
    shades: list[Shade] = []
    for shape in _shapes(edges):
        xs = [x for edge in shape for x, _ in edge]
        ys = [y for edge in shape for _, y in edge]
        if min(max(xs) - min(xs), max(ys) - min(ys)) > MAX_THICKNESS:
            shades.append(Shade(min(xs), min(ys), max(xs), max(ys)))
        else:
            rules.extend(shape)
    return rules, shades


def table_edges(shades: Iterable[Shade], words: Sequence[Box]) -> list[Edge]:
    """Edges of the shades that are cells of a table: below or above each is one just as wide, and so it is
    for one beside it, and words, by the boxes of their characters, do not begin right at their edge."""
    kept = list(dict.fromkeys(shades))
    if len(kept) > MAX_SHADES:
        return []
    stacked = [shade for shade in kept if any(_is_stacked(shade, other) for other in kept)]
    cells = [shade for shade in stacked if any(_is_beside(shade, other) for other in stacked)]
    tight = sum(any(_begins_at(box, shade) for box in words) for shade in cells)
    if tight > MAX_TIGHT * len(cells):
        return []
    return [edge for shade in cells for edge in shade.edges]


def _begins_at(box: Box, shade: Shade) -> bool:
    """Whether a character stands in a shade, at its very left edge."""
    left, bottom, _, top = box
    return abs(left - shade.left) <= SAME_LINE and shade.bottom < (bottom + top) / 2 < shade.top


def _shapes(edges: Iterable[Edge]) -> Iterator[list[Edge]]:
    """Edges that follow each other, together."""
    shape: list[Edge] = []
    for edge in edges:
        if shape and shape[-1][1] != edge[0]:
            yield shape
            shape = []
        shape.append(edge)
    if shape:
        yield shape


def _is_stacked(shade: Shade, other: Shade) -> bool:
    is_as_wide = max(abs(shade.left - other.left), abs(shade.right - other.right)) <= SAME_LINE
    gap = min(abs(shade.bottom - other.top), abs(shade.top - other.bottom))
    return shade != other and is_as_wide and gap <= TOUCH


def _is_beside(shade: Shade, other: Shade) -> bool:
    is_level = max(abs(shade.top - other.top), abs(shade.bottom - other.bottom)) <= SAME_LINE
    gap = min(abs(shade.left - other.right), abs(shade.right - other.left))
    return shade != other and is_level and gap <= TOUCH
