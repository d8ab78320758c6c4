"""Which lines of a text are headings, before they have a place in the tree.

A line that starts with a marker is a heading when the rest of it is a head: a short phrase that
stands alone, or, in the styles that allow it, a short phrase closed by 。 with the body behind it, or a
numbered paragraph (a clause). Members of enumerations, contents lists and table lines are none.
A line that the file itself styles as a heading, or that its contents list names, is one, with or
without a marker.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bearing_qa.document.appendix import appendix_titles
from bearing_qa.document.contents import entry_key, find_contents
from bearing_qa.document.counts import Numbered, bracketed_name, glued_number
from bearing_qa.document.frontmatter import TITLE_END
from bearing_qa.document.lines import BLANKS
from bearing_qa.document.markers import (
    ARTICLE,
    GLUED,
    LISTED,
    TITLE,
    UNITS,
    Marker,
    match_marker,
    numeral,
)
from bearing_qa.language.numbers import CHINESE_ORDINAL, number_of
from bearing_qa.types import Table

REFERENCE = re.compile(
    rf"\s*(?:[、和]?[{CHINESE_ORDINAL}]{{0,3}}[、和]?[两三四五六七八九]?[项条款点](?=规定|[的所、，和至或之中应自均按]|$)"
    r"|[的至]|所称|规定的?|之[一二三四五]|以[上下]|[、，]第)"
)
"""What follows a number that is referred to, not begun: （二）项规定的, 一、二两项, 2.2 的规定."""
_LISTING = ("cn_paren", "num", "num_paren", "num_half", "circled")
"""Styles that enumerations use."""
_FIRSTS = ("cn", "chapter", "article", "part")
_INNER_TITLE = re.compile(
    r"[^，。；：！？|]{4,}(?:规定|办法|细则|条例|意见|方案|规划|计划|纲要|制度|规则|准则|章程|决定)(?:（[^（）]*）)?"
)
MAX_INNER_TITLE_CHARS = 50
EMPTY: Mapping[int, int] = {}
MAX_STYLED_HEAD_CHARS = 80
"""A longer line in the style of a heading is a paragraph that somebody made look like one."""
MAX_LINES_ABOVE_TITLE = 3
_LIST_LEAD = re.compile(r"：$|(?:下列|以下|如下)[^。]*。?$")
_NOTE_LEAD = re.compile(r"(?:注|附注|备注|说明|填表说明)[:：]?")
MAX_HEAD_CHARS = 60
"""Longest head that stands alone on its line."""
MIN_CLAUSE_CHARS = 4
"""Shorter numbered lines that are no head are items of a list."""
_LABEL = re.compile(r"[^，。；：、！？\d]{1,15}(?=：.)")
"""What names a clause before a colon: 一、元旦：1月1日放假。"""
MAX_BARE_HEAD_CHARS = 20
"""A sentence of this length is a head even when nothing stands below it."""
MAX_WEAK_HEAD_CHARS = 40
"""Longest head after 一是 or 首先 alone on its line."""
MAX_RUN_IN_CHARS = 30
"""Longest head phrase before 。 with the body behind it."""
MAX_ITEM_HEAD_CHARS = 40
"""Longest unmarked head below a heading that ends with ： ."""


@dataclass(frozen=True, slots=True)
class Head:
    """A heading before it has a place. ``style`` is None for a heading without a marker; ``depth`` is
    the depth that the file's own styles give it (0: none)."""

    start: int
    end: int
    style: Marker | None
    number: int
    marker: str
    title: str
    depth: int = 0
    has_next: bool = False
    """Whether a line below or above has the next number of the style."""


def find_heads(
    text: str,
    tables: tuple[Table, ...],
    depths: Mapping[int, int] = EMPTY,
    *,
    is_titled: bool = True,
) -> Iterator[Head]:
    """Headings of a canonical text in order, table lines left out. Linear in the text.

    ``depths`` has the depth of each line that the file's styles make a heading, by its start; ``is_titled``:
    whether the first of them may be the document's title.
    """
    depths = _without_title(depths, text) if is_titled else depths
    lines = text.split("\n")
    in_tables = starts_in_tables(tables, text)
    contents = find_contents(lines)
    listed_style = TITLE if _restarts(contents.entries) else LISTED
    promised = {entry for entry in contents.entries if len(entry) > 1}
    inner_titles = _inner_titles(lines)
    numbered = Numbered.of(lines)
    appended = appendix_titles(
        lines, articles=numbered.articles, in_tables=_line_numbers(in_tables, lines)
    )
    counting: dict[Marker, int] = {}
    previous: Head | None = None
    start = 0
    for number, line in enumerate(lines):
        head = None
        if start not in in_tables and number not in contents.lines:
            before, after = (
                lines[number - 1] if number else "",
                "".join(lines[number + 1 : number + 2]),
            )
            if start in depths and len(line) <= MAX_STYLED_HEAD_CHARS:
                head = _styled_head(line, start, depth=depths[start])
            elif number in inner_titles or number in appended:
                head = Head(start, start + len(line), TITLE, 1, "", line)
            elif not _is_list_item(line, before, after, counting):
                head = _head_of(
                    line, start, before=before, after=after, number=number, numbered=numbered
                )
            if head is None and line and entry_key(line) in promised:
                head = Head(start, start + len(line), listed_style, 1, "", line)
            if head is None and previous is not None and _announces(previous, line, after):
                head = Head(start, start + len(line), None, 1, "", line)
            previous = head
        if head is not None:
            counting.clear()
            has_next = head.style is not None and numbered.has(head.style, head.number + 1)
            yield replace(head, has_next=has_next)
        start += len(line) + 1


