"""Tables without vertical rules (三线表): long rules of one width part head and body, white gaps part columns.

Three rules or more that begin and end at one place are a table's top, the foot of its head, and its bottom.
Columns are where the words of all rows leave a gap free. Each head has to stand over its columns; where that is
not sure its words are one line above the rows, since a figure under a wrong head is worse than one under none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from bearing_qa.document.formats.pdf.column_heads import (
    Cells,
    Extent,
    column_edges,
    head_owners,
    head_ranges,
)
from bearing_qa.document.formats.pdf.grid import TOUCH, Grid, Segment, chained
from bearing_qa.document.formats.pdf.open_rows import FIGURE, rows_of
from bearing_qa.document.formats.pdf.runs import Char, RunLine, lines_of

MIN_WIDTH = 120.0
"""Points: shorter rules are underlines, or part columns of a head."""
MAX_RULES = 300
"""More wide rules on one page are a drawing; each is compared with each."""
DOUBLE = 5.0
"""Points: two rules of one width this close are one double rule."""
MAX_HEAD_LINES = 6
MIN_COLUMN_GAP = 0.5
"""Of a character's height: between two columns this much stays free in all rows."""
MAX_ROW_HEIGHTS = 2.5
"""Of a character's height: two rules further apart hold more than a row with one label."""
MIN_ROWS = 2
"""Fewer lines with words in several places are no table: a letter ends with two such rules and lines."""
MIN_ROW_SHARE, MAX_ACROSS_SHARE = 0.3, 0.25
"""So many of the body's lines have words in two places or more (others are their wrapped lines), and so many go
across columns at most (they name groups)."""
MAX_COLUMN_CHARS = 12
"""Where all columns have longer lines than this, they are columns of prose."""
MIN_OPEN_ROWS = 3
"""A table that the page ends has no bottom rule; so many rows show that it is one."""
_OUTSIDE = re.compile(r"(?:续?表|附表|图)\s*\d|注[:：]|资料来源|数据来源|单位[:：]")
"""What stands above or below a table."""
_SENTENCE = re.compile(r"[，。；]")
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_open_tables(
    horizontal: Sequence[Segment], chars: Sequence[Char], taken: Sequence[Grid]
) -> list[Grid]:
    """Tables of a page that have horizontal rules only, as grids, top down; none within ``taken`` ones.

    A grid of one cell is the head of a table whose heads are not sure."""
    free = [rule for rule in chained(horizontal) if not _is_taken(rule, taken)]
    wide = [rule for rule in free if rule.high - rule.low >= MIN_WIDTH]
    tables: list[Grid] = []
    for rules in _of_one_width(wide) if len(wide) <= MAX_RULES else []:
        at = 0
        while at + 1 < len(rules):
            grid, used = _table_at(rules[at:], free, chars)
            tables.extend([grid] if grid else [])
            at += used
    return sorted(tables, key=lambda grid: -grid.ys[0])


def _is_taken(rule: Segment, grids: Sequence[Grid]) -> bool:
    """Whether a rule is part of a ruled table."""
    return any(
        grid.ys[-1] - TOUCH <= rule.at <= grid.ys[0] + TOUCH
        and rule.low < grid.xs[-1]
        and rule.high > grid.xs[0]
        for grid in grids
    )


