"""Several legs' scores → one ranking.

Each leg's scores over all rows are standardised (mean 0, deviation 1) and summed with weights. That
keeps how far a row stands out in each leg, which rank fusion (RRF) throws away: there a weak leg
drags a strong one down (see ARCHITECTURE.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bearing_qa.types import Hit

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


def standardise(scores: Scores) -> Scores:
    """Scores of shape (rows,) with mean 0 and deviation 1; all 0 where they do not differ."""
    deviation = float(scores.std())
    if deviation < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / deviation, np.float32)


def fuse(legs: Sequence[tuple[float, Scores]]) -> Scores:
    """Weighted sum of the standardised scores of ``(weight, scores)`` pairs, shape (rows,)."""
    weighted = [weight * standardise(scores) for weight, scores in legs]
    return np.asarray(np.sum(weighted, axis=0), np.float32)


def best(scores: Scores, *, top_k: int, rows: Rows | None = None) -> list[Hit]:
    """The ``top_k`` rows of highest score, best first; equal scores in row order.

    ``rows`` are the rows that the scores belong to, rising; all of them where it is not given.
    """
    order = np.argsort(-scores, kind="stable")[:top_k]
    named = order if rows is None else rows[order]
    return [Hit(int(row), float(scores[at])) for row, at in zip(named, order, strict=True)]
