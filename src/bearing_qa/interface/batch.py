"""Many questions from a JSONL file: answers in the order of the file, line for line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bearing_qa.errors import BearingQAError, QuestionError
from bearing_qa.search.reader import Reader


def answer_json(reader: Reader, item: Mapping[str, Any], *, top_k: int) -> dict[str, Any]:
    """The promised JSON for ``{"id", "question"}``; further keys are carried through."""
    started = time.perf_counter()
    answer = reader.ask(str(item["question"]), top_k=top_k)
    elapsed = round(1000 * (time.perf_counter() - started), 1)
    return {**item, "id": item.get("id"), **answer.to_json(), "elapsed_ms": elapsed}


def answer_batch(
    reader: Reader,
    batch: Path,
    output: Path,
    *,
    top_k: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[str]:
    """Writes one line to ``output`` for each non-empty line of ``batch``; returns complaints.

    A line that cannot be asked gets a refusal that says why, so that no line is lost. The file is
    put in its place when it is whole.
    Raises QuestionError if a file cannot be read or written.
    """
    try:
        lines = list(filter(str.strip, batch.read_text(encoding="utf-8-sig").split("\n")))
        aside = output.with_name(output.name + ".part")
        complaints = []
        with aside.open("w", encoding="utf-8") as stream:
            for number, line in enumerate(lines, 1):
                answered, complaint = _answer_line(reader, line, top_k=top_k)
                if complaint:
                    complaints.append(f"{batch.name} line {number}: {complaint}")
                stream.write(json.dumps(answered, ensure_ascii=False) + "\n")
                stream.flush()
                progress(number, len(lines))
        aside.replace(output)
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(
            found=f"{batch} cannot be read or {output} cannot be written ({error})",
            expected="a UTF-8 JSONL file and a writable place",
            mend="name other files",
        ) from error
    return complaints


def _answer_line(reader: Reader, line: str, *, top_k: int) -> tuple[dict[str, Any], str]:
    item: Any = None
    try:
        item = json.loads(line)
        if not isinstance(item, dict) or not isinstance(item.get("question"), str):
            raise QuestionError(
                found="no question", expected='{"id": …, "question": "…"}', mend="mend the line"
            )
        return answer_json(reader, item, top_k=top_k), ""
    except (ValueError, BearingQAError) as error:
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