def _of_one_width(rules: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Rules that begin and end at one place, top down; of a double rule the upper one."""
    left = list(rules)
    while left:
        first = left[0]
        same = [r for r in left if max(abs(r.low - first.low), abs(r.high - first.high)) <= TOUCH]
        left = [rule for rule in left if rule not in same]
        same.sort(key=lambda rule: -rule.at)
        yield [r for n, r in enumerate(same) if not n or same[n - 1].at - r.at > DOUBLE]


def _table_at(
    rules: Sequence[Segment], free: Sequence[Segment], chars: Sequence[Char]
) -> tuple[Grid | None, int]:
    """The table whose top is the first of the rules, if there is one, and how many rules to pass over."""
    top, foot = rules[:2]
    head = _between(chars, top, foot.at)
    if not head or len(head) > MAX_HEAD_LINES:
        return None, 1
    body, used, bottom = _body(rules, chars)
    if not body:
        return None, 1
    spans = [rule for rule in free if foot.at + TOUCH < rule.at < top.at - TOUCH]
    return _grid(head, body, spans, ys=(top.at, foot.at, bottom), width=top), used


def _body(rules: Sequence[Segment], chars: Sequence[Char]) -> tuple[list[RunLine], int, float]:
    """Lines below the head's foot, how many rules the table has, and where it ends."""
    if len(rules) == 2:
        return _open_body(_between(chars, rules[1], 0.0))
    body, used = list[RunLine](), 2
    for above, below_it in pairwise(rules[1:]):
        more = _between(chars, above, below_it.at)
        is_row = len(more) == 1 and above.at - below_it.at < MAX_ROW_HEIGHTS * more[0][0].height
        is_label = is_row and len(more[0]) == 1 and not _OUTSIDE.match(more[0][0].text)
        columns = _columns(body)
        if not (_is_body(more) or is_label) or not all(_fits(line, columns) for line in more):
            break
        body += more
        used += 1
    return (body if _columns(body) else []), max(used, 1), rules[used - 1].at


def _open_body(below: Sequence[RunLine]) -> tuple[list[RunLine], int, float]:
    """The body of a table that the page ends: all lines to its foot, but for a page number."""
    body = [line for line in below if len(line) > 1]
    is_all = body == below[: len(body)] and len(below) - len(body) <= 1
    ends = body[-1][0].middle - body[-1][0].height if body else 0.0
    return (body if is_all and len(body) >= MIN_OPEN_ROWS else []), 2, ends


def _between(chars: Sequence[Char], rule: Segment, bottom: float) -> list[RunLine]:
    """Lines below a rule and above a height."""
    return lines_of(
        char
        for char in chars
        if bottom < char.middle < rule.at
        and rule.low - TOUCH <= (char.left + char.right) / 2 <= rule.high + TOUCH
    )


def _is_body(lines: Sequence[RunLine]) -> bool:
    """Whether lines may be rows of a table: enough of them have words in several places."""
    several = sum(len(line) > 1 for line in lines)
    is_outside = any(_OUTSIDE.match(line[0].text) for line in lines)
    return bool(lines) and several >= MIN_ROW_SHARE * len(lines) and not is_outside


def _columns(body: Sequence[RunLine]) -> list[Extent]:
    """What stands between the gaps that all rows leave free."""
    runs = sorted((run for line in body if len(line) > 1 for run in line), key=lambda r: r.left)
    if not runs:
        return []
    gap = MIN_COLUMN_GAP * median(run.height for run in runs)
    columns: list[Extent] = []
    for run in runs:
        if columns and run.left - columns[-1][1] < gap:
            columns[-1] = columns[-1][0], max(columns[-1][1], run.right)
        else:
            columns.append((run.left, run.right))
    return columns


def _fits(line: RunLine, columns: Sequence[Extent]) -> bool:
    """Whether each run of a line meets one column at most."""
    return all(
        sum(run.left < high and low < run.right for low, high in columns) < 2 for run in line
    )


def _grid(
    head: Sequence[RunLine],
    body: Sequence[RunLine],
    spans: Sequence[Segment],
    *,
    ys: tuple[float, float, float],
    width: Segment,
) -> Grid | None:
    """A table as a grid; None where there is none, and its head as one cell where its heads are not sure."""
    columns = _columns(body)
    if len(columns) < 2 or not _is_head(_flat(head)) or not _is_tabular(body, columns):
        return None
    ranges = head_ranges(head, columns, spans)
    edges = column_edges(columns, ranges) if ranges else None
    if ranges is None or edges is None:
        return Grid((width.low, width.high), (ys[0], ys[1]), (((0, 0),),))
    rows = rows_of(body, edges)
    owners = head_owners(ranges, len(columns))
    levels = [(a[0].middle + b[0].middle) / 2 for a, b in pairwise(head)]
    parts = [(a[-1][0].middle + b[0][0].middle) / 2 for a, b in pairwise(rows)]
    texts = _flat([*head, *body])
    left = min(width.low, *(run.left for run in texts))
    right = max(width.high, *(run.right for run in texts))
    return Grid(
        xs=(left, *edges, right),
        ys=(ys[0], *levels, ys[1], *parts, ys[2]),
        owner=(*owners, *_body_owners(rows, edges, columns, len(owners))),
        heads=len(owners),
    )


def _is_head(runs: RunLine) -> bool:
    """Whether runs may be heads: neither figures, but for years, nor parts of sentences."""
    figures = (run.text for run in runs if FIGURE.fullmatch(run.text))
    is_prose = any(_SENTENCE.search(run.text) for run in runs)
    return len(runs) > 1 and not is_prose and all(_YEAR.fullmatch(text) for text in figures)


def _flat(lines: Sequence[RunLine]) -> RunLine:
    return [run for line in lines for run in line]


def _is_tabular(body: Sequence[RunLine], columns: Sequence[Extent]) -> bool:
    """Whether columns hold cells: no two figures side by side in one, and not all of them prose."""
    across = sum(not _fits(line, columns) for line in body)
    if sum(len(line) > 1 for line in body) < MIN_ROWS or across > MAX_ACROSS_SHARE * len(body):
        return False
    lengths: list[float] = []
    for low, high in columns:
        cells = [[r for r in line if low <= r.centre <= high] for line in body if len(line) > 1]
        if any(sum(bool(FIGURE.fullmatch(r.text)) for r in cell) > 1 for cell in cells):
            return False
        lengths.append(median(sum(len(r.text) for r in cell) for cell in cells))
    return min(lengths) <= MAX_COLUMN_CHARS


def _body_owners(
    rows: Sequence[Sequence[RunLine]], edges: Sequence[float], columns: Sequence[Extent], above: int
) -> Cells:
    """Owners of the body's places: each its own, but a row that is one line across columns is one cell."""
    owners = []
    for at, row in enumerate(rows, above):
        is_across = len(row) == 1 and not _fits(row[0], columns)
        owners.append(tuple((at, 0 if is_across else n) for n in range(len(edges) + 1)))
    return tuple(owners)
