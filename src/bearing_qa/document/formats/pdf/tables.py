"""Tables of a PDF that go on over the end of a page, put together: the repeated head goes, a cut row is one."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from bearing_qa.document.formats.lines import SEPARATOR
from bearing_qa.document.formats.pdf.order import PlacedLine, least

_OPEN_ENDS = ("，", "、", "：", "（", "“", "《")
_LATE_STARTS = "，。；、）：”》"
_PROSE = re.compile(r"[，；。：]")
_CONTINUED = re.compile(r"续表|[（(]续[）)]|^表.{0,30}续$")
"""What a caption says where its table goes on."""
MAX_CAPTION_LINES = 2

Page = list[list[PlacedLine]]
"""The columns of a page, each its lines."""


def joined_tables(pages: list[Page]) -> list[Page]:
    """Pages whose tables go on from the page before without the repeated caption and head, and with a row
    that the page end cut in two joined on the page where it begins."""
    table: list[str] = []
    before: list[PlacedLine] | None = None
    for page in pages:
        if before is not None and page:
            _drop_head(page[0], table)
            joined = join_rows(before[-1], page[0][0]) if page[0] and page[0][0].is_row else None
            if joined is not None:
                before[-1] = joined
                del page[0][0]
        page[:] = [column for column in page if column]
        lines = [line for column in page for line in column]
        if lines:
            rows = list(takewhile(lambda line: line.is_row, reversed(lines)))[::-1]
            if rows and (before is None or len(rows) < len(lines)):
                table = [row.text for row in rows]
            before = page[-1] if rows else None
    return pages


def _drop_head(column: list[PlacedLine], table: list[str]) -> None:
    """Take from a column the rows that it begins with if they are the table's head (its further levels have the
    label of the first), and the caption above them that says that it goes on."""
    above = list(takewhile(lambda line: not line.is_row, column[: MAX_CAPTION_LINES + 1]))
    is_continued = any(_CONTINUED.search(line.text) for line in above)
    if len(above) > MAX_CAPTION_LINES or (above and not is_continued):
        return
    rows = column[len(above) :]
    levels = takewhile(lambda row: _label(row) == _label(table[0]), table)
    repeated = [row.text == head for row, head in zip(rows, levels, strict=False)]
    if repeated and repeated[0]:
        del column[: len(above) + len(list(takewhile(bool, repeated)))]


def _label(row: str) -> str:
    return row.partition(SEPARATOR)[0]


def join_rows(first: PlacedLine, second: PlacedLine) -> PlacedLine | None:
    """Two rows that are one row cut in two by the end of a page, as one; None if they are two.

    They are one where the first is open; else where the second adds to filled cells only, and one of
    these breaks off: at a mark inside a sentence, or, if the second has no label, without a mark.
    """
    above, below = first.text.split(SEPARATOR), second.text.split(SEPARATOR)
    if len(above) != len(below):
        return None
    added = [(a, b) for a, b in zip(above, below, strict=True) if b]
    is_inside = any(a[-1:] in _OPEN_ENDS or b[0] in _LATE_STARTS for a, b in added)
    breaks_off = not below[0] and any(
        _PROSE.search(a) and a[-1] not in "。；！？" for a, _ in added
    )
    is_one = all(a for a, _ in added) and (is_inside or breaks_off)
    if not (added and (first.is_open or is_one)):
        return None
    text = SEPARATOR.join(a + b for a, b in zip(above, below, strict=True))
    return replace(first, text=text, is_open=second.is_open, confidence=least((first, second)))
