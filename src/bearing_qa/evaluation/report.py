"""A run as files: report.json, questions.csv, run.trec, qrels.trec and one self-contained report.html."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bearing_qa.evaluation.compare import Comparison
from bearing_qa.evaluation.ir_collections import write_trec_qrels, write_trec_run
from bearing_qa.evaluation.report_page import render_report
from bearing_qa.evaluation.run import Evaluation, latencies, refusal_curve

FILES = ("report.html", "report.json", "questions.csv", "run.trec", "qrels.trec")
"""What a report folder holds."""


def write_report(
    evaluation: Evaluation, folder: Path, *, comparison: Comparison | None = None
) -> None:
    """Writes the files of FILES into ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    report = as_json(evaluation, comparison=comparison)
    text = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "report.json").write_text(text, encoding="utf-8", errors="replace")
    (folder / "questions.csv").write_text(_csv(evaluation), encoding="utf-8-sig", newline="")
    page = render_report(evaluation, comparison=comparison)
    (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
    write_trec_run(folder / "run.trec", evaluation.run, tag="bearing_qa")
    write_trec_qrels(folder / "qrels.trec", evaluation.qrels)


def as_json(evaluation: Evaluation, *, comparison: Comparison | None = None) -> dict[str, Any]:
    """The report's JSON: figures with intervals, groups by tag and value, questions, settings."""
    times = list(latencies(evaluation.questions))
    report: dict[str, Any] = {
        "metrics": {name: asdict(score) for name, score in evaluation.figures.items()},
        "groups": {
            tag: {
                value: {name: asdict(score) for name, score in figures.items()}
                for value, figures in values.items()
            }
            for tag, values in evaluation.groups.items()
        },
        "latency_ms": {"p50": quantile(times, 0.5), "p95": quantile(times, 0.95)},
        "refusal_curve": [
            {"threshold": threshold, "false refusal": false, "refusal recall": recall}
            for threshold, false, recall in refusal_curve(evaluation.questions)
        ],
        "complaints": evaluation.complaints,
        "questions": evaluation.questions,
        "settings": evaluation.settings,
    }
    if comparison is not None:
        report["comparison"] = asdict(comparison)
    return report


def quantile(ordered: list[float], share: float) -> float:
    """The value below which ``share`` of some ordered values lie; 0 for none."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _csv(evaluation: Evaluation) -> str:
    stream = io.StringIO()
    names = list(evaluation.figures)
    tags = sorted({tag for record in evaluation.questions for tag in record["tags"]})
    keys = ("id", "question", "expected", "answer", "refused", "reason", "rank", "elapsed_ms")
    writer = csv.writer(stream)
    taken = {*keys, *names}
    heads = [f"tag {tag}" if tag in taken else tag for tag in tags]
    writer.writerow([*keys, *map(_safe, heads), *names])
    for record in evaluation.questions:
        fields = [_safe(record.get(key, "")) for key in keys]
        values = [_safe(record["tags"].get(tag, "")) for tag in tags]
        writer.writerow([*fields, *values, *(record["figures"].get(name, "") for name in names)])
    return stream.getvalue()


def _safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if is_formula else value
