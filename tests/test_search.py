"""Fusion by its formula; questions understood; passages found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bearing_qa.errors import QuestionError
from bearing_qa.index.build import build_index
from bearing_qa.index.segment import Segmenter
from bearing_qa.search import quantities
from bearing_qa.search.candidates import find_candidates
from bearing_qa.search.fusion import best, fuse
from bearing_qa.search.question import parse_question
from bearing_qa.search.reader import Reader
from bearing_qa.search.rerank import RERANK_DEPTH, rerank
from bearing_qa.search.retrieve import best_hits, score
from bearing_qa.types import Hit
from tests.conftest import BigramEncoder

SEGMENTER = Segmenter()


def test_fusion_is_the_weighted_sum_of_standard_scores() -> None:
    one = np.array([1, 2, 3, 6], np.float32)
    two = np.array([9, 9, 0, 0], np.float32)
    expected = [
        2 * (a - 3) / np.std([1, 2, 3, 6]) + (b - 4.5) / 4.5 for a, b in zip(one, two, strict=True)
    ]
    assert fuse([(2.0, one), (1.0, two)]) == pytest.approx(expected, abs=1e-5)
    assert fuse([(1.0, np.ones(3, np.float32))]).tolist() == [0, 0, 0]


def test_ties_go_to_the_lower_row() -> None:
    scores = np.array([1, 5, 5, 0, 5], np.float32)
    assert [hit.row for hit in best(scores, top_k=3)] == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "asked", "unit", "count"),
    [
        ("主营业务收入是多少亿元？", "number", "亿元", 0),
        ("占比百分之几？", "number", "%", 0),
        ("是谁讲的？", "person", "", 0),
        ("落款是哪一天？", "date", "", 0),
        ("是哪家公司造的？", "organisation", "", 0),
        ("出口到哪个国家最多？", "country", "", 0),
        ("有哪三个原因？", "list", "", 3),
        ("为什么能自主可控？", "reason", "", 0),
        ("行得通吗？", "yes_no", "", 0),
        ("更看重什么？", "other", "", 0),
        ("人才的内容在哪一节？", "section", "", 0),
        ("全文分几个部分？", "section", "个", 0),
        ("打算几时验收？", "date", "", 0),
        ("上门检查最少来几个人？", "number", "人", 0),
        ("最迟几个小时上报？", "number", "小时", 0),
        ("赤字率降了几个点？", "number", "%", 0),
        ("还可以在什么地方设专柜？", "other", "", 0),  # a shop or a road as well as a district
        ("在哪个地方试点？", "region", "", 0),
        ("信最后是谁递上去的？", "party", "", 0),
        ("这份通知主要讲什么？", "section", "", 0),
    ],
)
def test_kinds_of_questions(text: str, asked: str, unit: str, count: int) -> None:
    question = parse_question(text, segmenter=SEGMENTER)
    assert (question.asked, question.unit, question.count) == (asked, unit, count)


def test_asking_words_are_no_content() -> None:
    question = parse_question("讲话提到的轴承产量是多少？", segmenter=SEGMENTER)
    assert question.words == ("轴承", "产量")
    assert parse_question("2023年和2021年呢？", segmenter=SEGMENTER).years == {"2023", "2021"}


def test_a_year_may_stand_without_its_word() -> None:
    assert parse_question("2018赤字率是多少？", segmenter=SEGMENTER).years == {"2018"}
    assert parse_question("2000元以下怎么算？", segmenter=SEGMENTER).years == frozenset()
    assert parse_question("2000家企业在哪里？", segmenter=SEGMENTER).years == frozenset()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3. 产量是多少？", "产量是多少？"),
        ("（12）产量是多少？", "产量是多少？"),
        ("问：产量是多少？", "产量是多少？"),
        ("1.5亿元是什么？", "1.5亿元是什么？"),
        ("2018年产量是多少？", "2018年产量是多少？"),
    ],
)
def test_the_number_that_a_question_was_copied_with_is_left_out(written: str, read: str) -> None:
    assert parse_question(written, segmenter=SEGMENTER).text == read


@pytest.mark.parametrize("text", ["", "  \n", "问" * 501])
def test_questions_that_cannot_be_asked(text: str) -> None:
    with pytest.raises(QuestionError, match="expected"):
        parse_question(text, segmenter=SEGMENTER)


def test_figures_with_their_units() -> None:
    found = [
        (q.number, q.unit)
        for q in quantities.quantities("约 9 万多种，2180 亿元，3000-5000 小时，六家，87.48 %")
    ]
    assert found == [
        ("9", "万多种"),
        ("2180", "亿元"),
        ("3000-5000", "小时"),
        ("六", "家"),
        ("87.48", "%"),
    ]
    assert quantities.numbers("１，２３４．５ 和 2035 年") == {"1234.5", "2035"}


def test_names_need_more_than_a_title() -> None:
    assert quantities.has_person("中国轴承工业协会理事长  周宇")
    assert quantities.has_person("贯彻习近平总书记重要论述")
    assert quantities.has_person("母亲是邵宸妃，妻为蒋氏")
    assert quantities.has_person("由安德鲁·约翰逊继任")
    assert quantities.has_person("寫電郵給總編王向偉，認為這樣做是自我審查")  # by jieba's tagger
    assert not quantities.has_person("坚持高水平开放，严格执行标准，支小支农，顾问单位")
    assert not quantities.has_person("由 100 位院士、专家组成")
    assert not quantities.has_person("高度重视，一方面完善制度，另一方面加强管理")
    assert not quantities.has_person("向前推进，全面落实，明确任务和时限")
    assert not quantities.has_person("清华大学院士专家团队")


def test_the_passage_with_the_words_comes_first(tiny_index: Path, encoder: BigramEncoder) -> None:
    hits = Reader(tiny_index, encoder=encoder).search("灯塔修缮经费", top_k=3)
    assert hits[0].doc_id == "函-1"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_more_passages_than_there_are_gives_all_once(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    reader = Reader(tiny_index, encoder=encoder)
    hits = reader.search("管理", top_k=1000)
    assert len(hits) == reader.index().size == len({(h.doc_id, h.start, h.end) for h in hits})


def test_dates_are_no_words_to_be_covered_and_years_stay_known() -> None:
    question = parse_question("2024年1—9月一共出口了多少轴承？", segmenter=SEGMENTER)
    assert not any(word.isdigit() for word in question.words)
    assert question.years == {"2024"}
    assert parse_question("2024年？", segmenter=SEGMENTER).words


CORPUS_TEXT = """讲话
一、保障水平
下面说说各个领域的情况。
航天轴承：与发展同步，水平还需提高。研发体系已经形成。
汽车轴承：第一大应用领域，份额约40%。
风电轴承：可为16兆瓦机组配套。
从上面的分析可以看出：水平不断提高。
二、问题成因
我们认为有这些方面。
1. 研发相脱节
主机研发与零部件研发不同步。
2. 跟跑意识根深蒂固
习惯于先进口再替代。
三、其他事项
产量为20万套，由各地报告。
发货量没有统计。
"""


@pytest.fixture
def listing_reader(tmp_path: Path, encoder: BigramEncoder) -> Reader:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "讲话.txt").write_text(CORPUS_TEXT, encoding="utf-8")
    build_index(tmp_path / "docs", tmp_path / "ix", encoder=encoder)
    return Reader(tmp_path / "ix", encoder=encoder)


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("保障水平说了哪些领域的轴承？", ["航天轴承", "汽车轴承", "风电轴承"]),
        ("问题的原因有哪两条？", ["研发相脱节", "跟跑意识根深蒂固"]),
    ],
)
def test_lists_of_labelled_paragraphs_and_by_other_words_for_a_heading(
    listing_reader: Reader, question: str, items: list[str]
) -> None:
    answer = listing_reader.ask(question)
    assert not answer.refused
    assert [part for part in items if part in answer.text] == items
    assert "分析" not in answer.text
    text = CORPUS_TEXT
    assert all(citation.text in text for citation in answer.citations)


def test_reranking_puts_what_agrees_first_and_drops_nothing(listing_reader: Reader) -> None:
    index = listing_reader.index()
    question = parse_question("产量是多少万套？", segmenter=index.segmenter)
    vector = listing_reader.encoder(index).encode_question(question.text)
    fused = score(index, question, vector=vector)
    hits = best_hits(index, question, fused, top_k=index.size)
    candidates = find_candidates(index, question, vector=vector, hits=hits)
    ranked = rerank(hits, candidates)
    assert sorted(hit.row for hit in ranked) == sorted(hit.row for hit in hits)
    agreeing = {c.hit.row for c in candidates if c.fits}
    scores = {hit.row: hit.score for hit in hits[:RERANK_DEPTH]}
    known = {candidate.hit.row for candidate in candidates}
    for hit in ranked[: len(scores)]:
        wanting = (hit.row not in agreeing) + (hit.row not in known)
        assert scores[hit.row] - hit.score == pytest.approx(wanting, abs=1e-5)
    assert [hit.score for hit in ranked[:RERANK_DEPTH]] == sorted(
        (hit.score for hit in ranked[:RERANK_DEPTH]), reverse=True
    )
    many = [Hit(row, 9.0 - 0.1 * row) for row in range(2 * RERANK_DEPTH)]
    assert [hit.row for hit in rerank(many, [])] == [hit.row for hit in many]
    falling = [hit.score for hit in rerank(many, candidates)]
    assert falling == sorted(falling, reverse=True)
    assert rerank([], []) == []
