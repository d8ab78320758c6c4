"""Judged questions: evidence quotes, short answers, unanswerable marks; and BEIR folders.

Judgements point at text, never at passage ids: they survive every re-chunking.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bearing_qa.errors import JudgementError

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "~": "-", "−": "-"}
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question with what a right result holds.

    ``evidence`` are verbatim quotes, all needed unless ``any_evidence``; none at all means that
    the corpus does not answer. ``answer_keys`` are groups of spellings; a right answer has one of
    each group. ``group`` is a tag for grouping figures.
    """

    id: str
    question: str
    evidence: tuple[str, ...]
    any_evidence: bool
    answer: str
    answer_keys: tuple[tuple[str, ...], ...]
    group: str

    @property
    def is_answerable(self) -> bool:
        """Whether the corpus answers."""
        return bool(self.evidence)


def comparable(text: str) -> str:
    """Text as quotes are compared: NFKC, lower case, no blanks, one kind of quote and dash."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_QUOTES)
    text = re.sub(r"\s+", "", text)
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def read_judgements(path: Path) -> tuple[list[Judgement], list[str]]:
    """Judged questions of a JSONL file, and one line of complaint for each line that is broken.

    Raises JudgementError if the file cannot be read or has no question.
    """
    judgements: list[Judgement] = []
    complaints: list[str] = []
    for number, item in _json_lines(path, complaints):
        try:
            judgements.append(_judgement(item, number))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            complaints.append(f"{path.name} line {number}: no usable question ({error!r})")
    if not judgements:
        raise JudgementError(
            found=f"{path} has no judged question" + (f" ({complaints[0]})" if complaints else ""),
            expected='lines such as {"id": "q1", "question": "…", "evidence": ["…"]}',
            mend="add some",
        )
    return judgements, complaints


def _json_lines(path: Path, complaints: list[str]) -> Iterator[tuple[int, Any]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgementError(
            found=f"{path} cannot be read ({error})",
            expected="a UTF-8 file, one JSON object a line",
            mend="name another file",
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                complaints.append(f"{path.name} line {number}: not JSON ({error})")


def _judgement(item: Mapping[str, Any], number: int) -> Judgement:
    if not str(item["question"]).strip():
        raise ValueError("a blank question")
    alternatives: Mapping[str, list[str]] = item.get("key_alts", {})
    keys = [(key, *alternatives.get(key, [])) for key in item.get("answer_keys", [])]
    keys += [tuple(group) for group in item.get("answer_any", [])]
    return Judgement(
        id=str(item.get("id", number)),
        question=str(item["question"]),
        evidence=tuple(map(str, item.get("evidence", []))),
        any_evidence=item.get("evidence_mode") == "any",
        answer=str(item.get("answer", "")),
        answer_keys=tuple(keys),
        group=str(item.get("type", "")),
    )


@dataclass(frozen=True, slots=True)
class Collection:
    """A BEIR folder: questions by id, and the relevance of documents by question id."""

    corpus: Path
    questions: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def read_beir(folder: Path) -> Collection:
    """The collection of a BEIR folder: ``corpus.jsonl queries.jsonl`` and ``qrels.tsv`` or
    ``qrels/test.tsv`` (or the only file in ``qrels/``).

    Raises JudgementError if a part is missing or broken.
    """
    qrels_files = [
        folder / "qrels.tsv",
        folder / "qrels" / "test.tsv",
        *sorted(folder.glob("qrels/*.tsv")),
    ]
    qrels_file = next((path for path in qrels_files if path.is_file()), None)
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    if qrels_file is None or not corpus.is_file() or not queries.is_file():
        raise JudgementError(
            found=f"{folder} is no BEIR folder",
            expected="corpus.jsonl, queries.jsonl and qrels/test.tsv",
            mend="name the folder that holds them",
        )
    complaints: list[str] = []
    questions = {
        str(item["_id"]): str(item["text"]) for _, item in _json_lines(queries, complaints)
    }
    qrels: dict[str, dict[str, int]] = {}
    for line in qrels_file.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) >= 3 and fields[-1].lstrip("-").isdigit():
            qrels.setdefault(fields[0], {})[fields[-2]] = int(fields[-1])
    return Collection(corpus, {q: questions[q] for q in questions if q in qrels}, qrels)
