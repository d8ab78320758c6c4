"""LlamaIndex: VectorStoreIndex alone, or in a QueryFusionRetriever with its BM25Retriever.

``BM25Retriever.from_defaults(tokenizer=…)`` takes a function and leaves it unused (0.8.0), and its own
pattern takes a run of Chinese characters for one word. So the words are jieba's, given as an index of bm25s
that was made before (``existing_bm25``) and as questions with blanks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bm25s
import jieba
from benchmarks.peers.handover import (
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    TOP_K,
    Search,
    Task,
    read_items,
)
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import QueryBundle, TextNode
from llama_index.core.vector_stores.utils import node_to_metadata_dict
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

BLANKS = r"(?u)\S+"
"""Pattern of words in text that has blanks between them."""


class JiebaRetriever(BM25Retriever):
    """BM25Retriever that puts blanks between the words of a question."""

    def _retrieve(self, query_bundle: QueryBundle) -> Any:
        return super()._retrieve(QueryBundle(spaced(query_bundle.query_str)))


def spaced(text: str) -> str:
    """The text with blanks between jieba's words."""
    return " ".join(jieba.cut(text))


def load(task: Task) -> Any:
    """The encoder."""
    if task.options["words"]:
        jieba.initialize()
    return HuggingFaceEmbedding(
        model_name=task.model,
        device="cpu",
        query_instruction=QUESTION_PROMPT,
        text_instruction=PASSAGE_PROMPT,
        **task.options["embedding"],
    )


def build(task: Task, loaded: Any) -> None:
    """The index of vectors, and the one of words beside it."""
    nodes = [TextNode(id_=item.id, text=item.text) for item in read_items(task.passages)]
    VectorStoreIndex(nodes, embed_model=loaded).storage_context.persist(task.store)
    if not task.options["words"]:
        return
    corpus = [node_to_metadata_dict(node) | {"node_id": node.node_id} for node in nodes]
    index = bm25s.BM25(corpus=corpus)
    index.index(tokens([node.text for node in nodes]), show_progress=False)
    JiebaRetriever(existing_bm25=index).persist(str(Path(task.store) / "words"))


def tokens(texts: list[str]) -> Any:
    """Words as bm25s wants them."""
    texts = [spaced(text) for text in texts]
    return bm25s.tokenize(texts, token_pattern=BLANKS, stopwords=None, show_progress=False)


def searcher(task: Task, loaded: Any) -> Search:
    """The retriever's ``retrieve``."""
    context = StorageContext.from_defaults(persist_dir=task.store)
    index = load_index_from_storage(context, embed_model=loaded)
    depth = task.options["depth"]
    retriever: Any = index.as_retriever(similarity_top_k=depth)
    if task.options["words"]:
        words = JiebaRetriever.from_persist_dir(str(Path(task.store) / "words"))
        words.similarity_top_k = min(depth, len(words.corpus))
        words.token_pattern, words.skip_stemming = BLANKS, True
        retriever = QueryFusionRetriever(
            [retriever, words],
            llm=MockLLM(),  # never asked: a question is not put in other words
            mode=task.options["words"],
            similarity_top_k=TOP_K,
            num_queries=1,
            use_async=False,
        )
    return lambda question: [hit.node.node_id for hit in retriever.retrieve(question)][:TOP_K]
