"""Question → what was found for it: its hits, and the candidates that the reader read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bearing_qa.answer.read import READ_DEPTH, Candidate, read
from bearing_qa.encoders.encoder import Reranker, Vectors
from bearing_qa.encoders.reading_model import ReadingModel
from bearing_qa.search.exact_match import exact_first, exact_ranks
from bearing_qa.search.fusion import Ranking
from bearing_qa.search.numbered_parts import asks_words, missing_part, nth_part
from bearing_qa.search.question import Question
from bearing_qa.search.rerank import RERANK_DEPTH, rerank_by_model
from bearing_qa.search.retrieve import Stages, best_hits, score
from bearing_qa.store.protocol import Index
from bearing_qa.types import Hit, Parsed, Section

PART_DEPTH = 60
"""Most passages that are taken of a part which the question names by its number."""
WHOLE_SHARE = 0.5
"""What the whole of a question in parts counts beside one of its parts: it names the matter."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question. ``ranking`` is that of the rows in scope, ``hits`` its best passages;
    ``candidates`` are what the reader read, best first; ``missing`` is the part that the question names and
    its document lacks."""

    question: Question
    ranking: Ranking
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...] = ()
    missing: str = ""
    quoted: tuple[Parsed, Section] | None = None
    """The part that the question names by its number and asks the words of, where the first candidate is of it."""


def find(
    index: Index,
    question: Question,
    *,
    vector: Vectors,
    depth: int,
    stages: Stages,
    model: ReadingModel | None,
    reranker: Reranker | None = None,
    whole: Finding | None = None,
) -> Finding:
    """The ``depth`` best passages of a question (or of a part of the ``whole`` one), read where there is a model."""
    ranking = score(index, question, vector=vector, stages=stages, depth=max(depth, PART_DEPTH))
    if whole is not None and whole.question.scope == question.scope:
        ranking = ranking.plus(whole.ranking, weight=WHOLE_SHARE)
    hits = best_hits(index, question, ranking, top_k=depth, stages=stages)
    part, missing = None, ""
    if stages.rerank:
        if reranker is not None:
            hits = rerank_by_model(index, question, hits, reranker)
            hits = exact_first(index, question.text, hits)
        part, missing = _part_asked(index, question, hits)
        hits = _part_first(index, *part, ranking, hits) if part else hits
    if model is None or not hits or missing:
        return Finding(question, ranking, tuple(hits), missing=missing)
    candidates = read(index, model, question, hits[:RERANK_DEPTH], part=part)
    if stages.rerank:
        candidates = _quoted_first(index, question, candidates)
        candidates = _inside_first(candidates, *part) if part else candidates
    is_quoted = bool(part and candidates and _is_inside(candidates[0], *part))
    return Finding(
        question,
        ranking,
        tuple(hits),
        tuple(candidates),
        missing,
        quoted=part if is_quoted and asks_words(question) else None,
    )


def _quoted_first(
    index: Index, question: Question, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Candidates with those in front whose passage holds what a question quotes; otherwise as they were."""
    ranks = exact_ranks(index, question.text, sorted({c.hit.row for c in candidates}))
    return sorted(candidates, key=lambda c: ranks.get(c.hit.row, (0, 0)), reverse=True)


def _inside_first(
    candidates: Sequence[Candidate], parsed: Parsed, section: Section
) -> list[Candidate]:
    """Candidates with those in front that have units in a section, cut to these: a question that names an article by
    its number is not answered from another one."""
    inside: dict[int, Candidate] = {}
    for at, candidate in enumerate(candidates):
        own = [s for s in candidate.said if section.start <= s.span[0] < section.tree_end]
        if own and candidate.doc_id == parsed.document.doc_id:
            inside[at] = replace(candidate, said=tuple(own))
    return [*inside.values(), *(c for at, c in enumerate(candidates) if at not in inside)]


def _is_inside(candidate: Candidate, parsed: Parsed, section: Section) -> bool:
    """Whether all units of a candidate are in a section."""
    inside = (section.start <= said.span[0] < section.tree_end for said in candidate.said)
    return candidate.doc_id == parsed.document.doc_id and all(inside)


def _part_asked(
    index: Index, question: Question, hits: Sequence[Hit]
) -> tuple[tuple[Parsed, Section] | None, str]:
    """The part that a question names by its number, or its name where the document lacks it."""
    documents = {index.catalogue.passage(hit.row).doc_id: None for hit in hits[:RERANK_DEPTH]}
    parsed = [p for p in map(index.catalogue.parsed, documents) if p is not None]
    part = nth_part(parsed, question)
    return part, "" if part else missing_part(parsed, question)


def _part_first(
    index: Index, parsed: Parsed, section: Section, ranking: Ranking, hits: Sequence[Hit]
) -> list[Hit]:
    """Hits with those of a section in front."""
    first = _rows_of(index, parsed, section, ranking)
    rows = {hit.row for hit in first}
    rest = [hit for hit in hits if hit.row not in rows]
    return falling([*first, *rest][: len(hits)], top=hits[0].score)


def _rows_of(index: Index, parsed: Parsed, section: Section, ranking: Ranking) -> list[Hit]:
    """The passages of a section and those below it as hits: as many as are read, the nearest to the question, in the
    text's order, then the others."""
    rows = zip(index.catalogue.rows_of(parsed.document.doc_id), parsed.passages, strict=True)
    inside = [row for row, p in rows if section.start <= p.start < section.tree_end]
    near = ranking.nearest(np.asarray(inside, np.int64), count=PART_DEPTH)
    first = sorted(near[:READ_DEPTH], key=lambda hit: hit.row)
    return [*first, *near[READ_DEPTH:]]


def falling(hits: Sequence[Hit], *, top: float) -> list[Hit]:
    """Hits in the order given, with scores that never rise: from ``top`` down."""
    kept: list[Hit] = []
    for hit in hits:
        top = min(top, hit.score) if kept else max(top, hit.score)
        kept.append(Hit(hit.row, top))
    return kept
