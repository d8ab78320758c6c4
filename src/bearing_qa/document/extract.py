"""Office files, pages, spreadsheets or PDF → text, by the reader of their format; to be run where it may hang (``parser_process``)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from bearing_qa.document.encoding import decode, decode_html, is_garbled
from bearing_qa.document.formats.lines import CellLine, CellTable, Part
from bearing_qa.document.formats.scan import engine
from bearing_qa.document.kinds import suffix_by_content
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.tables import KnownTable
from bearing_qa.errors import DocumentError
from bearing_qa.types import Fact, Unread

WORD_SUFFIXES = (".docx", ".docm")
SHEET_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".csv", ".tsv")
"""Spreadsheets; what such a file really is goes by its content."""
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
"""Scanned pages; read where pictures can be recognised."""
SUFFIXES = (
    ".html",
    ".htm",
    *WORD_SUFFIXES,
    ".pdf",
    ".ofd",
    ".rtf",
    ".pptx",
    ".doc",
    ".wps",
    *SHEET_SUFFIXES,
    *PICTURE_SUFFIXES,
)
PACKED = b"PK\x03\x04"
"""How a zip file begins."""
MAX_UNPACKED = 256 * 1024**2
"""A packed file may unpack to this many bytes, whatever its size."""
_ADVICE = re.compile(r"XML_PARSE_HUGE|xmlCtxt")
"""What libxml2 says to programmers of documents beyond its limits."""
MIN_RATIO_BYTES = 16 * 1024**2
"""Below this size unpacked a high ratio is no harm."""
OLD_SUFFIXES = {"Word": ".doc", "PowerPoint": ".ppt", "Excel": ".xls"}
"""The type of a kind's files before they were packed."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader gives of a file: its text, what of it is not read, what it says of its document beside its text, and,
    where the reader knows, the addresses of its cells, its headings' depths, its tables and what was recognised, as ``RawText`` has them."""

    text: str
    unread: tuple[Unread, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[tuple[int, str], ...] = ()
    depths: Mapping[int, int] = field(default_factory=dict)
    tables: tuple[KnownTable, ...] = ()
    recognised: tuple[tuple[int, int, float], ...] = ()

    @property
    def is_sheet(self) -> bool:
        """Whether its structure is that of sheets."""
        return bool(self.tables or self.depths)


def extract(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Extracted:
    """What a file that is no plain text holds: one block a line, form feeds between pages.

    Raises DocumentError if it is unsound, empty of text, or over the limits.
    """
    return extract_data(path.name, path.read_bytes(), limits=limits)


def extract_data(name: str, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Extracted:
    """The same of a file's bytes under its name."""
    suffix = PurePath(name).suffix.lower()
    if suffix in PICTURE_SUFFIXES and not engine.is_available():
        raise DocumentError(
            found=f"{name} is a picture",
            expected="a document, or a scanned page and what recognises it",
            fix=f"for scanned pages: {engine.INSTALL}",
        )
    try:
        found = joined(read(suffix, data, limits=limits))
    except (MemoryError, OSError, DocumentError):
        raise
    except Exception as error:  # whatever a library raises on an unsound file
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if _ADVICE.search(reason):
            reason = "its XML is nested too deep, or grows without end"
        raise DocumentError(
            found=f"{name} cannot be read: {reason}",
            expected=f"a sound {suffix} file with text, within the limits",
            fix="save it again, or as text",
        ) from error
    if suffix == ".pdf" and is_garbled(found.text):  # other files have no fonts to map
        return _drawn_text(name, data, limits)
    return found


def _drawn_text(name: str, data: bytes, limits: Limits) -> Extracted:
    """What the pages of a PDF show whose own text is none. Raises DocumentError where that cannot be recognised."""
    from bearing_qa.document.formats.pdf.reader import pdf_lines

    if engine.is_available():
        found = joined(pdf_lines(data, max_pages=limits.pages, is_drawn=True))
        if not is_garbled(found.text):
            return found
    raise DocumentError(
        found=f"the text of {name} is garbled (its font does not say what its signs are)",
        expected="a file whose text can be copied",
        fix=f"save it again with fonts embedded, or have its pages recognised: {engine.INSTALL}",
    )


def joined(parts: Iterable[Part]) -> Extracted:
    """The parts that a reader yields as one text, with the places in it that they know of.

    A line without cells that follows one with them has the address "": it is in no cell.
    """
    lines: list[str] = []
    addresses: list[tuple[int, str]] = []
    tables: list[KnownTable] = []
    depths: dict[int, int] = {}
    unread: list[Unread] = []
    facts: list[Fact] = []
    recognised: list[tuple[int, int, float]] = []
    at = 0
    for part in parts:
        if isinstance(part, Unread):
            unread.append(part)
        elif isinstance(part, Fact):
            facts.append(part)
        else:
            start, own = at, part.lines if isinstance(part, CellTable) else (part,)
            for line in own:
                known = CellLine(line) if isinstance(line, str) else line
                text, cells, depth = known.text, known.cells, known.depth
                addresses += [(at + offset, address) for offset, address in cells]
                if not cells and addresses and addresses[-1][1]:
                    addresses.append((at, ""))
                if depth:
                    depths[at] = depth
                if known.confidence is not None:
                    recognised.append((at, at + len(text), known.confidence))
                lines.append(text)
                at += len(text) + 1
            if isinstance(part, CellTable):
                tables.append(KnownTable(start, at - 1, part.heads))
    text = "\n".join(lines).encode("utf-8", "replace").decode("utf-8")
    return Extracted(
        text,
        tuple(unread),
        first_facts(facts),
        tuple(addresses),
        depths,
        tuple(tables),
        tuple(recognised),
    )


def first_facts(facts: Iterable[Fact]) -> dict[str, str]:
    """The first value of each name that is not blank."""
    found: dict[str, str] = {}
    for fact in facts:
        if fact.value.strip():
            found.setdefault(fact.name, fact.value.strip())
    return found


def read(suffix: str, data: bytes, *, limits: Limits) -> Iterator[Part]:
    """Parts of a file's bytes by its format: lines, and what the reader could not read.

    Raises ValueError for what is unsound.
    """
    suffix = suffix_by_content(suffix, data)
    if suffix == ".doc":
        from bearing_qa.document.formats.old_word.reader import doc_lines

        return doc_lines(data)
    if suffix == ".txt":
        return iter(_plain(data).split("\n"))
    if suffix == ".mht":
        from bearing_qa.document.formats.mht import html_part

        suffix, data = ".html", html_part(data)
    if suffix == ".pdf":
        from bearing_qa.document.formats.pdf.reader import pdf_lines

        return pdf_lines(data, max_pages=limits.pages)
    if suffix in PICTURE_SUFFIXES:
        from bearing_qa.document.formats.picture import picture_lines

        return picture_lines(data, max_pages=limits.pages)
    if suffix in WORD_SUFFIXES:
        from bearing_qa.document.formats.word.reader import docx_lines

        check_archive(data, expansion=limits.expansion)
        return docx_lines(data)
    if suffix == ".ofd":
        from bearing_qa.document.formats.ofd.reader import ofd_lines

        check_archive(data, expansion=limits.expansion, kind="OFD")
        return ofd_lines(data, max_pages=limits.pages)
    if suffix == ".pptx":
        from bearing_qa.document.formats.slides.reader import pptx_lines

        check_archive(data, expansion=limits.expansion, kind="PowerPoint")
        return pptx_lines(data)
    if suffix == ".rtf":
        from bearing_qa.document.formats.rtf.reader import rtf_lines

        return rtf_lines(data)
    if suffix in SHEET_SUFFIXES:
        from bearing_qa.document.formats.spreadsheet.workbook import workbook_parts

        if data.startswith(PACKED):
            check_archive(data, expansion=limits.expansion, kind="Excel")
        return workbook_parts(data, suffix=suffix)
    from bearing_qa.document.formats.site.reader import html_lines

    return html_lines(decode_html(data))


def _plain(data: bytes) -> str:
    """Text under the name of another format. Raises ValueError if it is none."""
    try:
        return decode(data, name="it")[0]
    except DocumentError as error:
        raise ValueError("it is no Word file, and no text") from error


def check_archive(data: bytes, *, expansion: int, kind: str = "Word") -> None:
    """Raises ValueError if a packed file is none of its ``kind``, or unpacks beyond the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            items = archive.infolist()
    except zipfile.BadZipFile as error:
        is_container = data.startswith(b"\xd0\xcf\x11\xe0")
        raise ValueError(
            f"it is encrypted, or an old {OLD_SUFFIXES.get(kind, kind)} file by another name"
            if is_container
            else f"it is no sound {kind} file"
        ) from error
    if any(item.flag_bits & 1 for item in items):
        raise ValueError("it is encrypted")
    check_expansion(items, packed=len(data), expansion=expansion)


def check_expansion(items: Sequence[zipfile.ZipInfo], *, packed: int, expansion: int) -> None:
    """Raises ValueError if the members of a packed file of ``packed`` bytes unpack beyond the limits."""
    unpacked = sum(item.file_size for item in items)
    is_bomb = unpacked > MIN_RATIO_BYTES and unpacked > expansion * packed
    if unpacked > MAX_UNPACKED or is_bomb:
        raise ValueError(f"it unpacks to {unpacked:,} bytes, over the limit (--max-expansion)")
