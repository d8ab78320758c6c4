"""The contents list (目录) of a text: where it is, and which headings it promises.

It starts below a line 目录, or where three lines and more end in page numbers that never fall; it ends
where one of its first entries comes again, as the heading itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bearing_qa.types import Section

MAX_LINES_BEFORE_CONTENTS = 60
MAX_ENTRY_CHARS = 60
MIN_NUMBERED_ENTRIES = 3
"""So many lines with page numbers in a row are a contents list without its name."""
ENTRIES_LOOKED_FOR = 3
"""The list ends where one of this many first entries comes again."""

_NAME = re.compile(r"目\s*[录次]|[Cc]ontents|CONTENTS")
_NUMBERED = re.compile(r".*?[^\d\s.．…·](?:\s+|\s*[.．…·]{2,}\s*)[（(]?(\d{1,4})[）)]?")
_LEADERS = re.compile(r"[.．…·]{2,}[\s（(]*\d*[）)]?$")
_PAGE = re.compile(r"[（(]?\d*[）)]?$")


@dataclass(frozen=True, slots=True)
class Contents:
    """Line numbers of a contents list (empty: there is none) and its entries as keys."""

    lines: range
    entries: tuple[str, ...] = ()


def find_contents(lines: Sequence[str]) -> Contents:
    """The contents list near the start of a text. Linear in the text."""
    named = _below_name(lines)
    found = named if named else _numbered_run(lines)
    return Contents(found, tuple(entry_key(lines[at]) for at in found))


def contents_starts(text: str) -> set[int]:
    """Starts of the lines of the contents list."""
    lines = text.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    listed = find_contents(lines).lines
    return {start for at, start in enumerate(starts) if at in listed}


def missing_headings(text: str, sections: Sequence[Section]) -> list[str]:
    """Lines of the contents list that no heading of the tree answers to: where to look by eye."""
    lines = text.split("\n")
    have = {entry_key(text[section.start : section.end].partition("\n")[0]) for section in sections}
    contents = find_contents(lines)
    pairs = zip(contents.lines, contents.entries, strict=True)
    return [lines[at] for at, entry in pairs if entry and entry not in have]


def entry_key(line: str) -> str:
    """What an entry and its heading have in common: the words without leaders, page and blanks."""
    return _PAGE.sub("", _LEADERS.sub("", re.sub(r"\s+", "", line)))


def _below_name(lines: Sequence[str]) -> range:
    for at, line in enumerate(lines[:MAX_LINES_BEFORE_CONTENTS]):
        if _NAME.fullmatch(line.strip()):
            return _until_again(lines, at + 1)
    return range(0)


def _until_again(lines: Sequence[str], start: int) -> range:
    """Lines from ``start`` until one of the first entries comes again, if all are entries."""
    first = {entry_key(line) for line in lines[start : start + ENTRIES_LOOKED_FOR]} - {""}
    seen = set()
    for at in range(start, len(lines)):
        key = entry_key(lines[at])
        if len(key) > MAX_ENTRY_CHARS or lines[at][-1:] in "。；":
            return range(0)
        if key in first and key in seen:
            return range(start, at)
        seen.add(key)
    return range(0)


def _numbered_run(lines: Sequence[str]) -> range:
    """The first run of lines whose page numbers never fall and whose words come again below."""
    for start, stop in _runs(lines[:MAX_LINES_BEFORE_CONTENTS]):
        keys = {entry_key(line) for line in lines[start:stop]}
        again = keys & {entry_key(line) for line in lines[stop:]}
        if stop - start >= MIN_NUMBERED_ENTRIES and 2 * len(again) >= len(keys):
            return range(start, stop)
    return range(0)


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of lines that end in page numbers in rising order."""
    pages = [int(found.group(1)) if (found := _NUMBERED.fullmatch(line)) else -1 for line in lines]
    edges = [at + 1 for at, (a, b) in enumerate(pairwise(pages)) if b < a or a < 0 <= b]
    cuts = [0, *edges, len(lines)]
    for start, stop in pairwise(cuts):
        if pages[start] >= 0:
            yield start, stop
