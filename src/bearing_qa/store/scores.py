"""The scores of an index at hand: of every row, or of any and the nearest where there are very many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from bearing_qa.store import dense
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.protocol import Leg, Near, Part, Rows, Scored, Scores, Vectors


def legs_of(
    vectors: DenseIndex,
    lexical: LexicalIndex,
    *,
    vector: Vectors,
    tokens: Sequence[str],
    added: Sequence[tuple[str, float]],
    part: Part | None,
) -> Scored | Near:
    """Both legs' scores of the rows of a part (None: of all) for a question's vector and tokens.

    Every row is scored, but where the part has more than FAISS compares (``dense.FLAT_ROWS``).
    """
    rows = None if part is None else part.rows
    words = lexical.scores(tokens, added=added)
    if rows is not None:
        words = words[rows]
    if not vectors.is_flat and (rows is None or len(rows) > dense.FLAT_ROWS):
        return Near(_dense_leg(vectors, vector, rows), _lexical_leg(words, rows))
    if rows is None:
        return Scored(np.arange(vectors.size), vectors.scores(vector), words)
    return Scored(rows, vectors.scores_of(vector, rows), words)


def _dense_leg(vectors: DenseIndex, vector: Vectors, rows: Rows | None) -> Leg:
    mean, deviation = vectors.spread(vector, rows=rows)
    nearest = vectors.nearest(vector, rows=rows)
    return Leg(mean, deviation, nearest, partial(vectors.scores_of, vector))


def _lexical_leg(scores: Scores, rows: Rows | None) -> Leg:
    """The leg of BM25 scores of ``rows`` (of all rows for None), all of them known."""

    def of(some: Rows) -> Scores:
        return scores[some if rows is None else np.searchsorted(rows, some)]

    at = _highest(scores, count=dense.NEAREST)
    nearest = at if rows is None else rows[at]
    return Leg(float(scores.mean()), float(scores.std()), nearest, of)


def places_of_best(scores: Scores, count: int) -> Rows:
    """Places of the ``count`` highest scores, highest first, equal ones as they come."""
    if not 0 < count < len(scores):
        return np.argsort(-scores, kind="stable")[:count]
    least = np.partition(scores, -count)[-count]
    at = np.flatnonzero(scores >= least)
    return at[np.argsort(-scores[at], kind="stable")[:count]]


def _highest(scores: Scores, *, count: int) -> Rows:
    """Places of the ``count`` highest scores, rising, without those that are 0."""
    at: Rows = np.sort(places_of_best(scores, count))
    return np.asarray(at[scores[at] != 0])
