"""Title, document number (发文字号) and date (成文日期) as a text itself gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bearing_qa.document.markers import number_of

TITLE_END = re.compile(
    r"(?:通知|意见|办法|规定|条例|决定|规划|纲要|方案|报告|批复|函|公告|细则|法|讲话|通报|答复|决议|命令|准则|规则)$"
)
MAX_TITLE_LINES = 3
MAX_ORDER_LINES = 16
"""An order says in a few lines who adopted what, and when; then comes what it puts in force."""
_ORDER = re.compile(r"[\u4e00-\u9fff]{2,20}(?:令|公告)")
_BEFORE_DATE = " \u3000—－-(（"
MAX_TITLE_LINE_CHARS = 60
MAX_HEAD_LINES = 12
"""Numbers and dates of adoption stand in the first lines."""

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*(?:第\s*)?\d+\s*号")
_DAY = (
    r"(?:(?P<year>[12]\d{3})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?"
    r"|(?P<cn_year>[一二][〇○零Ｏ一二三四五六七八九]{3})年(?P<cn_month>[一二三四五六七八九十]{1,3})月"
    r"(?P<cn_day>[一二三四五六七八九十]{1,3})日)"
)
DATE_LINE = re.compile(rf"[（(]?{_DAY}[）)]?")
SIGNED_LINE = re.compile(rf"[（(]?(?:[\u4e00-\u9fff]{{2,20}}[\u3000 ]+)?{_DAY}[）)]?")
"""A date alone, or with who signs: （民政部　一九九七年一月二十八日）"""
_DATE = re.compile(_DAY)
_MEETING = re.compile(rf"[^。；]{{2,40}}(?:会议|大会|论坛|座谈会|仪式)上?[，,\s（(]\s*{_DAY}[）)]?")
"""第十二届全国人大二次会议，2014年3月5日"""
_CN_YEAR = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")


def find_title(text: str) -> str:
    """The title that a text starts with: its first line, and the next ones up to 通知, 意见, … ."""
    lines = text.split("\n", MAX_TITLE_LINES)[:MAX_TITLE_LINES]
    if _ORDER.fullmatch(lines[0].strip()):
        lines = _behind_order(text) or lines
    for count in range(1, len(lines) + 1):
        if any(len(line) > MAX_TITLE_LINE_CHARS for line in lines[:count]):
            break
        joined = "".join(line.strip() for line in lines[:count])
        if TITLE_END.search(joined):
            return joined
    return lines[0][:MAX_TITLE_LINE_CHARS].strip()


def _behind_order(text: str) -> list[str]:
    """What an order (国务院令) puts in force: the first short line that ends as a title does."""
    lines = (line.strip() for line in text.split("\n", MAX_ORDER_LINES)[1:MAX_ORDER_LINES])
    short = (line for line in lines if len(line) <= MAX_TITLE_LINE_CHARS)
    return next(([line] for line in short if TITLE_END.search(line)), [])


def find_number(text: str) -> str:
    """The document number in the first lines, such as 国办发〔2019〕5号; empty if there is none."""
    for line in text.split("\n", MAX_HEAD_LINES)[:MAX_HEAD_LINES]:
        found = _NUMBER.fullmatch(line.strip())
        if found is not None:
            return re.sub(r"\s", "", found.group())
    return ""


def dates_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The days that a text names: where, and the ISO date."""
    for found in _DATE.finditer(text):
        yield found.start(), found.end(), _iso(found)


def find_date(text: str) -> str:
    """The date of a text, ISO: the first line that is only a date, else the latest of its first
    lines that begin with one (a law's adoption and amendments; ——2022年3月5日在…会议上) or name a meeting and
    its date; empty if there is none."""
    lines = text.split("\n")
    for line in lines:
        found = DATE_LINE.fullmatch(line.strip())
        if found is not None:
            return _iso(found)
    head = [line.strip(_BEFORE_DATE) for line in lines[:MAX_HEAD_LINES]]
    starts = [_DATE.match(line) for line in head]
    ends = [_MEETING.fullmatch(line) for line in head]
    return max((_iso(found) for found in [*starts, *ends] if found), default="")


def _iso(found: re.Match[str]) -> str:
    if found["year"]:
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    else:
        year = int(found["cn_year"].translate(_CN_YEAR))
        month, day = number_of(found["cn_month"]), number_of(found["cn_day"])
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
