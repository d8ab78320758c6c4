"""Asks every judged question and gathers the figures, overall and by tag.

Ranked are passages, or documents where all judgements name documents (BEIR, TREC): a document ranks by
its best passage. A passage is relevant when it shows a judged unit that no better-ranked passage shows,
so that saying a thing twice counts once, and an answer that shows everything scores 1.0; units that the
ranking never shows are relevant items that were not found. ``run`` and ``qrels`` hold just that, and any
tool that reads TREC files gets the same figures from them.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bearing_qa.answer.guard import without_marks
from bearing_qa.answer.library import Library
from bearing_qa.errors import QuestionError
from bearing_qa.evaluation import metrics
from bearing_qa.evaluation.evidence import Located, Locator
from bearing_qa.evaluation.judgements import Judgement, fingerprint
from bearing_qa.types import Answer, Citation, Passage, Score

DEPTH = 100
"""Passages or documents that are ranked for each question."""
SHOWN = 10
"""Passages whose words a record keeps."""
PASSAGES_PER_DOCUMENT = 3
"""Passages retrieved for each document ranked, so that a document with many hits leaves room."""
MAX_TAG_VALUES = 30
"""A tag with more values than this is a note, nothing to group by."""

Progress = Callable[[int, int], None]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run: figures by name, the same by tag and value, one record a question, what was evaluated."""

    figures: dict[str, Score]
    groups: dict[str, dict[str, dict[str, Score]]]
    questions: list[Record]
    settings: dict[str, Any]
    complaints: list[str] = field(default_factory=list)
    run: dict[str, dict[str, float]] = field(default_factory=dict)
    qrels: dict[str, dict[str, int]] = field(default_factory=dict)


class Stopped(Exception):
    """Raised by a progress function to stop a run."""


def evaluate(
    library: Library,
    judgements: Sequence[Judgement],
    *,
    progress: Progress = lambda done, total: None,
    complaints: Sequence[str] = (),
) -> Evaluation:
    """Figures of a library on judged questions.

    ``complaints`` about their file are kept with those about their evidence. A question that cannot be
    asked is a complaint too; the others are asked.
    """
    locator = Locator(library.index())
    by_document = all(e.is_document for judgement in judgements for e in judgement.evidence)
    by_document = by_document and any(judgement.evidence for judgement in judgements)
    ask = _rank_documents if by_document else _ask
    records: list[Record] = []
    found = [*complaints, *_without_evidence(judgements)]
    run: dict[str, dict[str, float]] = {}
    qrels: dict[str, dict[str, int]] = {}
    library.rank("预热", top_k=1)  # what is loaded once is no question's time
    for number, judgement in enumerate(judgements, 1):
        located = locator.locate(judgement)
        try:
            record, items, relevant = ask(library, located)
        except QuestionError as error:
            located = replace(located, units=(), complaints=(f"{judgement.id}: {error}",))
            record, items, relevant = _unasked(located), {}, {}
        found.extend(located.complaints)
        records.append(record)
        if relevant:
            run[judgement.id], qrels[judgement.id] = items, relevant
        progress(number, len(judgements))
    by_name = metrics.rank_figures(qrels, run)
    for record in records:
        if record["id"] in qrels:
            ranks = {name: values[record["id"]] for name, values in by_name.items()}
            record["figures"] = ranks | record["figures"]
    return Evaluation(
        figures=figures_of(records),
        groups=_groups(records),
        questions=records,
        settings=_settings(library, judgements),
        complaints=found,
        run=run,
        qrels=qrels,
    )


def _without_evidence(judgements: Sequence[Judgement]) -> list[str]:
    """A line on questions of which nothing is known, if there are any: no figure counts them."""
    unknown = sum(not judgement.evidence and not judgement.unanswerable for judgement in judgements)
    if not unknown:
        return []
    return [
        f"{unknown} 题没有依据，不计分 / {unknown} questions have no evidence (a quote, sections or doc_ids, or "
        "unanswerable: true) and count in no figure"
    ]


def passage_id(passage: Passage | Citation) -> str:
    """A passage's name in run files: its document and span."""
    return f"{passage.doc_id}:{passage.start}-{passage.end}"


