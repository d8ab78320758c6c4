"""Numbers, however they are written: 10,000, 1.5万, 2万8千, 三百五十, 二点五, ③."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
FORMAL_DIGITS = {char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
TENS = {"十": 10, "百": 100, "千": 1000}
SCALES = {"万": 10**4, "亿": 10**8}
CHINESE = "零〇一二两三四五六七八九十百千万亿"
"""Signs of a Chinese numeral."""
CHINESE_ORDINAL = "一二三四五六七八九十百零〇两"
"""Signs of the number of a chapter, an article, an item."""
ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
MIXED = r"\d+[万亿]\d+[千百万]?"
"""2万8千, 15万2000."""
NUMBER = rf"{MIXED}|(?:{ARABIC})(?:[千百](?![米克瓦]))?[万亿]{{0,2}}|[一二两三四五六七八九十][{CHINESE}]*(?:点[零〇一二三四五六七八九]+)?"
"""A pattern for a number in a normalised text."""
MAX_DIGITS = 15
"""Longer figures are numbers of documents or accounts."""
MAX_NUMERAL = 40
"""Characters of a Chinese numeral; longer rows of its signs are none, and their values grow without end."""
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3, "再有": 3, "最后": 99}
_RAISED = re.compile("(?<=[0-9０-９])([⁰¹²³⁴-⁹]+)")
_RINGED = re.compile("([①-⑳⑴-⒛⓪-⓿❶-➓])(?=[0-9０-９])")
_STOP_BETWEEN = re.compile("(?<![０-９])，|，(?![０-９])")
"""A wide comma is a separator of thousands between wide digits alone: ２，１８０."""
_DIGIT_STRING = re.compile(r"\d+(?:\.\d+)?")


def value_of(number: str) -> Decimal | None:
    """Value of a figure: 10,000; 1.5万; 2万8千; 三百五十; 二点五; None where it is none (三五, 十百)."""
    mixed = re.fullmatch(r"(\d+[万亿])(\d+[千百万]?)", number)
    if mixed:
        large, small = value_of(mixed.group(1)), value_of(mixed.group(2))
        return large + small if large and small else None
    found = re.fullmatch(rf"({ARABIC})([千百]?)([万亿]*)", number)
    if not found:
        return _chinese_value(number)
    value = Decimal(found.group(1).replace(",", ""))
    if len(found.group(1)) > MAX_DIGITS:
        return None
    value *= TENS.get(found.group(2), 1)
    for scale in found.group(3):
        value *= SCALES[scale]
    return value


def _chinese_value(number: str) -> Decimal | None:
    if len(number) > MAX_NUMERAL:
        return None
    whole, _, part = number.partition("点")
    if part and all(char in DIGITS for char in part):
        value = _whole_value(whole)
        decimals = "".join(str(DIGITS[char]) for char in part)
        return None if value is None else Decimal(f"{value}.{decimals}")
    value = _whole_value(whole)
    return None if value is None or part else Decimal(value)


def _whole_value(number: str) -> int | None:
    """Value of a whole Chinese numeral; three digits or more in a row are read one by one."""
    if len(number) >= 3 and all(char in DIGITS for char in number):
        return int("".join(str(DIGITS[char]) for char in number))
    total, section, digit = 0, 0, None
    for char in number:
        if char in ("零", "〇"):
            continue
        if char in DIGITS:
            if digit is not None:
                return None
            digit = DIGITS[char]
        elif char in TENS:
            if digit is None and (section or char != "十"):
                return None
            section += (1 if digit is None else digit) * TENS[char]
            digit = None
        else:
            section += digit or 0
            total = (total + section) * SCALES[char] if char == "亿" else total + section * 10**4
            section, digit = 0, None
    return total + section + (digit or 0) if number else None


def number_of(text: str) -> int:
    """Value of a marker's number: 十二, 12, ③, 1.2 (its last part), 首先, 第三."""
    if text in _ORDINALS:
        return _ORDINALS[text]
    text = text.removeprefix("第")
    known = DIGITS | FORMAL_DIGITS
    if len(text) == 1 and not text.isdecimal() and text not in known and text not in "十百":
        return int(unicodedata.numeric(text, 0))
    if text.replace(".", "").isdecimal():
        return int(text.rpartition(".")[2])
    total = current = 0
    for char in text:
        if char in "十拾":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            current = known.get(char, 0)
    return total + current


def marks_apart(text: str) -> str:
    """A text whose raised and ringed digits stay apart from the figures beside them when it is folded: NFKC would make 262.61 of
    262.6¹, 104 of 10⁴ and 1761.48 of ①761.48. They become 262.6^1, 10^4 and ① 761.48."""
    return _RINGED.sub(r"\1 ", _RAISED.sub(r"^\1", text))


def digit_strings(text: str) -> set[str]:
    """All digit strings of a text, full-width ones folded, thousands separators left out."""
    apart = _STOP_BETWEEN.sub(
        "、", marks_apart(text)
    )  # NFKC would make a separator of a stop of the sentence
    folded = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", unicodedata.normalize("NFKC", apart))
    return set(_DIGIT_STRING.findall(folded))


def plain(value: Decimal) -> str:
    """A value in digits, without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


MOST_DIGITS = 24
"""A figure with more is spelled in one way."""


def spellings(value: Decimal) -> tuple[str, ...]:
    """Ways to write a figure: 10000, 10,000, 1万, 一万."""
    digits = plain(value)
    if value.adjusted() >= MOST_DIGITS:
        return (digits,)  # no figure of a text; beyond what Decimal reckons exactly
    found = [digits, f"{value:,f}"] if value == int(value) else [digits]
    for name, scale in (("亿", 10**8), ("万", 10**4)):
        if value >= scale and value % (scale // 100) == 0:
            found.append(f"{plain(value / scale)}{name}")
    if value == int(value) and 0 < value < 10**12:
        found.append(_in_chinese(int(value)))
    return tuple(dict.fromkeys(found))


def _in_chinese(value: int) -> str:
    """A whole number in Chinese numerals: 350 → 三百五十, 10 → 十."""
    for name, scale in (("亿", 10**8), ("万", 10**4)):
        if value >= scale:
            rest = value % scale
            gap = "零" if 0 < rest < scale // 10 else ""
            return f"{_in_chinese(value // scale)}{name}{gap}{_in_chinese(rest) if rest else ''}"
    words, is_gap = "", False
    for name, unit in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // unit % 10
        if digit:
            words += ("零" if is_gap and words else "") + "零一二三四五六七八九"[digit] + name
        is_gap = not digit
    return words.removeprefix("一") if words.startswith("一十") else words
