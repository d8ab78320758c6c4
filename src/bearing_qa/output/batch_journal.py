"""Answers of a batch under way, kept beside its output, so that a batch that was stopped goes on there.

    .OUT.jsonl.partial   first line: what the answers depend on; then a line an answer, in their order

A last line without its end was being written when the process died, and is asked again.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from bearing_qa.errors import QuestionError

Answered = tuple[dict[str, Any], str]
"""An answer in its JSON form, and what is wrong with its line (empty if nothing)."""


class Partial:
    """The answers so far: ``kept`` of them were there when it was opened."""

    def __init__(self, path: Path, stream: BinaryIO, kept: int) -> None:
        self._path, self._stream, self.kept = path, stream, kept

    def add(self, answered: Answered) -> None:
        """Keeps an answer; it outlives this process, however that ends."""
        self._stream.write(json.dumps(answered).encode() + b"\n")
        self._stream.flush()

    def __iter__(self) -> Iterator[Answered]:
        """All answers in their order."""
        with self._path.open("rb") as stream:
            next(stream)
            for line in stream:
                answer, complaint = json.loads(line)
                yield answer, complaint

    def remove(self) -> None:
        """Takes the answers away: they are in the output."""
        self._path.unlink()


@contextmanager
def open_partial(output: Path, *, depends_on: Mapping[str, str]) -> Iterator[Partial]:
    """The answers so far for an output, those that were made from the same; others are dropped.

    Raises QuestionError if another process writes them, OSError if they cannot be written.
    """
    path = output.with_name(f".{output.name}.partial")
    with path.open("a+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise QuestionError(
                found=f"another batch writes {output}",
                expected="one at a time",
                fix="wait for it to end, or name another: --output FILE",
            ) from error
        yield Partial(path, stream, _keep(stream, json.dumps(depends_on).encode() + b"\n"))


def _keep(stream: BinaryIO, head: bytes) -> int:
    """Cuts a file to its head and the whole lines behind it; how many these are."""
    stream.seek(0)
    if stream.readline() != head:
        stream.truncate(0)
        stream.write(head)
        stream.flush()
        return 0
    kept, end = 0, len(head)
    for line in stream:
        if not line.endswith(b"\n"):
            break
        kept, end = kept + 1, end + len(line)
    stream.truncate(end)
    return kept
