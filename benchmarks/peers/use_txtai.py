"""txtai: one Embeddings index, dense or hybrid, with the settings of option ``embeddings``.

It takes no function that cuts text, and text with blanks between jieba's words would be the encoder's too: so
its BM25 goes by its own n-grams.
"""

from __future__ import annotations

from typing import Any

from benchmarks.peers.handover import (
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    TOP_K,
    Search,
    Task,
    read_items,
)
from txtai import Embeddings


def load(task: Task) -> dict[str, Any]:
    """A cache of models that holds the encoder."""
    models: dict[str, Any] = {}
    Embeddings(settings(task), models=models).transform("预热")
    return models


def settings(task: Task) -> dict[str, Any]:
    """What the index is made with."""
    instructions = {"query": QUESTION_PROMPT, "data": PASSAGE_PROMPT}
    return {"path": task.model, "instructions": instructions} | dict(task.options["embeddings"])


def build(task: Task, loaded: dict[str, Any]) -> None:
    """Indexes and saves."""
    index = Embeddings(settings(task), models=loaded)
    index.index((item.id, item.text, None) for item in read_items(task.passages))
    index.save(task.store)


def searcher(task: Task, loaded: dict[str, Any]) -> Search:
    """The index's own search."""
    index = Embeddings(settings(task), models=loaded)
    index.load(task.store)
    return lambda question: [name for name, _ in index.search(question, TOP_K)]
