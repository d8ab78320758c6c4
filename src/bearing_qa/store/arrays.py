"""Vectors in ``.npy`` files: reserved, filled in place, read memory-mapped. Nothing is unpickled."""

from __future__ import annotations

import os
from collections.abc import Iterator
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
