"""Question → what was found for it: its hits, reranked, and the sentences and sections that may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bearing_qa.index.encoder import Reranker, Vectors
from bearing_qa.index.protocol import Index
from bearing_qa.search.candidates import Candidate, find_candidates, word_weights
from bearing_qa.search.exact import exact_first
from bearing_qa.search.fitting import asks_of_issuing
from bearing_qa.search.fusion import Ranking
from bearing_qa.search.question import Question
from bearing_qa.search.rerank import RERANK_DEPTH, rerank, rerank_by_model
from bearing_qa.search.retrieve import Stages, best_hits, score
from bearing_qa.search.sections import rank_sections
from bearing_qa.types import Hit, Parsed, Section

MIN_HITS = 8
"""Passages whose sentences are looked at for an answer, however few are asked to be shown."""
SECTION_DEPTH = 60
"""Passages that speak for the sections they stand in."""
WHOLE_SHARE = 0.5
"""What the whole of a question in parts counts beside one of its parts: it names the matter."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question. ``ranking`` is that of the rows in scope;
    ``weights`` those of the question's words; ``section`` is the one that an asked place is at."""

    question: Question
    ranking: Ranking
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    weights: tuple[float, ...]
    section: tuple[Parsed, Section] | None
    deeper: tuple[Candidate, ...] = ()
    """Sentences of further hits, which only speak for what other documents say."""


def find(
    index: Index,
    question: Question,
    *,
    vector: Vectors,
    depth: int,
    stages: Stages,
    reranker: Reranker | None = None,
    whole: Finding | None = None,
    for_answer: bool = True,
) -> Finding:
    """The ``depth`` best passages of a question (or of a part of the ``whole`` one), with what they hold.

    Where a section is asked for, the passages of the best one come first. ``candidates`` are for an answer.
    """
    ranking = score(index, question, vector=vector, stages=stages, depth=max(depth, SECTION_DEPTH))
    if whole is not None and whole.question.scope == question.scope:
        ranking = ranking.plus(whole.ranking, weight=WHOLE_SHARE)
    hits = best_hits(index, question, ranking, top_k=depth, stages=stages)
    weights = word_weights(index, question)
    section, deeper = None, list[Candidate]()
    seen: dict[int, tuple[Candidate, ...]] = {}
    if stages.rerank:
        looked_at = hits[:RERANK_DEPTH]
        deeper = find_candidates(index, question, vector=vector, hits=looked_at, seen=seen)
        hits = rerank(hits, deeper)
        if reranker is not None:
            hits = rerank_by_model(index, question, hits, reranker)
        hits = exact_first(index, question.text, hits)
        if question.asked == "section":
            deep = best_hits(index, question, ranking, top_k=SECTION_DEPTH)
            ranked = rank_sections(index.catalogue, deep, question=question, weights=weights)
            section = ranked[0] if ranked else None
            hits = _with_section_first(index, hits, deep, section)
    first = hits[:MIN_HITS] if for_answer else []
    if stages.rerank and first and asks_of_issuing(question):
        first = [*first, *_front_hits(index, first)]
    candidates = find_candidates(index, question, vector=vector, hits=first, seen=seen)
    return Finding(
        question,
        ranking,
        tuple(hits),
        tuple(candidates),
        tuple(weights),
        section,
        tuple(deeper),
    )


def _front_hits(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """Front matter and signatures of the documents hit, as far as they are no hits themselves: who issued a
    document, and when, is said there in words that are like no question."""
    known = {hit.row for hit in hits}
    documents = dict.fromkeys(index.catalogue.passage(hit.row).doc_id for hit in hits)
    found: list[Hit] = []
    for doc_id in documents:
        parsed = index.catalogue.parsed(doc_id)
        rows = zip(index.catalogue.rows_of(doc_id), parsed.passages if parsed else (), strict=False)
        front = (row for row, passage in rows if passage.kind == "front")
        found += [Hit(row, hits[-1].score) for row in front if row not in known]
    return found


def _with_section_first(
    index: Index, hits: Sequence[Hit], deep: Sequence[Hit], found: tuple[Parsed, Section] | None
) -> list[Hit]:
    """Hits with those of a section, and of the ones below it, in front; as many as before."""
    if found is None:
        return list(hits)
    parsed, section = found
    first = []
    for hit in deep:
        passage = index.catalogue.passage(hit.row)
        is_inside = section.start <= passage.start < section.tree_end
        if passage.doc_id == parsed.document.doc_id and is_inside:
            first.append(hit)
    rows = {hit.row for hit in first}
    rest = [hit for hit in hits if hit.row not in rows]
    return falling([*first, *rest][: len(hits)], top=hits[0].score if hits else 0.0)


def falling(hits: Sequence[Hit], *, top: float) -> list[Hit]:
    """Hits in the order given, with scores that never rise: from ``top`` down."""
    kept: list[Hit] = []
    for hit in hits:
        top = min(top, hit.score) if kept else max(top, hit.score)
        kept.append(Hit(hit.row, top))
    return kept
