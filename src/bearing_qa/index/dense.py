"""Vectors of passages in FAISS. Row i is passage i.

Up to FLAT_ROWS every row is compared: exact, and the ranking's scores are those of all rows. Above, rows
lie in cells (k-means; FAISS's inverted file) as 8-bit codes; a question looks into the nearest cells, and
what it finds there is scored again by the vectors as they were encoded, which stay on disk, memory-mapped.
How many cells are looked into is measured when the index is built, against the comparison of every row.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from bearing_qa.index.arrays import Rows, Vectors, blocks

VECTORS = "vectors.npy"
"""The file beside FAISS's own that has the vectors as encoded, where that has codes."""
FLAT_ROWS = 20_000
"""Rows up to which all are compared. Measured on two cores, 384 dimensions (docs/performance.md): a
question over cells takes about as long as over 20,000 rows, and builds need no training."""
NEAREST = 500
"""Rows that a question takes from its cells; the first ones of the fused ranking are among them."""
CELLS_PER_ROOT = 4
"""Cells for the square root of the rows, to the nearest power of two (FAISS's own advice: 4 to 16)."""
TRAINED_PER_CELL = 64
"""Rows that k-means sees for each cell, evenly spread, so that memory and time of training are bounded."""
ROUNDS = 10
"""Rounds of k-means; FAISS's own default for inverted files."""
SAMPLE_ROWS = 4096
"""Rows, evenly spread, that say how scores are spread over all: the deviation within two percent."""
WANTED_RECALL = 0.995
"""Share of the ten nearest rows that a question over cells has to find, over ASKED sentences."""
ASKED = 300
FIRST = 10
MARGIN = 4
"""Cells that a question looks into for each one that WANTED_RECALL takes: questions lie further from
passages than the sentences do that it is measured with, and a cell costs a few microseconds."""


class DenseIndex:
    """An open index of unit vectors, compared by inner product (their cosine).

    ``kept`` are the vectors as encoded, where the index holds codes.
    """

    def __init__(self, index: faiss.Index, *, kept: Vectors | None = None) -> None:
        self._index, self._kept = index, kept
        self._sample = None if kept is None else np.array(kept[spread_rows(len(kept), SAMPLE_ROWS)])
        if kept is not None and len(kept) != self.size:
            raise ValueError(f"{len(kept)} vectors for {self.size} codes")

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def is_flat(self) -> bool:
        """Whether every row is compared with a question."""
        return self._kept is None

    @classmethod
    def build(cls, vectors: Vectors, *, questions: Vectors | None = None) -> DenseIndex:
        """Index of float32 vectors of shape (rows, dimension).

        If there are so many rows, the search over cells is measured with some of ``questions``, of shape
        (any, dimension); with rows where they are not given, which are too easy.
        """
        if len(vectors) > FLAT_ROWS:
            asked = vectors if questions is None else questions
            return cls(_build_cells(vectors, asked), kept=vectors)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    def save(self, path: Path) -> None:
        """Writes the FAISS file. Raises OSError if there is no room."""
        path.write_bytes(faiss.serialize_index(self._index).data)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Opens a FAISS file, and the vectors beside it where it holds codes."""
        index = faiss.read_index(str(path))
        if isinstance(index, faiss.IndexFlat):
            return cls(index)
        kept = np.load(path.with_name(VECTORS), mmap_mode="r", allow_pickle=False)
        return cls(index, kept=kept)

    def vectors(self) -> Vectors:
        """All rows, shape (size, dimension); memory-mapped where they are not held."""
        if self._kept is not None:
            return self._kept
        return np.asarray(self._index.reconstruct_n(0, self.size), np.float32)

    def scores(self, vector: Vectors) -> Vectors:
        """Inner product of every row with ``vector`` of shape (dimension,): shape (size,)."""
        if self._kept is not None:
            return np.concatenate([part @ vector for _, part in blocks(self._kept)])
        # not k-NN with k = size, which sorts all rows: the same products, six to ten times as long
        _, found, rows = self._index.range_search(np.ascontiguousarray(vector[None, :]), -1e30)
        scores = np.empty(self.size, np.float32)
        scores[rows] = found
        return scores

    def scores_of(self, vector: Vectors, rows: Rows) -> Vectors:
        """Inner product of some rows with ``vector``: shape (len(rows),)."""
        if self._kept is None:
            return self.scores(vector)[rows]
        return _products(self._kept[rows], vector)

    def nearest(self, vector: Vectors, *, rows: Rows | None = None) -> Rows:
        """The NEAREST rows to ``vector``, or nearly those, rising; only of ``rows`` if they are given.

        The fewer rows are asked of, the more cells are looked into.
        """
        index: Any = self._index
        chosen: Any = faiss.SearchParametersIVF()
        chosen.nprobe = index.nprobe
        if rows is not None:
            chosen.sel = _selector(rows, self.size)
            chosen.nprobe = min(index.nlist, -(-index.nprobe * self.size // len(rows)))
        _, found = index.search(np.ascontiguousarray(vector[None, :]), NEAREST, params=chosen)
        return np.sort(found[0][found[0] >= 0])

    def spread(self, vector: Vectors, *, rows: Rows | None = None) -> tuple[float, float]:
        """Mean and deviation of all rows' scores (or of those of ``rows``), by SAMPLE_ROWS of them."""
        if rows is None and self._sample is not None:
            sample = _products(self._sample, vector)
        else:
            chosen = spread_rows(self.size if rows is None else len(rows), SAMPLE_ROWS)
            sample = self.scores_of(vector, chosen if rows is None else rows[chosen])
        return float(sample.mean()), float(sample.std())


