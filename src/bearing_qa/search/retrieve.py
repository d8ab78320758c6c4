"""Question → passages, best first: BM25 and vectors over every row, or over the nearest of very many,
fused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from bearing_qa.index import dense
from bearing_qa.index.encoder import Vectors
from bearing_qa.index.store import Index
from bearing_qa.search.exact import exact_first, exact_hits
from bearing_qa.search.fusion import (
    Leg,
    Ranking,
    Rows,
    Scores,
    best,
    fuse,
    highest,
    rank_all,
    rank_near,
)
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
) -> Ranking:
    """The ranking of the rows in the question's scope, for its vector of shape (dimension,).

    A question without any word of the corpus (another language) is ranked by vectors alone. Rows
    outside the scope take no part, not in the standardising either. Every row is ranked, but where the
    scope has more than FAISS compares (``dense.FLAT_ROWS``): then those that a leg finds near.
    Raises QuestionError if the scope holds nothing.
    """
    rows = rows_inside(index.catalogue, question.scope)
    lexical = index.lexical.scores(question.tokens, added=question.added)
    if rows is not None:
        lexical = lexical[rows]
    is_lexical = stages.lexical and (bool(lexical.any()) or not stages.dense)
    if not index.dense.is_flat and (rows is None or len(rows) > dense.FLAT_ROWS):
        legs = [_dense_leg(index, vector, rows)] if stages.dense else []
        return rank_near([*legs, _lexical_leg(lexical, rows)] if is_lexical else legs)
    every = np.arange(index.size) if rows is None else rows
    scores = [(DENSE_WEIGHT, _cosines(index, vector, rows))] if stages.dense else []
    return rank_all(every, fuse([*scores, (LEXICAL_WEIGHT, lexical)] if is_lexical else scores))


def _cosines(index: Index, vector: Vectors, rows: Rows | None) -> Scores:
    """The dense scores of rows, of all of them for None."""
    return index.dense.scores(vector) if rows is None else index.dense.scores_of(vector, rows)


def _dense_leg(index: Index, vector: Vectors, rows: Rows | None) -> Leg:
    mean, deviation = index.dense.spread(vector, rows=rows)
    nearest = index.dense.nearest(vector, rows=rows)
    return Leg(DENSE_WEIGHT, mean, deviation, nearest, partial(index.dense.scores_of, vector))


def _lexical_leg(scores: Scores, rows: Rows | None) -> Leg:
    """The leg of BM25 scores of ``rows`` (of all rows for None), all of them known."""

    def of(some: Rows) -> Scores:
        return scores[some if rows is None else np.searchsorted(rows, some)]

    at = highest(scores, count=dense.NEAREST)
    nearest = at if rows is None else rows[at]
    return Leg(LEXICAL_WEIGHT, float(scores.mean()), float(scores.std()), nearest, of)


def best_hits(
    index: Index, question: Question, ranking: Ranking, *, top_k: int, stages: Stages = ALL_STAGES
) -> list[Hit]:
    """The ``top_k`` best passages of a ranking; what is quoted comes first."""
    hits = best(ranking.scores, top_k=top_k, rows=ranking.rows)
    if not stages.rerank:
        return hits
    known = {hit.row for hit in hits}
    inside = rows_inside(index.catalogue, question.scope)
    more = exact_hits(index, question.text, ranking=ranking, rows=inside)
    more = sorted((hit for hit in more if hit.row not in known), key=lambda hit: -hit.score)
    return exact_first(index, question.text, [*hits, *more])[:top_k]
