"""Running heads of a PDF that change from chapter to chapter: small text, always at one height, off the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from bearing_qa.document.formats.pdf.order import PlacedLine

SMALL = 0.92
"""A running head is set in characters smaller than this share of the text's."""
MIN_DISTANCE = 1.3
"""Usual heights of a line between a running head and the text."""
LEVEL_STEP = 2.0
"""Points: heads whose heights are in one such step are at one height."""
MIN_PAGES = 3
MIN_SHARE = 0.6
"""So many of the pages, or of the left or right ones, have a small line at that height."""
MAX_CHARS = 40
"""Longer lines are text."""


def running_heads(pages: Sequence[Sequence[PlacedLine]]) -> Iterator[PlacedLine]:
    """The lines that are running heads by their place and size; ``pages`` have their lines from the top down.

    Feet are left alone: the last line of a footnote stands at one height too."""
    sizes = [line.height for lines in pages for line in lines for _ in line.text]
    size = median(sizes) if sizes else 0.0
    found = [
        (page, lines[0])
        for page, lines in enumerate(pages)
        if len(lines) > 1 and _is_off(lines[0], lines[1], size)
    ]
    levels = Counter((page % 2, round(line.middle / LEVEL_STEP)) for page, line in found)
    of_side = (len(pages) + 1) // 2, len(pages) // 2
    for page, line in found:
        side, level = page % 2, round(line.middle / LEVEL_STEP)
        count = levels[side, level]
        if count >= max(MIN_PAGES, MIN_SHARE * of_side[side]):
            yield line


def _is_off(line: PlacedLine, following: PlacedLine, size: float) -> bool:
    """Whether a line is short, smaller than the text, and apart from what follows."""
    is_small = line.height < SMALL * size and len(line.text) <= MAX_CHARS
    return is_small and line.middle - following.middle > MIN_DISTANCE * size
