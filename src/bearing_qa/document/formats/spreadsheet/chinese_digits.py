"""Chinese digits in place of Arabic ones, as the formats [DBNum1] and [DBNum2] of a spreadsheet show them."""

from __future__ import annotations

import re

_DIGITS = {"1": "〇一二三四五六七八九", "2": "零壹贰叁肆伍陆柒捌玖"}
_TENS = {"1": ("", "十", "百", "千"), "2": ("", "拾", "佰", "仟")}
_SCALES = ("", "万", "亿", "万亿")
MAX_DIGITS = 16
"""A longer number is shown digit by digit."""


def in_chinese(shown: str, form: str) -> str:
    """A shown number with its whole part as a Chinese numeral (一千二百三十四) and its decimals digit by digit."""
    return re.sub(r"(\d[\d,]*)(\.\d+)?", lambda found: _numeral(found, form), shown)


def digit_by_digit(number: int, form: str) -> str:
    """A number's digits one by one: 2023 is 二〇二三."""
    return "".join(_DIGITS[form][int(digit)] for digit in str(number))


def day_numeral(number: int, form: str) -> str:
    """A number of a date or time, below a hundred: 二十一, 十二."""
    numeral = whole_numeral(number, form)
    return numeral.removeprefix("一") if form == "1" and 10 <= number < 20 else numeral


def whole_numeral(number: int, form: str) -> str:
    """A whole number as a Chinese numeral: 一千二百〇三."""
    zero = _DIGITS[form][0]
    if not number:
        return zero
    digits = str(number)
    if len(digits) > MAX_DIGITS:
        return digit_by_digit(number, form)
    groups = [digits[max(end - 4, 0) : end] for end in range(len(digits), 0, -4)]
    parts: list[str] = []
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if not int(group):
            parts.append(zero)
            continue
        parts.append(_group(group, form) + _SCALES[at])
    text = re.sub(f"{zero}+", zero, "".join(parts))
    return text.strip(zero)


def _group(group: str, form: str) -> str:
    """Up to four digits as a numeral; a zero inside is said once."""
    zero = _DIGITS[form][0]
    said = [
        zero if digit == "0" else _DIGITS[form][int(digit)] + _TENS[form][len(group) - 1 - at]
        for at, digit in enumerate(group)
    ]
    return re.sub(f"{zero}+", zero, "".join(said)).rstrip(zero)


def _numeral(found: re.Match[str], form: str) -> str:
    whole = whole_numeral(int(found.group(1).replace(",", "")), form)
    decimals = (found.group(2) or "").lstrip(".")
    return whole + ("." + "".join(_DIGITS[form][int(d)] for d in decimals) if decimals else "")
