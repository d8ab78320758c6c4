"""Several legs' scores → one ranking.

Each leg's scores over all rows are standardised (mean 0, deviation 1) and summed with weights. That
keeps how far a row stands out in each leg, which rank fusion (RRF) throws away: there a weak leg
drags a strong one down (see ARCHITECTURE.md).
Where there are too many rows to look at, only those that one of the legs finds near are ranked, each by
its scores in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bearing_qa.types import Hit

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
NO_DEVIATION = 1e-9
"""Scores that differ by less say nothing."""
ScoresOf = Callable[[Rows], Scores]


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
            rows = rows[np.sort(_order(self.rough(rows), count))]
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


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg over many rows: the mean and deviation of all scores, the rows that it finds nearest,
    rising, and the score of any."""

    weight: float
    mean: float
    deviation: float
    nearest: Rows
    of: ScoresOf

    def standardised(self, rows: Rows) -> Scores:
        """Weighted standardised scores of some rows; all 0 where the leg's scores do not differ."""
        if self.deviation < NO_DEVIATION:
            return np.zeros(len(rows), np.float32)
        scores = self.weight * (self.of(rows) - self.mean) / self.deviation
        return np.asarray(scores, np.float32)


def standardise(scores: Scores) -> Scores:
    """Scores of shape (rows,) with mean 0 and deviation 1; all 0 where they do not differ."""
    deviation = float(scores.std())
    if deviation < NO_DEVIATION:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / deviation, np.float32)


def fuse(legs: Sequence[tuple[float, Scores]]) -> Scores:
    """Weighted sum of the standardised scores of ``(weight, scores)`` pairs, shape (rows,)."""
    weighted = [weight * standardise(scores) for weight, scores in legs]
    return np.asarray(np.sum(weighted, axis=0), np.float32)


def rank_all(rows: Rows, scores: Scores) -> Ranking:
    """The ranking of all rows in scope, rising, by their fused scores."""

    def of(some: Rows) -> Scores:
        return scores[np.searchsorted(rows, some)]

    return Ranking(rows, scores, of, of)


def rank_near(legs: Sequence[Leg]) -> Ranking:
    """The ranking of the rows that any of the legs finds near; the last leg is the one that costs little."""

    def of(rows: Rows) -> Scores:
        return np.asarray(np.sum([leg.standardised(rows) for leg in legs], axis=0), np.float32)

    rows = np.unique(np.concatenate([leg.nearest for leg in legs]))
    return Ranking(rows, of(rows), of, legs[-1].standardised)


def best(scores: Scores, *, top_k: int, rows: Rows | None = None) -> list[Hit]:
    """The ``top_k`` rows of highest score, best first; equal scores in row order.

    ``rows`` are the rows that the scores belong to, rising; all of them where it is not given.
    """
    order = _order(scores, top_k)
    named = order if rows is None else rows[order]
    return [Hit(int(row), float(scores[at])) for row, at in zip(named, order, strict=True)]


def _order(scores: Scores, count: int) -> Rows:
    """Places of the ``count`` highest scores, highest first, equal ones as they come."""
    if not 0 < count < len(scores):
        return np.argsort(-scores, kind="stable")[:count]
    least = np.partition(scores, -count)[-count]
    at = np.flatnonzero(scores >= least)
    return at[np.argsort(-scores[at], kind="stable")[:count]]


def highest(scores: Scores, *, count: int) -> Rows:
    """Places of the ``count`` highest scores, rising, without those that are 0."""
    at: Rows = np.sort(_order(scores, count))
    return np.asarray(at[scores[at] != 0])
