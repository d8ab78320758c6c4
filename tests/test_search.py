"""Fusion by its formula; questions understood; passages found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bearing_qa.answer.arithmetic import asks_share
from bearing_qa.answer.library import Library
from bearing_qa.errors import QuestionError
from bearing_qa.language.numbers import digit_strings
from bearing_qa.language.segment import Segmenter
from bearing_qa.search.fusion import best, fuse
from bearing_qa.search.question import parse_question
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
    ("text", "is_share"),
    [
        ("主营业务收入比2022年增长了多少？", True),
        ("主营业务收入比2022年增长了多少亿元？", False),
        ("占比百分之几？", True),
        ("赤字率降了几个点？", True),
        ("上门检查最少来几个人？", False),
        ("是谁讲的？", False),
    ],
)
def test_a_share_is_wanted_where_no_unit_is_named(text: str, is_share: bool) -> None:
    assert asks_share(parse_question(text, segmenter=SEGMENTER)) == is_share


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


def test_figures_are_compared_without_their_widths_and_separators() -> None:
    assert digit_strings("１，２３４．５ 和 2035 年") == {"1234.5", "2035"}
    assert digit_strings("2025年 58，2026年 80") == {
        "2025",
        "58",
        "2026",
        "80",
    }  # a comma of the sentence
    assert digit_strings("1,234.5万元和12,345,678元") == {"1234.5", "12345678"}


def test_the_passage_with_the_words_comes_first(tiny_index: Path, encoder: BigramEncoder) -> None:
    hits = Library(tiny_index, encoder=encoder).search("灯塔修缮经费", top_k=3)
    assert hits[0].doc_id == "函-1"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_more_passages_than_there_are_gives_all_once(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    reader = Library(tiny_index, encoder=encoder)
    hits = reader.search("管理", top_k=1000)
    assert len(hits) == reader.index().size == len({(h.doc_id, h.start, h.end) for h in hits})


def test_dates_are_no_words_to_be_covered_and_years_stay_known() -> None:
    question = parse_question("2024年1—9月一共出口了多少轴承？", segmenter=SEGMENTER)
    assert not any(word.isdigit() for word in question.words)
    assert question.years == {"2024"}
    assert parse_question("2024年？", segmenter=SEGMENTER).words
