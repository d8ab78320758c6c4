"""Asks every judged question and gathers the figures, overall and by group."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bearing_qa.evaluation import metrics
from bearing_qa.evaluation.judgements import Collection, Judgement
from bearing_qa.search.guard import without_marks
from bearing_qa.search.reader import Reader
from bearing_qa.types import Answer, Score

DEPTH = 10
"""Passages (documents, for a collection) that are ranked for each question."""
PASSAGES_PER_DOCUMENT = 5
"""Passages retrieved for each document ranked, so that a document with many hits leaves room."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures by name, the same by group, one record a question, and what was evaluated."""

    figures: dict[str, Score]
    groups: dict[str, dict[str, Score]]
    questions: list[dict[str, Any]]
    settings: dict[str, Any]


def evaluate(
    reader: Reader,
    judgements: Sequence[Judgement],
    *,
    progress: Progress = lambda done, total: None,
) -> Evaluation:
    """Figures of a reader on judged questions."""
    records = []
    for number, judgement in enumerate(judgements, 1):
        started = time.perf_counter()
        answer = reader.ask(judgement.question, top_k=DEPTH)
        elapsed = 1000 * (time.perf_counter() - started)
        records.append(_record(judgement, answer, elapsed))
        progress(number, len(judgements))
    _add_rank_figures(records, judgements)
    groups = sorted({record["group"] for record in records} - {""})
    return Evaluation(
        figures=_figures(records),
        groups={g: _figures([r for r in records if r["group"] == g]) for g in groups},
        questions=records,
        settings=_settings(reader),
    )


def evaluate_collection(
    reader: Reader, collection: Collection, *, progress: Progress = lambda done, total: None
) -> Evaluation:
    """Rank figures of documents on a BEIR collection; a document ranks by its best passage."""
    run: dict[str, dict[str, float]] = {}
    records: list[dict[str, Any]] = []
    for number, (id_, question) in enumerate(collection.questions.items(), 1):
        started = time.perf_counter()
        hits = reader.search(question, top_k=DEPTH * PASSAGES_PER_DOCUMENT)
        elapsed = 1000 * (time.perf_counter() - started)
        best: dict[str, float] = {}
        for hit in hits:
            best.setdefault(hit.doc_id, hit.score)
        run[id_] = dict(list(best.items())[:DEPTH])
        records.append(
            {
                "id": id_,
                "question": question,
                "group": "",
                "found": list(run[id_]),
                "elapsed_ms": elapsed,
                "figures": {},
            }
        )
        progress(number, len(collection.questions))
    by_name = metrics.rank_figures({q: collection.qrels[q] for q in run}, run)
    for record in records:
        record["figures"] = {name: values[record["id"]] for name, values in by_name.items()}
    return Evaluation(_figures(records), {}, records, _settings(reader))


def _record(judgement: Judgement, answer: Answer, elapsed: float) -> dict[str, Any]:
    words = without_marks(answer.text)
    cited = [citation.text for citation in answer.citations]
    figures: dict[str, float] = {}
    if judgement.is_answerable:
        figures["all@5"] = float(
            metrics.all_evidence(judgement, [p.text for p in answer.passages[:5]])
        )
        figures["cited"] = float(metrics.some_evidence(judgement, cited))
        figures["answer"] = float(not answer.refused and metrics.is_right(judgement, words))
        figures["false refusal"] = float(answer.refused)
    else:
        figures["refusal recall"] = float(answer.refused)
    return {
        "id": judgement.id,
        "question": judgement.question,
        "group": judgement.group,
        "expected": judgement.answer,
        "evidence": list(judgement.evidence),
        "answer": answer.text,
        "refused": answer.refused,
        "reason": answer.reason,
        "found": [passage.text for passage in answer.passages],
        "elapsed_ms": elapsed,
        "figures": figures,
    }


def _add_rank_figures(records: list[dict[str, Any]], judgements: Sequence[Judgement]) -> None:
    """Rank figures over passages: a passage is relevant when a quote lies inside it.

    Recall and nDCG count the relevant passages among those found, since any passage that holds
    the quote is as good as another: ``hit@k`` and ``MRR@10`` are the figures to go by.
    """
    qrels, run = {}, {}
    for record, judgement in zip(records, judgements, strict=True):
        if judgement.is_answerable:
            texts = record["found"]
            relevant = [metrics.some_evidence(judgement, [text]) for text in texts]
            qrels[record["id"]] = {str(rank): int(flag) for rank, flag in enumerate(relevant)} or {
                "-": 0
            }
            run[record["id"]] = {str(rank): float(len(texts) - rank) for rank in range(len(texts))}
    by_name = metrics.rank_figures(qrels, run)
    for record in records:
        if record["id"] in qrels:
            chosen = ("hit@1", "hit@3", "hit@5", "hit@10", "MRR@10")
            record["figures"] |= {name: by_name[name][record["id"]] for name in chosen}


def _figures(records: Sequence[dict[str, Any]]) -> dict[str, Score]:
    names = dict.fromkeys(name for record in records for name in record["figures"])
    order = [*metrics.RANK_MEASURES, "all@5", "cited", "answer", "false refusal", "refusal recall"]
    return {
        name: metrics.score([r["figures"][name] for r in records if name in r["figures"]])
        for name in sorted(names, key=order.index)
    }


def _settings(reader: Reader) -> dict[str, Any]:
    index = reader.index()
    return {
        "index_version": index.version,
        "built_at": index.manifest["built_at"],
        "bearing_qa": index.manifest["bearing_qa"],
        "encoder": index.manifest["encoder"]["name"],
        "corpus": index.manifest["corpus"],
        "counts": index.manifest["counts"],
    }
