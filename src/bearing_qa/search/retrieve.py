"""Question → passages, best first: BM25 and vectors over every row, or over the nearest of very many,
fused."""

from __future__ import annotations

from dataclasses import dataclass

from bearing_qa.encoders.encoder import Vectors
from bearing_qa.search.exact_match import exact_first, exact_hits
from bearing_qa.search.fusion import Ranking, best, fuse, rank_all, rank_near
from bearing_qa.search.question import Question
from bearing_qa.search.scope import part_inside
from bearing_qa.store.protocol import Index, Near
from bearing_qa.types import Hit

DENSE_WEIGHT = 1.0
LEXICAL_WEIGHT = 0.5
"""Weights of the standardised legs, chosen on the public sets (see ARCHITECTURE.md)."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Which parts of retrieval take part: all of them, but when a part's worth is measured.

    ``rerank`` is what comes after fusion: what holds a quoted phrase, a part named by its number, and the reader's
    order.
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
    """The ranking of the rows in the question's scope, for its vector of shape (dimension,).

    A question without any word of the corpus (another language) is ranked by vectors alone. Rows
    outside the scope take no part, not in the standardising either. Every row is ranked, but where the
    index does not score all of so many: then those that a leg finds near, the ``depth`` best at least.
    Raises QuestionError if the scope holds nothing.
    """
    found = index.legs(
        vector,
        question.tokens,
        added=question.added,
        part=part_inside(index.catalogue, question.scope),
        depth=depth,
    )
    if isinstance(found, Near):
        legs = [(DENSE_WEIGHT, found.dense)] if stages.dense else []
        if stages.lexical and (len(found.lexical.nearest) or not legs):
            legs.append((LEXICAL_WEIGHT, found.lexical))
        return rank_near(legs)
    scores = [(DENSE_WEIGHT, found.dense)] if stages.dense else []
    if stages.lexical and (found.lexical.any() or not scores):
        scores.append((LEXICAL_WEIGHT, found.lexical))
    return rank_all(found.rows, fuse(scores))


def best_hits(
    index: Index, question: Question, ranking: Ranking, *, top_k: int, stages: Stages = ALL_STAGES
) -> list[Hit]:
    """The ``top_k`` best passages of a ranking; what is quoted comes first."""
    hits = best(ranking.scores, top_k=top_k, rows=ranking.rows)
    if not stages.rerank:
        return hits
    known = {hit.row for hit in hits}
    part = part_inside(index.catalogue, question.scope)
    more = exact_hits(index, question.text, ranking=ranking, part=part)
    more = sorted((hit for hit in more if hit.row not in known), key=lambda hit: -hit.score)
    return exact_first(index, question.text, [*hits, *more])[:top_k]
