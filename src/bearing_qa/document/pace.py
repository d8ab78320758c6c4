"""What a reader tells the process that it runs in: how far it is, that it needs more time or memory than other files do."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable
from contextvars import ContextVar

LISTENER: ContextVar[Callable[[int, int], None] | None] = ContextVar("listener", default=None)
"""Who is told of pages done and pages to do; nobody outside of ``parser_process``."""


def tell(done: int, total: int) -> None:
    """Says how many pages are done, of how many."""
    listener = LISTENER.get()
    if listener is not None:
        listener(done, total)


def allow_seconds(more: int) -> None:
    """Puts off the alarm that ends this process, where there is one."""
    left = signal.alarm(0)
    if left:
        signal.alarm(left + more)


def allow_memory() -> None:
    """Raises the limit of this process's address space as far as who started it lets it."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
