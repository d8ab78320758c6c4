"""Vectors for what a version encodes: from the serving version, from the journal, from the encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bearing_qa.index.dense import Vectors
from bearing_qa.index.encoder import Encoder
from bearing_qa.index.journal import Journal, encode
from bearing_qa.index.reuse import Reuse


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors of shape (keys, dimension) with how many texts were encoded and taken from the journal."""

    vectors: Vectors
    encoded: int
    resumed: int


def make_vectors(
    keys: Sequence[bytes],
    *,
    texts: Mapping[bytes, str],
    reuse: Reuse,
    encoder: Encoder,
    journal: Journal,
    progress: Callable[[int, int], None],
) -> Encoded:
    """A vector for each key. ``texts`` has the text of each key that the serving version lacks."""
    old = _positions(reuse)
    journalled = journal.read()
    missing = {key: texts[key] for key in dict.fromkeys(keys) if key not in old}
    resumed = missing.keys() & journalled.keys()
    wanted = {key: text for key, text in missing.items() if key not in resumed}
    fresh = encode(wanted, encoder=encoder, journal=journal, progress=progress)
    fresh.update((key, journalled[key]) for key in resumed)
    at_old = np.fromiter((old.get(key, -1) for key in keys), np.int64, len(keys))
    vectors = np.empty((len(keys), _dimension(fresh, reuse)), np.float32)
    if reuse.serving is not None and (at_old >= 0).any():
        passages = reuse.serving.dense.vectors()
        is_passage = (at_old >= 0) & (at_old < len(passages))
        is_sentence = at_old >= len(passages)
        vectors[is_passage] = passages[at_old[is_passage]]
        sentences = reuse.serving.sentences.vectors()
        vectors[is_sentence] = sentences[at_old[is_sentence] - len(passages)]
    for at in np.flatnonzero(at_old < 0).tolist():
        vectors[at] = fresh[keys[at]]
    return Encoded(vectors, len(wanted), len(resumed))


def _positions(reuse: Reuse) -> dict[bytes, int]:
    """Where the serving version has the vector of a key: passages count first, then sentences."""
    if reuse.serving is None or not reuse.vectors:
        return {}
    return {key: at for at, key in enumerate(reuse.serving.keys())}


def _dimension(fresh: Mapping[bytes, Vectors], reuse: Reuse) -> int:
    if fresh:
        return len(next(iter(fresh.values())))
    return reuse.serving.dense.dimension if reuse.serving else 0
