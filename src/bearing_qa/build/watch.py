"""Following a corpus folder: look again and again, and build when it has changed and come to rest."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from bearing_qa.document.files import SIDECAR_SUFFIX, SYNONYMS_NAME
from bearing_qa.document.raw_text import SUFFIXES

INTERVAL_SECONDS = 2.0
"""Between two looks. A change is built once two looks one after the other have found the same."""
RETRY_SECONDS = 60.0
"""After this time a build that failed (a full disk, a folder that was away) is tried again."""
REBUILD_SECONDS = 3600.0
"""A look goes by size and time of change, which some copies keep; a build hashes, so one is asked for
at least so often. It makes nothing if nothing has changed."""

Look = dict[str, tuple[int, int, int]]


def look(corpus: Path) -> Look:
    """Size, time of change (ns) and inode of everything in a corpus that a build would read."""
    found: Look = {}
    below = (Path(folder, name) for folder, _, names in os.walk(corpus) for name in names)
    for path in [corpus] if corpus.is_file() else below:
        named = path.name == SYNONYMS_NAME or path.name.endswith(SIDECAR_SUFFIX)
        if not named and path.suffix.lower() not in SUFFIXES:
            continue
        try:
            state = path.stat()
        except OSError:
            continue  # just removed
        found[str(path)] = (state.st_size, state.st_mtime_ns, state.st_ino)
    return found


def watch(
    corpus: Path,
    build: Callable[[], bool],
    *,
    interval: float = INTERVAL_SECONDS,
    wait: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Builds now, then whenever the folder has changed and come to rest; until KeyboardInterrupt.

    ``build`` says whether it could. ``interval`` in seconds.
    """
    built: Look | None = None
    before: Look | None = None
    next_build = clock()
    while True:
        now = look(corpus)
        is_at_rest = before is None or now == before
        if is_at_rest and (now != built or clock() >= next_build):
            could = build()
            built = now
            next_build = clock() + (REBUILD_SECONDS if could else RETRY_SECONDS)
        before = now
        wait(interval)
