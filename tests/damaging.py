"""Seeded damage of a file's bytes, and how a reader has to take it: it reads, or refuses in one line, in time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bearing_qa.document.extract import extract
from bearing_qa.errors import DocumentError

MAX_SECONDS = 20
"""For all of the damaged files together; each is small, and most are refused at once."""


def damaged(data: bytes, *, count: int, seed: int) -> Iterator[bytes]:
    """So many damaged forms: bytes changed, a piece cut out, the end cut off."""
    chance = random.Random(seed)
    for number in range(count):
        piece = bytearray(data)
        if number % 4 == 0:
            del piece[chance.randrange(1, len(piece)) :]
        elif number % 4 == 1:
            at = chance.randrange(len(piece))
            del piece[at : at + chance.randrange(1, 64)]
        else:
            for _ in range(chance.randrange(1, 12)):
                piece[chance.randrange(len(piece))] = chance.randrange(256)
        yield bytes(piece)


def withstands(path: Path, forms: Iterator[bytes], read: Callable[[Path], object] = extract) -> int:
    """How many of the damaged forms were refused. Fails for any other error, a reason of several lines, or
    where it takes too long."""
    refused = 0
    start = time.monotonic()
    for form in forms:
        path.write_bytes(form)
        try:
            read(path)
        except DocumentError as error:
            assert "\n" not in str(error)
            refused += 1
    assert time.monotonic() - start < MAX_SECONDS
    return refused
