"""Requests that are answered some at a time, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager


class Turns:
    """``at_once`` are answered, ``waiting`` more may wait; who comes then is to be turned away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room = at_once + waiting
        self._here = 0

    @property
    def is_full(self) -> bool:
        """Whether nobody more may wait."""
        return self._here >= self._room

    @asynccontextmanager
    async def turn(self, *, gone: Awaitable[object]) -> AsyncIterator[bool]:
        """Waits for a turn and keeps it; false, at once, if ``gone`` ends before: its asker left."""
        self._here += 1
        mine, left = asyncio.ensure_future(self._free.acquire()), asyncio.ensure_future(gone)
        try:
            await asyncio.wait((mine, left), return_when=asyncio.FIRST_COMPLETED)
            left.cancel()
            yield mine.done()
        finally:
            left.cancel()  # where the wait itself was cancelled
            if not mine.cancel() and not mine.cancelled():
                self._free.release()
            self._here -= 1
