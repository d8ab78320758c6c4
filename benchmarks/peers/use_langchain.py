"""LangChain: its FAISS store alone, or in an EnsembleRetriever with its BM25Retriever over jieba's words."""

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
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings


def load(task: Task) -> Any:
    """The encoder."""
    if task.options["words"]:
        jieba.initialize()
    return HuggingFaceEmbeddings(
        model_name=task.model,
        model_kwargs={"device": "cpu"},
        encode_kwargs={"prompt": PASSAGE_PROMPT, "normalize_embeddings": True},
        query_encode_kwargs={"prompt": QUESTION_PROMPT, "normalize_embeddings": True},
    )


def documents(task: Task) -> list[Any]:
    """The passages."""
    return [
        Document(page_content=item.text, id=item.id, metadata={"id": item.id})
        for item in read_items(task.passages)
    ]


def build(task: Task, loaded: Any) -> None:
    """The store, saved. BM25Retriever has no files of its own: it is made when the store is opened."""
    made = documents(task)
    FAISS.from_documents(made, loaded, ids=[item.id for item in made]).save_local(task.store)
    if task.options["words"]:
        words(task)


def words(task: Task) -> Any:
    """The retriever by words."""
    depth = task.options["depth"]
    return BM25Retriever.from_documents(documents(task), preprocess_func=jieba.lcut, k=depth)


def searcher(task: Task, loaded: Any) -> Search:
    """The retriever's ``invoke``."""
    # the store keeps its documents in a pickle, which was written by this very program
    store = FAISS.load_local(task.store, loaded, allow_dangerous_deserialization=True)
    retriever: Any = store.as_retriever(search_kwargs={"k": task.options["depth"]})
    if task.options["words"]:
        retriever = EnsembleRetriever(
            retrievers=[retriever, words(task)], weights=[0.5, 0.5], id_key="id"
        )
    return lambda question: [d.metadata["id"] for d in retriever.invoke(question)][:TOP_K]
