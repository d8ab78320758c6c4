"""Numbers of a spreadsheet's cells as the sheet shows them: a value and its format code → text.

What is rounded is the number's 15 digits, halves away from zero, as spreadsheets do: never a binary fraction's long
tail. Codes are taken apart in ``format_code``; dates are in ``date_format``.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from bearing_qa.document.formats.spreadsheet.chinese_digits import in_chinese
from bearing_qa.document.formats.spreadsheet.date_format import show_date
from bearing_qa.document.formats.spreadsheet.format_code import (
    DIGIT_SIGNS,
    GENERAL,
    MAX_SECTIONS,
    Section,
    Token,
    sections_of,
)

GENERAL_CHARS = 11
"""Characters of a number without a format, its point among them, its minus not."""
GENERAL_DIGITS = 6
"""Digits of a number without a format where it takes an exponent."""
MAX_WHOLE = 10**11
"""From twelve digits on, a number without a format takes an exponent."""
FLOAT_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number."""
_EXACT = Context(prec=700, rounding=ROUND_HALF_UP)
"""Decimal arithmetic wide enough for the largest floats (308 digits before the point)."""


@lru_cache(maxsize=20_000)
def show_number(value: float, code: str, *, is_1904: bool = False) -> str:
    """A number in a format, blanks at its ends taken off; ``is_1904``: the workbook counts days from 1904."""
    if not math.isfinite(value):
        return ""
    sections = sections_of(code)
    if len(sections) > 1 and sections[-1].is_for_text:
        sections = sections[:-1]
    section, is_bare = _choose(sections, value)
    if section.is_date:
        return show_date(value, section.code, is_1904=is_1904).strip()
    shown = _show(abs(value), section)
    sign = "-" if value < 0 and not is_bare and shown else ""
    return f"{sign}{shown.strip()}"


def show_text(text: str, code: str) -> str:
    """A cell's text in a format: as it is, but for a section for texts (…;@"元"), which ;;; leaves blank."""
    sections = sections_of(code)
    if not sections[-1].is_for_text and len(sections) < MAX_SECTIONS:
        return text
    return "".join(text if token.kind == "text" else token.text for token in sections[-1].tokens)


def show_general(value: float) -> str:
    """A number without a format: eleven characters at most, or six digits with an exponent."""
    number = _decimal(abs(value))
    sign = "-" if value < 0 else ""
    if not number:
        return "0"
    if _round(number, 0) >= MAX_WHOLE or number.adjusted() < -GENERAL_CHARS + 2:
        return sign + _scientific(number)
    plain = _plain(number)
    if len(plain) > GENERAL_CHARS:
        places = max(GENERAL_CHARS - 1 - max(number.adjusted() + 1, 1), 0)
        lost = number < Decimal("0.0001")
        plain = _scientific(number) if lost else _plain(_round(number, places))
    return sign + plain


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(number: Decimal) -> str:
    mantissa, _, exponent = f"{number:.{GENERAL_DIGITS - 1}E}".partition("E")
    return f"{_plain(Decimal(mantissa))}E{int(exponent):+03d}"


def _decimal(value: float) -> Decimal:
    """A number's digits as a spreadsheet keeps them."""
    return Decimal(f"{value:.{FLOAT_DIGITS}g}")


