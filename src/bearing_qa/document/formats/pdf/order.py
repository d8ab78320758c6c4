"""The order of what a PDF page holds: lines that were drawn out of their places, and figures that the file
gives otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_BROKEN = re.compile(
    r"(?<=[0-9][.,])\n *(?=[0-9])|(?<=[0-9])\n *(?=[.,][0-9])"
    r"|(?<=,[0-9])\n *(?=[0-9])|(?<=,[0-9][0-9])\n *(?=[0-9])"
)
"""Where a figure is broken that goes on in the next line: at a stop or comma, or inside of three digits."""
LEVEL_SHARE = 0.5
"""Lines whose middles differ by less than this share of their height stand beside each other."""
MAX_RUNS = 500
"""A page with more steps back is a drawing with labels; its lines are put by place at once."""


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
    confidence: float | None = None
    """How sure it is, 0 to 1, where it was recognised from a picture."""


def least(lines: Iterable[PlacedLine]) -> float | None:
    """The confidence of what is least sure of some lines; None where none was recognised."""
    return min((line.confidence for line in lines if line.confidence is not None), default=None)


Run = list[PlacedLine]
"""Lines drawn one after the other without a step back."""


def in_order(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """Lines of a page as they are read. They stay as drawn where each is below or to the right of the one before,
    so that columns stay whole; what was drawn after a step back is put in its place."""
    runs: list[Run] = []
    for line in lines:
        if runs and not _steps_back(runs[-1][-1], line):
            runs[-1].append(line)
        else:
            runs.append([line])
    if len(runs) > MAX_RUNS:
        return by_place(lines)
    ordered: list[Run] = []
    for run in sorted(runs, key=lambda run: (-_top(run), run[0].left)):
        mixed = [other for other in ordered if _are_mixed(other, run)]
        ordered = [other for other in ordered if not any(other is part for part in mixed)]
        for other in mixed:
            run = _merged(other, run)
        ordered.append(run)
    return [line for run in sorted(ordered, key=lambda run: -_top(run)) for line in run]


def _steps_back(before: PlacedLine, line: PlacedLine) -> bool:
    """Whether a line stands above the one drawn before it and is not the top of the next column."""
    is_above = line.middle - before.middle > LEVEL_SHARE * max(before.height, line.height)
    return is_above and line.left < before.right


def _top(run: Run) -> float:
    return max(line.middle for line in run)


def _bottom(run: Run) -> float:
    return min(line.middle for line in run)


def _are_mixed(a: Run, b: Run) -> bool:
    """Whether two runs share some height of the page, and lines of both stand one over the other there; or one has
    lines above and below all of the other."""
    top, bottom = min(_top(a), _top(b)), max(_bottom(a), _bottom(b))
    if top < bottom:
        return False
    inside = [[line for line in run if bottom <= line.middle <= top] for run in (a, b)]
    around = a if not inside[0] else b if not inside[1] else None
    if around is not None:
        inside = [[line for line in around if line.middle < bottom], b if around is a else a]
    return any(_overlap(one, other) for one in inside[0] for other in inside[1])


def _overlap(a: PlacedLine, b: PlacedLine) -> bool:
    return a.left < b.right and b.left < a.right


def _merged(a: Run, b: Run) -> Run:
    """Two mixed runs as one: one around the other where nothing of it is inside, else all by place."""
    for outer, inner in ((a, b), (b, a)):
        above = [line for line in outer if line.middle > _top(inner)]
        below = [line for line in outer if line.middle < _bottom(inner)]
        if len(above) + len(below) == len(outer):
            return [*above, *inner, *below]
    return by_place([*a, *b])


def by_place(lines: Iterable[PlacedLine]) -> Run:
    """Lines from the top down, those beside each other from the left."""
    rows: list[Run] = []
    for line in sorted(lines, key=lambda line: -line.middle):
        first = rows[-1][0] if rows else None
        if first and first.middle - line.middle < LEVEL_SHARE * max(first.height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.left)]


def figures_apart(texts: Iterable[str], original: str) -> list[str]:
    """Figures of the lines of a page that its original order does not have, each once. Some figures
    go on in the next line for sure; else a cell of two lines may hold two."""
    known = {*FIGURE.findall(original), *FIGURE.findall(_BROKEN.sub("", original))}
    found = (figure for text in texts for figure in FIGURE.findall(text))
    return [figure for figure in dict.fromkeys(found) if figure not in known]
