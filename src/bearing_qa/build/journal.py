"""Vectors that a build has paid for, kept until it ends, so that one that was stopped goes on there.

    index/journal/<encoder>/<batch>.npy    float32 of shape (texts, dimension)
    index/journal/<encoder>/<batch>.json   the texts' keys, and a checksum over both

A batch counts when its JSON is there and the checksum fits; anything else is encoded again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from bearing_qa.encoders.encoder import Encoder
from bearing_qa.encoders.identity import Made
from bearing_qa.store import signing
from bearing_qa.store.arrays import Vectors

JOURNAL = "journal"
BATCH_TEXTS = 256
"""Texts a batch, for each process that encodes: what is lost when a build is stopped, some seconds of encoding."""
Batch = tuple[Sequence[bytes], Vectors]
"""Keys of texts, and their vectors of shape (keys, dimension)."""


class Journal:
    """The batches of one encoder in an index folder."""

    def __init__(self, index: Path, *, made_by: Made) -> None:
        self._folder = index / JOURNAL / _name(made_by)

    def read(self) -> Iterator[Batch]:
        """The batches that are whole, one at a time."""
        for path in sorted(self._folder.glob("*.json")):
            batch = _read_batch(path)
            if batch is not None:
                yield batch

    def write(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keeps a batch: its vectors first, then, in one rename, what makes them count."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stream = io.BytesIO()
        np.save(stream, vectors, allow_pickle=False)
        checksum = _checksum(stream.getvalue(), keys)
        path = self._folder / f"{checksum[:32]}.npy"
        path.write_bytes(stream.getvalue())
        words = {"checksum": checksum, "keys": [key.hex() for key in keys]}
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps(words), encoding="utf-8")
        aside.replace(path.with_suffix(".json"))


def _read_batch(path: Path) -> Batch | None:
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
        keys = [bytes.fromhex(key) for key in words["keys"]]
        data = path.with_suffix(".npy").read_bytes()
        if _checksum(data, keys) == words["checksum"]:
            return keys, np.load(io.BytesIO(data), allow_pickle=False)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # a batch that was being written when the power went
    return None


def _checksum(data: bytes, keys: Sequence[bytes]) -> str:
    return signing.digest(data + b"".join(keys))


def _name(made_by: Made) -> str:
    text = json.dumps(made_by, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def clear_journals(index: Path) -> None:
    """Removes all batches: the version that they were made for serves."""
    shutil.rmtree(index / JOURNAL, ignore_errors=True)


def encode(
    texts: Mapping[bytes, str],
    *,
    encoder: Encoder,
    journal: Journal,
    progress: Callable[[int, int], None],
) -> Iterator[Batch]:
    """Texts by their keys, encoded in batches of like length; each batch is journalled."""
    keys = sorted(texts, key=lambda key: (len(texts[key]), texts[key]))
    progress(0, len(keys))
    size = BATCH_TEXTS * encoder.workers
    for start in range(0, len(keys), size):
        batch = keys[start : start + size]
        vectors = encoder.encode_passages([texts[key] for key in batch])
        journal.write(batch, vectors)
        yield batch, vectors
        progress(start + len(batch), len(keys))
