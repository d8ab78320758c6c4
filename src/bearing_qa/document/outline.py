"""The section tree of a canonical text.

How it works, in prose. Every line is looked at once. A line that starts with a marker of
``MARKERS`` (一、 （一） 1. （1） ① 第X条 其一， 一是 …) is a candidate; it is a heading when the rest of
the line is a head: a short phrase that stands alone, or, for the styles that allow it, a short
phrase closed by 。 with the body behind it. 一是 and 首先 head a section only when the phrase stands
alone without a full stop; otherwise they, and （1）某某：…, are inline points: units of a list.

A candidate then has to find its place among the headings that are open above it. If it counts on
from an open heading of the same style (2 after 1), it is that heading's sibling. If two open
headings of one style both wait for this number (an inner list 1. 2. 3. stands inside an outer
3.), the one whose titles resemble it in length is continued. A 1 opens a new level below
everything that is open, also when its style is open already; unless its style ranks above
everything open, then it opens a new top level. A number that continues nothing and is not 1 is
taken only when the style counts on across parents (1.–21. through several （一）), or when it begins a
count that goes on (an excerpt). 编 章 节 条 have their fixed order, 1 / 1.1 / 1.1.1 theirs. 附件, and the
titles of several texts printed in one document, close everything. Lines inside tables and contents
lists are never headings.

Where the file itself styles headings (Markdown, HTML, Word), a styled line is a heading. It stands
below open headings of lesser depth and never below one of its own; in between its marker places it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bearing_qa.document.contents import contents_starts
from bearing_qa.document.heads import EMPTY, REFERENCE, Head, find_heads, starts_in_tables
from bearing_qa.document.lines import BLANKS
from bearing_qa.language.numbers import CHINESE_ORDINAL
from bearing_qa.types import Point, Section, Table

MAX_NESTED_REUSE = 2
"""A style is used again inside itself once (1. 2. 3. inside 3.), hardly ever twice."""
_OUTER_RANK = 4.0
"""Styles up to this rank (第X章, 一、) are hardly ever used again inside themselves."""
_LAW_RANKS = {
    "attachment": -1.0,
    "title": -1.0,
    "listed": -1.0,
    "part": 0.0,
    "subpart": 0.5,
    "chapter": 1.0,
    "section": 2.0,
    "article": 3.0,
}
_INLINE_POINT = re.compile(
    rf"(?:^([（(][{CHINESE_ORDINAL}]+[）)]|\d{{1,2}}[.．、](?!\d)|\d{{1,2}}[）)]|[㈠-㈩⒈-⒛]|——(?=[\u4e00-\u9fff]))"
    r"|(?:^|(?<=[。；：，;:]))"
    rf"([一二三四五六七八九十]是|其[一二三四五六七八九十]，|(?:首先|其次|再次|再有|最后|第[{CHINESE_ORDINAL}])，"
    r"|[（(]\d{1,2}[）)]|[①-⑳⑴-⒇])"
    rf"|(?:^|(?<=[。；]))([{CHINESE_ORDINAL}]要(?!求|素|点)|第[{CHINESE_ORDINAL}]+(?:、|[件条个]\w{{1,3}}，))"
    r"|(?<=[；。])(\d{1,2}[.．、](?!\d)))"
)
_POINT_TITLE = re.compile(r"[^，。；：！？]{1,40}")


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is open while the tree is built, with the number and the length of its and its
    elder siblings' titles."""

    head: Head
    level: int
    index: int
    titles: int
    title_chars: int


def parse_outline(
    text: str,
    *,
    tables: tuple[Table, ...] = (),
    depths: Mapping[int, int] = EMPTY,
    is_titled: bool = True,
) -> tuple[Section, ...]:
    """Sections of a canonical text in order; the first is the root. Own texts tile the text.

    ``depths`` has the depth of each line that the file's styles make a heading, by its start; ``is_titled``:
    whether the first of them may be the document's title.
    """
    placed = list(_place(find_heads(text, tables, depths, is_titled=is_titled)))
    starts = [0, *(head.start for head, _, _ in placed)]
    ends = [*starts[1:], len(text)]
    tree_ends = _tree_ends([0, *(level for _, level, _ in placed)], ends)
    root = Section(0, 0, 0, "", "", 0, 0, ends[0], len(text))
    return (
        root,
        *(
            Section(
                index=number,
                parent=parent,
                level=level,
                marker=head.marker,
                title=head.title,
                start=head.start,
                head_end=head.end,
                end=ends[number],
                tree_end=tree_ends[number],
            )
            for number, (head, level, parent) in enumerate(placed, 1)
        ),
    )


def _tree_ends(levels: list[int], ends: list[int]) -> list[int]:
    """Where each section's last descendant ends."""
    result = [ends[-1]] * len(levels)
    waiting: list[int] = []
    for index, level in enumerate(levels):
        while waiting and levels[waiting[-1]] >= level:
            result[waiting.pop()] = ends[index - 1]
        waiting.append(index)
    return result


def _place(heads: Iterator[Head]) -> Iterator[tuple[Head, int, int]]:
    """Heads that find a place in the tree, each with its level and its parent section's index."""
    open_: list[_Open] = []
    last_numbers: dict[str, int] = {}
    index = 0
    for head in heads:
        depth = _depth_of(head, open_, last_numbers)
        if head.depth:
            depth = _styled_depth(head, open_, depth)
        if depth is None:
            continue
        index += 1
        elder = open_[depth] if _continues(head, open_, depth) else None
        titles, chars = (elder.titles, elder.title_chars) if elder else (0, 0)
        del open_[depth:]
        level, parent = (open_[-1].level + 1, open_[-1].index) if open_ else (1, 0)
        open_.append(_Open(head, level, index, titles + 1, chars + len(head.title)))
        if head.style is not None:
            last_numbers[head.style.name] = head.number
        yield head, level, parent


