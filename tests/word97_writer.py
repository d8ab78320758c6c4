"""Writes files of Word 97 for tests: a head, a stream of tables, and the compound file around them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

SECTOR, FREE, END = 512, 0xFFFFFFFF, 0xFFFFFFFE


def sprm(number: int, value: bytes) -> bytes:
    return struct.pack("<H", number) + value


IN_TABLE = sprm(0x2416, b"\x01")
HIDDEN = sprm(0x083C, b"\x01")
DELETED = sprm(0x0800, b"\x01")


def heading(level: int) -> bytes:
    return sprm(0x2640, bytes([level]))


def listed(level: int) -> bytes:
    return sprm(0x260A, bytes([level])) + sprm(0x460B, b"\x01\x00")


def row_end(edges: Sequence[int], flags: Sequence[int] = ()) -> bytes:
    shape = bytes([len(edges)]) + struct.pack(f"<{len(edges) + 1}h", 0, *edges)
    for at in range(len(edges)):
        shape += struct.pack("<H", flags[at] if flags else 0) + bytes(18)
    return IN_TABLE + sprm(0x2417, b"\x01") + struct.pack("<HH", 0xD608, len(shape) + 1) + shape


@dataclass
class Word97:
    """Paragraphs (text with its end mark, properties), runs (text, properties) by their place in them."""

    paragraphs: list[tuple[str, bytes]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    runs: dict[str, bytes] = field(default_factory=dict)
    levels: Sequence[tuple[int, str]] = ()
    level_flags: int = 0
    narrow: bool = False
    flags: int = 0x200
    version: int = 0xC1

    def data(self) -> bytes:
        body = "".join(text for text, _ in self.paragraphs)
        notes = "".join(text for _, text in self.notes)
        whole = body + notes + ("\r" if notes else "")
        start, width = 2048, 1 if self.narrow else 2
        text = whole.encode("cp1252" if self.narrow else "utf-16-le")
        main = bytearray(start) + text
        main += bytes(-len(main) % SECTOR)
        edges, at = [start], start
        for words, _ in self.paragraphs:
            at += width * len(words)
            edges.append(at)
        pages = [
            self._page(
                edges[first : first + 9],
                [p for _, p in self.paragraphs[first : first + 8]],
                is_run=False,
            )
            for first in range(0, len(self.paragraphs), 8)
        ]
        spans = sorted(
            (start + width * whole.index(words), width * len(words), own)
            for words, own in self.runs.items()
        )
        marks = [place for first, length, _ in spans for place in (first, first + length)]
        kinds = [own for _, _, own in spans for own in (own, b"")][:-1]
        pages.append(self._page(marks or [start, start + 1], kinds or [b""], is_run=True))
        first_page = len(main) // SECTOR
        main += b"".join(pages)
        table, places = bytearray(4), {}

        def put(place: int, part: bytes, extra: bytes = b"") -> None:
            places[place] = (len(table), len(part))
            table.extend(part + extra)

        code = start * 2 | 0x40000000 if self.narrow else start
        piece = struct.pack("<ii", 0, len(whole)) + struct.pack("<HIH", 0, code, 0)
        put(0x1A2, b"\x02" + struct.pack("<I", len(piece)) + piece)
        count = len(pages) - 1
        put(
            0x102,
            struct.pack(f"<{count + 1}I", *edges[:1] * (count + 1))
            + struct.pack(f"<{count}I", *range(first_page, first_page + count)),
        )
        put(0xFA, struct.pack("<II", start, at) + struct.pack("<I", first_page + count))
        if self.notes:
            references = [at for at, _ in self.notes]
            put(
                0xAA,
                struct.pack(f"<{len(references) + 1}i", *references, len(body))
                + bytes(2 * len(references)),
            )
            ends = [
                sum(len(text) for _, text in self.notes[:at]) for at in range(len(self.notes) + 1)
            ]
            put(0xB2, struct.pack(f"<{len(ends) + 1}i", *ends, ends[-1] + 1))
        if self.levels:
            levels = b"".join(
                struct.pack("<iBB", 1, form, self.level_flags)
                + bytes(22)
                + struct.pack("<H", len(words))
                + words.encode("utf-16-le")
                for form, words in [*self.levels, *[(255, "")] * (9 - len(self.levels))]
            )
            put(0x2E2, struct.pack("<h", 1) + struct.pack("<i", 77) + bytes(24), levels)
            put(0x2EA, struct.pack("<i", 1) + struct.pack("<i", 77) + bytes(12) + bytes(4))
        struct.pack_into("<HH", main, 0, 0xA5EC, self.version)
        struct.pack_into("<H", main, 10, self.flags)
        struct.pack_into("<ii", main, 0x4C, len(body), len(whole) - len(body))
        for place, (offset, length) in places.items():
            struct.pack_into("<II", main, place, offset, length)
        return compound({"WordDocument": bytes(main), "1Table": bytes(table)})

    def _page(self, edges: Sequence[int], properties: Sequence[bytes], *, is_run: bool) -> bytes:
        page, count, step = bytearray(SECTOR), len(properties), 1 if is_run else 13
        struct.pack_into(f"<{count + 1}I", page, 0, *edges)
        free = SECTOR - 1
        for number, own in enumerate(properties):
            data = own if is_run else b"\0\0" + own + b"\0" * (len(own) % 2)
            item = bytes([len(data)]) + data if is_run else bytes([0, len(data) // 2]) + data
            free -= len(item)
            free -= free % 2
            page[free : free + len(item)] = item
            page[4 * (count + 1) + step * number] = free // 2 if own or not is_run else 0
        page[-1] = count
        return bytes(page)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with some streams at its root."""
    chains, sectors = [0xFFFFFFFD, END], b""
    entries = [_entry("Root Entry", kind=5, child=1)]
    for number, (name, data) in enumerate(streams.items(), 1):
        whole = data.ljust(4096, b"\0")
        whole += bytes(-len(whole) % SECTOR)
        first, count = len(chains), len(whole) // SECTOR
        chains += [*range(first + 1, first + count), END]
        sectors += whole
        entries.append(
            _entry(
                name,
                kind=2,
                left=number + 1 if number < len(streams) else FREE,
                start=first,
                size=len(whole),
            )
        )
    entries += [bytes(128)] * (4 - len(entries))
    assert len(chains) <= 128
    table = struct.pack("<128I", *chains, *[FREE] * (128 - len(chains)))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack(
        "<109I", 0, *[FREE] * 108
    )
    return head + table + b"".join(entries) + sectors


def _entry(
    name: str, *, kind: int, left: int = FREE, child: int = FREE, start: int = END, size: int = 0
) -> bytes:
    words = name.encode("utf-16-le")
    return (
        words.ljust(64, b"\0") + struct.pack("<HBBIII", len(words) + 2, kind, 1, left, FREE, child)
        + bytes(36) + struct.pack("<IQ", start, size)
    )  # fmt: skip
