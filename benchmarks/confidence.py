"""Does the corpus answer this question? The model behind ``confidence``, fitted; and the point where answers end.

    python -m benchmarks.confidence SETS [--documents 110] [--work DIR]

SETS is a folder with ``data/cmrc2018`` and ``data/drcd`` (see ``sets``). Asked are the questions on the documents that are
indexed and as many on others, which are to be refused. A logistic regression on the best sentence's closeness, its
coverage and its passage's coverage of the question is fitted on one half of the questions, both kinds weighing the
same; the point is the highest at which no more than MAX_FALSE_REFUSAL of the answerable questions of that half are
refused, by whatever rule. The other half shows what that is worth. The weights printed here stand in
``bearing_qa.search.refusal``.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.answers import unanswerable
from benchmarks.sets import READING_SETS, TUNING, half_of, read_set
from sklearn.linear_model import LogisticRegression

from bearing_qa.evaluation.judgements import Judgement
from bearing_qa.index.build import build_index
from bearing_qa.index.encoder import SentenceEncoder
from bearing_qa.search.answer import find_for
from bearing_qa.search.reader import Reader
from bearing_qa.search.refusal import TOO_FAR, evidence_of

MAX_FALSE_REFUSAL = 0.05
POINTS = tuple(step / 20 for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was answered: what speaks for its best sentence, and whether a rule refused it."""

    evidence: tuple[float, ...]
    by_rule: bool
    answerable: bool
    is_tuning: bool


def ask_all(
    folder: Path, judgements: Sequence[Judgement], encoder: SentenceEncoder
) -> Iterator[Asked]:
    """Each question of a set, asked."""
    reader = Reader(folder, encoder=encoder)
    for judgement in judgements:
        candidates = find_for(reader.index(), encoder, judgement.question).candidates
        answer = reader.ask(judgement.question)
        by_rule = answer.refused and answer.reason != TOO_FAR
        place = judgement.evidence[0].doc_id if judgement.evidence else judgement.id
        yield Asked(
            evidence_of(candidates[0]) if candidates else (0.0, 0.0, 0.0),
            by_rule or not candidates,
            not judgement.unanswerable,
            half_of(place) == TUNING,
        )


def fit(asked: Sequence[Asked]) -> tuple[float, ...]:
    """Bias and weights; both kinds of question weigh the same."""
    features = np.array([item.evidence for item in asked])
    answerable = np.array([item.answerable for item in asked])
    model = LogisticRegression(class_weight="balanced", max_iter=1000).fit(features, answerable)
    return (float(model.intercept_[0]), *map(float, model.coef_[0]))


def probability(item: Asked, weights: Sequence[float]) -> float:
    """What the model says; 0 where a rule refuses."""
    total = weights[0] + sum(w * x for w, x in zip(weights[1:], item.evidence, strict=True))
    return 0.0 if item.by_rule else float(1 / (1 + np.exp(-total)))


def shares(asked: Sequence[Asked], weights: Sequence[float], point: float) -> tuple[float, float]:
    """False refusal and refusal recall where what is below a point is refused."""
    refused = [(item.answerable, probability(item, weights) < point) for item in asked]
    present = [is_refused for answerable, is_refused in refused if answerable]
    absent = [is_refused for answerable, is_refused in refused if not answerable]
    return sum(present) / max(len(present), 1), sum(absent) / max(len(absent), 1)


def main() -> None:
    """Fits, chooses the point, shows the curve on the half that was held back."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--documents", type=int, default=110)
    parser.add_argument("--work", type=Path, help="keeps the indexes, for a quicker next run")
    options = parser.parse_args()
    encoder = SentenceEncoder()
    asked: dict[str, list[Asked]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in READING_SETS:
            work = options.work or Path(scratch)
            target = work / f"{name}-corpus"
            corpus, judgements = read_set(name, options.sets, target, documents=options.documents)
            build_index(corpus, work / name, encoder=encoder)
            every = [*judgements, *unanswerable(name, options.sets, judgements)]
            asked[name] = list(ask_all(work / name, every, encoder))
    tuning = [item for items in asked.values() for item in items if item.is_tuning]
    weights = fit(tuning)
    print("bias, closeness, coverage, around:", ", ".join(f"{weight:.2f}" for weight in weights))
    within = [p for p in POINTS if shares(tuning, weights, p)[0] <= MAX_FALSE_REFUSAL]
    print(f"point: {max(within, default=POINTS[0]):.2f}")
    _show("both sets, fitted half", tuning, weights)
    for name, items in asked.items():
        _show(f"{name}, held back", [item for item in items if not item.is_tuning], weights)


def _show(name: str, asked: Sequence[Asked], weights: Sequence[float]) -> None:
    print(f"\n{name} ({len(asked)})\npoint   false refusal   refusal recall")
    for point in POINTS:
        false, recall = shares(asked, weights, point)
        print(f"{point:>5.2f}{false:>16.3f}{recall:>17.3f}", flush=True)


if __name__ == "__main__":
    main()
