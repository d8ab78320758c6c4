"""What is worked out once for an open version goes with it; a passage is looked at once a question."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from bearing_qa.index import store
from bearing_qa.index.build import build_index
from bearing_qa.index.segment import normalise
from bearing_qa.search.candidates import Candidate, find_candidates
from bearing_qa.search.kept import kept
from bearing_qa.search.reader import Reader
from bearing_qa.search.retrieve import best_hits, score
from bearing_qa.search.scope import make_scope
from bearing_qa.search.understand import understand
from bearing_qa.search.wording import wording_of
from tests.conftest import CORPUS, BigramEncoder


def test_a_version_that_was_asked_within_scopes_goes_when_it_is_closed(tiny_index: Path) -> None:
    opened = store.open_index(tiny_index)
    reader = Reader(tiny_index, encoder=BigramEncoder())
    for scope in (make_scope(documents=["办法"]), make_scope(sections=["第二章"])):
        reader.ask("公园门票价格不得超过多少元？", scope=scope, index=opened)
    left = weakref.ref(opened.catalogue)
    assert left() is not None
    opened.close()
    del opened, reader
    gc.collect()
    assert left() is None


def test_values_are_kept_apart_for_each_version_and_not_without_end(tiny_index: Path) -> None:
    asked: list[tuple[int, int]] = []

    @kept(most=2)
    def twice(catalogue: object, key: int) -> int:
        asked.append((len(asked), key))
        return 2 * key

    one, other = store.open_index(tiny_index), store.open_index(tiny_index)
    assert [twice(one.catalogue, key) for key in (1, 1, 2, 1)] == [2, 2, 4, 2]
    assert len(asked) == 2
    twice(other.catalogue, 1)
    assert len(asked) == 3
    twice(one.catalogue, 3)  # drops 2, the one not asked for longest
    twice(one.catalogue, 2)
    assert [key for _, key in asked] == [1, 2, 1, 3, 2]


def test_a_passage_is_worded_as_its_text_says(tiny_index: Path) -> None:
    opened = store.open_index(tiny_index)
    seen = 0
    for row in range(opened.size):
        passage, wording = opened.catalogue.passage(row), wording_of(opened.catalogue, row)
        parsed = opened.catalogue.parsed(passage.doc_id)
        assert wording is not None
        assert parsed is not None
        before = normalise(passage.context)
        for said, sentence in zip(wording.sentences, passage.sentences, strict=True):
            assert said.text == parsed.document.text[sentence.start : sentence.end]
            assert wording.running[: said.begins] == before
            assert said.plain in said.shown
            before += normalise(said.text)
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("question", ["我国轴承产量是多少万套？", "由谁负责？", "2023年出口多少？"])
def test_what_was_looked_at_before_is_placed_anew_and_otherwise_the_same(
    tmp_path: Path, question: str
) -> None:
    build_index(CORPUS, tmp_path / "ix", encoder=BigramEncoder())
    index = store.open_index(tmp_path / "ix")
    asked = understand(index, question)
    vector = BigramEncoder().encode_question(asked.spoken)
    ranking = score(index, asked, vector=vector)
    hits = best_hits(index, asked, ranking, top_k=20)
    turned = [replace(hit, score=hit.score + 1) for hit in reversed(hits)][:8]
    fresh = find_candidates(index, asked, vector=vector, hits=turned)
    seen: dict[int, tuple[Candidate, ...]] = {}
    find_candidates(index, asked, vector=vector, hits=hits, seen=seen)
    looked_at = dict(seen)
    assert find_candidates(index, asked, vector=vector, hits=turned, seen=seen) == fresh
    assert seen == looked_at
