"""Several legs' scores → one ranking.

Each leg's scores over all rows are standardised (mean 0, deviation 1) and summed with weights. That
keeps how far a row stands out in each leg, which rank fusion (RRF) throws away: there a weak leg
drags a strong one down (see ARCHITECTURE.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from bearing_qa.types import Hit

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Fused scores of ``rows``, rising; of all rows where these are None."""

    rows: Rows | None
    scores: Scores

    def plus(self, share: float, other: Ranking) -> Ranking:
        """These scores and a share of another ranking's; a row that one has not scored has its least."""
        if self.rows is None or other.rows is None or np.array_equal(self.rows, other.rows):
            return Ranking(self.rows, self.scores + share * other.scores)
        rows = np.union1d(self.rows, other.rows)
        own, others = (
            _spread(self.rows, self.scores, rows),
            _spread(other.rows, other.scores, rows),
        )
        return Ranking(rows, own + share * others)


def _spread(own: Rows, scores: Scores, rows: Rows) -> Scores:
    """Scores of ``rows``, which hold the ``own`` ones of some scores; the others have the least."""
    spread = np.full(len(rows), scores.min(), np.float32)
    spread[np.searchsorted(rows, own)] = scores
    return spread


def standardise(scores: Scores, *, among: Scores | None = None) -> Scores:
    """Scores of shape (rows,), less the mean and by the deviation of those they are ``among`` (their own
    if not given); all 0 where these do not differ."""
    among = scores if among is None else among
    deviation = float(among.std())
    if deviation < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - among.mean()) / deviation, np.float32)


def fuse(legs: Sequence[tuple[float, Scores]], *, among: Sequence[Scores | None] = ()) -> Scores:
    """Weighted sum of the standardised scores of ``(weight, scores)`` pairs, shape (rows,); ``among`` has,
    leg by leg, the scores that they are standardised among, if not their own."""
    pairs = zip_longest(legs, among)
    weighted = [weight * standardise(scores, among=others) for (weight, scores), others in pairs]
    return np.asarray(np.sum(weighted, axis=0), np.float32)


def best(scores: Scores, *, top_k: int, rows: Rows | None = None) -> list[Hit]:
    """The ``top_k`` rows of highest score, best first; equal scores in row order.

    ``rows`` are the rows that the scores belong to, rising; all of them where it is not given.
    """
    order = np.argsort(-scores, kind="stable")[:top_k]
    named = order if rows is None else rows[order]
    return [Hit(int(row), float(scores[at])) for row, at in zip(named, order, strict=True)]
