"""Fusion by its formula; questions understood; passages found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bearing_qa.errors import QuestionError
from bearing_qa.index.segment import Segmenter
from bearing_qa.search import quantities
from bearing_qa.search.fusion import best, fuse
from bearing_qa.search.question import parse_question
from bearing_qa.search.reader import Reader
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
    ],
)
def test_kinds_of_questions(text: str, asked: str, unit: str, count: int) -> None:
    question = parse_question(text, segmenter=SEGMENTER)
    assert (question.asked, question.unit, question.count) == (asked, unit, count)


def test_asking_words_are_no_content() -> None:
    question = parse_question("讲话提到的轴承产量是多少？", segmenter=SEGMENTER)
    assert question.words == ("轴承", "产量")
    assert parse_question("2023年和2021年呢？", segmenter=SEGMENTER).years == {"2023", "2021"}


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
    assert not quantities.has_person("由 100 位院士、专家组成")
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
