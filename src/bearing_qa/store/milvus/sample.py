"""Rows that were fetched from the server, scored here by the formulas of the embedded index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from bearing_qa.store.lexical import K1, B
from bearing_qa.store.protocol import Rows, Scores, Vectors


class Frequencies:
    """The corpus's tokens with the number of rows that have each; of ``rows`` rows, ``average`` tokens long."""

    def __init__(self, counts: Mapping[str, int], *, rows: int, average: float) -> None:
        self._numbers = {token: number for number, token in enumerate(counts)}
        self._counts = np.fromiter(counts.values(), np.int64, len(counts))
        self.rows, self.average = rows, average

    def tokens(self) -> list[str]:
        """All tokens, in the order of their numbers."""
        return list(self._numbers)

    def number(self, token: str) -> int:
        """A token's number, -1 if no row has it."""
        return self._numbers.get(token, -1)

    def count(self, token: str) -> int:
        """Number of rows that have a token."""
        number = self.number(token)
        return int(self._counts[number]) if number >= 0 else 0

    def rarity(self, token: str) -> float:
        """Lucene's inverse document frequency."""
        count = self.count(token)
        return float(np.log(1 + (self.rows - count + 0.5) / (count + 0.5)))


class Sample:
    """Vectors of shape (rows, dimension) and tokens of some rows."""

    def __init__(
        self,
        rows: Rows,
        vectors: Vectors,
        token_lists: Sequence[Sequence[str]],
        *,
        frequencies: Frequencies,
    ) -> None:
        self.rows, self._vectors, self._frequencies = rows, vectors, frequencies
        lengths = np.fromiter(map(len, token_lists), np.int64, len(token_lists))
        numbers = np.fromiter(map(frequencies.number, chain.from_iterable(token_lists)), np.int64)
        order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[order]
        self._places = np.repeat(np.arange(len(rows)), lengths)[order]
        self._damping = K1 * (1 - B + B * lengths / frequencies.average)

    def dense(self, vector: Vectors) -> Scores:
        """Inner product of each row with a vector of shape (dimension,)."""
        return np.asarray(self._vectors @ vector, np.float32)

    def lexical(self, weights: Mapping[str, float]) -> Scores:
        """BM25 of each row for tokens with their weights, as ``LexicalIndex.scores`` gives it."""
        total = np.zeros(len(self.rows), np.float64)
        for token, weight in weights.items():
            often = self._often(self._frequencies.number(token))
            total += weight * self._frequencies.rarity(token) * often / (often + self._damping)
        return np.asarray(total, np.float32)

    def _often(self, number: int) -> npt.NDArray[np.int64]:
        """How often each row has a token, by its number."""
        if number < 0:
            return np.zeros(len(self.rows), np.int64)
        first, stop = np.searchsorted(self._numbers, [number, number + 1])
        return np.bincount(self._places[first:stop], minlength=len(self.rows))


def weighted(tokens: Sequence[str], added: Sequence[tuple[str, float]]) -> dict[str, float]:
    """What each token of a question counts, as in ``LexicalIndex.scores``."""
    weights: dict[str, float] = {}
    for token, weight in dict.fromkeys([*((token, 1.0) for token in tokens), *added]):
        weights[token] = weights.get(token, 0.0) + weight
    return weights
