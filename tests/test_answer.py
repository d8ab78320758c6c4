"""Answers are quotable: exact slices, figures that are in them, and honest refusals."""

from __future__ import annotations

import pytest

from bearing_qa.answer.guard import unsupported_numbers, without_marks
from bearing_qa.answer.library import Library


@pytest.mark.parametrize(
    "question", ["国产航空轴承的寿命和国外差多少？", "第二部分讲了什么？", "谁作的讲话？"]
)
def test_an_answer_does_not_depend_on_how_many_passages_are_shown(
    speech_reader: Library, question: str
) -> None:
    few, many = (speech_reader.ask(question, top_k=count) for count in (5, 100))
    assert (few.text, few.citations, few.confidence) == (many.text, many.citations, many.confidence)
    assert few.passages == many.passages[:5]


def test_the_guard_sees_changed_figures() -> None:
    spans = ["主营业务收入 ２，１８０ 亿元，增长 3%", "2035 年"]
    assert not unsupported_numbers("收入2180亿元[1]，到2035年[2]", spans=spans)
    assert unsupported_numbers("收入2181亿元，增长 8%", spans=spans) == {"2181", "8"}
    assert unsupported_numbers("收入218亿元", spans=spans) == {"218"}
    assert without_marks("甲[1][12]。") == "甲。"


def test_libraries_of_a_process_read_with_one_model() -> None:
    """Which loads in a fifth of a second and takes its memory once."""
    assert Library("one").model() is Library("other").model()
