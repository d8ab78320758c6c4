"""The parts of a Word 97–2003 file ([MS-DOC]), by olefile: its characters with their properties, and its tables.

The text is kept in pieces, each in UTF-16 or in one byte a character (2.4.1); properties of paragraphs and runs
are in pages of 512 bytes by place in the file (2.4.6). Numbers in brackets are sections of [MS-DOC].
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from bearing_qa.document.formats.old_word.streams import streams

IDENT, FIRST_VERSION = 0xA5EC, 0xC1
"""What a Word file begins with (2.5.2), and the version of Word 97."""
ENCRYPTED, FIRST_TABLE, PAGE = 0x100, 0x200, 512
CLX, STYLES, RUNS, PARAGRAPHS, SECTIONS = 0x1A2, 0xA2, 0xFA, 0x102, 0xCA
NOTES = ((0xAA, 0xB2), (0x20A, 0x212))
"""Places in the head of the positions and texts of footnotes and endnotes (2.5.6)."""
LISTS, LIST_USES = 0x2E2, 0x2EA
LENGTHS = 0x4C
"""Where the head has the lengths of the text, footnotes, headers, macros, comments, endnotes, boxes (2.5.4)."""
HUGE = frozenset({0x6645, 0x6646})
"""Properties that are kept in the stream of data."""
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of a property's value by its kind; 0: it begins with its length (2.2.5.1)."""
TABLE_SHAPE, TABS = 0xD608, 0xC615

OLDER = "it is of Word 6, 95 or older, which is not read; save it as .docx"

Sprms = dict[int, bytes]
"""Properties by their number, the value as bytes."""


@dataclass(slots=True)
class Text:
    """UTF-16 units of all of a file's text, and where in the file each is."""

    units: array[int] = field(default_factory=lambda: array("H"))
    places: array[int] = field(default_factory=lambda: array("L"))


@dataclass(slots=True)
class Spans:
    """Properties by place in the file: each holds from its start up to the next."""

    starts: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    values: list[tuple[int, Sprms]] = field(default_factory=list)

    def at(self, place: int) -> tuple[int, Sprms]:
        """Style number and properties at a place."""
        found = bisect_right(self.starts, place) - 1
        if found < 0 or place >= self.stops[found]:
            return 0, {}
        return self.values[found]


