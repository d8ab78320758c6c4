"""What goes to a tool and comes back, as JSON files: a task, passages, questions; rankings, measures.

Read in every tool's environment, so it loads nothing but the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

QUESTION_PROMPT, PASSAGE_PROMPT = "query: ", "passage: "
"""What the encoder was trained with in front of questions and of passages; every tool is told."""
TOP_K = 10
"""Passages that a ranking names."""

Search = Callable[[str], list[str]]
"""A question → ids of passages, best first."""


@dataclass(frozen=True, slots=True)
class Item:
    """A passage to index or a question to ask."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """One tool in one setting on one set. ``module`` is its ``use_*``; ``store`` a folder of its own.

    ``corpus`` is the folder that the passages are of: only the product reads it, to cut them itself.
    ``reference`` is the command that runs the bare encoder, see ``worker``.
    """

    module: str
    options: Mapping[str, Any]
    corpus: str
    passages: str
    questions: str
    model: str
    store: str
    reference: tuple[str, ...] = ()

    def write(self, path: Path) -> None:
        """Writes the task as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Task:
        """The task of a file."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def write_items(path: str | Path, items: Iterable[Item]) -> None:
    """A line ``{"id", "text"}`` for each passage or question."""
    lines = (json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in items)
    Path(path).write_text("".join(lines), encoding="utf-8")


def read_items(path: str | Path) -> list[Item]:
    """The passages or questions of a file."""
    with Path(path).open(encoding="utf-8") as stream:
        return [Item(**json.loads(line)) for line in stream]


def write_rankings(path: str | Path, rankings: Mapping[str, list[str]]) -> None:
    """A line ``{"id", "ranking"}`` for each question."""
    lines = (
        json.dumps({"id": name, "ranking": ranking}, ensure_ascii=False) + "\n"
        for name, ranking in rankings.items()
    )
    Path(path).write_text("".join(lines), encoding="utf-8")


def read_rankings(path: str | Path) -> dict[str, list[str]]:
    """Ids of passages by id of question."""
    with Path(path).open(encoding="utf-8") as stream:
        return {item["id"]: item["ranking"] for item in map(json.loads, stream)}


def fused(rankings: Iterable[list[str]], *, top_k: int = TOP_K) -> list[str]:
    """Reciprocal rank fusion: score = sum of 1 / (60 + rank) (Cormack, Clarke & Büttcher 2009)."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda name: -scores[name])[:top_k]
