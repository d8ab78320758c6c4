"""Signs on an OFD page → its lines with their places, in columns; ruled tables as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bearing_qa.document.formats.ofd.content import Content, Run, Sign
from bearing_qa.document.formats.pdf.glyphs import Glyph
from bearing_qa.document.formats.pdf.grid import Grid, find_grids
from bearing_qa.document.formats.pdf.lines import placed_line, rows_of
from bearing_qa.document.formats.pdf.marks import GAP_SHARE
from bearing_qa.document.formats.pdf.order import PlacedLine
from bearing_qa.document.formats.pdf.reader import columns
from bearing_qa.document.formats.pdf.table_rows import table_rows

BASE = 0.38
"""The middle of a sign is this share of its height above the base line."""
SAME_LINE = 0.5
"""Base lines that differ by no more than this share of the signs' height are one line."""
TWICE = 0.15
"""Of a sign's height: the same sign as near as this is drawn twice."""


def upright(content: Content) -> Content:
    """A page turned so that most of its text runs to the right: of one that is written from the top
    down, the column at the right becomes the first line."""
    turns: dict[int, int] = defaultdict(int)
    for run in content.runs:
        turns[run.turn] += len(run.signs)
    turn = max(turns, key=lambda turn: turns[turn], default=0)
    for _ in range(-turn % 4):
        content = _turned(content)
    return content


def _turned(content: Content) -> Content:
    """A page turned by a quarter, against the clock."""
    height = content.height
    runs = [
        Run(
            tuple(replace(sign, x=height - sign.y, y=sign.x) for sign in run.signs),
            (run.turn + 1) % 4,
        )
        for run in content.runs
    ]
    return replace(
        content,
        width=height,
        height=content.width,
        runs=runs,
        vertical=[replace(rule, at=height - rule.at) for rule in content.horizontal],
        horizontal=[
            replace(rule, low=height - rule.high, high=height - rule.low)
            for rule in content.vertical
        ],
    )


def columns_of(content: Content) -> list[list[PlacedLine]]:
    """Lines of a page by column, in reading order, its tables as rows."""
    grids = find_grids(content.horizontal, content.vertical)
    cells: dict[int, dict[tuple[int, int], list[Glyph]]] = defaultdict(lambda: defaultdict(list))
    written: list[_Written] = []
    lines: list[PlacedLine] = []
    for run in _once(content.runs):
        outside = [sign for sign in run.signs if not _in_cell(sign, grids, cells)]
        if run.turn == 0:
            for sign in outside:
                written.append((sign, _stretch_of(sign, written)))
        elif outside:
            lines.append(_standing(outside))
    for level in _levels(written):
        for piece in _pieces(level):
            lines.append(placed_line(list(map(_char, piece))))
    ordered = sorted(lines, key=lambda line: (-line.middle, line.left))
    for number, grid in enumerate(grids):
        if cells[number]:
            above = (at for at, line in enumerate(ordered, 1) if line.middle > grid.ys[0])
            at = max(above, default=0)
            ordered[at:at] = table_rows(
                grid,
                {
                    place: [placed_line(row) for row in rows_of(inside)]
                    for place, inside in cells[number].items()
                },
            )
    return [_joined(column) for column in columns(ordered, content.width)]


def _once(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs without the signs that were drawn there before: twice looks bold."""
    seen: set[tuple[str, int, int]] = set()
    for run in runs:
        kept = []
        for sign in run.signs:
            near = TWICE * sign.height or 1.0
            x, y = round(sign.x / near), round(sign.y / near)
            around = ((sign.char, x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
            if not any(place in seen for place in around):
                kept.append(sign)
                seen.add((sign.char, x, y))
        if kept:
            yield replace(run, signs=tuple(kept))


def _in_cell(
    sign: Sign, grids: Sequence[Grid], cells: dict[int, dict[tuple[int, int], list[Glyph]]]
) -> bool:
    """Whether a sign lies in a table; it is put into its cell."""
    char = _char(sign)
    for number, grid in enumerate(grids):
        place = grid.place((char.left + char.right) / 2, char.middle)
        if place is not None:
            cells[number][place].append(char)
            return True
    return False


def _char(sign: Sign) -> Glyph:
    return Glyph(
        left=sign.x,
        right=sign.x + sign.width,
        middle=sign.y + BASE * sign.height,
        height=sign.height,
        base=sign.y,
        size=sign.height,
        char=sign.char,
        is_spaced=sign.is_spaced,
        is_typed=sign.is_spaced,
        at=0,
    )


def _standing(signs: Sequence[Sign]) -> PlacedLine:
    """Signs one below the other, as a line of its own."""
    first = _char(signs[0])
    text = "".join(sign.char for sign in signs)
    return PlacedLine(text, first.left, first.right, first.middle, first.height)


_Written = tuple[Sign, int]
"""A sign, and the number of the stretch in which the file writes it."""


def _stretch_of(sign: Sign, written: Sequence[_Written]) -> int:
    """The number of the stretch that a sign is written in: it goes on to the right at one height."""
    if not written:
        return 0
    before, stretch = written[-1]
    return stretch if _is_level(before, sign) and sign.x > before.x else stretch + 1


def _is_level(sign: Sign, other: Sign) -> bool:
    return abs(sign.y - other.y) <= SAME_LINE * max(sign.height, other.height)


def _levels(written: Sequence[_Written]) -> Iterator[list[_Written]]:
    """Signs by the height of their base lines, from the top down."""
    level: list[_Written] = []
    for item in sorted(written, key=lambda item: -item[0].y):
        if level and not _is_level(level[0][0], item[0]):
            yield level
            level = []
        level.append(item)
    if level:
        yield level


def _pieces(level: Sequence[_Written]) -> Iterator[list[Sign]]:
    """Signs at one height, parted where a gap is wider than a sign and the file does not write over it:
    what is on both sides may be of two columns."""
    piece: list[Sign] = []
    stretch = -1
    for sign, number in sorted(level, key=lambda item: item[0].x):
        before = piece[-1] if piece else sign
        gap = sign.x - before.x - before.width
        if number != stretch and gap > max(sign.height, before.height):
            yield piece
            piece = []
        piece.append(sign)
        stretch = number
    yield piece


def _joined(column: Sequence[PlacedLine]) -> list[PlacedLine]:
    """A column's lines, those at one height as one."""
    lines: list[PlacedLine] = []
    for line in column:
        before = lines[-1] if lines else line
        is_level = abs(before.middle - line.middle) < SAME_LINE * min(before.height, line.height)
        if lines and is_level and not (line.is_row or before.is_row):
            is_gap = line.left - before.right > GAP_SHARE * line.height
            text = before.text + (" " if is_gap else "") + line.text
            height = max(before.height, line.height)
            lines[-1] = replace(before, text=text, right=line.right, height=height)
        else:
            lines.append(line)
    return lines
