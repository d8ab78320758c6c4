"""An evaluation as report.json, questions.csv and one self-contained report.html."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from bearing_qa.evaluation.run import Evaluation
from bearing_qa.types import Score

_STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;
margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1d2329}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border-bottom:1px solid #d8dde3;padding:.35rem .6rem;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.bad{background:#fdf1ef}img{max-width:100%}
"""


def write_report(evaluation: Evaluation, folder: Path) -> None:
    """Writes ``report.json``, ``questions.csv`` and ``report.html`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_json(evaluation), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "report.json").write_text(text, encoding="utf-8")
    (folder / "questions.csv").write_text(_csv(evaluation), encoding="utf-8-sig", newline="")
    (folder / "report.html").write_text(_html(evaluation), encoding="utf-8")


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The report's JSON: metrics with intervals, groups, questions, settings, latency."""
    times = sorted(record["elapsed_ms"] for record in evaluation.questions)
    return {
        "metrics": {name: asdict(score) for name, score in evaluation.figures.items()},
        "groups": {
            group: {name: asdict(score) for name, score in figures.items()}
            for group, figures in evaluation.groups.items()
        },
        "latency_ms": {"p50": _quantile(times, 0.5), "p95": _quantile(times, 0.95)},
        "questions": evaluation.questions,
        "settings": evaluation.settings,
    }


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _csv(evaluation: Evaluation) -> str:
    stream = io.StringIO()
    names = list(evaluation.figures)
    writer = csv.writer(stream)
    writer.writerow(["id", "group", "question", "expected", "answer", "reason", *names])
    for record in evaluation.questions:
        fields = [
            record.get(key, "")
            for key in ("id", "group", "question", "expected", "answer", "reason")
        ]
        writer.writerow([*fields, *(record["figures"].get(name, "") for name in names)])
    return stream.getvalue()


def _html(evaluation: Evaluation) -> str:
    rows = "".join(_figure_row(name, score) for name, score in evaluation.figures.items())
    groups = "".join(
        f"<h3>{escape(group)}</h3><table>{''.join(_figure_row(n, s) for n, s in figures.items())}</table>"
        for group, figures in evaluation.groups.items()
    )
    questions = "".join(_question_row(record) for record in evaluation.questions)
    settings = "".join(
        f"<tr><td>{escape(key)}</td><td>{escape(str(value))}</td></tr>"
        for key, value in evaluation.settings.items()
    )
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>bearing_qa 评测报告</title><style>{_STYLE}</style>"
        "<h1>评测报告 Evaluation report</h1>"
        f'<p><img alt="各项指标及 95% 区间" src="data:image/svg+xml;base64,{_plot(evaluation)}"></p>'
        f"<table><tr><th>指标 metric</th><th>值 value</th><th>95% 区间</th><th>n</th></tr>{rows}</table>"
        f"<h2>逐题 Questions</h2><table><tr><th>id</th><th>问题</th><th>期望</th><th>得到</th></tr>{questions}</table>"
        f"<h2>分组 Groups</h2>{groups}<h2>设置 Settings</h2><table>{settings}</table></html>"
    )


def _figure_row(name: str, score: Score) -> str:
    return (
        f'<tr><td>{escape(name)}</td><td class="n">{score.value:.3f}</td>'
        f'<td class="n">{score.low:.3f}–{score.high:.3f}</td><td class="n">{score.n}</td></tr>'
    )


def _question_row(record: dict[str, Any]) -> str:
    figures = record["figures"]
    is_bad = any(figures.get(name) == 0.0 for name in ("answer", "refusal recall", "hit@10"))
    said = record.get("reason") if record.get("refused") else record.get("answer", "")
    cells = (record["id"], record["question"], record.get("expected", ""), said or "")
    return (
        f'<tr class="{"bad" if is_bad else ""}">'
        + "".join(f"<td>{escape(str(c))}</td>" for c in cells)
        + "</tr>"
    )


def _plot(evaluation: Evaluation) -> str:
    """Bars of all figures with their intervals, as base64 of an SVG."""
    from matplotlib.figure import Figure

    names = list(evaluation.figures)
    scores = [evaluation.figures[name] for name in names]
    figure = Figure(figsize=(9, 0.38 * len(names) + 1))
    axes = figure.add_subplot()
    places = range(len(names))
    axes.barh(places, [s.value for s in scores], color="#4a7ba6")
    errors = [[s.value - s.low for s in scores], [s.high - s.value for s in scores]]
    axes.errorbar(
        [s.value for s in scores], list(places), xerr=errors, fmt="none", ecolor="#1d2329"
    )
    axes.set_yticks(list(places), names)
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    figure.tight_layout()
    stream = io.BytesIO()
    figure.savefig(stream, format="svg")
    return b64encode(stream.getvalue()).decode("ascii")
