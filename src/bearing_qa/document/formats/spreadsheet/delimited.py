"""Values separated by commas, tabs or semicolons (.csv, .tsv) → a sheet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice

from bearing_qa.document.encoding import decode
from bearing_qa.document.formats.spreadsheet.sheet import MAX_CELLS, Sheet

DELIMITERS = (",", "\t", ";")
SAMPLE_ROWS = 200
"""Rows by which the delimiter is chosen."""
MAX_VALUE_CHARS = 10 * 1024**2
"""Characters of one value."""
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
"""How a program writes a figure that Excel is to take as text: ="007"."""
_NAMED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""A first line that names the delimiter, as Excel takes it."""


def delimited_sheet(data: bytes, *, suffix: str) -> Sheet:
    """The values of a file by row and column, each as it is written.

    Raises DocumentError if it is empty or in no known encoding, ValueError if it holds more than MAX_CELLS.
    """
    text, _ = decode(data, name="it")
    text = text.removeprefix("\ufeff")
    named = _NAMED.match(text)
    text = text[named.end() :] if named else text
    delimiter = named.group(1) if named else _delimiter(text, suffix)
    sheet = Sheet("")
    count = 0
    for number, values in enumerate(_rows(text, delimiter), 2 if named else 1):
        for column, value in enumerate(values, 1):
            if value.strip():
                count += 1
                as_text = _AS_TEXT.fullmatch(value.strip())
                sheet.put(number, column, as_text.group(1) if as_text else value)
        if count > MAX_CELLS:
            raise ValueError(f"it has more than {MAX_CELLS:,} cells with text; split it")
    return sheet


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The rows of a text. Where its quotation marks do not pair, they are signs like others."""
    csv.field_size_limit(MAX_VALUE_CHARS)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        lines = io.StringIO(text, newline="")
        return list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))


def _delimiter(text: str, suffix: str) -> str:
    """The sign that parts most rows into the same number of values, two or more; the usual one if none does."""
    usual = "\t" if suffix == ".tsv" else ","
    order = (usual, *(sign for sign in DELIMITERS if sign != usual))
    return max(order, key=lambda sign: _evenness(text, sign))


def _evenness(text: str, delimiter: str) -> float:
    """Share of the first rows that have the commonest number of values above one."""
    sample = "\n".join(islice(io.StringIO(text), SAMPLE_ROWS))
    widths = [len(row) for row in _rows(sample, delimiter) if any(value.strip() for value in row)]
    counts = Counter(width for width in widths if width > 1)
    return max(counts.values(), default=0) / max(len(widths), 1)
