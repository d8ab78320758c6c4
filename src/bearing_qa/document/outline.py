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
taken only when the style counts on across parents (1.–21. through several （一）). 编 章 节 条 have
their fixed order. 附件 closes everything. Lines inside tables are never headings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bearing_qa.document.repair import BLANKS
from bearing_qa.types import Point, Section, Table

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CN = "一二三四五六七八九十百零〇两"


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker style: how it starts a line, its usual rank, and what kinds of head it has."""

    name: str
    pattern: re.Pattern[str]
    rank: int
    run_in: bool = False
    """Whether 'phrase。body' on one line is a heading with its body."""
    may_close: bool = True
    """Whether a head alone on its line may end with 。 or ： ."""


def _marker(
    name: str, pattern: str, rank: int, *, run_in: bool = False, may_close: bool = True
) -> Marker:
    return Marker(name, re.compile(pattern), rank, run_in, may_close)


# Rank: the usual order of styles from outer to inner. Group 1 is the number.
MARKERS = (
    _marker("part", rf"第([{_CN}\d]+)(?:编|部分)(?=[\s　]|$)", 0),  # 第一编 总则
    _marker("chapter", rf"第([{_CN}\d]+)章(?=[\s　]|$)", 1),  # 第一章 总则
    _marker("section", rf"第([{_CN}\d]+)节(?=[\s　]|$)", 2),  # 第一节 一般规定
    _marker("article", rf"第([{_CN}\d]+)条(?:之[{_CN}]+)?(?=[\s　]|$)", 3),  # 第一条 为了…
    _marker("attachment", rf"附件([{_CN}\d]*)(?=[\s　:：.．]?$)", 0),  # 附件 / 附件1
    _marker("cn", rf"([{_CN}]+)、", 4, run_in=True),  # 一、总体要求
    _marker("cn_paren", rf"[（(]([{_CN}]+)[）)]", 5, run_in=True),  # （一）加强领导。各地…
    _marker("decimal3", r"(\d{1,2}\.\d{1,2}\.\d{1,2})(?=[\s　]|[^\d.%])", 8),  # 1.1.1 范围
    _marker("decimal2", r"(\d{1,2}\.\d{1,2})(?=[\s　])", 7),  # 1.1 范围
    _marker("num", r"(\d{1,2})[.．、](?!\d)", 6, run_in=True),  # 1. 基本现状
    _marker("num_paren", r"[（(](\d{1,2})[）)]", 9, run_in=True),  # （1）政策指引
    _marker("num_half", r"(\d{1,2})[）)]", 10),  # 1）范围
    _marker("circled", r"([①-⑳])", 11),  # ① 控型制造
    _marker("qi", r"其([一二三四五六七八九十])，", 12),  # 其一，完成一个任务：
    _marker(
        "ordinal", r"(首先|其次|再次|再有|最后|第[一二三四五六七八九十])，", 13, may_close=False
    ),
    _marker("shi", r"([一二三四五六七八九十])是", 14, may_close=False),  # 一是强化产业基础
)
_LAW_RANKS = {"part": 0, "chapter": 1, "section": 2, "article": 3}
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3, "再有": 3, "最后": 99}

MAX_HEAD_CHARS = 60
"""Longest head that stands alone on its line."""
MAX_WEAK_HEAD_CHARS = 40
"""Longest head after 一是 or 首先 alone on its line."""
MAX_RUN_IN_CHARS = 30
"""Longest head phrase before 。 with the body behind it."""
MAX_ITEM_HEAD_CHARS = 40
"""Longest unmarked head below a heading that ends with ： ."""

_INLINE_POINT = re.compile(
    r"(?:^|(?<=[。；：，;:]))"
    rf"([一二三四五六七八九十]是|其[一二三四五六七八九十]，|(?:首先|其次|再次|再有|最后|第[{_CN}])，"
    r"|[（(]\d{1,2}[）)]|[①-⑳])"
)
_POINT_TITLE = re.compile(r"[^，。；：！？]{1,40}")


def number_of(text: str) -> int:
    """Value of a marker's number: 十二, 12, ③, 1.2 (its last part), 首先."""
    if text in _ORDINALS:
        return _ORDINALS[text]
    if text[:1] == "第":
        text = text[1:]
    if text and "①" <= text[0] <= "⑳":
        return ord(text[0]) - ord("①") + 1
    if text.replace(".", "").isdecimal():
        return int(text.rpartition(".")[2])
    total = current = 0
    for char in text:
        if char == "十":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            current = _DIGITS.get(char, 0)
    return total + current


@dataclass(frozen=True, slots=True)
class Head:
    """A heading before it has a place. ``style`` is None for a heading without a marker."""

    start: int
    end: int
    style: Marker | None
    number: int
    marker: str
    title: str


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is open while the tree is built, with its elder siblings' title lengths."""

    head: Head
    level: int
    index: int
    title_lengths: tuple[int, ...]


def parse_outline(text: str, *, tables: tuple[Table, ...] = ()) -> tuple[Section, ...]:
    """Sections of a canonical text in order; the first is the root. Own texts tile the text."""
    placed = list(_place(_find_heads(text, tables)))
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


def _find_heads(text: str, tables: tuple[Table, ...]) -> Iterator[Head]:
    lines = text.split("\n")
    starts_in_tables = _line_starts_in(tables, text)
    previous: Head | None = None
    start = 0
    for number, line in enumerate(lines):
        head = None
        if start not in starts_in_tables:
            head = _head_of(line, start)
            following = lines[number + 1] if number + 1 < len(lines) else ""
            if head is None and previous is not None and _announces(previous, line, following):
                head = Head(start, start + len(line), None, 1, "", line)
            previous = head
        if head is not None:
            yield head
        start += len(line) + 1


