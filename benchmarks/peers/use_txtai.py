"""txtai: one Embeddings index, dense or hybrid. Options ``embeddings`` (its settings) and ``jieba``.

txtai takes no function that cuts text, so jieba's words can only be given as text with blanks, which the
encoder sees too.
"""

from __future__ import annotations

from typing import Any

import jieba
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
    if task.options["jieba"]:
        jieba.initialize()
    models: dict[str, Any] = {}
    Embeddings(settings(task), models=models).transform("预热")
    return models


def settings(task: Task) -> dict[str, Any]:
    """What the index is made with."""
    instructions = {"query": QUESTION_PROMPT, "data": PASSAGE_PROMPT}
    return {"path": task.model, "instructions": instructions} | dict(task.options["embeddings"])


def cut(task: Task, text: str) -> str:
    """The text, with blanks between jieba's words if so set."""
    return " ".join(jieba.cut(text)) if task.options["jieba"] else text


def build(task: Task, loaded: dict[str, Any]) -> None:
    """Indexes and saves."""
    index = Embeddings(settings(task), models=loaded)
    index.index((item.id, cut(task, item.text), None) for item in read_items(task.passages))
    index.save(task.store)


def searcher(task: Task, loaded: dict[str, Any]) -> Search:
    """The index's own search."""
    index = Embeddings(settings(task), models=loaded)
    index.load(task.store)
    return lambda question: [name for name, _ in index.search(cut(task, question), TOP_K)]
