"""Title, document number (发文字号) and date (成文日期) as a text itself gives them."""

from __future__ import annotations

import re
from itertools import takewhile

from bearing_qa.language.dates import DAY, iso_date
from bearing_qa.language.document_numbers import LINE

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
"""Numbers and dates of adoption are in the first lines."""

DATE_LINE = re.compile(rf"[（(]?{DAY}[）)]?")
SIGNED_LINE = re.compile(rf"[（(]?(?:[\u4e00-\u9fff]{{2,20}}[\u3000 ]+)?{DAY}[）)]?")
"""A date alone, or with who signs: （民政部　一九九七年一月二十八日）"""
_DATE = re.compile(DAY)
_MEETING = re.compile(rf"[^。；]{{2,40}}(?:会议|大会|论坛|座谈会|仪式)上?[，,\s（(]\s*{DAY}[）)]?")
"""第十二届全国人大二次会议，2014年3月5日"""


def find_title(text: str) -> str:
    """The title that a text starts with: its first line, and the next ones up to 通知, 意见, …, but no row of a
    table below it."""
    first, *below = text.split("\n", MAX_TITLE_LINES)[:MAX_TITLE_LINES]
    lines = [first, *takewhile(lambda line: "|" not in line, below)]
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
        found = LINE.fullmatch(line.strip())
        if found is not None:
            return re.sub(r"\s", "", found.group())
    return ""


def find_date(text: str) -> str:
    """The date of a text, ISO: the first line that is only a date, else the latest of its first
    lines that begin with one (a law's adoption and amendments; ——2022年3月5日在…会议上) or name a meeting and
    its date; empty if there is none."""
    lines = text.split("\n")
    for line in lines:
        found = DATE_LINE.fullmatch(line.strip())
        if found is not None:
            return iso_date(found)
    head = [line.strip(_BEFORE_DATE) for line in lines[:MAX_HEAD_LINES]]
    starts = [_DATE.match(line) for line in head]
    ends = [_MEETING.fullmatch(line) for line in head]
    return max((iso_date(found) for found in [*starts, *ends] if found), default="")