def _ask(library: Library, located: Located) -> tuple[Record, dict[str, float], dict[str, int]]:
    """Answers a question; its record, ranked passages and relevant items."""
    judgement = located.judgement
    started = time.perf_counter()
    answer = library.ask(judgement.question, top_k=DEPTH)
    elapsed = 1000 * (time.perf_counter() - started)
    items = {passage_id(p): float(DEPTH - rank) for rank, p in enumerate(answer.passages)}
    relevant, shown_at = _relevant(located, answer.passages)
    record = _record(located, elapsed) | {
        "answer": answer.text,
        "refused": answer.refused,
        "reason": answer.reason,
        "confidence": round(answer.confidence, 4),
        "citations": [_shown(citation) for citation in answer.citations],
        "found": [
            _shown(passage) | {"relevant": relevant.get(passage_id(passage), 0)}
            for passage in answer.passages[:SHOWN]
        ],
        "rank": min((rank for rank in shown_at if rank), default=0),
        "figures": _figures(located, answer, shown_at),
    }
    return record, items, relevant


def _unasked(located: Located) -> Record:
    return _record(located, 0.0) | {"judged": False, "found": [], "rank": 0, "figures": {}}


def _relevant(located: Located, passages: Sequence[Citation]) -> tuple[dict[str, int], list[int]]:
    """Grades of relevant items, and for each unit the rank of the first passage that shows it (0: none)."""
    relevant: dict[str, int] = {}
    shown_at = [0] * len(located.units)
    for rank, passage in enumerate(passages, 1):
        for number, unit in enumerate(located.units):
            if not shown_at[number] and unit.is_shown_by(passage):
                shown_at[number] = rank
                name = passage_id(passage)
                relevant[name] = max(relevant.get(name, 0), unit.grade)
    for number, rank in enumerate(shown_at):
        if not rank and not (located.judgement.any_evidence and relevant):
            relevant[f"not-found:{number}"] = located.units[number].grade
    if located.judgement.any_evidence and relevant:
        first = next(iter(relevant))
        relevant = {first: relevant[first]}
    return relevant, shown_at


def _figures(located: Located, answer: Answer, shown_at: Sequence[int]) -> dict[str, float]:
    judgement, units = located.judgement, located.units
    figures: dict[str, float] = {}
    if judgement.unanswerable:
        figures["refusal recall"] = float(answer.refused)
    if answer.refused and (judgement.unanswerable or units):
        figures["refusal precision"] = float(judgement.unanswerable)
    is_expected = bool(units) or not judgement.evidence
    if is_expected and not judgement.unanswerable and (judgement.answer or judgement.answer_keys):
        said = without_marks(answer.text)
        figures["answer"] = float(not answer.refused and metrics.is_right(judgement, said))
    if not units:
        return figures
    if not answer.refused:
        faithful = metrics.number_faithfulness(answer.text, answer.citations)
        figures |= {} if faithful is None else {"number faithfulness": faithful}
    top = [0 < rank <= 5 for rank in shown_at]
    any_ = judgement.any_evidence
    figures["all@5"] = metrics.all_evidence(units, located.of_evidence, top, any_=any_)
    figures["false refusal"] = float(answer.refused)
    if any(not place.holds for unit in units for place in unit.places):
        cited = [any(u.is_shown_by(c) for c in answer.citations) for u in units]
        figures["cited"] = float(any(cited))
        figures["citation precision"] = metrics.citation_precision(answer.citations, units)
        figures["citation recall"] = metrics.citation_recall(answer.citations, units, any_=any_)
    return figures


