"""Title, document number (发文字号) and date (成文日期) as a text itself gives them.

A title is what a text begins with, behind what may stand above it: the mark of an attachment (附件1,
大纲4), how secret or urgent it is, the head of who issues it (甲大学文件) and the document's number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from bearing_qa.document.markers import match_marker
from bearing_qa.language.dates import DAY, iso_date
from bearing_qa.language.document_numbers import LINE
from bearing_qa.language.numbers import CHINESE_ORDINAL

TITLE_END = re.compile(
    r"(?:通知|意见|办法|规定|条例|决定|规划|纲要|方案|报告|批复|函|公告|细则|法|讲话|通报|答复|决议|命令|准则|规则)$"
)
_NAME_END = re.compile(
    rf"{TITLE_END.pattern[:-2]}|大纲|名单|名册|标准|[^图报]表|目录|清单|指南|须知|章程|制度|守则|规程|预案|计划|要点|"
    r"简章|公报|公示|手册|规范|指引|导则)(?:（[^（）]{1,20}）)?$"
)
"""How a title over several lines ends: what an attachment or a file is called, too."""
MAX_TITLE_LINES = 3
MAX_ORDER_LINES = 16
"""An order says in a few lines who adopted what, and when; then comes what it puts in force."""
_ORDER = re.compile(r"[\u4e00-\u9fff]{2,20}(?:令|公告)")
_BEFORE_DATE = " \u3000—－-(（[〔【★☆"
MAX_TITLE_LINE_CHARS = 60
MAX_HEAD_LINES = 12
"""Numbers and dates of adoption are in the first lines."""

_BEFORE_DAY = r"[★☆●◆■※*\s]*[（(〔\[【]?"
"""What may stand before a date on a line of its own: a mark, a bracket."""
_AFTER_DAY = r"[）)〕\]】]?"
DATE_LINE = re.compile(rf"{_BEFORE_DAY}{DAY}{_AFTER_DAY}")
SIGNED_LINE = re.compile(rf"{_BEFORE_DAY}(?:[\u4e00-\u9fff]{{2,20}}[\u3000 ]+)?{DAY}{_AFTER_DAY}")
"""A date alone, or with who signs: （民政部　一九九七年一月二十八日）"""
_DATE = re.compile(DAY)
_MEETING = re.compile(rf"[^。；]{{2,40}}(?:会议|大会|论坛|座谈会|仪式)上?[，,\s（(]\s*{DAY}[）)]?")
"""第十二届全国人大二次会议，2014年3月5日"""

MAX_LINES_ABOVE_NUMBER = 6
"""A document's number stands below who issues it, one or several, and above its title."""
_COUNT = rf"(?:[{CHINESE_ORDINAL}]{{1,3}}|\d{{1,2}}[A-Z]?|[A-Z])(?:[-—.]\d{{1,2}})?"
_MARK = re.compile(
    rf"[（(【\[]?(?:附(?:件|表|录|图)?\s*(?:{_COUNT})?|[\u4e00-\u9fff]{{1,4}}\d{{1,2}}(?:[-—]\d{{1,2}})?)[）)】\]]?[:：.．]?"
)
"""A line that is nothing but the mark of an attachment: 附件, 附件1-2：, 【附表二】, 大纲4."""
_MARK_BEFORE = re.compile(
    rf"[（(【\[]?附(?:件|表|录|图)\s*(?:\d{{1,2}}(?:[-—]\d{{1,2}})?[）)】\]]?\s*[:：.．、]?|(?:{_COUNT})?[）)】\]]?(?:\s*[:：]|(?=\s)))\s*"
)
"""The same on one line with the title: 附件1：甲市考试大纲, 附表二 收费标准."""
_HANDLING = re.compile(r"(?:绝密|机密|秘密|内部|特急|加急|急件|平急|特提)(?:[★☆].{0,8})?")
"""How secret or urgent a document is, above everything else."""
_RED_HEAD = re.compile(r"(?:(?!关于)[^，。；：《》|]){2,40}?(?<!性)文件\s*")
"""Who issues a document, in the head of its first page: 甲大学文件."""
_ABOUT_TO_SIGN = re.compile(r"\s*(?:签发人[:：].*)?")


def find_title(text: str) -> str:
    """The title that a text starts with: its first line, and the next ones up to 通知, 意见, … ."""
    lines = text.split("\n", MAX_HEAD_LINES)[:MAX_HEAD_LINES]
    if _ORDER.fullmatch(lines[0].strip()):
        return _joined(_behind_order(text) or lines)
    return _joined(_from_title([line.strip() for line in lines]) or lines)