class WordFile:
    """A file of Word 97 to 2003. Raises ValueError for what is none, is older, or is encrypted."""

    def __init__(self, data: bytes) -> None:
        parts = streams(data, ("WordDocument", "0Table", "1Table", "Data", "EncryptedPackage"))
        if "EncryptedPackage" in parts:
            raise ValueError("it is encrypted")
        self._main = parts.get("WordDocument", b"")
        if len(self._main) < LIST_USES + 8 or self._short(self._main, 0) != IDENT:
            older = len(self._main) > 4 and self._short(self._main, 0) in (0xA5DC, 0xA5DB, 0xA59C)
            raise ValueError(OLDER if older else "it holds no Word text")
        flags = self._short(self._main, 10)
        if flags & ENCRYPTED:
            raise ValueError("it is encrypted")
        if self._short(self._main, 2) < FIRST_VERSION:
            raise ValueError(OLDER)
        self.table = parts.get("1Table" if flags & FIRST_TABLE else "0Table", b"")
        self._data = parts.get("Data", b"")
        self.lengths = struct.unpack_from("<8i", self._main, LENGTHS)
        if min(self.lengths) < 0 or not self.table:
            raise ValueError("its head is not sound")
        self.text = self._pieces(sum(self.lengths))
        self.paragraphs = self._spans(PARAGRAPHS, is_run=False)
        self.runs = self._spans(RUNS, is_run=True)

    @staticmethod
    def _short(data: bytes, at: int) -> int:
        return int(struct.unpack_from("<H", data, at)[0])

    def part(self, place: int) -> bytes:
        """What the head names at a place, from the stream of tables."""
        start, length = struct.unpack_from("<II", self._main, place)
        return self.table[start : start + length]

    def start_of(self, place: int) -> int:
        """Where in the stream of tables that part begins."""
        return int(struct.unpack_from("<I", self._main, place)[0])

    def positions(self, place: int, *, size: int) -> list[int]:
        """Positions in the text that a part lists before its items of ``size`` bytes each (2.2.2)."""
        part = self.part(place)
        count = (len(part) - 4) // (4 + size) + 1 if len(part) >= 4 else 0
        return list(struct.unpack_from(f"<{count}i", part))

    def _pieces(self, length: int) -> Text:
        """The text, put together from its pieces (2.9.38, 2.8.35)."""
        clx, at, text = self.part(CLX), 0, Text()
        while at < len(clx) and clx[at] == 1:
            at += 3 + self._short(clx, at + 1)
        if at >= len(clx) or clx[at] != 2:
            raise ValueError("its text cannot be found")
        size = struct.unpack_from("<I", clx, at + 1)[0]
        plc = clx[at + 5 : at + 5 + size]
        count = (len(plc) - 4) // 12
        ends = struct.unpack_from(f"<{count + 1}i", plc)
        for number in range(count):
            chars = min(ends[number + 1], length) - ends[number]
            code = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
            if chars < 0 or ends[number] != len(text.units):
                raise ValueError("its text is not in order")
            self._add(text, code & 0x3FFFFFFF, chars, is_narrow=bool(code & 0x40000000))
        if len(text.units) < self.lengths[0]:
            raise ValueError("a part of its text is missing")
        return text

    def _add(self, text: Text, place: int, chars: int, *, is_narrow: bool) -> None:
        width = 1 if is_narrow else 2
        start = place // 2 if is_narrow else place
        data = self._main[start : start + width * chars]
        if len(data) < width * chars:
            raise ValueError("a part of its text is missing")
        if is_narrow:
            text.units.extend(map(ord, data.decode("cp1252", "replace")))
        else:
            text.units.extend(struct.unpack(f"<{chars}H", data))
        text.places.extend(range(start, start + width * chars, width))

    def _spans(self, place: int, *, is_run: bool) -> Spans:
        """Properties of all paragraphs or runs, from the pages that a part lists (2.9.6, 2.9.33)."""
        spans, part = Spans(), self.part(place)
        count = (len(part) - 4) // 8 if len(part) >= 4 else 0
        for number in struct.unpack_from(f"<{count}I", part, 4 * (count + 1)) if count else ():
            start = (number & 0x3FFFFF) * PAGE
            page = self._main[start : start + PAGE]
            if len(page) == PAGE:
                self._read_page(page, spans, is_run=is_run)
        order = sorted(range(len(spans.starts)), key=lambda at: spans.starts[at])
        return Spans(
            starts=[spans.starts[at] for at in order],
            stops=[spans.stops[at] for at in order],
            values=[spans.values[at] for at in order],
        )

    def _read_page(self, page: bytes, spans: Spans, *, is_run: bool) -> None:
        count, step = page[PAGE - 1], 1 if is_run else 13
        if 4 * (count + 1) + step * count >= PAGE:
            raise ValueError("its properties are not sound")
        edges = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            at = 2 * page[4 * (count + 1) + step * number]
            spans.starts.append(edges[number])
            spans.stops.append(edges[number + 1])
            spans.values.append(self._run(page, at) if is_run else self._paragraph(page, at))

    def _run(self, page: bytes, at: int) -> tuple[int, Sprms]:
        return 0, self.sprms(page[at + 1 : at + 1 + page[at]]) if at else {}

    def _paragraph(self, page: bytes, at: int) -> tuple[int, Sprms]:
        if not at:
            return 0, {}
        size, start = (2 * page[at] - 1, at + 1) if page[at] else (2 * page[at + 1], at + 2)
        data = page[start : start + size]
        return (self._short(data, 0), self.sprms(data[2:])) if len(data) >= 2 else (0, {})

    def sprms(self, data: bytes) -> Sprms:
        """Properties from their bytes, those in the stream of data included."""
        found: Sprms = {}
        for number, value in _each(data):
            found[number] = value
            if number in HUGE and len(value) == 4:
                start = struct.unpack("<I", value)[0]
                size = self._short(self._data, start) if start + 2 <= len(self._data) else 0
                found |= dict(_each(self._data[start + 2 : start + 2 + size]))
        return found


def _each(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbers and values of properties; what is cut off is left."""
    at = 0
    while at + 3 <= len(data):
        number = struct.unpack_from("<H", data, at)[0]
        at += 2
        size = _SIZES[number >> 13]
        if number == TABLE_SHAPE and at + 2 <= len(data):
            size, at = struct.unpack_from("<H", data, at)[0] - 1, at + 2
        elif not size:
            size, at = data[at], at + 1
        if number == TABS and size == 255:
            return
        if size < 0:
            return
        yield number, data[at : at + size]
        at += size
