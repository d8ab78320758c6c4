"""Vectors in ``.npy`` files: reserved, filled in place, read memory-mapped. Nothing is unpickled."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numpy.lib.format import open_memmap

BLOCK_ROWS = 65_536
"""Rows looked at together: 100 MB of 384 dimensions, whatever the size of the file."""

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


def new_vectors(path: Path, rows: int, *, dimension: int) -> Vectors:
    """A new file of float32 of shape (rows, dimension), all 0, to be filled in place.

    Its room is reserved: a mapped file that finds the disk full would end the process.
    Raises OSError if there is none.
    """
    made: Vectors = open_memmap(path, mode="w+", dtype=np.float32, shape=(rows, dimension))
    with path.open("r+b") as stream:
        os.posix_fallocate(stream.fileno(), 0, path.stat().st_size)
    return made


def blocks(vectors: Vectors) -> Iterator[tuple[int, Vectors]]:
    """The rows in blocks of BLOCK_ROWS, each with the number of its first row."""
    for first in range(0, len(vectors), BLOCK_ROWS):
        yield first, vectors[first : first + BLOCK_ROWS]


class SentenceVectors:
    """Unit vectors of every passage's sentences, in row order; for choosing the sentence to quote.

    ``starts`` of shape (rows + 1,): row i's sentences are ``vectors[starts[i]:starts[i + 1]]``.
    """

    def __init__(self, vectors: Vectors, starts: Rows) -> None:
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
    def starts(self) -> Rows:
        """Where each row's sentences begin, and their number: shape (size + 1,)."""
        return self._starts

    def vectors(self) -> Vectors:
        """All sentences, shape (count, dimension), memory-mapped."""
        return self._vectors

    @classmethod
    def create(cls, folder: Path, counts: Sequence[int], *, dimension: int) -> SentenceVectors:
        """Two new ``.npy`` files in ``folder`` for so many sentences a row; ``vectors()`` is to be filled.

        Raises OSError if there is no room.
        """
        folder.mkdir()
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        np.save(folder / "starts.npy", starts, allow_pickle=False)
        made = new_vectors(folder / "vectors.npy", int(starts[-1]), dimension=dimension)
        return cls(made, starts)

    @classmethod
    def load(cls, folder: Path) -> SentenceVectors:
        """Opens the files of ``create``."""
        mapped = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        vectors = np.asarray(
            mapped
        )  # as mapped as before; a memmap's own slices take ten times as long
        return cls(vectors, np.load(folder / "starts.npy", allow_pickle=False))

    def of_row(self, row: int) -> Vectors:
        """Vectors of a row's sentences, shape (sentences, dimension)."""
        return np.asarray(self._vectors[self._starts[row] : self._starts[row + 1]], np.float32)

    def best(self, vectors: Sequence[Vectors]) -> list[float]:
        """Best inner product of any sentence with each of some vectors of shape (dimension,)."""
        found = [[float((part @ v).max()) for v in vectors] for _, part in blocks(self._vectors)]
        return [max(products) for products in zip(*found, strict=True)]
