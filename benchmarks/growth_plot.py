"""The picture of growth: build time, memory and time of a question, by passages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

BLUE, GREY, RED = "#2f6f9f", "#8a949e", "#b5483a"


def draw_growth(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draws three panels as an SVG; ``rows`` are figures of ``scale``, one a size."""
    from matplotlib.figure import Figure

    sizes = [row["passages"] for row in rows]
    figure = Figure(figsize=(9.6, 2.8), layout="constrained")
    build, memory, question = figure.subplots(1, 3)
    build.plot(sizes, [row["build s"] for row in rows], "o-", color=BLUE)
    build.set(title="build, s", yscale="log")
    memory.plot(sizes, [row["asked MB"] for row in rows], "o-", color=BLUE, label="resident")
    memory.plot(
        sizes, [row["asked own MB"] for row in rows], "o-", color=GREY, label="not mapped files"
    )
    memory.axhline(4000, color=RED, linewidth=0.8, linestyle="--")
    memory.set(title="memory after 100 questions, MB", ylim=(0, None))
    for name, colour in (("p50 cpu ms", BLUE), ("p95 cpu ms", GREY)):
        question.plot(
            sizes, [row["search"][name] for row in rows], "o-", color=colour, label=name[:3]
        )
    question.axhline(60, color=RED, linewidth=0.8, linestyle="--")
    question.set(title="question beyond the encoder, ms of processor", ylim=(0, None))
    for axes in (build, memory, question):
        axes.set(xscale="log", xlabel="passages")
        axes.spines[["top", "right"]].set_visible(False)
    for axes in (memory, question):
        axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
