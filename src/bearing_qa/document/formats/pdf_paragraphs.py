"""Which lines of a PDF go on in the next: by the edges of the text, its indents and its steps.

A line goes on where it reaches the right edge and what follows stands where a paragraph's further lines do: at
the left edge, or where those of a hanging paragraph stand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bearing_qa.document.formats.cells import width_of
from bearing_qa.document.formats.pdf_order import PlacedLine
from bearing_qa.document.lines import UNIT
from bearing_qa.document.markers import UNITS
from bearing_qa.document.wrapping import SENTENCE_END, STARTS_ITEM, STARTS_SECTION

MAX_GROWTH = 0.25
"""Lines whose heights differ by more than this share are of different paragraphs (digits and Chinese
characters of one size differ by a tenth)."""
FULL_LINES = 3
"""So many lines that end at one place show where lines end; with fewer the margins are taken as even."""
MIN_FULL_SHARE = 0.85
"""Where lines reach less far than this share of the page without its margins, they are all short."""
SLACK, SLACK_BY_INDENT = 0.9, 2.4
"""Characters that a full line may lack at the right edge; more where indents tell where paragraphs begin."""
MAX_STEP = 1.6
"""A line further below the one before than this many usual steps begins a paragraph."""
MIN_INDENTED_SHARE = 0.05
"""Where fewer lines begin two characters in, paragraphs are not told by their indent."""
INDENT = 2.0
"""Characters that the first line of a paragraph is indented. Below a heading at the left edge such a line looks like
the further line of an item; what comes after it tells."""
MIN_LEFT_SHARE = 0.5
"""A place where fewer lines go on than this share of those at the usual one is no left edge."""
MAX_OUTDENT = 2.5
"""Characters: what begins further left than this of a line, and of the left edge, is no part of its paragraph."""
MIN_HANG, MAX_HANG = 0.5, 8.0
"""Characters: further lines of an item begin more than the first, and at most the second, right of its mark."""

MIN_COLUMN_LINES = 5
COLUMN_STEP = 20.0
"""Points: columns that begin within the same step are one."""

_HANGS = re.compile(
    r"[•·●■◆○□▪➢√★※]|(?:附?注|说明|附件|例)\s*\d*[:：]|\d{1,2}[）)]|[A-Za-z][.．）)]"
)
"""What begins a paragraph that may hang, beside the marks of items."""
_HEADING = re.compile(
    rf"(?:(?:\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}|0\d)\s*|\d{{1,2}}\s+)(?=[\u3400-\u9fff])(?![{UNITS}])"
)
"""A number that begins a heading: 5.2.3 行数和字数, 07 常见错误七."""

Column = Sequence[PlacedLine]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the text of a column stands: its left and right edge and usual step from line to line
    in points, and whether its paragraphs begin indented."""

    left: float
    right: float
    step: float
    indents: bool


def soft_ends(pages: Sequence[Sequence[Column]], *, widths: Sequence[float]) -> list[bool]:
    """For each line of a document whether it ended only because its column was full.

    Edges and line spacing are those of all pages of one width (``widths``, in points), or of all columns that
    begin at one place.
    """
    by_width: dict[float, list[PlacedLine]] = defaultdict(list)
    for page, width in zip(pages, widths, strict=True):
        by_width[width].extend(line for column in page for line in column if not line.is_row)
    whole = {width: _frame_of(lines, page_width=width) for width, lines in by_width.items()}
    columns = _column_frames(pages) if any(len(page) > 1 for page in pages) else {}
    placed = [
        (line, columns.get(_bucket(column)) or columns.get(0) or whole[width])
        for page, width in zip(pages, widths, strict=True)
        for column in page
        for line in column
    ]
    soft: list[bool] = []
    body: float | None = None
    for at, (line, frame) in enumerate(placed[:-1]):
        following, next_frame = placed[at + 1]
        after = placed[at + 2][0] if at + 2 < len(placed) else None
        is_soft = _wraps(line, following, frame, next_frame, body=body, after=after)
        soft.append(is_soft)
        body = following.left - next_frame.left if is_soft else None
    return [*soft, False][: len(placed)]


def _column_frames(pages: Sequence[Sequence[Column]]) -> dict[int, _Frame]:
    """The frame of the columns that begin at one place; 0 is the whole document's."""
    columns: dict[int, list[PlacedLine]] = defaultdict(list)
    for page in pages:
        for column in page:
            lines = [line for line in column if not line.is_row]
            columns[0].extend(lines)
            if lines:
                columns[_bucket(column)].extend(lines)
    kept = {at: lines for at, lines in columns.items() if len(lines) >= MIN_COLUMN_LINES or not at}
    return {at: _frame_of(lines) for at, lines in kept.items()}


def _bucket(column: Column) -> int:
    """Where a column begins, in steps of COLUMN_STEP, from 1 on."""
    return 1 + int(min(line.left for line in column) / COLUMN_STEP)


