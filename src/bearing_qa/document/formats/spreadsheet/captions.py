"""What stands above and below a sheet's tables: titles, labels (单位：万元), notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.document.formats.lines import CellLine, Part

MAX_TITLE_LINES = 3
"""Lines above a table of which one may be its title: who issues it stands first, now and then."""
MAX_TITLE_CHARS = 80
"""A longer first line is a paragraph."""
MAX_NAME_CHARS = 12
"""A row's name alone at the foot of a table is this short; longer cells are notes."""

_MARK = re.compile(r"(?:附件|附表|附|表)\s*[\d一二三四五六七八九十]*(?:[-—－]\d+)?\s*[:：]?")
_MARK_AHEAD = re.compile(r"附[件表]\s*[\d一二三四五六七八九十]*\s*[:：]\s*")
"""What stands before a title: 附件1, 表2-1; 附件1：…"""
_LABEL = re.compile(
    rf"(?!{_MARK.pattern}\s*[:：])[^:：\d]{{1,10}}[:：]\s*\S.*|[(（]?(?:计量)?单位.*"
    r"|[(（]?\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]?\s*(?:\d{1,2}\s*日?)?[)）]?"
)
"""What a line above or below a table says beside its title: 编制单位：财政局, 单位：万元, 2024年3月."""
_UNIT = re.compile(r".{0,4}单位\s*[:：]?")
_TITLE_END = re.compile(
    r"(?:表|名单|清单|目录|情况|汇总|台账|一览|明细|统计|预算|决算|标准|计划|公示|名册|价格|指标|方案)(?:[(（].*[)）])?$"
)
"""How the title of a table ends, which may stand below the name of who issues it."""
_NOTE = re.compile(r"[:：。；，]|^(?:注|备注|说明|资料来源|数据来源)|\d{4}年\d{1,2}月")


def title_of(parts: Sequence[Part]) -> str:
    """The title line that a sheet begins with; empty where it begins with a table, or with a paragraph."""
    found: list[str] = []
    for part in parts:
        if not isinstance(part, CellLine):
            break
        if len(part.text) > MAX_TITLE_CHARS or part.text[-1:] in "。；，":
            break
        if not _MARK.fullmatch(part.text) and not _LABEL.fullmatch(part.text):
            found.append(_MARK_AHEAD.sub("", part.text, count=1))
    named = (text for text in found[:MAX_TITLE_LINES] if _TITLE_END.search(text))
    return next(named, found[0] if found else "")


def is_labels(values: Sequence[str], width: int) -> bool:
    """Whether a row's values are labels with what they say, or few and one of them a unit (单位 | 万元);
    ``width``: the columns of the table."""
    is_few = 2 * len(values) <= width
    if all(_LABEL.fullmatch(text) for text in values):
        return is_few or any(":" in text or "：" in text for text in values)
    before = values[-2] if len(values) > 1 else ""
    return (is_few or before.endswith((":", "："))) and bool(_UNIT.fullmatch(before))


def is_note(text: str) -> bool:
    """Whether a row's one value is a note below a table, and no name of a row that lacks its figures."""
    return bool(_NOTE.search(text)) or len(text) > MAX_NAME_CHARS
