"""The public sets that retrieval is measured on, cut to size: documents to index and judged questions.

- ``speech``: questions on the documents of the repository's own ``corpus/``, judged by quotes.
- ``cmrc2018`` and ``drcd`` (reading comprehension): the target is the passage (at most 350 characters)
  that holds the answer's words. Every k-th document is taken.
- ``policy``: 588 questions of our own on 37 public policy documents (``policy.jsonl`` beside this file), judged by places
  in them; those on every fifth document were held back when rules and points were chosen.
- ``questions-tuning``, ``questions-held-back``: the judged questions of ``training/questions`` on the documents of a split;
  the held-back ones are opened for the figures of README alone.
- ``stard_law`` (lay legal questions): the target is the document, one article of a law, as judged. All
  articles judged for the dev questions are taken, and every k-th of those that nobody judged.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from training import data as judged

from bearing_qa.evaluation.ir_collections import read_beir
from bearing_qa.evaluation.judgements import Judgement, make_judgement
from bearing_qa.evaluation.question_files import read_questions

READING_SETS = ("cmrc2018", "drcd")
STATUTES = "stard_law"
POLICY = "policy"
POLICY_QUESTIONS = Path(__file__).with_name("policy.jsonl")
QUESTION_SETS = {"questions-tuning": "tuning", "questions-held-back": "held back"}
"""Sets of ``training/questions``, and the split whose documents each asks about."""
PARAPHRASES = Path(__file__).parents[1] / "training" / "questions" / "paraphrases.jsonl"
NAMES = ("speech", *READING_SETS, POLICY, STATUTES)
TUNING, HELD_BACK = "tuning half", "held back"


def half_of(doc_id: str) -> str:
    """The half that a document's questions belong to, by the first byte of its id's SHA-256.

    The same on every machine and whatever other documents there are. Weights are chosen by looking at
    one half; the figure that is told is that of the other.
    """
    return HELD_BACK if hashlib.sha256(doc_id.encode("utf-8")).digest()[0] & 1 else TUNING


def parts_of(name: str, judgements: Sequence[Judgement]) -> dict[str, set[str]]:
    """Ids of the questions of each part whose figures are given: of a reading set, and of ``policy``, its halves."""
    if name not in (*READING_SETS, POLICY):
        return {"all": {judgement.id for judgement in judgements}}
    parts: dict[str, set[str]] = {TUNING: set(), HELD_BACK: set()}
    for judgement in judgements:
        half = judgement.tags.get("half") or half_of(judgement.evidence[0].doc_id)
        parts[half].add(judgement.id)
    return parts


def read_set(
    name: str, folder: Path, target: Path, *, documents: int
) -> tuple[Path, list[Judgement]]:
    """The corpus of a set, written below ``target`` if need be, and its questions.

    ``folder`` holds ``gold/questions.jsonl`` and ``data/NAME/``. Raises FileNotFoundError if it does not.
    """
    if name == "speech":
        corpus = Path(__file__).parents[1] / "corpus"
        return corpus, read_questions(folder / "gold" / "questions.jsonl").judgements
    if name == POLICY:
        return target, policy_set(folder / "data" / "policy_docs", target)
    if name in QUESTION_SETS:
        return target, question_set(QUESTION_SETS[name], folder / "data", target)
    source = folder / "data" / name
    if name == STATUTES:
        return statute_set(source, target, documents=documents)
    return target, reading_set(source, target, documents=documents)


def reading_set(folder: Path, target: Path, *, documents: int) -> list[Judgement]:
    """Writes every k-th document of a reading set to ``target``; its questions, judged by answers."""
    kept = every_kth(_lines(folder / "corpus.jsonl"), documents)
    _write(target / "corpus.jsonl", kept)
    names = {item["_id"] for item in kept}
    questions = {item["_id"]: item["text"] for item in _lines(folder / "queries.jsonl")}
    return [
        make_judgement(
            {
                "id": item["_id"],
                "question": questions[item["_id"]],
                "evidence": [{"doc_id": item["doc"], "quote": a} for a in item["answers"]],
                "evidence_mode": "any",
            },
            default_id=item["_id"],
        )
        for item in _lines(folder / "answers.jsonl")
        if item["doc"] in names
    ]


def policy_set(folder: Path, target: Path) -> list[Judgement]:
    """Copies the documents that ``policy.jsonl`` asks about to ``target``; its questions, judged by quotes.

    A line has the ``doc``, its ``half``, the ``question`` and ``evidence``: spans of the file's characters, none where
    the documents do not answer.
    """
    target.mkdir(parents=True, exist_ok=True)
    asked = _lines(POLICY_QUESTIONS)
    texts = {doc: (folder / doc).read_text("utf-8") for doc in sorted({q["doc"] for q in asked})}
    for doc, text in texts.items():
        (target / Path(doc).name).write_text(text, encoding="utf-8")
    return [
        make_judgement(
            {
                "id": f"p{number}",
                "question": item["question"],
                "evidence": [
                    {"doc_id": Path(item["doc"]).stem, "quote": texts[item["doc"]][slice(*span)]}
                    for span in item["evidence"]
                ],
                "half": item["half"],
                "type": item["type"],
            },
            default_id=f"p{number}",
        )
        for number, item in enumerate(asked)
    ]


def question_set(split: str, folder: Path, target: Path) -> list[Judgement]:
    """Copies the documents of a split of ``training/questions`` to ``target``; its questions, judged by quotes.

    An answer is judged by the figures that the expected one says; one without any by what is cited.
    """
    asked = [question for question in judged.read_questions() if question.split == split]
    docs = {doc for q in asked for doc in (q.doc, *(doc for doc, _ in q.evidence))}
    target.mkdir(parents=True, exist_ok=True)
    for doc in docs:
        shutil.copy(folder / doc, target / judged.flat_name(doc))
    return [
        make_judgement(
            {
                "id": question.id,
                "question": question.text,
                "evidence": [
                    {"doc_id": Path(judged.flat_name(doc)).stem, "quote": quote}
                    for doc, quote in question.evidence
                ],
                "type": question.type,
                **_keys(question.answer),
            },
            default_id=question.id,
        )
        for question in asked
    ]


def _keys(answer: str) -> dict[str, Any]:
    figures = re.findall(r"\d[\d,.]*\d|\d", answer)
    return {"answer": answer, "answer_keys": figures} if figures else {}


def statute_set(folder: Path, target: Path, *, documents: int) -> tuple[Path, list[Judgement]]:
    """Writes a BEIR folder of the dev questions, their judged articles and fillers to ``target``."""
    questions = [item for item in _lines(folder / "queries.jsonl") if item["split"] == "dev"]
    ids = {item["_id"] for item in questions}
    head, *rows = (folder / "qrels.tsv").read_text("utf-8").splitlines()
    rows = [row for row in rows if row.split("\t")[0] in ids]
    judged = {row.split("\t")[1] for row in rows}
    articles = _lines(folder / "corpus.jsonl")
    kept = [item for item in articles if item["_id"] in judged]
    others = [item for item in articles if item["_id"].startswith("law-")]
    kept += every_kth(others, max(0, documents - len(kept)))
    _write(target / "corpus.jsonl", kept)
    _write(target / "queries.jsonl", questions)
    (target / "qrels.tsv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    corpus, read = read_beir(target)
    return corpus, read.judgements


def every_kth(items: Sequence[Any], count: int) -> list[Any]:
    """``count`` items spread over all of them, or all if there are fewer."""
    return list(items[:: max(1, len(items) // max(count, 1))][:count])


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _write(path: Path, items: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    path.write_text(text, encoding="utf-8")
