"""Watermarks of a PDF page: text that lies over other text, slanted or light, and is no part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

from bearing_qa.document.formats.pdf.glyphs import Box, Sign
from bearing_qa.document.formats.pdf.grid import Segment

MIN_LIGHTER = 0.25
"""How much lighter than the darkest tenth of the page's text a watermark is, of 1 from black to white."""
MAX_LIGHT = 0.97
"""Lighter text is white, as in the head of a table on a dark ground; a watermark can be seen on white paper."""
MIN_LARGER = 1.2
"""How much larger than half of the page's text light text is that is a watermark for a rule between its signs."""
CLOSE = 0.5
"""Signs of one text stand closer than this share of their size; texts of two cells have their margins between."""
CORE = 0.5
"""Share of a character's box, about its middle, that another one lies over; edges of boxes always touch."""


def without_watermarks(
    lines: Sequence[Sequence[Sign]], vertical: Sequence[Segment]
) -> list[list[Sign]]:
    """Lines of signs without those of watermarks; ``vertical`` are the vertical rules of the unturned page.

    Slanted text that is light or lies over dark text is one; so is light text that lies over dark text, or
    runs through the rules of a table. White text on a dark ground lies over none, and stays.
    """
    signs = [sign for line in lines for sign in line]
    upright = [sign for sign in signs if not sign.is_slanted]
    if not upright:
        return [list(line) for line in lines]
    dark = sorted(sign.shade for sign in upright)[len(upright) // 10]
    large = MIN_LARGER * sorted(sign.size for sign in upright)[len(upright) // 2]
    below = [sign for sign in upright if sign.shade <= dark + MIN_LIGHTER]
    dropped: set[int] = set()
    for run in _runs(lines):
        first = run[0]
        is_light = first.shade > dark + MIN_LIGHTER
        is_grey = is_light and first.shade < MAX_LIGHT
        if (
            (is_light and first.is_slanted)
            or ((is_light or first.is_slanted) and _lies_over(run, below))
            or (is_grey and _crosses(run, vertical, is_large=first.size >= large))
        ):
            dropped.update(sign.at for sign in run)
    return [[sign for sign in line if sign.at not in dropped] for line in lines]


def _look(sign: Sign) -> Hashable:
    return sign.turn, round(sign.shade, 2), round(sign.size, 1)


def _runs(lines: Sequence[Sequence[Sign]]) -> Iterator[list[Sign]]:
    """Signs of one look on a line; slanted ones of the whole page, since PDFium breaks them anywhere."""
    slanted: dict[Hashable, list[Sign]] = defaultdict(list)
    for line in lines:
        upright: dict[Hashable, list[Sign]] = defaultdict(list)
        for sign in line:
            (slanted if sign.is_slanted else upright)[_look(sign)].append(sign)
        yield from upright.values()
    yield from slanted.values()


def _lies_over(run: Sequence[Sign], signs: Sequence[Sign]) -> bool:
    """Whether a text covers one of some other signs."""
    left, bottom, right, top = _around(run)
    near = [
        other
        for other in signs
        if left < other.box[2]
        and other.box[0] < right
        and bottom < other.box[3]
        and other.box[1] < top
    ]
    return any(_touch(_core(sign.box), _core(other.box)) for sign in run for other in near)


def _around(run: Sequence[Sign]) -> Box:
    lefts, bottoms, rights, tops = zip(*(sign.box for sign in run), strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _core(box: Box) -> Box:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    width, height = CORE * (box[2] - box[0]) / 2, CORE * (box[3] - box[1]) / 2
    return x - width, y - height, x + width, y + height


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _crosses(run: Sequence[Sign], vertical: Sequence[Segment], *, is_large: bool) -> bool:
    """Whether a rule runs through a sign of a text, or, if it is large, between two that stand close."""
    spans = [_core(sign.box) for sign in run]
    if is_large:
        spans += [
            (before.box[0], before.box[1], sign.box[2], before.box[3])
            for before, sign in pairwise(run)
            if sign.box[0] - before.box[2] < CLOSE * sign.size
        ]
    return any(
        left < rule.at < right and rule.low < (bottom + top) / 2 < rule.high
        for left, bottom, right, top in spans
        for rule in vertical
    )
