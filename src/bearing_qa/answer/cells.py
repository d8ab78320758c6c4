"""Cells of tables: their figures, their units, what their columns are headed by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bearing_qa.language import dates
from bearing_qa.language.segment import normalise
from bearing_qa.types import Span, Table, TableRow

_UNIT_BEHIND = re.compile(r"[（(]([^（）()]{1,6})[）)]\s*$")
_UNIT_ABOVE = re.compile(r"单位\s*[:：]\s*([^\s，。；、,;/（）()|]{1,6})\s*[)）]?$", re.MULTILINE)
"""The one unit that a line states for the table below it; not several (万元、%)."""
_OTHER_UNIT = re.compile(r"[比率占增减幅%‰倍]|序号|名次|排名|年[份度]|日期|编[号码]")
"""Heads of columns that a unit stated for the whole table is not of: shares, changes, numbers, dates."""
MAX_LINE_CHARS = 60
"""A longer line above a table is a paragraph."""
UNIT_LINES = 3
"""So many lines above a table may state its unit."""
_FIGURE = re.compile(r"[-−－]?\d+(?:\.\d+)?")


Stated = tuple[str, Span]
"""A unit, and the slice of the document that states it for a whole table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table by its row and its column's number."""

    table: Table
    row: TableRow
    column: int
    stated: Stated | None = None
    """The unit that a line above the table states for all of it (单位：万元), and where."""

    @property
    def text(self) -> str:
        """What is in the cell; empty for a blank one."""
        return self.row.cells[self.column]

    @property
    def figure(self) -> Decimal | None:
        """The cell's figure, if it is one; thousands separators are left out."""
        found = _FIGURE.search(normalise(self.text).replace(",", ""))
        return Decimal(re.sub("[−－]", "-", found.group())) if found else None

    @property
    def is_percent(self) -> bool:
        """Whether the figure is a percentage: by the cell, or by the unit in its column head."""
        return self.unit == "%"

    @property
    def unit(self) -> str:
        """The unit that the column head, or the row's, names in brackets, or that a column of units gives; % where
        the cell says it."""
        head = self.table.header[self.column]
        found = _UNIT_BEHIND.search(self.row.cells[0] if years_in(head) else head)
        named = found.group(1) if found else ""
        heads = (column for column, head in enumerate(self.table.header) if _is_unit_head(head))
        column = next(heads, None)
        if not named and column is not None and column != self.column:
            named = self.row.cells[column].strip()
        if not named and self.figure is not None and not _OTHER_UNIT.search(head):
            named = self.stated[0] if self.stated else ""
        return "%" if self.says_percent or normalise(named) == "%" else named

    @property
    def heads(self) -> str:
        """The heads of its row and column."""
        return f"{self.row.cells[0]} {self.table.header[self.column]}"

    @property
    def says_percent(self) -> bool:
        """Whether the cell itself says %."""
        return normalise(self.text).endswith("%")

    @property
    def words(self) -> str:
        """The cell with its column head and unit: 主营业务收入 2180 亿元."""
        head = self.table.header[self.column]
        unit = "" if self.says_percent else self.unit
        name = _UNIT_BEHIND.sub("", head).strip() if unit else head
        return f"{name} {self.text}{' ' + unit if unit else ''}"


def stated_unit(text: str, table: Table) -> Stated | None:
    """The unit that a line right above a table states for it, and where; None where none does."""
    start = table.start
    for _ in range(UNIT_LINES):
        end = start - 1
        start = text.rfind("\n", 0, max(end, 0)) + 1
        line = text[start : max(end, start)]
        found = _UNIT_ABOVE.search(line)
        if found:
            return found.group(1), (start + found.start(), start + found.end(1))
        if start == 0 or len(line) > MAX_LINE_CHARS:
            return None
    return None


def years_in(head: str) -> set[str]:
    """Years that a head names."""
    return dates.years_in(normalise(head))


def year_columns(table: Table) -> list[int]:
    """Columns headed by years, where a table has its years side by side; none where it has them one below another."""
    columns = [at for at, head in enumerate(table.header) if at and len(years_in(head)) == 1]
    return columns if len(columns) > 1 else []


def _is_unit_head(head: str) -> bool:
    return "".join(head.split()) in ("单位", "计量单位")
