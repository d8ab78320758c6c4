"""Figures as tokens, however they are written: 三百五十公里 and 350km are both ``#350公里``.

The tokens stand beside a text's words, which stay as they are. A Chinese numeral counts only with a unit,
a 第 or a 百分之 beside it, so that 十分, 一方面 and 万一 are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}
_CHINESE = "零〇一二两三四五六七八九十百千万亿"

# The first of each row stands for all.
_UNIT_ROWS = (
    ("平方公里", "平方千米", "km2"), ("平方米", "平米", "m2"), ("立方米", "m3"), ("公顷", "ha"),
    ("公里", "千米", "km"), ("厘米", "公分", "cm"), ("毫米", "mm"), ("米", "公尺"),
    ("公斤", "千克", "kg"), ("吨",), ("克",), ("升", "公升"),
    ("千瓦时", "kwh"), ("兆瓦", "mw"), ("吉瓦", "gw"), ("千瓦", "kw"),
    ("小时", "钟头"), ("分钟",), ("秒",), ("工作日",), ("个月",), ("周",), ("天",), ("日",), ("年",), ("岁", "周岁"),
    ("美元", "美金"), ("元", "块钱", "圆"), ("百分点", "个百分点"), ("%",), ("倍",), ("成",),
    ("人次",), ("人", "名"), ("家",), ("户",), ("个",), ("项",), ("条",), ("次",), ("台",), ("套",), ("件",), ("辆",),
    ("艘",), ("座",), ("所",), ("亩",), ("种",), ("位",), ("类",), ("级",), ("批",), ("届",), ("章",), ("节",),
)  # fmt: skip
UNITS = {unit: row[0] for row in _UNIT_ROWS for unit in row}
_UNIT = "|".join(sorted(UNITS, key=lambda unit: (-len(unit), unit)))
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MIXED = r"\d+[万亿]\d+[千百万]?"
"""2万8千, 15万2000."""
_NUMBER = rf"{_MIXED}|(?:{_ARABIC})(?:[千百](?![米克瓦]))?[万亿]{{0,2}}|[一二两三四五六七八九十][{_CHINESE}]*(?:点[零〇一二三四五六七八九]+)?"
_SHARE = re.compile(rf"百分之(?P<number>{_NUMBER}|百)")
_ORDINAL = re.compile(rf"第(?P<number>{_NUMBER})(?P<unit>[\u3400-\u9fff])")
_AMOUNT = re.compile(
    rf"(?<![\d第.{_CHINESE}])(?P<number>{_NUMBER})[多余]? ?(?P<unit>(?:{_UNIT})(?![a-z0-9]))",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?:年|[.\-/])(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})(?:月|[.\-/])"
    r"(?:(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})日?)?(?!\d)"
)
MAX_DIGITS = 15
"""Longer figures are numbers of documents or accounts."""
MAX_NUMERAL = 40
"""Characters of a Chinese numeral; longer rows of its signs are none, and their values grow without end."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text: where its number begins and its unit ends, how the number is written, its value,
    its unit (% for a share, 第条 for an ordinal), and the token that all its spellings share."""

    start: int
    end: int
    written: str
    value: Decimal
    unit: str

    @property
    def token(self) -> str:
        """The same for 三百五十公里 and 350km: #350公里."""
        before = self.unit[:1] if self.unit.startswith("第") else ""
        return f"#{before}{_plain(self.value)}{self.unit.removeprefix('第')}"


def figures(text: str) -> Iterator[Figure]:
    """Shares, ordinals and amounts with a unit in a normalised text."""
    for found in _SHARE.finditer(text):
        value = Decimal(100) if found["number"] == "百" else value_of(found["number"])
        if value is not None:
            yield Figure(*found.span(), found["number"], value, "%")
    for found in _ORDINAL.finditer(text):
        value = value_of(found["number"])
        if value is not None:
            yield Figure(*found.span(), found["number"], value, f"第{found['unit']}")
    for found in _AMOUNT.finditer(text):
        value = value_of(found["number"])
        if value is not None:
            unit = UNITS[found["unit"].lower()]
            yield Figure(*found.span(), found["number"], value, unit)


def figure_tokens(text: str) -> list[str]:
    """Tokens of the figures and of the days and months of a normalised text."""
    return [figure.token for figure in figures(text)] + list(_day_tokens(text))


def _day_tokens(text: str) -> Iterator[str]:
    for found in _DAY.finditer(text):
        month, day = value_of(found["month"]), value_of(found["day"] or "")
        if month is not None and 1 <= month <= 12:
            yield f"#{found['year']}-{month}"
            if day is not None and 1 <= day <= 31:
                yield f"#{found['year']}-{month}-{day}"


def value_of(number: str) -> Decimal | None:
    """Value of a figure: 10,000; 1.5万; 2万8千; 三百五十; 二点五; None where it is none (三五, 十百)."""
    mixed = re.fullmatch(r"(\d+[万亿])(\d+[千百万]?)", number)
    if mixed:
        large, small = value_of(mixed.group(1)), value_of(mixed.group(2))
        return large + small if large and small else None
    found = re.fullmatch(rf"({_ARABIC})([千百]?)([万亿]*)", number)
    if not found:
        return _chinese_value(number)
    value = Decimal(found.group(1).replace(",", ""))
    if len(found.group(1)) > MAX_DIGITS:
        return None
    value *= _TENS.get(found.group(2), 1)
    for scale in found.group(3):
        value *= _SCALES[scale]
    return value


def _chinese_value(number: str) -> Decimal | None:
    if len(number) > MAX_NUMERAL:
        return None
    whole, _, part = number.partition("点")
    if part and all(char in _DIGITS for char in part):
        value = _whole_value(whole)
        decimals = "".join(str(_DIGITS[char]) for char in part)
        return None if value is None else Decimal(f"{value}.{decimals}")
    value = _whole_value(whole)
    return None if value is None or part else Decimal(value)


def _whole_value(number: str) -> int | None:
    """Value of a whole Chinese numeral; three digits or more in a row are read one by one."""
    if len(number) >= 3 and all(char in _DIGITS for char in number):
        return int("".join(str(_DIGITS[char]) for char in number))
    total, section, digit = 0, 0, None
    for char in number:
        if char in ("零", "〇"):
            continue
        if char in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            if digit is None and (section or char != "十"):
                return None
            section += (1 if digit is None else digit) * _TENS[char]
            digit = None
        else:
            section += digit or 0
            total = (total + section) * _SCALES[char] if char == "亿" else total + section * 10**4
            section, digit = 0, None
    return total + section + (digit or 0) if number else None


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


MOST_DIGITS = 24
"""A figure with more is spelled in one way."""


def spellings(value: Decimal) -> tuple[str, ...]:
    """Ways to write a figure: 10000, 10,000, 1万, 一万."""
    plain = _plain(value)
    if value.adjusted() >= MOST_DIGITS:
        return (plain,)  # no figure of a text; beyond what Decimal reckons exactly
    found = [plain, f"{value:,f}"] if value == int(value) else [plain]
    for name, scale in (("亿", 10**8), ("万", 10**4)):
        if value >= scale and value % (scale // 100) == 0:
            found.append(f"{_plain(value / scale)}{name}")
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
