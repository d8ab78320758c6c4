"""Characters that extraction and broken fonts put for others, and low quotation marks: repaired one for one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping

# Found for expected: characters that do not occur in modern simplified text, put by extractors
# for the common character with the same glyph slot.
_BROKEN_FONT = {
    "兲": "关",
    "仸": "任",
    "臵": "置",
    "収": "发",
    "迚": "进",
    "丌": "不",
    "乊": "之",
    "劢": "动",
    "刜": "初",
    "绉": "经",
}
# CJK radicals that have no compatibility form in Unicode, for the character they look like.
_RADICALS = dict(
    zip(
        "⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻰",
        "民西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐龙",
        strict=True,
    )
)
_COMPATIBILITY_RANGES = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF))
"""CJK radicals and compatibility ideographs; each has one ordinary character (NFKC)."""

GLYPHS: Mapping[str, str] = (
    _BROKEN_FONT
    | _RADICALS
    | {
        char: normal
        for low, high in _COMPATIBILITY_RANGES
        for char in map(chr, range(low, high + 1))
        if (normal := unicodedata.normalize("NFKC", char)) != char and len(normal) == 1
    }
)
QUOTES: Mapping[str, str] = {"‚": "“”", "‛": "“”"}
"""Low and high-reversed quotation marks and what they may stand for."""

GLYPH_TABLE = str.maketrans(dict(GLYPHS))
_SURE_GLYPHS = str.maketrans({char: GLYPHS[char] for char in GLYPHS if char not in _BROKEN_FONT})
MIN_BROKEN_GLYPHS = 2
"""Different characters of _BROKEN_FONT that a text has to hold before they are repaired."""


def glyph_table(text: str) -> Mapping[int, str]:
    """Glyphs that are repaired in a text. A single rare character may be meant; broken fonts break
    several, or come with low quotation marks."""
    broken = sum(char in text for char in _BROKEN_FONT)
    has_evidence = broken >= MIN_BROKEN_GLYPHS or any(mark in text for mark in QUOTES)
    return GLYPH_TABLE if has_evidence else _SURE_GLYPHS


def fix(paragraph: str, glyphs: Mapping[int, str], counts: Counter[str]) -> str:
    """A paragraph with its glyphs and quotation marks repaired, of the same length; counts both."""
    repaired = paragraph.translate(glyphs)
    if repaired != paragraph:
        counts["glyph"] += sum(a != b for a, b in zip(repaired, paragraph, strict=True))
    if any(mark in repaired for mark in QUOTES):
        quoted = _pair_quotes(repaired)
        counts["quote"] += sum(a != b for a, b in zip(quoted, repaired, strict=True))
        repaired = quoted
    return repaired


def _pair_quotes(paragraph: str) -> str:
    """``‚…‛`` and its mismatched forms as “…”: a mark closes when one is open, else it opens."""
    chars: list[str] = []
    is_open = False
    for char in paragraph:
        if char == "“":
            is_open = True
        elif char == "”":
            is_open = False
        elif char in QUOTES:
            is_closing = char == "‛" or is_open
            char = "”" if is_closing else "“"
            is_open = not is_closing
        chars.append(char)
    return "".join(chars)
