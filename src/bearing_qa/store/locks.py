"""One build at a time: a kernel lock on ``INDEX/LOCK``, which says who has it."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bearing_qa.errors import StoreError

LOCK = "LOCK"


@contextmanager
def build_lock(index: Path) -> Iterator[None]:
    """Holds the lock of an index folder, which is made if need be.

    The kernel lets go of it when its owner dies, so that no lock is ever left behind; the words in
    the file are for people. Raises StoreError if another process has it or the folder cannot be
    written.
    """
    try:
        (index / "versions").mkdir(parents=True, exist_ok=True)
        handle = os.open(index / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unwritable(index, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(os.pread(handle, 300, 0)) from error
        except OSError as error:
            raise unwritable(index, error) from error
        _sign(handle)
        yield
    finally:
        os.close(handle)


def _sign(handle: int) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    words = f"process {os.getpid()} on {socket.gethostname()} since {now}\n".encode()
    try:
        os.truncate(handle, 0)
        os.pwrite(handle, words, 0)
    except OSError:
        pass  # a full disk; the lock itself is held


def _busy(words: bytes) -> StoreError:
    owner = words.decode("utf-8", "replace").strip() or "another process"
    return StoreError(
        found=f"{owner} is building",
        expected="one build at a time",
        fix="wait for it to end, or end it",
    )


def unwritable(index: Path, error: OSError) -> StoreError:
    """The error for an index folder that takes no files."""
    return StoreError(
        found=f"{index} cannot be written ({error.strerror or error})",
        expected="a folder with write access and free space",
        fix="name another: --index DIR, or make room; a version that serves goes on serving",
    )