def _line_numbers(starts: set[int], lines: Sequence[str]) -> set[int]:
    """Numbers of the lines with some starts."""
    all_starts = accumulate((len(line) + 1 for line in lines), initial=0)
    return {number for number, start in enumerate(all_starts) if start in starts}


def _without_title(depths: Mapping[int, int], text: str) -> Mapping[int, int]:
    """Depths without the document's own title: what alone has the least depth and comes first."""
    if not depths:
        return depths
    first, least = min(depths), min(depths.values())
    line = text[first:].partition("\n")[0]
    is_alone = [start for start, depth in depths.items() if depth == least] == [first]
    comes_first = text.count("\n", 0, first) < MAX_LINES_ABOVE_TITLE and not match_marker(line)
    if comes_first and (is_alone or TITLE_END.search(line)):
        return {start: depth for start, depth in depths.items() if start != first}
    return depths


def _styled_head(line: str, start: int, *, depth: int) -> Head:
    """The heading that a styled line is: all of it."""
    matched = match_marker(line)
    if matched is None:
        return Head(start, start + len(line), None, 1, "", line, depth)
    marker, found = matched
    title = line[found.end() :].strip(BLANKS)
    number = number_of(numeral(found))
    return Head(start, start + len(line), marker, number, found.group(), title, depth)


def _restarts(entries: Sequence[str]) -> bool:
    """Whether a contents list counts from 1 more than once in one style: below unmarked headings."""
    matched = (match_marker(entry) for entry in entries)
    firsts = Counter(m[0].name for m in matched if m and number_of(numeral(m[1])) == 1)
    return max(firsts.values(), default=0) > 1


def _inner_titles(lines: list[str]) -> set[int]:
    """Numbers of the lines that are titles of the texts a document prints, if it prints several."""
    found = set()
    for number, line in enumerate(lines):
        if number >= 2 and len(line) <= MAX_INNER_TITLE_CHARS and _INNER_TITLE.fullmatch(line):
            ahead = (match_marker(below) for below in lines[number + 1 : number + 4])
            if any(m and m[0].name in _FIRSTS and number_of(numeral(m[1])) == 1 for m in ahead):
                found.add(number)
    return found if len(found) > 1 else set()


def _is_list_item(line: str, before: str, after: str, counting: dict[Marker, int]) -> bool:
    """Whether a marked line is a member of an enumeration (下列…：), which heads nothing.

    An enumeration starts at 1 below a line that announces it, when its first item is one sentence
    and the second item follows at once (or it is the list of a note); it goes on while its numbers
    do. ``counting`` has the last number of each enumeration since the last heading.
    """
    matched = match_marker(line)
    if matched is None or matched[0].name not in _LISTING:
        return False
    marker, found = matched
    number = number_of(numeral(found))
    if counting.get(marker) == number - 1:
        counting[marker] = number
        return True
    following = match_marker(after)
    is_followed = following is not None and following[0] is marker
    is_one_sentence = len(re.findall(r"[。；！？]", line.rstrip("。；"))) == 0
    announced = _NOTE_LEAD.fullmatch(before) or (
        _LIST_LEAD.search(before) and is_followed and is_one_sentence
    )
    if number == 1 and announced:
        counting[marker] = 1
        return True
    return False


def starts_in_tables(tables: tuple[Table, ...], text: str) -> set[int]:
    """Starts of the lines of tables."""
    starts = set()
    for table in tables:
        start = table.start
        for line in text[table.start : table.end].split("\n"):
            starts.add(start)
            start += len(line) + 1
    return starts


