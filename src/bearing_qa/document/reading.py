"""File → decoded text: which file types are read, and by whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bearing_qa.document import extract
from bearing_qa.document.encoding import decode
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.errors import DocumentError

SUFFIXES = (".txt", ".md", ".jsonl", *extract.SUFFIXES)
"""File types that are read. A folder's other files are passed over."""


@dataclass(frozen=True, slots=True)
class RawText:
    """Decoded text of one document with the encoding it was decoded from."""

    doc_id: str
    text: str
    encoding: str
    title: str = ""


def read_file(
    path: Path, *, doc_id: str, limits: Limits = DEFAULT_LIMITS
) -> Iterator[RawText | DocumentError]:
    """Documents of one file: one for .txt and .md, one a line for .jsonl (``_id, title, text``).

    A broken line of a .jsonl file is yielded as an error; the other lines are read.
    Raises DocumentError if the file itself cannot be read.
    """
    size = path.stat().st_size
    if size > limits.megabytes * 1024**2:
        raise DocumentError(
            found=f"{path.name} has {size / 1024**2:.0f} MB",
            expected=f"at most {limits.megabytes}",
            mend="split it, or raise --max-mb",
        )
    if path.suffix.lower() in extract.SUFFIXES:
        yield RawText(
            doc_id=doc_id,
            text=extract.extract(path, limits=limits),
            encoding=path.suffix.lower()[1:],
        )
        return
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
            doc_id, body = item["_id"], item["text"]
            title = str(item.get("title") or "")
            fault = _fault(doc_id, body)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            fault = f"{type(error).__name__}"
        if fault:
            yield DocumentError(
                found=f"{name} line {number} is broken ({fault})",
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
        yield RawText(doc_id=str(doc_id), text=body, encoding=encoding, title=title)


def _fault(doc_id: object, body: object) -> str:
    """What is wrong with an id and a text; empty if nothing is."""
    is_id = isinstance(doc_id, str | int) and not isinstance(doc_id, bool) and str(doc_id).strip()
    if not is_id:
        return "its _id is no text and no number"
    return "" if isinstance(body, str) else "its text is no text"
