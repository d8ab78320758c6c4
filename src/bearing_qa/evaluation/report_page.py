"""The report as one HTML page without outside links: summary, plots, comparison, every question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from bearing_qa.evaluation.compare import Comparison
from bearing_qa.evaluation.evidence import comparable_with_offsets
from bearing_qa.evaluation.judgements import comparable
from bearing_qa.evaluation.metrics import LOWER_IS_BETTER
from bearing_qa.evaluation.plots import draw_plots
from bearing_qa.evaluation.run import SHOWN, Evaluation, Record
from bearing_qa.types import Score

_HERE = Path(__file__).parent
SCRIPT = _HERE / "report.js"
"""Filters the questions of ``render_questions``."""
CARDS = (
    "hit@1",
    "hit@3",
    "hit@10",
    "MRR@10",
    "nDCG@10",
    "answer",
    "refusal recall",
    "false refusal",
)
"""Figures at the top of the page, where a run has them."""
MEANINGS = {
    "hit@1": "第一段即含依据 / a right passage comes first",
    "hit@3": "前三段中有依据 / a right passage in the first three",
    "hit@5": "前五段中有依据 / in the first five",
    "hit@10": "前十段中有依据 / in the first ten",
    "recall@10": "前十段找到的依据占比 / share of the evidence in the first ten",
    "MRR@10": "首个正确段落名次的倒数 / reciprocal rank of the first right one",
    "nDCG@10": "按名次折扣的得分 / discounted gain over the ideal",
    "MAP": "平均准确率 / mean average precision",
    "all@5": "前五段含全部依据 / all evidence in the first five",
    "cited": "引文中含依据 / evidence inside a citation",
    "citation precision": "引文中属于依据的字数占比 / judged share of what is cited",
    "citation recall": "依据被引文覆盖的占比 / cited share of what is judged",
    "answer": "回答正确且简短 / right and short",
    "number faithfulness": "回答中的数字都在引文中 / figures that are in citations",
    "refusal recall": "无答案的题中拒答的占比 / refused of those without an answer",
    "refusal precision": "拒答的题中确无答案的占比 / rightly refused of those refused",
    "false refusal": "有答案却拒答的占比 / refused although answered",
}
_NOT_SHOWN = ("encoder_fingerprint",)
"""Settings that nobody reads; report.json has them."""
# Why a question counts as failed: the mark in the page, and the words.
FAULTS = {
    "miss": f"前 {SHOWN} 段没有依据 / no evidence in the first {SHOWN}",
    "late": "依据不在第一段 / evidence is not first",
    "wrong": "回答不对 / wrong answer",
    "uncited": "引文中没有依据 / the citations lack the evidence",
    "refused": "有答案却拒答 / refused although answered",
    "answered": "无答案却作答 / answered although there is none",
    "judgement": "评测题有误 / the judgement is broken",
}


_ANSWERS = {"wrong": "answer", "uncited": "cited"}
"""Faults of an answer that was given, with the figure that is 0 then."""


def faults(record: Record) -> list[str]:
    """The marks of FAULTS that apply to a question."""
    figures = record["figures"]
    found = ["judgement"] if record["complaints"] else []
    if figures.get("hit@10") == 0.0:
        found.append("miss")
    elif figures.get("hit@1") == 0.0:
        found.append("late")
    if figures.get("false refusal") == 1.0:
        found.append("refused")
    else:
        found += [mark for mark, figure in _ANSWERS.items() if figures.get(figure) == 0.0]
    if figures.get("refusal recall") == 0.0:
        found.append("answered")
    return found


def render_report(evaluation: Evaluation, *, comparison: Comparison | None = None) -> str:
    """The page."""
    style = (_HERE / "report.css").read_text(encoding="utf-8")
    script = SCRIPT.read_text(encoding="utf-8")
    body = "".join(
        [
            _header(evaluation),
            render_summary(evaluation),
            _comparison(comparison) if comparison else "",
            render_questions(evaluation),
            _groups(evaluation),
            _settings(evaluation),
        ]
    )
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>检索评测报告</title><style>{style}</style><main>{body}</main>"
        f"<script>{script}</script></html>"
    )


def _header(evaluation: Evaluation) -> str:
    settings = evaluation.settings
    failed = sum(bool(faults(record)) for record in evaluation.questions)
    return (
        "<h1>检索评测报告 <small>Evaluation report</small></h1>"
        f"<p>{len(evaluation.questions)} 题 questions，其中 {failed} 题有问题 with a fault · "
        f"{escape(str(settings.get('date', '')))} · {escape(str(settings.get('encoder', '')))}</p>"
        + _complaints(evaluation)
    )


def _complaints(evaluation: Evaluation) -> str:
    items = "".join(f"<li>{escape(complaint)}</li>" for complaint in evaluation.complaints)
    count = len(evaluation.complaints)
    return (
        f'<details class="complaints"><summary>{count} 处有误，未计入 / '
        f"not counted</summary><ul>{items}</ul></details>"
        if items
        else ""
    )


def render_summary(evaluation: Evaluation, *, say: Callable[[str], str] = str) -> str:
    """Cards with the main figures and what each means, and the plots. Also shown in the web page, where ``say`` chooses a
    language of words that are written 中文 / English."""
    cards = "".join(
        f'<div class="card"><b>{score.value:.3f}</b><span>{escape(name)}</span>'
        f"<em>{escape(say(MEANINGS[name]))}</em>"
        f"<small>{score.low:.2f}–{score.high:.2f} · n={score.n}</small></div>"
        for name, score in evaluation.figures.items()
        if name in CARDS
    )
    captions = {
        "figures": "各项指标与 95% 区间 / figures with intervals",
        "ranks": "首个正确段落的名次 / rank of the first right passage",
        "groups": "各组的 hit@1 / hit@1 by group",
        "refusal": "拒答曲线 / refusal by confidence",
        "latency": "每题用时 / latency",
    }
    drawn = draw_plots(evaluation)
    plots = "".join(
        f'<figure><img alt="{escape(say(captions[name]))}" src="{drawn[name]}">'
        f"<figcaption>{escape(say(captions[name]))}</figcaption></figure>"
        for name in captions
        if name in drawn
    )
    return f'<div class="cards">{cards}</div><div class="plots">{plots}</div>'


def _comparison(comparison: Comparison) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td>{_cells(d.before, d.after)}"
        f'<td class="n {_verdict(name, d)}">{d.value:+.3f}</td>'
        f'<td class="n">{d.low:+.3f} … {d.high:+.3f}</td><td class="n">{d.p:.3f}</td><td class="n">{d.n}</td></tr>'
        for name, d in comparison.differences.items()
    )
    lists = "".join(
        f"<details><summary>{title}：{len(items)}</summary><ul>"
        + "".join(
            f"<li>{escape(id_)} {escape(question)} ({before:.2f} → {after:.2f})</li>"
            for id_, question, before, after in items
        )
        + "</ul></details>"
        for title, items in (("变好的题 won", comparison.won), ("变差的题 lost", comparison.lost))
    )
    return (
        '<h2>与基线比较 <small>against the baseline</small></h2><div class="wide"><table><tr><th>指标</th>'
        '<th class="n">基线 before</th><th class="n">本次 after</th><th class="n">差 difference</th>'
        f'<th class="n">95% 区间</th><th class="n">p</th><th class="n">n</th></tr>{rows}</table></div>{lists}'
    )


def _cells(*values: float) -> str:
    return "".join(f'<td class="n">{value:.3f}</td>' for value in values)


def _verdict(name: str, difference: Any) -> str:
    if difference.is_worse(name):
        return "worse"
    is_sure = difference.low > 0 or difference.high < 0
    return "better" if is_sure else ""


def render_questions(evaluation: Evaluation) -> str:
    """Every question with what came back, and buttons that choose among them by fault. Also shown in the web page."""
    counts = dict.fromkeys(FAULTS, 0)
    for record in evaluation.questions:
        for mark in faults(record):
            counts[mark] += 1
    failed = sum(bool(faults(record)) for record in evaluation.questions)
    buttons = "".join(
        f'<button data-fault="{mark}">{words.split(" / ")[0]} {counts[mark]}</button>'
        for mark, words in FAULTS.items()
        if counts[mark]
    )
    items = "".join(_question(record) for record in evaluation.questions)
    return (
        f"<section class='judged'><h2>逐题 <small>questions</small></h2><div class='filter' role='group' aria-label='筛选 filter'>"
        f'<button data-fault="any" aria-pressed="{str(bool(failed)).lower()}">有问题的 faults {failed}</button>'
        f'<button data-fault="" aria-pressed="{str(not failed).lower()}">全部 all {len(evaluation.questions)}</button>'
        f"{buttons}<input type='search' aria-label='在题中查找' placeholder='在题中查找 / search'></div>"
        f'<div class="questions">{items}</div></section>'
    )


def _question(record: Record) -> str:
    marks = faults(record)
    labels = "".join(f'<em class="fault">{FAULTS[mark].split(" / ")[0]}</em>' for mark in marks)
    rank = record.get("rank") or 0
    place = "" if record["unanswerable"] or not record["judged"] else f"名次 {rank or '—'}"
    parts = [
        _field("评测题有误 / broken judgement", "；".join(record["complaints"])),
        _field(
            "期望 / expected",
            record.get("expected", "") or ("资料中没有答案" if record["unanswerable"] else ""),
        ),
        _field("依据 / evidence", "｜".join(record.get("evidence", []))),
        _field("回答 / answer", record.get("answer", "")),
        _field("拒答原因 / reason", record.get("reason", "")),
    ]
    passages = "".join(_passage(record, item, n) for n, item in enumerate(record["found"], 1))
    return (
        f'<details data-faults="{" ".join(marks)}"><summary><span class="id">{escape(record["id"])}</span> '
        f'{escape(record["question"])} {labels}<span class="place">{place}</span></summary>'
        f"<dl>{''.join(parts)}</dl><ol>{passages}</ol></details>"
    )


def _field(name: str, value: str) -> str:
    return f"<dt>{name}</dt><dd>{escape(value)}</dd>" if value else ""


def _passage(record: Record, item: Mapping[str, Any], number: int) -> str:
    where = " > ".join([item["doc_id"], *item.get("section", [])])
    mark = ' class="right"' if item.get("relevant") else ""
    return (
        f'<li{mark} value="{number}"><small>{escape(where)}</small>'
        f"<p>{highlight(item.get('text', ''), record.get('evidence', []))}</p></li>"
    )


def highlight(text: str, quotes: list[str]) -> str:
    """A passage as HTML with the judged quotes marked."""
    made, offsets = comparable_with_offsets(text)
    spans = []
    for quote in map(comparable, quotes):
        at = made.find(quote) if quote else -1
        if at >= 0:
            spans.append((offsets[at], offsets[at + len(quote) - 1] + 1))
    return "".join(_pieces(text, sorted(spans)))


def _pieces(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    reached = 0
    for start, end in spans:
        if start >= reached:
            yield escape(text[reached:start]) + f"<mark>{escape(text[start:end])}</mark>"
            reached = end
    yield escape(text[reached:])


def _groups(evaluation: Evaluation) -> str:
    tables = "".join(
        f"<h3>{escape(tag)}</h3>{_group_table(values, evaluation)}"
        for tag, values in evaluation.groups.items()
    )
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class='n'>{s.value:.3f}</td><td class='n'>{s.low:.3f}–{s.high:.3f}</td>"
        f"<td class='n'>{s.n}</td><td>{escape(MEANINGS[name])}</td></tr>"
        for name, s in evaluation.figures.items()
    )
    return (
        '<h2>全部指标 <small>all figures</small></h2><div class="wide"><table><tr><th>指标</th>'
        '<th class="n">值</th><th class="n">95% 区间</th><th class="n">n</th><th>含义</th></tr>'
        f"{rows}</table></div><p>无答案的题只计入拒答指标；没有判断的题不计入任何指标。"
        " Questions without an answer count in the refusal figures only, those without a judgement in none.</p>"
        + (f"<h2>分组 <small>groups</small></h2>{tables}" if tables else "")
    )


def _group_table(values: Mapping[str, Mapping[str, Score]], evaluation: Evaluation) -> str:
    names = list(evaluation.figures)
    head = "".join(f'<th class="n">{escape(name)}</th>' for name in names)
    rows = "".join(
        f"<tr><td>{escape(value)}</td>"
        + "".join(
            f'<td class="n">{figures[n].value:.2f}<small> {figures[n].n}</small></td>'
            if n in figures
            else "<td></td>"
            for n in names
        )
        + "</tr>"
        for value, figures in values.items()
    )
    return f'<div class="wide"><table><tr><th></th>{head}</tr>{rows}</table></div>'


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {part}" for key, part in value.items())
    return str(value)


def _settings(evaluation: Evaluation) -> str:
    rows = "".join(
        f"<tr><th>{escape(key)}</th><td>{escape(_said(value))}</td></tr>"
        for key, value in evaluation.settings.items()
        if key not in _NOT_SHOWN
    )
    better = "、".join(sorted(LOWER_IS_BETTER))
    return (
        f'<h2>设置 <small>settings</small></h2><table class="settings">{rows}</table>'
        f"<p><small>{escape(better)}：越低越好 / lower is better</small></p>"
    )
