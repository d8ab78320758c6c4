"""Which columns each head of a table without vertical rules stands over; None where that is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bearing_qa.document.formats.pdf.grid import TOUCH, Segment
from bearing_qa.document.formats.pdf.runs import Run, RunLine

Extent = tuple[float, float]
"""Left and right end of what stands in a column, in points."""
Range = tuple[int, int]
"""First and last column."""
Cells = tuple[tuple[tuple[int, int], ...], ...]

MUCH_NEARER = 0.5
"""A head beside all columns is that of the nearest one, if it is nearer than this share of the way to the next."""


def head_ranges(
    lines: Sequence[RunLine], columns: Sequence[Extent], spans: Sequence[Segment]
) -> list[dict[Range, Run]] | None:
    """For each line of a head, top down, which columns its runs stand over. ``spans`` are short rules in
    the head, each below what heads its columns."""
    below: list[dict[Range, Run]] = []
    for at in range(len(lines) - 1, -1, -1):
        floor = max((run.middle for line in lines[at + 1 : at + 2] for run in line), default=0.0)
        here: dict[Range, Run] = {}
        for run in lines[at]:
            over = _ruled(run, columns, spans, floor) or _over(run, columns, below)
            if over is None or any(_meet(over, other) for other in here):
                return None
            here[over] = run
        below.insert(0, here)
    is_sure = all(_is_sure(at, below, columns, spans) for at in range(len(below)))
    named = {column for line in below for first, last in line for column in range(first, last + 1)}
    return below if is_sure and {*range(1, len(columns))} <= named else None


def head_owners(ranges: Sequence[dict[Range, Run]], columns: int) -> Cells:
    """The grid's owners of the rows of a head: wrapped lines of one head are one cell, levels are several."""
    owners = [[(0, column) for column in range(columns)] for _ in ranges]
    for column in range(columns):
        over = [next((r for r in line if r[0] <= column <= r[1]), None) for line in ranges]
        current: Range | None = None
        owner = (0, column)
        for row, found in enumerate(over):
            if found is not None and found != current:
                first = 0 if current is None else row
                current, owner = found, (first, found[0])
            owners[row][column] = owner
        begun = next((row for row, found in enumerate(over) if found is not None), 0)
        for row in range(begun):
            owners[row][column] = owners[begun][column]
    return tuple(tuple(row) for row in owners)


def _ruled(
    run: Run, columns: Sequence[Extent], spans: Sequence[Segment], floor: float
) -> Range | None:
    """The columns above which a short rule right below a run goes."""
    for rule in spans:
        if floor < rule.at < run.middle and rule.low - TOUCH <= run.centre <= rule.high + TOUCH:
            inside = [
                n
                for n, (low, high) in enumerate(columns)
                if rule.low - TOUCH <= (low + high) / 2 <= rule.high + TOUCH
            ]
            if inside:
                return inside[0], inside[-1]
    return None


def _over(run: Run, columns: Sequence[Extent], below: Sequence[dict[Range, Run]]) -> Range | None:
    """The columns that a run stands over by its place: the one it meets, or several that have heads of
    their own below it, or have no other head at all."""
    met = [n for n, (low, high) in enumerate(columns) if run.left < high and low < run.right]
    own = {first for line in below for first, last in line if first == last}
    if len(met) == 1:
        return met[0], met[0]
    if met:
        headed = [column in own for column in met]
        is_one = all(headed) or not (any(headed) or met[0] == 0)
        return (met[0], met[-1]) if is_one else None
    away = sorted(
        (max(low - run.right, run.left - high), n) for n, (low, high) in enumerate(columns)
    )
    (near, column), (far, other) = away[:2]
    pair = min(column, other), max(column, other)
    middle = (columns[pair[0]][0] + columns[pair[1]][1]) / 2
    if {*pair} <= own and pair[0] and abs(run.centre - middle) <= run.height:
        return pair
    return (column, column) if near < MUCH_NEARER * far and column not in own else None


def _is_sure(
    at: int,
    ranges: Sequence[dict[Range, Run]],
    columns: Sequence[Extent],
    spans: Sequence[Segment],
) -> bool:
    """Whether no head of a line may also be that of a column beside it, whose own head is on a level with
    the head below."""
    covered = {n for first, last in ranges[at] for n in range(first, last + 1)}
    for (first, last), run in ranges[at].items():
        lower = next((line for line in ranges[at + 1 :] if (first, first) in line), None)
        is_ruled = any(rule.low - TOUCH <= run.centre <= rule.high + TOUCH for rule in spans)
        if lower is None or is_ruled:
            continue
        beside = [n for n in (first - 1, last + 1) if (n, n) in lower and n not in covered]
        is_centred = first == last and abs(run.centre - lower[first, first].centre) <= TOUCH
        is_flush = first == last and abs(run.left - lower[first, first].left) <= TOUCH
        middle = (columns[first][0] + columns[last][1]) / 2
        if first < last and abs(run.centre - middle) > 2 * run.height:
            return False
        if first == last and beside and (len(beside) > 1 or is_flush or not is_centred):
            return False
    return True


def _meet(one: Range, other: Range) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def column_edges(
    columns: Sequence[Extent], ranges: Sequence[dict[Range, Run]]
) -> list[float] | None:
    """Where columns part, heads included; None if some head reaches over to the next column."""
    extents = list(columns)
    for line in ranges:
        for (first, last), run in line.items():
            if first == last:
                low, high = extents[first]
                extents[first] = min(low, run.left), max(high, run.right)
    if any(left[1] > right[0] for left, right in pairwise(extents)):
        return None
    edges = [(left[1] + right[0]) / 2 for left, right in pairwise(extents)]
    bounds = [float("-inf"), *edges, float("inf")]
    is_inside = all(
        bounds[first] <= run.left and run.right <= bounds[last + 1]
        for line in ranges
        for (first, last), run in line.items()
    )
    return edges if is_inside else None
