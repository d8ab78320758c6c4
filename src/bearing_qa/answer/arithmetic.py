"""What a table's cells give when they are worked out: a difference, a total, the greatest.

A result is an equation of cited cells (2278 − 2180 = 98 亿元): the guard checks that its operands stand in
the citations and that it is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from bearing_qa.answer.cells import Cell, year_columns
from bearing_qa.language.segment import normalise
from bearing_qa.language.units import COUNTED
from bearing_qa.search.question import Question

T = TypeVar("T")
_RISES = "多|少|高|低|增加|减少|增长|上升|下降|降低|提高|回落|差|涨|跌|缩水|缩减"
_DIFFERENCE = re.compile(
    rf"\d{{4}}年?[到至—-]\d{{4}}年?.{{1,20}}?(?:{_RISES})(?:了)?(?:多少|几|百分之)|"
    rf"(?:比|较|同|和|与).{{1,20}}?(?:{_RISES})(?:了|出|出了)?(?:多少|几|百分之)|相?差(?:了)?(?:多少|几|多大)|差[距额](?:是|有|为)?多[少大]"
)
"""A question for a difference: 比2021年少了多少亿元, 相差几个百分点."""
_PERCENT = re.compile(
    rf"百分之|比例|比重|占比|占(?:了|到|有)?(?:多少|几)(?!{COUNTED}|钱|资金)|份额|增速|增长率|同比|几成|百分点|[几少]个点|(?:增长|增加|上升|提高|下降|减少|降低|回落|涨|跌|降)(?:了|幅)?(?:多少|几)(?!{COUNTED})"
)
"""A question that wants a share: 占多少, 增长了多少 with no unit behind it."""
_FROM_TO = re.compile(r"\d{4}年?[到至—-]\d{4}")
_TOTAL = re.compile(r"合计|一共|总共|共计|累计|加起来|总和")
_MOST = re.compile(r"最[高多大快]")
_LEAST = re.compile(r"最[低少小慢]")
_ROSE_MOST = re.compile(r"[涨增升][^，。]{0,3}最[厉狠猛]")
_FELL_MOST = re.compile(r"[跌降减滑落][^，。]{0,3}最[厉狠猛多大快]")
"""The greatest and the least of a column of changes in per cent."""


def asks_difference(question: Question) -> bool:
    """Whether a question asks by how much one figure differs from another."""
    return bool(_DIFFERENCE.search(normalise(question.text)))


def asks_share(question: Question) -> bool:
    """Whether a question wants its figure in per cent."""
    return bool(_PERCENT.search(normalise(question.text)))


def ends(question: Question, named: list[T]) -> list[T]:
    """The first and the last of what is of the years that a question names, where it asks how much changed from
    one to the other (从2021年到2023年增加多少)."""
    is_range = asks_difference(question) and _FROM_TO.search(normalise(question.text))
    return [named[0], named[-1]] if is_range and len(named) > 2 else named


def asks_extreme(question: Question) -> bool:
    """Whether a question asks for the greatest or the least."""
    return bool(_MOST.search(question.text) or _LEAST.search(question.text))


def asks_total(question: Question) -> bool:
    """Whether a question asks for a sum."""
    return bool(_TOTAL.search(question.text))


def extreme(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    """The cell of greatest (or least) figure of one column, where 最高 (最低) is asked."""
    most, least = _MOST.search(question.text), _LEAST.search(question.text)
    if cells and all(cell.is_percent for cell in cells):
        least = least or _FELL_MOST.search(question.text)
        most = None if least else most or _ROSE_MOST.search(question.text)
    figures = [(cell.figure, cell) for cell in cells if cell.figure is not None]
    if not (most or least) or not _are_in_line(cells) or len(figures) < 2:
        return []
    value = (max if most else min)(figure for figure, _ in figures)
    return [cell for figure, cell in figures if figure == value]


def difference(question: Question, cells: Sequence[Cell]) -> str:
    """The difference of two cells as an equation, the greater first; a share where % is asked of
    two amounts; empty where it is not asked or the cells are no such two."""
    if not asks_difference(question) or len(cells) != 2:
        return ""
    first, second = (cell.figure for cell in cells)
    if first is None or second is None or cells[0].unit != cells[1].unit:
        return ""
    high, low = max(first, second), min(first, second)
    if asks_share(question) and not cells[0].is_percent:
        base = _compared_with(question, cells)
        other = second if base == first else first
        if base <= 0 or other < 0:
            return ""
        return f"({other} − {base}) ÷ {base} × 100 = {(other - base) / base * 100:.2f} %"
    unit = "个百分点" if cells[0].is_percent else cells[0].unit
    return f"{_signed(high)} − {_signed(low)} = {high - low} {unit}".rstrip()


def _compared_with(question: Question, cells: Sequence[Cell]) -> Decimal:
    """The figure of the cell whose row is named behind 比 (比2021年少了); else the first one's."""
    found = re.search(r"[比较]\D{0,3}(\d{4})", normalise(question.text))
    named = [cell for cell in cells if found and found.group(1) in normalise(cell.heads)]
    return (named or list(cells))[0].figure or Decimal(0)


def total(question: Question, cells: Sequence[Cell]) -> str:
    """The sum of a column's cells as an equation, where a total is asked."""
    figures = [cell.figure for cell in cells if cell.figure is not None]
    is_one_column = _are_in_line(cells)
    is_asked = asks_total(question)
    if cells and year_columns(cells[0].table) and not question.years:
        is_asked = False  # every year that a table has is no total that anybody asks
    if not is_asked or len(figures) < 2 or not is_one_column:
        return ""
    if len(figures) != len(cells) or any(cell.is_percent for cell in cells):
        return ""
    total = sum(figures, Decimal(0))
    return f"{' + '.join(map(_signed, figures))} = {total} {cells[0].unit}".rstrip()


def _are_in_line(cells: Sequence[Cell]) -> bool:
    """Whether cells are of one column, or of one row whose columns are years: one thing over the years."""
    if len({cell.column for cell in cells}) == 1:
        return True
    years = year_columns(cells[0].table) if cells else []
    return len({cell.row.start for cell in cells}) == 1 and all(c.column in years for c in cells)


def _signed(figure: Decimal) -> str:
    return f"({figure})" if figure < 0 else str(figure)
