"""Which lines of a PDF go on in the next: by the edges of the text, its indents and its steps.

A line goes on where it reaches the right edge and what follows stands where a paragraph's further lines do: at
the left edge, or where those of a hanging paragraph stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.document.formats.pdf.cells import width_of
from bearing_qa.document.formats.pdf.layout import (
    MAX_STEP,
    Column,
    Layout,
    bucket,
    column_layouts,
    page_layouts,
)
from bearing_qa.document.formats.pdf.order import PlacedLine
from bearing_qa.document.lines import UNIT
from bearing_qa.document.markers import UNITS
from bearing_qa.document.wrapping import SENTENCE_END, STARTS_ITEM, STARTS_SECTION

MAX_GROWTH = 0.25
"""Lines whose heights differ by more than this share are of different paragraphs (digits and Chinese
characters of one size differ by a tenth)."""
SLACK, SLACK_BY_INDENT = 0.9, 2.4
"""Characters that a full line may lack at the right edge; more where indents tell where paragraphs begin."""
INDENT = 2.0
"""Characters that the first line of a paragraph is indented. Below a heading at the left edge such a line looks like
the further line of an item; what comes after it tells."""
MAX_OUTDENT = 2.5
"""Characters: what begins further left than this of a line, and of the left edge, is no part of its paragraph."""
MIN_HANG, MAX_HANG = 0.5, 8.0
"""Characters: further lines of an item begin more than the first, and at most the second, right of its mark."""


_HANGS = re.compile(
    r"[•·●■◆○□▪➢√★※]|(?:附?注|说明|附件|例)\s*\d*[:：]|\d{1,2}[）)]|[A-Za-z][.．）)]"
)
"""What begins a paragraph that may hang, beside the marks of items."""
_HEADING = re.compile(
    rf"(?:(?:\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}|0\d)\s*|\d{{1,2}}\s+)(?=[\u3400-\u9fff])(?![{UNITS}])"
)
"""A number that begins a heading: 5.2.3 行数和字数, 07 常见错误七."""


def soft_ends(pages: Sequence[Sequence[Column]], *, widths: Sequence[float]) -> list[bool]:
    """For each line of a document whether it ended only because its column was full.

    Edges and line spacing are those of all pages of one width (``widths``, in points), or of all columns that
    begin at one place.
    """
    whole = page_layouts(pages, widths)
    columns = column_layouts(pages) if any(len(page) > 1 for page in pages) else {}
    placed = [
        (line, columns.get(bucket(column)) or columns.get(0) or layout)
        for page, layout in zip(pages, whole, strict=True)
        for column in page
        for line in column
    ]
    soft: list[bool] = []
    body: float | None = None
    for at, (line, layout) in enumerate(placed[:-1]):
        following, next_layout = placed[at + 1]
        after = placed[at + 2][0] if at + 2 < len(placed) else None
        is_soft = _wraps(line, following, layout, next_layout, body=body, after=after)
        soft.append(is_soft)
        body = following.left - next_layout.left if is_soft else None
    return [*soft, False][: len(placed)]


def _wraps(
    line: PlacedLine,
    following: PlacedLine,
    layout: Layout,
    next_layout: Layout,
    *,
    body: float | None,
    after: PlacedLine | None,
) -> bool:
    """Whether what follows goes on with the line: it would not have fit, and does not begin again.

    ``body`` is where the line stands right of its layout's left edge, if it goes on itself with another; ``after``
    is the line after next.
    """
    em = line.height
    if line.is_row or following.is_row or abs(em - following.height) > MAX_GROWTH * em:
        return False
    if re.search(r"[A-Za-z]-$", line.text) and re.match(r"[a-z]", following.text):
        return True
    unit = UNIT.match(following.text)
    needed = width_of(unit.group() if unit else "一", em)
    slack = SLACK_BY_INDENT if layout.indents else SLACK
    is_full = line.right + needed > layout.right - slack * em
    is_apart = layout is next_layout and line.middle - following.middle > MAX_STEP * layout.step
    if not is_full or is_apart:
        return False
    ends = bool(SENTENCE_END.search(line.text))
    if STARTS_SECTION.match(following.text) or (
        ends and _is_heading(following, after, next_layout)
    ):
        return False
    inset = following.left - next_layout.left
    if inset < -em and following.left < line.left - MAX_OUTDENT * em:
        return False
    if _hangs(line, following, after, layout=layout, inset=inset, body=body):
        return not STARTS_ITEM.match(following.text) and not _HANGS.match(following.text)
    is_centred = line.left > layout.left + 2.5 * em
    is_indented = inset > 1.5 * following.height
    begins = not layout.indents or bool(STARTS_ITEM.match(following.text))
    return not (is_centred or is_indented or (ends and begins))


def _hangs(
    line: PlacedLine,
    following: PlacedLine,
    after: PlacedLine | None,
    *,
    layout: Layout,
    inset: float,
    body: float | None,
) -> bool:
    """Whether what follows, ``inset`` right of the left edge, stands where the further lines of a hanging
    paragraph do: level with the line, if it goes on itself, or right of it, behind the mark of an item."""
    em = line.height
    if body is not None and body > em:
        return abs(inset - body) <= 0.5 * em
    is_item = STARTS_ITEM.match(line.text) or _HANGS.match(line.text)
    hang = inset - (line.left - layout.left)
    may_hang = MIN_HANG * em < hang <= MAX_HANG * em and not SENTENCE_END.search(line.text)
    if not is_item or not may_hang:
        return False
    if not layout.indents or abs(inset - INDENT * em) > 0.5 * em:
        return True
    if after is not None and following.right > layout.right - SLACK_BY_INDENT * em:
        is_new = STARTS_ITEM.match(after.text) or SENTENCE_END.search(following.text)
        return bool(is_new) or after.left > layout.left + 0.5 * em
    return not STARTS_SECTION.match(line.text)


def _is_heading(line: PlacedLine, after: PlacedLine | None, layout: Layout) -> bool:
    """Whether a line at the left edge below a full one that ends its sentence is a heading: it is short, is
    numbered or has no mark at its end, and the next line begins a paragraph."""
    is_short = line.right < layout.right - 2 * line.height
    is_followed = after is None or after.left > layout.left + 1.5 * line.height
    if _HEADING.match(line.text):
        return is_short and not re.search(r"[，。；]", line.text)
    return is_short and is_followed and not re.search(r"[，。；：！？.!?;:”’）)]", line.text)
