"""The guard: nothing is said that its citations do not say, to the character."""

from __future__ import annotations

import pytest

from bearing_qa.answer.guard import unsupported_words


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("不得超过20元[1]。", []),
        ("不得超过 20 元[1]。", []),
        ("得超过20元[1]。", ["得超过20元"]),  # its 不 is cut off
        ("不涨价[1]。", ["不涨价"]),  # 原则上 is cut off
        ("不得超过30元[1]。", ["不得超过30元"]),
        ("可以超过20元[1]。", ["可以超过20元"]),
        ("不得超过20元[2]。", ["不得超过20元"]),  # it stands in the other one
        ("不得超过20元。", ["不得超过20元"]),  # without a mark
        ("一、总则 › 第三条[1][2]。", ["一", "总则", "第三条"]),
    ],
)
def test_words_have_to_be_slices_of_the_spans_that_are_marked(
    answer: str, wrong: list[str]
) -> None:
    spans = ["公园门票价格不得超过20元，原则上不涨价。", "冬季闭园"]
    assert unsupported_words(answer, spans=spans) == wrong
