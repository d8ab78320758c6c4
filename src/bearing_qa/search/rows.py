"""Table rows → the cells that a question asks for, and what can be computed from them.

A computed figure is shown as an equation of cited cells (计算：2278 − 2180 = 98 亿元): the guard checks
that its operands stand in the citations and that it is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from bearing_qa.index.segment import normalise
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.draft import Draft, Span
from bearing_qa.search.question import Question
from bearing_qa.types import Table, TableRow

T = TypeVar("T")
MAX_ROW_RANK = 4
MIN_ROW_COVERAGE = 0.45
"""A table row answers when it is among this many first hits and holds this share of the words."""
ROW_MARGIN = 0.4
"""How far behind the best sentence a row of the named year may be."""
MAX_COVERAGE_GAP = 0.25
"""How much less of the question than the best sentence a row may hold: 轴承产量 is not 进口轴承."""
MAX_SERIES_ROWS = 8
"""Rows given for a question that names none of them."""
MIN_NAME_CHARS = 2
"""A shorter row head is no name to be found in a question."""

_RISES = "多|少|高|低|增加|减少|增长|上升|下降|降低|提高|回落|差|涨|跌|缩水|缩减"
_DIFFERENCE = re.compile(
    rf"\d{{4}}年?[到至—-]\d{{4}}年?.{{1,20}}?(?:{_RISES})(?:了)?(?:多少|几|百分之)|"
    rf"(?:比|较|同|和|与).{{1,20}}?(?:{_RISES})(?:了|出|出了)?(?:多少|几|百分之)|相?差(?:了)?(?:多少|几|多大)|差[距额](?:是|有|为)?多[少大]"
)
"""A question for a difference: 比2021年少了多少亿元, 相差几个百分点."""
_FROM_TO = re.compile(r"\d{4}年?[到至—-]\d{4}")
_YEAR_BEFORE = re.compile(r"(?:前|上|头|去)一?年")
_TOTAL = re.compile(r"合计|一共|总共|共计|累计|加起来|总和")
_TOTAL_ROW = re.compile(r"合计|总计|小计|总和|总数|全[部国省市县区]|累计")
"""Heads of rows that sum up the others."""
_WHOLE = re.compile(r"总|全|合计|共")
_MOST = re.compile(r"最[高多大快]")
_LEAST = re.compile(r"最[低少小慢]")
_ROSE_MOST = re.compile(r"[涨增升][^，。]{0,3}最[厉狠猛]")
_FELL_MOST = re.compile(r"[跌降减滑落][^，。]{0,3}最[厉狠猛多大快]")
"""The greatest and the least of a column of changes in per cent."""
_UNIT_BEHIND = re.compile(r"[（(]([^（）()]{1,6})[）)]\s*$")
_HEADS_BY_KIND = (
    (re.compile("什么时[候间]|何时|哪[天年月日]|几[月号]|期限|多久|时限"), re.compile("时[间限]|日期|期限|进度|年份")),
    (re.compile("谁|哪[个些家]?(?:部门|单位|机构|人)|哪位"), re.compile("单位|部门|责任|负责|牵头|姓名|人员?$")),
)  # fmt: skip
"""Words that ask when or who, and heads of columns that say it."""
_NUMBERS = ("序号", "编号", "次序", "项次", "No", "No.")
"""Heads of a column that only counts the rows."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_FIGURE = re.compile(r"[-−－]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table by its row and its column's number."""

    table: Table
    row: TableRow
    column: int

    @property
    def text(self) -> str:
        """What stands in the cell; empty for a blank one."""
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
        found = _UNIT_BEHIND.search(self.row.cells[0] if _years_in(head) else head)
        named = found.group(1) if found else ""
        heads = (column for column, head in enumerate(self.table.header) if _is_unit_head(head))
        column = next(heads, None)
        if not named and column is not None and column != self.column:
            named = self.row.cells[column].strip()
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


def _years_in(head: str) -> set[str]:
    return set(_YEAR.findall(normalise(head)))


def _is_unit_head(head: str) -> bool:
    return "".join(head.split()) in ("单位", "计量单位")