def spread_rows(size: int, count: int) -> Rows:
    """``count`` row numbers below ``size``, evenly spread, rising; all of them if they are not more."""
    return np.arange(min(size, count), dtype=np.int64) * size // min(size, count)


def _products(vectors: Vectors, vector: Vectors) -> Vectors:
    """Inner products of some hundred rows: without BLAS, whose threads wait for one another."""
    return np.asarray(np.einsum("ij,j->i", vectors, vector), np.float32)


def _selector(rows: Rows, size: int) -> Any:
    """What lets FAISS see some of ``size`` rows only."""
    inside = np.zeros(-(-size // 8) * 8, bool)
    inside[rows] = True
    make: Any = faiss.IDSelectorBitmap
    return make(np.packbits(inside, bitorder="little"))


def _build_cells(vectors: Vectors, questions: Vectors) -> Any:
    """Rows as 8-bit codes in cells; the same bytes for the same vectors in the same order."""
    rows, dimension = vectors.shape
    cells = 2 ** round(np.log2(CELLS_PER_ROOT * rows**0.5))
    index: Any = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        cells,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.niter, index.cp.min_points_per_centroid = ROUNDS, 1
    index.cp.max_points_per_centroid = TRAINED_PER_CELL
    index.train(np.array(vectors[spread_rows(rows, TRAINED_PER_CELL * cells)]))
    for _, part in blocks(vectors):
        index.add(np.ascontiguousarray(part))
    asked = np.array(questions[spread_rows(len(questions), ASKED)])
    index.nprobe = min(cells, MARGIN * _probes(index, vectors, asked))
    return index


def _probes(index: Any, vectors: Vectors, questions: Vectors) -> int:
    """Fewest cells, a power of two, where WANTED_RECALL is reached for the questions; all if none is.

    Rows as near as the tenth count as it, since texts that repeat have the same vectors.
    """
    count = min(FIRST, len(vectors))
    nearest = np.full((len(questions), count), -np.inf, np.float32)
    for _, part in blocks(vectors):
        both = np.concatenate([nearest, questions @ part.T], axis=1)
        nearest = np.partition(both, -count, axis=1)[:, -count:]
    tenth = nearest.min(axis=1) - 1e-6
    chosen: Any = faiss.SearchParametersIVF()
    probes = 1
    while probes < index.nlist:
        chosen.nprobe = probes
        _, found = index.search(questions, NEAREST, params=chosen)
        hits = 0
        for question, rows, least in zip(questions, found, tenth, strict=True):
            as_near = vectors[rows[rows >= 0]] @ question >= least
            hits += min(count, int(as_near.sum()))
        if hits >= WANTED_RECALL * count * len(questions):
            break
        probes *= 2
    return min(probes, int(index.nlist))
