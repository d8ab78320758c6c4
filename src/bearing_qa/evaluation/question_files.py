"""Question files: JSONL, CSV, TSV and XLSX → judged questions."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bearing_qa.document.encoding import decode
from bearing_qa.document.extract import check_archive
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.errors import DocumentError, JudgementError
from bearing_qa.evaluation.judgements import Judgement, make_judgement

SUFFIXES = (".jsonl", ".csv", ".tsv", ".xlsx")
"""Question files that are read."""
EVIDENCE_BREAK = re.compile(r"\n|\|\|")
"""What parts several quotes in one cell of a table: a line break, or two bars."""

MAX_ROWS, MAX_COLUMNS = 100_000, 200
"""Of a sheet: one odd cell far out makes a library go through all that lies before it."""

# Column names of a table, as people write them, and the key that each stands for.
_COLUMNS = {
    "编号": "id", "序号": "id", "题号": "id", "no": "id",
    "问题": "question", "题目": "question", "query": "question",
    "依据": "evidence", "证据": "evidence", "原文": "evidence", "出处": "evidence", "quote": "evidence",
    "章节": "section", "文件": "doc_id", "文档": "doc_id", "document": "doc_id", "doc": "doc_id",
    "答案": "answer", "参考答案": "answer", "要点": "answer_keys", "keys": "answer_keys",
    "无答案": "unanswerable", "不可回答": "unanswerable",
}  # fmt: skip
_NAMES = frozenset({*_COLUMNS.values(), "evidence_mode", "doc_ids", "answerable", "accepted"})


@dataclass(frozen=True, slots=True)
class Questions:
    """Judgements of a file, and one line of complaint for each part of it that is broken."""

    judgements: list[Judgement]
    complaints: list[str]


def read_questions(path: Path) -> Questions:
    """Judged questions of a JSONL, CSV, TSV or XLSX file.

    A broken line is a complaint; a repeated id gets a number added; machine drafts that no person has
    accepted are left out. Raises JudgementError if the file cannot be read or has no question.
    """
    complaints: list[str] = []
    judgements: list[Judgement] = []
    drafts = 0
    items = list(_items(path, complaints))
    given = {str(item["id"]) for _, item in items if item.get("id")}
    for number, item in items:
        if str(item.get("accepted", "true")).strip().lower() in ("false", "0", "no", "否"):
            drafts += 1
            continue
        try:
            own = str(number) if str(number) not in given else f"line-{number}"
            judgements.append(make_judgement(item, default_id=own))
        except (KeyError, ValueError) as error:
            what = f"no {error}" if isinstance(error, KeyError) else str(error)
            complaints.append(f"{path.name} line {number}: no usable question ({what})")
    if drafts:
        complaints.append(
            f"{path.name}: {drafts} machine drafts are left out (set accepted to true to count them)"
        )
    if not judgements:
        raise JudgementError(
            found=f"{path} has no judged question" + (f" ({complaints[0]})" if complaints else ""),
            expected='lines such as {"id": "q1", "question": "…", "evidence": ["…"]}',
            fix="add some",
        )
    return Questions(_with_own_ids(judgements, complaints, path.name), complaints)


def _with_own_ids(judgements: list[Judgement], complaints: list[str], name: str) -> list[Judgement]:
    """Judgements with ids made different where a file repeats them."""
    seen: set[str] = set()
    renamed: dict[str, list[str]] = {}
    result = []
    for judgement in judgements:
        id_ = judgement.id
        if id_ in seen:
            known = renamed.setdefault(judgement.id, [])
            number = len(known) + 2
            while (id_ := f"{judgement.id}#{number}") in seen:
                number += 1
            known.append(id_)
        seen.add(id_)
        result.append(replace(judgement, id=id_))
    complaints += [
        f"{name}: the id {id_!r} comes again, {len(known)} times; now {known[0]} to {known[-1]}"
        for id_, known in renamed.items()
    ]
    return result


def _items(path: Path, complaints: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Objects of a file with the line that each stands on."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise JudgementError(
            found=f"{path} is of an unknown type",
            expected=f"a file ending in {', '.join(SUFFIXES)}",
            fix="save the questions as one of these",
        )
    if suffix == ".jsonl":
        yield from json_lines(path, complaints)
        return
    rows = _sheet(path) if suffix == ".xlsx" else _table(path, "\t" if suffix == ".tsv" else ",")
    header: list[str] = []
    for number, row in enumerate(rows, 1):
        cells = [str(cell).strip() if cell is not None else "" for cell in row]
        if not any(cells):
            continue
        if not header:
            header = [_column(cell) for cell in cells]
            twice = {name for name in header if name and header.count(name) > 1}
            if twice:
                raise JudgementError(
                    found=f"{path.name} has several columns for {', '.join(sorted(twice))}",
                    expected="one column for each",
                    fix="rename or remove the others",
                )
            if "question" not in header:
                raise JudgementError(
                    found=f"{path.name} has no column question (its first line: {', '.join(cells[:6])})",
                    expected="a first line with column names such as id, question, evidence, answer",
                    fix="name the columns",
                )
            continue
        surplus = [cell for cell in cells[len(header) :] if cell]
        item = _from_cells(dict(zip(header, cells, strict=False)))
        if surplus or "\n" in str(item.get("question", "")):
            what = "more cells than columns" if surplus else "a line break in its question"
            complaints.append(f"{path.name} line {number}: {what} (a quotation mark too many?)")
            continue
        yield number, item


def _column(name: str) -> str:
    """The key that a column's name stands for; other names are tags and stay as they are."""
    known = _COLUMNS.get(name.lower(), name.lower())
    return known if known in _NAMES else name


