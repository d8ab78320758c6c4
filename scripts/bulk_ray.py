"""Encodes a corpus that outgrows a machine on a cluster of Ray; the next build takes the vectors over.

    python -m scripts.bulk_ray CORPUS INDEX [--encoder NAME] [--workers 2] [--address ADDRESS]
    bearing-qa index CORPUS --index INDEX [--encoder NAME]

The texts that a build would encode, but for those that are in the journal already, are written to a file, shortest
first; actors of Ray Data encode them in batches, one actor a GPU or core; each batch is put in the index's journal as
it comes in, so that a run that was stopped goes on there. The actors need the program and the encoder (a
model name or a folder that each machine has); INDEX and the file of texts are read and written here alone.
Ray is no dependency of the program: ``pip install 'ray[data]==2.60.0'``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bearing_qa.build.journal import BATCH_TEXTS, Journal
from bearing_qa.document.ingest import read_corpus
from bearing_qa.encoders.encoder import DEFAULT_ENCODER, SentenceEncoder
from bearing_qa.encoders.identity import made_by
from bearing_qa.store.indexed_text import indexed_text, text_key
from bearing_qa.types import Parsed

TEXTS = "bulk.jsonl"
"""The file of texts in INDEX, removed at the end."""


class Encode:
    """An actor: the model is loaded once, then batches of texts come in."""

    def __init__(self, name: str) -> None:
        self._encoder = SentenceEncoder(name)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Keys and vectors, float32 of shape (texts, dimension), of a batch with ``key`` and ``text``."""
        vectors = self._encoder.encode_passages([str(text) for text in batch["text"]])
        return {"key": batch["key"], "vector": vectors}


def texts_of(corpus: Path) -> Iterator[str]:
    """What a build encodes of every document: its passages."""
    for parsed in read_corpus(corpus):
        if not isinstance(parsed, Parsed):
            continue
        for passage in parsed.passages:
            yield indexed_text(parsed.document.text, passage)


def write_texts(corpus: Path, path: Path, *, journal: Journal) -> int:
    """Writes a line with key and text for each text that the journal lacks; gives their number."""
    held = {key for keys, _ in journal.read() for key in keys}
    texts = {text_key(text): text for text in texts_of(corpus)}
    wanted = sorted((key for key in texts if key not in held), key=lambda key: len(texts[key]))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        for key in wanted:
            stream.write(json.dumps({"key": key.hex(), "text": texts[key]}) + "\n")
    return len(wanted)


def encode(path: Path, *, count: int, journal: Journal, name: str, workers: int) -> Iterator[int]:
    """Encodes the ``count`` texts of a file by ``workers`` actors into the journal; gives the sizes of batches.

    A block of Ray is a batch, so that what is encoded is journalled at once.
    """
    import ray.data

    is_gpu = os.environ.get("BEARING_QA_DEVICE", "cpu") != "cpu"
    texts = ray.data.read_json(str(path), override_num_blocks=-(-count // BATCH_TEXTS))
    encoded = texts.map_batches(
        Encode,
        fn_constructor_args=(name,),
        batch_size=None,
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=1,
        num_gpus=1 if is_gpu else 0,
    )
    for batch in encoded.iter_batches(batch_size=None):
        keys = [bytes.fromhex(str(key)) for key in batch["key"]]
        journal.write(keys, np.stack(batch["vector"]).astype(np.float32))
        yield len(keys)


def main() -> None:
    """Encodes what is missing, tells how many texts and how long."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    parser.add_argument("--workers", type=int, default=2, help="actors, one a GPU or core")
    parser.add_argument("--address", help="of a running cluster; one on this machine if none")
    options = parser.parse_args()
    import ray

    # a core more than the actors take, for reading
    here = {} if options.address else {"num_cpus": options.workers + 1, "include_dashboard": False}
    ray.init(address=options.address, **here)
    journal = Journal(options.index, made_by=made_by(SentenceEncoder(options.encoder)))
    path = options.index / TEXTS
    count, done = write_texts(options.corpus, path, journal=journal), 0
    started = time.perf_counter()
    if count:
        how = {"count": count, "name": options.encoder, "workers": options.workers}
        for size in encode(path.resolve(), journal=journal, **how):
            done += size
            print(f"{done}/{count} texts, {time.perf_counter() - started:.0f} s", flush=True)
    path.unlink()
    ray.shutdown()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{done} texts encoded; this process used {used.ru_utime + used.ru_stime:.0f} s itself")


if __name__ == "__main__":
    main()