def _year_columns(table: Table) -> list[int]:
    """Columns headed by years, where a table has its years side by side; none where it has them one below another."""
    columns = [at for at, head in enumerate(table.header) if at and len(_years_in(head)) == 1]
    return columns if len(columns) > 1 else []


def draft_rows(draft: Draft, question: Question, candidates: Sequence[Candidate]) -> None:
    """The cells that the question asks for, with their column heads, if a table row answers.

    A row answers when its sentence is the best one, or it is among the first hits and, with its
    column heads, holds most of what the question says. All rows that the question names are given;
    a difference, a total or the greatest of them is worked out where it is asked.
    """
    rows = (c for c in candidates if c.passage.kind == "row" and c.rank < MAX_ROW_RANK)
    best = next((c for c in rows if _answers(question, c, top=candidates[0])), None)
    if best is None:
        return
    table = next(t for t in best.parsed.tables if t.start <= best.start < t.end)
    columns = _columns(question, table)
    chosen = _rows(question, table, best)
    cells = [Cell(table, row, column) for row in chosen for column in columns if row.cells[column]]
    cells = _extreme(question, cells) or cells
    for row in chosen:
        own = [cell for cell in cells if cell.row is row]
        if own:
            name = _name_of(table, row)
            draft.add(f"{name}：{'，'.join(c.words for c in own)}", *_spans(best, own[0]))
    computed = _difference(question, cells) or _total(question, cells)
    if computed:
        draft.add(f"计算：{computed}", *(span for cell in cells for span in _spans(best, cell)))
    if (
        not draft.pieces
        and chosen
        and columns
        and all(_asks_for(question, table.header[c]) for c in columns)
    ):
        heads = "、".join(table.header[column] for column in columns)
        draft.refusal = f"表中“{chosen[0].cells[0]}”一行的“{heads}”是空白"


def _answers(question: Question, row: Candidate, *, top: Candidate) -> bool:
    """Whether a row is the best candidate, holds most of the question, or is of the year that it
    names and nearly the best."""
    heads = " ".join(
        table.header[at]
        for table in row.parsed.tables
        if table.start <= row.start < table.end
        for at in _year_columns(table)
    )
    is_named = any(year in row.text or year in heads for year in question.years)
    is_close = is_named and top.score - row.score <= ROW_MARGIN
    holds_most = row.coverage >= max(MIN_ROW_COVERAGE, top.coverage - MAX_COVERAGE_GAP)
    return row is top or holds_most or is_close


def _spans(best: Candidate, cell: Cell) -> tuple[Span, Span]:
    """What a cell stands on: its row's line and the table's head."""
    table, row, score = cell.table, cell.row, best.hit.score
    line: Span = (best.parsed, "row", row.start, row.end, score)
    return line, (best.parsed, "table", table.start, table.head_end, score)


def _rows(question: Question, table: Table, best: Candidate) -> Sequence[TableRow]:
    """The rows that a question names, with the one before where it says so; else the best one, or
    all of a short series of years where the question names no year."""
    named = [row for row in table.rows if _names_row(question, _name_of(table, row))]
    named = _ends(question, named) if _is_series(table) else named
    if not named and (_MOST.search(question.text) or _LEAST.search(question.text)):
        return [row for row in table.rows if not _TOTAL_ROW.match(normalise(row.cells[0]))]
    if len(named) == 1 and asks_difference(question) and _YEAR_BEFORE.search(question.text):
        at = table.rows.index(named[0])
        return table.rows[max(at - 1, 0) : at + 1]
    own = [row for row in table.rows if row.start == best.start]
    is_short_series = _is_series(table) and len(table.rows) <= MAX_SERIES_ROWS
    if not named and not _is_series(table):
        own = [row for row in own if _shares_words(question, _name_of(table, row))]
    return named or (table.rows if is_short_series and not question.years else own)


def _ends(question: Question, named: list[T]) -> list[T]:
    """The first and the last of what is of the years that a question names, where it asks how much changed from
    one to the other (从2021年到2023年增加多少)."""
    is_range = asks_difference(question) and _FROM_TO.search(normalise(question.text))
    return [named[0], named[-1]] if is_range and len(named) > 2 else named


def asks_difference(question: Question) -> bool:
    """Whether a question asks by how much one figure differs from another."""
    return bool(_DIFFERENCE.search(normalise(question.text)))


