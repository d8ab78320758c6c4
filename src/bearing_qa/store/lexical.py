"""BM25 over token lists, kept as plain arrays. Row i is passage i of the catalogue.

Scores are Lucene's BM25 (Robertson & Zaragoza 2009, with Lucene's idf), computed when the index is
built, so that a question only adds up the columns of its tokens. bm25s keeps and adds up the columns;
they are computed here, some rows at a time: its own build takes 12.5 KB of memory a passage.
"""

from __future__ import annotations

import logging
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

logging.getLogger("bm25s").setLevel(logging.ERROR)

K1 = 1.2
"""Term frequency saturation; Lucene's default."""
B = 0.75
"""Length normalisation; Lucene's default."""

CHUNK_ROWS = 4096
"""Rows whose tokens are counted at a time: some million tokens, sorted in tens of megabytes."""

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]


class LexicalIndex:
    """An open BM25 index of ``size`` rows.

    It keeps what it was built from: row i's tokens are ``ids[starts[i]:starts[i + 1]]``, numbers of the
    vocabulary, so that the next build cuts only what has changed.
    """

    def __init__(self, engine: bm25s.BM25, *, ids: Ids, starts: Rows) -> None:
        self._engine, self._ids, self._starts = engine, ids, starts

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self._starts) - 1

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]]) -> LexicalIndex:
        """Index of the token lists, row by row. Token numbers are given in order of appearance."""
        vocabulary: dict[str, int] = {}
        numbers, starts = array("i"), array("q", [0])
        for tokens in token_lists:
            numbers.extend(vocabulary.setdefault(token, len(vocabulary)) for token in tokens)
            starts.append(len(numbers))
        ids, rows = np.frombuffer(numbers, np.int32), np.frombuffer(starts, np.int64)
        engine = bm25s.BM25(method="lucene", k1=K1, b=B)
        engine.scores = _columns(ids, rows, len(vocabulary))
        engine.vocab_dict, engine.nonoccurrence_array = vocabulary, None
        return cls(engine, ids=ids, starts=rows)

    def save(self, folder: Path) -> None:
        """Writes the arrays (``.npy``) and the vocabulary (JSON) into ``folder``."""
        folder.mkdir(exist_ok=True)
        self._engine.save(str(folder), corpus=None, show_progress=False, allow_pickle=False)
        np.save(folder / "tokens.npy", self._ids, allow_pickle=False)
        np.save(folder / "starts.npy", self._starts, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Opens what ``save`` wrote, memory-mapped; nothing is unpickled."""
        engine = bm25s.BM25.load(str(folder), mmap=True, load_corpus=False, allow_pickle=False)
        for name in ("data", "indices", "indptr"):
            # as mapped as before; a memmap's own slices, some hundred a question, take ten times as long
            engine.scores[name] = np.asarray(engine.scores[name])
        ids = np.asarray(np.load(folder / "tokens.npy", mmap_mode="r", allow_pickle=False))
        return cls(engine, ids=ids, starts=np.load(folder / "starts.npy", allow_pickle=False))

    @property
    def average_length(self) -> float:
        """Tokens a row, on average."""
        return len(self._ids) / max(self.size, 1)

    def tokens_of(self, row: int) -> list[str]:
        """The tokens that a row was built from, in order."""
        numbers = self._ids[self._starts[row] : self._starts[row + 1]].tolist()
        return list(map(self._vocabulary.__getitem__, numbers))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return self.tokens()

    def tokens(self) -> list[str]:
        """All tokens, in order of appearance."""
        return list(self._engine.vocab_dict)

    def knows(self, token: str) -> bool:
        """Whether any row has the token."""
        return token in self._engine.vocab_dict

    def scores(self, tokens: Sequence[str], *, added: Sequence[tuple[str, float]] = ()) -> Scores:
        """BM25 score of every row for a question's tokens: float32 of shape (size,).

        ``added`` are further tokens with what their scores are multiplied by.
        """
        by_weight: dict[float, dict[str, None]] = {1.0: dict.fromkeys(tokens)}
        for token, weight in added:
            by_weight.setdefault(weight, {})[token] = None
        total = np.zeros(self.size, np.float32)
        for weight, group in by_weight.items():
            known = [token for token in group if self.knows(token)]
            if known:
                total += np.float32(weight) * np.asarray(self._engine.get_scores(known), np.float32)
        return total

    def rows_with(self, tokens: Sequence[str]) -> Rows:
        """Rows that have every one of some tokens, rising: the postings of the rarest, narrowed."""
        rarest_first = sorted(dict.fromkeys(tokens), key=self.document_frequency)
        rows: Rows = np.arange(0 if rarest_first else self.size)
        for at, token in enumerate(rarest_first):
            posted = self._postings(token)
            rows = posted if at == 0 else np.intersect1d(rows, posted, assume_unique=True)
            if not len(rows):
                break
        return rows

    def _postings(self, token: str) -> Rows:
        number = self._engine.vocab_dict.get(token)
        if number is None:
            return np.empty(0, np.int64)
        start, stop = self._engine.scores["indptr"][number : number + 2]
        return np.sort(np.asarray(self._engine.scores["indices"][start:stop], np.int64))

    def document_frequency(self, token: str) -> int:
        """Number of rows that have the token."""
        number = self._engine.vocab_dict.get(token)
        if number is None:
            return 0
        starts = self._engine.scores["indptr"]
        return int(starts[number + 1] - starts[number])


def _columns(ids: Ids, starts: Rows, words: int) -> dict[str, object]:
    """Scores by token, rows rising within each, as bm25s keeps them (compressed sparse columns)."""
    frequency = np.zeros(words, np.int64)
    for _, tokens, _ in _counts(ids, starts):
        frequency += np.bincount(tokens, minlength=words)
    rarity = _rarity(frequency, len(starts) - 1)
    lengths = np.diff(starts)
    saturation = K1 * ((1 - B) + B * lengths / (lengths.mean() or 1.0))
    ends = np.concatenate([[0], np.cumsum(frequency)])
    data, indices = np.empty(ends[-1], np.float32), np.empty(ends[-1], np.int32)
    filled = ends[:-1].copy()
    for rows, tokens, counts in _counts(ids, starts):
        first = np.flatnonzero(np.diff(tokens, prepend=-1))
        here = np.diff(first, append=len(tokens))
        at = np.arange(len(tokens)) + np.repeat(filled[tokens[first]] - first, here)
        data[at] = rarity[tokens] * (counts / (saturation[rows] + counts))
        indices[at] = rows
        filled[tokens[first]] += here
    return {"data": data, "indices": indices, "indptr": ends, "num_docs": len(starts) - 1}


def _counts(ids: Ids, starts: Rows) -> Iterator[tuple[Rows, Rows, Rows]]:
    """Rows, tokens and how often a row has a token, by token and row, for CHUNK_ROWS rows at a time."""
    for first in range(0, len(starts) - 1, CHUNK_ROWS):
        ends = starts[first : first + CHUNK_ROWS + 1]
        row = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        keys = ids[ends[0] : ends[-1]].astype(np.int64) * CHUNK_ROWS + row
        found, counts = np.unique(keys, return_counts=True)
        yield first + found % CHUNK_ROWS, found // CHUNK_ROWS, counts


def _rarity(frequency: Rows, rows: int) -> Scores:
    """Lucene's idf of tokens that so many rows have; log of the standard library, one digit for all."""
    known = {df: math.log(1 + (rows - df + 0.5) / (df + 0.5)) for df in set(frequency.tolist())}
    return np.array([known[df] for df in frequency.tolist()], np.float32)
