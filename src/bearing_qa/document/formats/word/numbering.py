"""Word's automatic numbers: the lists of a file, and a counter that says what Word shows before a paragraph."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from bearing_qa.document.formats.numerals import is_form, numeral
from bearing_qa.document.formats.word.names import (
    VAL,
    Element,
    child_value,
    is_on,
    name,
    number,
)
from bearing_qa.document.formats.word.styles import Styles

MAX_LEVELS = 9
"""A list of Word has levels 0 to 8."""
_PLACEHOLDER = re.compile(r"%([1-9])")
_CLOSED = "、.．)）]】〕》」』：:，,　"
"""A number that ends so needs no blank behind it."""
_HEADING_SIGNS = "章节条编篇款项分"
"""A number that ends so (第一条, 第一部分) keeps a blank even where Word shows none: without it 第三条规定 would
refer to an article instead of beginning one."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: what it starts with, how it is written, after which level it starts again."""

    start: int
    form: str
    text: str
    is_decimal: bool
    """Whether all numbers in it are written in digits, whatever their levels say (``w:isLgl``)."""
    restart: int | None
    """The level (from 1) that starts it again; 0 is none, None any higher level."""
    is_glued: bool
    """Whether nothing stands between the number and the text (``w:suff``)."""
    style: str
    """The paragraph style whose paragraphs are at this level; empty for none."""


_Levels = dict[int, Level]


class Numbering:
    """The numbering part with counters; ask it of each paragraph once, in order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        if root is not None:
            self._abstract = {
                item.get(name("w:abstractNumId"), ""): item
                for item in root.iter(name("w:abstractNum"))
            }
            self._lists = {item.get(name("w:numId"), ""): item for item in root.iter(name("w:num"))}
        self._levels: dict[str, _Levels] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    def is_listed(self, paragraph: Element) -> bool:
        """Whether a paragraph has a number or a bullet."""
        return self._place(paragraph) is not None

    def prefix(self, paragraph: Element, *, body: str = "") -> str:
        """The number that Word shows before a paragraph, with the blank that parts it from its text ``body``;
        empty for none and for bullets. Counts the paragraph."""
        place = self._place(paragraph)
        if place is None:
            return ""
        listed, at = place
        levels = self._levels_of(listed)
        shown = self._shown(levels, at, self._count(listed, levels, at))
        return _parted(shown, levels[at], body) if any(map(str.isalnum, shown)) else ""

    def _count(self, listed: str, levels: _Levels, at: int) -> dict[int, int]:
        """The numbers of all levels when a paragraph at a level is counted.

        Lists made from one abstract list count on together; a list that says where it starts does so when it
        is first used. A higher level that no paragraph had is at its start.
        """
        counts = self._counts[self._root_of(listed)]
        for higher in range(at):
            if higher in levels:
                counts.setdefault(higher, levels[higher].start)
        is_first = (listed, at) not in self._begun
        self._begun.add((listed, at))
        if at not in counts or (is_first and self._starts_itself(listed, at)):
            counts[at] = levels[at].start
        else:
            counts[at] += 1
        for deeper in [other for other in counts if other > at]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or at < restart:
                del counts[deeper]
        return counts

    @staticmethod
    def _shown(levels: _Levels, at: int, counts: dict[int, int]) -> str:
        level = levels[at]

        def written(found: re.Match[str]) -> str:
            other = int(found.group(1)) - 1
            if other > at or other not in counts:
                return ""
            form = levels[other].form if other in levels else "decimal"
            is_digits = level.is_decimal and form not in ("none", "bullet", "decimalZero")
            return numeral(counts[other], "decimal" if is_digits else form)

        return "" if level.form == "bullet" else _PLACEHOLDER.sub(written, level.text)

    def _place(self, paragraph: Element) -> tuple[str, int] | None:
        """Number list and level of a paragraph, its own or its styles'; None for no list."""
        level: int | None = None
        for style_id, properties in self._styles.properties(paragraph):
            found = properties.find(name("w:numPr"))
            given = child_value(found, "w:ilvl")
            level = number(given, 0) if level is None and given is not None else level
            listed = child_value(found, "w:numId")
            if listed is None:
                continue
            levels = self._levels_of(listed)
            if level is None:
                level = self._level_of_style(levels, style_id)
            return (listed, level) if level in levels else None
        return None

    @staticmethod
    def _level_of_style(levels: _Levels, style_id: str) -> int:
        """The level that a style is tied to; 0 for none."""
        tied = (at for at, level in levels.items() if style_id and level.style == style_id)
        return next(tied, 0)

    def _root_of(self, listed: str, *, depth: int = 0) -> str:
        """The abstract list of a list; where it stands for a list style, that style's."""
        own = child_value(self._lists.get(listed), "w:abstractNumId") or ""
        link = child_value(self._abstract.get(own), "w:numStyleLink")
        if not link or depth > 1:
            return own
        styled = self._styles.numbering_of(link)
        if styled in self._lists and styled != listed:
            return self._root_of(styled, depth=depth + 1)
        ties = {child_value(item, "w:styleLink"): key for key, item in self._abstract.items()}
        return ties.get(link, own)

    def _levels_of(self, listed: str) -> _Levels:
        """Levels of a list, with those that it defines or starts for itself."""
        if listed not in self._levels:
            abstract = self._abstract.get(self._root_of(listed))
            levels = _levels_in(abstract) if abstract is not None else {}
            for at, override in self._overrides(listed):
                levels |= _levels_in(override)
                start = child_value(override, "w:startOverride")
                if start is not None and at in levels:
                    levels[at] = replace(levels[at], start=number(start, 1))
            self._levels[listed] = levels
        return self._levels[listed]

    def _starts_itself(self, listed: str, at: int) -> bool:
        return any(level == at and len(override) for level, override in self._overrides(listed))

    def _overrides(self, listed: str) -> list[tuple[int, Element]]:
        item = self._lists.get(listed)
        found = item.findall(name("w:lvlOverride")) if item is not None else []
        return [(number(override.get(name("w:ilvl")), 0), override) for override in found]


def _levels_in(element: Element) -> _Levels:
    found = element.findall(name("w:lvl"))
    return {number(level.get(name("w:ilvl")), 0): _level(level) for level in found[:MAX_LEVELS]}


def _level(element: Element) -> Level:
    restart = child_value(element, "w:lvlRestart")
    is_hidden = is_on(element.find(f"{name('w:rPr')}/{name('w:vanish')}"))
    return Level(
        start=number(child_value(element, "w:start"), 1),
        form=_form(element),
        text="" if is_hidden else child_value(element, "w:lvlText") or "",
        is_decimal=bool(is_on(element.find(name("w:isLgl")))),
        restart=None if restart is None else number(restart, 0),
        is_glued=child_value(element, "w:suff") == "nothing",
        style=child_value(element, "w:pStyle") or "",
    )


def _form(element: Element) -> str:
    """How a level's numbers are written: the author's own pattern, such as 001, where it is known; else what
    stands for it."""
    found = list(element.iter(name("w:numFmt")))
    own = (item.get(name("w:format"), "") for item in found)
    return next(filter(is_form, own), found[-1].get(VAL, "decimal") if found else "decimal")


def _parted(shown: str, level: Level, body: str) -> str:
    """A number with the blank behind it that keeps it apart from the text."""
    last, first = shown[-1:], body[:1]
    if last in _CLOSED or last.isspace():
        return shown
    is_heading = last in _HEADING_SIGNS
    is_running = last.isascii() and first.isascii() and last.isalnum() and first.isalnum()
    return shown if level.is_glued and not is_heading and not is_running else f"{shown} "
