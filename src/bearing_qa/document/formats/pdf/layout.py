"""Where the text of a PDF stands: its edges, its usual step and its indents, by page or by column."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bearing_qa.document.formats.pdf.order import PlacedLine

FULL_LINES = 3
"""So many lines that end at one place show where lines end; with fewer the margins are taken as even."""
MIN_FULL_SHARE = 0.85
"""Where lines reach less far than this share of the page without its margins, they are all short."""
MIN_INDENTED_SHARE = 0.05
"""Where fewer lines begin two characters in, paragraphs are not told by their indent."""
MIN_LEFT_SHARE = 0.5
"""A place where fewer lines go on than this share of those at the usual one is no left edge."""
MIN_SHIFT = 5.0
"""Points between the left edges of left and right pages that have margins of their own."""
MIN_SIDE_LINES = 20
"""With fewer lines on the left or right pages nothing is said about their margins."""
MIN_COLUMN_LINES = 5
COLUMN_STEP = 20.0
"""Points: columns that begin within the same step are one."""
MAX_STEP = 1.6
"""A line further below the one before than this many usual steps begins a paragraph."""

Column = Sequence[PlacedLine]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the text of a column stands: its left and right edge and usual step from line to line
    in points, and whether its paragraphs begin indented."""

    left: float
    right: float
    step: float
    indents: bool


def page_layouts(pages: Sequence[Sequence[Column]], widths: Sequence[float]) -> list[Layout]:
    """The layout of each page: that of all pages of its width, or of its left or right side of a book where these
    have margins of their own."""
    kinds: dict[tuple[float, int | None], list[PlacedLine]] = defaultdict(list)
    for number, (page, width) in enumerate(zip(pages, widths, strict=True)):
        lines = [line for column in page for line in column if not line.is_row]
        kinds[width, None].extend(lines)
        kinds[width, number % 2].extend(lines)
    layouts = {kind: _layout_of(lines, page_width=kind[0]) for kind, lines in kinds.items()}
    found = []
    for number, width in enumerate(widths):
        sides = [layouts.get((width, side)) for side in (0, 1)]
        own, whole = layouts[width, number % 2], layouts[width, None]
        lefts = [side.left for side in sides if side is not None]
        is_book = max(lefts) - min(lefts) > MIN_SHIFT and all(
            len(kinds[width, side]) >= MIN_SIDE_LINES for side in (0, 1)
        )
        found.append(own if is_book else whole)
    return found


def column_layouts(pages: Sequence[Sequence[Column]]) -> dict[int, Layout]:
    """The layout of the columns that begin at one place; 0 is the whole document's."""
    columns: dict[int, list[PlacedLine]] = defaultdict(list)
    for page in pages:
        for column in page:
            lines = [line for line in column if not line.is_row]
            columns[0].extend(lines)
            if lines:
                columns[bucket(column)].extend(lines)
    kept = {at: lines for at, lines in columns.items() if len(lines) >= MIN_COLUMN_LINES or not at}
    return {at: _layout_of(lines) for at, lines in kept.items()}


def bucket(column: Column) -> int:
    """Where a column begins, in steps of COLUMN_STEP, from 1 on."""
    return 1 + int(min(line.left for line in column) / COLUMN_STEP)


def _layout_of(lines: Column, *, page_width: float = 0.0) -> Layout:
    """The layout of some lines; ``page_width`` is that of a page in one column, where it is known."""
    edges = sorted(line.right for line in lines)
    steps = [a.middle - b.middle for a, b in pairwise(lines) if a.middle > b.middle]
    step = median(steps) if steps else 0.0
    right = edges[int(0.9 * (len(edges) - 1))] if edges else 0.0
    em = median(line.height for line in lines) if lines else 0.0
    left = _left_edge(lines, right=right, em=em, step=step)
    is_shown = sum(abs(edge - right) <= em for edge in edges) >= FULL_LINES
    if not is_shown or right < MIN_FULL_SHARE * (page_width - left):
        right = max(edges[-1] if edges else 0.0, page_width - left)
    indented = sum(1.5 < (line.left - left) / (line.height or 1) < 2.5 for line in lines)
    return Layout(left, right, step, indents=indented >= MIN_INDENTED_SHARE * len(lines))


def _left_edge(lines: Column, *, right: float, em: float, step: float) -> float:
    """Where lines begin that follow a full one; without three such lines, where the leftmost line does.

    A wide table or a margin note may begin further left than the text.
    """
    goes_on = Counter(
        round(b.left / (em or 1.0) * 2)
        for a, b in pairwise(lines)
        if a.right > right - 2 * em
        and 0 < a.middle - b.middle <= MAX_STEP * step
        and b.left < a.left + 0.5 * em
    )
    least = min((line.left for line in lines), default=0.0)
    if sum(goes_on.values()) < FULL_LINES:
        return least
    usual = max(goes_on.values())
    first = min(at for at, count in goes_on.items() if count >= MIN_LEFT_SHARE * usual)
    place = first * em / 2
    return min(line.left for line in lines if abs(line.left - place) <= 0.5 * em)
