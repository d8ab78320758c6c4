"""Vectors for what a version encodes: from the serving version, from the journal, from the encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bearing_qa.build.journal import Journal, encode
from bearing_qa.build.reuse import Reuse
from bearing_qa.encoders.encoder import Encoder
from bearing_qa.store.arrays import BLOCK_ROWS, Rows, Vectors


@dataclass(frozen=True, slots=True)
class Encoded:
    """How many texts were encoded, and how many taken from the journal."""

    encoded: int
    resumed: int


def make_vectors(
    keys: Sequence[bytes],
    *,
    into: Vectors,
    texts: Mapping[bytes, str],
    reuse: Reuse,
    encoder: Encoder,
    journal: Journal,
    progress: Callable[[int, int], None],
) -> Encoded:
    """Writes a vector for each key, in their order, ``into`` its row.

    ``texts`` has the text of each key that the serving version lacks. What is in memory is a block of
    vectors, however many there are.
    """
    old = _positions(reuse)
    at_old = np.fromiter((old.get(key, -1) for key in keys), np.int64, len(keys))
    new = np.flatnonzero(at_old < 0)
    first: dict[bytes, int] = {}
    for at in new.tolist():
        first.setdefault(keys[at], at)
    if reuse.serving is not None and len(new) < len(keys):
        before = reuse.serving.dense.vectors()
        _copy(before, into, origin=at_old, rows=np.flatnonzero(at_old >= 0))
    resumed = _fill(into, first, journal.read())
    wanted = {key: texts[key] for key in first.keys() - resumed}
    fresh = encode(wanted, encoder=encoder, journal=journal, progress=progress)
    _fill(into, first, fresh)
    origin = np.arange(len(keys))
    origin[new] = [first[keys[at]] for at in new.tolist()]
    _copy(into, into, origin=origin, rows=np.flatnonzero(origin != np.arange(len(keys))))
    return Encoded(len(wanted), len(resumed))


def _fill(
    into: Vectors, first: Mapping[bytes, int], batches: Iterable[tuple[Sequence[bytes], Vectors]]
) -> set[bytes]:
    """Writes batches of vectors to the rows of their keys; gives the keys that have one."""
    filled: set[bytes] = set()
    for keys, vectors in batches:
        known = [at for at, key in enumerate(keys) if key in first]
        into[[first[keys[at]] for at in known]] = vectors[known]
        filled.update(keys[at] for at in known)
    return filled


def _copy(before: Vectors, into: Vectors, *, origin: Rows, rows: Rows) -> None:
    """Copies to each of some rows what stands at its ``origin``."""
    for start in range(0, len(rows), BLOCK_ROWS):
        part = rows[start : start + BLOCK_ROWS]
        into[part] = before[origin[part]]


def _positions(reuse: Reuse) -> dict[bytes, int]:
    """The row of the serving version that has the vector of a key."""
    if reuse.serving is None or not reuse.vectors:
        return {}
    return {key: at for at, key in enumerate(reuse.serving.keys())}