def is_title(line: str) -> bool:
    """Whether a line ends as titles do, and is no sentence."""
    mark = r"[。；：]" if "关于" in line else r"[。；：，]"
    return bool(TITLE_END.search(line)) and not re.search(mark, line)


def _joined(lines: Sequence[str]) -> str:
    """The title that lines start with: up to one that ends as titles do, else as names of lists and tables do."""
    first, *others = (line.strip() for line in lines[:MAX_TITLE_LINES])
    fitting = [first, *takewhile(_goes_on, others)] if len(first) <= MAX_TITLE_LINE_CHARS else []
    starts = ["".join(fitting[:count]) for count in range(1, len(fitting) + 1)]
    ended = (start for end in (TITLE_END, _NAME_END) for start in starts if end.search(start))
    return next(ended, first[:MAX_TITLE_LINE_CHARS].strip())


def _goes_on(line: str) -> bool:
    """Whether a line may be the rest of a title: no sentence, note, date or number, no section's heading."""
    is_other = DATE_LINE.fullmatch(line) or LINE.fullmatch(line) or match_marker(line)
    return (
        len(line) <= MAX_TITLE_LINE_CHARS
        and not is_other
        and not re.search(r"^[>（(]|^目\s*[录次]$|[。；|]|[：:]", line)
    )


def _from_title(lines: Sequence[str]) -> list[str]:
    """Lines from the title on, without what stands above it or before it on its line."""
    numbers = (at for at, line in enumerate(lines[: MAX_LINES_ABOVE_NUMBER + 1]) if _number(line))
    number_at = next(numbers, -1)
    start = number_at if number_at > 0 and _issues(lines, number_at) else 0
    for at in range(start, len(lines)):
        rest = without_head(lines[at], is_issued=at <= number_at)
        if rest:
            return [rest, *lines[at + 1 :]]
    return []


def without_head(line: str, *, is_issued: bool = False) -> str:
    """What is left of a line without the mark of an attachment, who issues it, its number; often nothing.

    ``is_issued``: whether the document's number stands on this line or below, so that a head may.
    """
    if any(only.fullmatch(line) for only in (_MARK, _HANDLING, DATE_LINE)):
        return ""
    if is_issued:
        line = _RED_HEAD.sub("", line, count=1) if _RED_HEAD.match(line) else line
    found = LINE.match(line)
    if found and is_issued:
        rest = line[found.end() :].strip()
        line = rest if "关于" in rest else ""
    if _ABOUT_TO_SIGN.fullmatch(line):
        return ""
    before = _MARK_BEFORE.match(line)
    return line[before.end() :] if before else line


def _issues(lines: Sequence[str], number_at: int) -> bool:
    """Whether the lines above a number say who issues the document, so that its title stands below."""
    above = lines[:number_at]
    if any("关于" in line or TITLE_END.search(line) or _NAME_END.search(line) for line in above):
        return False
    below = [line for line in lines[number_at + 1 :] if not _ABOUT_TO_SIGN.fullmatch(line)]
    return bool(below) and is_title(_joined(below))


def _number(line: str) -> str:
    """The document number that a line is, with who issues it before, and the title or who signs behind, or neither."""
    head = _RED_HEAD.match(line)
    rest = line[head.end() :] if head else line
    found = LINE.match(rest.strip())
    behind = rest.strip()[found.end() :] if found else ""
    is_line = _ABOUT_TO_SIGN.fullmatch(behind) or (head and "关于" in behind)
    return re.sub(r"\s", "", found.group()) if found and is_line else ""


def _behind_order(text: str) -> list[str]:
    """What an order (国务院令) puts in force: the first short line that ends as a title does."""
    lines = (line.strip() for line in text.split("\n", MAX_ORDER_LINES)[1:MAX_ORDER_LINES])
    short = (line for line in lines if len(line) <= MAX_TITLE_LINE_CHARS)
    return next(([line] for line in short if TITLE_END.search(line)), [])


def find_number(text: str) -> str:
    """The document number in the first lines, such as 国办发〔2019〕5号; empty if there is none."""
    lines = text.split("\n", MAX_HEAD_LINES)[:MAX_HEAD_LINES]
    return next(filter(None, (_number(line.strip()) for line in lines)), "")


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
