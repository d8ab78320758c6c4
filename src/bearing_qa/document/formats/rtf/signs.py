"""Bytes of an RTF file → characters: by the font's character set, the document's code page, or a font of symbols."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
"""Code pages by the numbers that fonts give for their character sets."""
SYMBOLS = 2
"""The character set of fonts of symbols."""
_PAGES = {936: "gb18030", 54936: "gb18030", 10008: "gb18030", 950: "cp950", 65001: "utf-8"}
_WIDE = frozenset({"gb18030", "cp950", "cp932", "cp949", "utf-8"})
_SYMBOL = {
    0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "·", 0xB8: "÷", 0xB9: "≠",
    0xBB: "≈", 0xB2: "″", 0xA2: "′", 0x6D: "μ", 0x61: "α", 0x62: "β", 0x53: "Σ", 0x44: "Δ", 0xE5: "∑",
}  # fmt: skip
"""Signs of the font Symbol that texts use; its figures and marks are ASCII's."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font by its name and the number of its character set."""

    name: str = ""
    charset: int = 0

    @property
    def is_symbol(self) -> bool:
        """Whether its codes are pictures, no characters."""
        return self.charset == SYMBOLS


def code_page(number: int) -> str:
    """The codec of a code page by its number; the usual one for a number that is not known."""
    name = _PAGES.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def decoded(data: bytes, *, font: Font, page: str) -> str:
    """Text of bytes: by the font, where it names a set of its own, else by the document's page."""
    named = _CHARSETS.get(font.charset)
    pages = [named, page] if named else [page if page in _WIDE else "cp1252", page]
    for name in (*pages, "gb18030", "cp1252"):
        try:
            return data.decode(name or page)
        except UnicodeDecodeError:
            continue
    return data.decode(named or page, "replace")


def symbol(code: int, font: Font) -> str | None:
    """The character of a sign in a font of symbols; None if it is not known."""
    if "symbol" not in font.name.lower():
        return " " if code == ord(" ") else None
    char = chr(code)
    is_plain = code < 0x80 and not char.isalpha()
    return _SYMBOL.get(code, char if is_plain else None)
