"""Page furniture: headers, footers and page numbers, which are no part of the text.

A line is furniture by evidence of the whole file only: numbers that count pages up (— 3 —), and lines
at the edges of pages that stand on most pages with only their figures changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_COUNTED = re.compile(
    r"[-—–－―·•]+\s*(\d{1,4})\s*[-—–－―·•]+|第\s*(\d{1,4})\s*页(?:[\s,，/]*共\s*\d+\s*页)?"
    r"|(\d{1,4})\s*/\s*\d{1,4}"
)
"""A line that is a page number whatever stands around it, once such lines count up."""
_BARE = re.compile(
    r"[-—–－·\s]*(?:(?:第\s*)?\d{1,4}\s*(?:页|/\s*\d+|\s*页?\s*共\s*\d+\s*页)?|[Ⅰ-Ⅻⅰ-ⅻ]{1,4}|[ivxIVX]{1,6})[-—–－·\s]*"
)
"""A line that may be a page number where a page begins or ends."""
_OUTER_NUMBER = re.compile(r"^[-—–·|]*\d{1,3}(?!\d)[-—–·|]*|[-—–·|]*(?<!\d)\d{1,3}[-—–·|]*$")
"""A page number before or behind a header's words."""
_PROSE = re.compile(r"[，。；]")
"""What no header has; the second line from the edge may be the text's first or last."""
_WORDS = re.compile(r"^[^|]*[^\W\d][^|]*[^\W\d][^|]*$")
"""A header has words; rows of figures look alike on all pages and are none."""
MIN_PAGES = 3
"""Fewer pages, or page numbers, are no evidence."""
COUNTING_SHARE = 0.8
"""So many of the numbers have to be one more than the number before."""
EDGE_LINES = 2
"""Headers and footers are at most this many lines."""
FURNITURE_SHARE = 0.5
"""A line is furniture when it stands at the edge of at least this share of the pages."""


def page_numbers(lines: Sequence[str]) -> list[int]:
    """Indexes of the lines that are page numbers, if the file counts its pages in the text."""
    found = [(at, match) for at, line in enumerate(lines) if (match := _COUNTED.fullmatch(line))]
    numbers = [int(next(group for group in match.groups() if group)) for _, match in found]
    rising = sum(b == a + 1 for a, b in pairwise(numbers))
    is_counted = len(found) >= MIN_PAGES and rising >= COUNTING_SHARE * (len(found) - 1)
    return [at for at, _ in found] if is_counted else []


def at_edges(
    pages: Sequence[Sequence[str]], *, heights: Sequence[Sequence[int]] | None = None
) -> list[set[int]]:
    """For each page the indexes of its lines that are headers, footers or page numbers.

    Where the ``heights`` of lines on their pages are known (lines come from the top down), a header stands at one
    height, and two pages are evidence enough; else it has the same words, but for a page number at its end.
    """
    edges = [_edge(len(lines)) for lines in pages]
    if heights is None:
        found = _repeated(pages, edges, [[_shape(line) for line in lines] for lines in pages])
    else:
        edges = [
            {at for at in edge if not _is_prose(lines[at], is_last=at == len(lines) - 1)}
            for lines, edge in zip(pages, edges, strict=True)
        ]
        level = [
            [f"{_shape(line)} {height}" for line, height in zip(lines, above, strict=True)]
            for lines, above in zip(pages, heights, strict=True)
        ]
        words = [[_without_number(line) for line in lines] for lines in pages]
        at_one_height = _repeated(pages, edges, level, least=2)
        found = [a | b for a, b in zip(at_one_height, _repeated(pages, edges, words), strict=True)]
    return [
        {at for at in edge if at in repeated or _is_number(lines[at], len(pages))}
        for lines, edge, repeated in zip(pages, edges, found, strict=True)
    ]


def _repeated(
    pages: Sequence[Sequence[str]],
    edges: Sequence[set[int]],
    keys: Sequence[Sequence[str]],
    *,
    least: int = MIN_PAGES,
) -> list[set[int]]:
    """For each page the lines at its edges whose key stands on most pages, or on most left or right ones."""
    counts: Counter[str] = Counter()
    sides: Counter[tuple[str, int]] = Counter()
    for page, edge in enumerate(edges):
        for key in {keys[page][at] for at in edge if _WORDS.search(pages[page][at])}:
            counts[key] += 1
            sides[key, page % 2] += 1
    of_side = (len(pages) + 1) // 2, len(pages) // 2
    common = {key for key, count in counts.items() if count >= max(least, _share(len(pages)))}
    common |= {
        key
        for (key, side), count in sides.items()
        if count >= max(MIN_PAGES, _share(of_side[side])) and count == counts[key]
    }
    return [{at for at in edge if keys[page][at] in common} for page, edge in enumerate(edges)]


def _is_prose(line: str, *, is_last: bool) -> bool:
    """Whether a line is one of the text's own: it ends a sentence, or holds a mark and is not the last one of its
    page (a foot may hold an address)."""
    return line.endswith(("。", "；")) or (not is_last and bool(_PROSE.search(line)))


def _share(pages: int) -> float:
    return FURNITURE_SHARE * pages


def _edge(count: int) -> set[int]:
    return {*range(min(EDGE_LINES, count)), *range(max(count - EDGE_LINES, 0), count)}


def _is_number(line: str, pages: int) -> bool:
    return pages > 1 and bool(_BARE.fullmatch(line.strip()))


def _without_number(line: str) -> str:
    """A line without blanks, and without the page number that it begins or ends with."""
    return _OUTER_NUMBER.sub("", re.sub(r"\s+", "", line)) if len(line.split()) > 1 else line


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line))
