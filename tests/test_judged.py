"""Every judged question is asked once, and all that holds of an answer is checked on it: the laws, and that nothing is
said which its citations do not say."""

from __future__ import annotations

import json

import pytest
from benchmarks.falsified import falsified

from bearing_qa.answer.guard import unsupported_numbers, unsupported_words
from bearing_qa.answer.library import Library
from bearing_qa.types import Answer
from tests.conftest import ROOT, shared
from tests.falsified_sentences import check_sentences
from tests.laws import check_laws

OWN, PUBLIC = "own", "public"
"""The questions that lie beside the tests, and those of the public judged data."""
SHORT = 8
"""Characters that a citation needs to be a sentence, more than."""


@pytest.fixture(scope="module", params=[OWN, PUBLIC])
def answers(request: pytest.FixtureRequest, speech_reader: Library) -> tuple[str, list[Answer]]:
    """Which questions they are, and their answers."""
    own = ROOT / "tests" / "data" / "questions.jsonl"
    path = own if request.param == OWN else shared("gold", "questions.jsonl")
    lines = path.read_text("utf-8").splitlines()
    return request.param, [speech_reader.ask(json.loads(line)["question"]) for line in lines]


def test_laws_hold_on_every_answer(
    speech_reader: Library, answers: tuple[str, list[Answer]]
) -> None:
    for answer in answers[1]:
        check_laws(speech_reader, answer)


def test_falsified_answers_are_caught_and_true_ones_pass(answers: tuple[str, list[Answer]]) -> None:
    which, given = answers
    tried = 0
    for answer in given:
        spans = [citation.text for citation in answer.citations]
        assert answer.refused or not _is_caught(answer.text, spans), answer.text
        for false in falsified(answer.text) if not answer.refused else ():
            assert _is_caught(false, spans), false
            tried += 1
    assert tried >= {OWN: 20, PUBLIC: 60}[which]


def _is_caught(answer: str, spans: list[str]) -> bool:
    return bool(unsupported_numbers(answer, spans=spans) or unsupported_words(answer, spans=spans))


def test_falsified_citations_are_not_entailed_and_honest_rewordings_are(
    speech_reader: Library, answers: tuple[str, list[Answer]]
) -> None:
    which, given = answers
    cited = [citation.text for answer in given for citation in answer.citations]
    cited = [text for text in dict.fromkeys(cited) if len(text) > SHORT]
    sentences = list(dict.fromkeys([*cited, *(_sentences(speech_reader) if which == OWN else ())]))
    tried, kept = check_sentences(sentences, speech_reader.index().segmenter)
    assert tried >= {OWN: 100, PUBLIC: 60}[which]
    assert kept >= 0.95


def _sentences(library: Library) -> list[str]:
    """Every second sentence of the user's corpus."""
    parsed = library.index().catalogue.parsed("speech")
    assert parsed is not None
    text = parsed.document.text
    own = [text[s.start : s.end] for p in parsed.passages if p.kind == "text" for s in p.sentences]
    return [sentence for sentence in dict.fromkeys(own) if len(sentence) > SHORT][::2]
