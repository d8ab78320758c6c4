"""Attachments without the word 附件: lists, tables and forms with a title, behind what they are attached to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bearing_qa.document.frontmatter import SIGNED_LINE
from bearing_qa.document.markers import match_marker, numeral
from bearing_qa.language.numbers import number_of

MAX_APPENDIX_TITLE_CHARS = 50
MAX_LINES_TO_BODY = 2
"""A list's unit or date may stand between its title and what it lists."""
MIN_LINES_ABOVE_SIGNATURE = 3
"""A date in the first lines signs nothing: it is of the front matter."""
_TITLE = re.compile(
    r"[^，。；：！？|\d\s][^，。；：！？|]+(?:(?<!代)表|名单|名册|清单|目录|流程图|标准|细则|说明|须知|样式|范本)(?:（[^（）]*）)?"
)
_ANNOUNCED = re.compile(r"[：:，,、]$|(?:如下|见下表)[^。]*。?$")


def appendix_titles(
    lines: Sequence[str], *, articles: Collection[int], in_tables: Collection[int]
) -> set[int]:
    """Numbers of the lines that are the title of a list or table behind the last article of a text, or,
    where it has none, behind who signs it; a table or a count from 1 begins below each."""
    floor = max(articles, default=_signature(lines))
    if floor < 0:
        return set()
    return {
        at
        for at in range(floor + 1, len(lines))
        if at not in in_tables and _is_title(lines, at) and _begins(lines, at, in_tables)
    }


def _signature(lines: Sequence[str]) -> int:
    """The first line that is the date of a signature; -1 if there is none."""
    found = (
        at
        for at, line in enumerate(lines)
        if at >= MIN_LINES_ABOVE_SIGNATURE and SIGNED_LINE.fullmatch(line)
    )
    first = next(found, -1)
    has_text = any(line.endswith(("。", "；")) for line in lines[: max(first, 0)])
    return first if has_text else -1


def _is_title(lines: Sequence[str], at: int) -> bool:
    """Whether a line is a title by its words, and no caption that the line above announces or names."""
    line, above = lines[at], match_marker(lines[at - 1])
    is_named = above is not None and above[0].name == "attachment"
    is_short = len(line) <= MAX_APPENDIX_TITLE_CHARS and bool(_TITLE.fullmatch(line))
    return is_short and not (match_marker(line) or is_named or _ANNOUNCED.search(lines[at - 1]))


def _begins(lines: Sequence[str], at: int, in_tables: Collection[int]) -> bool:
    """Whether a table or a count from 1 begins right below a title."""
    for below in range(at + 1, min(at + 1 + MAX_LINES_TO_BODY, len(lines))):
        matched = match_marker(lines[below])
        if below in in_tables or (matched and number_of(numeral(matched[1])) == 1):
            return True
    return False
