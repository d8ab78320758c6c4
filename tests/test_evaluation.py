"""Figures by hand and by ir-measures, judgements that survive re-chunking, runs that compare."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import JudgementError
from bearing_qa.evaluation import metrics
from bearing_qa.evaluation.compare import (
    Comparison,
    compare,
    difference,
    parse_gate,
    randomisation_test,
    read_run,
)
from bearing_qa.evaluation.drafts import draft_questions
from bearing_qa.evaluation.evidence import (
    Locator,
    Place,
    Unit,
    comparable_with_offsets,
    longest_common,
)
from bearing_qa.evaluation.ir_collections import read_beir, read_qrels, read_topics
from bearing_qa.evaluation.judgements import Evidence, Judgement, comparable, make_judgement
from bearing_qa.evaluation.question_files import read_questions
from bearing_qa.evaluation.report import FILES, as_json, write_report
from bearing_qa.evaluation.run import Evaluation, evaluate
from bearing_qa.search.retrieve import Stages
from bearing_qa.types import Citation, Parsed, Passage
from tests.conftest import BigramEncoder, shared

QUESTION = "公园门票价格不得超过多少元？"
QUOTE = "不得超过20元"


def judge(*quotes: str, **fields: Any) -> Judgement:
    return Judgement("q", QUESTION, tuple(Evidence(quote=quote) for quote in quotes), **fields)


def cite(start: int, end: int, doc_id: str = "a") -> Citation:
    return Citation(doc_id, "题", (), (1, 1), False, "text", start, end, "x" * (end - start), 1.0)


@pytest.fixture
def reader(tiny_index: Path, encoder: BigramEncoder) -> Library:
    return Library(tiny_index, encoder=encoder)


def run_of(reader: Library, *judgements: Judgement) -> Evaluation:
    return evaluate(reader, [replace(j, id=str(n)) for n, j in enumerate(judgements, 1)])


# Figures


def test_rank_figures_are_those_of_the_field() -> None:
    qrels = {"a": {"x": 1, "y": 1}, "b": {"z": 1}, "c": {"w": 1}}
    run = {"a": {"n": 3.0, "x": 2.0, "y": 1.0}, "b": {"n": 1.0}}
    found = metrics.rank_figures(qrels, run)
    assert found["hit@1"] == {"a": 0.0, "b": 0.0, "c": 0.0}
    assert found["hit@3"] == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert found["MRR@10"]["a"] == 0.5
    assert found["recall@10"]["a"] == 1.0
    assert found["MAP"]["a"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    gain = 1 / np.log2(3) + 1 / np.log2(4)
    assert found["nDCG@10"]["a"] == pytest.approx(gain / (1 + 1 / np.log2(3)))


def test_citations_are_weighed_by_characters() -> None:
    units = [Unit((Place("a", 0, 10), Place("a", 90, 100)), 1), Unit((Place("a", 20, 40),), 1)]
    citations = [cite(5, 15), cite(20, 40), cite(25, 30), cite(0, 10, "b")]
    assert metrics.citation_precision(citations, units) == pytest.approx(25 / 40)
    assert metrics.citation_recall(citations, units) == pytest.approx((0.5 + 1.0) / 2)
    assert metrics.citation_precision([], units) == 0.0
    assert metrics.citation_recall([], units) == 0.0


def test_all_evidence_is_all_of_it_or_any_whole_piece() -> None:
    units = [Unit((Place("a", at, at + 1),), 1) for at in range(3)]
    assert metrics.all_evidence(units, [0, 0, 1], [True, True, True], any_=False) == 1.0
    assert metrics.all_evidence(units, [0, 0, 1], [True, False, True], any_=False) == 0.0
    assert metrics.all_evidence(units, [0, 0, 1], [True, False, True], any_=True) == 1.0
    assert metrics.all_evidence(units, [0, 0, 1], [True, False, False], any_=True) == 0.0


def test_figures_of_an_answer_stand_in_its_citations_or_count_against_it() -> None:
    citation = replace(cite(0, 8), text="产量202亿套")
    assert metrics.number_faithfulness("产量202亿套[1]", [citation]) == 1.0
    assert metrics.number_faithfulness("2023年产量202亿套[1]", [citation]) == 0.5
    assert metrics.number_faithfulness("没有数字", [citation]) is None


def test_a_right_answer_has_every_key_whole_and_is_short() -> None:
    judged = judge("x", answer_keys=(("2180亿", "两千一百八十亿"), ("2.3%",)))
    assert metrics.is_right(judged, "收入 2180 亿元，下降 2.3%")
    assert not metrics.is_right(judged, "收入 12180 亿元，下降 2.3%")
    assert not metrics.is_right(judged, "收入 2180 亿元，下降 12.3%")
    assert not metrics.is_right(judged, "收入 2180 亿元，下降 2.3%" + "。" * 200)
    assert metrics.is_right(judge("x", answer="20元。"), "不得超过 20 元")


def test_intervals_hold_the_mean_and_do_not_change() -> None:
    score = metrics.score([1.0] * 8 + [0.0] * 2)
    assert score.value == pytest.approx(0.8)
    assert score.low < score.value < score.high
    assert score == metrics.score([1.0] * 8 + [0.0] * 2)
    assert metrics.score([]).n == 0


# Judgements and where they stand


def test_quotes_are_compared_without_blanks_and_width() -> None:
    assert comparable("２１８０ 亿元，“十四五”") == comparable('2180亿元,"十四五"')
    assert comparable("1,000 家") == "1000家"


@given(st.text(alphabet="轴承1２3,，ＡbＣ ℃“”\n①", max_size=60))
def test_offsets_of_comparable_text_lead_home(text: str) -> None:
    made, offsets = comparable_with_offsets(text)
    assert made == comparable(text)
    assert len(offsets) == len(made)
    assert offsets == sorted(offsets)
    assert all(char in comparable(text[at]) for char, at in zip(made, offsets, strict=True))


@given(st.text("甲乙丙", max_size=12), st.text("甲乙丙", max_size=30))
def test_the_longest_common_stretch_is_found(wanted: str, text: str) -> None:
    start, size = longest_common(wanted, text)
    stretches = {wanted[a:b] for a in range(len(wanted)) for b in range(a + 1, len(wanted) + 1)}
    assert size == max((len(part) for part in stretches if part in text), default=0)
    assert text[start : start + size] in wanted


def test_a_quote_is_found_in_every_document_or_its_own(reader: Library) -> None:
    locator = Locator(reader.index())
    (unit,) = locator.locate(judge("不得超过 ２０ 元")).units
    place = unit.places[0]
    parsed = reader.index().catalogue.parsed(place.doc_id)
    assert parsed is not None
    assert parsed.document.text[place.start : place.end] == QUOTE
    elsewhere = Judgement("q", QUESTION, (Evidence("报告", QUOTE),))
    assert locator.locate(elsewhere).units == ()


def test_a_quote_that_is_not_there_is_reported_with_the_nearest_text(reader: Library) -> None:
    located = Locator(reader.index()).locate(judge("应当每日巡查，发现问题在48小时内处理"))
    assert located.units == ()
    assert "在24小时内处理" in located.complaints[0]
    unknown = Judgement(
        "q", QUESTION, (Evidence("没有的文件"), Evidence("没有的文件", span=(0, 3)))
    )
    assert len(Locator(reader.index()).locate(unknown).complaints) == 2


def test_a_quote_over_two_passages_is_shown_by_both_together(reader: Library) -> None:
    parsed = next(d for d in documents(reader) if len(texts_of(d)) > 1)
    first, second = texts_of(parsed)[:2]
    quote = parsed.document.text[first.end - 12 : second.start + 12]
    located = Locator(reader.index()).locate(judge(quote))
    assert len(located.units) >= 2
    shown = [[u.is_shown_by(p) for u in located.units] for p in parsed.passages]
    assert not any(all(row) for row in shown)
    assert all(any(row[n] for row in shown) for n in range(len(located.units)))


def texts_of(parsed: Parsed) -> list[Passage]:
    return [passage for passage in parsed.passages if passage.kind == "text"]


def documents(reader: Library) -> list[Parsed]:
    catalogue = reader.index().catalogue
    found = [catalogue.parsed(doc_id) for doc_id in catalogue.doc_ids()]
    return [parsed for parsed in found if parsed is not None]


# Runs


def test_a_perfect_answer_scores_exactly_one(reader: Library) -> None:
    """Overlapping judgements, and a passage that holds two judged spans, change nothing."""
    evaluation = run_of(reader, judge(QUOTE), judge(QUOTE, "20元", "门票价格"))
    names = ("hit@1", "recall@10", "MRR@10", "nDCG@10", "MAP", "all@5", "cited")
    assert {name: evaluation.figures[name].value for name in names} == dict.fromkeys(names, 1.0)


def test_each_question_counts_where_the_docs_say(reader: Library) -> None:
    evaluation = run_of(
        reader,
        judge(QUOTE, answer="20元", tags={"type": "数字"}),
        Judgement("u", "太阳系有几颗行星？", unanswerable=True, tags={"type": "无"}),
        Judgement("n", "渡口叫什么？"),
        judge("哪里也没有的一句话"),
    )
    assert evaluation.figures["hit@1"].n == 1
    assert evaluation.figures["refusal recall"].n == 1
    assert evaluation.figures["answer"].value == 1.0
    assert set(evaluation.groups["type"]) == {"数字", "无"}
    assert len(evaluation.complaints) == 2
    assert "1 题没有依据" in evaluation.complaints[0]
    judged = [record["judged"] for record in evaluation.questions]
    assert judged == [True, True, False, False]
    assert evaluation.questions[3]["complaints"]


def test_sections_spans_and_documents_are_judgements_too(reader: Library) -> None:
    locator = Locator(reader.index())
    (place,) = locator.locate(judge(QUOTE)).units[0].places
    span = Evidence(place.doc_id, span=(place.start, place.end))
    section = Evidence(section=("二、存在的问题",))
    document = Evidence(place.doc_id)
    for evidence, question in ((span, QUESTION), (section, "存在的问题"), (document, QUESTION)):
        evaluation = run_of(reader, Judgement("q", question, (evidence,)))
        assert evaluation.figures["hit@10"].value == 1.0


def their_figures(folder: Path) -> dict[Any, float]:
    """What ir-measures itself makes of the exported files."""
    theirs: Any = ir_measures
    qrels = list(theirs.read_trec_qrels(str(folder / "qrels.trec")))
    run = list(theirs.read_trec_run(str(folder / "run.trec")))
    return dict(theirs.calc_aggregate(metrics.RANK_MEASURES.values(), qrels, run))


def test_figures_are_those_that_ir_measures_prints_from_the_exported_files(
    reader: Library, tmp_path: Path
) -> None:
    judgements = [
        judge(QUOTE),
        judge("养殖面积12.5万亩", "从业人员约8万人"),
        Judgement(
            "q", "灯塔修缮花多少钱？", (Evidence(quote="320万元"), Evidence(quote="35.2", grade=2))
        ),
    ]
    evaluation = run_of(reader, *judgements)
    write_report(evaluation, tmp_path)
    theirs = their_figures(tmp_path)
    for name, measure in metrics.RANK_MEASURES.items():
        assert evaluation.figures[name].value == pytest.approx(theirs[measure]), name


def test_the_report_is_one_page_with_all_that_is_known(reader: Library, tmp_path: Path) -> None:
    hostile = judge(QUOTE, answer="<script>alert(1)</script>", tags={"type": "<b>x</b>"})
    absent = Judgement("u", "=cmd()太阳系有几颗行星？", unanswerable=True)
    evaluation = run_of(reader, hostile, absent)
    write_report(evaluation, tmp_path / "r")
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == sorted(FILES)
    report = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
    assert set(report["metrics"]["hit@1"]) == {"value", "low", "high", "n"}
    assert {"metrics", "groups", "questions", "settings"} <= set(report)
    assert len(report["questions"]) == 2
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert f"<mark>{QUOTE}</mark>" in page
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert not any(sign in page for sign in ('src="http', 'href="http', "@import", "url("))
    assert "'=cmd" in (tmp_path / "r" / "questions.csv").read_text(encoding="utf-8-sig")


# Comparison


def test_two_runs_of_the_same_are_equal(reader: Library) -> None:
    first, second = (run_of(reader, judge(QUOTE), judge("8万人")) for _ in range(2))
    comparison = compare(as_json(first), as_json(second))
    assert not comparison.won
    assert not comparison.lost
    for found in comparison.differences.values():
        assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    values = {name: score.value for name, score in first.figures.items()}
    assert missed(["no worse than baseline", "hit@1>=0.5"], values, comparison) == []


def questions_on_everything(reader: Library) -> list[Judgement]:
    """A question for each sentence of the corpus: its own words, in another order of clauses."""
    judgements: list[Judgement] = []
    for parsed in documents(reader):
        text = parsed.document.text
        for passage in parsed.passages:
            for sentence in passage.sentences if passage.kind == "text" else ():
                quote = text[sentence.start : sentence.end]
                asked = "，".join(reversed(quote.rstrip("。；").split("，")))
                evidence = (Evidence(parsed.document.doc_id, quote),)
                judgements.append(Judgement(str(len(judgements)), asked, evidence))
    return judgements


def test_a_run_with_a_leg_off_is_worse_and_the_gate_says_so(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    whole = Library(tiny_index, encoder=encoder)
    judgements = questions_on_everything(whole)
    blind = BigramEncoder()
    blind._vector = lambda text: np.full(256, 1 / 16, np.float32)  # type: ignore[method-assign]
    before = evaluate(whole, judgements)
    crippled = Library(tiny_index, encoder=encoder, stages=Stages(lexical=False, rerank=False))
    crippled.encoder = lambda index: blind  # type: ignore[method-assign]
    after = evaluate(crippled, judgements)
    comparison = compare(as_json(after), as_json(before))
    found = comparison.differences["MRR@10"]
    assert found.high < 0
    assert found.p < 0.05
    assert comparison.lost
    values = {name: score.value for name, score in after.figures.items()}
    assert missed(["MRR@10 no worse than baseline"], values, comparison)
    assert missed(["mrr@10>=0.999"], values, None)


def test_runs_over_other_questions_or_documents_are_not_compared(
    reader: Library, tmp_path: Path, encoder: BigramEncoder
) -> None:
    run = as_json(run_of(reader, judge(QUOTE)))
    with pytest.raises(JudgementError, match="other questions"):
        compare(as_json(run_of(reader, judge("8万人"))), run)
    corpus = tmp_path / "other"
    corpus.mkdir()
    (corpus / "a.txt").write_text(f"公园管理办法\n门票价格{QUOTE}。", encoding="utf-8")
    build_index(corpus, tmp_path / "other-index", encoder=encoder)
    other = Library(tmp_path / "other-index", encoder=encoder)
    with pytest.raises(JudgementError, match="other documents"):
        compare(as_json(run_of(other, judge(QUOTE))), run)
    with pytest.raises(JudgementError, match="holds no run"):
        read_run(tmp_path)


def missed(texts: list[str], values: dict[str, float], comparison: Comparison | None) -> list[str]:
    return [line for text in texts for line in parse_gate(text).missed(values, comparison)]


@pytest.mark.parametrize(
    "gate", ["hit@1", "nothing>=1", "hit@7 no worse than baseline", ">=1", "hit@1>=x", "hit@1=>1"]
)
def test_gates_that_mean_nothing_are_refused(gate: str) -> None:
    with pytest.raises(ValueError, match=r"gate|figure"):
        parse_gate(gate)


def test_a_figure_that_no_question_counts_for_is_a_missed_gate() -> None:
    assert missed(["refusal precision>=0.5"], {"hit@1": 1.0}, None) == [
        "refusal precision: no question counts for it"
    ]


def test_the_randomisation_test_counts_patterns() -> None:
    """Against all patterns: of 2**10 swaps of ten equal differences two are as extreme."""
    pairs = np.array([[0.0] * 10 + [1.0] * 5, [1.0] * 10 + [1.0] * 5])
    assert randomisation_test(pairs) == pytest.approx(2 / 2**10, abs=0.002)
    assert difference([0, 1, 0, 1], [1, 0, 1, 0]).p == pytest.approx(1.0)
    assert difference([0.0] * 9, [1.0] * 9).low == 1.0


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, math.nan])] * 2), min_size=2, max_size=7))
def test_differences_of_figures_that_count_in_one_run_only(
    pairs: list[tuple[float, float]],
) -> None:
    """Against every swap of every pair (a slow oracle)."""
    kept = [pair for pair in pairs if not all(map(math.isnan, pair))]
    sides = list(zip(*kept, strict=True))
    if not sides or any(all(map(math.isnan, side)) for side in sides):
        return
    found = difference(*sides)
    means = [float(np.nanmean(side)) for side in sides]
    assert (found.before, found.after, found.value) == pytest.approx((*means, means[1] - means[0]))
    changed = [pair for pair in kept if not np.array_equal(pair[0], pair[1], equal_nan=True)]
    if not changed:
        assert found.p == 1.0
        return

    def apart(swaps: tuple[bool, ...]) -> float:
        swapped = [pair[::-1] if swap else pair for pair, swap in zip(kept, swaps, strict=True)]
        before, after = (np.array(side) for side in zip(*swapped, strict=True))
        sums = [np.nansum(side) / max((~np.isnan(side)).sum(), 1) for side in (before, after)]
        return abs(float(sums[1] - sums[0]))

    actual = apart((False,) * len(kept))
    every = [apart(swaps) for swaps in itertools.product((False, True), repeat=len(kept))]
    share = sum(value >= actual - 1e-9 for value in every) / len(every)
    assert found.p == pytest.approx(share, abs=0.03)


def test_refusal_precision_of_a_run_that_refuses_more_is_worse(reader: Library) -> None:
    judgements = [judge(QUOTE), Judgement("u", "太阳系有几颗行星？", unanswerable=True)]
    before = as_json(run_of(reader, *judgements))
    after = json.loads(json.dumps(before))
    record = after["questions"][0]
    record["figures"]["refusal precision"] = 0.0
    found = compare(after, before).differences["refusal precision"]
    assert (found.before, found.after, found.n) == (1.0, 0.5, 2)


# Files


def test_broken_lines_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    lines = [
        '{"question": "甲？", "evidence": ["乙"]}',
        '{"id": 1}',
        "x",
        '{"question": " "}',
        "[1]",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    questions = read_questions(path)
    assert [j.question for j in questions.judgements] == ["甲？"]
    assert len(questions.complaints) == 4
    assert all("line" in complaint for complaint in questions.complaints)
    path.write_text(" ", encoding="utf-8")
    with pytest.raises(JudgementError):
        read_questions(path)


def test_repeated_ids_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "question": "甲？"}\n' * 3, encoding="utf-8")
    questions = read_questions(path)
    assert [j.id for j in questions.judgements] == ["a", "a#2", "a#3"]
    (complaint,) = questions.complaints
    assert "'a' comes again, 2 times; now a#2 to a#3" in complaint
    ids = ("a", "a#2", "a", "a#2")
    lines = [json.dumps({"id": id_, "question": "甲？"}) for id_ in ids]
    path.write_text("\n".join(lines), encoding="utf-8")
    mixed = read_questions(path)
    assert [j.id for j in mixed.judgements] == ["a", "a#2", "a#3", "a#2#2"]
    assert len(mixed.complaints) == 2


def test_lines_of_odd_shapes_cost_only_themselves(tmp_path: Path) -> None:
    """Numbers beyond any text, nesting without end, parts of another kind: a line of words for each."""
    path = tmp_path / "q.jsonl"
    span = '{"question": "甲？", "spans": [{"doc_id": "办法", "start": %s, "end": %s}]}'
    odd = [
        "[" * 100_000,
        '{"question": "甲？", "tags": ' + "[" * 900 + "]" * 900 + "}",
        span % (0, "1e309"),
        span % (True, 5),
        span % (-1, 5),
        span % (0, "9" * 4000),
        '{"question": "甲？", "spans": [7]}',
        '{"question": "甲？", "key_alts": "乙", "answer_keys": ["丙"]}',
        '{"question": "甲？", "tags": 3}',
    ]
    path.write_text("\n".join([*odd, span % (0, 4)]), encoding="utf-8")
    questions = read_questions(path)
    assert [j.evidence[0].span for j in questions.judgements] == [(0, 4)]
    assert len(questions.complaints) == len(odd)
    assert not any("object has no attribute" in complaint for complaint in questions.complaints)


def test_a_sheet_with_a_cell_at_its_far_corner_is_told_and_not_walked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    sheet.cell(3, 16384).value = "远"
    book.save(tmp_path / "wide.xlsx")
    assert len(read_questions(tmp_path / "wide.xlsx").judgements) == 3
    sheet.cell(1_048_576, 16384).value = "远"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(JudgementError, match="more than 100,000 rows"):
        read_questions(tmp_path / "a.xlsx")


ROWS = [
    ["编号", "问题", "依据", "答案", "无答案", "难度"],
    ["1", QUESTION, f"{QUOTE}||门票价格", "20元", "", "易"],
    ["2", "太阳系有几颗行星？", "", "", "是", "难"],
    ["", "", "", "", "", ""],
    ["3", "渡口叫什么？", "", "", "", ""],
]


def test_tables_are_read_as_people_write_them(tmp_path: Path) -> None:
    lines = "\n".join(",".join(row) for row in ROWS)
    (tmp_path / "a.csv").write_bytes(lines.encode("gb18030"))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append([int(row[0]) if row[0].isdigit() else row[0], *row[1:]])
    book.save(tmp_path / "b.xlsx")
    (tmp_path / "e.csv").write_text(lines.replace(",", ";"), encoding="utf-8-sig")
    for name in ("a.csv", "b.xlsx", "e.csv"):
        first, second, third = read_questions(tmp_path / name).judgements
        assert [e.quote for e in first.evidence] == [QUOTE, "门票价格"]
        assert (first.id, first.answer, first.tags) == ("1", "20元", {"难度": "易"})
        assert second.unanswerable
        assert not third.unanswerable
        assert not third.is_answerable
    (tmp_path / "c.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(JudgementError, match="no column question"):
        read_questions(tmp_path / "c.csv")
    (tmp_path / "d.xlsx").write_bytes(b"PK no")
    with pytest.raises(JudgementError, match="no sound Excel"):
        read_questions(tmp_path / "d.xlsx")


def test_the_most_exact_evidence_counts() -> None:
    item = {"question": "甲？", "evidence": ["乙"], "sections": [["一、丙"]], "doc_id": "丁"}
    assert make_judgement(item, default_id="1").evidence == (Evidence("丁", "乙"),)
    del item["evidence"]
    assert make_judgement(item, default_id="1").evidence == (Evidence("丁", section=("一、丙",)),)
    del item["sections"]
    assert make_judgement(item, default_id="1").evidence == (Evidence("丁"),)
    with pytest.raises(ValueError, match="yet with evidence"):
        make_judgement(item | {"unanswerable": True}, default_id="1")
    assert make_judgement({"question": "甲？", "evidence": []}, default_id="1").unanswerable
    assert not make_judgement({"question": "甲？"}, default_id="1").unanswerable


def write_collection(folder: Path) -> None:
    texts = {"a": ("灯塔", "北港灯塔建于1902年。"), "b": ("渡口", "柳林渡口每日开放。")}
    lines = (json.dumps({"_id": i, "title": t, "text": x}) for i, (t, x) in texts.items())
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    asked = {"q1": "灯塔建于哪一年", "q2": "没有判断", "q3": "渡口何时开放"}
    lines = (json.dumps({"_id": i, "text": x, "split": "dev"}) for i, x in asked.items())
    (folder / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_beir_folders_and_trec_files(tmp_path: Path, encoder: BigramEncoder) -> None:
    write_collection(tmp_path)
    with pytest.raises(JudgementError, match="no BEIR folder"):
        read_beir(tmp_path)
    (tmp_path / "qrels").mkdir()
    qrels = tmp_path / "qrels" / "test.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\n", encoding="utf-8")
    with pytest.raises(JudgementError, match="judges none"):
        read_beir(tmp_path)
    qrels.write_text("query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\tb\t0\nq3\tb\t1\n", encoding="utf-8")
    corpus, questions = read_beir(tmp_path)
    assert [(j.id, dict(j.tags)) for j in questions.judgements] == [
        ("q1", {"split": "dev"}),
        ("q3", {"split": "dev"}),
    ]
    build_index(corpus, tmp_path / "index", encoder=encoder)
    evaluation = evaluate(Library(tmp_path / "index", encoder=encoder), questions.judgements)
    assert evaluation.figures["hit@1"].value == 1.0
    assert evaluation.figures["nDCG@10"].value == 1.0
    assert evaluation.qrels == {"q1": {"a": 2}, "q3": {"b": 1}}
    write_report(evaluation, tmp_path / "r")
    assert read_qrels(tmp_path / "r" / "qrels.trec", []) == evaluation.qrels
    (tmp_path / "topics.txt").write_text("q1\t灯塔建于哪一年\nq9\t别的\n", encoding="utf-8")
    topics = read_topics(tmp_path / "topics.txt", tmp_path / "r" / "qrels.trec")
    assert [j.evidence for j in topics.judgements] == [(Evidence("a", grade=2),)]
    classic = "<top>\n<num> Number: q3\n<title> 渡口何时开放\n<desc> x\n</top>"
    (tmp_path / "old.txt").write_text(classic, encoding="utf-8")
    old = read_topics(tmp_path / "old.txt", tmp_path / "r" / "qrels.trec")
    assert [j.question for j in old.judgements] == ["渡口何时开放"]


# Drafts


def test_drafts_quote_the_corpus_and_count_only_when_accepted(
    reader: Library, tmp_path: Path
) -> None:
    drafts = draft_questions(reader.index(), count=12)
    assert len({draft["question"] for draft in drafts}) == len(drafts) >= 8
    assert {"table", "section"} <= {draft["type"] for draft in drafts}
    path = tmp_path / "drafts.jsonl"
    write_lines(path, drafts)
    with pytest.raises(JudgementError, match="machine drafts"):
        read_questions(path)
    write_lines(path, [draft | {"accepted": True} for draft in drafts])
    judgements = read_questions(path).judgements
    locator = Locator(reader.index())
    assert all(not locator.locate(judgement).complaints for judgement in judgements)


def write_lines(path: Path, items: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "documents", "least"), [("cmrc2018", 60, 0.8), ("stard_law", 500, 0.3)]
)
def test_exported_figures_of_a_public_set_are_those_of_ir_measures(
    name: str, documents: int, least: float, tmp_path: Path
) -> None:
    """The first documents of a set with the questions that they answer, and the exported files."""
    folder = shared("data", name)
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").split("\n")[:documents]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    kept = {json.loads(line)["_id"] for line in lines}
    judged = read_qrels(folder / "qrels.tsv", [])
    asked = (json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8"))
    own = [item for item in asked if kept & set(judged.get(item["_id"], {}))]
    write_lines(tmp_path / "queries.jsonl", own)
    (tmp_path / "qrels.tsv").write_bytes((folder / "qrels.tsv").read_bytes())
    corpus, questions = read_beir(tmp_path)
    encoder = BigramEncoder()
    build_index(corpus, tmp_path / "index", encoder=encoder)
    evaluation = evaluate(Library(tmp_path / "index", encoder=encoder), questions.judgements)
    write_report(evaluation, tmp_path / "r")
    theirs = their_figures(tmp_path / "r")
    for figure, measure in metrics.RANK_MEASURES.items():
        assert evaluation.figures[figure].value == pytest.approx(theirs[measure]), figure
    assert evaluation.figures["hit@10"].n == len(own)
    assert evaluation.figures["hit@10"].value > least


def test_a_question_that_cannot_be_asked_is_a_complaint_and_the_others_count(
    reader: Library,
) -> None:
    evaluation = run_of(
        reader,
        replace(judge(QUOTE), question="😀"),
        judge(QUOTE),
        replace(judge(QUOTE), question="轴" * 5000),
    )
    assert evaluation.figures["hit@1"].n == 1
    assert [complaint[0] for complaint in evaluation.complaints] == ["1", "3"]
    assert as_json(evaluation)["complaints"] == evaluation.complaints


def test_complaints_about_the_file_are_in_the_report(reader: Library) -> None:
    evaluation = evaluate(reader, [judge(QUOTE)], complaints=["line 7: broken"])
    assert as_json(evaluation)["complaints"] == ["line 7: broken"]


def test_unjudged_questions_count_in_nothing_and_an_answer_alone_counts_for_itself(
    reader: Library,
) -> None:
    unjudged = Judgement("n", QUESTION)
    lost = judge("哪里也没有的一句话", answer="20元")
    assert run_of(reader, unjudged, lost).figures == {}
    alone = Judgement("a", QUESTION, answer="20元")
    figures = run_of(reader, alone).figures
    assert {name: score.value for name, score in figures.items()} == {"answer": 1.0}


def test_documents_that_are_not_there_are_not_counted_as_the_report_says(reader: Library) -> None:
    both = Judgement("q", QUESTION, (Evidence("办法"), Evidence("没有的文件")))
    evaluation = run_of(reader, both)
    assert evaluation.figures["recall@10"].value == 1.0
    assert evaluation.qrels == {"1": {"办法": 1}}
    assert len(evaluation.complaints) == 1


def test_any_of_the_evidence_is_enough_for_citation_recall() -> None:
    units = [Unit((Place("a", 0, 10),), 1), Unit((Place("a", 20, 40),), 1)]
    assert metrics.citation_recall([cite(0, 10)], units, any_=True) == 1.0
    assert metrics.citation_recall([cite(0, 10)], units) == 0.5


@pytest.mark.parametrize(
    "item",
    [
        {"question": 5},
        {"unanswerable": "maybe"},
        {"evidence": [{"quote": "x", "grade": 1.5}]},
        {"evidence": [{"quote": "x", "grade": 0}]},
        {"evidence": [42]},
        {"evidence": ["x", ""]},
        {"evidence_mode": "most"},
        {"documents": {"a": 0}},
    ],
)
def test_values_that_mean_nothing_are_refused(item: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        make_judgement({"question": "甲？"} | item, default_id="1")


def test_an_emptied_draft_is_unanswerable_and_paths_may_be_one_text() -> None:
    emptied = make_judgement({"question": "甲？", "evidence": [], "doc_id": "丁"}, default_id="1")
    assert emptied.unanswerable
    assert emptied.evidence == ()
    for form in ({"sections": ["一、甲 > 2. 乙"]}, {"section": ["一、甲", "2. 乙"]}):
        judged = make_judgement({"question": "甲？"} | form, default_id="1")
        assert judged.evidence == (Evidence(section=("一、甲", "2. 乙")),)


def test_sections_are_found_without_their_markers(reader: Library) -> None:
    locator = Locator(reader.index())
    with_marker, without = (
        locator.locate(Judgement("q", "？", (Evidence(section=(name,)),))).units
        for name in ("二、存在的问题", "存在的问题")
    )
    assert with_marker == without != ()


def test_complaints_name_what_is_wrong(reader: Library) -> None:
    locator = Locator(reader.index())
    (span,) = locator.locate(Judgement("q", "？", (Evidence("办法", span=(20, 10)),))).complaints
    assert "20-10 is no span" in span
    (unknown,) = locator.locate(Judgement("q", "？", (Evidence("没有", quote=QUOTE),))).complaints
    assert "'没有' is not in the index" in unknown


def test_made_up_ids_leave_given_ones_alone(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "甲？"}\n{"id": "1", "question": "乙？"}\n', encoding="utf-8")
    questions = read_questions(path)
    assert [j.id for j in questions.judgements] == ["line-1", "1"]
    assert questions.complaints == []


def test_broken_tables_lose_their_broken_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text(
        'Question,ID,zone\n甲？,a,东\n乙？,b,西,多,余\n"丙？,c,南\n丁？,d,北\n', encoding="utf-8"
    )
    questions = read_questions(path)
    assert [(j.id, j.tags["zone"]) for j in questions.judgements] == [("a", "东")]
    assert len(questions.complaints) == 2
    path.write_text("question,问题\n甲？,乙？\n", encoding="utf-8")
    with pytest.raises(JudgementError, match="several columns for question"):
        read_questions(path)


def test_broken_qrels_are_named(tmp_path: Path) -> None:
    write_collection(tmp_path)
    (tmp_path / "qrels.tsv").write_text(
        "q\tc\ts\nq1\ta\t1\nbroken\tx\nq1\tb\t--5\nq1\tb\t²\n" + f"q1\tb\t{'9' * 5000}\nq9\tb\t1\n",
        encoding="utf-8",
    )
    *lines, last = read_beir(tmp_path)[1].complaints
    assert [f"line {number}" in line for number, line in enumerate(lines, 3)] == [True] * 4
    assert "q9" in last
