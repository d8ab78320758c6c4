"""Judged collections of the field: BEIR folders; TREC topics, qrels and runs, in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bearing_qa.errors import JudgementError
from bearing_qa.evaluation.judgements import Judgement, make_judgement
from bearing_qa.evaluation.metrics import SCORE_DIGITS
from bearing_qa.evaluation.question_files import Questions, json_lines, read_text

_GRADE = re.compile(r"-?[0-9]{1,9}")


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
            fix="name the folder that holds them",
        )
    complaints: list[str] = []
    qrels = read_qrels(qrels_file, complaints)
    judgements = []
    asked = set()
    for number, item in json_lines(queries, complaints):
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
    asked = _topics(read_text(topics))
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
            fix="check that the ids of questions and judgements are the same",
        )
    return judgements


def read_qrels(path: Path, complaints: list[str]) -> dict[str, dict[str, int]]:
    """Grades above 0 by question and document, from a TREC (``q 0 doc grade``) or BEIR file.

    A line that is neither, but the first, is a complaint.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_text(path).split("\n"), 1):
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
        f"{_token(id_)} Q0 {_token(item)} {rank} {score:.{SCORE_DIGITS}f} {tag}"
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
