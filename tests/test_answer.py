"""Answers are quotable: exact slices, figures that are in them, and honest refusals."""

from __future__ import annotations

import json

import pytest

from bearing_qa.answer.guard import unsupported_numbers, without_marks
from bearing_qa.answer.library import Library
from bearing_qa.types import Answer
from tests.conftest import ROOT, shared


def check_laws(reader: Library, answer: Answer) -> None:
    """Laws 1, 7 and 8 for one answer."""
    for slice_ in (*answer.citations, *answer.passages):
        parsed = reader.index().catalogue.parsed(slice_.doc_id)
        assert parsed is not None
        assert slice_.text == parsed.document.text[slice_.start : slice_.end] != ""
        assert slice_.pages == parsed.document.pages_of(slice_.start, slice_.end)
    assert answer.refused == (not answer.citations)
    assert bool(answer.reason) == (answer.outcome != "answered")
    assert "没有提到" not in answer.reason  # of a word that may be in a shown passage
    if not answer.refused:
        assert not unsupported_numbers(answer.text, spans=[c.text for c in answer.citations])
        for number in range(1, len(answer.citations) + 1):
            assert f"[{number}]" in answer.text


def test_laws_hold_on_every_judged_question(speech_reader: Library) -> None:
    for path in (ROOT / "tests" / "data" / "questions.jsonl", shared("gold", "questions.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            check_laws(speech_reader, speech_reader.ask(json.loads(line)["question"]))


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
