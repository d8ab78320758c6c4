"""The guard: nothing is said that its citations do not say, to the character."""

from __future__ import annotations

import json

import pytest
from benchmarks.falsified import falsified

from bearing_qa.answer.guard import unsupported_numbers, unsupported_words
from bearing_qa.answer.library import Library
from tests.conftest import ROOT, shared

QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"


def caught(answer: str, spans: list[str]) -> bool:
    return bool(unsupported_numbers(answer, spans=spans) or unsupported_words(answer, spans=spans))


def check_falsified(reader: Library, questions: list[str]) -> int:
    """Every true answer passes, every falsified one is caught; how many of the latter there were."""
    tried = 0
    for question in questions:
        answer = reader.ask(question)
        spans = [citation.text for citation in answer.citations]
        assert answer.refused or not caught(answer.text, spans), answer.text
        for false in falsified(answer.text) if not answer.refused else ():
            assert caught(false, spans), false
            tried += 1
    return tried


def test_falsified_answers_are_caught_and_true_ones_pass(speech_reader: Library) -> None:
    lines = QUESTIONS.read_text("utf-8").splitlines()
    assert check_falsified(speech_reader, [json.loads(line)["question"] for line in lines]) >= 20


def test_falsified_answers_to_public_questions_are_caught(speech_reader: Library) -> None:
    lines = shared("gold", "questions.jsonl").read_text("utf-8").splitlines()
    assert check_falsified(speech_reader, [json.loads(line)["question"] for line in lines]) >= 60


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