def _round(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def _choose(sections: tuple[Section, ...], value: float) -> tuple[Section, bool]:
    """The section for a value, and whether the value's minus is not shown before it."""
    first, count = sections[0], len(sections)
    if all(section.condition is None for section in sections[:2]):
        if value < 0 and count > 1:
            return sections[1], True
        return (sections[2], True) if value == 0 and count > 2 else (first, False)
    for section in sections[:2]:
        if section.holds(value):
            return section, section.is_negative
    if count > 2:
        is_second = sections[1].condition is None and value < 0
        return (sections[1], True) if is_second else (sections[2], False)
    rest = next((section for section in sections if section.condition is None), None)
    if rest is None:
        return Section(GENERAL, (Token("general", GENERAL),), None, ""), False
    is_bare = first.condition in ((">", 0.0), (">=", 0.0)) and rest is not first
    return rest, is_bare


def _show(value: float, section: Section) -> str:
    """A value without its sign by the parts of a section."""
    kinds = {token.kind for token in section.tokens}
    if kinds & {"general", "text"}:
        number = show_general(value)
        number = in_chinese(number, section.digits) if section.digits else number
        return "".join(
            number if token.kind in ("general", "text") else token.text for token in section.tokens
        )
    if "digit" not in kinds:
        return "".join(token.text for token in section.tokens)
    if "exponent" in kinds:
        return _show_exponent(_decimal(value), section.tokens)
    if "slash" in kinds and _is_fraction(section.tokens):
        return _show_fraction(_decimal(value), section.tokens)
    shown = _fill(_scaled(_decimal(value), section.tokens), section.tokens)
    return in_chinese(shown, section.digits) if section.digits else shown


def _scaled(number: Decimal, tokens: tuple[Token, ...]) -> Decimal:
    """A number times a hundred for each per cent sign, by a thousand for each comma that scales."""
    percents = sum(token.kind == "percent" for token in tokens)
    scales = sum(_scales(tokens, at) for at in range(len(tokens)))
    return number.scaleb(2 * percents - 3 * scales, context=_EXACT)


def _scales(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a part is a comma that scales: behind the last digit before the point, or behind all digits."""
    if tokens[at].kind != "comma":
        return False
    before, behind = tokens[:at], tokens[at + 1 :]
    following = next((token.kind for token in behind if token.kind in ("digit", "point")), "")
    return following != "digit" and any(token.kind == "digit" for token in before)


def _fill(number: Decimal, tokens: tuple[Token, ...]) -> str:
    """The digits of a number, rounded, in the places of a section."""
    point = next((at for at, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    whole, part = tokens[:point], tokens[point:]
    places = sum(token.kind == "digit" for token in part)
    digits, _, decimals = f"{_round(number, places):f}".partition(".")
    is_grouped = any(
        token.kind == "comma" and not _scales(tokens, at) for at, token in enumerate(whole)
    )
    return _fill_whole(digits.lstrip("0"), whole, is_grouped) + _fill_part(decimals, part)


def _fill_whole(digits: str, tokens: tuple[Token, ...], is_grouped: bool) -> str:
    """Digits before the point in their places from the right; what is left over stands in the first one."""
    signs = [token.text for token in tokens if token.kind == "digit"]
    padded = _padded(digits, signs)
    shown, place = [], 0
    for token in tokens:
        if token.kind == "digit":
            shown.append(_grouped(padded, place) if is_grouped else padded[place])
            place += 1
        elif token.kind not in ("comma", "point"):
            shown.append(token.text)
    return "".join(shown) if signs else "".join(shown) + digits


def _padded(digits: str, signs: list[str]) -> list[str]:
    """What stands in each place: 0 pads with zeros, ? with blanks, # with nothing."""
    if not signs:
        return []
    spare = len(digits) - len(signs)
    if spare >= 0:
        return [digits[: spare + 1], *digits[spare + 1 :]]
    zeros = "0" in signs
    first_zero = signs.index("0") if zeros else len(signs)
    fill = [
        "0" if at >= first_zero else " " if sign == "?" else "" for at, sign in enumerate(signs)
    ]
    return [*fill[:-spare], *digits]


def _grouped(padded: list[str], place: int) -> str:
    """The digits of a place with commas before each group of three, counted from the right."""
    behind = sum(len(text.strip()) for text in padded[place + 1 :])
    is_first = not "".join(padded[:place]).strip()
    shown = []
    for at, digit in enumerate(padded[place]):
        left = len(padded[place]) - at + behind
        leads = is_first and at == 0
        shown.append(f",{digit}" if left % 3 == 0 and not leads and digit.isdigit() else digit)
    return "".join(shown)


def _fill_part(decimals: str, tokens: tuple[Token, ...]) -> str:
    """Point and decimals; zeros at their end are dropped where the place is # and blank where it is ?."""
    signs = [token.text for token in tokens if token.kind == "digit"]
    digits = list(decimals.ljust(len(signs), "0"))
    for at in range(len(signs) - 1, -1, -1):
        if digits[at] != "0" or signs[at] == "0":
            break
        digits[at] = " " if signs[at] == "?" else ""
    shown, place = [], 0
    for at, token in enumerate(tokens):
        if token.kind == "digit":
            shown.append(digits[place])
            place += 1
        elif token.kind not in ("comma", "point") or at == 0:
            shown.append(token.text)
    return "".join(shown)


def _show_exponent(number: Decimal, tokens: tuple[Token, ...]) -> str:
    """A number with its exponent: 1.23E+05; several places before the point make it a multiple of their count."""
    at = next(at for at, token in enumerate(tokens) if token.kind == "exponent")
    mantissa, behind = tokens[:at], tokens[at + 1 :]
    point = next((i for i, token in enumerate(mantissa) if token.kind == "point"), len(mantissa))
    step = max(sum(token.kind == "digit" for token in mantissa[:point]), 1)
    places = sum(token.kind == "digit" for token in mantissa[point:])
    exponent = (number.adjusted() // step) * step if number else 0
    if _round(number.scaleb(-exponent, context=_EXACT), places) >= 10**step:
        exponent += step
    digits = _fill(number.scaleb(-exponent, context=_EXACT), mantissa)
    width = sum(token.kind == "digit" for token in behind)
    sign = "-" if exponent < 0 else tokens[at].text[1].replace("-", "")
    rest = "".join(token.text for token in behind if token.kind != "digit")
    return f"{digits}E{sign}{abs(exponent):0{width}d}{rest}"


def _is_fraction(tokens: tuple[Token, ...]) -> bool:
    """Whether digits stand before the stroke: # ?/?."""
    at = next(at for at, token in enumerate(tokens) if token.kind == "slash")
    return any(token.kind == "digit" for token in tokens[:at]) and len(tokens) > at + 1


def _show_fraction(number: Decimal, tokens: tuple[Token, ...]) -> str:
    """A number as a fraction: # ?/? gives 2 1/3, # ?/8 eighths, ?/? 7/3."""
    at = next(at for at, token in enumerate(tokens) if token.kind == "slash")
    before = "".join(token.text for token in tokens[:at])
    behind = "".join(token.text for token in tokens[at + 1 :]).strip()
    fixed = re.match(r"[1-9]\d*", behind)
    if fixed:
        bottom = int(fixed.group())
        top = int(_round(number * bottom, 0))
    else:
        width = max(sum(sign in DIGIT_SIGNS for sign in behind), 1)
        nearest = Fraction(number).limit_denominator(10 ** min(width, 4) - 1)
        top, bottom = nearest.numerator, nearest.denominator
    if len(before.split()) < 2:
        return f"{top}/{bottom}"
    whole, top = divmod(top, bottom)
    return f"{whole} {top}/{bottom}" if top and whole else f"{top}/{bottom}" if top else str(whole)
