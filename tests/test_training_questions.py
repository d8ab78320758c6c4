"""The judged questions that the reader is trained and measured on: their form, and every quote of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from training.data import QUESTIONS, read_questions, split_of

from tests.conftest import ROOT, SHARED

DATA = SHARED / "data"
FILES = sorted(QUESTIONS.glob("*.jsonl"))
MAX_QUOTE_CHARS = 220
FIGURES = {"fact_number", "date", "table", "table_calc", "penalty"}


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield f"{path.name}:{number}", json.loads(line)


def _quotes(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((item["doc"], quote) for quote in item.get("evidence", ()))
    yield from ((item["doc"], item[key]) for key in ("near",) if item.get(key))
    yield from ((other["doc"], other["quote"]) for other in item.get("other_evidence", ()))


@cache
def _text(doc: str) -> str:
    return (DATA / doc).read_text("utf-8")


@pytest.mark.skipif(not (DATA / "policy_more").exists(), reason="the documents are not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_quote_stands_in_its_document(path: Path) -> None:
    wrong = [
        (name, quote[:30])
        for name, item in _lines(path)
        for doc, quote in _quotes(item)
        if quote not in _text(doc)
    ]
    assert not wrong


def test_quotes_are_text_and_no_markup() -> None:
    """What marks a heading in a file is no part of the text that is read: such a quote would be found nowhere."""
    marked = [name for path in FILES for name, item in _lines(path) for _, q in _quotes(item) if q[:1] == "#"]  # fmt: skip
    assert not marked


def test_a_question_has_evidence_or_the_passage_that_misleads() -> None:
    for path in FILES:
        if path.stem == "paraphrases":
            continue
        for name, item in _lines(path):
            is_none = item["type"] == "unanswerable"
            assert bool(item["evidence"]) != is_none, name
            assert not is_none or (item.get("near") and item.get("why")), name
            assert all(len(quote) <= MAX_QUOTE_CHARS for _, quote in _quotes(item)), name


def test_no_question_is_asked_twice_of_a_document() -> None:
    asked = Counter((question.doc, question.text) for question in read_questions())
    assert not [pair for pair, count in asked.items() if count > 1]


def test_splits_share_no_document_and_no_edition_of_one() -> None:
    old, new = "pairs/反垄断法_2007-08-30.md", "pairs/反垄断法_2022-06-24.md"
    assert split_of(old) == split_of(new)
    shares = Counter(question.split for question in read_questions())
    total = sum(shares.values())
    assert 0.6 < shares["train"] / total < 0.8
    assert 0.12 < shares["held back"] / total < 0.3


def test_paraphrases_are_of_questions_that_no_training_sees() -> None:
    known = {(question.doc, question.text): question for question in read_questions()}
    for name, item in _lines(QUESTIONS / "paraphrases.jsonl"):
        question = known[item["doc"], item["question"]]
        assert question.split != "train", name
        assert len({item["question"], *item["wordings"]}) == 4, name


def test_near_misses_do_not_all_ask_for_figures() -> None:
    """A reader would learn that a figure that is asked for is not given."""
    asks = [q.extra["asks"] for q in read_questions() if q.extra.get("asks")]
    assert sum(kind not in FIGURES for kind in asks) > 0.6 * len(asks) > 0


def test_documents_are_no_part_of_the_repository() -> None:
    assert not [
        path
        for path in (ROOT / "training").rglob("*")
        if path.suffix in (".md", ".txt") and path.name != "README.md"
    ]
