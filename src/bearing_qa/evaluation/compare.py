"""Two runs on the same questions and documents, compared question by question; gates for CI.

A difference is tested by the paired randomisation test (the two runs' values of a question are swapped at
random; Smucker, Allan and Carterette, CIKM 2007), two-sided, and given with its paired bootstrap interval.
"""

from __future__ import annotations

import json
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bearing_qa.errors import JudgementError
from bearing_qa.evaluation.metrics import LOWER_IS_BETTER, ORDER, RESAMPLES

FLIPS = 10_000
"""Random patterns of the randomisation test: p-values down to about 0.0001."""
JUDGED_BY = ("answer", "MRR@10", "refusal recall")
"""The figures whose change makes a question won or lost, the first that a question has."""
NO_WORSE = "no worse than baseline"

_GATE = re.compile(r"\s*(?P<name>[^<>=]+?)\s*(?P<sign>>=|<=|>|<)\s*(?P<bound>[-+]?\d*\.?\d+)\s*")
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in two runs over the questions that both have: means, the difference with its 95 %
    interval (positive: this run is higher), the p-value, and how many questions count in either."""

    before: float
    after: float
    value: float
    low: float
    high: float
    p: float
    n: int

    def is_worse(self, name: str) -> bool:
        """Whether the whole interval lies on the bad side of zero."""
        return self.low > 0 if name in LOWER_IS_BETTER else self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences by figure, and the questions won and lost (id, question, before, after)."""

    differences: dict[str, Difference]
    won: list[tuple[str, str, float, float]]
    lost: list[tuple[str, str, float, float]]


def read_run(path: Path) -> dict[str, Any]:
    """The stored run of a report folder (or its report.json).

    Raises JudgementError if there is none.
    """
    file = path / "report.json" if path.is_dir() else path
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        run["settings"]["questions_fingerprint"], run["questions"][0]["figures"]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise JudgementError(
            found=f"{path} holds no run ({type(error).__name__})",
            expected="a folder that evaluate --report wrote",
            fix="make one: bearing-qa evaluate QUESTIONS.jsonl --report DIR",
        ) from error
    return dict(run)


def compare(run: Mapping[str, Any], baseline: Mapping[str, Any]) -> Comparison:
    """Differences of a run (in the form of report.json) from a baseline.

    Raises JudgementError if they are over different questions or documents.
    """
    for key, what in (("questions_fingerprint", "questions"), ("corpus_fingerprint", "documents")):
        if run["settings"].get(key) != baseline["settings"].get(key):
            raise JudgementError(
                found=f"the baseline was run over other {what}",
                expected=f"two runs over the same {what}",
                fix="run the baseline again, then compare",
            )
    before = {record["id"]: record for record in baseline["questions"]}
    pairs = [(before[r["id"]], r) for r in run["questions"] if r["id"] in before]
    differences = {}
    for name in ORDER:
        values = [
            (old["figures"].get(name, math.nan), new["figures"].get(name, math.nan))
            for old, new in pairs
            if name in old["figures"] or name in new["figures"]
        ]
        sides = list(zip(*values, strict=True))
        if sides and not any(all(map(math.isnan, side)) for side in sides):
            differences[name] = difference(*sides)
    changes = [change for old, new in pairs if (change := _change(old, new))]
    return Comparison(
        differences,
        won=[change for change in changes if change[3] > change[2]],
        lost=[change for change in changes if change[3] < change[2]],
    )


