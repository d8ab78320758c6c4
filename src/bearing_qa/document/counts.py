"""What a text counts: evidence of the whole text for headings that a line alone does not prove."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bearing_qa.document.lines import BLANKS
from bearing_qa.document.markers import Marker, match_marker, numeral
from bearing_qa.language.numbers import number_of

MAX_ARTICLE_NAME_CHARS = 20
"""Longest name of an article: 第二条 推荐条件."""
MIN_NAMED_SHARE = 0.5
"""So many of a text's articles have a name alone on their line where such a line is a name, not a torn sentence."""
MIN_GLUED = 3
"""So many numbers without a nought count before they are headings; with one (01, 02) two do."""
_NAME = re.compile(rf"[^，。；：！？,;:|]{{1,{MAX_ARTICLE_NAME_CHARS}}}")
_BRACKETED_NAME = re.compile(
    rf"\s*[（(【〔\[]([^，。；：（()）|]{{2,{MAX_ARTICLE_NAME_CHARS}}}?)[)）】〕\]]"
)
_GLUED = re.compile(r"(0?[1-9]|[1-9]\d)[ \u3000]*[\u4e00-\u9fff（“][\u4e00-\u9fff、（）“”]{1,14}")
_PADDED = "0"


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a text counts: its decimal and plain numbers, the numbers of the lines whose 条 count, of those
    that are the names of articles, and of those that begin with a number that no mark follows (01综合)."""

    decimals: frozenset[str]
    articles: frozenset[int]
    named: frozenset[int]
    glued: frozenset[int]
    marks: frozenset[tuple[str, int]]

    def has(self, marker: Marker, number: int) -> bool:
        """Whether a line begins with a number of a style."""
        return (marker.name, number) in self.marks

    def has_more(self, style: str) -> bool:
        """Whether lines begin with several numbers of a style."""
        return sum(name == style for name, _ in self.marks) > 1

    @classmethod
    def of(cls, lines: Sequence[str]) -> Numbered:
        """The counts of a text. A 条 counts that begins at 1 or has its neighbour before or after it;
        a lone one is a reference at the start of a line."""
        matched = [
            (at, m[0].name, numeral(m[1])) for at, m in enumerate(map(match_marker, lines)) if m
        ]
        found = [(at, number_of(text)) for at, name, text in matched if name == "article"]
        numbers = [-1, *(number for _, number in found), -1]
        articles = {
            at
            for before, (at, number), after in zip(numbers, found, numbers[2:], strict=False)
            if number == 1 or number - before in (0, 1) or after - number in (0, 1)
        }
        decimals = {text for _, name, text in matched if name in ("decimal", "num")}
        return cls(
            frozenset(decimals),
            frozenset(articles),
            frozenset(_named(lines, articles)),
            frozenset(_glued(lines)),
            frozenset((name, number_of(text)) for _, name, text in matched),
        )


def bracketed_name(rest: str) -> re.Match[str] | None:
    """The name in brackets right behind the number of an article: （立法目的）. Its group is the name."""
    return _BRACKETED_NAME.match(rest)


def glued_number(line: str) -> re.Match[str] | None:
    """The number that a line begins with, with what parts it from its words; its group is the number."""
    return re.match(r"(\d{1,2})[ \u3000]*", line)


def _named(lines: Sequence[str], articles: set[int]) -> set[int]:
    """Lines of articles that are a name alone, their text below, if most of the articles are so."""
    named = {at for at in articles if _is_named(lines, at)}
    return named if len(named) >= MIN_NAMED_SHARE * len(articles) else set()


def _is_named(lines: Sequence[str], at: int) -> bool:
    matched = match_marker(lines[at])
    rest = lines[at][matched[1].end() :].strip(BLANKS) if matched else ""
    below = match_marker(lines[at + 1]) if at + 1 < len(lines) else None
    has_text = at + 1 < len(lines) and not (below and below[0].name == "article")
    return bool(_NAME.fullmatch(rest)) and has_text


def _glued(lines: Sequence[str]) -> Iterator[int]:
    """Lines that count up from 1 by a number with no mark behind it, each with its text below."""
    run: list[int] = []
    for at, line in enumerate([*lines, "1"]):
        found = glued_number(line) if at == len(lines) or _GLUED.fullmatch(line) else None
        number = int(found[1]) if found else 0
        if number == 1:
            yield from run if _is_count(lines, run) else ()
            run = [at]
        elif run and number == len(run) + 1:
            run.append(at)


def _is_count(lines: Sequence[str], run: Sequence[int]) -> bool:
    """Whether lines that count are headings: numbers with a nought, most with text below, or glued ones, all with it."""
    if len(run) < 2 or run[-1] + 1 >= len(lines):
        return False
    apart = sum(after - before > 1 for before, after in pairwise(run))
    if lines[run[0]].startswith(_PADDED):
        return 2 * apart >= len(run) - 1
    is_glued = not any(lines[at].lstrip("0123456789")[0] in BLANKS for at in run)
    return len(run) >= MIN_GLUED and apart == len(run) - 1 and is_glued
