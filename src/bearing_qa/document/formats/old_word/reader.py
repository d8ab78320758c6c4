"""Old Word files (.doc, .wps) → lines: paragraphs with their automatic numbers, tables, notes, in order.

Left out: headers and footers, hidden and deleted text, comments, what fields say to programs. Text boxes come
last: where they stand is not known.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bearing_qa.document.formats.cell_edges import Cell
from bearing_qa.document.formats.fields import shown_by
from bearing_qa.document.formats.lines import fold
from bearing_qa.document.formats.old_word.lists import Numbers
from bearing_qa.document.formats.old_word.word97 import (
    NOTES,
    SECTIONS,
    STYLES,
    TABLE_SHAPE,
    Sprms,
    WordFile,
)
from bearing_qa.document.formats.rtf.flow import Flow
from bearing_qa.types import Unread, UnreadKind

MAX_DEPTH = 6
"""Deeper outline levels are body text in all but name."""
PLACE_CHARS = 16
"""So much of a paragraph names the place of what could not be read."""
IN_TABLE, ROW_END, INNER_CELL, INNER_ROW = 0x2416, 0x2417, 0x244B, 0x244C
OUTLINE, LIST, LIST_LEVEL = 0x2640, 0x460B, 0x260A
HIDDEN, DELETED, SPECIAL, SYMBOL = 0x083C, 0x0800, 0x0855, 0x6A09
"""Properties of paragraphs and runs ([MS-DOC] 2.6.1, 2.6.2)."""
PARAGRAPH, CELL, BREAK, FIELD, RESULT, END = 0x0D, 0x07, 0x0C, 0x13, 0x14, 0x15
_SIGNS = {0x09: " ", 0x0B: "\n", 0x0E: "\n", 0x1E: "-", 0xA0: " "}


def doc_lines(data: bytes) -> Iterator[str | Unread]:
    """Lines of a file of Word 97 to 2003; a heading's depth as hashes, as in Markdown.

    Raises ValueError for what is none, is older, or is encrypted.
    """
    try:
        reader = _Reader(WordFile(data))
        yield from reader.body()
    except (struct.error, IndexError) as error:
        raise ValueError("it is no sound Word file") from error
    yield from reader.unread


class _Reader:
    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._numbers = Numbers(file)
        self._styles = _styles(file)
        self._sections = set(file.positions(SECTIONS, size=12))
        self._notes = dict(_notes(file))
        self.unread: list[Unread] = []

    def body(self) -> list[str]:
        """Lines of the text with its notes, then those of the text boxes."""
        length, boxes = self._file.lengths[0], self._file.lengths[6]
        lines = self._lines(0, length)
        start = sum(self._file.lengths[:6])
        return lines + (self._lines(start, start + boxes) if boxes else [])

    def _lines(self, start: int, stop: int) -> list[str]:
        flow = Flow()
        fields: list[
            str | None
        ] = []  # what each field says to programs; None once its result has begun
        units, places = self._file.text.units, self._file.text.places
        for at in range(start, min(stop, len(units))):
            unit, place = units[at], places[at]
            if unit == FIELD:
                fields.append("")
            elif unit == RESULT and fields:
                self._instruction(fields.pop() or "", flow)
                fields.append(None)
            elif unit == END and fields:
                self._instruction(fields.pop() or "", flow)
            elif any(field is not None for field in fields):
                fields[-1] = (fields[-1] or "") + chr(unit)
            elif unit in (PARAGRAPH, CELL, BREAK):
                self._end(flow, unit, at, place)
            else:
                self._sign(flow, unit, place)
            if at in self._notes:
                flow.after += self._lines(*self._notes.pop(at))
        return flow.finished()

    def _instruction(self, words: str, flow: Flow) -> None:
        """What a field shows of itself; what is no text is told."""
        text, kind = shown_by(words)
        flow.text.append(text)
        if kind is not None:
            self._told(kind, flow)

    def _told(self, kind: UnreadKind, flow: Flow) -> None:
        words = fold("".join(flow.text).encode("utf-8", "replace").decode())[-PLACE_CHARS:]
        unread = Unread(kind, f"…{words}")
        if unread not in self.unread:
            self.unread.append(unread)

    def _sign(self, flow: Flow, unit: int, place: int) -> None:
        """A character of a run, unless it is hidden or deleted."""
        _, run = self._file.runs.at(place)
        if _is_on(run, HIDDEN) or _is_on(run, DELETED):
            return
        if SYMBOL in run or 0xF000 <= unit <= 0xF0FF:
            if "".join(flow.text).strip():
                self._told("font", flow)
        elif unit in _SIGNS:
            flow.text.append(_SIGNS[unit])
        elif unit >= 0x20:
            flow.text.append(chr(unit))

    def _end(self, flow: Flow, unit: int, at: int, place: int) -> None:
        """The end of a paragraph, a cell, a row, or a page."""
        style, own = self._file.paragraphs.at(place)
        values = self._styles.get(style, {}) | own
        if unit == CELL and _is_on(own, ROW_END):
            flow.text.clear()
            flow.edges = list(_edges(own.get(TABLE_SHAPE, b""), flow.cells))
            flow.end_row()
            return
        if "".join(flow.text).strip():
            flow.text.insert(0, self._number(values))
        if unit == CELL:
            flow.end_cell()
            return
        if _is_on(own, INNER_ROW):
            flow.end_paragraph(in_table=True, depth=0)
            return
        if _is_on(own, INNER_CELL):
            flow.text.append(" | ")
            return
        in_table = _is_on(own, IN_TABLE)
        flow.end_paragraph(in_table=in_table, depth=0 if in_table else _depth(values))
        if unit == BREAK and at + 1 not in self._sections:
            flow.lines.append("\f")

    def _number(self, values: Sprms) -> str:
        use = int.from_bytes(values.get(LIST, b""), "little")
        return self._numbers.prefix(use, int.from_bytes(values.get(LIST_LEVEL, b""), "little"))


def _is_on(sprms: Sprms, number: int) -> bool:
    """Whether a property is on; 128 and 129 are the style's way or its opposite."""
    return sprms.get(number, b"\0")[:1] in (b"\x01", b"\x81")


