"""Many questions from a JSONL file: answers in the order of the file, line for line."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bearing_qa.errors import QuestionError
from bearing_qa.interface.workbook import write_workbook
from bearing_qa.search.reader import Reader
from bearing_qa.search.scope import EVERYTHING, Scope, rows_inside

WORKBOOK_SUFFIX = ".xlsx"
"""An output file that ends so becomes a workbook; any other gets a line of JSON an answer."""


def answer_json(
    reader: Reader, item: Mapping[str, Any], *, top_k: int, scope: Scope = EVERYTHING
) -> dict[str, Any]:
    """The promised JSON for ``{"id", "question"}``; further keys are carried through."""
    started = time.perf_counter()
    answer = reader.ask(str(item["question"]), top_k=top_k, scope=scope)
    elapsed = round(1000 * (time.perf_counter() - started), 1)
    return {**item, "id": item.get("id"), **answer.to_json(), "elapsed_ms": elapsed}


def answer_batch(
    reader: Reader,
    batch: Path,
    output: Path,
    *,
    top_k: int,
    scope: Scope = EVERYTHING,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[str]:
    """Writes one line to ``output`` for each non-empty line of ``batch``; returns complaints.

    An ``output`` that ends in .xlsx becomes a workbook with a row a line. A line that cannot be asked
    gets a refusal that says why, so that no line is lost. The file is put in its place when it is whole;
    until then, and when this fails, what was there stays.
    Raises QuestionError if a file cannot be read or written or the scope holds nothing, StoreError
    if there is no index.
    """
    lines = _read_lines(batch)
    target = _checked_output(output, batch)
    rows_inside(reader.index().catalogue, scope)
    reader.encoder(reader.index())
    complaints: list[str] = []

    def answers() -> Iterator[dict[str, Any]]:
        for number, line in enumerate(lines, 1):
            answered, complaint = _answer_line(reader, line, top_k=top_k, scope=scope)
            if complaint:
                complaints.append(f"{batch.name} line {number}: {complaint}")
            yield answered
            progress(number, len(lines))

    write = write_workbook if target.suffix.lower() == WORKBOOK_SUFFIX else _write_lines
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
            aside = Path(folder) / target.name
            write(answers(), aside)
            aside.replace(target)
    except OSError as error:
        raise QuestionError(
            found=f"{output} cannot be written ({error.strerror or error})",
            expected="a file in a folder with write access and room",
            mend="name another: --output FILE",
        ) from error
    return complaints


def _write_lines(answers: Iterable[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="replace") as stream:
        for answered in answers:
            stream.write(json.dumps(answered, ensure_ascii=False) + "\n")


def _read_lines(batch: Path) -> list[str]:
    try:
        return [line for line in batch.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(
            found=f"{batch} cannot be read ({error})",
            expected='a UTF-8 file, each line {"id": …, "question": "…"}',
            mend="name another: --batch FILE",
        ) from error


def _checked_output(output: Path, batch: Path) -> Path:
    """Where the answers go, links followed; never over the questions or what is no plain file."""
    target = output.resolve()
    is_input = target == batch.resolve()
    if is_input or (target.exists() and not target.is_file()):
        raise QuestionError(
            found=f"{output} is {'the file of the questions' if is_input else 'no plain file'}",
            expected="a file for the answers",
            mend="name another: --output FILE",
        )
    return target


def _answer_line(
    reader: Reader, line: str, *, top_k: int, scope: Scope
) -> tuple[dict[str, Any], str]:
    item: Any = None
    try:
        item = json.loads(line)
        if not isinstance(item, dict) or not isinstance(item.get("question"), str):
            raise QuestionError(
                found="no question", expected='{"id": …, "question": "…"}', mend="mend the line"
            )
        return answer_json(reader, item, top_k=top_k, scope=scope), ""
    except (ValueError, QuestionError) as error:
        carried = item if isinstance(item, dict) else {}
        refusal = {
            **carried,
            "id": carried.get("id"),
            "question": str(carried.get("question", "")),
            "answer": "",
            "refused": True,
            "reason": f"这一行无法提问：{error}",
            "confidence": 0.0,
            "citations": [],
            "passages": [],
            "elapsed_ms": 0.0,
        }
        return refusal, str(error)
