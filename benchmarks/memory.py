"""The memory of a serving process over a long life: the curve, its slope, its picture."""

from __future__ import annotations

import csv
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.crowd import crowd, varied
from benchmarks.server import Server

ASKERS = 8
"""Askers at once; more would only wait."""
BLOCK = 100
"""Questions between two looks at the memory."""
SETTLED = 0.5
"""Part of a curve after which its slope is taken: what is kept on purpose is filled by then."""
ROW = ("seconds", "questions", "rebuilds", "resident_mb", "p50_ms", "errors")
RED = "#b5483a"


def curve(
    server: Server,
    questions: Sequence[str],
    rebuild_once: Callable[[int], None],
    *,
    count: int,
    rebuilds: int,
) -> Iterator[dict[str, float]]:
    """The memory after every BLOCK of ``count`` questions by ASKERS askers, and after each rebuild.

    The first half is questions only; the rebuilds are spread over the second.
    """
    began, asked, done, built = time.perf_counter(), varied(questions), 0, 0
    while done < count or built < rebuilds:
        block = list(itertools.islice(asked, min(BLOCK, count - done)))
        done += len(block)
        taken = crowd(server, block, askers=ASKERS) if block else {"p50 ms": 0.0, "errors": 0}
        due = rebuilds if done >= count else round(rebuilds * (2 * done / count - 1))
        yield _row(began, server, done, built, taken)
        while built < due:
            rebuild_once(built)
            built += 1
            yield _row(began, server, done, built, {"p50 ms": 0.0, "errors": 0})


def _row(
    began: float, server: Server, done: int, built: int, taken: dict[str, float]
) -> dict[str, float]:
    seconds = round(time.perf_counter() - began, 1)
    memory = round(server.resident_mb(), 1)
    values = (seconds, done, built, memory, taken["p50 ms"], taken["errors"])
    return dict(zip(ROW, values, strict=True))


def growth(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """MB that 1,000 questions and that a rebuild add, by the settled part of each half's curve."""
    quiet = [row for row in rows if row["rebuilds"] == 0]
    building = [row for row in rows if row["rebuilds"] > 0]
    return {
        "start MB": rows[0]["resident_mb"],
        "end MB": rows[-1]["resident_mb"],
        "MB per 1000 questions": round(1000 * _slope(quiet, "questions"), 2),
        "MB per rebuild": round(_slope(building, "rebuilds"), 2),
        "errors": sum(row["errors"] for row in rows),
    }


def _slope(rows: Sequence[dict[str, float]], name: str) -> float:
    settled = rows[int(SETTLED * len(rows)) :]
    across = [row[name] for row in settled]
    if len(set(across)) < 2:
        return 0.0
    return statistics.linear_regression(across, [row["resident_mb"] for row in settled]).slope


def write_curve(rows: Sequence[dict[str, float]], path: Path) -> None:
    """The rows as CSV in ``path``, and beside it as an SVG: memory over questions, rebuilds as ticks."""
    from matplotlib.figure import Figure

    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ROW)
        writer.writeheader()
        writer.writerows(rows)
    axes = (figure := Figure(figsize=(6.4, 2.6), layout="constrained")).add_subplot()
    axes.plot([row["questions"] for row in rows], [row["resident_mb"] for row in rows], "-")
    for before, after in itertools.pairwise(rows):
        if after["rebuilds"] > before["rebuilds"]:
            axes.axvline(after["questions"], ymax=0.04, color=RED)
    axes.set(xlabel="questions (red: a rebuild)", ylabel="resident MB", ylim=(0, None))
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
