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
    r"[-—–－·\s]*(?:第\s*)?\d{1,4}\s*(?:页|/\s*\d+|\s*页?\s*共\s*\d+\s*页)?[-—–－·\s]*"
)
"""A line that may be a page number where a page begins or ends."""
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

    Where the ``heights`` of lines on their pages are known, a header stands at one height, and two
    pages are evidence enough.
    """
    keys = [
        [(_shape(line), heights[page][at] if heights else 0) for at, line in enumerate(lines)]
        for page, lines in enumerate(pages)
    ]
    edges = [_edge(len(lines)) for lines in pages]
    counts = Counter(
        key
        for page, edge in enumerate(edges)
        for key in {keys[page][at] for at in edge if _WORDS.search(pages[page][at])}
    )
    least = max(2 if heights else MIN_PAGES, FURNITURE_SHARE * len(pages))
    return [
        {
            at
            for at in edge
            if counts[keys[page][at]] >= least or _is_number(pages[page][at], len(pages))
        }
        for page, edge in enumerate(edges)
    ]


def _edge(count: int) -> set[int]:
    return {*range(min(EDGE_LINES, count)), *range(max(count - EDGE_LINES, 0), count)}


def _is_number(line: str, pages: int) -> bool:
    return pages > 1 and bool(_BARE.fullmatch(line.strip()))


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line))
