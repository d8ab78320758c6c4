"""What is worked out once for an open version: kept beside its catalogue, and gone with it.

A cache that had the catalogue among its keys or values would keep a version that nobody reads any more, with
its documents in memory and its file open.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import TypeVar
from weakref import WeakKeyDictionary, proxy

from bearing_qa.store.protocol import Documents

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def kept(
    *, most: int
) -> Callable[[Callable[[Documents, Key], Value]], Callable[[Documents, Key], Value]]:
    """A function of a catalogue and a key that keeps its last ``most`` values for each open catalogue.

    Values must not refer to the catalogue. Safe to use from several threads.
    """

    def keeping(work: Callable[[Documents, Key], Value]) -> Callable[[Documents, Key], Value]:
        by_catalogue: WeakKeyDictionary[Documents, Callable[[Key], Value]] = WeakKeyDictionary()

        def value_of(catalogue: Documents, key: Key) -> Value:
            own = by_catalogue.get(catalogue)
            if own is None:
                weak: Documents = proxy(catalogue)
                own = by_catalogue.setdefault(catalogue, lru_cache(most)(partial(work, weak)))
            return own(key)

        return value_of

    return keeping