def difference(before: Sequence[float], after: Sequence[float]) -> Difference:
    """The difference of two means over the same questions, its bootstrap interval and p-value (fixed
    seeds). NaN where a question does not count in a run: refusal precision counts refused ones only."""
    pairs = np.array([before, after], np.float64)
    picks = np.random.default_rng(0).integers(0, pairs.shape[1], (RESAMPLES, pairs.shape[1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a resample in which nothing counts
        means = np.nanmean(pairs, axis=1)
        resampled = np.nanmean(pairs[:, picks], axis=2)
    low, high = np.nanpercentile(resampled[1] - resampled[0], [2.5, 97.5])
    return Difference(
        before=float(means[0]),
        after=float(means[1]),
        value=float(means[1] - means[0]),
        low=float(low),
        high=float(high),
        p=randomisation_test(pairs),
        n=pairs.shape[1],
    )


def randomisation_test(pairs: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Two-sided p-value of paired values of shape (2, n), NaN where one does not count: the share of
    random swaps within pairs whose means are as far apart; 1 without any difference."""
    counts, values = ~np.isnan(pairs), np.nan_to_num(pairs)
    moved = (values[0] != values[1]) | (counts[0] != counts[1])
    if not moved.any():
        return 1.0
    swaps = np.random.default_rng(0).integers(0, 2, (FLIPS, int(moved.sum()))).astype(np.float64)
    apart = np.abs(_apart(values, counts, moved, swaps))
    actual = abs(_apart(values, counts, moved, np.zeros((1, swaps.shape[1])))[0])
    return float(((apart >= actual - 1e-9).sum() + 1) / (FLIPS + 1))


def _apart(values: Any, counts: Any, moved: Any, swaps: Any) -> Any:
    """The second mean less the first under each pattern of swaps, shape (patterns,)."""
    means = []
    for own, other in ((0, 1), (1, 0)):
        sums, numbers = (
            part[own][~moved].sum() + (1 - swaps) @ part[own][moved] + swaps @ part[other][moved]
            for part in (values, counts.astype(np.float64))
        )
        means.append(sums / np.maximum(numbers, 1))
    return means[1] - means[0]


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str, float, float] | None:
    """A question's first figure of JUDGED_BY that changed: id, question, before, after."""
    for name in JUDGED_BY:
        before, after = old["figures"].get(name), new["figures"].get(name)
        if before is not None and after is not None and before != after:
            return new["id"], new["question"], before, after
    return None


@dataclass(frozen=True, slots=True)
class Gate:
    """What a run has to reach: a figure beyond a bound, or (without a sign) no worse than the baseline;
    an empty name stands for every figure."""

    name: str
    sign: str = ""
    bound: float = 0.0

    def missed(self, figures: Mapping[str, float], comparison: Comparison | None) -> list[str]:
        """Lines that say what was missed; a figure that no question counts for is missed."""
        if self.sign:
            if self.name not in figures:
                return [f"{self.name}: no question counts for it"]
            value = figures[self.name]
            is_met = _SIGNS[self.sign](value, self.bound)
            return [] if is_met else [f"{self.name} is {value:.3f}, not {self.sign} {self.bound:g}"]
        differences = comparison.differences if comparison else {}
        if self.name and self.name not in differences:
            return [f"{self.name}: no question counts for it"]
        return [
            f"{name}: {d.before:.3f} -> {d.after:.3f} is worse than the baseline (p={d.p:.3f})"
            for name, d in differences.items()
            if self.name in ("", name) and d.is_worse(name)
        ]


def parse_gate(text: str) -> Gate:
    """A gate from ``FIGURE>=NUMBER`` (or ``<= > <``), ``no worse than baseline`` (no figure's interval of
    difference lies wholly on the bad side), or the latter behind one figure's name.

    Raises ValueError for another form or an unknown figure.
    """
    if text.strip().endswith(NO_WORSE):
        named = text.strip().removesuffix(NO_WORSE).strip()
        return Gate(_known(named) if named else "")
    found = _GATE.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no gate; write FIGURE>=NUMBER or {NO_WORSE}")
    return Gate(_known(found["name"]), found["sign"], float(found["bound"]))


def _known(name: str) -> str:
    by_name = {known.lower(): known for known in ORDER}
    if name.lower() not in by_name:
        raise ValueError(f"there is no figure {name!r}; there are {', '.join(ORDER)}")
    return by_name[name.lower()]