def _styled_depth(head: Head, open_: list[_Open], by_marker: int | None) -> int:
    """How many open headings stay open above a styled head: those of lesser depth at least, and
    none of its own depth or more. In between its marker decides."""
    styled = [(at, node.head.depth) for at, node in enumerate(open_) if node.head.depth]
    least = max((at + 1 for at, depth in styled if depth < head.depth), default=0)
    most = min((at for at, depth in styled if depth >= head.depth), default=len(open_))
    return min(max(least if by_marker is None else by_marker, least), max(most, least))


def _continues(head: Head, open_: list[_Open], depth: int) -> bool:
    return depth < len(open_) and open_[depth].head.style is head.style


def _depth_of(head: Head, open_: list[_Open], last_numbers: dict[str, int]) -> int | None:
    """How many open headings stay open above ``head``; None if it continues nothing."""
    if head.style is None:
        return None if head.depth else len(open_)
    if head.style.name in ("attachment", "title", "listed"):
        return 0
    article = next((at for at, node in enumerate(open_) if _is_style(node, "article")), len(open_))
    if article < len(open_) and head.style.name not in _LAW_RANKS:
        return _waiting_above(head, open_[:article])
    if head.style.name in _LAW_RANKS:
        ranks = [_LAW_RANKS.get(_style_name(node), 9) for node in open_]
        return next((at for at, rank in enumerate(ranks) if rank >= head.style.rank), len(open_))
    if head.style.name == "decimal":
        return _decimal_depth(head, open_)
    same = [at for at, node in enumerate(open_) if node.head.style is head.style]
    waiting = [at for at in same if open_[at].head.number + 1 == head.number]
    if waiting:
        return min(waiting, key=lambda at: (_unlikeness(head, open_[at]), -at))
    if head.style.name == "box":
        return next(
            (at for at, node in enumerate(open_) if _rank(node) >= head.style.rank), len(open_)
        )
    if head.number == 1:
        is_outer = head.style.rank <= _OUTER_RANK
        if same and (is_outer or same[-1] < len(open_) - 1 or len(same) >= MAX_NESTED_REUSE):
            return same[-1]
        outranks_all = all(
            node.head.style and node.head.style.rank > head.style.rank for node in open_
        )
        return 0 if outranks_all else len(open_)
    later = [at for at in same if open_[at].head.number <= head.number]
    if later:
        return later[-1]
    if last_numbers.get(head.style.name, -1) + 1 == head.number:
        return len(open_)
    if head.style.name in last_numbers or not head.has_next:
        return None
    return next((at for at, node in enumerate(open_) if _rank(node) > head.style.rank), len(open_))


def _style_name(node: _Open) -> str:
    return node.head.style.name if node.head.style else ""


def _is_style(node: _Open, name: str) -> bool:
    return _style_name(node) == name


def _rank(node: _Open) -> float:
    return node.head.style.rank if node.head.style else 0.0


def _waiting_above(head: Head, open_: list[_Open]) -> int | None:
    """The open heading above an article that waits for this number: 二、 after 一、 with a 第五条 in it."""
    return next(
        (
            at
            for at, node in enumerate(open_)
            if node.head.style is head.style and node.head.number + 1 == head.number
        ),
        None,
    )


def _decimal_depth(head: Head, open_: list[_Open]) -> int:
    """A decimal number stands below the longest open number that it begins with: 2.1.3 below 2.1."""
    parts = head.marker.split(".")
    for at in range(len(open_) - 1, -1, -1):
        node = open_[at].head
        if node.style is head.style:
            above = node.marker.split(".")
            if len(above) < len(parts) and parts[: len(above)] == above:
                return at + 1
            if len(above) <= 1 or len(parts) == 1:
                continue
    firsts = [at for at, node in enumerate(open_) if node.head.style is head.style]
    return firsts[0] if firsts else len(open_)


def _unlikeness(head: Head, sibling: _Open) -> float:
    """How far the title's length is from its would-be elder siblings', as a log ratio."""
    mean = sibling.title_chars / sibling.titles
    return abs(math.log((len(head.title) + 1) / (mean + 1)))


def find_points(
    text: str, *, sections: tuple[Section, ...], tables: tuple[Table, ...] = ()
) -> tuple[Point, ...]:
    """Inline points of all sections' bodies, in order. A point ends at the next one of its paragraph.

    Lines of tables and of the contents list have none, nor have numbers that are referred to.
    """
    points = []
    passed_over = starts_in_tables(tables, text) | contents_starts(text)
    for section in sections:
        start = section.head_end
        for paragraph in text[section.head_end : section.end].split("\n"):
            found = [
                match
                for match in _INLINE_POINT.finditer(paragraph if start not in passed_over else "")
                if not REFERENCE.match(paragraph, match.end())
            ]
            stops = [*(match.start() for match in found[1:]), len(paragraph)][: len(found)]
            for match, stop in zip(found, stops, strict=True):
                title = _POINT_TITLE.match(paragraph, match.end())
                if title is not None:
                    span = (start + match.start(), start + stop)
                    points.append(Point(match.group(), title.group().strip(BLANKS), *span))
            start += len(paragraph) + 1
    return tuple(points)
