"""FAISS and bm25s without anything around them: two short lists, fused by reciprocal rank."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import faiss
import jieba
import numpy as np
import numpy.typing as npt
from benchmarks.peers.handover import (
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    TOP_K,
    Search,
    Task,
    fused,
    read_items,
)

Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts with their prompts → unit vectors of shape (len(texts), dimension)."""


def load(task: Task) -> Encode:
    """The encoder's call; jieba's dictionary is loaded too."""
    from sentence_transformers import SentenceTransformer

    jieba.initialize()
    model = SentenceTransformer(task.model, device="cpu", local_files_only=True)

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.asarray(model.encode(list(texts), prompt="", normalize_embeddings=True))

    return encode


def build(task: Task, loaded: Encode) -> None:
    """A flat index of vectors, a BM25 index of jieba's words, and the ids."""
    items, store = read_items(task.passages), Path(task.store)
    vectors = loaded([PASSAGE_PROMPT + item.text for item in items])
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    faiss.write_index(flat, str(store / "dense.faiss"))
    words = bm25s.BM25()
    words.index([jieba.lcut(item.text) for item in items], show_progress=False)
    words.save(str(store / "words"))
    (store / "ids.json").write_text(json.dumps([item.id for item in items]), encoding="utf-8")


def searcher(task: Task, loaded: Encode) -> Search:
    """The first ``depth`` of both lists, fused."""
    store = Path(task.store)
    ids: list[str] = json.loads((store / "ids.json").read_text(encoding="utf-8"))
    flat, words = (
        faiss.read_index(str(store / "dense.faiss")),
        bm25s.BM25.load(str(store / "words")),
    )
    depth = min(int(task.options["depth"]), len(ids))

    def names(rows: Any) -> list[str]:
        return [ids[int(row)] for row in rows]

    def search(question: str) -> list[str]:
        near = flat.search(loaded([QUESTION_PROMPT + question]), depth)[1][0]
        said = words.retrieve([jieba.lcut(question)], k=depth, show_progress=False)
        said_rows = said.documents[0][said.scores[0] > 0]
        return fused([names(near), names(said_rows)], top_k=TOP_K)

    return search
