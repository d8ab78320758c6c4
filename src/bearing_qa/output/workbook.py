"""Answers as an Excel workbook: a row a question, and a row a citation on a second sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ANSWER_COLUMNS = ("编号", "问题", "回答", "拒答", "原因", "把握", "引用数", "第一处引用", "所在")
CITATION_COLUMNS = (
    "编号",
    "引用",
    "原句",
    "文件",
    "章节",
    "起页",
    "止页",
    "文件编号",
    "start",
    "end",
)
WIDTHS = {
    "问题": 40,
    "回答": 60,
    "原因": 30,
    "原句": 70,
    "第一处引用": 60,
    "所在": 50,
    "文件": 40,
    "章节": 40,
}
"""Characters across; other columns keep Excel's own width."""
Cell = str | int | float


def write_workbook(answers: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Writes the promised JSON of answers as a workbook. No cell is ever a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet, cited = book.create_sheet("回答"), book.create_sheet("引用")
    _head(sheet, ANSWER_COLUMNS)
    _head(cited, CITATION_COLUMNS)
    for answer in answers:
        sheet.append(_cells(sheet, _answer_row(answer)))
        for number, citation in enumerate(answer["citations"], 1):
            cited.append(_cells(cited, _citation_row(answer, number, citation)))
    book.save(path)


def _head(sheet: Any, columns: tuple[str, ...]) -> None:
    from openpyxl.utils import get_column_letter

    for at, name in enumerate(columns, 1):
        if name in WIDTHS:
            sheet.column_dimensions[get_column_letter(at)].width = WIDTHS[name]
    sheet.freeze_panes = "A2"
    sheet.append(_cells(sheet, columns))


def _answer_row(answer: Mapping[str, Any]) -> tuple[Cell, ...]:
    citations = answer["citations"]
    proof = (citation for citation in citations if citation["kind"] != "front")
    first = next(proof, citations[0] if citations else None)  # a label is no proof
    return (
        _id(answer),
        answer["question"],
        answer["answer"],
        "是" if answer["refused"] else "",
        answer["reason"],
        answer["confidence"],
        len(citations),
        first["text"] if first else "",
        " › ".join([first["title"], *first["section"]]) if first else "",
    )


def _citation_row(
    answer: Mapping[str, Any], number: int, citation: Mapping[str, Any]
) -> tuple[Cell, ...]:
    return (
        _id(answer),
        number,
        citation["text"],
        citation["title"],
        " › ".join(citation["section"]),
        *citation["pages"],
        citation["doc_id"],
        citation["start"],
        citation["end"],
    )


def _id(answer: Mapping[str, Any]) -> Cell:
    value = answer.get("id")
    return value if isinstance(value, int | float) else "" if value is None else str(value)


def _cells(sheet: Any, values: Iterable[Cell]) -> list[Any]:
    return [_cell(sheet, value) for value in values]


def _cell(sheet: Any, value: Cell) -> Any:
    """A cell whose words stay words, whatever they begin with (= + - @)."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value.encode("utf-8", "replace").decode())
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