def _rank_documents(
    library: Library, located: Located
) -> tuple[Record, dict[str, float], dict[str, int]]:
    """Ranks documents for a question by their best passages; relevance is as judged."""
    judgement = located.judgement
    started = time.perf_counter()
    ranked = library.rank(judgement.question, top_k=DEPTH * PASSAGES_PER_DOCUMENT)
    elapsed = 1000 * (time.perf_counter() - started)
    items: dict[str, float] = {}
    for passage, score in ranked:
        items.setdefault(passage.doc_id, score)
    items = metrics.ranked_scores(dict(list(items.items())[:DEPTH]))
    relevant = {unit.places[0].doc_id: unit.grade for unit in located.units}
    names = list(items)
    record = _record(located, elapsed) | {
        "found": [{"doc_id": n, "relevant": relevant.get(n, 0)} for n in names[:SHOWN]],
        "rank": next((rank for rank, name in enumerate(names, 1) if name in relevant), 0),
        "figures": {},
    }
    return record, items, relevant


def _record(located: Located, elapsed: float) -> Record:
    judgement = located.judgement
    return {
        "id": judgement.id,
        "question": judgement.question,
        "tags": dict(judgement.tags),
        "unanswerable": judgement.unanswerable,
        "judged": judgement.unanswerable or bool(located.units),
        "expected": judgement.answer,
        "evidence": [e.quote or " > ".join(e.section) or e.doc_id for e in judgement.evidence],
        "complaints": list(located.complaints),
        "elapsed_ms": round(elapsed, 3),
    }


def _shown(citation: Citation) -> dict[str, Any]:
    item = citation.to_json()
    return {key: item[key] for key in ("doc_id", "section", "pages", "start", "end", "text")}


def figures_of(records: Sequence[Record]) -> dict[str, Score]:
    """Each figure's mean over the records that have it, with its interval, in the usual order."""
    values: dict[str, list[float]] = defaultdict(list)
    for record in records:
        for name, value in record["figures"].items():
            values[name].append(value)
    return {name: metrics.score(values[name]) for name in metrics.ORDER if name in values}


def _groups(records: Sequence[Record]) -> dict[str, dict[str, dict[str, Score]]]:
    """Figures by tag and by value, for the tags that group."""
    by_tag: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        for tag, value in record["tags"].items():
            by_tag[tag][value].append(record)
    return {
        tag: {value: figures_of(group) for value, group in sorted(values.items())}
        for tag, values in sorted(by_tag.items())
        if 1 < len(values) <= MAX_TAG_VALUES
    }


def refusal_curve(records: Sequence[Record]) -> list[tuple[float, float, float]]:
    """Points (threshold, false refusal, refusal recall) of a refusal by confidence alone.

    A threshold t refuses the questions whose confidence is below t; what the program refuses for other
    reasons counts as confidence 0.
    """
    known = [
        (0.0 if record["refused"] else record["confidence"], record["unanswerable"])
        for record in records
        if record["judged"] and "confidence" in record
    ]
    absent = [confidence for confidence, unanswerable in known if unanswerable]
    present = [confidence for confidence, unanswerable in known if not unanswerable]
    return [
        (threshold, _share_below(present, threshold), _share_below(absent, threshold))
        for threshold in (step / 20 for step in range(1, 21))
        if absent and present
    ]


def _share_below(values: Sequence[float], threshold: float) -> float:
    return sum(value < threshold for value in values) / len(values)


def latencies(records: Sequence[Record]) -> Iterator[float]:
    """Milliseconds of each question, in order of size."""
    return iter(sorted(record["elapsed_ms"] for record in records))


def _settings(library: Library, judgements: Sequence[Judgement]) -> dict[str, Any]:
    index = library.index()
    sources = json.dumps(index.manifest["sources"], sort_keys=True, ensure_ascii=False)
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "bearing_qa": index.manifest["bearing_qa"],
        "index_version": index.version,
        "built_at": index.manifest["built_at"],
        "encoder": index.manifest["encoder"]["name"],
        "encoder_fingerprint": index.manifest["encoder"]["fingerprint"],
        "corpus": index.manifest["corpus"],
        "corpus_fingerprint": hashlib.sha256(sources.encode("utf-8", "surrogatepass")).hexdigest(),
        "questions_fingerprint": fingerprint(judgements),
        "counts": index.manifest["counts"],
        "reader_fingerprint": library.model().fingerprint,
        "stages": asdict(library.stages),
        "reranker": library.reranker.name if library.reranker else None,
        "depth": DEPTH,
    }
