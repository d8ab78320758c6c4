"""A grid with the lines of its cells → its rows as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bearing_qa.document.formats.lines import table_lines
from bearing_qa.document.formats.pdf.cells import cell_text
from bearing_qa.document.formats.pdf.grid import Grid
from bearing_qa.document.formats.pdf.open_rows import FIGURE
from bearing_qa.document.formats.pdf.order import PlacedLine, least

LEVEL = 0.4
"""Of a line's height: lines of two cells whose middles are this close stand beside each other."""
_GAP = re.compile(r"\s+")

Place = tuple[int, int]
CellLines = Mapping[Place, Sequence[PlacedLine]]
"""The lines of each cell, from the top down, by its top left place."""


def table_rows(grid: Grid, cells: CellLines) -> Iterator[PlacedLine]:
    """Rows of a table as lines; a merged cell is in each place that it covers, but one merged
    over a whole row (it names a group of rows) only once. Levels of a head are one row.

    The heads of a table whose heads are not sure are no row, but a list above the rows: 指标；人数：
    """
    if len(grid.xs) == 2:
        words = "；".join(_GAP.sub("；", line.text) for line in cells.get((0, 0), ()))
        yield _placed(grid, f"{words}：", 0, 1, least(_in_rows(grid, cells, 0, 1)))
        return
    texts = {
        place: cell_text(lines, left=grid.sides(place)[0], right=grid.sides(place)[1])
        for place, lines in cells.items()
    }
    if grid.heads:
        levels = zip(*grid.owner[: grid.heads], strict=True)
        parts = ([texts.get(owner, "") for owner in dict.fromkeys(level)] for level in levels)
        for text in table_lines([[" ".join(filter(None, part)) for part in parts]]):
            yield _placed(grid, text, 0, grid.heads, least(_in_rows(grid, cells, 0, grid.heads)))
    for row in range(grid.heads, len(grid.owner)):
        owners = grid.owner[row]
        shown = _apart(owners, cells) or [[texts.get(owner, "") for owner in owners]]
        if len(set(owners)) == 1:
            shown[0][1:] = [""] * (len(owners) - 1)
        for text in table_lines(shown):
            yield _placed(grid, text, row, row + 1, least(_in_rows(grid, cells, row, row + 1)))


def _apart(owners: Sequence[Place], cells: CellLines) -> list[list[str]] | None:
    """The rows that one place of the grid holds where no rule parts them; None if it is one row.

    Two cells or more have the same number of lines on the same heights, those of one are figures, and no other
    cell has more than one line: that one is of all rows.
    """
    lines = [cells.get(owner, ()) for owner in owners]
    count = max(map(len, lines))
    several = [cell for cell in lines if len(cell) > 1]
    is_even = len(several) > 1 and all(len(cell) == count for cell in several)
    if not is_even or not any(all(FIGURE.fullmatch(x.text) for x in cell) for cell in several):
        return None
    if any(not _are_level(several[0], cell) for cell in several[1:]):
        return None
    return [
        [cell[n if len(cell) > 1 else 0].text if cell else "" for cell in lines]
        for n in range(count)
    ]


def _are_level(one: Sequence[PlacedLine], other: Sequence[PlacedLine]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(abs(a.middle - b.middle) <= LEVEL * max(a.height, b.height) for a, b in pairs)


def _in_rows(grid: Grid, cells: CellLines, first: int, stop: int) -> Iterator[PlacedLine]:
    """The lines of all cells that reach into some rows of a grid."""
    for place in {owner for row in grid.owner[first:stop] for owner in row}:
        yield from cells.get(place, ())


def _placed(grid: Grid, text: str, first: int, stop: int, confidence: float | None) -> PlacedLine:
    """A row from one rule of a grid to another."""
    top, bottom = grid.ys[first], grid.ys[stop]
    return PlacedLine(
        text=text,
        left=grid.xs[0],
        right=grid.xs[-1],
        middle=(top + bottom) / 2,
        height=top - bottom,
        is_row=True,
        is_open=grid.is_open and stop == len(grid.owner),
        confidence=confidence,
    )
