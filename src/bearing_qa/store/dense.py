"""Vectors of passages in FAISS. Row i is passage i.

Up to FLAT_ROWS every row is compared: exact, and the ranking's scores are those of all rows. Above, rows are
8-bit codes in a graph of neighbours (HNSW, Malkov & Yashunin 2018): a question walks towards its nearest rows,
and what it finds is scored again by the vectors as they were encoded, which stay on disk, memory-mapped.
How broad the walk has to be is measured when the index is built, against the comparison of every row.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from bearing_qa.store.arrays import Rows, Vectors, blocks

VECTORS = "vectors.npy"
"""The file beside FAISS's own that has the vectors as encoded, where that has codes."""
FLAT_ROWS = 20_000
"""Rows up to which all are compared. Measured on two cores, 384 dimensions (docs/performance.md): 1.4 ms of
the processor a question; at 30,000 it is 2.6, over the graph with its exact scores 2.0."""
NEAREST = 200
"""Rows that a question takes from the graph; the first ones of the fused ranking are among them."""
LINKS = 32
"""Neighbours of a row in the graph; FAISS's own default."""
BUILT_BREADTH = 100
"""Rows a walk keeps in view while the graph is built: with 200 it takes 1.6 times as long for 0.2 % of recall."""
TRAINED_ROWS = 65_536
"""Rows, evenly spread, that the range of each dimension's 8-bit codes is taken from."""
SAMPLE_ROWS = 2048
"""Rows, evenly spread, that say how scores are spread over all: the deviation within two percent."""
STEP_CODES = 64
"""Codes that are compared one by one in the time of a row that a walk keeps in view (57 to 77 measured on 10 to 50 %
of 101,258 made-up passages): a walk has to be the broader the fewer rows it may keep, until a look at all that
are in scope is quicker."""
WANTED_RECALL = 0.995
"""Share of the ten nearest rows that a question has to find, over ASKED sentences, asked as questions."""
ASKED = 300
FIRST = 10
MARGIN = 2
"""How much broader the walk is than WANTED_RECALL takes: questions lie further from passages than the
sentences of theirs do that it is measured with."""
_FAISS: Any = faiss
"""Where FAISS's own type hints lack a class or have another signature."""
MOST_BREADTH = 8_000
"""Rows a walk keeps in view at most, some tens of milliseconds, whatever the recall."""


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

        If there are so many rows, the breadth of a walk is measured with some of ``questions``, of shape
        (any, dimension); with rows where they are not given, which are too easy.
        """
        if len(vectors) > FLAT_ROWS:
            asked = vectors if questions is None else questions
            return cls(_build_graph(vectors, asked), kept=vectors)
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

        The fewer rows are asked of, the broader is the walk.
        """
        index: Any = self._index
        options: Any = _FAISS.SearchParametersHNSW()
        options.efSearch = index.hnsw.efSearch
        if rows is not None:
            options.efSearch = options.efSearch * self.size // len(rows)
            if len(rows) < STEP_CODES * options.efSearch:
                index, options = faiss.downcast_index(index.storage), faiss.SearchParameters()
            options.sel = _selector(rows, self.size)
        _, found = index.search(np.ascontiguousarray(vector[None, :]), NEAREST, params=options)
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
    return _FAISS.IDSelectorBitmap(np.packbits(inside, bitorder="little"))


def _build_graph(vectors: Vectors, questions: Vectors) -> Any:
    """Rows as 8-bit codes in a graph; the same bytes for the same vectors in the same order, which is why
    one thread builds it."""
    rows, dimension = vectors.shape
    index: Any = _FAISS.IndexHNSWSQ(
        dimension, faiss.ScalarQuantizer.QT_8bit, LINKS, faiss.METRIC_INNER_PRODUCT
    )
    index.hnsw.efConstruction = BUILT_BREADTH
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        index.train(np.array(vectors[spread_rows(rows, TRAINED_ROWS)]))
        for _, part in blocks(vectors):
            index.add(np.ascontiguousarray(part))
    finally:
        faiss.omp_set_num_threads(threads)
    asked = np.array(questions[spread_rows(len(questions), ASKED)])
    index.hnsw.efSearch = _breadth(index, vectors, asked)
    return index


def _breadth(index: Any, vectors: Vectors, questions: Vectors) -> int:
    """MARGIN times the least breadth, from NEAREST on by steps of a quarter, that gives WANTED_RECALL.

    Rows as near as the tenth count as it, since texts that repeat have the same vectors.
    """
    tenth = _tenth_scores(vectors, questions) - 1e-6
    options: Any = _FAISS.SearchParametersHNSW()
    options.efSearch = NEAREST
    while MARGIN * options.efSearch < MOST_BREADTH:
        _, found = index.search(questions, NEAREST, params=options)
        hits = 0
        for question, rows, least in zip(questions, found, tenth, strict=True):
            as_near = _products(vectors[rows[rows >= 0]], question) >= least
            hits += min(FIRST, int(as_near.sum()))
        if hits >= WANTED_RECALL * FIRST * len(questions):
            break
        options.efSearch += options.efSearch // 4
    return min(MARGIN * int(options.efSearch), MOST_BREADTH)


def _tenth_scores(vectors: Vectors, questions: Vectors) -> Vectors:
    """Score of the FIRST-th nearest of all rows to each question."""
    nearest = np.full((len(questions), FIRST), -np.inf, np.float32)
    for _, part in blocks(vectors):
        both = np.concatenate([nearest, questions @ part.T], axis=1)
        nearest = np.partition(both, -FIRST, axis=1)[:, -FIRST:]
    return np.asarray(nearest.min(axis=1))
