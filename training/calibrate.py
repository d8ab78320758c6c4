"""Fits what turns the reader's logits into an order, a confidence and a choice of units; prints the constants.

    python -m training.calibrate READINGS.jsonl

READINGS is what ``training.readings`` wrote of the tuning documents. The order's weights are the best of a grid by
hit@1 + hit@3; the confidence is a logistic model of "the best candidate has some of the answer" (Platt 1999); the
least confidence is the point at which FALSE_REFUSAL of the answerable questions are refused.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from training.figures import auc

FALSE_REFUSAL = 0.05
GRID_ANSWERABLE = (0.0, 0.25, 0.5, 1.0, 2.0)
GRID_FUSED = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2)
GRID_SHARE = (0.3, 0.4, 0.5, 0.6, 0.7)
STEPS = 4000
RATE = 0.05

Line = dict[str, Any]


def ordered(line: Line, answerable: float, fused: float) -> list[Line]:
    """Candidates by the weighted sum of the reader's logits and the fused score, best first."""
    return sorted(
        line["candidates"],
        key=lambda c: -(c["relevance"] + answerable * c["answerable"] + fused * c["fused"]),
    )


def hits(lines: list[Line], answerable: float, fused: float) -> tuple[float, float]:
    """Shares of the answerable questions whose first candidate, or one of the first three, has some of the answer."""
    first, third = [], []
    for line in lines:
        if not line["none"]:
            order = ordered(line, answerable, fused)
            first.append(order[:1] and order[0]["share"] > 0)
            third.append(any(c["share"] > 0 for c in order[:3]))
    return float(np.mean(first)), float(np.mean(third))


def logistic(features: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Weights (bias first) of the logistic model of ``right`` by gradient descent, without regularisation."""
    rows = np.hstack([np.ones((len(features), 1)), features])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        shares = 1 / (1 + np.exp(-rows @ weights))
        weights -= RATE * rows.T @ (shares - right) / len(rows)
    return weights


def units(lines: list[Line], answerable: float, fused: float) -> None:
    """Prints precision and recall of the units chosen at several shares of the best one."""
    for share in GRID_SHARE:
        chosen = said = both = some = count = 0
        for line in lines:
            order = ordered(line, answerable, fused)
            if line["none"] or not order or not order[0]["share"]:
                continue
            most = max(e for e, _ in order[0]["units"])
            own = [(e >= share * most, bool(g)) for e, g in order[0]["units"]]
            chosen += sum(c for c, _ in own)
            said += sum(g for _, g in own)
            both += sum(c and g for c, g in own)
            some += any(c and g for c, g in own)
            count += 1
        print(
            f"  units of {share}: precision {both / chosen:.3f}, recall {both / said:.3f}, some {some / count:.3f}"
        )


def main() -> None:
    """Fits and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readings", type=Path)
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.readings.read_text("utf-8").splitlines()]
    print(f"retrieval alone: {hits(lines, 0.0, 1e6)}")
    grid = {(a, f): hits(lines, a, f) for a in GRID_ANSWERABLE for f in GRID_FUSED}
    best = max(grid, key=lambda at: sum(grid[at]))
    print(f"answerable {best[0]}, fused {best[1]}: hit@1, hit@3 {grid[best]}")
    for at, value in grid.items():
        print("   ", at, tuple(round(x, 3) for x in value))
    tops = [(ordered(line, *best)[0], line) for line in lines if line["candidates"]]
    features = np.array([[c["answerable"], c["relevance"]] for c, _ in tops])
    right = np.array([float(not line["none"] and c["share"] > 0) for c, line in tops])
    weights = logistic(features, right)
    sure = 1 / (1 + np.exp(-(weights[0] + features @ weights[1:])))
    yes = [float(s) for s, (_, line) in zip(sure, tops, strict=True) if not line["none"]]
    no = [float(s) for s, (_, line) in zip(sure, tops, strict=True) if line["none"]]
    print(f"CALIBRATION = {tuple(round(float(w), 3) for w in weights)}; AUC {auc(yes, no):.3f}")
    for refused in (0.03, FALSE_REFUSAL, 0.08, 0.1, 0.15):
        least = float(np.quantile(yes, refused))
        print(
            f"  false refusal {refused}: at {least:.3f} recall {np.mean(np.array(no) < least):.3f}"
        )
    confident = [(s, r) for s, r in zip(sure, right, strict=True) if s >= 0.9]
    print(
        f"  at 0.9 or more: {len(confident)}, right {np.mean([r for _, r in confident] or [0]):.3f}"
    )
    units(lines, *best)


if __name__ == "__main__":
    main()
