"""Question files: JSONL, CSV and XLSX; BEIR folders; TREC topics, qrels and runs, in and out."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
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

_GRADE = re.compile(r"-?[0-9]{1,9}")
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
            mend="add some",
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
            mend="save the questions as one of these",
        )
    if suffix == ".jsonl":
        yield from _json_lines(path, complaints)
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
                    mend="rename or remove the others",
                )
            if "question" not in header:
                raise JudgementError(
                    found=f"{path.name} has no column question (its first line: {', '.join(cells[:6])})",
                    expected="a first line with column names such as id, question, evidence, answer",
                    mend="name the columns",
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


def _json_lines(path: Path, complaints: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(_text(path).split("\n"), 1):
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


def _text(path: Path) -> str:
    try:
        return decode(path.read_bytes(), name=path.name)[0]
    except (OSError, DocumentError) as error:
        raise JudgementError(
            found=f"{path} cannot be read ({error})",
            expected="a text file",
            mend="name another file",
        ) from error


def _table(path: Path, delimiter: str) -> Iterator[list[str]]:
    try:
        text = _text(path)
        first = text.partition("\n")[0]
        is_parted_by_semicolons = delimiter == "," and first.count(";") > first.count(",")
        parted_by = ";" if is_parted_by_semicolons else delimiter
        yield from csv.reader(io.StringIO(text), delimiter=parted_by)
    except csv.Error as error:
        raise JudgementError(
            found=f"{path} is no sound table ({error})",
            expected="a CSV file",
            mend="save it anew",
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
            mend="delete empty rows at its end, or save it as CSV",
        ) from error
    except Exception as error:  # whatever the library raises on an unsound file
        raise JudgementError(
            found=f"{path} is no sound Excel file ({type(error).__name__})",
            expected="an .xlsx file with the questions in its first sheet",
            mend="save it anew, or as CSV",
        ) from error


def read_beir(folder: Path) -> tuple[Path, Questions]:
    """The corpus file and the judged questions of a BEIR folder: ``corpus.jsonl queries.jsonl`` and
    ``qrels.tsv`` or ``qrels/test.tsv`` (or the first file in ``qrels/``).

    Questions without relevant documents in the qrels are left out, as in the field.
    Raises JudgementError if a part is missing or broken.
    """
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    files = [
        folder / "qrels.tsv",
        folder / "qrels" / "test.tsv",
        *sorted(folder.glob("qrels/*.tsv")),
    ]
    qrels_file = next((path for path in files if path.is_file()), None)
    if qrels_file is None or not corpus.is_file() or not queries.is_file():
        raise JudgementError(
            found=f"{folder} is no BEIR folder",
            expected="corpus.jsonl, queries.jsonl and qrels/test.tsv",
            mend="name the folder that holds them",
        )
    complaints: list[str] = []
    qrels = read_qrels(qrels_file, complaints)
    judgements = []
    asked = set()
    for number, item in _json_lines(queries, complaints):
        id_ = str(item.get("_id", ""))
        asked.add(id_)
        if id_ in qrels:
            tags = {k: str(v) for k, v in item.items() if k not in ("_id", "text", "metadata")}
            fields = {
                "id": id_,
                "question": item.get("text", ""),
                "documents": qrels[id_],
                "tags": tags,
            }
            try:
                judgements.append(make_judgement(fields, default_id=str(number)))
            except ValueError as error:
                complaints.append(f"{queries.name} line {number}: no usable question ({error})")
    complaints += _without_question(qrels, asked, qrels_file)
    return corpus, Questions(_some(judgements, qrels_file), complaints)


def read_topics(topics: Path, qrels_file: Path) -> Questions:
    """Judged questions of a TREC topics file (``id<TAB>question`` a line, or ``<num>``/``<title>``)
    and its qrels. Raises JudgementError if no topic has relevant documents."""
    complaints: list[str] = []
    qrels = read_qrels(qrels_file, complaints)
    asked = _topics(_text(topics))
    judgements = [
        make_judgement({"id": id_, "question": text, "documents": qrels[id_]}, default_id=id_)
        for id_, text in asked
        if id_ in qrels and text.strip()
    ]
    complaints += _without_question(qrels, {id_ for id_, _ in asked}, qrels_file)
    return Questions(_some(judgements, qrels_file), complaints)


def _without_question(qrels: Mapping[str, object], asked: set[str], source: Path) -> list[str]:
    unknown = sorted(id_ for id_ in qrels if id_ not in asked)
    shown = ", ".join(unknown[:5])
    return (
        [f"{source.name}: {len(unknown)} judged ids have no question ({shown})"] if unknown else []
    )


def _topics(text: str) -> list[tuple[str, str]]:
    if "<num>" in text.lower():
        blocks = re.findall(
            r"<num>\s*(?:Number:)?\s*(\S+?)\s*(?:</num>)?\s*<title>\s*(?:Topic:)?\s*([^<\n]+)",
            text,
            re.I,
        )
        return [(id_, title.strip()) for id_, title in blocks]
    lines = (line.split("\t", 1) for line in text.split("\n") if "\t" in line)
    return [(fields[0].strip(), fields[1].strip()) for fields in lines]


def _some(judgements: list[Judgement], source: Path) -> list[Judgement]:
    if not judgements:
        raise JudgementError(
            found=f"{source} judges none of the questions",
            expected="relevant documents for some of them",
            mend="check that the ids of questions and judgements are the same",
        )
    return judgements


def read_qrels(path: Path, complaints: list[str]) -> dict[str, dict[str, int]]:
    """Grades above 0 by question and document, from a TREC (``q 0 doc grade``) or BEIR file.

    A line that is neither, but the first, is a complaint.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        fields = [field.strip() for field in (line.split("\t") if "\t" in line else line.split())]
        if len(fields) >= 3 and _GRADE.fullmatch(fields[-1]):
            if int(fields[-1]) > 0:
                qrels.setdefault(fields[0], {})[fields[-2]] = int(fields[-1])
        elif line.strip() and number > 1:
            complaints.append(
                f"{path.name} line {number}: no judgement (question, document, grade)"
            )
    return qrels


def write_trec_run(path: Path, run: Mapping[str, Mapping[str, float]], *, tag: str) -> None:
    """A TREC run file: ``question Q0 item rank score tag``, best first."""
    lines = (
        f"{_token(id_)} Q0 {_token(item)} {rank} {score:.6f} {tag}"
        for id_, items in run.items()
        for rank, (item, score) in enumerate(items.items(), 1)
    )
    _write(path, lines)


def write_trec_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """A TREC qrels file: ``question 0 item grade``."""
    lines = (
        f"{_token(id_)} 0 {_token(item)} {grade}"
        for id_, items in qrels.items()
        for item, grade in items.items()
    )
    _write(path, lines)


def _token(text: str) -> str:
    """An id without blanks, since TREC files are parted by them."""
    return re.sub(r"\s", lambda found: f"%{ord(found.group()):02X}", text.replace("%", "%25"))


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
