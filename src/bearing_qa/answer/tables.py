"""Table rows that the reader chose → the cells that answer, and what can be worked out from them (see ``arithmetic``)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.answer.arithmetic import (
    asks_difference,
    asks_extreme,
    asks_total,
    difference,
    ends,
    extreme,
    total,
)
from bearing_qa.answer.cells import Cell, stated_unit, year_columns, years_in
from bearing_qa.answer.draft import CitedSlice, Draft
from bearing_qa.answer.read import UNREAD, Candidate
from bearing_qa.answer.units import cells_of
from bearing_qa.language.segment import normalise
from bearing_qa.search.question import Question
from bearing_qa.types import Parsed, Table, TableRow

CELL_GAP = 3.0
"""Logits below the row's best cell at which another one is shown too."""
RECKONED_GAP = 2.0
"""The same where cells are reckoned with: a sum is of one column."""
ROW_GAP = 0.25
"""The same of another row of the table, by what it answers, where the question names none."""
MAX_ROWS = 3
MIN_NAME_CHARS = 2
"""A shorter row head is no name to be found in a question."""
_YEAR_BEFORE = re.compile(r"(?:前|上|头|去)一?年")
_TOTAL_ROW = re.compile(r"合计|总计|小计|总和|总数|全[部国省市县区]|累计")
"""Heads of rows that sum up the others."""
_NUMBERS = ("序号", "编号", "次序", "项次", "No", "No.")
"""Heads of a column that only counts the rows."""


def draft_rows(draft: Draft, question: Question, candidates: Sequence[Candidate]) -> None:
    """The cells that the reader chose, each with its column head, in the rows that it chose.

    Where a difference, a total or the greatest is asked, the rows that the sum needs are taken, and it is worked out.
    """
    best = candidates[0]
    parsed = best.readable.parsed
    at = best.readable.units[0][0]
    table = next((t for t in parsed.tables if t.start <= at < t.end), None)
    row = row_at(table, at) if table else None
    if table is None or row is None:
        return
    columns = _columns(question, parsed, table, row, best)
    rows = _rows(question, table, row, candidates)
    stated = stated_unit(parsed.document.text, table)
    cells = [Cell(table, own, at, stated) for own in rows for at in columns if own.cells[at]]
    cells = extreme(question, cells) or cells
    for own in rows:
        shown = [cell for cell in cells if cell.row is own]
        if shown:
            name = name_of(table, own)
            draft.add(
                f"{name}：{'，'.join(c.words for c in shown)}",
                *spans_of(parsed, shown[0], score=best.hit.score),
            )
    computed = ""
    if are_comparable(question, table, rows) and all(
        own.cells[at] for own in rows for at in columns
    ):
        computed = difference(question, cells) or total(question, cells)
    if computed:
        spans = (spans_of(parsed, cell, score=best.hit.score) for cell in cells)
        draft.add(f"计算：{computed}", *(span for own in spans for span in own))


def row_at(table: Table, at: int) -> TableRow | None:
    """The row whose line holds a place."""
    return next((row for row in table.rows if row.start <= at < row.end), None)


def _columns(
    question: Question, parsed: Parsed, table: Table, row: TableRow, best: Candidate
) -> list[int]:
    """The columns whose cells say it, the row's name aside; of columns of years those that are asked."""
    said = {said.span: said.evidence for said in best.said}
    name = _name_column(table, row)
    found = {
        column: said.get(span, UNREAD)
        for column, span in cells_of(parsed.document.text, table, row)
        if column != name
    }
    years = year_columns(table)
    named = [at for at in years if years_in(table.header[at]) & question.years]
    if named and asks_difference(question):
        return _with_year_before(question, table, named) or ends(question, named) or named
    if named:  # no figure of another year answers
        found = {at: value for at, value in found.items() if at in named or at not in years}
    is_sum = asks_difference(question) or asks_total(question) or asks_extreme(question)
    least = max(found.values(), default=0.0) - (RECKONED_GAP if is_sum else CELL_GAP)
    return [column for column, evidence in found.items() if evidence >= least]


def _with_year_before(question: Question, table: Table, named: Sequence[int]) -> list[int]:
    """The column of the year before the one that is named, and that one, where a question compares with it (比上年)."""
    if len(named) != 1 or not _YEAR_BEFORE.search(question.text):
        return []
    years = {int(year): at for at in year_columns(table) for year in years_in(table.header[at])}
    before = [years[year - 1] for year, at in years.items() if at == named[0] and year - 1 in years]
    return [*before, *named] if before else []


