"""Tables whose rows each state the right edges of their cells (RTF, Word 97) → rows of one grid."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOUCH = 60
"""Twips (three points): edges this close are one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, its right edge in twips, and whether it goes on from the cell at its left or above."""

    text: str
    right: int = 0
    goes_on_left: bool = False
    goes_on_above: bool = False


def grid_rows(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Texts by row and column of tables that follow one another; a merged cell is in each place that it covers, but one merged over a whole row
    (it names a group of rows) only once."""
    return [texts for table in _parted(rows) for texts in _grid(table)]


def _parted(rows: Sequence[Sequence[Cell]]) -> list[list[Sequence[Cell]]]:
    """Rows by table: one whose inner edges are none of those before begins another."""
    tables: list[list[Sequence[Cell]]] = []
    inner: set[int] = set()
    for row in rows:
        own = {round(cell.right / TOUCH) for cell in row[:-1]}
        near = own | {edge + 1 for edge in own} | {edge - 1 for edge in own}
        is_joined = any(cell.goes_on_above for cell in row) or not (own and inner)
        if not tables or not (is_joined or near & inner):
            tables.append([])
            inner = set()
        tables[-1].append(row)
        inner |= own
    return tables


def _grid(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Texts of one table by row and column."""
    edges = _clusters(cell.right for row in rows for cell in row)
    if any(not _rises(row) for row in rows):
        return [[cell.text for cell in row] for row in rows]
    made: list[list[str]] = []
    for row in rows:
        texts: list[str] = []
        owners: set[int] = set()
        for at, cell in enumerate(row):
            stop = bisect_left(edges, cell.right - TOUCH) + 1
            text = texts[-1] if cell.goes_on_left and texts else cell.text
            if cell.goes_on_above and made:
                text = made[-1][len(texts)] if len(texts) < len(made[-1]) else text
            if not cell.goes_on_left and stop > len(texts):
                owners.add(at)
            texts += [text] * (stop - len(texts))
        if len(owners) == 1 and len(texts) == len(edges):
            texts[1:] = [""] * (len(texts) - 1)
        made.append(texts)
    return made


def _rises(row: Sequence[Cell]) -> bool:
    """Whether the edges of a row's cells are stated, from left to right."""
    rights = [cell.right for cell in row]
    return all(right > 0 for right in rights) and rights == sorted(rights)


def _clusters(places: Iterator[int]) -> list[int]:
    """Places in order, the first of those that are close together."""
    found: list[int] = []
    last = None
    for place in sorted(places):
        if last is None or place - last > TOUCH:
            found.append(place)
        last = place
    return found


def join_blocks(blocks: Sequence[str]) -> str:
    """Paragraphs of a cell as one text: without a blank between Chinese signs, with one beside others."""
    text = ""
    for block in blocks:
        is_apart = text[-1:].isascii() or block[:1].isascii()
        text += f" {block}" if text and block and is_apart else block
    return text
