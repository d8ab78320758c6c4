"""One sheet of a workbook, whatever its file: cells as they are shown, merged areas, what is hidden."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bearing_qa.types import Unread, UnreadKind

Area = tuple[int, int, int, int]
"""Top row, left column, bottom row and right column of a block of cells, all in it."""
Row = dict[int, str]
"""Texts of a row's cells by their column."""
MAX_CELLS = 2_000_000
"""Cells with text of one file; a workbook of more is a data base, and its parsing takes minutes."""
MAX_NAMED = 10
"""Places of one kind that a sheet names one by one; more are named by their first and last, and counted."""
MAX_COLUMN = 16_384
MAX_ROW = 1_048_576
"""The last column (XFD) and row that a sheet has."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
"""Signs that show nothing; a cell of nothing else is blank."""
_UNEVEN = re.compile("[\\s|\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""What a cell's text has to hold to need anything done to it."""
_LINE_END = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_WIDE = re.compile("[\u2e80-\u9fff\uff00-\uffef（）《》“”、，。；：]")


@dataclass(slots=True)
class Sheet:
    """Cells of a sheet by row and column, both counted from 1; blank ones are absent."""

    name: str
    cells: dict[int, Row] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)
    """Lines of text boxes, each with the address of the cell that its box begins in."""

    def put(self, row: int, column: int, text: str) -> None:
        """Sets a cell's text; a blank one stays absent."""
        shown = on_one_line(text)
        if shown:
            self.cells.setdefault(row, {})[column] = shown

    def address(self, row: int, column: int) -> str:
        """A cell's address: 表!B7, or B7 where the sheet has no name."""
        return f"{self.name}!{letters(column)}{row}" if self.name else f"{letters(column)}{row}"

    def name_unread(self, kind: UnreadKind, cells: Iterable[tuple[int, int]]) -> None:
        """Names cells that were not read, those below each other in one column together."""
        runs = list(_runs_of_cells(cells))
        places = [
            self.address(first, column) + (f":{letters(column)}{last}" if last > first else "")
            for column, first, last in runs
        ]
        count = sum(last - first + 1 for _, first, last in runs)
        self._name(kind, places, count)

    def name_hidden(self) -> None:
        """Names the hidden rows and columns that hold something: 表!7:9, 表!C:D."""
        rows = [row for row in sorted(self.cells) if row in self.hidden_rows and self.cells[row]]
        used = {column for cells in self.cells.values() for column in cells}
        columns = sorted(used & self.hidden_columns)
        prefix = f"{self.name}!" if self.name else ""
        spans = [(str(first), str(last)) for first, last in runs_of(rows)]
        self._name("hidden", [f"{prefix}{a}:{b}" for a, b in spans], len(rows))
        spans = [(letters(first), letters(last)) for first, last in runs_of(columns)]
        self._name("hidden", [f"{prefix}{a}:{b}" for a, b in spans], len(columns))

    def _name(self, kind: UnreadKind, places: Sequence[str], count: int) -> None:
        if len(places) > MAX_NAMED:
            places = [f"{places[0]} … {places[-1]} ({count})"]
        self.unread += [Unread(kind, place) for place in places]


def letters(column: int) -> str:
    """A column's letters: 1 is A, 27 AA."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def place_of(address: str) -> tuple[int, int]:
    """Row and column of an address like B7, $B$7; 0 for what is missing."""
    found = re.fullmatch(r"\$?([A-Za-z]{0,3})\$?(\d{0,7})", address.strip())
    if found is None:
        return 0, 0
    column = 0
    for letter in found.group(1).upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found.group(2) or 0), column


def area_of(reference: str) -> Area | None:
    """The block of cells of a reference like A1:D1; None for one that is no block."""
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    is_sound = 0 < top <= bottom <= MAX_ROW and 0 < left <= right <= MAX_COLUMN
    return (top, left, bottom, right) if is_sound else None


def on_one_line(text: str) -> str:
    """A cell's text on one line: a line end between wide signs is nothing, others are a blank, as blanks are.

    A bar is written full-width, since bars part cells.
    """
    if not _UNEVEN.search(text):
        return text
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", text)).replace("|", "｜")
    text = _LINE_END.sub(_joint, text.strip())
    return re.sub("[ \t\u00a0]+", " ", text).strip()


def _joint(found: re.Match[str]) -> str:
    """What stands for a line end inside a cell."""
    text = found.string
    before, behind = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    return "" if _WIDE.match(before) and _WIDE.match(behind) else " "


def runs_of(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of numbers that count up by one."""
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def _runs_of_cells(cells: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Column, first and last row of each run of cells below each other, by their first row."""
    ordered = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    runs = [
        (column, first, last)
        for column, group in groupby(ordered, key=lambda cell: cell[1])
        for first, last in runs_of(row for row, _ in group)
    ]
    yield from sorted(runs, key=lambda run: (run[1], run[0]))


def fill_merged(sheet: Sheet) -> dict[tuple[int, int], Area]:
    """Puts the text of each merged area into all places that it covers, as far as the sheet's other cells go,
    and gives the area of each such place. Raises ValueError beyond MAX_CELLS."""
    last_row = max(sheet.cells, default=0)
    last_column = max((max(row) for row in sheet.cells.values() if row), default=0)
    places: dict[tuple[int, int], Area] = {}
    covered = 0
    for top, left, bottom, right in sheet.merged:
        text = sheet.cells.get(top, {}).get(left, "")
        area = (top, left, min(bottom, max(last_row, top)), min(right, max(last_column, left)))
        covered += (area[2] - top + 1) * (area[3] - left + 1)
        if covered > MAX_CELLS:
            raise ValueError(f"its merged cells cover more than {MAX_CELLS:,} places")
        for row in range(top, area[2] + 1):
            for column in range(left, area[3] + 1):
                if text:
                    sheet.cells.setdefault(row, {})[column] = text
                    places[row, column] = area
                elif row in sheet.cells:
                    sheet.cells[row].pop(column, None)
    return places


def visible_rows(sheet: Sheet) -> list[tuple[int, Row]]:
    """Rows that are shown and hold something, by their number, without hidden columns."""
    found = []
    for number in sorted(sheet.cells):
        if number not in sheet.hidden_rows:
            row = {
                c: t
                for c, t in sorted(sheet.cells[number].items())
                if c not in sheet.hidden_columns
            }
            if row:
                found.append((number, row))
    return found


def blocks(sheet: Sheet) -> list[list[tuple[int, Row]]]:
    """Rows that are shown, parted where a blank row is shown."""
    hidden = sorted(sheet.hidden_rows)
    found: list[list[tuple[int, Row]]] = []
    last = 0
    for number, row in visible_rows(sheet):
        between = bisect_right(hidden, number - 1) - bisect_right(hidden, last)
        if not found or number - last - 1 > between:
            found.append([])
        found[-1].append((number, row))
        last = number
    return found
