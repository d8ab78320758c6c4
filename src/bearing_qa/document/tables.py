"""Tables in running text: found, their header lines joined to columns, blank cells kept in place.

A body row is a line that falls into several cells, most of them figures; two or more rows in a
run are a table. The lines right above that fall into few short cells without sentence marks are
its header. Lines with ``|`` between cells are taken as they are written. A row whose blanks come
in pairs where cells are missing keeps the missing cells as ``""``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from bearing_qa.language.dates import YEAR
from bearing_qa.types import Span, Table, TableRow

MAX_HEADER_LINES = 3
"""Chinese statistics tables have one or two header lines, now and then a caption above them."""
MAX_GROUP_LINE_CHARS = 40
MAX_CELL_CHARS = 20
"""A longer cell in a blank-separated line is prose, not a column head."""
MAX_CAPTION_LINES = 2
MAX_CAPTION_CHARS = 60
"""Lines right above a table that may say what it is of, and how long each may be: its title, its unit."""

_FIGURE = re.compile(r"[-—–+±]?\d[\d.,]*\s*[%‰％]?|—|--|\d{4}\s*(?:年|（[^）]*）|\([^)]*\))?.*")
_SENTENCE_MARK = re.compile(r"[，。；！？：]")
_YEAR = re.compile(rf"{YEAR}\s*年?")
_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?")


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A table that a file marks as one: the lines in ``[start, end)``, the first ``heads`` of which are its header."""

    start: int
    end: int
    heads: int


def find_tables(text: str, *, known: Sequence[KnownTable] = ()) -> tuple[Table, ...]:
    """Tables of a canonical text, in order: those that its file marks as such (by offsets in ``text``), and what
    looks like one. Linear in the text."""
    lines = _line_spans(text)
    marked = {table.start: table for table in known}
    tables: list[Table] = []
    at = 0
    while at < len(lines):
        stop = at
        if lines[at][0] in marked:
            table = marked[lines[at][0]]
            while stop < len(lines) and lines[stop][0] < table.end:
                stop += 1
            tables.append(_make_pipe_table(text, lines[at:stop], heads=table.heads))
            at = stop
            continue
        while (
            stop < len(lines)
            and lines[stop][0] not in marked
            and (_is_row(text[slice(*lines[stop])]) or _is_group_line(text, lines, stop, first=at))
            and not (stop > at + 2 and _is_ruled_header(text, lines, stop))
        ):
            stop += 1
        if stop - at >= 2:
            floor = tables[-1].end if tables else 0
            tables.append(_make_table(text, lines, rows=(at, stop), floor=floor))
        at = max(stop, at + 1)
    return tuple(tables)


def caption_above(text: str, start: int, table: Table) -> str:
    """The short lines right above a table: its title, its unit. Empty where a sentence stands there.

    ``start`` is where they may begin: the end of the heading, or of another table, that comes before.
    """
    lines = text[start : table.start].rstrip("\n").split("\n")[-MAX_CAPTION_LINES:]
    said = list(takewhile(_is_caption, (line.strip() for line in reversed(lines))))
    return " ".join(reversed(said))


def _is_caption(line: str) -> bool:
    """Whether a line may be of a table's caption: short, no sentence, no row of a table."""
    return 0 < len(line) <= MAX_CAPTION_CHARS and line[-1] not in "。；，" and "|" not in line


def whole_row_caption(text: str, table: Table) -> str:
    """What a table's first line says if it is one cell over the whole width; else empty."""
    line = text[table.start : table.end].partition("\n")[0]
    cells = [cell for cell in _pipe_cells(line) if cell] if "|" in line else []
    return cells[0] if len(cells) == 1 and table.start + len(line) < table.head_end else ""


def _line_spans(text: str) -> list[Span]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _is_row(line: str) -> bool:
    if "|" in line:
        return line.count("|") >= 1 and len(_pipe_cells(line)) >= 2
    cells = line.split()
    if len(cells) < 3 or _SENTENCE_MARK.search(line):
        return False
    figures = sum(bool(_FIGURE.fullmatch(cell)) for cell in cells)
    return figures >= 0.6 * len(cells) and figures >= 2


def _is_group_line(text: str, lines: list[Span], at: int, *, first: int) -> bool:
    """Whether a line inside a pipe table names a group of rows: short, between rows of one width."""
    if at == first or at + 1 >= len(lines):
        return False
    line, above, below = (text[slice(*lines[n])] for n in (at, at - 1, at + 1))
    is_short = len(line) <= MAX_GROUP_LINE_CHARS and not _SENTENCE_MARK.search(line)
    widths = above.count("|"), below.count("|")
    is_heading = bool(re.search(r"\d", above)) and not re.search(r"\d", _YEAR.sub("", below))
    return is_short and 2 <= widths[0] == widths[1] and not is_heading


def _is_ruled_header(text: str, lines: list[Span], at: int) -> bool:
    """Whether a line is the header of a Markdown table: a line of dashes and bars comes next."""
    return at + 1 < len(lines) and bool(_RULE.fullmatch(text[slice(*lines[at + 1])].strip()))


def _pipe_cells(line: str, *, first: bool = True, last: bool = True) -> tuple[str, ...]:
    """Cells of a line with bars; ``first`` and ``last``: whether a bar at that end opens or closes
    the line (as in Markdown), or stands beside a blank cell."""
    body = line.strip()
    body = body[1:] if first and body.startswith("|") else body
    body = body[:-1] if last and body.endswith("|") else body
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", body))


