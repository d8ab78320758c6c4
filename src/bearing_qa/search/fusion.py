"""Several legs' scores → one ranking.

Each leg's scores over all rows are standardised (mean 0, deviation 1) and summed with weights. That
keeps how far a row stands out in each leg, which rank fusion (RRF) throws away: there a weak leg
drags a strong one down (see ARCHITECTURE.md).
Where there are too many rows to look at, only those that one of the legs finds near are ranked, each by
its scores in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from bearing_qa.store.protocol import Leg, Rows, Scores, ScoresOf
from bearing_qa.store.scores import places_of_best
from bearing_qa.types import Hit

NO_DEVIATION = 1e-9
"""Scores that differ by less say nothing."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows that may come first, rising, with their fused scores.

    ``of`` gives the score of any rows in scope, ``rough`` one that costs little and serves to choose
    among very many.
    """

    rows: Rows
    scores: Scores
    of: ScoresOf
    rough: ScoresOf

    def nearest(self, rows: Rows, *, count: int) -> list[Hit]:
        """Of some rows in scope, rising, the ``count`` best as hits, best first."""
        if len(rows) > count:
            rows = rows[np.sort(places_of_best(self.rough(rows), count))]
        return best(self.of(rows), top_k=count, rows=rows)

    def plus(self, other: Ranking, *, weight: float) -> Ranking:
        """The ranking by the sum of own scores and the other's, for the rows of both."""

        def of(rows: Rows) -> Scores:
            return self.of(rows) + np.float32(weight) * other.of(rows)

        def rough(rows: Rows) -> Scores:
            return self.rough(rows) + np.float32(weight) * other.rough(rows)

        is_same = len(self.rows) == len(other.rows) and np.array_equal(self.rows, other.rows)
        rows = self.rows if is_same else np.union1d(self.rows, other.rows)
        return Ranking(rows, of(rows), of, rough)


def standardise(scores: Scores) -> Scores:
    """Scores of shape (rows,) with mean 0 and deviation 1; all 0 where they do not differ."""
    deviation = float(scores.std())
    if deviation < NO_DEVIATION:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / deviation, np.float32)


def fuse(legs: Sequence[tuple[float, Scores]]) -> Scores:
    """Weighted sum of the standardised scores of ``(weight, scores)`` pairs, shape (rows,)."""
    weighted = [weight * standardise(scores) for weight, scores in legs]
    return np.asarray(reduce(np.add, weighted), np.float32)  # np.sum would copy them side by side


def rank_all(rows: Rows, scores: Scores) -> Ranking:
    """The ranking of all rows in scope, rising, by their fused scores."""

    def of(some: Rows) -> Scores:
        return scores[np.searchsorted(rows, some)]

    return Ranking(rows, scores, of, of)


def rank_near(legs: Sequence[tuple[float, Leg]]) -> Ranking:
    """The ranking of the rows that any of the weighted legs finds near; the last one is the one that costs
    little."""

    def of(rows: Rows) -> Scores:
        weighted = [_standardised(leg, weight, rows) for weight, leg in legs]
        return np.asarray(np.sum(weighted, axis=0), np.float32)

    def rough(rows: Rows) -> Scores:
        weight, leg = legs[-1]
        return _standardised(leg, weight, rows)

    rows = np.unique(np.concatenate([leg.nearest for _, leg in legs]))
    return Ranking(rows, of(rows), of, rough)


def _standardised(leg: Leg, weight: float, rows: Rows) -> Scores:
    """Weighted standardised scores of some rows; all 0 where the leg's scores do not differ."""
    if leg.deviation < NO_DEVIATION:
        return np.zeros(len(rows), np.float32)
    return np.asarray(weight * (leg.of(rows) - leg.mean) / leg.deviation, np.float32)


def best(scores: Scores, *, top_k: int, rows: Rows | None = None) -> list[Hit]:
    """The ``top_k`` rows of highest score, best first; equal scores in row order.

    ``rows`` are the rows that the scores belong to, rising; all of them where it is not given.
    """
    order = places_of_best(scores, top_k)
    named = order if rows is None else rows[order]
    return [Hit(int(row), float(scores[at])) for row, at in zip(named, order, strict=True)]
