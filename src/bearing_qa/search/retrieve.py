"""Question → passages, best first: BM25 and vectors over every row that may be best, fused."""

from __future__ import annotations

from dataclasses import dataclass

from bearing_qa.index.encoder import Vectors
from bearing_qa.index.protocol import Index
from bearing_qa.search.exact import exact_first, exact_hits, rows_quoted
from bearing_qa.search.fusion import Ranking, best, fuse
from bearing_qa.search.question import Question
from bearing_qa.search.scope import part_inside
from bearing_qa.types import Hit

DENSE_WEIGHT = 1.0
LEXICAL_WEIGHT = 0.5
"""Weights of the standardised legs, chosen on the public sets (see ARCHITECTURE.md)."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Which parts of retrieval take part: all of them, but when a part's worth is measured.

    ``rerank`` is what comes after fusion: what holds a quoted phrase, what agrees with the question, and
    an outline's answer put their passages first.
    """

    lexical: bool = True
    dense: bool = True
    rerank: bool = True


ALL_STAGES = Stages()


def score(
    index: Index,
    question: Question,
    *,
    vector: Vectors,
    stages: Stages = ALL_STAGES,
    depth: int = 0,
) -> Ranking:
    """Fused scores of the rows in the question's scope, for its vector of shape (dimension,).

    A question without any word of the corpus (another language) is ranked by vectors alone. Rows
    outside the scope take no part, not in the standardising either. An index afar scores those that may
    be among the ``depth`` best.
    Raises QuestionError if the scope holds nothing.
    """
    found = index.legs(
        vector,
        question.tokens,
        added=question.added,
        part=part_inside(index.catalogue, question.scope),
        also=lambda: rows_quoted(index, question.text),
        depth=depth,
    )
    legs = [(DENSE_WEIGHT, found.dense)] if stages.dense else []
    among = [found.among_dense] if stages.dense else []
    words = (*question.tokens, *(token for token, _ in question.added))
    if stages.lexical and (not legs or any(map(index.lexical.knows, words))):
        legs.append((LEXICAL_WEIGHT, found.lexical))
        among.append(found.among_lexical)
    return Ranking(found.rows, fuse(legs, among=among))


def best_hits(
    index: Index, question: Question, ranking: Ranking, *, top_k: int, stages: Stages = ALL_STAGES
) -> list[Hit]:
    """The ``top_k`` best passages of a ranking; what is quoted comes first."""
    rows, scores = ranking.rows, ranking.scores
    hits = best(scores, top_k=top_k, rows=rows)
    if not stages.rerank:
        return hits
    known = {hit.row for hit in hits}
    more = exact_hits(index, question.text, scores=scores, rows=rows)
    more = sorted((hit for hit in more if hit.row not in known), key=lambda hit: -hit.score)
    return exact_first(index, question.text, [*hits, *more])[:top_k]
