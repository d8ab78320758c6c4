"""What is worked out once for an open version goes with it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from bearing_qa.answer.library import Library
from bearing_qa.search.cache import kept
from bearing_qa.search.scope import make_scope
from bearing_qa.store import disk
from tests.conftest import BigramEncoder


def test_a_version_that_was_asked_within_scopes_goes_when_it_is_closed(tiny_index: Path) -> None:
    opened = disk.open_index(tiny_index)
    reader = Library(tiny_index, encoder=BigramEncoder())
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

    one, other = disk.open_index(tiny_index), disk.open_index(tiny_index)
    assert [twice(one.catalogue, key) for key in (1, 1, 2, 1)] == [2, 2, 4, 2]
    assert len(asked) == 2
    twice(other.catalogue, 1)
    assert len(asked) == 3
    twice(one.catalogue, 3)  # drops 2, the one not asked for longest
    twice(one.catalogue, 2)
    assert [key for _, key in asked] == [1, 2, 1, 3, 2]
