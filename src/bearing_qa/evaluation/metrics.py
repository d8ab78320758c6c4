"""Figures of a run. Rank figures come from ir-measures; ours are pure functions with their formula.

Questions that the corpus does not answer count in the refusal figures only; questions without any
judgement count in none. A refusal on an answerable question is a wrong answer without citations; its
passages are ranked all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import ir_measures
import numpy as np
from ir_measures import AP, RR, R, Success, nDCG

from bearing_qa.answer.guard import unsupported_numbers, without_marks
from bearing_qa.evaluation.evidence import Slice, Unit
from bearing_qa.evaluation.judgements import Judgement, comparable
from bearing_qa.language.numbers import digit_strings
from bearing_qa.types import Citation, Score

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
ORDER = (
    *RANK_MEASURES,
    "all@5",
    "cited",
    "citation precision",
    "citation recall",
    "answer",
    "number faithfulness",
    "refusal recall",
    "refusal precision",
    "false refusal",
)
"""All figures in the order in which they are shown."""
LOWER_IS_BETTER = frozenset({"false refusal"})

RESAMPLES = 2000
"""Bootstrap resamples (Efron & Tibshirani 1993); more does not move the second decimal."""
MAX_ANSWER_CHARS = 160
MAX_ANSWER_RATIO = 3
"""An answer longer than both is no short answer, whatever it holds."""

SCORE_DIGITS = 6
"""Decimals of a score in a run file."""
SCORE_STEP = 10**-SCORE_DIGITS

Qrels = Mapping[str, Mapping[str, int]]
Run = Mapping[str, Mapping[str, float]]


def ranked_scores(items: Mapping[str, float]) -> dict[str, float]:
    """Items in their ranking with scores that fall from one to the next, as a run file can write them.

    Of equal scores each provider of a measure makes an order of its own; none is left to make.
    """
    scores: dict[str, float] = {}
    least = float("inf")
    for name, score in items.items():
        least = round(min(score, least - SCORE_STEP), SCORE_DIGITS)
        scores[name] = least
    return scores


def rank_figures(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """Each measure's value by question, for the questions that have a judgement; 0 where nothing was found."""
    found: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in RANK_MEASURES}
    names = {str(measure): name for name, measure in RANK_MEASURES.items()}
    for metric in ir_measures.iter_calc(RANK_MEASURES.values(), qrels, run):
        found[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return found


def all_evidence(
    units: Sequence[Unit], of_evidence: Sequence[int], shown: Sequence[bool], *, any_: bool
) -> float:
    """all-evidence@k: 1 if every unit (of one piece of evidence, where any will do) is shown.

    ``shown[i]`` says whether one of the first k passages shows ``units[i]``, which comes from evidence
    ``of_evidence[i]``.
    """
    if not units:
        return 0.0
    if not any_:
        return float(all(shown))
    whole = {
        number: all(s for s, n in zip(shown, of_evidence, strict=True) if n == number)
        for number in set(of_evidence)
    }
    return float(any(whole.values()))


def citation_precision(citations: Sequence[Citation], units: Sequence[Unit]) -> float:
    """Cited characters that are in judged places / cited characters (union of spans, blanks too)."""
    cited = _characters(Slice(c.doc_id, c.start, c.end) for c in citations)
    judged = _characters(place for unit in units for place in unit.places)
    return len(cited & judged) / len(cited) if cited else 0.0


def citation_recall(
    citations: Sequence[Citation], units: Sequence[Unit], *, any_: bool = False
) -> float:
    """Mean over units (the best of them, where any will do) of the share of a unit's best-covered place
    that is cited."""
    cited = _characters(Slice(c.doc_id, c.start, c.end) for c in citations)
    shares = [
        max(len(cited & _characters([place])) / (place.end - place.start) for place in unit.places)
        for unit in units
    ]
    if not shares:
        return 0.0
    return float(max(shares) if any_ else np.mean(shares))


def _characters(places: Iterable[Slice]) -> set[tuple[str, int]]:
    return {(p.doc_id, at) for p in places for at in range(p.start, p.end)}


def number_faithfulness(answer: str, citations: Sequence[Citation]) -> float | None:
    """Figures of an answer that are in a cited span / all its figures; None without figures."""
    said = digit_strings(without_marks(answer))
    if not said:
        return None
    wrong = unsupported_numbers(answer, spans=(citation.text for citation in citations))
    return 1 - len(wrong) / len(said)


def is_right(judgement: Judgement, answer: str) -> bool:
    """Whether an answer has one spelling of every key (of the expected answer, without keys) and is short.

    A key that begins or ends with a digit does not match inside a longer number.
    """
    limit = max(MAX_ANSWER_CHARS, MAX_ANSWER_RATIO * len(judgement.answer))
    said = comparable(answer)
    groups = judgement.answer_keys or ((judgement.answer,),)
    return len(answer) <= limit and all(
        any(_has_key(key, said) for key in group) for group in groups
    )


def _has_key(key: str, said: str) -> bool:
    key = comparable(key).rstrip("。.")
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
