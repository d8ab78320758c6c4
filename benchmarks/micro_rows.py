"""The rows of ``micro``: for each of our parts, its call and the bare call of the library beneath it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.bare import BareEncoder
from benchmarks.micro import compare, summary
from benchmarks.micro_inputs import (
    ASKED,
    Both,
    Options,
    Recorder,
    made_up,
    make_index,
    make_made_up,
    make_real,
    read_texts,
)
from benchmarks.synthetic import DIMENSION, LATENT, SyntheticEncoder

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.encoders import default_model
from bearing_qa.encoders.encoder import SentenceEncoder, Vectors
from bearing_qa.language.segment import Segmenter
from bearing_qa.search.fusion import best, fuse
from bearing_qa.search.retrieve import DENSE_WEIGHT, LEXICAL_WEIGHT, Stages
from bearing_qa.store import disk
from bearing_qa.store.dense import FLAT_ROWS, NEAREST, DenseIndex
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.versions import version_folder

Figures = dict[str, float]
CUT, ENCODED = 400, 128
"""Texts that are cut, texts that are encoded."""
TOP_K = 10
GRAPH_ROWS = 30_000
"""Rows of the graph that is asked: more than FLAT_ROWS, and built in seconds."""
COLD_ROUNDS = 3
QUESTION = "主要任务有哪些？"


def segment(_work: Path, options: Options) -> Figures:
    """Tokens of texts."""
    import jieba

    texts, cut = read_texts(options.sets, CUT), Segmenter().tokens
    bare = jieba.Tokenizer().cut_for_search
    return compare(
        lambda: [cut(text) for text in texts],
        lambda: [list(bare(text, HMM=False)) for text in texts],
    )


def bm25(work: Path, options: Options) -> Figures:
    """Scores of every row for questions' tokens."""
    import bm25s

    index, asked = made_up(work, options)
    opened = disk.open_index(index)
    tokens = [list(dict.fromkeys(opened.segmenter.tokens(question))) for question in asked]
    folder = version_folder(index) / disk.LEXICAL
    ours = LexicalIndex.load(folder)
    engine = bm25s.BM25.load(str(folder), mmap=True, load_corpus=False)
    ids = [[engine.vocab_dict[token] for token in row if ours.knows(token)] for row in tokens]
    return compare(
        lambda: [ours.scores(row) for row in tokens],
        lambda: [engine.get_scores(row) for row in ids],
    )


def faiss_flat(work: Path, _options: Options) -> Figures:
    """Every row's score, where the library finds the first TOP_K; as many rows as are compared one by one."""
    return _faiss(work, FLAT_ROWS, lambda ours: ours.scores, TOP_K)


def faiss_graph(work: Path, _options: Options) -> Figures:
    """The nearest rows by the graph, at the same breadth."""
    return _faiss(work, GRAPH_ROWS, lambda ours: ours.nearest, NEAREST)


