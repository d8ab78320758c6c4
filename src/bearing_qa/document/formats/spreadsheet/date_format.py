"""Dates and times of a spreadsheet's cells as the sheet shows them: a count of days and a format code → text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bearing_qa.document.formats.spreadsheet.chinese_digits import day_numeral, digit_by_digit

LAST_DAY = 2_958_465
"""The count of 9999-12-31, the last day that a spreadsheet knows."""
OUT_OF_RANGE = "########"
"""What a sheet shows in place of a date that is none."""
_SYSTEM = {
    "f800": 'yyyy"年"m"月"d"日"',
    "x-sysdate": 'yyyy"年"m"月"d"日"',
    "f400": "h:mm:ss",
    "x-systime": "h:mm:ss",
}
"""Formats that stand for what the system of the reader is set to; here, Chinese."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General|G/通用格式)|(?P<exponent>[Ee][+-])"
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<part>y+|m+|d+|h+|s+(?:\.0+)?|a{3,4}|e+|g+|b+)"
    r"|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
_LOCALE = re.compile(r"\$-([\w-]+)")
_CHINESE = re.compile(r"\$-(?:\d*(?:804|404|c04|1004)$|zh)", re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def is_date(code: str) -> bool:
    """Whether a section of a format code shows a date or a time: it has a letter of one, not quoted."""
    matches = list(_TOKEN.finditer(code))
    has_part = any(found["part"] or found["elapsed"] or found["half"] for found in matches)
    return (has_part or bool(_system(code))) and not any(found["general"] for found in matches)


@dataclass(frozen=True, slots=True)
class _Clock:
    """A moment to be shown, with the count that it was made from and how the format asks for it."""

    at: datetime
    count: float
    is_half: bool
    is_chinese: bool
    digits: str

    def number(self, number: int, width: int) -> str:
        """A number of the date or time in its width, in Chinese digits where they are asked for."""
        return day_numeral(number, self.digits) if self.digits else f"{number:0{width}d}"


def show_date(count: float, code: str, *, is_1904: bool = False) -> str:
    """A count of days in a format of dates or times; OUT_OF_RANGE where there is no such day."""
    code = _system(code) or code
    matches = list(_TOKEN.finditer(code))
    decimals = max(
        (len(m["part"]) - m["part"].index(".") - 1 for m in matches if _is_split(m)), default=0
    )
    at = moment(count, is_1904=is_1904, decimals=decimals)
    is_elapsed = any(found["elapsed"] for found in matches)
    if at is None:
        return OUT_OF_RANGE
    brackets = [found["bracket"].lower() for found in matches if found["bracket"]]
    digits = next((b[5:6] for b in brackets if b.startswith("dbnum") and b[5:6] in "12"), "")
    clock = _Clock(
        at=at,
        count=count if is_elapsed else 0.0,
        is_half=any(found["half"] for found in matches),
        is_chinese=any(_CHINESE.match(bracket) for bracket in brackets),
        digits=digits,
    )
    minutes = _minutes(matches)
    return "".join(_shown(found, clock, number in minutes) for number, found in enumerate(matches))


def moment(count: float, *, is_1904: bool, decimals: int = 0) -> datetime | None:
    """The moment of a count of days, to so many decimals of a second; None where there is none.

    Days before 1900-03-01 count from one day later: spreadsheets have a 29 February 1900.
    """
    if not 0 <= count < LAST_DAY + 1:
        return None
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 31 if count < 60 else 30)
    milliseconds = round(count * 86_400_000)
    step = 10 ** max(3 - decimals, 0)
    try:
        return first + timedelta(milliseconds=(milliseconds + step // 2) // step * step)
    except OverflowError:
        return None


def _system(code: str) -> str:
    """The code that a code for the reader's system stands for; empty for others."""
    found = _LOCALE.search(code)
    return _SYSTEM.get(found.group(1).lower(), "") if found else ""


def _is_split(found: re.Match[str]) -> bool:
    """Whether a part asks for decimals of a second."""
    return bool(found["part"]) and "." in found["part"]


def _minutes(matches: list[re.Match[str]]) -> set[int]:
    """Numbers of the parts m or mm that are minutes: behind hours or before seconds."""
    parts = [
        (
            number,
            (found["part"] or found["elapsed"])[0].lower(),
            len(found["part"] or found["elapsed"]),
        )
        for number, found in enumerate(matches)
        if found["part"] or found["elapsed"]
    ]
    minutes = set()
    for at, (number, letter, width) in enumerate(parts):
        before = parts[at - 1][1] if at else ""
        behind = parts[at + 1][1] if at + 1 < len(parts) else ""
        if letter == "m" and width <= 2 and (before == "h" or behind == "s"):
            minutes.add(number)
    return minutes


def _shown(found: re.Match[str], clock: _Clock, is_minute: bool) -> str:
    """What a sign of a format code shows of a moment."""
    if found["elapsed"]:
        return _elapsed(found["elapsed"], clock)
    if found["half"]:
        return _half(found["half"], clock.at.hour)
    if found["part"]:
        part = found["part"].lower()
        return clock.number(clock.at.minute, len(part)) if is_minute else _part(part, clock)
    if found["quoted"] is not None:
        return found["quoted"]
    return found["escaped"] or (" " if found["space"] else "") or found["sign"] or ""


def _elapsed(part: str, clock: _Clock) -> str:
    """Hours, minutes or seconds since the count's zero: [h] of a day and a half is 36."""
    seconds = round(clock.count * 86_400)
    unit = {"h": 3600, "m": 60, "s": 1}[part[0].lower()]
    return f"{seconds // unit:0{len(part)}d}"


def _half(part: str, hour: int) -> str:
    """Which half of the day, in the words of the format."""
    return part.split("/")[hour >= 12]


def _part(part: str, clock: _Clock) -> str:
    """A year, month, day, weekday, hour or second of a moment."""
    letter, width, at = part[0], len(part), clock.at
    if letter in "ye":
        year = at.year % 100 if letter == "y" and width < 3 else at.year
        shown = f"{year:02d}"
        return digit_by_digit(int(shown), clock.digits) if clock.digits else shown
    if letter == "m":
        return clock.number(at.month, width) if width < 3 else _month(at.month, width, clock)
    if letter == "d" and width < 3:
        return clock.number(at.day, width)
    if letter in "da":
        return _weekday(at.weekday(), letter, width, clock)
    if letter == "h":
        hour = (at.hour % 12 or 12) if clock.is_half else at.hour
        return clock.number(hour, width)
    if letter == "s":
        whole, _, decimals = part.partition(".")
        rest = f".{at.microsecond:06d}"[: len(decimals) + 1] if decimals else ""
        return clock.number(at.second, len(whole)) + rest
    return ""


def _month(month: int, width: int, clock: _Clock) -> str:
    """A month's name: mmm Jan, mmmm January, mmmmm J."""
    if clock.is_chinese:
        return f"{month}月" if width == 3 else f"{day_numeral(month, '1')}月"
    name = _ENGLISH_MONTHS[month - 1]
    return name[:3] if width == 3 else name[:1] if width == 5 else name


def _weekday(day: int, letter: str, width: int, clock: _Clock) -> str:
    """A weekday's name: aaaa 星期一, aaa 一, dddd Monday, ddd Mon."""
    if letter == "a":
        return f"星期{_WEEKDAYS[day]}" if width == 4 else _WEEKDAYS[day]
    if clock.is_chinese:
        return f"{'星期' if width == 4 else '周'}{_WEEKDAYS[day]}"
    return _ENGLISH_DAYS[day] if width == 4 else _ENGLISH_DAYS[day][:3]