def _from_cells(cells: dict[str, str]) -> dict[str, Any]:
    """Cells of a table as the object that a JSONL line would be: blank cells say nothing."""
    item: dict[str, Any] = {key: value for key, value in cells.items() if key and value}
    for key in ("evidence", "answer_keys", "doc_ids"):
        if key in item:
            item[key] = [part.strip() for part in EVIDENCE_BREAK.split(item[key]) if part.strip()]
    return item


def json_lines(path: Path, complaints: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Objects of a file with the line that each stands on; what is none is a complaint."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            if not isinstance(item, dict):
                raise ValueError("another value than an object")
        except (ValueError, RecursionError) as error:
            complaints.append(f"{path.name} line {number}: no JSON object ({error})")
            continue
        yield number, item


def read_text(path: Path) -> str:
    """A file's text, in any encoding that documents may have. Raises JudgementError if it is none."""
    try:
        return decode(path.read_bytes(), name=path.name)[0]
    except (OSError, DocumentError) as error:
        raise JudgementError(
            found=f"{path} cannot be read ({error})",
            expected="a text file",
            fix="name another file",
        ) from error


def _table(path: Path, delimiter: str) -> Iterator[list[str]]:
    try:
        text = read_text(path)
        first = text.partition("\n")[0]
        is_parted_by_semicolons = delimiter == "," and first.count(";") > first.count(",")
        parted_by = ";" if is_parted_by_semicolons else delimiter
        yield from csv.reader(io.StringIO(text), delimiter=parted_by)
    except csv.Error as error:
        raise JudgementError(
            found=f"{path} is no sound table ({error})",
            expected="a CSV file",
            fix="save it again",
        ) from error


class _TooManyRows(Exception):
    """A sheet goes on and on."""


def _sheet(path: Path) -> Iterator[tuple[Any, ...]]:
    import openpyxl

    try:
        check_archive(path.read_bytes(), expansion=DEFAULT_LIMITS.expansion)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        limits = {"max_row": MAX_ROWS + 1, "max_col": MAX_COLUMNS}
        for number, row in enumerate(sheet.iter_rows(values_only=True, **limits)):
            if number == MAX_ROWS:
                raise _TooManyRows
            yield row
    except _TooManyRows as error:
        raise JudgementError(
            found=f"{path.name} has more than {MAX_ROWS:,} rows",
            expected="at most so many",
            fix="delete empty rows at its end, or save it as CSV",
        ) from error
    except Exception as error:  # whatever the library raises on an unsound file
        raise JudgementError(
            found=f"{path} is no sound Excel file ({type(error).__name__})",
            expected="an .xlsx file with the questions in its first sheet",
            fix="save it again, or as CSV",
        ) from error
