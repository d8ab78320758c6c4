"""Figures of a table's rows: each of its row's head and its column's, of the year that these, the caption or the headings name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bearing_qa.answer.cells import Cell, stated_unit, years_in
from bearing_qa.answer.claims import claims
from bearing_qa.answer.tables import name_of
from bearing_qa.answer.units import cells_of
from bearing_qa.document.digests import caption_of
from bearing_qa.language.segment import normalise
from bearing_qa.review.figure_subjects import names_nothing
from bearing_qa.review.figure_years import UNKNOWN, Year, YearSource, year_around
from bearing_qa.review.figures import is_amount
from bearing_qa.review.mention import JOINT, Mention
from bearing_qa.types import Parsed, Span, Table, TableRow

_TOTAL = re.compile(r"(?:合计|总计|小计|总和|总数|全[部国省市县区]|累计)$")
"""Row heads that are told apart only by what their table is of."""
_UNIT_BEHIND = re.compile(r"\s*[（(]([^（）()]{1,6})[）)]\s*$")
_WORDS = re.compile(r"[\u3400-\u9fffA-Za-z]")


def in_row(parsed: Parsed, table: Table, row: TableRow) -> Iterator[Mention]:
    """The figures of a table's row, each of the row's head and its column's."""
    name = name_of(table, row)
    caption = caption_of(parsed, table)
    heads = [_head_of(table, at) for at in range(len(table.header))]
    stated = stated_unit(parsed.document.text, table)
    for at, (start, end) in cells_of(parsed.document.text, table, row):
        cell = Cell(table, row, at, stated)
        if at <= row.cells.index(name) or cell.figure is None or not _is_figure(cell):
            continue
        parts = [part for part in (_unless_year(name), heads[at]) if part]
        if _TOTAL.match(normalise(name)) and caption:
            parts.insert(0, caption)
        if parts:
            yield _of_cell(cell, parts, (start, end), _year_of_cell(parsed, cell, name, caption))


def _is_figure(cell: Cell) -> bool:
    """Whether a cell is a figure and no words, no year, no day."""
    return not _WORDS.search(normalise(cell.text).replace("万", "").replace("亿", "")) or bool(
        [c for c in claims(normalise(cell.text)) if is_amount(c)]
    )


def _head_of(table: Table, column: int) -> str:
    """What a column is of: its head without unit and year; where that names nothing (增长), with the head before it that does."""
    head = _bare_head(table.header[column])
    if head and names_nothing(head):
        before = (_bare_head(table.header[at]) for at in range(column - 1, 0, -1))
        subject = next((one for one in before if one and not names_nothing(one)), "")
        return JOINT.join(part for part in (subject, head) if part)
    return head


def _bare_head(head: str) -> str:
    return _unless_year(_UNIT_BEHIND.sub("", head).strip())


def _unless_year(words: str) -> str:
    """Words, empty where they are a year and no more."""
    return "" if re.fullmatch(r"\d{4}\s*年?", normalise(words)) else words


def _year_of_cell(parsed: Parsed, cell: Cell, name: str, caption: str) -> Year:
    """The year that its column's head names, or its row's; else what stands around the table."""
    heads: tuple[tuple[str, YearSource], ...]
    heads = ((cell.table.header[cell.column], "column"), (name, "row"))
    for words, source in heads:
        years = years_in(words)
        if len(years) == 1:
            return Year(years.pop(), source)
        if years:
            return UNKNOWN
    return year_around(parsed, cell.row.start, caption=caption)


def _unit_of_head(head: str) -> str:
    """The unit in brackets behind a head that names a year too: 2022年客运量（万人次）. 2024年（基期） has none."""
    found = _UNIT_BEHIND.search(head)
    named = found.group(1) if found else ""
    counted = normalise(f"1{named}")
    read = claims(counted)
    is_known = len(read) == 1 and bool(read[0].unit) and read[0].end == len(counted)
    return named if is_known else ""


def _of_cell(cell: Cell, parts: Sequence[str], span: Span, year: Year) -> Mention:
    unit = cell.unit or _unit_of_head(cell.table.header[cell.column])
    plain = normalise(cell.text if cell.says_percent else f"{cell.text}{unit}")
    read = [claim for claim in claims(plain) if is_amount(claim)]
    sign = Decimal(-1 if cell.figure is not None and cell.figure < 0 else 1)
    amounts = tuple((sign * c.value, c.bounds) for c in read)
    base = read[-1].unit if read else unit
    known = amounts or ((cell.figure or Decimal(0), frozenset()),)
    row = cell.row
    indicator = JOINT.join(parts)
    return Mention(
        indicator, year, cell.text, unit, base, known, *span, (row.start, row.end), "row"
    )
