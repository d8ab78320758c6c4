"""What is found out about a draft: a slice of it, a verdict, and the source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from bearing_qa.review.draft import FindingKind
from bearing_qa.review.sources import Difference, Found
from bearing_qa.types import Citation

Verdict = Literal[
    "exact", "punctuation", "changed", "number_differs", "wrong_source", "superseded", "not_found", "unchecked",
]  # fmt: skip
VERDICTS: tuple[Verdict, ...] = (
    "exact", "punctuation", "changed", "number_differs", "wrong_source", "superseded", "not_found", "unchecked",
)  # fmt: skip
FAULTS = frozenset({"changed", "number_differs", "wrong_source", "not_found"})
"""Verdicts that ``--strict`` stops at."""
WITH_DIFFERENCES = FAULTS | {"superseded"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the source that it rests on, and the reason in words."""

    verdict: Verdict
    found: Found | None = None
    reason: str = ""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What draft and source say differently, where the verdict is that they do."""
        return self.found.differences if self.found and self.verdict in WITH_DIFFERENCES else ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A slice ``[start, end)`` of the draft, what it is, whether its source says so, and which source that is."""

    start: int
    end: int
    text: str
    kind: FindingKind
    verdict: Verdict
    source: Citation | None
    differences: tuple[Difference, ...]
    reason: str

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "kind": self.kind,
            "verdict": self.verdict,
            "source": self.source.to_json() if self.source else None,
            "differences": [{"draft": d, "source": s} for d, s in self.differences],
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Review:
    """A draft's text with its findings in order."""

    name: str
    text: str
    findings: tuple[Finding, ...]

    def counts(self) -> dict[Verdict, int]:
        """Findings by verdict."""
        found = Counter(finding.verdict for finding in self.findings)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def has_faults(self) -> bool:
        """Whether a finding says that the draft is wrong."""
        return any(finding.verdict in FAULTS for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "draft": self.name,
            "findings": [finding.to_json() for finding in self.findings],
            "counts": self.counts(),
        }
