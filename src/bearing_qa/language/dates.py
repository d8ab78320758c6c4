"""Years, months and days, however they are written: 2024年11月4日, 2024.11.04, 二〇二四年十一月四日."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bearing_qa.language.numbers import number_of, value_of

YEAR = r"(?:19|20)\d{2}"
"""A year that policy text speaks of, in figures."""
YEARS = range(1900, 2100)
_CN_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_CN_YEAR = r"[一二][〇○零Ｏ一二三四五六七八九]{3}"
_CN = "一二三四五六七八九十"
DAY = (
    r"(?:(?P<year>[12]\d{3})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?"
    rf"|(?P<cn_year>{_CN_YEAR})年(?P<cn_month>[{_CN}]{{1,3}})月(?P<cn_day>[{_CN}]{{1,3}})日)"
)
"""A pattern for a whole day in a text as it is; ``iso_date`` reads its match."""
_DAY = re.compile(DAY)
_DAY_IN_FIGURES = re.compile(r"(?<!\d)([12]\d{3})[.\-/](\d{1,2})[.\-/](\d{1,2})(?!\d)")
_LEADING_ZERO = re.compile(r"(?<=[年月])0(?=\d[月日])")
_DAY_OR_MONTH = re.compile(
    rf"(?<!\d)(?P<year>{YEAR})(?:年|[.\-/])(?P<month>\d{{1,2}}|[{_CN}]{{1,2}})(?:月|[.\-/])"
    rf"(?:(?P<day>\d{{1,2}}|[{_CN}]{{1,3}})日?)?(?!\d)"
)
_YEAR_IN_DIGITS = re.compile(r"[一二][零〇○九八][零〇○一二三四五六七八九]{2}(?=年)")
_YEAR_HEAD = re.compile(rf"(?<!\d){YEAR}(?!\d)")
_YEAR_WITH_UNIT = re.compile(rf"(?<!\d)(?P<year>{YEAR})年")
MAX_RANGE_YEARS = 30
"""A longer one is a range of amounts."""
YEAR_RANGE = re.compile(rf"({YEAR})年?\s*[-—–~～至到]+\s*({YEAR})年?")


def iso_date(found: re.Match[str]) -> str:
    """The day of a match of ``DAY`` as 2024-11-04; empty if there is no such month or day."""
    if found["year"]:
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    else:
        year = int(found["cn_year"].translate(_CN_DIGITS))
        month, day = number_of(found["cn_month"]), number_of(found["cn_day"])
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def dates_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The days that a text names: where, and the ISO date."""
    for found in _DAY.finditer(text):
        yield found.start(), found.end(), iso_date(found)


def points_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The days, months and years that a normalised text names, in order: where, and the date as far as it is said
    (2024-11-04, 2024-11, 2024)."""
    plain = years_in_figures(text)
    found = {}
    for one in _DAY_OR_MONTH.finditer(plain):
        month, day = value_of(one["month"]), value_of(one["day"] or "")
        if month is not None and 1 <= month <= 12:
            known = day is not None and 1 <= day <= 31
            iso = f"{one['year']}-{int(month):02}" + (f"-{int(day or 0):02}" if known else "")
            found[one.start()] = one.start(), one.end(), iso
    for one in _YEAR_WITH_UNIT.finditer(plain):
        found.setdefault(one.start(), (one.start(), one.end(), one["year"]))
    yield from (found[start] for start in sorted(found))


def day_tokens(text: str) -> Iterator[str]:
    """Tokens of the days and months of a normalised text: #2024-11, #2024-11-4."""
    for found in _DAY_OR_MONTH.finditer(text):
        month, day = value_of(found["month"]), value_of(found["day"] or "")
        if month is not None and 1 <= month <= 12:
            yield f"#{found['year']}-{month}"
            if day is not None and 1 <= day <= 31:
                yield f"#{found['year']}-{month}-{day}"


def days_in_words(text: str) -> str:
    """A normalised text with its days in words: 2024.11.04 → 2024年11月4日."""
    return _LEADING_ZERO.sub("", _DAY_IN_FIGURES.sub(r"\1年\2月\3日", text))


def years_in_figures(text: str) -> str:
    """二〇二四年 → 2024年, character for character, so that offsets stay what they are."""
    return _YEAR_IN_DIGITS.sub(lambda found: found.group().translate(_CN_DIGITS), text)


def calendar_years(text: str) -> set[str]:
    """Years of a normalised text that are written as such (2024年), with those inside its ranges (2021—2025年)."""
    ranges = [(int(first), int(last)) for first, last in YEAR_RANGE.findall(text)]
    inside = {
        str(year)
        for first, last in ranges
        if last - first <= MAX_RANGE_YEARS
        for year in range(first, last + 1)
    }
    return set(_YEAR_WITH_UNIT.findall(text)) | inside


def years_in(text: str) -> set[str]:
    """Years in figures that a normalised text names, with or without 年."""
    return set(_YEAR_HEAD.findall(text))