def _line_starts_in(tables: tuple[Table, ...], text: str) -> set[int]:
    starts = set()
    for table in tables:
        start = table.start
        for line in text[table.start : table.end].split("\n"):
            starts.add(start)
            start += len(line) + 1
    return starts


def _head_of(line: str, start: int) -> Head | None:
    """The heading that a line is or starts with, or None."""
    for marker in MARKERS:
        found = marker.pattern.match(line)
        if found is not None:
            break
    else:
        return None
    rest = line[found.end() :]
    title = _title_of(rest, marker)
    if title is None:
        return None
    blanks = len(rest) - len(rest.lstrip(BLANKS))
    end = found.end() + blanks + len(title) if title else found.end()
    if title and line[end : end + 1] == "。":
        end += 1
    number = number_of(found.group(1))
    return Head(start, start + end, marker, number, found.group(), title)


def _title_of(rest: str, marker: Marker) -> str | None:
    """Title of the head that ``rest`` starts with; None if it is no head.

    A head alone on its line keeps its final 。; a run-in head ends before it.
    """
    rest = rest.strip(BLANKS)
    if marker.name in ("article", "attachment"):
        return ""
    if not rest:
        return None
    phrase, stop, body = rest.partition("。")
    if not body and _is_head(rest, phrase, marker):
        return rest
    is_run_in = marker.run_in and stop and body and len(phrase) <= MAX_RUN_IN_CHARS
    return phrase if is_run_in and not re.search(r"[：；！？:]", phrase) else None


def _is_head(rest: str, phrase: str, marker: Marker) -> bool:
    """Whether ``rest`` is a phrase that stands alone on its line as a heading."""
    limit = MAX_HEAD_CHARS if marker.may_close else MAX_WEAK_HEAD_CHARS
    if len(phrase) > limit or rest[-1] in "，、；," or re.search(r"[！？；]", phrase):
        return False
    if not marker.may_close and rest[-1] in "。：！？":
        return False
    return "：" not in rest[:-1]


def _announces(previous: Head, line: str, following: str) -> bool:
    """Whether ``line`` says in one short sentence what the heading above, ending with ：, announces."""
    is_short = len(line) <= MAX_ITEM_HEAD_CHARS and len(re.findall(r"[。！？；：]", line)) <= 1
    has_body = len(following) > 2 * MAX_ITEM_HEAD_CHARS
    return previous.title.endswith("：") and is_short and has_body


def _place(heads: Iterator[Head]) -> Iterator[tuple[Head, int, int]]:
    """Heads that find a place in the tree, each with its level and its parent section's index."""
    open_: list[_Open] = []
    last_numbers: dict[str, int] = {}
    index = 0
    for head in heads:
        depth = _depth_of(head, open_, last_numbers)
        if depth is None:
            continue
        index += 1
        elder = open_[depth].title_lengths if _continues(head, open_, depth) else ()
        del open_[depth:]
        level, parent = (open_[-1].level + 1, open_[-1].index) if open_ else (1, 0)
        open_.append(_Open(head, level, index, (*elder, len(head.title))))
        if head.style is not None:
            last_numbers[head.style.name] = head.number
        yield head, level, parent


def _continues(head: Head, open_: list[_Open], depth: int) -> bool:
    return depth < len(open_) and open_[depth].head.style is head.style


def _depth_of(head: Head, open_: list[_Open], last_numbers: dict[str, int]) -> int | None:
    """How many open headings stay open above ``head``; None if it continues nothing."""
    if head.style is None:
        return len(open_)
    if head.style.name == "attachment":
        return 0
    if head.style.name in _LAW_RANKS:
        ranks = [
            _LAW_RANKS.get(node.head.style.name, 9) if node.head.style else 9 for node in open_
        ]
        return next((at for at, rank in enumerate(ranks) if rank >= head.style.rank), len(open_))
    same = [at for at, node in enumerate(open_) if node.head.style is head.style]
    waiting = [at for at in same if open_[at].head.number + 1 == head.number]
    if waiting:
        return min(waiting, key=lambda at: (_unlikeness(head, open_[at]), -at))
    if head.number == 1:
        outranks_all = all(
            node.head.style and node.head.style.rank > head.style.rank for node in open_
        )
        return 0 if outranks_all else len(open_)
    later = [at for at in same if open_[at].head.number < head.number]
    if later:
        return later[-1]
    return len(open_) if last_numbers.get(head.style.name, -1) + 1 == head.number else None


def _unlikeness(head: Head, sibling: _Open) -> float:
    """How far the title's length is from its would-be elder siblings', as a log ratio."""
    mean = sum(sibling.title_lengths) / len(sibling.title_lengths)
    return abs(math.log((len(head.title) + 1) / (mean + 1)))


def find_points(text: str, *, sections: tuple[Section, ...]) -> tuple[Point, ...]:
    """Inline points of all sections' bodies, in order. A point ends at the next one of its paragraph."""
    points = []
    for section in sections:
        start = section.head_end
        for paragraph in text[section.head_end : section.end].split("\n"):
            found = list(_INLINE_POINT.finditer(paragraph))
            stops = [*(match.start() for match in found[1:]), len(paragraph)][: len(found)]
            for match, stop in zip(found, stops, strict=True):
                title = _POINT_TITLE.match(paragraph, match.end())
                if title is not None:
                    span = (start + match.start(), start + stop)
                    points.append(Point(match.group(), title.group().strip(BLANKS), *span))
            start += len(paragraph) + 1
    return tuple(points)
