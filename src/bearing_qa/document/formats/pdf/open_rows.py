"""The rows of a table without rules between them: which lines of its body are one row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from bearing_qa.document.formats.pdf.runs import RunLine

WRAP_SHARE = 0.8
"""Lines closer than this share of the usual step from row to row may be lines of one row."""
CLEARLY = 1.15
"""The gap between two rows is this many times the gaps inside them."""
FIGURE = re.compile(r"[-—–+±]?\d[\d.,]*\s*[%‰％]?")


def rows_of(lines: Sequence[RunLine], edges: Sequence[float]) -> list[list[RunLine]]:
    """Lines of a body, top down, by row; ``edges`` part its columns.

    A line with a label and something else, or with a figure, is the core of a row. Others are its wrapped lines,
    where they are closer to it than rows are to each other; else they are rows.
    """
    cores = [_is_core(line, edges) for line in lines]
    gaps = [a[0].middle - b[0].middle for a, b in pairwise(lines)]
    usual = _row_step(cores, gaps)
    rows = [[lines[0]]]
    has_core = cores[0]
    for at, gap in enumerate(gaps, 1):
        wide = gaps[at - 2] if at > 1 else usual
        after = gaps[at] if at < len(gaps) else usual
        is_near = (cores[at - 1] or gap <= CLEARLY * wide) and (cores[at] or gap <= CLEARLY * after)
        if gap < usual and is_near and not (has_core and cores[at]):
            rows[-1].append(lines[at])
        else:
            rows.append([lines[at]])
            has_core = False
        has_core |= cores[at]
    return rows


def _is_core(line: RunLine, edges: Sequence[float]) -> bool:
    """Whether a line has a label and something else, or a figure in a column of its own."""
    held = {sum(edge < run.centre for edge in edges): run for run in line}
    figures = any(column and FIGURE.fullmatch(run.text) for column, run in held.items())
    return figures or (0 in held and len(held) > 1)


def _row_step(cores: Sequence[bool], gaps: Sequence[float]) -> float:
    """Lines closer than this many points may be one row: by the steps from core to core, else by the widest
    gap, where gaps are of two kinds."""
    steps = [gap for gap, (a, b) in zip(gaps, pairwise(cores), strict=True) if a and b]
    if steps:
        return WRAP_SHARE * median(steps)
    widest, narrowest = max(gaps, default=0.0), min(gaps, default=0.0)
    return widest / CLEARLY if widest > CLEARLY * narrowest else 0.0