def _faiss(work: Path, rows: int, call: Callable[[DenseIndex], Any], count: int) -> Figures:
    import faiss

    chance = np.random.default_rng(0)
    places = chance.standard_normal((rows + ASKED, LATENT)).astype(np.float32)
    vectors = places @ chance.standard_normal((LATENT, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked, path = vectors[rows:], work / f"{rows}.faiss"
    ours = DenseIndex.build(vectors[:rows])
    ours.save(path)
    bare = faiss.read_index(str(path))
    return compare(
        lambda: [call(ours)(vector) for vector in asked],
        lambda: [bare.search(vector[None, :], count) for vector in asked],
    )


def fusion(work: Path, options: Options) -> Figures:
    """The first TOP_K rows of two legs' scores; a plain partition for the library's way to find them."""
    index, asked = made_up(work, options)
    opened, encoder = disk.open_index(index), SyntheticEncoder()
    dense = [opened.dense.scores(encoder.encode_question(question)) for question in asked]
    lexical = [opened.lexical.scores(opened.segmenter.tokens(question)) for question in asked]
    pairs = list(zip(dense, lexical, strict=True))

    def plain(one: Vectors, other: Vectors) -> object:
        fused = DENSE_WEIGHT * (one - one.mean()) / one.std()
        fused += LEXICAL_WEIGHT * (other - other.mean()) / other.std()
        first = np.argpartition(fused, -TOP_K)[-TOP_K:]
        return first[np.argsort(-fused[first])]

    def ours(one: Vectors, other: Vectors) -> object:
        return best(fuse([(DENSE_WEIGHT, one), (LEXICAL_WEIGHT, other)]), top_k=TOP_K)

    return compare(
        lambda: [ours(*pair) for pair in pairs],
        lambda: [plain(*pair) for pair in pairs],
    )


def encode(_work: Path, options: Options) -> Figures:
    """Vectors of texts as they come, at the library's own size of batches."""
    texts, ours, bare = read_texts(options.sets, ENCODED), SentenceEncoder(), BareEncoder()
    return compare(
        lambda: ours.encode_passages(texts), lambda: bare.encode_passages(texts), rounds=3
    )


def question(work: Path, options: Options) -> Figures:
    """Vectors of questions, one at a time."""
    _, asked = made_up(work, options)
    ours, bare = SentenceEncoder(), BareEncoder()
    return compare(
        lambda: [ours.encode_question(text) for text in asked],
        lambda: [bare.encode_question(text) for text in asked],
        rounds=3,
    )


def build(work: Path, _options: Options) -> Figures:
    """A whole build, from files to an index that serves, and the encoding of the texts that it encoded."""
    encoder, bare = Recorder(), BareEncoder()
    encoder.encode_question(QUESTION)
    started = time.process_time()
    build_index(work / "documents", work / "build", encoder=encoder, full=True)
    between = time.process_time()
    bare.encode_passages(encoder.texts)
    ended = time.process_time()
    return summary([1000 * (between - started)], [1000 * (ended - between)])


def search(work: Path, options: Options) -> Figures:
    """A warm question without reranking, and sentence-transformers' call, in turn question by question."""
    index, asked = made_up(work, options)
    bare = BareEncoder()
    reader = Library(index, encoder=Both(SentenceEncoder()), stages=Stages(rerank=False))
    rows = [
        compare(
            lambda text=text: reader.search(text),  # type: ignore[misc]
            lambda text=text: bare.encode_question(text),  # type: ignore[misc]
            rounds=1,
        )
        for text in asked
    ]
    return summary([row["ours ms"] for row in rows], [row["bare ms"] for row in rows])


def cold_ask(work: Path, _options: Options) -> Figures:
    """A process that answers one question, and one that imports the libraries and loads the model."""
    python, folder = sys.executable, str(default_model.unpacked_folder())
    load = (
        "import sentence_transformers, faiss; "
        f"sentence_transformers.SentenceTransformer({folder!r}, device='cpu', local_files_only=True)"
    )
    ask = [
        python,
        "-m",
        "bearing_qa.cli.main",
        "ask",
        QUESTION,
        "--index",
        str(work / "index"),
    ]
    turns = [(_child_ms(ask), _child_ms([python, "-c", load])) for _ in range(COLD_ROUNDS + 1)][1:]
    return summary([one for one, _ in turns], [other for _, other in turns])


def _child_ms(command: Sequence[str]) -> float:
    """Milliseconds of the processor that a process takes. Raises RuntimeError if it fails."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return 1000 * (usage.ru_utime + usage.ru_stime)


ROWS: dict[str, Callable[[Path, Options], Figures]] = {
    "segment": segment, "bm25": bm25, "faiss flat": faiss_flat, "faiss graph": faiss_graph,
    "fusion": fusion, "encode": encode, "question": question, "build": build, "search": search, "cold ask": cold_ask,
}  # fmt: skip
AGAINST = {
    "segment": "`jieba.cut_for_search`, HMM=False", "bm25": "`bm25s.get_scores` of token numbers",
    "faiss flat": "`IndexFlatIP.search`, k = 10", "faiss graph": "`IndexHNSWSQ.search`, k = 200",
    "fusion": "the formula in numpy", "encode": "`SentenceTransformer.encode`",
    "question": "`SentenceTransformer.encode`, one question",
    "build": "`SentenceTransformer.encode`", "search": "`SentenceTransformer.encode`, one question",
    "cold ask": "imports and loading the model",
}  # fmt: skip
_DOCUMENTS, _MADE_UP = (make_real,), (make_made_up,)
NEEDED = {
    "bm25": _MADE_UP, "fusion": _MADE_UP, "question": _MADE_UP, "search": _MADE_UP,
    "build": _DOCUMENTS, "cold ask": (make_real, make_index),
}  # fmt: skip
