"""What the format readers share: what they yield, a table as lines, and blanks folded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.types import Fact, Unread

SEPARATOR = " | "
BREAK = "\0"
"""Where a line ends within a cell; no text holds this sign."""
_BETWEEN_FIGURES = re.compile(
    r"(?<=[\w%‰％.,])(?<![\u3400-\u9fff])\0+(?=[\w.,+-])(?![\u3400-\u9fff])"
)
_BLANKS = re.compile(r"[ \t\r\n\u00a0]+")


def fold(text: str) -> str:
    """Text on one line: runs of blanks as one, ideographic ones as they are."""
    return _BLANKS.sub(" ", text).strip()


def join_broken(text: str) -> str:
    """Text with ``BREAK`` where lines of one cell end, on one line: as they follow each other, with a blank between two
    figures or Latin words."""
    return _BETWEEN_FIGURES.sub(" ", text).replace(BREAK, "")


def table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of a table as lines with ``|`` between cells; empty rows left out.

    A table of one column is plain lines. A bar inside a cell is written full-width.
    """
    for row in rows:
        cells = [fold(" ".join(cell.splitlines())).replace("|", "｜") for cell in row]
        if any(cells):
            yield SEPARATOR.join(cells) if len(cells) > 1 else cells[0]


@dataclass(frozen=True, slots=True)
class CellLine:
    """A line of which a reader knows more. Of a spreadsheet: where in it each cell begins, with its address (表!B7), in order,
    and a heading's depth, 0 for other lines. Of a scanned page: how surely it was recognised, 0 to 1."""

    text: str
    cells: tuple[tuple[int, str], ...] = ()
    depth: int = 0
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class CellTable:
    """Lines of one table of a spreadsheet; the first ``heads`` of them are its header."""

    lines: tuple[CellLine, ...]
    heads: int


Part = str | CellLine | CellTable | Fact | Unread
"""What a reader yields: lines, tables of a spreadsheet, what the file says of its document, and what it could not read."""