def _difference(question: Question, cells: Sequence[Cell]) -> str:
    """The difference of two cells as an equation, the greater first; a share where % is asked of
    two amounts; empty where it is not asked or the cells are no such two."""
    if not asks_difference(question) or len(cells) != 2:
        return ""
    first, second = (cell.figure for cell in cells)
    if first is None or second is None or cells[0].unit != cells[1].unit:
        return ""
    high, low = max(first, second), min(first, second)
    if question.unit == "%" and not cells[0].is_percent:
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


def _total(question: Question, cells: Sequence[Cell]) -> str:
    """The sum of a column's cells as an equation, where a total is asked."""
    figures = [cell.figure for cell in cells if cell.figure is not None]
    is_one_column = _are_in_line(cells)
    is_asked = bool(_TOTAL.search(question.text))
    if cells and _year_columns(cells[0].table) and not question.years:
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
    years = _year_columns(cells[0].table) if cells else []
    return len({cell.row.start for cell in cells}) == 1 and all(c.column in years for c in cells)


def _signed(figure: Decimal) -> str:
    return f"({figure})" if figure < 0 else str(figure)


def _extreme(question: Question, cells: Sequence[Cell]) -> list[Cell]:
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


def _asks_for(question: Question, head: str) -> bool:
    """Whether a question says a column head, its unit aside."""
    return normalise(re.sub(r"[（(][^（）()]*[）)]", "", head)) in normalise(question.text)


def _is_series(table: Table) -> bool:
    """Whether the rows of a table are years: a question without a year asks for them all."""
    return all(re.match(r"(?:19|20)\d{2}", row.cells[0]) for row in table.rows)


def _columns(question: Question, table: Table) -> list[int]:
    """Columns whose heads share most with the question; among equals those with the asked unit."""
    asked = normalise(question.text)
    years = _year_columns(table)
    if years:
        named = [at for at in years if _years_in(table.header[at]) & question.years]
        return _ends(question, named) if question.years else years
    shares = []
    for column, head in enumerate(table.header):
        words = set(re.findall(r"[\u3400-\u9fff]{2}", " ".join(_pairs(normalise(head)))))
        hits = sum(word in asked for word in words)
        is_percent = any(row.cells[column].rstrip().endswith("%") for row in table.rows)
        fits_unit = is_percent == (question.unit == "%" and not _asks_share_of_change(question))
        shares.append((hits + 0.5 * fits_unit if column else -1.0, column))
    by_kind = [at for at, head in enumerate(table.header) if at and _is_of_kind(question, head)]
    top = max(share for share, _ in shares)
    if by_kind and top < 1.0:
        return by_kind
    return [column for share, column in shares if share == top and share > 0]


def _is_of_kind(question: Question, head: str) -> bool:
    """Whether a column says when, or who, by its head, where that is asked."""
    return any(asks.search(question.text) and says.search(head) for asks, says in _HEADS_BY_KIND)


def _asks_share_of_change(question: Question) -> bool:
    """Whether a share is asked that two years' amounts give: 比2021年下降了百分之几."""
    is_of_rates = re.search(r"百分点|增速|增幅|率|比重|占比", question.text)
    return asks_difference(question) and len(question.years) > 1 and not is_of_rates


def _shares_words(question: Question, head: str) -> bool:
    """Whether a question shares two characters in a row with a row's head, or asks for the total."""
    asked = normalise(question.text)
    is_total = bool(_TOTAL_ROW.match(normalise(head))) and bool(_WHOLE.search(asked))
    return is_total or any(pair in asked for pair in _pairs(normalise(head)))


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _name_of(table: Table, row: TableRow) -> str:
    """What a row is of: its first cell, or the one behind its number."""
    at = int(len(row.cells) > 1 and "".join(table.header[0].split()) in _NUMBERS)
    return row.cells[at]


def _names_row(question: Question, name: str) -> bool:
    """Whether a question names a row: by a figure of its head (2022), or by the head's words."""
    head = normalise(name)
    figures = re.findall(r"\d{4}", head)
    if figures:
        return any(figure in question.years | question.numbers for figure in figures)
    return len(head) >= MIN_NAME_CHARS and head in normalise(question.text)
