"""What goes into text fields, tokens, parted by blanks, and bytes; and how much goes into one request.

Bytes are packed, in base64, cut into pieces that a field holds; the first says how many there are.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

PIECE_CHARS = 60000
"""Base64 characters of one piece; a text field of Milvus holds 65535 bytes."""

BATCH_BYTES = 4_000_000
"""Of one request; Milvus takes 64 MB."""
BATCH_IDS = 256
"""Ids of one request: their rows come back in one message of at most 64 MB."""
Row = dict[str, Any]
_MARK, _WRITTEN_MARK = "\u2009", "˙"
"""What ends a token that is characters (see ``segment``) is a blank to Milvus, so that another sign stands for it."""


def written(token: str) -> str:
    """A token as the field has it."""
    return token.replace(_MARK, _WRITTEN_MARK)


def to_field(tokens: Sequence[str]) -> str:
    """Tokens with a blank around each."""
    return f" {' '.join(map(written, tokens))} "


def of_field(text: str) -> list[str]:
    """The tokens that ``to_field`` wrote."""
    return [token for token in text.replace(_WRITTEN_MARK, _MARK).split(" ") if token]


def to_pieces(data: bytes) -> list[str]:
    """The pieces of some bytes, one at least."""
    packed = base64.b64encode(zlib.compress(data)).decode("ascii")
    pieces = [packed[at : at + PIECE_CHARS] for at in range(0, len(packed), PIECE_CHARS)]
    return [f"{len(pieces)} {pieces[0]}", *pieces[1:]]


def count_of(first: str) -> int:
    """How many pieces there are, from the first one."""
    return int(first.split(" ", 1)[0])


def from_pieces(pieces: Sequence[str]) -> bytes:
    """The bytes of all pieces in order. Raises ValueError if they are damaged."""
    packed = "".join([pieces[0].split(" ", 1)[1], *pieces[1:]])
    try:
        return zlib.decompress(base64.b64decode(packed, validate=True))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def portions(items: Sequence[Any]) -> Iterator[list[Any]]:
    """Ids, as many as one request asks for."""
    return (list(items[at : at + BATCH_IDS]) for at in range(0, len(items), BATCH_IDS))


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in batches of about BATCH_BYTES."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) * 4 for value in row.values() if hasattr(value, "__len__"))
        if size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
