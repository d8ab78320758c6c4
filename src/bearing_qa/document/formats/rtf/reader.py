"""RTF → lines: paragraphs with the numbers that the writer put before them, tables, in order.

Left out: headers and footers, hidden and deleted text, what fields say to programs, pictures. Bytes are
read by the code page of their font, else of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bearing_qa.document.formats.fields import shown_by
from bearing_qa.document.formats.lines import fold
from bearing_qa.document.formats.rtf.flow import Flow, State, Tables
from bearing_qa.document.formats.rtf.signs import Font, code_page, decoded, symbol
from bearing_qa.document.formats.rtf.words import (
    ESCAPED,
    GROUPS_OF,
    KEPT,
    PASSED_OVER,
    SIGNS,
    TABLES_OF,
    list_number,
)
from bearing_qa.types import Unread, UnreadKind

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
HEAD_BYTES = 256
"""A file is RTF where it says so within these; some mail programs put lines before."""
PLACE_CHARS = 16
"""So much of a paragraph names the place of what could not be read."""
TEXT_KINDS = ("text", "number", "field")
"""Groups whose words are text, for the page or for a program."""
MAX_CODE = 0x10FFFF


def rtf_lines(data: bytes) -> Iterator[str | Unread]:
    """Lines of an RTF file in reading order; a heading's depth as hashes, as in Markdown.

    Raises ValueError if it is none.
    """
    start = data.find(b"{\\rtf", 0, HEAD_BYTES)
    if start < 0:
        raise ValueError("it is no RTF")
    reader = _Reader()
    reader.read(data, start)
    yield from reader.flow.finished()
    yield from reader.unread


class _Reader:
    def __init__(self) -> None:
        self.flow = Flow()
        self.unread: list[Unread] = []
        self._state = State()
        self._groups: list[tuple[State, Flow]] = []
        self._tables = Tables()
        self._page = "cp1252"
        self._bytes = bytearray()
        self._skip = 0

    def read(self, data: bytes, start: int) -> None:
        """All of a file from its first brace on."""
        at = start
        while (found := _TOKEN.search(data, at)) is not None:
            at = found.end()
            word, number, code, sign, brace, plain = found.groups()
            if word is not None:
                name, value = word.decode("ascii"), int(number) if number else None
                if name == "bin":
                    at += max(value or 0, 0)
                elif not self._is_fallback():
                    self._word(name, value)
            elif code is not None:
                if not self._is_fallback():
                    self._bytes += bytes([int(code, 16)])
            elif brace is not None:
                self._group(is_open=brace == b"{")
            elif plain is not None:
                kept = plain[self._skip :]
                self._skip = max(self._skip - len(plain), 0)
                self._bytes += kept
            elif not self._is_fallback():
                self._escaped(sign)
            if brace == b"}" and not self._groups:
                return
        self._flush()

    def _is_fallback(self) -> bool:
        """Whether a sign stands only for readers without Unicode."""
        if self._skip:
            self._skip -= 1
            return True
        return False

    def _group(self, *, is_open: bool) -> None:
        self._flush()
        self._skip = 0
        if is_open:
            self._groups.append((self._state, self.flow))
            self._state = replace(self._state, is_new=True, is_starred=False)
            return
        if not self._groups:
            return
        inner, kind = self.flow, self._state.kind
        self._state, self.flow = self._groups.pop()
        if inner is not self.flow and kind == "field":
            self._field(inner.take())
        elif inner is not self.flow and kind == "number":
            self._put(list_number(inner.take()))
        elif inner is not self.flow:
            self.flow.after += inner.finished()

    def _escaped(self, sign: bytes) -> None:
        if sign == b"*":
            self._state.is_starred = True
            return
        self._flush()
        shown = ESCAPED.get(sign, "")
        if shown == "\r":
            self._word("par", None)
        else:
            self._put(shown)

    def _flush(self) -> None:
        """Bytes that wait, as text by their code page."""
        if not self._bytes:
            return
        data = bytes(self._bytes)
        self._bytes.clear()
        self._state.is_new = False
        state = self._state
        if state.kind in ("fonts", "styles"):
            self._tables.named(state, decoded(data, font=Font(), page=self._page))
        elif state.kind in TEXT_KINDS:
            font = self._tables.font(state)
            if font.is_symbol:
                for byte in data:
                    self._symbol(byte)
            else:
                self._put(decoded(data, font=font, page=self._page))

    def _put(self, text: str) -> None:
        if self._state.kind in TEXT_KINDS and not self._state.hidden:
            self.flow.text.append(text)

    def _symbol(self, code: int) -> None:
        """A sign of a font of symbols; one that is not known is told, unless it is a bullet."""
        shown = symbol(code, self._tables.font(self._state))
        is_bullet = not "".join(self.flow.text).strip()
        if shown is not None:
            self._put(shown)
        elif not (is_bullet or self._state.hidden or self._state.kind != "text"):
            self._told("font")

    def _field(self, words: str) -> None:
        """What a field shows of itself; what is no text is told."""
        text, unread = shown_by(words)
        self._put(text)
        if unread is not None and self._state.kind == "text":
            self._told(unread)

    def _told(self, kind: UnreadKind) -> None:
        words = fold("".join(self.flow.text).encode("utf-8", "replace").decode())[-PLACE_CHARS:]
        unread = Unread(kind, f"…{words}")
        if unread not in self.unread:
            self.unread.append(unread)

    def _word(self, name: str, value: int | None) -> None:
        self._flush()
        state = self._state
        is_new, state.is_new = state.is_new, False
        if is_new and state.kind != "skip":
            self._begin(name)
        if name == "ansicpg":
            self._page = code_page(value or 0)
        elif state.kind in ("fonts", "styles"):
            self._tables.word(state, name, value or 0)
        elif state.kind == "inner" and name == "nestrow":
            self.flow.end_paragraph(in_table=True, depth=0)
        elif state.kind in TEXT_KINDS:
            self._shape(name, value)
            self._text(name, value)

    def _begin(self, name: str) -> None:
        """What the first word of a group says that the group is."""
        state = self._state
        if name.startswith("moMath") and state.kind == "text":
            self._told("equation")
        if name in PASSED_OVER or (state.is_starred and name not in KEPT):
            state.kind = "skip"
        elif name in TABLES_OF:
            state.kind = TABLES_OF[name]
        elif name in GROUPS_OF:
            state.kind = GROUPS_OF[name]
            self.flow = Flow()

    def _shape(self, name: str, value: int | None) -> None:
        """Words that change how what follows is to be taken."""
        state = self._state
        if name == "pard":
            state.in_table, state.level, state.style = False, None, 0
        elif name == "plain":
            state.hidden = False
        elif name in ("v", "deleted"):
            state.hidden = value != 0
        elif name == "intbl" or (name == "itap" and value):
            state.in_table = True
        elif name == "outlinelevel":
            state.level = value
        elif name == "s":
            state.style = value or 0
        elif name == "f":
            state.font = value or 0
        elif name == "uc":
            state.fallback = max(value or 0, 0)
        elif name in ("objemb", "objlink"):
            self._told("object")

    def _text(self, name: str, value: int | None) -> None:
        """Words that are text, or end a paragraph, a cell, a row or a page."""
        flow = self.flow
        if name in SIGNS:
            self._put(SIGNS[name])
        elif name == "u" and value is not None:
            self._unicode(value)
        elif name in ("par", "sect"):
            flow.end_paragraph(in_table=self._state.in_table, depth=self._tables.depth(self._state))
        elif name in ("page", "pagebb") and not self._state.in_table:
            if "".join(flow.text).strip():
                flow.end_paragraph(in_table=False, depth=self._tables.depth(self._state))
            flow.end_table()
            flow.lines.append("\f")
        else:
            flow.table_word(name, value or 0)

    def _unicode(self, value: int) -> None:
        code = value if value > 0xFFFF else value & 0xFFFF
        self._skip = self._state.fallback
        if 0xF000 <= code <= 0xF0FF:
            self._symbol(code & 0xFF)
        elif code <= MAX_CODE:
            self._put(chr(code))
