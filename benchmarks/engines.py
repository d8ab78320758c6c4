"""Which engine for BM25: bm25s (kept) against tantivy, on the same tokens, small and large.

    python -m benchmarks.engines SETS [--passages 10000,300000] [--work DIR]

Passages are synthetic but realistic: token lists of the texts in ``SETS/data/*/corpus.jsonl`` (cut at 350
characters, by the product's Segmenter), drawn with replacement; each takes the first part of one text
and the last part of another, so that few are the same. Questions are those of the sets. tantivy gets the
tokens joined by blanks, with its whitespace analyser, and scores by BM25 too. It is no dependency of the
product: ``pip install tantivy``. Each step runs in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bearing_qa.language.segment import Segmenter
from bearing_qa.store.lexical import LexicalIndex

TEXTS = 4000
"""Texts that passages are drawn from, spread over all sets."""
MAX_CHARS = 350
"""Characters of a passage, as in the product."""
QUESTIONS = 200
TOP_K = 10

Search = Callable[[list[str]], object]


def passages(texts: Sequence[Sequence[str]], count: int) -> Iterator[list[str]]:
    """``count`` token lists made of two parts of texts, the same in every run."""
    draw = random.Random(0)
    for _ in range(count):
        one, other = draw.choice(texts), draw.choice(texts)
        cut = draw.random()
        yield [*one[: int(cut * len(one))], *other[int(cut * len(other)) :]]


def read_tokens(sets: Path) -> tuple[list[list[str]], list[list[str]]]:
    """Token lists of texts and of questions, spread over the sets."""
    cut = Segmenter().tokens
    texts: list[str] = []
    asked: list[str] = []
    for path in sorted(sets.glob("data/*/corpus.jsonl")):
        texts += [json.loads(line)["text"][:MAX_CHARS] for line in path.open(encoding="utf-8")]
        queries = path.with_name("queries.jsonl")
        if queries.is_file():
            asked += [json.loads(line)["text"] for line in queries.open(encoding="utf-8")]
    chosen = (
        items[:: max(1, len(items) // n)][:n] for items, n in ((texts, TEXTS), (asked, QUESTIONS))
    )
    kept, questions = (
        [[token.replace("\u2009", "_") for token in cut(text)] for text in part] for part in chosen
    )  # the mark of character tokens is a blank to the whitespace analyser
    return kept, questions


def build_bm25s(folder: Path, texts: Sequence[Sequence[str]], count: int) -> None:
    """The product's index."""
    LexicalIndex.build(list(passages(texts, count))).save(folder)


def open_bm25s(folder: Path) -> Search:
    """The product's index, memory-mapped; the scores of all rows, then the best."""
    index = LexicalIndex.load(folder)

    def search(tokens: list[str]) -> object:
        scores = index.scores(tokens)
        first = np.argpartition(-scores, TOP_K)[:TOP_K]
        return first[np.argsort(-scores[first])]

    return search


def build_tantivy(folder: Path, texts: Sequence[Sequence[str]], count: int) -> None:
    """One field, not stored, with frequencies; one thread, merged segments left as they come."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field(
        "text", tokenizer_name="whitespace", index_option="freq"
    )
    writer = tantivy.Index(schema.build(), path=str(folder)).writer(512_000_000, 1)
    for tokens in passages(texts, count):
        writer.add_document(tantivy.Document(text=" ".join(tokens)))
    writer.commit()
    writer.wait_merging_threads()


def open_tantivy(folder: Path) -> Search:
    """The index with its searcher; any of the tokens may match."""
    import tantivy

    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    schema = index.schema

    def search(tokens: list[str]) -> object:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", token, "freq"))
            for token in dict.fromkeys(tokens)
        ]
        return searcher.search(tantivy.Query.boolean_query(terms), TOP_K).hits

    return search


ENGINES: dict[str, tuple[Callable[..., None], Callable[[Path], Search]]] = {
    "bm25s": (build_bm25s, open_bm25s),
    "tantivy": (build_tantivy, open_tantivy),
}


def measure_build(folder: Path, name: str, count: int, texts: Any) -> dict[str, float]:
    """Seconds and MB of memory that a build takes, and MB on disk."""
    started = time.perf_counter()
    ENGINES[name][0](folder, texts, count)
    taken = time.perf_counter() - started
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"build s": taken, "build MB": _peak_mb(), "disk MB": size / 1e6}


def measure_search(folder: Path, name: str, questions: Any) -> dict[str, float]:
    """Seconds to open, MB that opening and searching add, milliseconds a question."""
    before = _resident_mb()
    started = time.perf_counter()
    search = ENGINES[name][1](folder)
    opened = time.perf_counter() - started
    search(questions[0])
    taken = []
    for tokens in questions:
        started = time.perf_counter()
        search(tokens)
        taken.append(1000 * (time.perf_counter() - started))
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    return {"open s": opened, "resident MB": _resident_mb() - before, "p50 ms": p50, "p95 ms": p95}


def status_mb(key: str) -> float:
    """MB of a line of the process's own status: VmRSS:, VmHWM:, RssAnon:."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key)) / 1000


def _peak_mb() -> float:
    return status_mb("VmHWM:")


def _resident_mb() -> float:
    """Memory of the process, mapped files' pages that it has read included."""
    return status_mb("VmRSS:")


def main() -> None:
    """Prints a row for each engine and size, and bm25s as a ratio of tantivy."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument(
        "--passages", default="10000,300000", help="a million take the build of bm25s beyond 8 GB"
    )
    parser.add_argument(
        "--work", type=Path, help="where the indexes are made; a new folder if none"
    )
    options = parser.parse_args()
    try:
        import tantivy  # noqa: F401
    except ImportError:
        parser.exit(1, "tantivy is not installed, and this compares with it: pip install tantivy\n")
    texts, questions = read_tokens(options.sets)
    print(
        f"{len(texts)} texts, {sum(map(len, texts)) / len(texts):.0f} tokens each, {len(questions)} questions"
    )
    for count in map(int, options.passages.split(",")):
        rows: dict[str, dict[str, float]] = {}
        with tempfile.TemporaryDirectory(dir=options.work) as scratch:
            for name in ENGINES:
                folder = Path(scratch) / name
                folder.mkdir()
                rows[name] = in_own_process(measure_build, folder, name, count, texts)
                rows[name] |= in_own_process(measure_search, folder, name, questions)
        rows["bm25s / tantivy"] = {k: rows["bm25s"][k] / v for k, v in rows["tantivy"].items()}
        print(f"\n{f'{count:,} passages':<20}" + "".join(f"{key:>12}" for key in rows["bm25s"]))
        for name, row in rows.items():
            print(f"{name:<20}" + "".join(f"{value:>12.2f}" for value in row.values()))


def in_own_process(function: Callable[..., Any], *values: Any) -> Any:
    """What a function returns when a fresh process calls it."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, values)


if __name__ == "__main__":
    main()
