"""The bare encoder: loads and encodes a question, finds nothing. What every tool takes at least."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.handover import (
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    Search,
    Task,
    read_items,
)


def load(task: Task) -> Any:
    """The encoder."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(task.model, device="cpu", local_files_only=True)


def build(task: Task, loaded: Any) -> None:
    """Encodes the passages and forgets their vectors."""
    loaded.encode([PASSAGE_PROMPT + item.text for item in read_items(task.passages)], prompt="")


def searcher(task: Task, loaded: Any) -> Search:
    """Encodes the question."""

    def search(question: str) -> list[str]:
        loaded.encode([QUESTION_PROMPT + question], prompt="", normalize_embeddings=True)
        return []

    return search
