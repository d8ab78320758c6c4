"""What each part of retrieval gives, on public sets: tables, with paired intervals.

    python -m benchmarks.retrieval SETS [--documents 160] [--only speech,drcd] [--compare] [--work DIR]

SETS is a folder with ``gold/`` and ``data/`` (see ``sets``). Each stage is compared with the best single
leg: a stage that does not earn its place shows here. Then the time of a warm question is given as a
multiple of the encoder's share of it. A line for each set with its figures is appended to ``--results``.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.runs import run_sets
from benchmarks.sets import NAMES, parts_of

from bearing_qa.answer.citations import quote_hit
from bearing_qa.answer.library import Library
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.evaluation.compare import difference
from bearing_qa.evaluation.judgements import Judgement
from bearing_qa.evaluation.run import Evaluation, evaluate
from bearing_qa.language.segment import characters, normalise
from bearing_qa.search.fusion import best
from bearing_qa.search.retrieve import Stages
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.store.indexed_text import indexed_text
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, Citation, Passage

RESULTS = Path(__file__).parent / "figures" / "retrieval.jsonl"
STAGES = {
    "BM25 as kept": Stages(dense=False, rerank=False),
    "vectors": Stages(lexical=False, rerank=False),
    "fused": Stages(rerank=False),
    "fused + reranked": Stages(),
}
LEGS = ("BM25 words", "BM25 characters", "BM25 as kept", "vectors")
"""Rows of the table that are a single leg; the best of them is what the others are compared with."""
FIGURES = ("nDCG@10", "hit@1", "hit@3", "hit@10", "MRR@10")
COMPARED = ("nDCG@10", "hit@1")
TIMED = 60
"""Questions whose parts are timed, spread over the set; the median of fewer wavers."""

Tokens = Callable[[str], list[str]]


class LexicalReader(Library):
    """Ranks by BM25 over one kind of tokens alone; it answers nothing."""

    def __init__(self, folder: Path, tokens: Tokens) -> None:
        super().__init__(folder)
        self._tokens = tokens
        index = self.index()
        self._lexical = LexicalIndex.build([tokens(text) for text in _texts(index)])

    def rank(
        self, text: str, *, top_k: int, scope: Scope = EVERYTHING, index: Index | None = None
    ) -> list[tuple[Passage, float]]:
        """See Library; the scope and a held version are not looked at."""
        hits = best(self._lexical.scores(self._tokens(text)), top_k=top_k)
        return [(self.index().catalogue.passage(hit.row), hit.score) for hit in hits]

    def search(self, text: str, *, top_k: int = 10, scope: Scope = EVERYTHING) -> list[Citation]:
        """See Library."""
        hits = best(self._lexical.scores(self._tokens(text)), top_k=top_k)
        return [quote_hit(self.index(), hit) for hit in hits]

    def ask(
        self,
        question: str,
        *,
        top_k: int = 5,
        scope: Scope = EVERYTHING,
        index: Index | None = None,
        is_read_twice: bool = True,
    ) -> Answer:
        """A refusal with the passages."""
        passages = tuple(self.search(question, top_k=top_k))
        return Answer(question, "", True, "", 0.0, (), passages)


def _texts(index: Index) -> Iterator[str]:
    """What each row is indexed by."""
    for doc_id in index.catalogue.doc_ids():
        parsed = index.catalogue.parsed(doc_id)
        for passage in parsed.passages if parsed else ():
            yield indexed_text(parsed.document.text if parsed else "", passage)


def measure(
    folder: Path, judgements: Sequence[Judgement], encoder: SentenceEncoder
) -> Iterator[tuple[str, Evaluation]]:
    """The evaluation of the two pure BM25 legs and of each of STAGES."""
    segmenter = Library(folder).index().segmenter
    pure: dict[str, Tokens] = {
        "BM25 words": segmenter.words,
        "BM25 characters": lambda text: characters(normalise(text)),
    }
    for name, tokens in pure.items():
        yield name, evaluate(LexicalReader(folder, tokens), judgements)
    for name, stages in STAGES.items():
        yield name, evaluate(Library(folder, encoder=encoder, stages=stages), judgements)


def table(runs: dict[str, Evaluation], ids: set[str]) -> dict[str, Any]:
    """Figures of every row over some of the questions, printed."""
    records = {
        name: {r["id"]: r for r in run.questions if r["id"] in ids and "hit@1" in r["figures"]}
        for name, run in runs.items()
    }
    means = {
        name: {figure: _mean(part, figure) for figure in FIGURES} for name, part in records.items()
    }
    top = max(LEGS, key=lambda leg: means[leg][FIGURES[0]])
    print(
        f"{f'{len(records[top])} questions':<18}"
        + "".join(f"{figure:>9}" for figure in FIGURES)
        + "   p50 ms   "
        + ", ".join(COMPARED)
        + f" over {top} (95 %)"
    )
    rows: dict[str, Any] = {}
    for name, values in means.items():
        p50 = statistics.median(r["elapsed_ms"] for r in records[name].values())
        against = {f: _over(records[top], records[name], f) for f in COMPARED if name not in LEGS}
        shown = "   ".join(f"{d[0]:+.3f} ({d[1]:+.3f} … {d[2]:+.3f})" for d in against.values())
        figures = "".join(f"{value:>9.3f}" for value in values.values())
        print(f"{name:<18}{figures}{p50:>9.1f}   {shown}")
        rows[name] = values | {"p50 ms": round(p50, 1)}
        rows[name] |= {f"{figure} over {top}": list(d) for figure, d in against.items()}
    return rows


def _mean(records: dict[str, Any], figure: str) -> float:
    return round(statistics.fmean(r["figures"][figure] for r in records.values()), 4)


def _over(before: dict[str, Any], after: dict[str, Any], name: str) -> tuple[float, float, float]:
    """Difference of a figure on the same questions, with its paired bootstrap interval."""
    pairs = [(r["figures"][name], after[id_]["figures"][name]) for id_, r in before.items()]
    found = difference(*zip(*pairs, strict=True))
    return round(found.value, 4), round(found.low, 4), round(found.high, 4)


def speed(folder: Path, questions: Sequence[str], encoder: SentenceEncoder) -> dict[str, float]:
    """Median ms of the bare encoder call and of a warm question, in turn on the same questions."""
    plain = Library(folder, encoder=encoder, stages=Stages(rerank=False))
    whole = Library(folder, encoder=encoder)
    calls: dict[str, Callable[[str], object]] = {
        "encode_question": encoder.encode_question,
        "search, fused": plain.search,
        "search, reranked": whole.search,
        "ask, fused": plain.ask,
        "ask, reranked": whole.ask,
    }
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call(questions[0])  # what is loaded once is no question's time
    for question in questions:
        for name, call in calls.items():
            started = time.perf_counter()
            call(question)
            taken[name].append(1000 * (time.perf_counter() - started))
    p50 = {name: statistics.median(values) for name, values in taken.items()}
    bare = p50["encode_question"]
    for name, value in p50.items():
        print(f"{name:<18}{value:>9.1f} ms   {value / bare:.2f} times the encoder", flush=True)
    ratios = {f"{name} / encode_question": round(v / bare, 2) for name, v in p50.items()}
    return {"encode_question ms": round(bare, 1)} | ratios


def report(
    name: str,
    folder: Path,
    judgements: list[Judgement],
    _options: argparse.Namespace,
    encoder: SentenceEncoder,
) -> dict[str, Any]:
    """Prints the tables and the speed of one set; its figures."""
    runs = dict(measure(folder, judgements, encoder))
    figures: dict[str, Any] = {}
    for part, ids in parts_of(name, judgements).items():
        print(f"\n{name}, {part}")
        figures[part] = table(runs, ids)
    step = max(1, len(judgements) // TIMED)
    figures["speed"] = speed(folder, [j.question for j in judgements[::step]][:TIMED], encoder)
    return figures


def main() -> None:
    """Measures the named sets."""
    run_sets(__doc__ or "", report, names=NAMES, documents=160, results=RESULTS)


if __name__ == "__main__":
    main()
