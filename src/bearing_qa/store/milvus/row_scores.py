"""Rows' scores for one question, by what is fetched of them: once each, when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bearing_qa.store.milvus.sample import Sample
from bearing_qa.store.protocol import Rows, Scores, Vectors


class Fetched:
    """Scores of ``near`` rows, and of any others that are asked for; those that are gone have the least."""

    def __init__(
        self,
        near: Sample,
        *,
        vector: Vectors,
        weights: Mapping[str, float],
        fetch: Callable[[Sequence[int]], Sample],
    ) -> None:
        self._vector, self._weights, self._fetch = vector, weights, fetch
        self._scores: dict[int, tuple[float, float]] = {}
        self._add(near)
        self._least = np.min(list(self._scores.values()) or [(0.0, 0.0)], axis=0).tolist()

    def dense(self, rows: Rows) -> Scores:
        """Cosines of some rows."""
        return self._of(rows, 0)

    def lexical(self, rows: Rows) -> Scores:
        """BM25 of some rows."""
        return self._of(rows, 1)

    def _of(self, rows: Rows, leg: int) -> Scores:
        missing = [row for row in rows.tolist() if row not in self._scores]
        if missing:
            self._scores.update(dict.fromkeys(missing, tuple(self._least)))
            self._add(self._fetch(missing))
        found = (self._scores[row][leg] for row in rows.tolist())
        return np.fromiter(found, np.float32, len(rows))

    def _add(self, sample: Sample) -> None:
        scores = zip(
            sample.dense(self._vector).tolist(),
            sample.lexical(self._weights).tolist(),
            strict=True,
        )
        self._scores.update(zip(sample.rows.tolist(), scores, strict=True))