def _frame_of(lines: Column, *, page_width: float = 0.0) -> _Frame:
    """The frame of some lines; ``page_width`` is that of a page in one column, where it is known."""
    edges = sorted(line.right for line in lines)
    steps = [a.middle - b.middle for a, b in pairwise(lines) if a.middle > b.middle]
    step = median(steps) if steps else 0.0
    right = edges[int(0.9 * (len(edges) - 1))] if edges else 0.0
    em = median(line.height for line in lines) if lines else 0.0
    left = _left_edge(lines, right=right, em=em, step=step)
    is_shown = sum(abs(edge - right) <= em for edge in edges) >= FULL_LINES
    if not is_shown or right < MIN_FULL_SHARE * (page_width - left):
        right = max(edges[-1] if edges else 0.0, page_width - left)
    indented = sum(1.5 < (line.left - left) / (line.height or 1) < 2.5 for line in lines)
    return _Frame(left, right, step, indents=indented >= MIN_INDENTED_SHARE * len(lines))


def _left_edge(lines: Column, *, right: float, em: float, step: float) -> float:
    """Where lines begin that follow a full one; without three such lines, where the leftmost line does.

    A wide table or a margin note may begin further left than the text.
    """
    goes_on = Counter(
        round(b.left / (em or 1.0) * 2)
        for a, b in pairwise(lines)
        if a.right > right - 2 * em
        and 0 < a.middle - b.middle <= MAX_STEP * step
        and b.left < a.left + 0.5 * em
    )
    least = min((line.left for line in lines), default=0.0)
    if sum(goes_on.values()) < FULL_LINES:
        return least
    usual = max(goes_on.values())
    first = min(at for at, count in goes_on.items() if count >= MIN_LEFT_SHARE * usual)
    place = first * em / 2
    return min(line.left for line in lines if abs(line.left - place) <= 0.5 * em)


def _wraps(
    line: PlacedLine,
    following: PlacedLine,
    frame: _Frame,
    next_frame: _Frame,
    *,
    body: float | None,
    after: PlacedLine | None,
) -> bool:
    """Whether what follows goes on with the line: it would not have fit, and does not begin again.

    ``body`` is where the line stands right of its frame's left edge, if it goes on itself with another; ``after``
    is the line after next.
    """
    em = line.height
    if line.is_row or following.is_row or abs(em - following.height) > MAX_GROWTH * em:
        return False
    if re.search(r"[A-Za-z]-$", line.text) and re.match(r"[a-z]", following.text):
        return True
    unit = UNIT.match(following.text)
    needed = width_of(unit.group() if unit else "一", em)
    slack = SLACK_BY_INDENT if frame.indents else SLACK
    is_full = line.right + needed > frame.right - slack * em
    is_apart = frame is next_frame and line.middle - following.middle > MAX_STEP * frame.step
    if not is_full or is_apart:
        return False
    ends = bool(SENTENCE_END.search(line.text))
    if STARTS_SECTION.match(following.text) or (ends and _is_heading(following, after, next_frame)):
        return False
    inset = following.left - next_frame.left
    if inset < -em and following.left < line.left - MAX_OUTDENT * em:
        return False
    if _hangs(line, following, after, frame=frame, inset=inset, body=body):
        return not STARTS_ITEM.match(following.text) and not _HANGS.match(following.text)
    is_centred = line.left > frame.left + 2.5 * em
    is_indented = inset > 1.5 * following.height
    begins = not frame.indents or bool(STARTS_ITEM.match(following.text))
    return not (is_centred or is_indented or (ends and begins))


def _hangs(
    line: PlacedLine,
    following: PlacedLine,
    after: PlacedLine | None,
    *,
    frame: _Frame,
    inset: float,
    body: float | None,
) -> bool:
    """Whether what follows, ``inset`` right of the left edge, stands where the further lines of a hanging
    paragraph do: level with the line, if it goes on itself, or right of it, behind the mark of an item."""
    em = line.height
    if body is not None and body > em:
        return abs(inset - body) <= 0.5 * em
    is_item = STARTS_ITEM.match(line.text) or _HANGS.match(line.text)
    hang = inset - (line.left - frame.left)
    may_hang = MIN_HANG * em < hang <= MAX_HANG * em and not SENTENCE_END.search(line.text)
    if not is_item or not may_hang:
        return False
    if not frame.indents or abs(inset - INDENT * em) > 0.5 * em:
        return True
    if after is not None and following.right > frame.right - SLACK_BY_INDENT * em:
        is_new = STARTS_ITEM.match(after.text) or SENTENCE_END.search(following.text)
        return bool(is_new) or after.left > frame.left + 0.5 * em
    return not STARTS_SECTION.match(line.text)


def _is_heading(line: PlacedLine, after: PlacedLine | None, frame: _Frame) -> bool:
    """Whether a line at the left edge below a full one that ends its sentence is a heading: it is short, is
    numbered or has no mark at its end, and the next line begins a paragraph."""
    is_short = line.right < frame.right - 2 * line.height
    is_followed = after is None or after.left > frame.left + 1.5 * line.height
    if _HEADING.match(line.text):
        return is_short and not re.search(r"[，。；]", line.text)
    return is_short and is_followed and not re.search(r"[，。；：！？.!?;:”’）)]", line.text)
