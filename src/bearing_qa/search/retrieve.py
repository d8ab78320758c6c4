"""Question → passages, best first: BM25 and vectors over every row, fused."""

from __future__ import annotations

from dataclasses import dataclass

from bearing_qa.index.encoder import Vectors
from bearing_qa.index.store import Index
from bearing_qa.search.exact import exact_first, exact_hits
from bearing_qa.search.fusion import Scores, best, fuse
from bearing_qa.search.question import Question
from bearing_qa.search.scope import rows_inside
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
    index: Index, question: Question, *, vector: Vectors, stages: Stages = ALL_STAGES
) -> Scores:
    """Fused score of every row in the question's scope, in row order, for its vector of shape (dimension,).

    A question without any word of the corpus (another language) is ranked by vectors alone. Rows
    outside the scope take no part, not in the standardising either.
    Raises QuestionError if the scope holds nothing.
    """
    rows = rows_inside(index.catalogue, question.scope)
    legs = [(DENSE_WEIGHT, index.dense.scores(vector))] if stages.dense else []
    lexical = index.lexical.scores(question.tokens, added=question.added)
    if stages.lexical and (lexical.any() or not legs):
        legs.append((LEXICAL_WEIGHT, lexical))
    return fuse(legs if rows is None else [(weight, scores[rows]) for weight, scores in legs])


def best_hits(
    index: Index, question: Question, scores: Scores, *, top_k: int, stages: Stages = ALL_STAGES
) -> list[Hit]:
    """The ``top_k`` best passages by the scores of the rows in scope; what is quoted comes first."""
    rows = rows_inside(index.catalogue, question.scope)
    hits = best(scores, top_k=top_k, rows=rows)
    if not stages.rerank:
        return hits
    known = {hit.row for hit in hits}
    more = exact_hits(index, question.text, scores=scores, rows=rows)
    more = sorted((hit for hit in more if hit.row not in known), key=lambda hit: -hit.score)
    return exact_first(index, question.text, [*hits, *more])[:top_k]
