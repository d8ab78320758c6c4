"""Lay legal questions on all 58,315 articles of stard_law: what BM25 finds, and fusion among what BM25 names.

    python -m benchmarks.statutes SETS [--named 100] [--work DIR]

Encoding every article takes hours on two cores. So the index is built with made-up vectors, BM25 ranks
every article as ever, and only the ``--named`` best of each question are encoded and fused with the product's weights. An
article that only its vector would find is missed here: the fused figures are a lower bound. Spread and mean of the cosines
are those of every article that was encoded. Asked are the questions of the dev split; nothing was chosen by them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from benchmarks.results import append, result
from benchmarks.runs import ROOT
from benchmarks.sets import statute_set
from benchmarks.synthetic import SyntheticEncoder

from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder, Vectors
from bearing_qa.evaluation.compare import difference
from bearing_qa.evaluation.judgements import Judgement
from bearing_qa.language.segment import characters, normalise
from bearing_qa.search.fusion import standardise
from bearing_qa.search.retrieve import DENSE_WEIGHT, LEXICAL_WEIGHT
from bearing_qa.search.understand import understand
from bearing_qa.store.disk import Index, open_index
from bearing_qa.store.indexed_text import indexed_text
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.scores import places_of_best

RESULTS = Path(__file__).parent / "figures" / "statutes.jsonl"
EVERY = 10**9
FIRST = 10

Ranked = Mapping[str, Sequence[str]]
"""Question id → ids of articles, best first, once each."""


def lexical_scores(index: Index, judgements: Sequence[Judgement]) -> dict[str, Vectors]:
    """BM25 as kept, of every row, for each question."""
    found = {}
    for judgement in judgements:
        question = understand(index, judgement.question)
        found[judgement.id] = index.lexical.scores(question.tokens, added=question.added)
    return found


def character_scores(index: Index, judgements: Sequence[Judgement]) -> dict[str, Vectors]:
    """BM25 over characters and bigrams alone, of every row, for each question."""
    texts = (characters(normalise(_text(index, row))) for row in range(index.size))
    lexical = LexicalIndex.build(texts)
    return {j.id: lexical.scores(characters(normalise(j.question))) for j in judgements}


def dense_scores(
    index: Index, judgements: Sequence[Judgement], named: Mapping[str, Sequence[int]]
) -> tuple[dict[str, Vectors], list[int]]:
    """Cosines of the rows that any question names, for each question; those rows."""
    encoder = SentenceEncoder()
    rows = sorted({row for own in named.values() for row in own})

    def progress(done: int, total: int) -> None:
        print(f"\r{done}/{total} articles encoded", end="\n" if done == total else "", flush=True)

    vectors = encoder.encode_passages([_text(index, row) for row in rows], progress=progress)
    return {j.id: vectors @ encoder.encode_question(j.question) for j in judgements}, rows


def fused(
    scores: Mapping[str, Vectors], cosines: Mapping[str, Vectors], rows: Sequence[int]
) -> dict[str, Vectors]:
    """The product's weighted sum of standardised scores; rows that were not encoded last."""
    found = {}
    for name, own in scores.items():
        whole = np.full(len(own), -np.inf, np.float32)
        sums = DENSE_WEIGHT * standardise(cosines[name]) + LEXICAL_WEIGHT * standardise(own)[rows]
        whole[rows] = sums
        found[name] = whole
    return found


def ranked(index: Index, scores: Mapping[str, Vectors]) -> Ranked:
    """Articles by their best row."""
    articles = [index.catalogue.passage(row).doc_id for row in range(index.size)]
    return {
        name: list(dict.fromkeys(articles[row] for row in places_of_best(own, 10 * FIRST)))
        for name, own in scores.items()
    }


def hits(found: Ranked, judgements: Sequence[Judgement], depth: int) -> list[float]:
    """1 for each question of which a judged article is among the first ``depth``, else 0."""
    judged = {j.id: {e.doc_id for e in j.evidence} for j in judgements}
    return [float(bool(judged[j.id] & set(found[j.id][:depth]))) for j in judgements]


def _text(index: Index, row: int) -> str:
    passage = index.catalogue.passage(row)
    parsed = index.catalogue.parsed(passage.doc_id)
    return indexed_text(parsed.document.text if parsed else "", passage)


def measure(
    index: Index, judgements: Sequence[Judgement], *, count: int
) -> dict[str, dict[str, object]]:
    """hit@1, hit@3 and hit@10 of each way, printed, with what fusion wins over characters alone (95 %)."""
    own = lexical_scores(index, judgements)
    named = {name: places_of_best(values, count).tolist() for name, values in own.items()}
    cosines, rows = dense_scores(index, judgements, named)
    ways = {
        "BM25 characters": ranked(index, character_scores(index, judgements)),
        "BM25 as kept": ranked(index, own),
        "fused": ranked(index, fused(own, cosines, rows)),
    }
    figures: dict[str, dict[str, object]] = {}
    before = {depth: hits(ways["BM25 characters"], judgements, depth) for depth in (1, 3, FIRST)}
    for name, found in ways.items():
        figures[name] = {}
        for depth in (1, 3, FIRST):
            after = hits(found, judgements, depth)
            won = difference(before[depth], after)
            figures[name][f"hit@{depth}"] = round(float(np.mean(after)), 4)
            figures[name][f"hit@{depth} won"] = [
                round(v, 4) for v in (won.value, won.low, won.high)
            ]
        print(f"{name:<18}", figures[name], flush=True)
    return figures


def main() -> None:
    """Builds, asks, keeps the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--named", type=int, default=100, help="articles encoded a question")
    parser.add_argument("--articles", type=int, default=EVERY, help="fewer, for a quick look")
    parser.add_argument("--work", type=Path, help="keeps the index, for a quicker next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        source = options.sets / "data" / "stard_law"
        corpus, judgements = statute_set(source, work / "corpus", documents=options.articles)
        build_index(corpus, work / "index", encoder=SyntheticEncoder())
        index = open_index(work / "index")
        figures = measure(index, judgements, count=options.named)
        settings = {"articles": len(index.catalogue.entries), "named": options.named}
        append(RESULTS, result(settings, figures, root=ROOT))


if __name__ == "__main__":
    main()
