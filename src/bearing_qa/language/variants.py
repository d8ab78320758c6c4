"""One script and one way to write years, character for character, so that offsets stay what they are."""

from __future__ import annotations

import re
from functools import cache

from bearing_qa.language.dates import years_in_figures

_FIRST, _LAST = 0x3400, 0x9FFF
"""The Chinese characters that conversion is asked about: CJK extension A to the end of the basic block."""


@cache
def _simplified() -> dict[int, str]:
    """What OpenCC makes of each character by itself."""
    import opencc

    characters = [chr(code) for code in range(_FIRST, _LAST + 1)]
    simple = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simple, strict=True)
    return {ord(char): other for char, other in pairs if char != other and len(other) == 1}


@cache
def _traditional() -> re.Pattern[str]:
    """One of the characters that conversion changes: looking for one takes a fifth of converting."""
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


def simplify(text: str) -> str:
    """A text in simplified characters, years in figures (二〇二四年 → 2024年), of the same length."""
    simple = text.translate(_simplified()) if _traditional().search(text) else text
    return years_in_figures(simple)
