"""Parses files in a process of its own: one that hangs, crashes or eats memory costs that process, nothing else.

As a program, ``python -m bearing_qa.document.parser_process PID`` reads requests, a line of JSON each, and writes
what the files hold as frames: a letter (D a document, R a rejection, P pages recognised so far, E the end of the
file), the length in eight bytes, then that many bytes of JSON. It ends itself when a document takes too long: the kernel
keeps that time, so that no loop of ours or of a library can miss it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO

from bearing_qa.document import pace
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.parse import Rejection, parse_file
from bearing_qa.document.records import pack, unpack
from bearing_qa.types import Parsed

MAX_MEMORY = 2 * 1024**3
"""Address space of the process in bytes; a text of 62 MB took 1.1 GB."""
SECONDS_A_MEGABYTE = 5
"""Beside ``Limits.seconds``: on a slow machine a megabyte of text took 2.5."""
MAX_MEMORY_RECOGNISING = 6 * 1024**3
"""The same once a picture is recognised: pages took 1.8 GB on two cores, and each thread of the engine takes some more."""
MAX_FILES = 200
"""Files after which a new process takes over, for what libraries do not give back."""
COMMAND = (sys.executable, "-I", "-m", "bearing_qa.document.parser_process")
MANY = (".jsonl", ".zip")
"""The types of files that hold many documents."""
MAX_DEATHS = 4
"""Processes that one file may cost."""
_DOCUMENT, _REJECTION, _PAGES, _END = b"D", b"R", b"P", b"E"
_LENGTH_BYTES = 8
PR_SET_PDEATHSIG = 1
"""Linux's number of the option of prctl (linux/prctl.h)."""


class ParsingProcess:
    """Reads files one after the other in a child, which is started when first needed and again after it
    died. To be used as a context manager."""

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        *,
        recognising: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """``recognising`` is told of pages of a file that are recognised, and of how many."""
        self._limits = limits
        self._recognising = recognising
        self.child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> ParsingProcess:
        """The child is started by the first file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the child."""
        self._stop()

    def parse(self, path: Path, *, doc_id: str, source: str) -> Iterator[Parsed | Rejection]:
        """What ``parse_file`` yields; a Rejection in place of a document that takes too long, or on which the
        process died twice. What stands behind it is read by the next process, up to MAX_DEATHS of them."""
        told, retried = 0, -1
        for _ in range(MAX_DEATHS):
            child = self._running()
            request = {"path": str(path), "doc_id": doc_id, "source": source, "skip": told}
            is_told = False
            try:
                _send(child, json.dumps(request | asdict(self._limits)).encode() + b"\n")
                while (item := self._receive(child)) is not None:
                    told += 1
                    yield item
                is_told = True
                return
            except (EOFError, BrokenPipeError):
                status = child.wait()
                if status != -signal.SIGALRM and retried != told:
                    retried = told  # it may have been killed by accident
                    continue
                told += 1
                yield Rejection(source, self._cause(path, told, status))
            finally:
                if not is_told or self._files >= MAX_FILES:
                    self._stop()
            if path.suffix.lower() not in MANY:
                return
        yield Rejection(source, f"what follows document {told} in it was not read; split the file")

    def _receive(self, child: subprocess.Popen[bytes]) -> Parsed | Rejection | None:
        """The next item of a file, None after the last. Raises EOFError if the child is gone."""
        assert child.stdout is not None
        kind = _PAGES
        while kind == _PAGES:
            kind = _read(child.stdout, 1)
            data = _read(child.stdout, int.from_bytes(_read(child.stdout, _LENGTH_BYTES), "big"))
            if kind == _PAGES:
                self._recognising(*json.loads(data))
        if kind == _DOCUMENT:
            return unpack(data)
        return Rejection(**json.loads(data)) if kind == _REJECTION else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self.child is None:
            pipe = subprocess.PIPE
            self.child = subprocess.Popen(
                [*COMMAND, str(os.getpid())], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
            )
            self._files = 0
        self._files += 1
        return self.child

    def _stop(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None

    def _cause(self, path: Path, number: int, status: int) -> str:
        """Why the process ended, in words."""
        what = f"document {number} in {path.name}" if path.suffix.lower() in MANY else path.name
        if status == -signal.SIGALRM:
            return (
                f"{what} takes more than {self._limits.seconds} seconds to read (and {SECONDS_A_MEGABYTE} "
                "for each megabyte); expected a document of ordinary make; save it again, or as text, or "
                "raise --max-seconds"
            )
        return f"{what} cannot be read: its reader died on it; expected a sound file; save it again, or as text"


def _send(child: subprocess.Popen[bytes], line: bytes) -> None:
    assert child.stdin is not None
    child.stdin.write(line)
    child.stdin.flush()


def _read(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def main() -> None:
    """Answers requests until there are no more. Its argument is the number of the process that asks."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # it does not outlive who asked
    if os.getppid() != int(sys.argv[1]):
        return  # who asked had died before that
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY_RECOGNISING))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # what a library prints is no frame
        for line in sys.stdin.buffer:
            _answer(json.loads(line), out)


def _answer(request: dict[str, str | int], out: IO[bytes]) -> None:
    path, doc_id, source = (str(request.pop(key)) for key in ("path", "doc_id", "source"))
    skip = int(request.pop("skip"))
    limits = Limits(**request)  # type: ignore[arg-type]
    seconds = limits.seconds + SECONDS_A_MEGABYTE * _megabytes(Path(path))
    pace.LISTENER.set(lambda done, total: _write(out, _PAGES, json.dumps([done, total]).encode()))
    items = parse_file(Path(path), doc_id=doc_id, source=source, limits=limits, skip=skip)
    while True:
        signal.alarm(seconds)  # to parse, not to wait for who reads
        kind, data = _framed(items, source)
        signal.alarm(0)
        _write(out, kind, data)
        if kind == _END:
            return


def _write(out: IO[bytes], kind: bytes, data: bytes) -> None:
    out.write(kind + len(data).to_bytes(_LENGTH_BYTES, "big") + data)
    out.flush()


def _megabytes(path: Path) -> int:
    """Whole megabytes of a file, 0 for one that is gone."""
    try:
        return path.stat().st_size // 1024**2
    except OSError:
        return 0


def _framed(items: Iterator[Parsed | Rejection], source: str) -> tuple[bytes, bytes]:
    """Kind and bytes of the next item."""
    try:
        item = next(items, None)
        if isinstance(item, Parsed):
            return _DOCUMENT, pack(item)
    except MemoryError:
        item = Rejection(source, "it needs too much memory to read")
    return (_REJECTION, json.dumps(asdict(item)).encode()) if item else (_END, b"")


if __name__ == "__main__":
    main()