def _make_table(text: str, lines: list[Span], *, rows: Span, floor: int) -> Table:
    first, stop = rows
    if "|" in text[slice(*lines[first])]:
        return _make_pipe_table(text, lines[first:stop])
    body = lines[first:stop]
    columns = max(len(text[slice(*span)].split()) for span in body)
    head = first
    while head > 0 and first - head < MAX_HEADER_LINES and lines[head - 1][0] >= floor:
        line = text[slice(*lines[head - 1])]
        is_title = head == 1 and len(line.split()) == 1  # what the text begins with
        if is_title or not _is_header(line, columns):
            break
        head -= 1
    header = _join_header([text[slice(*span)].split() for span in lines[head:first]], columns)
    return Table(
        start=lines[head][0],
        head_end=lines[first - 1][1] if head < first else lines[first][0],
        end=lines[stop - 1][1],
        header=header,
        rows=tuple(
            TableRow(*span, cells=_blank_cells(text[slice(*span)], columns)) for span in body
        ),
    )


def _is_header(line: str, columns: int) -> bool:
    cells = line.split()
    return (
        0 < len(cells) <= columns
        and not _SENTENCE_MARK.search(line)
        and not re.match(
            r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]", line
        )
        and all(len(cell) <= MAX_CELL_CHARS for cell in cells)
        and not any(_FIGURE.fullmatch(cell) for cell in cells)
    )


def _join_header(lines: list[list[str]], columns: int) -> tuple[str, ...]:
    """One head per column. The last line is the finest; lines above name groups of its columns."""
    if not lines:
        return ("",) * columns
    finest = lines[-1]
    stub_columns = columns - len(finest)
    heads = [""] * stub_columns + list(finest)
    for cells in reversed(lines[:-1]):
        if len(cells) == stub_columns and not any(heads[:stub_columns]):
            heads[:stub_columns] = cells
        elif len(finest) % len(cells) == 0:
            width = len(finest) // len(cells)
            for number in range(len(finest)):
                at = stub_columns + number
                heads[at] = _under(cells[number // width], heads[at])
    return tuple(heads)


def _under(group: str, head: str) -> str:
    """A column head below its group's: 主营业务收入 + 收入（亿元） is 主营业务收入（亿元）."""
    name = re.split(r"[（(]", head)[0]
    return group + head[len(name) :] if name and group.endswith(name) else f"{group} {head}"


def _blank_cells(line: str, columns: int) -> tuple[str, ...]:
    """Cells of a row; one blank more than a separator is a missing cell when the count fits."""
    cells = line.split()
    if len(cells) < columns:
        with_blanks = line.split(" ")
        if len(with_blanks) == columns:
            return tuple(with_blanks)
        cells += [""] * (columns - len(cells))
    return tuple(cells)


def _make_pipe_table(text: str, lines: list[Span], *, heads: int | None = None) -> Table:
    """A table of lines with bars; ``heads``: how many of them are its header, where that is known."""
    kept = [span for span in lines if not _RULE.fullmatch(text[slice(*span)].strip())]
    bodies = [text[slice(*span)].strip() for span in kept if "|" in text[slice(*span)]]
    first, last = (all(body[at] == "|" for body in bodies) for at in (0, -1))
    cells = [_pipe_cells(text[slice(*span)], first=first, last=last) for span in kept]
    columns = max(map(len, cells))
    if heads is None:
        header, heads = _pipe_header(cells, columns)
    else:
        header = _joined_heads(cells[:heads], columns)
    padded = [row + ("",) * (columns - len(row)) for row in cells]
    return Table(
        start=kept[0][0],
        head_end=kept[heads - 1][1] if heads else kept[0][0],
        end=lines[-1][1],
        header=header,
        rows=tuple(
            TableRow(*span, cells=row)
            for span, row in zip(kept[heads:], padded[heads:], strict=True)
        ),
    )


def _joined_heads(rows: Sequence[tuple[str, ...]], columns: int) -> tuple[str, ...]:
    """One head per column: what the header's lines say of it, each said once."""
    padded = [row + ("",) * (columns - len(row)) for row in rows]
    said = [dict.fromkeys(cell for cell in column if cell) for column in zip(*padded, strict=True)]
    return tuple(" ".join(cells) for cells in said) if padded else ("",) * columns


def _pipe_header(cells: list[tuple[str, ...]], columns: int) -> tuple[tuple[str, ...], int]:
    """One head per column and the number of header lines, one or two.

    A second line is a header when its first cell is the first line's, merged downwards, or when its
    cells divide the first line's last one and make up the columns.
    """
    if len(cells) > 2 and sum(map(bool, cells[0])) == 1 and columns > 2:
        header, heads = _pipe_header(cells[1:], columns)  # the first row is a caption
        return header, heads + 1
    first = cells[0] + ("",) * (columns - len(cells[0]))
    if len(cells) > 2 and cells[1][0] and cells[1][0] == cells[0][0] and len(cells[1]) == columns:
        pairs = zip(first, cells[1], strict=True)
        return tuple(a if a == b or not b else f"{a} {b}".strip() for a, b in pairs), 2
    above = cells[0]
    if len(cells) > 2 and len(above) + len(cells[1]) - 1 == columns and len(cells[1]) > 1:
        return (*above[:-1], *(f"{above[-1]} {cell}" for cell in cells[1])), 2
    return first, 1
