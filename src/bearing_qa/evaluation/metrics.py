"""Figures of a run. Rank figures come from ir-measures; ours are pure functions with their formula.

Questions without an answer in the corpus count in the refusal figures only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import ir_measures
import numpy as np
from ir_measures import AP, RR, R, Success, nDCG

from bearing_qa.evaluation.judgements import Judgement, comparable
from bearing_qa.types import Score

RANK_MEASURES = {
    "hit@1": Success @ 1,
    "hit@3": Success @ 3,
    "hit@5": Success @ 5,
    "hit@10": Success @ 10,
    "recall@10": R @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
    "MAP": AP,
}
"""Names as shown, and the measure of ir-measures that each is."""

RESAMPLES = 2000
"""Bootstrap resamples (Efron & Tibshirani 1993); more does not move the second decimal."""
MAX_ANSWER_CHARS = 160
MAX_ANSWER_RATIO = 3
"""An answer longer than both is no short answer, whatever it holds."""

Qrels = Mapping[str, Mapping[str, int]]
Run = Mapping[str, Mapping[str, float]]


def rank_figures(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """Each measure's value by question, for the questions that have a judgement."""
    found: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in RANK_MEASURES}
    names = {str(measure): name for name, measure in RANK_MEASURES.items()}
    for metric in ir_measures.iter_calc(RANK_MEASURES.values(), qrels, run):
        found[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return found


def holds(evidence: str, text: str) -> bool:
    """Whether a quote lies inside a text, blanks and width aside."""
    return comparable(evidence) in comparable(text)


def all_evidence(judgement: Judgement, texts: Sequence[str]) -> bool:
    """Whether every needed quote (any one, where one is enough) lies inside one of the texts."""
    found = [any(holds(quote, text) for text in texts) for quote in judgement.evidence]
    return any(found) if judgement.any_evidence else all(found)


def some_evidence(judgement: Judgement, texts: Sequence[str]) -> bool:
    """Whether a quote lies inside one of the texts."""
    return any(holds(quote, text) for quote in judgement.evidence for text in texts)


def is_right(judgement: Judgement, answer: str) -> bool:
    """Whether an answer has one spelling of every key and is short.

    A key that begins or ends with a digit does not match inside a longer number.
    """
    limit = max(MAX_ANSWER_CHARS, MAX_ANSWER_RATIO * len(judgement.answer))
    said = comparable(answer)
    return len(answer) <= limit and all(
        any(_has_key(key, said) for key in group) for group in judgement.answer_keys
    )


def _has_key(key: str, said: str) -> bool:
    key = comparable(key)
    before = r"(?<![\d.])" if key[:1].isdigit() else ""
    after = r"(?!\d|\.\d)" if key[-1:].isdigit() else ""
    return bool(key) and re.search(before + re.escape(key) + after, said) is not None


def score(values: Sequence[float]) -> Score:
    """Mean with its 95 % bootstrap interval (percentile method, fixed seed)."""
    data = np.asarray(values, np.float64)
    if not len(data):
        return Score(float("nan"), float("nan"), float("nan"), 0)
    picks = np.random.default_rng(0).integers(0, len(data), (RESAMPLES, len(data)))
    low, high = np.percentile(data[picks].mean(axis=1), [2.5, 97.5])
    return Score(float(data.mean()), float(low), float(high), len(data))
