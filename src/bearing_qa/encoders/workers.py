"""Several processes that encode for one model: sentence-transformers' own pool, a process a device.

Started at the first list of texts that is worth it, since each process imports torch and takes the model: seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from bearing_qa.encoders.batches import BATCH_TOKENS, GPU_BATCH_TOKENS
from bearing_qa.errors import EncoderError

POOLED_TEXTS = 256
"""Fewer texts are encoded sooner than processes start."""
THREADS = "OMP_NUM_THREADS"

Vectors = npt.NDArray[np.float32]


class Workers:
    """``count`` processes with a model of sentence-transformers on a device each.

    ``cpu`` is shared by all; ``cuda`` stands for as many devices, from ``cuda:0`` on; ``cuda:1`` is shared.
    """

    def __init__(self, model: Any, *, device: str, count: int) -> None:
        self._model = model
        is_shared = device == "cpu" or ":" in device
        devices = [device if is_shared else f"{device}:{at}" for at in range(count)]
        self._count = count
        self._room = BATCH_TOKENS if device == "cpu" else GPU_BATCH_TOKENS
        with _threads_each(count):
            self._pool = model.start_multi_process_pool(devices)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts, float32 of shape (len(texts), dimension).

        Batches are cut by characters, not by tokens, which only the processes count: the one who hands out
        would be what all wait for. Raises EncoderError if a process ends.
        """
        order = sorted(range(len(texts)), key=lambda at: (len(texts[at]), at))
        longest = max(len(texts[order[-1]]), 1)
        size = max(1, min(self._room // longest, -(-len(texts) // self._count)))
        try:
            found = self._model.encode(
                [texts[at] for at in order],
                pool=self._pool,
                chunk_size=size,
                batch_size=size,
                prompt="",
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        except RuntimeError as error:  # what the pool raises of a process that was killed
            raise EncoderError(
                found=f"a process that encodes ended ({' '.join(str(error).split())[:120]})",
                expected=f"{self._count} processes, each with room for the model",
                fix="run the same command again, with fewer --workers: what was encoded is kept",
            ) from error
        stacked = np.asarray(found, np.float32)
        vectors = np.empty_like(stacked)
        vectors[order] = stacked
        return vectors

    def close(self) -> None:
        """Ends the processes."""
        self._model.stop_multi_process_pool(self._pool)


@contextmanager
def _threads_each(count: int) -> Iterator[None]:
    """Processes that are started inside share the cores: by default each would use all of them."""
    before = os.environ.get(THREADS)
    os.environ.setdefault(THREADS, str(max(1, (os.cpu_count() or 1) // count)))
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREADS]
