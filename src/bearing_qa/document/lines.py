"""The lines of a raw text with their offsets, and text put together from them again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bearing_qa.document.glyphs import QUOTES

SOFT_END = "\x1f"
"""What a reader that sees the page puts at the end of a line that goes on in the next."""
BLANKS = " \t\u00a0\u3000\u200b\ufeff"
LINE_ENDS = dict.fromkeys(map(ord, "\v\x85\u2028\u2029"), "\n")
"""What ends a line as a line feed does: in text copied from office programs, and by Unicode."""
UNIT = re.compile(
    r"[（〔“《(\[]*(?:[A-Za-z0-9.%]+|.)[）〕”》，。、；：！？)\]]*(?:(?<=[）〕)\]])[A-Za-z0-9.%]+)?"
)
"""What may not be broken over two lines: a word or figure, with the marks that cling to it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A non-empty line, or a piece of one: raw offset, text, what stood around it, width in columns.

    A soft line goes on in the next one; ``depth`` is the depth of a heading by markup (0: none); a ``glued`` piece follows its neighbour
    without a blank.
    """

    offset: int
    text: str
    indent: int
    trailing_blank: bool
    columns: int
    is_soft: bool = False
    depth: int = 0
    glued: bool = False


def columns_of(text: str) -> int:
    """Width of a text in columns, low quotation marks as wide as what they stand for."""
    return sum(
        2 if char in QUOTES or unicodedata.east_asian_width(char) in "WFA" else 1 for char in text
    )


def split_lines(raw: str) -> list[Line]:
    """Non-empty lines of ``raw`` with their offsets; form feeds end lines too."""
    lines = []
    offset = 0
    for piece in re.split(r"[\n\f]", raw):
        is_soft = piece.endswith(SOFT_END)
        body = piece.strip(BLANKS + SOFT_END)
        if body:
            indent = piece.index(body[0])
            trailing = len(piece) - is_soft > indent + len(body)
            lines.append(Line(offset + indent, body, indent, trailing, columns_of(body), is_soft))
        offset += len(piece) + 1
    return lines


def cut(line: Line, spans: Iterable[tuple[int, int]]) -> list[Line]:
    """What is left of a line without some spans of its text (in order of their start), as pieces."""
    pieces: list[Line] = []
    start = 0
    for stop, resume in [*spans, (len(line.text), 0)]:
        if start < stop:
            piece = line.text[start:stop]
            pieces.append(replace(line, offset=line.offset + start, text=piece, glued=bool(pieces)))
        start = max(start, resume)
    return pieces


def assemble(paragraphs: list[list[Line]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text with one paragraph a line, and the offset map. Latin words keep a blank at a join."""
    parts: list[str] = []
    runs: list[tuple[int, int]] = []
    length = 0
    for paragraph in paragraphs:
        if parts:
            parts.append("\n")
            length += 1
        before = ""
        for line in paragraph:
            is_latin = not line.glued and before[-1:].isascii()
            if is_latin and before[-1:].isalpha() and line.text[0].isascii():
                parts.append(" ")
                length += 1
            runs.append((length, line.offset))
            parts.append(line.text)
            length += len(line.text)
            before = line.text
    return "".join(parts), tuple(runs)
