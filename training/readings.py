"""Asks the judged questions of a split on an index of its documents, and keeps what the reader said of each candidate.

    python -m training.readings SHARED WORK MODEL.onnx OUT.jsonl [--split tuning] [--every 1]

The documents are indexed together (WORK/index). A line of OUT is a question with its candidates: kind, the fused
score, the reader's logits, the share of the answer that it has, and of each unit its evidence and whether it says some
of the answer. ``training.calibrate`` fits on it without reading again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bearing_qa.answer.pipeline import find_for
from bearing_qa.answer.read import Candidate
from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.encoders.reading_model import ReadingModel
from bearing_qa.store.disk import open_index
from training.data import Question, read_documents, read_questions
from training.groups import marked


def lines_of(question: Question, found: Sequence[Candidate]) -> dict[str, Any]:
    """A question with what was read for it."""
    names = {c.doc_id for c in found}
    wanted = question.evidence or ((question.doc, question.near),)
    quotes = [(_id_of(doc, names), quote) for doc, quote in wanted]
    candidates = []
    for candidate in found:
        gold = marked(candidate.readable, quotes, question.answer)
        saying = {unit for unit, _, _ in gold["gold"]} if gold else set()
        candidates.append(
            {
                "kind": candidate.readable.kind,
                "doc": candidate.doc_id,
                "fused": candidate.hit.score,
                "relevance": candidate.relevance,
                "answerable": candidate.answerable,
                "share": gold["share"] if gold else 0.0,
                "units": [
                    [round(said.evidence, 4), int(at in saying)]
                    for at, said in enumerate(candidate.said)
                ],
            }
        )
    return {
        "id": question.id,
        "type": question.type,
        "doc": question.doc,
        "q": question.text,
        "none": not question.is_answerable,
        "candidates": candidates,
    }


def _id_of(doc: str, names: set[str]) -> str:
    """The id that a document has in an index of flat copies."""
    flat = doc.replace("/", "__").rsplit(".", 1)[0]
    return flat if flat in names else doc


def main() -> None:
    """Builds the index where there is none, asks, and writes the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--split", default="tuning")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    questions = [q for q in read_questions() if q.split == options.split]
    docs = {d for q in questions for d in (q.doc, *(d for d, _ in q.evidence))}
    corpus, folder = options.work / "corpus", options.work / "index"
    encoder = SentenceEncoder()
    if not (folder / "CURRENT").exists():
        read_documents(docs, options.shared / "data", corpus)
        build_index(corpus, folder, encoder=encoder)
    index, model = open_index(folder), ReadingModel(options.model)
    with options.out.open("w", encoding="utf-8") as stream:
        for question in questions[:: options.every]:
            found = find_for(index, encoder, model, question.text).candidates
            stream.write(json.dumps(lines_of(question, found), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
