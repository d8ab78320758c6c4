"""What the format readers share: a table as lines, and blanks folded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

SEPARATOR = " | "
_BLANKS = re.compile(r"[ \t\r\n\u00a0]+")


def fold(text: str) -> str:
    """Text on one line: runs of blanks as one, ideographic ones as they are."""
    return _BLANKS.sub(" ", text).strip()


def table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of a table as lines with ``|`` between cells; empty rows left out.

    A table of one column is plain lines. A bar inside a cell is written full-width.
    """
    for row in rows:
        cells = [fold(cell).replace("|", "｜") for cell in row]
        if any(cells):
            yield SEPARATOR.join(cells) if len(cells) > 1 else cells[0]
