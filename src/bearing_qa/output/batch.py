"""Many questions from a JSONL file: answers in the order of the file, line for line."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bearing_qa.answer.library import Library
from bearing_qa.errors import QuestionError
from bearing_qa.output.batch_journal import Answered, Partial, open_partial
from bearing_qa.output.workbook import write_workbook
from bearing_qa.search.scope import EVERYTHING, Scope, part_inside
from bearing_qa.store.protocol import Index
from bearing_qa.version import VERSION

WORKBOOK_SUFFIX = ".xlsx"
"""An output file that ends so becomes a workbook; any other gets a line of JSON an answer."""
NOT_WRITTEN = frozenset({".csv", ".tsv", ".xls", ".ods", ".docx", ".doc", ".pdf", ".html"})
"""Endings that promise what a batch does not write."""


def answer_json(
    library: Library,
    item: Mapping[str, Any],
    *,
    top_k: int,
    scope: Scope = EVERYTHING,
    index: Index | None = None,
) -> dict[str, Any]:
    """The promised JSON for ``{"id", "question"}``; further keys are carried through."""
    started = time.perf_counter()
    answer = library.ask(str(item["question"]), top_k=top_k, scope=scope, index=index)
    elapsed = round(1000 * (time.perf_counter() - started), 1)
    return {**item, "id": item.get("id"), **answer.to_json(), "elapsed_ms": elapsed}


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How many answers were written, how many of them by a batch that was stopped, and what is wrong with
    which lines."""

    answered: int
    resumed: int
    complaints: tuple[str, ...]


def answer_batch(
    library: Library,
    batch: Path,
    output: Path,
    *,
    top_k: int,
    scope: Scope = EVERYTHING,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> BatchReport:
    """Writes one line to ``output`` for each non-empty line of ``batch``, all from one index version.

    An ``output`` that ends in .xlsx becomes a workbook with a row a line. A line that cannot be asked
    gets a refusal that says why, so that no line is lost. The file is put in its place when it is whole;
    until then, and when this fails, what was there stays, and the answers so far are kept: the same batch
    goes on with them.
    Raises QuestionError if a file cannot be read or written or the scope holds nothing, StoreError
    if there is no index.
    """
    lines = _read_lines(batch)
    target = _checked_output(output, batch)
    index = library.index()
    part_inside(index.catalogue, scope)
    library.encoder(index)
    depends_on = _made_from(library, index, [*lines.values()], top_k=top_k, scope=scope)
    try:
        with open_partial(target, depends_on=depends_on) as partial:
            for done, line in enumerate(lines.values(), 1):
                if done > partial.kept:
                    partial.add(_answer_line(library, line, top_k=top_k, scope=scope, index=index))
                progress(done, len(lines))
            _write(partial, target)
            complaints = tuple(
                f"{batch.name} line {number}: {complaint}"
                for number, (_, complaint) in zip(lines, partial, strict=True)
                if complaint
            )
            partial.remove()
    except OSError as error:
        raise QuestionError(
            found=f"{output} cannot be written ({error.strerror or error})",
            expected="a file in a folder with write access and room",
            fix="name another: --output FILE",
        ) from error
    return BatchReport(len(lines), partial.kept, complaints)


def _made_from(
    library: Library, index: Index, lines: Sequence[str], *, top_k: int, scope: Scope
) -> dict[str, str]:
    """What the answers of a batch depend on: an answer made from anything else is no part of it."""
    questions = "\n".join(lines).encode("utf-8", "surrogatepass")
    return {
        "bearing_qa": VERSION,
        "index": f"{index.place} {index.manifest['built_at']}",
        "questions": hashlib.sha256(questions).hexdigest(),
        "options": f"{top_k} {scope} {library.stages}",
        "models": f"{library.model().fingerprint} {library.reranker and library.reranker.name} {library.second}",
    }


def _write(partial: Partial, target: Path) -> None:
    """All answers to their file, which is put in place when it is whole."""
    write = write_workbook if target.suffix.lower() == WORKBOOK_SUFFIX else _write_lines
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
        aside = Path(folder) / target.name
        write((answer for answer, _ in partial), aside)
        aside.replace(target)


def _write_lines(answers: Iterable[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="replace") as stream:
        for answered in answers:
            stream.write(json.dumps(answered, ensure_ascii=False) + "\n")


def _read_lines(batch: Path) -> dict[int, str]:
    """The lines that are not empty, by their numbers in the file."""
    try:
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
        return {number: line for number, line in enumerate(lines, 1) if line.strip()}
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(
            found=f"{batch} cannot be read ({error})",
            expected='a UTF-8 file, each line {"id": …, "question": "…"}',
            fix="name another: --batch FILE",
        ) from error


def _checked_output(output: Path, batch: Path) -> Path:
    """Where the answers go, links followed; never over the questions or what is no plain file."""
    target = output.resolve()
    is_input = target == batch.resolve()
    if is_input or (target.exists() and not target.is_file()):
        raise QuestionError(
            found=f"{output} is {'the file of the questions' if is_input else 'no plain file'}",
            expected="a file for the answers",
            fix="name another: --output FILE",
        )
    if target.suffix.lower() in NOT_WRITTEN:
        raise QuestionError(
            found=f"{output} would not hold what its name says",
            expected="a name in .jsonl (a line of JSON an answer) or .xlsx (a workbook)",
            fix=f"--output {output.with_suffix(WORKBOOK_SUFFIX)} opens in a spreadsheet",
        )
    return target


def _read_json(line: str) -> Any:
    """The value of a line. Raises QuestionError if it is no JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _no_question("不是 JSON / not JSON") from error


def _no_question(found: str) -> QuestionError:
    return QuestionError(
        found=found, expected='{"id": …, "question": "…"}', fix="请改这一行 / fix the line"
    )


def _answer_line(
    library: Library, line: str, *, top_k: int, scope: Scope, index: Index
) -> Answered:
    item: Any = None
    try:
        item = _read_json(line)
        if not isinstance(item, dict) or not isinstance(item.get("question"), str):
            raise _no_question("没有 question / no question")
        return answer_json(library, item, top_k=top_k, scope=scope, index=index), ""
    except QuestionError as error:
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
