"""What xlrd passes over in a .xls workbook: what lies over its cells, its charts, and formulas without results.

A workbook's stream is a row of records (two bytes of type, two of length). Each sheet begins with a BOF record; a
drawing's record holds the anchor of each shape, the OBJ record behind it says what the shape is ([MS-XLS] 2.4.181).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from xlrd import compdoc

from bearing_qa.types import UnreadKind

_BOF, _EOF, _SHEET, _DRAWING, _OBJECT, _FORMULA = 0x0809, 0x000A, 0x0085, 0x00EC, 0x005D, 0x0006
_ANCHOR = b"\x10\xf0\x12\x00\x00\x00"
"""The head of a shape's anchor in a drawing: type 0xF010, 18 bytes long."""
_KINDS: dict[int, UnreadKind] = {0x05: "object", 0x06: "object", 0x08: "picture"}
"""Shapes with something to read: charts, text boxes, pictures."""
_CHART_SHEET = 2
_HEAD_BYTES = 4
_BLANK_RESULT = (3, 0xFFFF)
"""First byte and last two of the result of a formula that shows nothing."""
Place = tuple[int, int]
"""Row and column, counted from 1."""
NOWHERE = (0, 0)
"""The place of a shape whose record does not say it."""


@dataclass(slots=True)
class Overlay:
    """What a workbook's records tell beside its cells, by the sheets' names."""

    objects: dict[str, list[tuple[UnreadKind, Place]]] = field(default_factory=dict)
    """Charts, text boxes and pictures of each sheet, by the cell that each begins in."""
    chart_sheets: list[str] = field(default_factory=list)
    uncalculated: dict[str, list[Place]] = field(default_factory=dict)
    """Formulas of each sheet, where none of the whole workbook has a result: who wrote it calculated nothing."""


def overlay_of(data: bytes) -> Overlay:
    """What lies over a workbook's cells; nothing for a file without such records, or with unsound ones."""
    reader = _Records()
    try:
        for at, kind, body in _records(_stream(data)):
            reader.read(at, kind, body)
    except (compdoc.CompDocError, struct.error, IndexError, UnicodeDecodeError):
        return Overlay()
    if reader.has_results:
        reader.found.uncalculated.clear()
    return reader.found


class _Records:
    """Takes records one by one; a chart's own records, inside a sheet's, are passed over."""

    def __init__(self) -> None:
        self.found = Overlay()
        self.has_results = False
        self._names: dict[int, str] = {}
        self._sheet, self._depth = "", 0
        self._anchors: list[Place] = []

    def read(self, at: int, kind: int, body: bytes) -> None:
        """Takes the record at an offset of the stream."""
        if kind == _SHEET:
            self._read_name(body)
        elif kind == _BOF:
            self._begin(at)
        elif kind == _EOF:
            self._depth = max(self._depth - 1, 0)
        elif self._depth:
            return
        elif kind == _DRAWING:
            self._anchors += _anchors_in(body)
        elif kind == _OBJECT and len(body) > 5:
            shape = _KINDS.get(struct.unpack_from("<H", body, 4)[0])
            place = self._anchors.pop(0) if self._anchors else NOWHERE
            if shape and self._sheet:
                self.found.objects.setdefault(self._sheet, []).append((shape, place))
        elif kind == _FORMULA and self._sheet:
            row, column, _, first, last = struct.unpack_from("<3HB5xH", body)
            place = (row + 1, column + 1)
            self.found.uncalculated.setdefault(self._sheet, []).append(place)
            self.has_results |= (first, last) != _BLANK_RESULT

    def _read_name(self, body: bytes) -> None:
        start, _, kind = struct.unpack_from("<IBB", body)
        length, is_wide = body[6], body[7] & 1
        signs = body[8 : 8 + (2 * length if is_wide else length)]
        name = signs.decode("utf-16-le" if is_wide else "latin-1")
        if kind == _CHART_SHEET:
            self.found.chart_sheets.append(name)
        else:
            self._names[start] = name

    def _begin(self, at: int) -> None:
        if at in self._names:
            self._sheet, self._anchors, self._depth = self._names[at], [], 0
        else:
            self._depth += 1


def _stream(data: bytes) -> bytes:
    """The workbook's stream in its container, or the bytes themselves."""
    if not data.startswith(compdoc.SIGNATURE):
        return data
    container = compdoc.CompDoc(data, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        memory, base, length = container.locate_named_stream(name)
        if memory:
            return bytes(memory[base : base + length])
    return b""


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Offset, type and body of each record."""
    at = 0
    while at + _HEAD_BYTES <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + _HEAD_BYTES : at + _HEAD_BYTES + length]
        at += _HEAD_BYTES + length


def _anchors_in(body: bytes) -> Iterator[Place]:
    """Where each shape of a drawing begins."""
    at = body.find(_ANCHOR)
    while at >= 0:
        start = at + len(_ANCHOR)
        if start + 10 <= len(body):
            _, column, _, row = struct.unpack_from("<4H", body, start)
            yield row + 1, column + 1
        at = body.find(_ANCHOR, start)
