"""A workbook's sheets → lines: titles, units and notes as plain lines, tables as rows ``a | b | c`` with their
headers known, each cell with its address.

Blank rows part blocks. In a block, what stands above the first row of several cells is its title and its unit, what
stands below the last one its notes. A value over a whole row is a line of its own. The header is the first row, and
those below it as far as merged cells reach or divide it; a row of figures is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bearing_qa.document.formats.lines import SEPARATOR, CellLine, CellTable, Part
from bearing_qa.document.formats.spreadsheet.captions import (
    MAX_NAME_CHARS,
    is_labels,
    is_note,
    title_of,
)
from bearing_qa.document.formats.spreadsheet.sheet import Area, Sheet, blocks, fill_merged
from bearing_qa.document.formats.spreadsheet.table_shape import (
    MIN_GROUP_COLUMNS,
    Numbered,
    Rows,
    has_figures,
    has_names,
    is_hidden,
    repeats,
    with_spaced_rows,
    with_stub,
)
from bearing_qa.types import Fact

MAX_HEAD_ROWS = 5
"""Rows of a header; the deepest statistics tables have four."""
GAP = "　"
"""What parts the cells of a plain line: an em of blank."""

_PLAIN_NAME = re.compile(r"(?:sheet|工作表|表格|chart)[ _]?\d*", re.IGNORECASE)
"""Names that programs give to sheets; they say nothing."""


def sheet_parts(sheets: Sequence[Sheet]) -> Iterator[Part]:
    """Parts of a workbook's visible sheets in order; a heading for each sheet with a name that says something, or
    where there are several."""
    read = [(sheet, list(_Layout(sheet).parts())) for sheet in sheets]
    full = [(sheet, parts) for sheet, parts in read if parts]
    names = [sheet.name for sheet, _ in full if not _PLAIN_NAME.fullmatch(sheet.name)]
    title = title_of(full[0][1]) if full else ""
    if title or (len(full) == 1 and any(names)):
        yield Fact("title", title or names[0])
    for sheet, parts in full:
        is_named = bool(sheet.name) and (len(full) > 1 or not _PLAIN_NAME.fullmatch(sheet.name))
        first = parts[0]
        if is_named and isinstance(first, CellLine) and first.text == sheet.name.strip():
            parts[0] = CellLine(first.text, first.cells, depth=1)
        elif is_named:
            yield CellLine(" ".join(sheet.name.split()), (), depth=1)
        yield from parts
    for sheet in sheets:
        yield from sheet.unread


class _Layout:
    """One sheet's blocks as lines and tables."""

    def __init__(self, sheet: Sheet) -> None:
        sheet.name_hidden()
        self._areas = fill_merged(sheet)
        self._sheet = sheet
        self._said: set[Area] = set()

    def parts(self) -> Iterator[Part]:
        """Lines and tables of the sheet, its text boxes last."""
        for block in with_spaced_rows(blocks(self._sheet)):
            yield from self._block(block)
        for address, text in self._sheet.boxes:
            yield CellLine(text, ((0, address),))

    def _block(self, rows: Rows) -> Iterator[Part]:
        """Lines above, the table, and lines below; and again where another table stands below the first."""
        while rows:
            first, last = 0, len(rows)
            width = max(len(row) for _, row in rows)
            while first < last and self._is_above(rows, first, width):
                first += 1
            while last > first and self._is_below(rows[last - 1], width):
                last -= 1
            stop = self._next_table(rows, first, last)
            for row in rows[:first]:
                yield from self._line(row)
            yield from self._tables(rows[first:stop])
            if stop == last:
                for row in rows[last:]:
                    yield from self._line(row)
                return
            rows = rows[stop:]

    def _is_alone(self, row: Numbered) -> bool:
        """Whether a row holds one value: one cell, or one merged area."""
        number, cells = row
        areas = {self._areas.get((number, column)) for column in cells}
        return len(cells) == 1 or (len(areas) == 1 and None not in areas)

    def _is_wide(self, row: Numbered, width: int) -> bool:
        """Whether a row's one value is merged over most of the table's columns."""
        number, cells = row
        area = self._areas.get((number, min(cells)))
        return self._is_alone(row) and area is not None and len(cells) > max(width // 2, 1)

    def _is_above(self, rows: Rows, at: int, width: int) -> bool:
        """Whether a row above a table is a plain line: one value that is no head, or labels (单位：万元)."""
        if self._is_alone(rows[at]):
            return not self._is_group_head(rows, at)
        return self._is_labels(rows[at], width)

    def _is_group_head(self, rows: Rows, at: int) -> bool:
        """Whether a row's one value is the head of all columns but the first, each with its own head below."""
        number, cells = rows[at]
        area = self._areas.get((number, min(cells)))
        is_short = len(cells[min(cells)]) <= MAX_NAME_CHARS
        if area is None or not is_short or at + 2 >= len(rows):
            return False
        if not self._divides(rows[at], rows[at + 1]):
            return False
        columns = {column for _, row in rows[at + 1 :] for column in row}
        return min(columns) < area[1] and area[3] >= max(columns) and area[2] == number

    def _is_labels(self, row: Numbered, width: int) -> bool:
        return is_labels([text for _, text in self._values(row)], width)

    def _is_below(self, row: Numbered, width: int) -> bool:
        """Whether a row below a table is a note, and no row that lacks its figures."""
        if not self._is_alone(row):
            return self._is_labels(row, width)
        text, column = next(iter(row[1].values())), min(row[1])
        return self._is_wide(row, width) or is_note(text) or column > 1 or width < 2

    def _values(self, row: Numbered) -> list[tuple[int, str]]:
        """Values of a row with their first columns, a merged one once."""
        number, cells = row
        found: list[tuple[int, str]] = []
        before = None
        for column, text in cells.items():
            area = self._areas.get((number, column))
            if area is None or area != before:
                found.append((column, text))
            before = area
        return found

    def _line(self, row: Numbered) -> Iterator[CellLine]:
        """A plain line of a row's values; a value over several rows is said once."""
        number, cells = row
        area = self._areas.get((number, min(cells)))
        if self._is_alone(row) and area is not None:
            if area in self._said:
                return
            self._said.add(area)
        text, places = "", []
        for column, value in self._values(row):
            text += GAP if text else ""
            places.append((len(text), self._sheet.address(number, column)))
            text += value
        yield CellLine(text, tuple(places))

    def _next_table(self, rows: Rows, first: int, last: int) -> int:
        """Where another table begins below one: a line of its own, then a row without figures where there were
        some, or the same header again."""
        width = max((len(row) for _, row in rows[first:last]), default=0)
        for at in range(first + 2, last - 1):
            if self._is_wide(rows[at], width) and not self._is_wide(rows[at - 1], width):
                behind = (rows[i] for i in range(at + 1, last))
                below = next((row for row in behind if not self._is_alone(row)), None)
                if below is None:
                    continue
                is_head = has_figures(rows[at - 1][1]) and not has_figures(below[1])
                if is_head or list(below[1].values()) == list(rows[first][1].values()):
                    return at
        return last

    def _tables(self, rows: Rows) -> Iterator[Part]:
        """A block's table, or those that stand side by side in it, one behind the other."""
        if not rows:
            return
        for columns in self._side_by_side(rows):
            own = [
                (number, {column: row[column] for column in columns if column in row})
                for number, row in rows
            ]
            yield from self._table([row for row in own if row[1]], columns)

    def _side_by_side(self, rows: Rows) -> list[list[int]]:
        """The columns of each table of some rows: parted by blank columns, or by a header that repeats."""
        columns = sorted({column for _, row in rows for column in row})
        width = len(columns)
        if any(self._is_wide(row, width) for row in rows):
            return [columns]
        groups: list[list[int]] = []
        for column in columns:
            if (groups and column == groups[-1][-1] + 1) or (
                groups and is_hidden(self._sheet, groups[-1][-1], column)
            ):
                groups[-1].append(column)
            else:
                groups.append([column])
        if len(groups) == 1:
            return repeats(rows, columns, self._heads(rows, columns))
        are_tables = all(len(g) >= MIN_GROUP_COLUMNS and has_names(rows, g) for g in groups)
        return groups if are_tables else [columns]

    def _table(self, rows: Rows, columns: Sequence[int]) -> Iterator[Part]:
        """One table, or plain lines where it has a single column."""
        if len(columns) == 1:
            for row in rows:
                yield from self._line(row)
            return
        heads = self._heads(rows, columns)
        rows = with_stub(rows, columns, heads)
        lines: list[CellLine] = []
        for row in rows:
            if self._is_wide(row, len(columns)) and len(lines) >= heads:
                lines += self._line(row)
            else:
                lines.append(self._row(row, columns))
        if len(lines) > 1:
            yield CellTable(tuple(lines), heads)
        else:
            yield from lines

    def _row(self, row: Numbered, columns: Sequence[int]) -> CellLine:
        """A row with bars between its cells. A blank cell is where the bar before it is."""
        number, cells = row
        text, places = "", []
        for at, column in enumerate(columns):
            value = cells.get(column, "")
            start = len(text) + (len(SEPARATOR) if at else 0)
            bar = len(text) + SEPARATOR.index("|") if at else 0
            places.append((start if value else bar, self._sheet.address(number, column)))
            text += (SEPARATOR if at else "") + value
        return CellLine(text, tuple(places))

    def _heads(self, rows: Rows, columns: Sequence[int]) -> int:
        """How many rows are the header: the first, and what merged cells make one with it."""
        if len(rows) < 2 or has_figures(rows[0][1], but_first=columns[0]):
            return 0
        count = 1
        while count < min(len(rows) - 1, MAX_HEAD_ROWS):
            above, below = rows[count - 1], rows[count]
            reaches = any(self._is_one(above, below, column) for column in above[1])
            is_part = reaches or self._divides(above, below)
            if not is_part or has_figures(below[1], but_first=columns[0]):
                break
            count += 1
        return count

    def _divides(self, above: Numbered, below: Numbered) -> bool:
        """Whether a row gives heads of its own to the columns that a merged cell above it covers together."""
        number, row = above
        together: dict[Area, list[int]] = {}
        for column in row:
            area = self._areas.get((number, column))
            if area is not None and area[2] == number and area[3] > area[1]:
                together.setdefault(area, []).append(column)
        covered = {column for own in together.values() for column in own}
        both = (set(row) & set(below[1])) - covered
        return all(self._is_one(above, below, column) for column in both) and any(
            len({below[1][column] for column in own if column in below[1]}) > 1
            for own in together.values()
        )

    def _is_one(self, above: Numbered, below: Numbered, column: int) -> bool:
        """Whether the cells of two rows in a column are one merged area."""
        area = self._areas.get((above[0], column))
        return area is not None and area == self._areas.get((below[0], column))
