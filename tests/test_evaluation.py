"""Figures by hand and by ir-measures, judgements that survive re-chunking, runs that compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import JudgementError
from bearing_qa.evaluation import metrics
from bearing_qa.evaluation.drafts import draft_questions
from bearing_qa.evaluation.evidence import (
    Locator,
    Slice,
    Unit,
    comparable_with_offsets,
    longest_common,
)
from bearing_qa.evaluation.ir_collections import read_beir, read_qrels
from bearing_qa.evaluation.judgements import Evidence, Judgement, comparable
from bearing_qa.evaluation.question_files import read_questions
from bearing_qa.evaluation.report import FILES, as_json, write_report
from bearing_qa.evaluation.run import Evaluation, evaluate
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
    units = [Unit((Slice("a", 0, 10), Slice("a", 90, 100)), 1), Unit((Slice("a", 20, 40),), 1)]
    citations = [cite(5, 15), cite(20, 40), cite(25, 30), cite(0, 10, "b")]
    assert metrics.citation_precision(citations, units) == pytest.approx(25 / 40)
    assert metrics.citation_recall(citations, units) == pytest.approx((0.5 + 1.0) / 2)
    assert metrics.citation_precision([], units) == 0.0
    assert metrics.citation_recall([], units) == 0.0


def test_all_evidence_is_all_of_it_or_any_whole_piece() -> None:
    units = [Unit((Slice("a", at, at + 1),), 1) for at in range(3)]
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


# Files


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
    units = [Unit((Slice("a", 0, 10),), 1), Unit((Slice("a", 20, 40),), 1)]
    assert metrics.citation_recall([cite(0, 10)], units, any_=True) == 1.0
    assert metrics.citation_recall([cite(0, 10)], units) == 0.5


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


def test_documents_of_equal_scores_have_one_ranking_behind_all_figures(
    tmp_path: Path, encoder: BigramEncoder
) -> None:
    """A notice that twelve offices pass on: hit, MRR, nDCG and MAP are of the rank that is shown."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(12):
        text = "港口停航通知\n大风期间拖轮停航两天。\n"
        (corpus / f"通知{number:02}.txt").write_text(text, encoding="utf-8")
    build_index(corpus, tmp_path / "index", encoder=encoder)
    asked = "大风期间拖轮停航几天？"
    judgements = [
        Judgement(str(n), asked, (Evidence(doc_id=doc_id),))
        for n, doc_id in enumerate(("通知03", "通知00"), 1)
    ]
    evaluation = evaluate(Library(tmp_path / "index", encoder=encoder), judgements)
    for record in evaluation.questions:
        rank, figures = record["rank"], record["figures"]
        assert rank
        assert figures["hit@1"] == float(rank == 1)
        assert figures["hit@5"] == float(rank <= 5)
        assert figures["MRR@10"] == pytest.approx(1 / rank)
        assert figures["MAP"] == pytest.approx(1 / rank)
        assert figures["nDCG@10"] == pytest.approx(1 / np.log2(1 + rank))
    write_report(evaluation, tmp_path / "report")
    qrels = ir_measures.read_trec_qrels(str(tmp_path / "report" / "qrels.trec"))  # type: ignore[no-untyped-call]
    run = ir_measures.read_trec_run(str(tmp_path / "report" / "run.trec"))  # type: ignore[no-untyped-call]
    again = ir_measures.calc_aggregate([ir_measures.RR @ 10], qrels, run)[ir_measures.RR @ 10]
    assert again == pytest.approx(evaluation.figures["MRR@10"].value)
