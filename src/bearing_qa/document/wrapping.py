"""Lines that ended only because the page was full are joined to the next.

A reader that saw the page says which they are. Else there are two kinds of evidence: the extractor
kept a trailing blank at paragraph ends and none where it wrapped; or very many lines reach one and the
same width and do not end a sentence. Without such evidence for the whole file nothing is joined.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from bearing_qa.document.lines import UNIT, Line, assemble, columns_of

SENTENCE_END = re.compile(r"[。！？；：.!?;:][”’‛‚」』）)]*$")
MIN_LINES_FOR_EVIDENCE = 8
"""Below this many lines nothing is said about how a file was wrapped."""
MIN_FULL_COLUMNS = 40
"""Pages are not narrower than this; shorter lines of one width are a list."""
MIN_WRAPPED_SHARE = 0.2
"""At least this share of the lines has to look wrapped before any is joined."""
MAX_WRAP_COLUMNS = 160
"""Lines wrapped by a page are not wider than this; wider lines are whole paragraphs."""
WRAP_SLACK_COLUMNS = 3
"""A full line may lack one Chinese character and a half (a closing mark may not start a line)."""

_LEADERS = re.compile(r"(?<![.．…·])[.．…·]{3,}\s*[（(]?\d+[）)]?$")
"""An entry of a contents list reaches the right edge and yet has ended. It is looked for at the beginning of
a row of dots only: from each dot on, a row of 40,000 takes minutes."""
STARTS_ITEM = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+[编章节条]"
    r"|[一二三四五六七八九十]+[、是]|[（(][一二三四五六七八九十\d]+[）)]|[①-⑳]"
    r"|\d{1,2}[.．、](?!\d)|其[一二三四五六七八九十]，|附件|\||#"
)

STARTS_SECTION = re.compile(
    r"第[一二三四五六七八九十百\d]+[编篇章节条](?:\s|$)|[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十两])"
)
"""What hardly ever begins a line by chance."""


def join_wrapped(paragraphs: list[list[Line]]) -> list[list[Line]]:
    """Paragraphs with wrapped lines joined to what follows, where the file as a whole wraps."""
    if any(paragraph[-1].is_soft for paragraph in paragraphs):
        return _join_soft(paragraphs)
    wholes = [_whole(paragraph) for paragraph in paragraphs]
    prose = [line for line in wholes if not _is_whole(line)]
    full = _full_width(prose)
    by_blank = _wraps_by_blank(prose, full)
    if not (by_blank or _wraps_by_width(prose, full)):
        return paragraphs
    result = [list(paragraphs[0])]
    for previous, head, paragraph in zip(wholes, wholes[1:], paragraphs[1:], strict=False):
        starts_anew = bool(STARTS_ITEM.match(head.text))
        ends = bool(SENTENCE_END.search(previous.text))
        unfinished = _is_full(previous, head, full) and not ends and not starts_anew
        if by_blank:
            wraps = unfinished or (not previous.trailing_blank and not (ends and starts_anew))
        else:
            wraps = unfinished and head.indent == 0
        if wraps and not (_is_whole(previous) or _is_whole(head)):
            result[-1].extend(paragraph)
        else:
            result.append(list(paragraph))
    return result


def _join_soft(paragraphs: list[list[Line]]) -> list[list[Line]]:
    """Paragraphs joined as a reader that saw the page says."""
    result = [list(paragraphs[0])]
    for previous, paragraph in pairwise(paragraphs):
        if previous[-1].is_soft:
            result[-1].extend(paragraph)
        else:
            result.append(list(paragraph))
    return result


def _is_whole(line: Line) -> bool:
    """Whether a line is whole by its make: a heading by markup, a table row, an entry of a contents
    list. It is no evidence for or against wrapping."""
    return line.depth > 0 or " | " in line.text or bool(_LEADERS.search(line.text))


def _is_full(line: Line, following: Line, full: int) -> bool:
    """Whether a line could not have held the first unit of the next one."""
    unit = UNIT.match(following.text)
    needed = columns_of(unit.group()) if unit else 0
    return line.columns >= full - WRAP_SLACK_COLUMNS or line.columns + needed > full


def _whole(paragraph: list[Line]) -> Line:
    """A paragraph as the one line that it will be in the canonical text."""
    first = paragraph[0]
    if len(paragraph) == 1:
        return first
    text = assemble([paragraph])[0]
    if all(piece.glued for piece in paragraph[1:]):
        return replace(first, text=text, columns=columns_of(text))
    return Line(first.offset, text, 0, trailing_blank=False, columns=columns_of(text))


def _full_width(lines: list[Line]) -> int:
    """Columns of a full line: the 90th percentile of the widths."""
    widths = sorted(line.columns for line in lines)
    return widths[int(0.9 * (len(widths) - 1))] if widths else 0


def _wraps_by_blank(lines: list[Line], full: int) -> bool:
    """Whether lines without a trailing blank are the wrapped ones: nearly all of them full."""
    bare = [line for line in lines if not line.trailing_blank]
    if len(lines) < MIN_LINES_FOR_EVIDENCE or full > MAX_WRAP_COLUMNS:
        return False
    if not MIN_WRAPPED_SHARE <= len(bare) / len(lines) <= 1 - MIN_WRAPPED_SHARE / 2:
        return False
    near_full = sum(line.columns >= 0.85 * full for line in bare)
    return near_full >= 0.95 * len(bare)


def _wraps_by_width(lines: list[Line], full: int) -> bool:
    """Whether very many lines reach one width without ending a sentence, and hardly any exceeds.

    Sentences of wrapped prose also end inside full lines; those of a list do not.
    """
    if len(lines) < MIN_LINES_FOR_EVIDENCE or not MIN_FULL_COLUMNS <= full <= MAX_WRAP_COLUMNS:
        return False
    at_full = [line for line in lines if abs(line.columns - full) <= WRAP_SLACK_COLUMNS]
    beyond = sum(line.columns > full + WRAP_SLACK_COLUMNS for line in lines)
    open_ended = sum(not SENTENCE_END.search(line.text) for line in at_full)
    long = sum(line.columns >= 0.6 * full for line in lines)
    prose = sum("。" in line.text[:-1] for line in at_full)
    return (
        len(at_full) >= max(MIN_LINES_FOR_EVIDENCE, 0.5 * long)
        and beyond <= 0.02 * len(lines)
        and open_ended >= 0.6 * len(at_full)
        and prose >= 0.1 * len(at_full)
    )
