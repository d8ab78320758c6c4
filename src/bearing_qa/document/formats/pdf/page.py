"""One page of a PDF, by PDFium: its text lines with their places, ruled tables as rows of cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from bearing_qa.document.formats.pdf.drawings import Drawings, read_drawings, rules
from bearing_qa.document.formats.pdf.glyphs import (
    Frame,
    Glyph,
    Sign,
    frame_of,
    main_turn,
    read_signs,
    to_glyph,
)
from bearing_qa.document.formats.pdf.grid import Grid, chained, find_grids
from bearing_qa.document.formats.pdf.lines import make_lines, placed_line, rows_of
from bearing_qa.document.formats.pdf.marks import closed_up, levels, plain_digits
from bearing_qa.document.formats.pdf.open_table import find_open_tables
from bearing_qa.document.formats.pdf.order import PlacedLine, figures_apart
from bearing_qa.document.formats.pdf.shades import table_edges
from bearing_qa.document.formats.pdf.table_rows import table_rows
from bearing_qa.document.formats.pdf.watermarks import without_watermarks

MIN_SHORT, MAX_SHORT = 40.0, 0.5
"""The rule above footnotes: at least so many points wide, at most this share of the page."""
NOWHERE = (0.0, 0.0, 0.0, 0.0)
"""The box of no page: its frame is the page's own space."""

Cell = tuple[int, tuple[int, int]]
"""Number of a table on the page, and the top left place of a cell of it."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page holds: its lines for each direction of its text with the width of the page in that direction
    (the main direction first), figures that its file gives in another order, what is drawn, and the heights of its
    short horizontal rules, as there are above footnotes."""

    parts: tuple[tuple[list[PlacedLine], float], ...]
    figures_apart: tuple[str, ...]
    drawings: Drawings
    short_rules: tuple[float, ...]
    is_recognised: bool = False
    """Whether its lines were recognised from its picture."""
    is_unsure: bool = False
    """Whether lines of it were left out because they were hardly recognised."""


def read_page(page: pdfium.PdfPage) -> PageText:
    """Lines of a page, upright and as they are drawn, each ruled table where it stands as its rows."""
    drawings = read_drawings(page)
    _, vertical = rules(drawings, frame_of(0, NOWHERE))
    lines = without_watermarks(list(read_signs(page.get_textpage())), vertical)
    signs = [sign for line in lines for sign in line]
    drawings.lines.extend(table_edges(drawings.shades, [sign.box for sign in signs]))
    main = main_turn(signs)
    turns = [main, *sorted({sign.turn for sign in signs} - {main})]
    frames = {turn: frame_of(turn, drawings.box) for turn in turns}
    tables = _tables(signs, drawings, frames[main], main)
    marks = [[_place(sign, frames, tables) for sign in line] for line in lines]
    parts = []
    for turn, frame in frames.items():
        outside = [[mark.glyph for mark in line if mark.is_text(turn)] for line in marks]
        parts.append((make_lines(outside), frame.width))
    _put_in(parts[0][0], tables, [mark for line in marks for mark in line])
    texts = [line.text for part, _ in parts for line in part]
    apart = figures_apart(texts, "\n".join(map(_original, marks)))
    short = tuple(_short_rules(drawings, frames[main]))
    return PageText(tuple(parts), tuple(apart), drawings, short)


def _short_rules(drawings: Drawings, frame: Frame) -> Iterator[float]:
    """Heights of the horizontal rules that are at most MAX_SHORT of the page wide."""
    for rule in chained(rules(drawings, frame)[0]):
        if MIN_SHORT <= rule.high - rule.low <= MAX_SHORT * frame.width:
            yield rule.at


def _tables(signs: Sequence[Sign], drawings: Drawings, frame: Frame, turn: int) -> list[Grid]:
    """The tables of a page in its main direction: ruled ones, then those without vertical rules."""
    horizontal, vertical = rules(drawings, frame)
    ruled = find_grids(horizontal, vertical)
    glyphs = [to_glyph(sign, frame) for sign in signs if sign.turn == turn]
    return [*ruled, *find_open_tables(horizontal, glyphs, ruled)]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A glyph with the direction of its text and the cell that it stands in."""

    glyph: Glyph
    turn: int
    cell: Cell | None

    def is_text(self, turn: int) -> bool:
        """Whether it is text of one direction outside of tables."""
        return self.cell is None and self.turn == turn


def _place(sign: Sign, frames: Mapping[int, Frame], tables: Sequence[Grid]) -> _Placed:
    """A sign in its place; the first of the frames is that of the tables."""
    glyph = to_glyph(sign, frames[sign.turn])
    if tables and not sign.is_slanted:
        left, bottom, right, top = next(iter(frames.values())).box(sign.box)
        for number, grid in enumerate(tables):
            place = grid.place((left + right) / 2, (bottom + top) / 2)
            if place is not None:
                return _Placed(glyph, sign.turn, (number, place))
    return _Placed(glyph, sign.turn, None)


def _original(line: Sequence[_Placed]) -> str:
    """The text of a line in PDFium's order, with blanks between cells and around small signs."""
    text, before = "", None
    glyphs = closed_up([mark.glyph for mark in line])
    for mark, glyph, level in zip(line, glyphs, levels(glyphs), strict=True):
        here = (level, mark.cell, mark.turn)
        is_apart = here != before or glyph.is_spaced
        text += " " * is_apart + plain_digits(glyph.char)
        before = here
    return text


def _put_in(lines: list[PlacedLine], tables: Sequence[Grid], marks: Sequence[_Placed]) -> None:
    """Puts the rows of tables among the lines of a page, below the last line above each."""
    cells: dict[int, dict[tuple[int, int], list[_Placed]]] = defaultdict(lambda: defaultdict(list))
    for mark in marks:
        if mark.cell is not None:
            cells[mark.cell[0]][mark.cell[1]].append(mark)
    for number, grid in enumerate(tables):
        if cells[number]:
            above = (at for at, line in enumerate(lines, 1) if line.middle > grid.ys[0])
            at = max(above, default=0)
            lines[at:at] = table_rows(
                grid, {place: _cell_lines(inside) for place, inside in cells[number].items()}
            )


def _cell_lines(marks: Sequence[_Placed]) -> list[PlacedLine]:
    """Lines of a cell from the top down, of one direction of text after the other."""
    turns = dict.fromkeys(mark.turn for mark in marks)
    rows = [row for turn in turns for row in rows_of([m.glyph for m in marks if m.turn == turn])]
    return [placed_line(row) for row in rows]
