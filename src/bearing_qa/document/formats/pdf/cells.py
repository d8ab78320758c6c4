"""The text of a cell from its lines: wrapped ones joined, those that are clauses of their own parted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from bearing_qa.document.lines import UNIT

MAX_PADDING = 5.4
"""Points between the rule and the text of a cell: what Word has from the start; a centred line has more."""
SLACK = 1.0
"""Characters that a line lacks at its end though it is full: widths are those of another font, or let out."""
_CLAUSE = re.compile(r"[：:]\S|\d")
"""What a line that is a clause holds: 第一完成人：6分. Lines of a name broken by hand hold none."""
_ITEM = re.compile(
    r"\d{1,2}[.．、)）](?!\d)|[（(]\d{1,2}[）)]|[①-⑳]|[（(]?[一二三四五六七八九十]+[）)、]|[•●■◆]"
)
_ENDS_IN_MARK = re.compile(r"[，。；：、！？,.;:（(《“—-]$")
_GOES_ON = re.compile(r"[，。；：、！？,.;:）)》”（(%‰％—-]")


class CellLine(Protocol):
    """A line of a cell with its place across, in points."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def left(self) -> float:
        """Where it begins."""

    @property
    def right(self) -> float:
        """Where it ends."""

    @property
    def height(self) -> float:
        """The size of its characters."""


def cell_text(lines: Sequence[CellLine], *, left: float, right: float) -> str:
    """Text of a cell between two edges. Lines are joined without a blank but between Latin words; a ；
    parts two clauses where the line above had room for more."""
    padding = min((min(line.left - left, right - line.right) for line in lines), default=0.0)
    room = right - left - 2 * min(max(padding, 0.0), MAX_PADDING)
    text = ""
    for at, line in enumerate(lines):
        if at and _is_parted(lines[at - 1], line, room):
            text += "；"
        elif text[-1:].isascii() and text[-1:].isalpha() and line.text[0].isascii():
            text += " "
        text += line.text
    return text


def width_of(text: str, em: float) -> float:
    """About how wide a text is, in points, where a Chinese character is ``em`` wide."""
    return sum(0.5 * em if char.isascii() else em for char in text)


def _is_parted(line: CellLine, following: CellLine, room: float) -> bool:
    """Whether two lines are two clauses: the first could have held more, and both say something whole."""
    unit = UNIT.match(following.text)
    needed = width_of(unit.group() if unit else "一", line.height)
    is_short = line.right - line.left + needed + SLACK * line.height <= room
    is_marked = bool(_ENDS_IN_MARK.search(line.text) or _GOES_ON.match(following.text))
    if not is_short or is_marked:
        return False
    if _ITEM.match(following.text):
        return True
    return bool(_CLAUSE.search(line.text) and _CLAUSE.search(following.text))
