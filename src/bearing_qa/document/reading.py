"""Bytes → decoded text. Which encodings and file types are read, and how text is told from noise.

Line ends are normalised to one line feed and a byte order mark is dropped, so that raw offsets
count as in ``open(path, encoding=...).read()``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bearing_qa.errors import DocumentError

SUFFIXES = (".txt", ".md", ".jsonl")
"""File types that are read. A folder's other files are passed over."""

MAX_BYTES = 64 * 1024 * 1024
"""Largest file in bytes; policy documents are far smaller, and a larger one is most likely a
mistake that would fill memory."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# In this order: UTF-8 hardly ever fits by chance; GB18030 holds GBK and GB2312; Big5 last,
# because most Big5 bytes also decode as (nonsense) GB18030 and the guess is by frequency.
_FALLBACKS = ("gb18030", "big5")
_COMMON = frozenset("的一是在了和有大国中人年为不发业行工会产部要作以展政理的是國業發為產會")


@dataclass(frozen=True, slots=True)
class RawText:
    """Decoded text of one document with the encoding it was decoded from."""

    doc_id: str
    text: str
    encoding: str
    title: str = ""


def decode(data: bytes, *, name: str) -> tuple[str, str]:
    """Text and encoding name of ``data``.

    Raises DocumentError if the bytes are empty or are not text in a known encoding.
    """
    if not data.strip():
        raise DocumentError(
            found=f"{name} is empty",
            expected="a text file",
            mend="remove it or put its text in",
        )
    text, encoding = _decode(data, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _noise_share(text) > 0.02:
        raise DocumentError(
            found=f"{name} holds control characters, not text",
            expected="a text file (UTF-8, UTF-16, GB18030 or Big5)",
            mend="save it as UTF-8 text",
        )
    return text, encoding


def _decode(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        first_error = error
    readings = [reading for encoding in _FALLBACKS if (reading := _try(data, encoding))]
    if not readings:
        raise DocumentError(
            found=f"{name} is not UTF-8 (byte {first_error.start}) and not GB18030 or Big5",
            expected="a text file in one of these encodings",
            mend="save it as UTF-8",
        )
    return max(readings, key=lambda reading: _commonness(reading[0]))


def _try(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return None


def _commonness(text: str) -> float:
    """Share of very common Chinese characters: tells the right decoding from nonsense."""
    sample = text[:20_000]
    return sum(char in _COMMON for char in sample) / max(len(sample), 1)


def _noise_share(text: str) -> float:
    noise = sum((char < " " and char not in "\n\t\f") or char == "\ufffd" for char in text)
    return noise / max(len(text), 1)


def read_file(path: Path, *, doc_id: str) -> Iterator[RawText | DocumentError]:
    """Documents of one file: one for .txt and .md, one a line for .jsonl (``_id, title, text``).

    A broken line of a .jsonl file is yielded as an error; the other lines are read.
    Raises DocumentError if the file itself cannot be read.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise DocumentError(
            found=f"{path.name} has {size:,} bytes",
            expected=f"at most {MAX_BYTES:,}",
            mend="split it",
        )
    text, encoding = decode(path.read_bytes(), name=path.name)
    if path.suffix.lower() == ".jsonl":
        yield from _read_lines(text, encoding, path.name)
    else:
        yield RawText(doc_id=doc_id, text=text, encoding=encoding)


def _read_lines(text: str, encoding: str, name: str) -> Iterator[RawText | DocumentError]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            doc_id, body = str(item["_id"]), str(item["text"])
            title = str(item.get("title") or "")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield DocumentError(
                found=f"{name} line {number} is broken ({type(error).__name__})",
                expected='{"_id": …, "title": …, "text": …}',
                mend="mend that line; the other lines were read",
            )
            continue
        if not body.strip():
            yield DocumentError(
                found=f"{name} line {number} ({doc_id}) has no text",
                expected="some text",
                mend="remove that line",
            )
            continue
        yield RawText(doc_id=doc_id, text=body, encoding=encoding, title=title)
