"""Ruled tables on a page: lines that cross → a grid of cells, merged ones known by missing rules.

Rules come as segments of drawn paths; thin filled rectangles are two segments close together. Pieces of one
rule, drawn cell by cell or as dashes, are put together end to end. Rules that touch make one table; their
places, clustered, are its grid lines. Two places of the grid are one cell where no rule runs between them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TOUCH = 3.0
"""Points: rules this close are one rule, and touch what they end at (a rule is up to 2 wide)."""
SAME_LINE = 1.0
"""Points: pieces this far off one straight line may be pieces of one rule."""
MIN_DASH = 1.0
"""Points: shorter pieces are ends of thin rectangles, or dots of a drawing."""
MIN_RULE = 6.0
"""Points: shorter rules are parts of drawings."""
MIN_OPEN = 8.0
"""Points: vertical rules that go on this far beyond the last horizontal one hold a row without it."""
MIN_CELLS = 3
MAX_SEGMENTS = 4000
"""More segments on one page are a drawing or a map, no table."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight rule: ``at`` is its place across, ``[low, high]`` its extent along, in points."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: places of its vertical rules (left to right) and horizontal ones (top down).

    ``owner[row][column]`` is the top left place of the cell that covers a place.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: tuple[tuple[tuple[int, int], ...], ...]
    is_open: bool = False
    """Whether the last row has no rule below it: the page ended first."""
    heads: int = 0
    """So many rows at the top are levels of one head, which is one row of the table."""

    def place(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the cell that a point lies in; None outside the table."""
        column = bisect_right(self.xs, x) - 1
        row = sum(y < edge for edge in self.ys) - 1
        if not (0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1):
            return None
        return self.owner[row][column]

    def sides(self, place: tuple[int, int]) -> tuple[float, float]:
        """Left and right edge of the cell whose top left place this is."""
        row, column = place
        last = max(at for at, owner in enumerate(self.owner[row]) if owner == place)
        return self.xs[column], self.xs[last + 1]


def find_grids(horizontal: Sequence[Segment], vertical: Sequence[Segment]) -> list[Grid]:
    """Ruled tables of two columns and three cells or more, top down (one row may be the end of a table
    on the page before)."""
    horizontal, vertical = chained(horizontal), chained(vertical)
    if len(horizontal) + len(vertical) > MAX_SEGMENTS:
        return []
    grids = []
    for across, down in _connected(horizontal, vertical):
        ys = _clusters(segment.at for segment in across)[::-1]
        xs = _with_open_sides(_clusters(segment.at for segment in down), across)
        top, bottom = max(rule.high for rule in down), min(rule.low for rule in down)
        is_open = ys[-1] - bottom > MIN_OPEN
        ys = [*([top] if top - ys[0] > MIN_OPEN else []), *ys, *([bottom] if is_open else [])]
        if len(xs) >= 3 and len(ys) >= 2:
            grid = Grid(tuple(xs), tuple(ys), _owners(xs, ys, across, down), is_open)
            if len({cell for row in grid.owner for cell in row}) >= MIN_CELLS:
                grids.append(grid)
    return sorted(grids, key=lambda grid: (-grid.ys[0], grid.xs[0]))


def chained(pieces: Iterable[Segment]) -> list[Segment]:
    """Rules, the pieces of each put together end to end; what stays shorter than MIN_RULE is left out."""
    ordered = sorted(pieces, key=lambda piece: piece.at)
    rules: list[Segment] = []
    start = 0
    for stop in range(1, len(ordered) + 1):
        is_last = stop == len(ordered)
        if not is_last and ordered[stop].at - ordered[stop - 1].at <= SAME_LINE:
            continue
        line = sorted(ordered[start:stop], key=lambda piece: piece.low)
        start = stop
        rule = line[0]
        for piece in line[1:]:
            if piece.low - rule.high > TOUCH:
                rules.append(rule)
                rule = piece
            else:
                rule = Segment(rule.at, rule.low, max(rule.high, piece.high))
        rules.append(rule)
    return [rule for rule in rules if rule.high - rule.low >= MIN_RULE]


def _with_open_sides(xs: list[float], across: Sequence[Segment]) -> list[float]:
    """Places of the vertical rules, and of the sides that have none: two horizontal rules or more go on
    to one place beyond the last vertical one."""
    lows = [rule.low for rule in across if rule.low < xs[0] - MIN_OPEN]
    highs = [rule.high for rule in across if rule.high > xs[-1] + MIN_OPEN]
    left = [min(lows)] if sum(low - min(lows) <= TOUCH for low in lows) > 1 else []
    right = [max(highs)] if sum(max(highs) - high <= TOUCH for high in highs) > 1 else []
    return [*left, *xs, *right]


def _connected(
    horizontal: Sequence[Segment], vertical: Sequence[Segment]
) -> list[tuple[list[Segment], list[Segment]]]:
    """Groups of rules that touch each other, by union-find over crossings."""
    rows = sorted(horizontal, key=lambda segment: segment.at)
    heights = [segment.at for segment in rows]
    parent = list(range(len(rows) + len(vertical)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for number, rule in enumerate(vertical):
        low, high = bisect_left(heights, rule.low - TOUCH), bisect_right(heights, rule.high + TOUCH)
        for at in range(low, high):
            if rows[at].low - TOUCH <= rule.at <= rows[at].high + TOUCH:
                parent[root(at)] = root(len(rows) + number)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = defaultdict(lambda: ([], []))
    for at, segment in enumerate(rows):
        groups[root(at)][0].append(segment)
    for number, segment in enumerate(vertical):
        groups[root(len(rows) + number)][1].append(segment)
    return [group for group in groups.values() if group[0] and group[1]]


def _clusters(places: Iterable[float]) -> list[float]:
    """Places in order, those closer than TOUCH to the one before taken as one."""
    found: list[list[float]] = []
    for place in sorted(places):
        if found and place - found[-1][-1] <= TOUCH:
            found[-1].append(place)
        else:
            found.append([place])
    return [sum(cluster) / len(cluster) for cluster in found]


def _owners(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[Segment], down: Sequence[Segment]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The top left place of each place's cell: places are joined where no rule parts them."""
    owner = {
        (row, column): (row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)
    }
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            middle_x = (xs[column] + xs[column + 1]) / 2
            middle_y = (ys[row] + ys[row + 1]) / 2
            if column and not _is_ruled(down, xs[column], middle_y):
                owner[row, column] = owner[row, column - 1]
            elif row and not _is_ruled(across, ys[row], middle_x):
                owner[row, column] = owner[row - 1, column]
    return tuple(
        tuple(owner[row, column] for column in range(len(xs) - 1)) for row in range(len(ys) - 1)
    )


def _is_ruled(rules: Sequence[Segment], place: float, along: float) -> bool:
    return any(abs(rule.at - place) <= TOUCH and rule.low <= along <= rule.high for rule in rules)
