"""Codes: numbers of contracts, projects, devices and standards, and telephone numbers: HT-88-2024-03, 2024A015, GB/T 9704—2012."""

from __future__ import annotations

import re

from bearing_qa.language.dates import YEAR_RANGE
from bearing_qa.language.segment import normalise
from bearing_qa.language.units import UNIT

MIN_DIGITS = 4
"""Fewer digits make no code: 5G, PM2.5, R290, 3D are words."""
MIN_BARE_DIGITS = 7
"""A row of digits alone is an amount or a year up to six of them, and a telephone or licence number from seven on; eight that
are a day (20240511) are a day."""
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―－−", "-"))
_APART = re.compile(r"(?<=/[a-z]) +(?=\d)|(?<=\d) *- *(?=\d)")
"""GB/T 9704 — 2012: what stands between the parts of one code."""
_AMOUNT_BEHIND = re.compile(rf" ?(?:{UNIT})")
_PARTS = re.compile(r"[a-z]+|\d+")
_CODE = re.compile(r"(?<![a-z\d.])[a-z\d]+(?:[-/_][a-z\d]+)*(?![a-z\d]|[.,]\d)")
_DAY = re.compile(r"\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?|(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d")


def codes_in(text: str) -> set[str]:
    """The codes of a text, in lower case, with one kind of dash and without blanks."""
    folded = _folded(text)
    found = (
        code for code in _CODE.finditer(folded) if not _AMOUNT_BEHIND.match(folded, code.end())
    )
    return {code.group() for code in found if _is_code(code.group())}


def holds_code(text: str, code: str) -> bool:
    """Whether a text has a code of ``codes_in``, with or without blanks and dashes between its letters and digits."""
    loose = r"[ /_-]*".join(_PARTS.findall(code))
    return re.search(rf"(?<![a-z\d]){loose}(?![a-z\d])", _folded(text)) is not None


def _folded(text: str) -> str:
    return _APART.sub(
        lambda found: "-" if "-" in found.group() else "", normalise(text).translate(_DASHES)
    )


def _is_code(word: str) -> bool:
    """Whether a word of letters, digits and dashes names one thing: no amount, day, year, range or plain word."""
    digits = sum(char.isdecimal() for char in word)
    if digits < MIN_DIGITS or _DAY.fullmatch(word) or YEAR_RANGE.fullmatch(word):
        return False
    if word.isdecimal():
        return digits >= MIN_BARE_DIGITS
    has_letters = any(char.isalpha() for char in word)
    first, dash, rest = word.partition("-")
    return has_letters or (bool(dash) and _is_number(first, rest, digits))


def _is_number(first: str, rest: str, digits: int) -> bool:
    """Whether digits with dashes are a number, not a range of amounts: 0123-7654321, 88-2024-03; 1000-2000 is a range."""
    return digits >= MIN_BARE_DIGITS and (
        first.startswith("0") or "-" in rest or len(rest) > len(first) + 1
    )
