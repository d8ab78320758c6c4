"""Which tools stand beside the product, in which settings, in the order of the table.

Each has its default (vectors) and what its documentation gives for hybrid search, with words that are
Chinese ones. No setting was chosen by looking at figures, and no tool's weights were tuned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tool:
    """What is installed for a tool (``requirements/NAME.txt``), how it is used, what its versions are of."""

    name: str
    module: str
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A tool in a setting, and the setting in words."""

    tool: str
    setting: str
    options: Mapping[str, Any]
    words: str

    @property
    def name(self) -> str:
        """How the row is called in tables and figures."""
        return f"{self.tool}, {self.setting}"


OURS = "bearing_qa"
ENCODER = "encoder"
"""The encoder alone: no tool, but the least that each takes. It runs in the product's environment."""
TOOLS = {
    tool.name: tool
    for tool in (
        Tool(OURS, "use_bearing_qa", ("bearing-qa", "sentence-transformers", "bm25s")),
        Tool(ENCODER, "use_encoder", ("torch", "sentence-transformers", "transformers")),
        Tool("plain", "use_plain", ("faiss-cpu", "bm25s", "jieba")),
        Tool("txtai", "use_txtai", ("txtai", "transformers")),
        Tool("llamaindex", "use_llamaindex", ("llama-index-core", "llama-index-retrievers-bm25")),
        Tool("langchain", "use_langchain", ("langchain-classic", "langchain-community")),
        Tool("haystack", "use_haystack", ("haystack-ai", "sentence-transformers-haystack")),
    )
}
NARROW, WIDE = 10, 50
"""Passages that vectors alone give, and that each leg hands to fusion: more than are asked for, since what
one leg ranks low the other may lift."""

_DENSE: dict[str, Any] = {"words": "", "depth": NARROW, "embedding": {}, "join": ""}


ROWS = (
    Row(OURS, "search", {"rerank": True, "answers": False}, "as `bearing-qa search` ranks"),
    Row(OURS, "fused", {"rerank": False, "answers": False}, "the legs' sum alone"),
    Row(OURS, "ask", {"rerank": True, "answers": True}, "passages of `bearing-qa ask`, answered"),
    Row(
        "plain",
        "hybrid",
        {"depth": WIDE},
        "IndexFlatIP and BM25 over jieba's words, reciprocal ranks of the first 50 of each",
    ),
    Row("txtai", "default", {"embeddings": {}}, "vectors"),
    Row(
        "txtai",
        "hybrid",
        {
            "embeddings": {
                "hybrid": True,
                "scoring": {
                    "method": "bm25",
                    "terms": True,
                    "normalize": True,
                    "tokenizer": {"ngrams": {"ngrams": 2, "nmin": 1}},
                },
            },
        },
        "hybrid=True, BM25 over characters and bigrams (its ngrams), normalised scores added by halves",
    ),
    Row("llamaindex", "default", _DENSE, "vectors (VectorStoreIndex)"),
    Row(
        "llamaindex",
        "hybrid",
        {"words": "reciprocal_rerank", "depth": WIDE, "embedding": {"embed_batch_size": 32}},
        "QueryFusionRetriever (reciprocal_rerank, 50 of each) with BM25Retriever over jieba's words",
    ),
    Row("langchain", "default", _DENSE, "vectors (FAISS)"),
    Row(
        "langchain",
        "hybrid",
        {"words": "jieba", "depth": WIDE},
        "EnsembleRetriever (halves, 50 of each) with BM25Retriever(preprocess_func=jieba.lcut)",
    ),
    Row("haystack", "default", _DENSE, "vectors (InMemoryEmbeddingRetriever)"),
    Row(
        "haystack",
        "hybrid",
        {"join": "reciprocal_rank_fusion", "depth": WIDE},
        "DocumentJoiner (reciprocal_rank_fusion, 50 of each) with BM25 over jieba's words",
    ),
)
BARE = Row(ENCODER, "alone", {}, "encodes, finds nothing")
