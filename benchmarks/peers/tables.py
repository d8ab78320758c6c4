"""Figures of rows → Markdown, the best of each column in bold; where ours is behind is said in the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.peers.rows import ENCODER, OURS
from benchmarks.peers.scoring import FIGURES

Rows = Mapping[str, Mapping[str, Any]]
"""Figures by row name, ours first."""
COSTS = {
    "build / encoding": "index / encoding",
    "p50 / encoder": "p50 / encoder",
    "p95 / encoder": "p95 / encoder",
    "cold s": "cold start s",
    "build MB": "build MB",
    "ask MB": "ask MB",
    "index MB": "index MB",
}
"""Measures of a row and their heads; less is better."""
INSTALLED = ("packages", "installed MB")


def quality_table(rows: Rows) -> Iterator[str]:
    """Quality of each row on a part of a set, and how far ours is before it."""
    first = next(iter(rows))
    yield _line(["", *FIGURES, f"{first} over it: nDCG@10", "hit@1", "behind"])
    yield _rule(len(FIGURES) + 4)
    for name, row in rows.items():
        lead = row.get("lead", {})
        gaps = [_gap(lead[figure]) if lead else "" for figure in ("nDCG@10", "hit@1")]
        behind = [figure for figure in FIGURES if row[figure] > rows[first][figure]]
        figures = [f"{row[figure]:.3f}" for figure in FIGURES]
        yield _line([name, *figures, *gaps, ", ".join(behind)])


def _gap(values: Sequence[float]) -> str:
    value, low, high = values
    return f"{value:+.3f} ({low:+.3f} … {high:+.3f})"


def cost_table(rows: Rows) -> Iterator[str]:
    """What each row takes, and where ours takes more."""
    first = next(iter(rows))
    yield _line(["", *COSTS.values(), "behind"])
    yield _rule(len(COSTS) + 2)
    for name, row in rows.items():
        cells = [_figure(row[key]) for key in COSTS]
        behind = [head for key, head in COSTS.items() if row[key] < rows[first][key]]
        is_ours = name.startswith((OURS, ENCODER))
        yield _line([name, *cells, "" if is_ours else ", ".join(behind) or "nowhere"])


def installed_table(rows: Rows) -> Iterator[str]:
    """Versions and size of each environment."""
    first = next(iter(rows))
    yield _line(["", "versions", "packages", "MB", "behind"])
    yield _rule(5)
    for name, row in rows.items():
        versions = ", ".join(f"{package} {number}" for package, number in row["versions"].items())
        behind = [key for key in INSTALLED if row[key] < rows[first][key]]
        cells = [name, versions, str(row["packages"]), f"{row['installed MB']:.0f}"]
        yield _line([*cells, ", ".join(behind)])


def settings_table(words: Mapping[str, str]) -> Iterator[str]:
    """What each row's setting is."""
    yield _line(["", "setting"])
    yield _rule(2)
    yield from (_line(item) for item in words.items())


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rule(count: int) -> str:
    return "|" + "---|" * count