def are_comparable(question: Question, table: Table, rows: Sequence[TableRow]) -> bool:
    """Whether rows may be reckoned together: one row, rows of years, rows that a question names, or all that a table has but
    its totals. What only reads alike may be of two things."""
    parts = [row for row in table.rows if not _TOTAL_ROW.match(normalise(name_of(table, row)))]
    names = [name_of(table, row) for row in rows]
    return (
        len(rows) == 1
        or all(map(years_in, names))
        or all(_names_row(question, name) for name in names)
        or list(rows) == parts
    )


def _rows(
    question: Question, table: Table, own: TableRow, candidates: Sequence[Candidate]
) -> Sequence[TableRow]:
    """The rows that the reader chose; those that a sum, a difference or the greatest needs."""
    named = [row for row in table.rows if _names_row(question, name_of(table, row))]
    if asks_extreme(question) and len(named) < 2:
        return [row for row in table.rows if not _TOTAL_ROW.match(normalise(name_of(table, row)))]
    if asks_difference(question) and named and _YEAR_BEFORE.search(question.text):
        at = table.rows.index(named[0])
        pair = table.rows[max(at - 1, 0) : at + 1]
        if all(years_in(name_of(table, row)) for row in pair):
            return pair
    if len(named) > 1 and (
        asks_difference(question) or asks_total(question) or asks_extreme(question)
    ):
        return ends(question, named)
    if own in named:
        return named
    best = candidates[0]
    starts = [
        candidate.readable.units[0][0]
        for candidate in candidates
        if candidate.readable.kind == "row"
        and candidate.doc_id == best.doc_id
        and table.start <= candidate.readable.units[0][0] < table.end
        and candidate.answerable >= best.answerable - ROW_GAP
    ][:MAX_ROWS]
    return [
        row
        for row in table.rows
        if row is own or any(row.start <= start < row.end for start in starts)
    ]


def row_in_words(
    parsed: Parsed, at: int, *, score: float
) -> tuple[str, tuple[CitedSlice, ...]] | None:
    """The row that holds a place as its name with each cell under its head, and what that stands on."""
    table = next((table for table in parsed.tables if table.start <= at < table.end), None)
    row = row_at(table, at) if table else None
    if table is None or row is None:
        return None
    name, stated = _name_column(table, row), stated_unit(parsed.document.text, table)
    columns = range(name + 1, min(len(row.cells), len(table.header)))
    cells = [Cell(table, row, column, stated) for column in columns if row.cells[column]]
    words = f"{name_of(table, row)}：{'，'.join(cell.words for cell in cells)}"
    spans = [span for cell in cells for span in spans_of(parsed, cell, score=score)]
    once = {(start, end): (own, kind, start, end, score) for own, kind, start, end, score in spans}
    return (words, tuple(once.values())) if cells else None


def spans_of(parsed: Parsed, cell: Cell, *, score: float) -> tuple[CitedSlice, ...]:
    """What a cell stands on: its row's line, the table's head, and the line above that states its unit."""
    table, row = cell.table, cell.row
    line: CitedSlice = (parsed, "row", row.start, row.end, score)
    head: CitedSlice = (parsed, "table", table.start, table.head_end, score)
    stated, heads = cell.stated, parsed.document.text[table.start : table.head_end]
    if stated is None or stated[0] != cell.unit or stated[0] in heads:
        return line, head
    return line, head, (parsed, "text", *stated[1], score)


def _name_column(table: Table, row: TableRow) -> int:
    return int(len(row.cells) > 1 and "".join(table.header[0].split()) in _NUMBERS)


def name_of(table: Table, row: TableRow) -> str:
    """What a row is of: its first cell, or the one behind its number."""
    return row.cells[_name_column(table, row)]


def _names_row(question: Question, name: str) -> bool:
    """Whether a question names a row: by a figure of its head (2022), or by the head's words."""
    head = normalise(name)
    figures = re.findall(r"\d{4}", head)
    if figures:
        return any(figure in question.years | question.numbers for figure in figures)
    return len(head) >= MIN_NAME_CHARS and head in normalise(question.text)
