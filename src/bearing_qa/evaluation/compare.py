"""Two runs on the same questions and documents, compared question by question; gates for CI.

A difference is tested by the paired randomisation test (signs of the differences are flipped at random;
Smucker, Allan and Carterette, CIKM 2007), two-sided, and given with its paired bootstrap interval.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bearing_qa.errors import JudgementError
from bearing_qa.evaluation.metrics import LOWER_IS_BETTER, ORDER, resampled_means

FLIPS = 10_000
"""Random sign patterns of the randomisation test: p-values down to about 0.0001."""
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
    interval (positive: this run is higher), the p-value, and how many questions."""

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
            mend="make one: bearing-qa evaluate QUESTIONS.jsonl --report DIR",
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
                mend="run the baseline again, then compare",
            )
    before = {record["id"]: record for record in baseline["questions"]}
    pairs = [(before[r["id"]], r) for r in run["questions"] if r["id"] in before]
    differences = {}
    for name in ORDER:
        values = [
            (old["figures"][name], new["figures"][name])
            for old, new in pairs
            if name in old["figures"] and name in new["figures"]
        ]
        if values:
            differences[name] = difference(*zip(*values, strict=True))
    changes = [change for old, new in pairs if (change := _change(old, new))]
    return Comparison(
        differences,
        won=[change for change in changes if change[3] > change[2]],
        lost=[change for change in changes if change[3] < change[2]],
    )


def difference(before: Sequence[float], after: Sequence[float]) -> Difference:
    """The mean difference of paired values, its bootstrap interval and p-value (fixed seeds)."""
    old, new = np.asarray(before, np.float64), np.asarray(after, np.float64)
    change = new - old
    low, high = np.percentile(resampled_means(change), [2.5, 97.5])
    return Difference(
        before=float(old.mean()),
        after=float(new.mean()),
        value=float(change.mean()),
        low=float(low),
        high=float(high),
        p=randomisation_test(change),
        n=len(change),
    )


def randomisation_test(change: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Two-sided p-value of paired differences of shape (n,): the share of random sign patterns whose
    mean is as far from zero; 1 without any difference."""
    moved = change[change != 0]
    if not len(moved):
        return 1.0
    signs = np.random.default_rng(0).choice((-1.0, 1.0), (FLIPS, len(moved)))
    extreme = np.abs(signs @ moved) >= abs(moved.sum()) - 1e-9
    return float((extreme.sum() + 1) / (FLIPS + 1))


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str, float, float] | None:
    """A question's first figure of JUDGED_BY that changed: id, question, before, after."""
    for name in JUDGED_BY:
        before, after = old["figures"].get(name), new["figures"].get(name)
        if before is not None and after is not None and before != after:
            return new["id"], new["question"], before, after
    return None


def missed_gates(
    gates: Sequence[str], figures: Mapping[str, float], comparison: Comparison | None
) -> list[str]:
    """A line for each gate that is missed.

    A gate is ``FIGURE>=NUMBER`` (or ``<= > <``), ``no worse than baseline`` (no figure's interval of
    difference lies wholly on the bad side), or the latter behind one figure's name.
    Raises ValueError for a gate of another form or of an unknown figure.
    """
    missed = []
    for gate in gates:
        missed += _missed(gate, figures, comparison)
    return missed


def _missed(gate: str, figures: Mapping[str, float], comparison: Comparison | None) -> list[str]:
    if gate.strip().endswith(NO_WORSE):
        if comparison is None:
            raise ValueError(f"the gate “{gate}” needs --baseline")
        named = gate.strip().removesuffix(NO_WORSE).strip()
        names = [_known(named, comparison.differences)] if named else list(comparison.differences)
        return [
            f"{name}: {d.before:.3f} -> {d.after:.3f} is worse than the baseline (p={d.p:.3f})"
            for name in names
            if (d := comparison.differences[name]).is_worse(name)
        ]
    found = _GATE.fullmatch(gate)
    if found is None:
        raise ValueError(f"“{gate}” is no gate; write FIGURE>=NUMBER or {NO_WORSE}")
    name = _known(found["name"], figures)
    is_met = _SIGNS[found["sign"]](figures[name], float(found["bound"]))
    return (
        [] if is_met else [f"{name} is {figures[name]:.3f}, not {found['sign']} {found['bound']}"]
    )


def _known(name: str, figures: Mapping[str, Any]) -> str:
    by_name = {known.lower(): known for known in figures}
    if name.lower() not in by_name:
        raise ValueError(f"there is no figure {name!r}; there are {', '.join(figures)}")
    return by_name[name.lower()]
