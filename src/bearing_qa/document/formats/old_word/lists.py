"""Automatic numbers of a Word 97 file, as Word shows them before a paragraph ([MS-DOC] 2.4.6.3)."""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import dataclass

from bearing_qa.document.formats.numerals import numeral
from bearing_qa.document.formats.old_word.word97 import LIST_USES, LISTS, WordFile

FORMS = {
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    10: "ideographDigital",
    11: "chineseCounting",
    13: "chineseCountingThousand",
    18: "decimalEnclosedCircle",
    22: "decimalZero",
    26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen",
    28: "decimalEnclosedCircle",
    29: "ideographParenthesised",
    30: "ideographTraditional",
    31: "ideographZodiac",
    33: "chineseCounting",
    34: "ideographLegalTraditional",
    35: "chineseCountingThousand",
    36: "ideographDigital",
    37: "chineseCounting",
    38: "chineseLegalSimplified",
    39: "chineseCountingThousand",
}
"""Forms of numbers by the number that an old file has for them ([MS-OSHARED] 2.2.1.3), as newer ones name them."""


LEVELS = 9
BULLET, NONE = 23, 255
LEGAL, KEEPS_ON = 0x04, 0x08
"""Flags of a level: all numbers in figures; it does not begin anew below another (2.9.150)."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list: the first number, its form, and the text, in which small codes stand for numbers.

    It begins anew below levels before ``anew_below``.
    """

    start: int
    form: int
    text: str
    anew_below: int
    is_legal: bool


class Numbers:
    """Counters of the lists of a file."""

    def __init__(self, file: WordFile) -> None:
        self._levels: dict[tuple[int, int], _Level] = {}
        self._uses: list[int] = []
        self._restarts: dict[int, dict[int, int]] = {}
        self._counts: dict[int, dict[int, int]] = defaultdict(dict)
        try:
            self._read_lists(file)
            self._read_uses(file)
        except (struct.error, IndexError):
            self._uses = []

    def _read_lists(self, file: WordFile) -> None:
        part = file.part(LISTS)
        count = struct.unpack_from("<h", part)[0] if len(part) >= 2 else 0
        at = file.start_of(LISTS) + 2 + 28 * count
        for number in range(count):
            name = struct.unpack_from("<i", part, 2 + 28 * number)[0]
            is_simple = part[2 + 28 * number + 26] & 1
            for level in range(1 if is_simple else LEVELS):
                self._levels[name, level], at = _level(file.table, at)

    def _read_uses(self, file: WordFile) -> None:
        part = file.part(LIST_USES)
        count = struct.unpack_from("<i", part)[0] if len(part) >= 4 else 0
        at = 4 + 16 * count
        overrides = []
        for number in range(count):
            name, _, _, changes = struct.unpack_from("<iIIB", part, 4 + 16 * number)
            self._uses.append(name)
            overrides.append(changes)
        for number, changes in enumerate(overrides, 1):
            at += 4
            for _ in range(changes):
                start, flags = struct.unpack_from("<iI", part, at)
                at += 8
                if flags & 0x10:
                    self._restarts.setdefault(number, {})[flags & 0xF] = start
                if flags & 0x20:
                    level, at = _level(part, at)
                    self._levels[self._uses[number - 1], flags & 0xF] = level

    def prefix(self, use: int, level: int) -> str:
        """The number before a paragraph of a list's use (from 1 on); empty for none and for bullets."""
        if not 0 < use <= len(self._uses):
            return ""
        name = self._uses[use - 1]
        own = self._levels.get((name, level))
        if own is None:
            return ""
        counts = self._counts[name]
        restarts = self._restarts.pop(use, {})
        counts.update({at: first - 1 for at, first in restarts.items()})
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            known = self._levels.get((name, deeper))
            if known is None or level < known.anew_below:
                del counts[deeper]
        if own.form in (BULLET, NONE):
            return ""
        text = "".join(self._part(name, char, own) for char in own.text)
        return text if not text or text[-1] in "、.．)）" else f"{text} "

    def _part(self, name: int, char: str, own: _Level) -> str:
        """A character of a level's text, or the number that it stands for."""
        if ord(char) >= LEVELS:
            return char
        level = self._levels.get((name, ord(char)))
        if level is None:
            return ""
        number = self._counts[name].get(ord(char), level.start)
        return numeral(number, "decimal" if own.is_legal else FORMS.get(level.form, "decimal"))


def _level(data: bytes, at: int) -> tuple[_Level, int]:
    """A level at a place, and where it ends (2.9.150)."""
    start, form, flags = struct.unpack_from("<iBB", data, at)
    runs, paragraphs, limit = data[at + 24], data[at + 25], data[at + 26]
    at += 28 + runs + paragraphs
    (length,) = struct.unpack_from("<H", data, at)
    text = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    anew_below = limit if flags & KEEPS_ON else LEVELS
    return _Level(start, form, text, anew_below, bool(flags & LEGAL)), at + 2 + 2 * length
