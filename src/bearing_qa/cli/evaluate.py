"""The command ``evaluate``: figures in the terminal, a report, a comparison, gates for CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bearing_qa.cli.console import (
    DEFAULT_INDEX,
    IndexOption,
    JsonOption,
    RerankerOption,
    StoreOption,
    err,
    faults,
    out,
    print_json,
    progress_bars,
)

if TYPE_CHECKING:
    from bearing_qa.cli.evaluation_plan import Plan
    from bearing_qa.evaluation.compare import Comparison, Gate
    from bearing_qa.evaluation.run import Evaluation

GATE_MISSED = 3
"""Exit status when a gate is missed."""
MAX_SHOWN = 5
"""Won and lost questions shown in the terminal; the report has them all."""


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
    topics: Annotated[
        Path | None, typer.Option(help="TREC 题目文件 / TREC topics", hidden=True)
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option(help="TREC 判断文件 / TREC qrels", hidden=True)
    ] = None,
    legs: Annotated[
        str | None,
        typer.Option(help="只用哪几路检索 / lexical,dense: which legs search", hidden=True),
    ] = None,
    rerank: Annotated[
        bool,
        typer.Option(
            "--rerank/--no-rerank", help="融合之后的重排 / what comes after fusion", hidden=True
        ),
    ] = True,
    reranker: RerankerOption = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="换一个编码模型，另建索引 / another encoder, on its own index", hidden=True
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="TAG=VALUE", help="只评某类题 / e.g. split=dev", hidden=True),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="只评前几题 / first questions only", hidden=True)
    ] = None,
    draft: Annotated[
        int | None, typer.Option(min=1, help="由语料起草几道题 / draft questions from the corpus")
    ] = None,
    output: Annotated[Path, typer.Option(help="起草的题写到 / file for drafted questions")] = Path(
        "draft-questions.jsonl"
    ),
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """批量评测 / batch retrieval evaluation."""
    from bearing_qa.cli import evaluation_plan
    from bearing_qa.cli.stores import place_of

    sources = [questions, beir, topics, draft]
    if sources.count(None) != 3 or (topics is None) != (qrels is None):
        raise typer.BadParameter(
            "give one of: QUESTIONS, --beir DIR, --topics FILE with --qrels FILE, --draft N"
        )
    if draft is not None:
        with faults():
            kinds = evaluation_plan.write_drafts(place_of(index, store), output, count=draft)
        counts = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
        out.print(f"草稿 drafts: {output} ({counts}); 改好后把 accepted 设为 true", markup=False)
        return
    if reranker is not None and not rerank:
        raise typer.BadParameter("--reranker and --no-rerank exclude each other")
    try:
        stages = evaluation_plan.make_stages(legs, rerank=rerank)
        tag = _tag(only)
        gates = _gates(gate or [], has_baseline=baseline is not None)
        _check_report(report, baseline)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    plan = evaluation_plan.Plan(
        index, questions, beir, topics, qrels, stages, encoder, tag, limit, reranker, store
    )
    _evaluate(plan, report=report, baseline=baseline, gates=gates, as_json=as_json)


def _gates(texts: list[str], *, has_baseline: bool) -> list[Gate]:
    from bearing_qa.evaluation.compare import parse_gate

    gates = [parse_gate(text) for text in texts]
    if not has_baseline and any(not gate.sign for gate in gates):
        raise ValueError("a gate “no worse than baseline” needs --baseline")
    return gates


def _check_report(report: Path | None, baseline: Path | None) -> None:
    if report is not None and report.exists() and not report.is_dir():
        raise ValueError(f"--report {report} is a file; name a folder")
    if report is not None and baseline is not None and report.resolve() == baseline.resolve():
        raise ValueError("--report would write over --baseline; name another folder")


def _tag(only: str | None) -> tuple[str, str] | None:
    if only is None:
        return None
    tag, sign, value = only.partition("=")
    if not (tag and sign and value):
        raise ValueError("--only takes TAG=VALUE")
    return tag, value


def _evaluate(
    plan: Plan, *, report: Path | None, baseline: Path | None, gates: list[Gate], as_json: bool
) -> None:
    from bearing_qa.cli import evaluation_plan
    from bearing_qa.evaluation.compare import compare, read_run
    from bearing_qa.evaluation.report import as_json as report_json
    from bearing_qa.evaluation.report import write_report

    with faults():
        before = read_run(baseline) if baseline else None
        with progress_bars() as progress:
            evaluation = evaluation_plan.run_plan(plan, progress=progress)
        comparison = compare(report_json(evaluation), before) if before else None
        if report is not None:
            write_report(evaluation, report, comparison=comparison)
    for complaint in evaluation.complaints:
        err.print(complaint, style="yellow", markup=False)
    values = {name: score.value for name, score in evaluation.figures.items()}
    missed = [line for gate in gates for line in gate.missed(values, comparison)]
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


def _show_figures(evaluation: Evaluation) -> None:
    table = Table("指标 metric", "值 value", "95%", "n")
    for name, score in evaluation.figures.items():
        table.add_row(name, f"{score.value:.3f}", f"{score.low:.3f}–{score.high:.3f}", str(score.n))
    out.print(table)


def _show_comparison(comparison: Comparison) -> None:
    table = Table("与基线比 against baseline", "before", "after", "差 difference", "95%", "p", "n")
    for name, d in comparison.differences.items():
        interval = f"{d.low:+.3f} … {d.high:+.3f}"
        change = f"{d.value:+.3f}"
        values = (f"{d.before:.3f}", f"{d.after:.3f}", change, interval, f"{d.p:.3f}", str(d.n))
        table.add_row(name, *values)
    out.print(table)
    for words, items in (("变好 won", comparison.won), ("变差 lost", comparison.lost)):
        out.print(f"{words}: {len(items)}", markup=False)
        for id_, question, before, after in items[:MAX_SHOWN]:
            out.print(f"  {id_} {question} ({before:.2f} -> {after:.2f})", markup=False)
