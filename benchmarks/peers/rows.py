"""Which tools stand beside the product, in which settings, in the order of the table.

Each has its default (vectors) and what its documentation gives for hybrid search. Where that leaves a
choice, all were tried, and the best on the questions of cmrc2018 and drcd that are not held back is kept:
``python -m benchmarks.peers SHARED --tuning`` tries CANDIDATES.
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
"""Passages that each leg hands to fusion: as many as are asked for, as documented, or more."""

_DENSE: dict[str, Any] = {"words": "", "depth": NARROW, "embedding": {}, "join": "", "jieba": False}


def _txtai(setting: str, words: str, *, jieba: bool = False, **scoring: Any) -> Row:
    scoring = {"method": "bm25", "terms": True, "normalize": True} | scoring
    return Row(
        "txtai",
        setting,
        {"embeddings": {"hybrid": True, "scoring": scoring}, "jieba": jieba},
        words,
    )


def _llamaindex(setting: str, mode: str, depth: int) -> Row:
    return Row(
        "llamaindex",
        setting,
        {"words": mode, "depth": depth, "embedding": {"embed_batch_size": 32}},
        f"QueryFusionRetriever ({mode}, {depth} of each) of VectorStoreIndex and BM25Retriever over jieba's words",
    )


def _langchain(setting: str, depth: int) -> Row:
    return Row(
        "langchain",
        setting,
        _DENSE | {"words": "jieba", "depth": depth},
        f"EnsembleRetriever (RRF, half each, {depth} of each) of FAISS and BM25Retriever(preprocess_func=jieba.lcut)",
    )


def _haystack(setting: str, join: str, depth: int, *, jieba: bool) -> Row:
    return Row(
        "haystack",
        setting,
        {"join": join, "depth": depth, "jieba": jieba},
        f"DocumentJoiner ({join}, {depth} of each) of embeddings and BM25 over "
        + ("jieba's words" if jieba else "characters, as by default"),
    )


def _plain(setting: str, depth: int) -> Row:
    words = f"IndexFlatIP and BM25 over jieba's words, RRF of the first {depth} of each"
    return Row("plain", setting, {"depth": depth}, words)


ROWS = (
    Row(OURS, "search", {"rerank": True, "answers": False}, "as `bearing-qa search` ranks"),
    Row(OURS, "fused", {"rerank": False, "answers": False}, "without reordering the first twenty"),
    Row(OURS, "ask", {"rerank": True, "answers": True}, "passages of `bearing-qa ask`, answered"),
    _plain("hybrid", WIDE),
    Row("txtai", "default", {"embeddings": {}, "jieba": False}, "vectors"),
    _txtai(
        "hybrid",
        "hybrid=True, scoring with ngrams: characters and bigrams",
        tokenizer={"ngrams": {"ngrams": 2, "nmin": 1}},
    ),
    Row("llamaindex", "default", _DENSE, "vectors (VectorStoreIndex)"),
    _llamaindex("hybrid", "reciprocal_rerank", WIDE),
    Row("langchain", "default", _DENSE, "vectors (FAISS)"),
    _langchain("hybrid", WIDE),
    Row("haystack", "default", _DENSE, "vectors (InMemoryEmbeddingRetriever)"),
    _haystack("hybrid", "reciprocal_rank_fusion", WIDE, jieba=True),
)
BARE = Row(ENCODER, "alone", {}, "encodes, finds nothing")
CANDIDATES = (
    _plain("10 of each", NARROW),
    _plain("50 of each", WIDE),
    _txtai("characters", "its own tokens"),
    _txtai("bigrams", "characters and bigrams", tokenizer={"ngrams": {"ngrams": 2, "nmin": 1}}),
    _txtai("jieba", "text with blanks", jieba=True, tokenizer={"whitespace": True}),
    _txtai(
        "bigrams, bb25", "Bayes", normalize="bb25", tokenizer={"ngrams": {"ngrams": 2, "nmin": 1}}
    ),
    _llamaindex("rrf, 10", "reciprocal_rerank", NARROW),
    _llamaindex("rrf, 50", "reciprocal_rerank", WIDE),
    _llamaindex("relative, 50", "relative_score", WIDE),
    _llamaindex("dist, 50", "dist_based_score", WIDE),
    _langchain("rrf, 10", NARROW),
    _langchain("rrf, 50", WIDE),
    _haystack("rrf, jieba, 10", "reciprocal_rank_fusion", NARROW, jieba=True),
    _haystack("rrf, jieba, 50", "reciprocal_rank_fusion", WIDE, jieba=True),
    _haystack("rrf, characters, 50", "reciprocal_rank_fusion", WIDE, jieba=False),
    _haystack("dist, jieba, 50", "distribution_based_rank_fusion", WIDE, jieba=True),
)
