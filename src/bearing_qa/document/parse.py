"""One file → parsed documents, or the reason why not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bearing_qa.document.extract import PICTURE_SUFFIXES
from bearing_qa.document.files import is_whole
from bearing_qa.document.frontmatter import (
    find_date,
    find_number,
    find_title,
    is_title,
    without_head,
)
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.members import ARCHIVE, read_archive
from bearing_qa.document.outline import find_points, parse_outline
from bearing_qa.document.passages import make_passages
from bearing_qa.document.raw_text import RawText, read_file
from bearing_qa.document.repair import Repaired, repair
from bearing_qa.document.sidecar import read_sidecar
from bearing_qa.document.tables import KnownTable, find_tables, whole_row_caption
from bearing_qa.errors import DocumentError
from bearing_qa.types import Document, PageSpan, Parsed, Table

MARKED_SUFFIXES = (".md", ".html", ".htm", ".docx", ".docm", ".rtf", ".pptx", ".doc", ".wps")
"""File types whose decoded text marks headings with ``#``, by hand or by its reader."""

PLAIN_SUFFIXES = (".txt", ".md")
"""File types whose page furniture no reader has dropped."""

PAGED_SUFFIXES = (".pdf", ".ofd", ".pptx", *PICTURE_SUFFIXES)
"""File types whose reader knows the pages, those without text too."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file or a line of one that was not read, and why."""

    source: str
    reason: str


def parse_file(
    path: Path,
    *,
    doc_id: str,
    source: str = "",
    limits: Limits = DEFAULT_LIMITS,
    skip: int = 0,
) -> Iterator[Parsed | Rejection]:
    """Documents of one file, parsed, or the reason why not; without its sidecar if that cannot be read,
    which is told last. The first ``skip`` documents, or faults in place of one, are passed over."""
    source = source or path.name
    metadata: dict[str, str] = {}
    fault = ""
    try:
        metadata = read_sidecar(path)
    except (DocumentError, OSError) as error:
        fault = f"{_words(error, path)}; the document is read without it"
    try:
        for raw in _read(path, doc_id=doc_id, limits=limits, skip=skip):
            if isinstance(raw, DocumentError):
                yield Rejection(source, str(raw))
            elif not is_whole(raw.doc_id + raw.title + raw.text):
                yield Rejection(
                    source,
                    f"the document {raw.doc_id.encode('ascii', 'backslashreplace').decode()[:40]} in it holds "
                    "half a character (a lone surrogate); fix its text",
                )
            else:
                place = f"{source}/{raw.member}" if raw.member else source
                yield parse(raw, metadata=_shared(metadata, raw), source=place)
    except (DocumentError, OSError) as error:
        yield Rejection(source, _words(error, path))
    except RecursionError:
        yield Rejection(source, "it is nested too deep to be read to its end")
    if fault:
        yield Rejection(source, fault)


def _read(
    path: Path, *, doc_id: str, limits: Limits, skip: int
) -> Iterator[RawText | DocumentError]:
    """Documents of a file or an archive, without the first ``skip``."""
    if path.suffix.lower() == ARCHIVE:
        return read_archive(path, doc_id=doc_id, limits=limits, skip=skip)
    return islice(read_file(path, doc_id=doc_id, limits=limits), skip, None)


def _shared(metadata: Mapping[str, str], raw: RawText) -> Mapping[str, str]:
    """What a sidecar says of a document: that of an archive has no title for all that is in it."""
    return {key: value for key, value in metadata.items() if key != "title" or not raw.member}


def _words(error: DocumentError | OSError, path: Path) -> str:
    """A fault in a line."""
    if isinstance(error, OSError):
        why = error.strerror or error
        return (
            f"{path.name} cannot be read ({why}); expected a file that may be; fix its permissions"
        )
    return str(error)


def parse(raw: RawText, *, metadata: Mapping[str, str], source: str) -> Parsed:
    """Document, sections, points, tables and passages of a decoded text."""
    repaired = repair(
        raw.text,
        markdown=source.lower().endswith(MARKED_SUFFIXES),
        furnished=source.lower().endswith(PLAIN_SUFFIXES),
        headings=raw.depths,
        paged=source.lower().endswith(PAGED_SUFFIXES),
    )
    tables = find_tables(repaired.text, known=_known_tables(raw, repaired))
    document = Document(
        doc_id=raw.doc_id,
        title=metadata.get("title")
        or raw.title
        or raw.metadata.get("title")
        or _title(repaired, tables)
        or raw.doc_id,
        text=repaired.text,
        runs=repaired.runs,
        pages=_pages(repaired),
        metadata=_metadata(repaired.text, raw.metadata) | dict(metadata),
        source=source,
        encoding=raw.encoding,
        repairs=repaired.counts,
        unread=raw.unread,
        addresses=raw.addresses,
        recognised=raw.recognised,
    )
    sections = parse_outline(
        document.text,
        tables=tables,
        depths=repaired.depths,
        is_titled=len(raw.depths) < 2,  # a workbook's sheets
    )
    return Parsed(
        document=document,
        sections=sections,
        points=find_points(document.text, sections=sections, tables=tables),
        tables=tables,
        passages=make_passages(document, sections=sections, tables=tables),
    )


def _known_tables(raw: RawText, repaired: Repaired) -> list[KnownTable]:
    """The tables that a file marks as such, by offsets in the repaired text."""
    starts = [start for _, start in repaired.runs]

    def placed(offset: int) -> int:
        at = bisect_left(starts, offset)
        return repaired.runs[at][0] if at < len(starts) else len(repaired.text) + 1

    return [
        KnownTable(placed(table.start), placed(table.end) - 1, table.heads) for table in raw.tables
    ]


def _title(repaired: Repaired, tables: Sequence[Table]) -> str:
    """The heading that alone has the least depth and comes first; else what the text begins with, above and
    else behind its first table, or what that table says over its whole width. Empty if there is none."""
    text, depths = repaired.text, repaired.depths
    if depths:
        first, least = min(depths), min(depths.values())
        line = text[first:].partition("\n")[0]
        if [start for start, depth in depths.items() if depth == least] == [first]:
            return without_head(line) or find_title(text[first:])
    if not tables:
        return find_title(text)
    above = find_title(text[: tables[0].start].strip())
    if above or tables[0].start:
        return above
    behind = find_title(text[tables[0].end :].strip())
    return whole_row_caption(text, tables[0]) or (behind if is_title(behind) else "")


def _metadata(text: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the file says beside its text, else number and date as the text gives them, else the day it was
    published; a sidecar overrides them."""
    date = find_date(text) or given.get("published", "")
    found = {"number": find_number(text), "date": date} | dict(given)
    return {key: value for key, value in found.items() if value and key != "title"}


def _pages(repaired: Repaired) -> tuple[PageSpan, ...]:
    stops = [*repaired.page_starts[1:], len(repaired.text)]
    return tuple(
        PageSpan(number, start, stop)
        for number, (start, stop) in enumerate(zip(repaired.page_starts, stops, strict=True), 1)
    )
