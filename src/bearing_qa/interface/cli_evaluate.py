"""The command ``evaluate``: figures in the terminal, a report, a comparison, gates for CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bearing_qa.interface.console import (
    DEFAULT_INDEX,
    IndexOption,
    JsonOption,
    err,
    faults,
    out,
    print_json,
    progress_bars,
)

if TYPE_CHECKING:
    from bearing_qa.evaluation.compare import Comparison
    from bearing_qa.evaluation.run import Evaluation
    from bearing_qa.interface.evaluating import Plan

GATE_MISSED = 3
"""Exit status when a gate is missed."""
MAX_SHOWN = 5
"""Complaints, won and lost questions shown in the terminal; the report has them all."""


def evaluate(
    questions: Annotated[
        Path | None, typer.Argument(help="评测题 JSONL、CSV、XLSX / judged questions")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="报告目录 / folder for the report")] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="作比较的报告目录 / report folder to compare with")
    ] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(
            help="门槛，未达到则退出码为 3 / e.g. 'MRR@10>=0.8', 'no worse than baseline'"
        ),
    ] = None,
    beir: Annotated[Path | None, typer.Option(help="BEIR 目录 / BEIR folder")] = None,
    topics: Annotated[Path | None, typer.Option(help="TREC 题目文件 / TREC topics")] = None,
    qrels: Annotated[Path | None, typer.Option(help="TREC 判断文件 / TREC qrels")] = None,
    legs: Annotated[
        str | None, typer.Option(help="只用哪几路检索 / lexical,dense: which legs search")
    ] = None,
    rerank: Annotated[
        bool, typer.Option("--rerank/--no-rerank", help="融合之后的重排 / what comes after fusion")
    ] = True,
    encoder: Annotated[
        str | None,
        typer.Option(help="换一个编码模型，另建索引 / another encoder, on its own index"),
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="TAG=VALUE", help="只评某类题 / e.g. split=dev")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="只评前几题 / first questions only")
    ] = None,
    draft: Annotated[
        int | None, typer.Option(min=1, help="由语料起草几道题 / draft questions from the corpus")
    ] = None,
    output: Annotated[Path, typer.Option(help="起草的题写到 / file for drafted questions")] = Path(
        "draft-questions.jsonl"
    ),
    index: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """批量评测 / batch retrieval evaluation."""
    from bearing_qa.interface import evaluating

    if draft is not None:
        with faults():
            kinds = evaluating.write_drafts(index, output, count=draft)
        counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
        out.print(f"草稿 drafts: {output} ({counts}); 改好后把 accepted 设为 true", markup=False)
        return
    if [questions, beir, topics].count(None) != 2 or (topics is None) != (qrels is None):
        raise typer.BadParameter(
            "give one of: QUESTIONS, --beir DIR, --topics FILE with --qrels FILE, --draft N"
        )
    try:
        stages = evaluating.make_stages(legs, rerank=rerank)
        tag = _tag(only)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    plan = evaluating.Plan(index, questions, beir, topics, qrels, stages, encoder, tag, limit)
    _evaluate(plan, report=report, baseline=baseline, gates=gate or [], as_json=as_json)


def _tag(only: str | None) -> tuple[str, str] | None:
    if only is None:
        return None
    tag, sign, value = only.partition("=")
    if not (tag and sign and value):
        raise ValueError("--only takes TAG=VALUE")
    return tag, value


def _evaluate(
    plan: Plan, *, report: Path | None, baseline: Path | None, gates: list[str], as_json: bool
) -> None:
    from bearing_qa.evaluation.compare import missed_gates
    from bearing_qa.evaluation.report import as_json as report_json
    from bearing_qa.evaluation.report import write_report
    from bearing_qa.interface import evaluating

    with faults():
        with progress_bars() as progress:
            evaluation, complaints = evaluating.run_plan(plan, progress=progress)
        comparison = evaluating.compare_with(evaluation, baseline) if baseline else None
        if report is not None:
            write_report(evaluation, report, comparison=comparison)
    _show_complaints([*complaints, *evaluation.complaints])
    try:
        values = {name: score.value for name, score in evaluation.figures.items()}
        missed = missed_gates(gates, values, comparison)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json(report_json(evaluation, comparison=comparison))
    else:
        _show_figures(evaluation)
        if comparison is not None:
            _show_comparison(comparison)
        if report is not None:
            out.print(f"报告 report: {report / 'report.html'}", markup=False)
    for line in missed:
        err.print(f"未达门槛 gate missed: {line}", style="red", markup=False)
    if missed:
        raise typer.Exit(GATE_MISSED)


def _show_complaints(complaints: list[str]) -> None:
    for complaint in complaints[:MAX_SHOWN]:
        err.print(complaint, style="yellow", markup=False)
    if len(complaints) > MAX_SHOWN:
        err.print(
            f"… 另有 {len(complaints) - MAX_SHOWN} 处 / and more", style="yellow", markup=False
        )


def _show_figures(evaluation: Evaluation) -> None:
    table = Table("指标 metric", "值 value", "95%", "n")
    for name, score in evaluation.figures.items():
        table.add_row(name, f"{score.value:.3f}", f"{score.low:.3f}–{score.high:.3f}", str(score.n))
    out.print(table)


def _show_comparison(comparison: Comparison) -> None:
    table = Table("与基线比 against baseline", "before", "after", "差 difference", "95%", "p")
    for name, d in comparison.differences.items():
        interval = f"{d.low:+.3f} … {d.high:+.3f}"
        change = f"{d.value:+.3f}"
        table.add_row(name, f"{d.before:.3f}", f"{d.after:.3f}", change, interval, f"{d.p:.3f}")
    out.print(table)
    for words, items in (("变好 won", comparison.won), ("变差 lost", comparison.lost)):
        out.print(f"{words}: {len(items)}", markup=False)
        for id_, question, before, after in items[:MAX_SHOWN]:
            out.print(f"  {id_} {question} ({before:.2f} -> {after:.2f})", markup=False)
