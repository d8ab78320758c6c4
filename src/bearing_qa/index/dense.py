"""Vectors of passages in FAISS, and of their sentences in one array. Row i is passage i.

Flat search: exact, and fast enough until hundreds of thousands of passages.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class DenseIndex:
    """An open index of unit vectors, compared by inner product (their cosine)."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index of float32 vectors of shape (rows, dimension)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    def save(self, path: Path) -> None:
        """Writes the FAISS file. Raises OSError if there is no room."""
        path.write_bytes(faiss.serialize_index(self._index).data)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Opens a FAISS file."""
        return cls(faiss.read_index(str(path)))

    def vectors(self) -> Vectors:
        """All rows, shape (size, dimension); for reuse by the next build."""
        return np.asarray(self._index.reconstruct_n(0, self.size), np.float32)

    def scores(self, vector: Vectors) -> npt.NDArray[np.float32]:
        """Inner product of every row with ``vector`` of shape (dimension,): shape (size,)."""
        found, rows = self._index.search(np.ascontiguousarray(vector[None, :]), self.size)
        scores = np.empty(self.size, np.float32)
        scores[rows[0]] = found[0]
        return scores


class SentenceVectors:
    """Unit vectors of every passage's sentences, in row order; for choosing the sentence to quote.

    ``starts`` of shape (rows + 1,): row i's sentences are ``vectors[starts[i]:starts[i + 1]]``.
    """

    def __init__(self, vectors: Vectors, starts: npt.NDArray[np.int64]) -> None:
        self._vectors, self._starts = vectors, starts

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self._starts) - 1

    @property
    def count(self) -> int:
        """Number of sentences of all rows."""
        return len(self._vectors)

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where each row's sentences begin, and their number: shape (size + 1,)."""
        return self._starts

    def vectors(self) -> Vectors:
        """All sentences, shape (count, dimension); for reuse by the next build."""
        return self._vectors

    @classmethod
    def build(cls, vectors: Vectors, counts: Sequence[int]) -> SentenceVectors:
        """From vectors of shape (sum(counts), dimension) and the number of sentences a row."""
        return cls(vectors, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))

    def save(self, folder: Path) -> None:
        """Writes two ``.npy`` files into ``folder``."""
        folder.mkdir(exist_ok=True)
        np.save(folder / "vectors.npy", self._vectors, allow_pickle=False)
        np.save(folder / "starts.npy", self._starts, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> SentenceVectors:
        """Opens what ``save`` wrote, memory-mapped; nothing is unpickled."""
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        return cls(vectors, np.load(folder / "starts.npy", allow_pickle=False))

    def of_row(self, row: int) -> Vectors:
        """Vectors of a row's sentences, shape (sentences, dimension)."""
        return np.asarray(self._vectors[self._starts[row] : self._starts[row + 1]], np.float32)

    def scores(self, vector: Vectors) -> npt.NDArray[np.float32]:
        """Best inner product of each row's sentences with ``vector``: shape (rows,)."""
        products = np.asarray(self._vectors @ vector, np.float32)
        return np.maximum.reduceat(products, self._starts[:-1])
