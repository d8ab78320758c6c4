"""Answers as an Excel workbook: a row a question, and a row a citation on a second sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    "单元格",
    "识别把握",
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
NOTE_WIDTH, NOTE_HEIGHT = 420, 160
"""Pixels of a comment: some eight lines of a policy's sentence."""
MAX_NOTE_CHARS = 32_000
"""Excel holds no longer comment."""
AUTHOR = "bearing_qa"


@dataclass(frozen=True, slots=True)
class Noted:
    """A cell with a comment."""

    value: Cell
    note: str


def write_workbook(answers: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Writes the promised JSON of answers as a workbook. No cell is ever a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = new_sheet(book, "回答", [(name, WIDTHS.get(name, 0)) for name in ANSWER_COLUMNS])
    cited = new_sheet(book, "引用", [(name, WIDTHS.get(name, 0)) for name in CITATION_COLUMNS])
    for answer in answers:
        write_row(sheet, _answer_row(answer))
        for number, citation in enumerate(answer["citations"], 1):
            write_row(cited, _citation_row(answer, number, citation))
    book.save(path)


def write_sheet(
    path: Path, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Iterable[Cell]]
) -> None:
    """Writes a workbook of one sheet: columns as (head, width in characters), and its rows."""
    write_sheets(path, [(name, columns, rows)])


Sheet = tuple[str, Sequence[tuple[str, int]], Iterable[Iterable[Cell | Noted]]]
"""A sheet's name, its columns as (head, width in characters), and its rows."""


def write_sheets(path: Path, sheets: Iterable[Sheet], *, notes: Sequence[str] = ()) -> None:
    """Writes a workbook; ``notes`` are the comments of the first heads of its sheets, in order."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for at, (name, columns, rows) in enumerate(sheets):
        sheet = new_sheet(book, name, columns, note=notes[at] if at < len(notes) else "")
        for row in rows:
            write_row(sheet, row)
    book.save(path)


def new_sheet(book: Any, name: str, columns: Sequence[tuple[str, int]], *, note: str = "") -> Any:
    """A sheet of a write-only workbook with heads that stay in sight; a width of 0 is Excel's own. ``note`` is the comment of
    its first head."""
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    for at, (_, width) in enumerate(columns, 1):
        if width:
            sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    heads: list[Cell | Noted] = [head for head, _ in columns]
    write_row(sheet, [Noted(str(heads[0]), note), *heads[1:]] if note else heads)
    return sheet


def write_row(sheet: Any, values: Iterable[Cell | Noted]) -> None:
    """Adds a row. No cell is ever a formula."""
    sheet.append([_cell(sheet, value) for value in values])


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
        citation.get("cell", ""),
        citation.get("recognition", ""),
    )


def _id(answer: Mapping[str, Any]) -> Cell:
    value = answer.get("id")
    return value if isinstance(value, int | float) else "" if value is None else str(value)


def _words(text: str) -> str:
    """A text as a workbook holds it."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text.encode("utf-8", "replace").decode()))


def _cell(sheet: Any, of: Cell | Noted) -> Any:
    """A cell whose words stay words, whatever they begin with (= + - @)."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment

    value, note = (of.value, of.note) if isinstance(of, Noted) else (of, "")
    value = _words(value) if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if note:
        cell.comment = Comment(
            _words(note)[:MAX_NOTE_CHARS], AUTHOR, height=NOTE_HEIGHT, width=NOTE_WIDTH
        )
    return cell