def _head_of(
    line: str, start: int, *, before: str, after: str, number: int, numbered: Numbered
) -> Head | None:
    """The heading that a line is or starts with, or None.

    A numbered paragraph without a head phrase is a heading without a title (a clause) in the styles
    that number paragraphs.
    """
    if number in numbered.glued and (mark := glued_number(line)):
        return Head(start, start + len(line), GLUED, int(mark[1]), mark[1], line[mark.end() :])
    matched = match_marker(line)
    if matched is None:
        return None
    marker, found = matched
    rest = line[found.end() :]
    title = rest.strip(BLANKS) if number in numbered.named else _title_of(rest, marker)
    if marker.name == "attachment" and not number and not numbered.has_more("attachment"):
        return None  # the mark of the file itself, above its title
    if marker.name == "attachment" and rest.strip(BLANKS + ":：.．"):
        is_listed = before.startswith("附") or after.startswith("附")
        if is_listed or not rest[0].isspace() or len(rest) > MAX_HEAD_CHARS or rest[-1] in "。；":
            return None
        title = rest.strip(BLANKS)
    if REFERENCE.match(rest) or _goes_on_counting(rest, marker, numeral(found)):
        return None
    if marker.name == "article":
        return _article(line, start, found, title or "") if number in numbered.articles else None
    if marker.name == "decimal" and not _is_decimal_head(numeral(found), rest, numbered.decimals):
        return None
    if title is not None and rest.endswith("。") and title == rest.strip(BLANKS):
        is_short, has_body = len(title) <= MAX_BARE_HEAD_CHARS, _has_body(after, marker)
        is_alone = match_marker(after) is None
        is_head = is_short or has_body if marker.clause else has_body and (is_short or is_alone)
        title = title if is_head else None
    if title is None and not (marker.clause and len(rest) > MIN_CLAUSE_CHARS):
        return None
    if title is None:
        label = _LABEL.match(rest)
        title = label.group().strip(BLANKS) if label else ""
    blanks = len(rest) - len(rest.lstrip(BLANKS))
    end = found.end() + blanks + len(title) if title else found.end()
    if title and line[end : end + 1] == "。":
        end += 1
    return Head(start, start + end, marker, number_of(numeral(found)), found.group(), title)


def _article(line: str, start: int, found: re.Match[str], name: str) -> Head:
    """The heading of an article: its number, and its name where it has one, on its own line or in brackets."""
    rest = line[found.end() :]
    bracketed = bracketed_name(rest)
    name = bracketed[1] if bracketed else name
    end = found.end() + (
        bracketed.end() if bracketed else rest.index(name) + len(name) if name else 0
    )
    return Head(start, start + end, ARTICLE, number_of(numeral(found)), found.group(), name)


def _goes_on_counting(rest: str, marker: Marker, number: str) -> bool:
    """Whether the line itself holds the next number: 1、甲；2、乙；3、丙。 is a list on one line."""
    if marker.name not in ("num", "num_paren", "num_half", "circled"):
        return False
    following = (
        m for at in re.finditer(r"[。；;]", rest) if (m := marker.pattern.match(rest, at.end()))
    )
    return any(number_of(numeral(m)) == number_of(number) + 1 for m in following)


def _is_decimal_head(number: str, rest: str, decimals: frozenset[str]) -> bool:
    """Whether a decimal or a bare number is counted and stands before a head phrase."""
    if not _is_counted(number, decimals):
        return False
    rest = rest.strip(BLANKS)
    return "." in number or bool(rest and rest[0] not in UNITS and rest[-1] not in "。；，")


def _is_counted(number: str, decimals: frozenset[str]) -> bool:
    """Whether a decimal is part of a count: 1.4 stands behind 1.3 or before 1.5, 1.1 below 1 or before 1.2."""
    if "." not in number:
        value = int(number)
        beside = {f"{value + step:{width}}" for step in (-1, 1) for width in ("d", "02d")}
        return f"{number}.1" in decimals or bool(beside & decimals)
    above, _, last = number.rpartition(".")
    if last == "1":
        return above in decimals or f"{above}.2" in decimals
    return bool({f"{above}.{int(last) - 1}", f"{above}.{int(last) + 1}"} & decimals)


def _has_body(after: str, marker: Marker) -> bool:
    """Whether the line below a one-sentence head is its text, not its sibling or an outer heading."""
    following = match_marker(after)
    return bool(after) and (following is None or following[0].rank > marker.rank)


def _title_of(rest: str, marker: Marker) -> str | None:
    """Title of the head that ``rest`` starts with; None if it is no head.

    A head alone on its line keeps its final 。; a run-in head ends before it.
    """
    rest = rest.strip(BLANKS)
    if marker.name in ("article", "attachment"):
        return ""
    if not rest:
        return "" if marker.name == "decimal" else None
    phrase, stop, body = rest.partition("。")
    if not body and _is_head(rest, phrase, marker):
        return rest
    is_run_in = marker.run_in and stop and body and len(phrase) <= MAX_RUN_IN_CHARS
    return phrase if is_run_in and not re.search(r"[：；！？:]", phrase) else None


def _is_head(rest: str, phrase: str, marker: Marker) -> bool:
    """Whether ``rest`` is a phrase that stands alone on its line as a heading."""
    limit = MAX_HEAD_CHARS if marker.may_close else MAX_WEAK_HEAD_CHARS
    if len(phrase) > limit or rest[-1] in "，、；," or re.search(r"[！？]", phrase):
        return False
    if "；" in phrase and rest[-1] == "。":
        return False
    if not marker.may_close and rest[-1] in "。：！？":
        return False
    return "：" not in rest[:-1]


def _announces(previous: Head, line: str, following: str) -> bool:
    """Whether ``line`` says in one short sentence what the heading above, ending with ：, announces."""
    is_short = len(line) <= MAX_ITEM_HEAD_CHARS and len(re.findall(r"[。！？；：]", line)) <= 1
    has_body = len(following) > 2 * MAX_ITEM_HEAD_CHARS
    return previous.title.endswith("：") and is_short and has_body
