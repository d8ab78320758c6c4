"""What the guard lets through of a model's replies: written as a good model would, and with a fault of each kind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest

from bearing_qa.answer.chat import ChatModel
from bearing_qa.answer.library import Library
from bearing_qa.answer.pipeline import find_for
from bearing_qa.answer.reasons import NOT_FOUND
from bearing_qa.answer.second_reader import SecondReader
from bearing_qa.types import Answer, ModelReading
from tests.chat_server import ChatServer, reads, serving
from tests.conftest import ROOT

RECORDED = ROOT / "tests" / "data" / "recorded_replies.jsonl"
"""A question of the speech a line: true ``sentences`` as pairs of text and words of the unit that it names, and ``false``
ones, each with the kind of its fault before them."""
NOWHERE = "洛阳有多少家轴承企业"
"""Words that no unit has."""


@cache
def recorded() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with serving() as chat:
        yield chat


def reading(
    library: Library, server: ChatServer, question: str, said: Sequence[tuple[str, str]]
) -> ModelReading:
    """What a model that says some sentences makes of a question, by the passages that are found for it."""
    server.behaviour = reads(*said)
    index = library.index()
    found = find_for(index, library.encoder(index), None, question)
    own = Answer(question, NOT_FOUND, True, "", 0.0, (), ())
    chat = ChatModel("recorded", f"{server.base}/chat/completions", "", 20)
    second = SecondReader(chat)
    made = second.read(index, own, [found], second.talk()).model_reading
    assert made is not None
    return made


def test_true_sentences_are_shown_and_false_ones_are_not(
    speech_reader: Library, server: ChatServer
) -> None:
    """Each question with its true sentences, its false ones, and the first true one with a unit that is not there."""
    kept, total = 0, 0
    shown, tried = Counter[str](), Counter[str]()
    for item in recorded():
        true = [(text, quote) for text, quote in item["sentences"]]
        false = [*item["false"], ("invented", true[0][0], NOWHERE)]
        said = [*true, *((text, quote) for _, text, quote in false)]
        made = reading(speech_reader, server, item["question"], said)
        dropped = Counter(words for words, _ in made.dropped)
        dropped[true[0][0]] -= 1  # with the unit that is not there
        total += len(true)
        kept += sum(dropped[text] <= 0 for text, _ in true)
        tried.update(kind for kind, *_ in false)
        shown.update(kind for kind, text, _ in item["false"] if not dropped[text])
        assert any(why == "没有编号为S999的原文" for _, why in made.dropped)
    print(f"true ones kept {kept} of {total}; false ones shown {dict(shown)} of {dict(tried)}")
    assert kept >= 0.9 * total
    assert shown.total() <= 0.01 * tried.total()
