"""Streams of an OLE compound file, by olefile."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence

import olefile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What a compound file begins with."""


def streams(data: bytes, names: Sequence[str]) -> dict[str, bytes]:
    """The streams of some names that a file has at its root. Raises ValueError if it is not sound."""
    logging.getLogger("olefile").setLevel(logging.CRITICAL)
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return {name: file.openstream(name).read() for name in names if file.exists(name)}
    except (OSError, IndexError, TypeError) as error:
        raise ValueError(f"it is no sound Office file ({error})") from error
