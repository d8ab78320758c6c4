"""Table rows → the cells that a question asks for, and what can be worked out from them (see ``worked_out``)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.index.segment import is_noun, normalise
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.cells import Cell, has_unit, pairs, year_columns, years_in
from bearing_qa.search.draft import Draft, Span
from bearing_qa.search.question import Question, last_before_amount
from bearing_qa.search.worked_out import (
    asks_difference,
    asks_extreme,
    asks_total,
    difference,
    ends,
    extreme,
    total,
)
from bearing_qa.types import Table, TableRow

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
SUBJECT_WEIGHT = 0.25
"""What a pair of characters of a text's title counts for in choosing columns: 轴承 in a text on 轴承."""
_YEAR_BEFORE = re.compile(r"(?:前|上|头|去)一?年")
_TOTAL_ROW = re.compile(r"合计|总计|小计|总和|总数|全[部国省市县区]|累计")
"""Heads of rows that sum up the others."""
_WHOLE = re.compile(r"总|全|合计|共")
_CHINESE_PAIR = re.compile(r"[\u3400-\u9fff]{2}")
_HEADS_BY_KIND = (
    (re.compile("什么时[候间]|何时|哪[天年月日]|几[月号]|期限|多久|时限"), re.compile("时[间限]|日期|期限|进度|年份")),
    (re.compile("谁|哪[个些家]?(?:部门|单位|机构|人)|哪位"), re.compile("单位|部门|责任|负责|牵头|姓名|人员?$")),
)  # fmt: skip
"""Words that ask when or who, and heads of columns that say it."""
_NUMBERS = ("序号", "编号", "次序", "项次", "No", "No.")
"""Heads of a column that only counts the rows."""


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
    columns = _columns(question, table, title=best.parsed.document.title)
    chosen = _rows(question, table, best)
    unsaid = _unsaid(question, table, chosen, columns, best)
    if unsaid:
        draft.refusal = f"表中没有“{unsaid}”这一项"
        return
    cells = [Cell(table, row, column) for row in chosen for column in columns if row.cells[column]]
    cells = extreme(question, cells) or cells
    for row in chosen:
        own = [cell for cell in cells if cell.row is row]
        if own:
            name = _name_of(table, row)
            draft.add(f"{name}：{'，'.join(c.words for c in own)}", *_spans(best, own[0]))
    computed = difference(question, cells) or total(question, cells)
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
        for at in year_columns(table)
    )
    is_named = any(year in row.text or year in heads for year in question.years)
    is_close = is_named and top.score - row.score <= ROW_MARGIN
    holds_most = row.coverage >= max(MIN_ROW_COVERAGE, top.coverage - MAX_COVERAGE_GAP)
    return row is top or holds_most or is_close


def _unsaid(
    question: Question,
    table: Table,
    chosen: Sequence[TableRow],
    columns: Sequence[int],
    best: Candidate,
) -> str:
    """What a question asks the amount of, if neither the rows nor the heads say it: 出口 of 轴承出口多少, where a table
    has 产量 alone; else empty."""
    if asks_difference(question) or asks_total(question) or asks_extreme(question):
        return ""
    last = last_before_amount(question)
    if not is_noun(last, or_verbal=True):
        return ""
    others = dict(question.meanings()).get(last, ())
    names = (cell for row in chosen for cell in row.cells if not any(map(str.isdigit, cell)))
    context = (best.parsed.document.title, best.passage.context)
    said = normalise(" ".join([*names, *table.header, *context]))
    heads = [head for at, head in enumerate(table.header) if at in columns]
    is_headed = any(pair in last for head in heads for pair in pairs(normalise(head)))
    return "" if is_headed or any(word in said for word in (last, *others)) else last


def _spans(best: Candidate, cell: Cell) -> tuple[Span, Span]:
    """What a cell stands on: its row's line and the table's head."""
    table, row, score = cell.table, cell.row, best.hit.score
    line: Span = (best.parsed, "row", row.start, row.end, score)
    return line, (best.parsed, "table", table.start, table.head_end, score)


def _rows(question: Question, table: Table, best: Candidate) -> Sequence[TableRow]:
    """The rows that a question names, with the one before where it says so; else the best one, or
    all of a short series of years where the question names no year."""
    named = [row for row in table.rows if _names_row(question, _name_of(table, row))]
    named = ends(question, named) if _is_series(table) else named
    if not named and asks_extreme(question):
        return [row for row in table.rows if not _TOTAL_ROW.match(normalise(row.cells[0]))]
    if len(named) == 1 and asks_difference(question) and _YEAR_BEFORE.search(question.text):
        at = table.rows.index(named[0])
        return table.rows[max(at - 1, 0) : at + 1]
    own = [row for row in table.rows if row.start == best.start]
    is_short_series = _is_series(table) and len(table.rows) <= MAX_SERIES_ROWS
    if not named and not _is_series(table):
        own = [row for row in own if _shares_words(question, _name_of(table, row))]
    return named or (table.rows if is_short_series and not question.years else own)


def _asks_for(question: Question, head: str) -> bool:
    """Whether a question says a column head, its unit aside."""
    return normalise(re.sub(r"[（(][^（）()]*[）)]", "", head)) in normalise(question.text)


def _is_series(table: Table) -> bool:
    """Whether the rows of a table are years: a question without a year asks for them all."""
    return all(re.match(r"(?:19|20)\d{2}", row.cells[0]) for row in table.rows)


def _columns(question: Question, table: Table, *, title: str) -> list[int]:
    """Columns whose heads share most with the question: of those alone that are in the asked unit, if any are.

    What the text is about as a whole, by its title, tells columns apart only where nothing else does.
    """
    years = year_columns(table)
    if years:
        named = [at for at in years if years_in(table.header[at]) & question.years]
        return ends(question, named) if question.years else years
    of_unit = [at for at, head in enumerate(table.header) if at and has_unit(head, question.unit)]
    asked, subject = _asked_pairs(question), set(pairs(normalise(title)))
    shares = []
    for column, head in enumerate(table.header):
        words = asked & set(pairs(normalise(head)))
        hits = len(words - subject) + SUBJECT_WEIGHT * len(words & subject)
        is_percent = any(row.cells[column].rstrip().endswith("%") for row in table.rows)
        fits_unit = is_percent == (question.unit == "%" and not _asks_share_of_change(question))
        may_answer = column in of_unit if of_unit else column > 0
        shares.append((hits + 0.5 * fits_unit if may_answer else -1.0, column))
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
    return is_total or any(pair in asked for pair in pairs(normalise(head)))


def _asked_pairs(question: Question) -> set[str]:
    """Two Chinese characters in a row of the question's words, and of what else they may be called."""
    words = [word for said, others in question.meanings() for word in (said, *others)]
    return {pair for word in words for pair in pairs(word) if _CHINESE_PAIR.fullmatch(pair)}


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
