"""Rankings that a tool handed back → figures, by the product's own evaluation: one scorer for all."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.handover import Item

from bearing_qa.answer.citations import quote_hit
from bearing_qa.answer.library import Library
from bearing_qa.document.ingest import read_corpus
from bearing_qa.evaluation.compare import difference
from bearing_qa.evaluation.judgements import Judgement
from bearing_qa.evaluation.run import evaluate, passage_id
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, Hit, Parsed, Passage

FIGURES = ("nDCG@10", "hit@1", "hit@3", "hit@10", "MRR@10")
Scored = dict[str, dict[str, float]]
"""Each figure of each question that the corpus answers, by the question's id."""


class Ranked(Library):
    """Gives the passages that a tool ranked, from an index of the same passages; it answers nothing."""

    def __init__(self, folder: Path, rankings: Mapping[str, Sequence[str]]) -> None:
        """``rankings`` are ids of passages by question, in its own words."""
        super().__init__(folder)
        index = self.index()
        rows = range(index.size)
        self._rows = {passage_id(index.catalogue.passage(row)): row for row in rows}
        self._rankings = rankings

    def rank(
        self, text: str, *, top_k: int, scope: Scope = EVERYTHING, index: Index | None = None
    ) -> list[tuple[Passage, float]]:
        """See Library; without scores."""
        passage = self.index().catalogue.passage
        return [(passage(self._rows[name]), 0.0) for name in self._rankings.get(text, ())[:top_k]]

    def ask(
        self,
        question: str,
        *,
        top_k: int = 5,
        scope: Scope = EVERYTHING,
        index: Index | None = None,
        is_read_twice: bool = True,
    ) -> Answer:
        """A refusal with the passages. Raises KeyError for one that is not in the index."""
        hits = [Hit(self._rows[name], 0.0) for name in self._rankings[question][:top_k]]
        passages = tuple(quote_hit(self.index(), hit) for hit in hits)
        return Answer(question, "", True, "", 0.0, (), passages)


def passages_of(corpus: Path) -> list[Item]:
    """The passages that the product cuts a corpus into, in its order: heading path, then the text."""
    items = []
    for parsed in read_corpus(corpus):
        if not isinstance(parsed, Parsed):
            continue
        for passage in parsed.passages:
            text = parsed.document.text[passage.start : passage.end]
            items.append(Item(passage_id(passage), f"{passage.context}\n{text}"))
    return items


def scored(
    folder: Path, judgements: Sequence[Judgement], rankings: Mapping[str, Sequence[str]]
) -> Scored:
    """Figures of rankings by id of question, over the product's index in ``folder``."""
    by_words = {judgement.question: rankings[judgement.id] for judgement in judgements}
    records = evaluate(Ranked(folder, by_words), judgements).questions
    return {
        record["id"]: {name: record["figures"][name] for name in FIGURES}
        for record in records
        if FIGURES[0] in record["figures"]
    }


def means(questions: Scored, ids: Collection[str]) -> dict[str, float]:
    """Each figure's mean over the questions of a part."""
    part = [figures for name, figures in questions.items() if name in ids]
    return {name: round(statistics.fmean(f[name] for f in part), 4) for name in FIGURES}


def lead(ours: Scored, theirs: Scored, ids: Collection[str]) -> dict[str, Any]:
    """For nDCG@10 and hit@1: how much more ours is than theirs, and its paired 95 % interval."""
    names = sorted(name for name in ours if name in ids)
    found = {}
    for figure in ("nDCG@10", "hit@1"):
        pair = [[side[name][figure] for name in names] for side in (theirs, ours)]
        gap = difference(*pair)
        found[figure] = [round(value, 4) for value in (gap.value, gap.low, gap.high)]
    return found
