"""Questions of small texts, each read by the real encoder and the real reader: what is said, and what is refused.

``data/small_texts.jsonl`` has a line a text (or a few that are one corpus): questions with the words that an answer
says or must not say, and near misses, which the text only seems to answer. No single question is a law; the shares are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.types import Answer
from tests.conftest import ROOT
from tests.laws import check_laws

TEXTS = ROOT / "tests" / "data" / "small_texts.jsonl"
RIGHT = 0.6
"""Share of the answerable questions whose answer says all its words, and none that it must not, at least."""
EVERY = 2
"""Shares over half of the questions are sure enough; reading takes half a second each."""
REFUSED = 0.5
"""Share of the near misses that are refused, at least."""


@dataclass(frozen=True)
class Asked:
    """A question with what is expected of it, and its answer."""

    name: str
    question: str
    said: tuple[str, ...]
    unsaid: tuple[str, ...]
    reader: Library
    answer: Answer

    @property
    def is_near_miss(self) -> bool:
        return not self.said

    @property
    def is_right(self) -> bool:
        if self.is_near_miss:
            return self.answer.refused
        text = self.answer.text
        return all(word in text for word in self.said) and not any(w in text for w in self.unsaid)

    def __str__(self) -> str:
        return f"{self.name}: {self.question} → {self.answer.text or self.answer.reason}"


def _lines() -> Iterator[dict[str, Any]]:
    yield from map(json.loads, TEXTS.read_text("utf-8").splitlines())


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, speech_reader: Library) -> list[Asked]:
    """Every second question, asked once; a line without texts is asked of the user's corpus."""
    encoder = SentenceEncoder()
    found = []
    for line in _lines():
        texts, reader = line.get("texts"), speech_reader
        if texts:
            reader = _reader_over(tmp_path_factory.mktemp("small"), texts, encoder)
        for item in line["questions"][::EVERY]:
            question = item["question"]
            said, unsaid = tuple(item.get("said", ())), tuple(item.get("unsaid", ()))
            answer = reader.ask(question)
            found.append(Asked(line["name"], question, said, unsaid, reader, answer))
    return found


def _reader_over(folder: Path, texts: dict[str, str], encoder: SentenceEncoder) -> Library:
    (folder / "corpus").mkdir()
    for name, text in texts.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    build_index(folder / "corpus", folder / "index", encoder=encoder)
    return Library(folder / "index", encoder=encoder)


def test_laws_hold_on_every_answer(asked: list[Asked]) -> None:
    for item in asked:
        check_laws(item.reader, item.answer)


def test_most_questions_are_answered_with_their_words(asked: list[Asked]) -> None:
    own = [item for item in asked if not item.is_near_miss]
    wrong = [str(item) for item in own if not item.is_right]
    assert 1 - len(wrong) / len(own) >= RIGHT, "\n".join(wrong)


def test_most_near_misses_are_refused(asked: list[Asked]) -> None:
    own = [item for item in asked if item.is_near_miss]
    wrong = [str(item) for item in own if not item.is_right]
    assert 1 - len(wrong) / len(own) >= REFUSED, "\n".join(wrong)


def test_words_that_are_expected_are_words_of_the_text() -> None:
    """Those of an equation, whose result stands nowhere, aside."""
    for line in _lines():
        text = "\n".join(line.get("texts", {}).values())
        for item in line["questions"] if text else ():
            assert bool(item.get("said")) != item.get("refused", False), item
            words = [word for word in item.get("said", ()) if not set(word) & set("−+=")]
            assert [word for word in words if word not in text and word != "-2.21 %"] == [], item


def test_no_question_is_asked_twice_of_a_text() -> None:
    for line in _lines():
        questions = [item["question"] for item in line["questions"]]
        assert len(set(questions)) == len(questions), line["name"]
