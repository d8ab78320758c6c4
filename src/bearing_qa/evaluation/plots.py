"""Plots of a run as SVG images: figures with intervals, groups, ranks, refusal, latency."""

from __future__ import annotations

import io
import warnings
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bearing_qa.evaluation.run import DEPTH, Evaluation, Record, latencies, refusal_curve
from bearing_qa.types import Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, GREY, RED = "#2f6f9f", "#8a949e", "#b5483a"
MAX_BARS = 24
"""More groups than this are in the table only."""
RANK_BINS = ("1", "2", "3", "4-5", "6-10", f"11-{DEPTH}", "-")


def draw_plots(evaluation: Evaluation) -> dict[str, str]:
    """SVG data addresses by name (figures, groups, ranks, refusal, latency); those that have no data
    are left out."""
    records = evaluation.questions
    plots = {
        "figures": _plot(_bars(evaluation.figures), height=0.34 * len(evaluation.figures) + 0.7)
    }
    chosen = _group_scores(evaluation)
    if chosen:
        plots["groups"] = _plot(_bars(chosen), height=0.34 * len(chosen) + 0.7)
    ranks = [
        record["rank"] for record in records if record["judged"] and not record["unanswerable"]
    ]
    if ranks:
        plots["ranks"] = _plot(lambda axes: _draw_ranks(axes, ranks))
    curve = refusal_curve(records)
    if curve:
        plots["refusal"] = _plot(lambda axes: _draw_refusal(axes, curve, records))
    if records:
        plots["latency"] = _plot(lambda axes: _draw_latency(axes, list(latencies(records))))
    return plots


def _group_scores(evaluation: Evaluation) -> dict[str, Score]:
    """The first of hit@1 and MRR@10 by the values of each tag."""
    scores = {
        f"{tag}: {value} (n={figures[name].n})": figures[name]
        for tag, values in evaluation.groups.items()
        for value, figures in values.items()
        for name in ("hit@1",)
        if name in figures
    }
    return scores if len(scores) <= MAX_BARS else {}


def _plot(draw: Callable[[Axes], None], *, height: float = 2.6) -> str:
    """A drawing as the data address of an SVG image."""
    import matplotlib
    from matplotlib.figure import Figure

    fonts = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans"]
    style: Any = {
        "svg.fonttype": "none", "svg.hashsalt": "bearing_qa", "font.family": "sans-serif",
        "font.sans-serif": fonts, "axes.spines.top": False, "axes.spines.right": False,
    }  # fmt: skip
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # glyphs that this machine lacks; the browser has them
        figure = Figure(figsize=(6.4, height), layout="constrained")
        draw(figure.add_subplot())
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + b64encode(stream.getvalue()).decode("ascii")


def _bars(scores: Mapping[str, Score]) -> Callable[[Any], None]:
    """Horizontal bars with the value written and the interval drawn."""

    def draw(axes: Axes) -> None:
        places = list(range(len(scores)))
        values = [score.value for score in scores.values()]
        errors = [
            [s.value - s.low for s in scores.values()],
            [s.high - s.value for s in scores.values()],
        ]
        axes.barh(places, values, color=BLUE, height=0.62)
        axes.errorbar(values, places, xerr=errors, fmt="none", ecolor="#1d2329", capsize=2)
        for place, score in zip(places, scores.values(), strict=True):
            axes.text(1.02, place, f"{score.value:.3f}", va="center", fontsize=9)
        axes.set_yticks(places, list(scores))
        axes.set_xlim(0, 1.12)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.invert_yaxis()

    return draw


def _draw_ranks(axes: Axes, ranks: Sequence[int]) -> None:
    edges = (1, 2, 3, 5, 10, DEPTH)
    counts = [0] * len(RANK_BINS)
    for rank in ranks:
        at = next((n for n, edge in enumerate(edges) if 0 < rank <= edge), len(edges))
        counts[at] += 1
    colours = [BLUE] * 5 + [GREY, RED]
    bars = axes.bar(RANK_BINS, counts, color=colours)
    axes.bar_label(bars, fontsize=9)
    axes.set_xlabel("rank of the first right passage ( - : none )")
    axes.set_ylabel("questions")


def _draw_refusal(
    axes: Axes, curve: Sequence[tuple[float, float, float]], records: Sequence[Record]
) -> None:
    axes.plot([point[1] for point in curve], [point[2] for point in curve], color=BLUE, marker=".")
    absent = [r for r in records if r["unanswerable"]]
    present = [r for r in records if r["judged"] and not r["unanswerable"]]
    false = sum(r["refused"] for r in present) / len(present)
    recall = sum(r["refused"] for r in absent) / len(absent)
    axes.plot([false], [recall], color=RED, marker="o", linestyle="none", label="now")
    axes.set_xlabel("false refusal")
    axes.set_ylabel("refusal recall")
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.legend(loc="lower right", frameon=False)


def _draw_latency(axes: Axes, times: Sequence[float]) -> None:
    axes.hist(times, bins=min(30, max(len(times) // 2, 5)), color=BLUE)
    axes.set_xlabel("milliseconds a question")
    axes.set_ylabel("questions")