def _depth(values: Sprms) -> int:
    """1 to 6 for a paragraph with an outline level, its own or its style's; else 0."""
    level = int.from_bytes(values.get(OUTLINE, b"\x09")[:1], "little")
    return level + 1 if level < MAX_DEPTH else 0


def _edges(shape: bytes, cells: list[str]) -> Iterator[Cell]:
    """Right edges of a row's cells, from its left one on, and which go on from others (2.9.323)."""
    count = shape[0] if shape else 0
    if not count or count != len(cells) or len(shape) < 1 + 2 * (count + 1):
        return
    left, *rights = struct.unpack_from(f"<{count + 1}h", shape, 1)
    before = 0
    for at, right in enumerate(rights):
        place = 1 + 2 * (count + 1) + 20 * at
        flags = struct.unpack_from("<H", shape, place)[0] if place + 2 <= len(shape) else 0
        goes_on = bool(at and flags & 3 and before & 3 and not cells[at])
        yield Cell("", right=right - left, goes_on_left=goes_on, goes_on_above=flags & 0x60 == 0x20)
        before = flags


def _notes(file: WordFile) -> Iterator[tuple[int, tuple[int, int]]]:
    """Positions of notes in the text, with where their own text begins and ends."""
    starts = (file.lengths[0], sum(file.lengths[:5]))
    for (references, texts), start in zip(NOTES, starts, strict=True):
        edges = file.positions(texts, size=0)
        for number, at in enumerate(file.positions(references, size=2)[:-1]):
            if number + 1 < len(edges):
                yield at, (start + edges[number], start + edges[number + 1])


def _styles(file: WordFile) -> dict[int, Sprms]:
    """Properties of paragraph styles by their numbers (2.9.271); built-in headings have their level."""
    part = file.part(STYLES)
    if len(part) < 6:
        return {}
    size, count, base = struct.unpack_from("<HHH", part)
    at, styles = 2 + size, {}
    for number in range(count):
        if at + 2 > len(part):
            break
        length = struct.unpack_from("<H", part, at)[0]
        style = part[at + 2 : at + 2 + length]
        at += 2 + length + length % 2
        if len(style) >= base + 2 and base >= 10:
            styles[number] = _style(style, base, file)
    return styles


def _style(style: bytes, base: int, file: WordFile) -> Sprms:
    kind, is_paragraph = struct.unpack_from("<H", style)[0] & 0xFFF, style[2] & 0xF == 1
    found: Sprms = {OUTLINE: bytes([kind - 1])} if 1 <= kind <= 9 else {}
    start = base + 2 + 2 * struct.unpack_from("<H", style, base)[0] + 2
    start += start % 2
    if is_paragraph and start + 2 <= len(style):
        size = struct.unpack_from("<H", style, start)[0]
        found |= file.sprms(style[start + 4 : start + 2 + size])
    return found
