"""File → decoded text: which file types are read, and by whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from bearing_qa.document import extract
from bearing_qa.document.encoding import decode
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.tables import KnownTable
from bearing_qa.errors import DocumentError
from bearing_qa.types import Unread

COLLECTION_SUFFIX = ".jsonl"
"""Files of this type hold documents with ids of their own."""
SUFFIXES = (".txt", ".md", COLLECTION_SUFFIX, ".zip", *extract.SUFFIXES)
"""File types that are read. A folder's other files are passed over."""


@dataclass(frozen=True, slots=True)
class RawText:
    """Decoded text of one document with the encoding it was decoded from.

    What its reader knows beside, by offsets in ``text``: where each cell of a spreadsheet begins, with its address
    (表!B7, "" for what is in no cell), the depths of headings that no sign marks, and tables with their header lines.
    """

    doc_id: str
    text: str
    encoding: str
    title: str = ""
    unread: tuple[Unread, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the file says of the document beside its text, by ``types.FactName``; a sidecar overrides it."""
    addresses: tuple[tuple[int, str], ...] = ()
    depths: Mapping[int, int] = field(default_factory=dict)
    tables: tuple[KnownTable, ...] = ()
    recognised: tuple[tuple[int, int, float], ...] = ()
    """Lines that were recognised from a picture: start, end, and how surely, 0 to 1."""
    member: str = ""
    """Its path in the archive that it comes from."""


def read_file(
    path: Path, *, doc_id: str, limits: Limits = DEFAULT_LIMITS
) -> Iterator[RawText | DocumentError]:
    """Documents of one file: one for .txt and .md, one a line for .jsonl (``_id, title, text``).

    A broken line of a .jsonl file is yielded as an error; the other lines are read.
    Raises DocumentError if the file itself cannot be read.
    """
    check_size(path, limits)
    yield from read_data(path.name, path.read_bytes(), doc_id=doc_id, limits=limits)


def check_size(path: Path, limits: Limits) -> None:
    """Raises DocumentError if a file is larger than the limit."""
    size = path.stat().st_size
    if size > limits.megabytes * 1024**2:
        raise DocumentError(
            found=f"{path.name} has {size / 1024**2:.0f} MB",
            expected=f"at most {limits.megabytes}",
            fix="split it, or raise --max-mb",
        )


def read_data(
    name: str, data: bytes, *, doc_id: str, limits: Limits = DEFAULT_LIMITS
) -> Iterator[RawText | DocumentError]:
    """The same of a file's bytes under its name."""
    path = PurePath(name)
    suffix = path.suffix.lower()
    if suffix in extract.SUFFIXES:
        found = extract.extract_data(name, data, limits=limits)
        yield RawText(
            doc_id=doc_id,
            text=found.text,
            encoding=suffix[1:],
            title="" if found.metadata.get("title") or not found.is_sheet else path.stem,
            unread=found.unread,
            metadata=found.metadata,
            addresses=found.addresses,
            depths=found.depths,
            tables=found.tables,
            recognised=found.recognised,
        )
        return
    text, encoding = decode(data, name=name)
    if suffix == COLLECTION_SUFFIX:
        yield from _read_lines(text, encoding, name)
    elif suffix == ".md":
        yield _read_markdown(RawText(doc_id=doc_id, text=text, encoding=encoding), name)
    else:
        yield RawText(doc_id=doc_id, text=text, encoding=encoding)


def _read_markdown(raw: RawText, name: str) -> RawText:
    """A Markdown file; where its reader has changed the text, its encoding is named ``md``, and offsets count in what the
    reader gives. Raises DocumentError if a table in it is nested too deep."""
    from bearing_qa.document.formats.markdown import plain_markdown

    try:
        text, unread = plain_markdown(raw.text)
    except ValueError as error:
        raise DocumentError(
            found=f"{name} cannot be read: {error}",
            expected="Markdown, with tables of ordinary make",
            fix="write its tables with bars",
        ) from error
    encoding = raw.encoding if text == raw.text else "md"
    return replace(raw, text=text, encoding=encoding, unread=unread)


def _read_lines(text: str, encoding: str, name: str) -> Iterator[RawText | DocumentError]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        item, fault = _item(line)
        if fault:
            yield DocumentError(
                found=f"{name} line {number} is broken ({fault})",
                expected='{"_id": …, "title": …, "text": …}',
                fix="fix that line; the other lines were read",
            )
            continue
        doc_id, body, title = str(item["_id"]), item["text"], str(item.get("title") or "")
        if not body.strip():
            yield DocumentError(
                found=f"{name} line {number} ({doc_id}) has no text",
                expected="some text",
                fix="remove that line",
            )
            continue
        yield RawText(doc_id=doc_id, text=body, encoding=encoding, title=title)


def _item(line: str) -> tuple[dict[str, Any], str]:
    """The object of a line, and what is wrong with it; empty if nothing is."""
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        return {}, "it is no JSON"
    if not isinstance(item, dict):
        return {}, "it is no JSON object"
    doc_id = item.get("_id")
    is_id = isinstance(doc_id, str | int) and not isinstance(doc_id, bool) and str(doc_id).strip()
    if not is_id:
        return item, "its _id is missing, or no text and no number"
    return item, "" if isinstance(item.get("text"), str) else "its text is missing, or no text"
