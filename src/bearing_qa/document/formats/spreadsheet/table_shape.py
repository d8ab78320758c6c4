"""The shape of a sheet's tables: where one goes on after a blank row, where several stand side by side, which rows
are no heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bearing_qa.document.formats.spreadsheet.sheet import Row, Sheet
from bearing_qa.language.dates import YEAR

Numbered = tuple[int, Row]
"""A row's number and its cells."""
Rows = list[Numbered]

MIN_COUNT = 3
"""Heads that count from one (months, places) are so many at least."""
MIN_GROUP_COLUMNS = 2
"""Columns of each of two tables that stand side by side."""
_NUMBER_HEADS = ("序号", "编号", "排名", "名次", "号", "No.")
"""Heads of a column that counts the rows."""
_FIGURE = re.compile(r"[(（]?[-—–+±¥￥$]?\d[\d,]*(?:\.\d+)?(?:[Ee][+-]\d+)?\s*[%‰％]?[)）]?")
_YEAR = re.compile(rf"{YEAR}\s*年?")


def has_figures(row: Row, *, but_first: int = 0) -> bool:
    """Whether a row has figures that are no years and no count (1, 2, 3 …), its first column aside."""
    figures = [
        text
        for column, text in row.items()
        if column != but_first and _FIGURE.fullmatch(text) and not _YEAR.fullmatch(text)
    ]
    if not figures:
        return False
    counted = [str(number) for number in range(1, len(figures) + 1)]
    return not (len(figures) >= MIN_COUNT and figures == counted)


def with_spaced_rows(found: list[Rows]) -> Iterator[Rows]:
    """Blocks; one that begins with figures and lies under the columns of a table above goes on with that table:
    its blank row is for the eye."""
    joined: list[Rows] = []
    span: set[int] = set()
    for block in found:
        first = block[0][1]
        before = joined[-1] if joined else []
        goes_on = (
            len(first) > 1
            and len(before) > 1
            and len(before[-1][1]) > 1
            and has_figures(first, but_first=min(first))
            and set(first) <= span
        )
        span = span if goes_on else set()
        span.update(column for _, row in block for column in row)
        if goes_on:
            before += block
        else:
            joined.append(list(block))
    yield from joined


def is_hidden(sheet: Sheet, left: int, right: int) -> bool:
    """Whether all columns between two are hidden."""
    return all(column in sheet.hidden_columns for column in range(left + 1, right))


def has_names(rows: Rows, columns: Sequence[int]) -> bool:
    """Whether a group of columns is a table of its own: a full first row without figures, and names below it in its
    first column."""
    first = [(row.get(columns[0], "")) for _, row in rows]
    heads = [rows[0][1].get(column, "") for column in columns]
    names = [text for text in first[1:] if text]
    is_named = bool(names) and not all(_FIGURE.fullmatch(text) for text in names)
    is_counted = (
        bool(names) and all(text.isdecimal() for text in names) and first[0] in _NUMBER_HEADS
    )
    return all(heads) and not has_figures(rows[0][1]) and (is_named or is_counted)


def repeats(rows: Rows, columns: list[int], heads: int) -> list[list[int]]:
    """The columns of each of several tables under one header that is printed again (序号, 姓名, 序号, 姓名)."""
    if heads:
        keys = [tuple(row.get(column, "") for _, row in rows[:heads]) for column in columns]
        for width in range(MIN_GROUP_COLUMNS, len(columns) // 2 + 1):
            groups = [keys[at : at + width] for at in range(0, len(keys), width)]
            if len(set(groups[0])) == width and all(group == groups[0] for group in groups):
                return [columns[at : at + width] for at in range(0, len(columns), width)]
    return [columns]


def with_stub(rows: Rows, columns: Sequence[int], heads: int) -> Rows:
    """Rows whose first column has one head where only one of the header's rows says it."""
    stub = {row[columns[0]] for _, row in rows[:heads] if columns[0] in row}
    if len(stub) != 1:
        return rows
    name = next(iter(stub))
    return [
        (number, {columns[0]: name, **row} if at < heads else row)
        for at, (number, row) in enumerate(rows)
    ]
