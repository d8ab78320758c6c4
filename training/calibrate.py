"""Fits what turns the reader's logits into an order and a confidence, and shows what each choice of units gives.

    python -m training.calibrate READINGS.jsonl

READINGS is what ``training.readings`` wrote of the tuning documents. The order is a linear model of a candidate's
logits, its retrieval score and its kind, fitted by a softmax over the candidates of a question (ListNet, Cao et al.
2007); the confidence a logistic model of "the best candidate has some of the answer" (Platt 1999). Every figure is of
documents that its weights were not fitted on (``FOLDS`` parts by document); the constants are fitted on all.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from training.figures import auc

FOLDS = 5
DECAY = 1e-3
"""Weight of the squares of the weights in both losses."""
STEPS = 60
FALSE_REFUSALS = (0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2)
GAPS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
KINDS = ("list", "digest", "row", "front")

Line = dict[str, Any]
Array = npt.NDArray[np.float64]


def order_features(candidate: Line) -> list[float]:
    """What orders a candidate: three logits, the retrieval score, its kind."""
    own = [candidate["relevance"], candidate["answerable"], evidence(candidate), candidate["fused"]]
    return own + [float(candidate["kind"] == kind) for kind in KINDS]


def evidence(candidate: Line) -> float:
    """That of the unit which says most."""
    return float(max(e for e, _ in candidate["units"]))


def confidence_features(best: Line) -> list[float]:
    """What tells whether the best candidate answers: its logits."""
    return [best["answerable"], best["relevance"], evidence(best)]


def fit(loss: Callable[[torch.Tensor], torch.Tensor], size: int) -> Array:
    """Weights, shape (size,), that make a convex loss least."""
    weights = torch.zeros(size, dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        solver.zero_grad()
        value = loss(weights) + DECAY * (weights**2).sum()
        torch.autograd.backward(value)
        return value

    solver.step(step)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy())


def fit_order(lines: Sequence[Line]) -> Array:
    """Weights of ``order_features``."""
    groups = []
    for line in lines:
        shares = np.array([c["share"] for c in line["candidates"]])
        if not line["none"] and shares.sum() > 0:
            rows = torch.tensor([order_features(c) for c in line["candidates"]]).double()
            groups.append((rows, torch.tensor(shares**2 / (shares**2).sum()).double()))

    def loss(weights: torch.Tensor) -> torch.Tensor:
        each = [-(want * (rows @ weights).log_softmax(0)).sum() for rows, want in groups]
        return torch.stack(each).mean()

    return fit(loss, len(order_features(lines[0]["candidates"][0])))


def in_order(line: Line, weights: Array) -> list[Line]:
    """Candidates by their weighted features, best first."""
    return sorted(line["candidates"], key=lambda c: -float(np.dot(order_features(c), weights)))


def fit_confidence(lines: Sequence[Line], order: Array) -> Array:
    """Bias and weights of ``confidence_features``."""
    tops = [in_order(line, order) for line in lines]
    rows = torch.tensor([[1.0, *confidence_features(own[0])] for own in tops]).double()
    right = torch.tensor(
        [float(not x["none"] and own[0]["share"] > 0) for x, own in zip(lines, tops, strict=True)]
    ).double()

    def loss(weights: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(rows @ weights, right)

    return fit(loss, rows.shape[1])


def folds(lines: Sequence[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Lines to fit on and lines to measure on, by document."""
    part = [zlib.crc32(line["doc"].encode()) % FOLDS for line in lines]
    return [
        (
            [x for x, p in zip(lines, part, strict=True) if p != fold],
            [x for x, p in zip(lines, part, strict=True) if p == fold],
        )
        for fold in range(FOLDS)
    ]


def hits(ordered: Sequence[Sequence[Line]]) -> tuple[float, float]:
    """Shares of questions whose first candidate, or one of the first three, has some of the answer."""
    first = [bool(own[0]["share"]) for own in ordered]
    third = [any(c["share"] for c in own[:3]) for own in ordered]
    return round(float(np.mean(first)), 3), round(float(np.mean(third)), 3)


def show_units(ordered: Sequence[Sequence[Line]], kinds: Sequence[str]) -> None:
    """Prints precision and recall of the units within a gap of the best one, of right first candidates of some kinds."""
    right = [own[0] for own in ordered if own[0]["share"] and own[0]["kind"] in kinds]
    best = [max(c["units"])[1] for c in right]
    print(
        f"units of {len(right)} right {'/'.join(kinds)}: the best one says it {np.mean(best or [0]):.3f}"
    )
    for gap in GAPS:
        own = [[(e >= evidence(c) - gap, bool(g)) for e, g in c["units"]] for c in right]
        chosen, said = sum(c for u in own for c, _ in u), sum(g for u in own for _, g in u)
        both = sum(c and g for u in own for c, g in u)
        some = np.mean([any(c and g for c, g in u) for u in own] or [False])
        print(
            f"  gap {gap}: precision {both / max(chosen, 1):.3f}, recall {both / max(said, 1):.3f}, "
            f"some {some:.3f}, {chosen / max(len(right), 1):.1f} units"
        )


def main() -> None:
    """Fits and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readings", type=Path)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.readings.read_text("utf-8").splitlines()]
    lines = [row for row in rows if row["candidates"]]
    told: list[tuple[Line, list[Line], float]] = []
    for learned, measured in folds(lines):
        order = fit_order(learned)
        sure = fit_confidence(learned, order)
        for line in measured:
            own = in_order(line, order)
            told.append((line, own, float(np.dot([1.0, *confidence_features(own[0])], sure))))
    asked = [(line, own, sure) for line, own, sure in told if not line["none"]]
    reachable = np.mean([any(c["share"] for c in line["candidates"]) for line, _, _ in asked])
    by_fused = [sorted(line["candidates"], key=lambda c: -c["fused"]) for line, _, _ in asked]
    print(
        f"{len(asked)} answerable, {len(told) - len(asked)} not; some answer is read: {reachable:.3f}"
    )
    print(f"hit@1, hit@3 by retrieval {hits(by_fused)}, read {hits([own for _, own, _ in asked])}")
    yes = [sure for line, _, sure in told if not line["none"]]
    no = [sure for line, _, sure in told if line["none"]]
    right = [s for line, own, s in told if not line["none"] and own[0]["share"]]
    print(f"AUC of the confidence {auc(yes, no):.3f}; of right ones {auc(right, no):.3f}")
    for refused in FALSE_REFUSALS:
        least = float(np.quantile(yes, refused))
        threshold = 1 / (1 + np.exp(-least))
        print(
            f"  false refusal {refused}: at {threshold:.3f} recall {np.mean(np.array(no) < least):.3f}"
        )
    for threshold in (0.5, 0.7, 0.8, 0.9):
        given = [
            bool(not x["none"] and o[0]["share"])
            for x, o, s in told
            if 1 / (1 + np.exp(-s)) >= threshold
        ]
        print(
            f"  confidence {threshold} or more: {len(given)}, right {np.mean(given or [False]):.3f}"
        )
    ordered = [own for _, own, _ in asked]
    for kinds in (("text", "front"), ("list",), ("digest",), ("row",)):
        show_units(ordered, kinds)
    order = fit_order(lines)
    print(f"ORDER = {tuple(round(float(w), 3) for w in order)}")
    print(f"CONFIDENCE = {tuple(round(float(w), 3) for w in fit_confidence(lines, order))}")


if __name__ == "__main__":
    main()
