"""Haystack: its in-memory store by vectors alone, or with BM25 joined by reciprocal rank.

The store cuts Chinese into characters by default. For words a second one holds the passages with blanks
between jieba's words, which its pattern then takes for words.
"""

from __future__ import annotations

from pathlib import Path
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
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

Embedders = tuple[Any, Any]


def load(task: Task) -> Embedders:
    """The embedders of documents and of questions; the model is one."""
    if task.options["join"]:
        jieba.initialize()
    common: dict[str, Any] = {
        "model": task.model,
        "device": ComponentDevice.from_str("cpu"),
        "normalize_embeddings": True,
        "progress_bar": False,
    }
    made = (
        SentenceTransformersDocumentEmbedder(prefix=PASSAGE_PROMPT, **common),
        SentenceTransformersTextEmbedder(prefix=QUESTION_PROMPT, **common),
    )
    for embedder in made:
        embedder.warm_up()
    return made


def build(task: Task, loaded: Embedders) -> None:
    """The store, saved, and the one of words beside it."""
    items, folder = read_items(task.passages), Path(task.store)
    made = [Document(id=item.id, content=item.text) for item in items]
    store = InMemoryDocumentStore()
    store.write_documents(loaded[0].run(made)["documents"])
    store.save_to_disk(str(folder / "store.json"))
    if task.options["join"]:
        words = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+")
        words.write_documents([Document(id=i.id, content=spaced(i.text)) for i in items])
        words.save_to_disk(str(folder / "words.json"))


def spaced(text: str) -> str:
    """The text with blanks between jieba's words."""
    return " ".join(jieba.cut(text))


def searcher(task: Task, loaded: Embedders) -> Search:
    """A pipeline's ``run``."""
    folder, depth = Path(task.store), task.options["depth"]
    store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
    pipeline = Pipeline()
    pipeline.add_component("question", loaded[1])
    pipeline.add_component("near", InMemoryEmbeddingRetriever(store, top_k=depth))
    pipeline.connect("question.embedding", "near.query_embedding")
    if not task.options["join"]:
        return lambda text: ids(pipeline.run({"question": {"text": text}})["near"])
    words = InMemoryDocumentStore.load_from_disk(str(folder / "words.json"))
    pipeline.add_component("said", InMemoryBM25Retriever(words, top_k=depth))
    pipeline.add_component("join", DocumentJoiner(join_mode=task.options["join"], top_k=TOP_K))
    pipeline.connect("near", "join")
    pipeline.connect("said", "join")

    def search(text: str) -> list[str]:
        asked = {"question": {"text": text}, "said": {"query": spaced(text)}}
        return ids(pipeline.run(asked)["join"])

    return search


def ids(found: dict[str, Any]) -> list[str]:
    """Ids of what a component found."""
    return [document.id for document in found["documents"]][:TOP_K]
