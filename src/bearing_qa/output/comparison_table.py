"""Two documents compared as a table to take away: Word with the changes marked, and an Excel workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.output.word_file import clean
from bearing_qa.output.workbook import write_sheet
from bearing_qa.review.comparison import Compared, Comparison
from bearing_qa.types import Citation

WORD_HEADS = ("compare_old", "compare_new", "compare_change")
SHEET_HEADS = (
    ("compare_change", 10), ("compare_flags", 16), ("compare_old_number", 10), ("compare_old", 60),
    ("compare_new_number", 10), ("compare_new", 60), ("compare_differences", 50), ("compare_old_place", 30),
    ("compare_new_place", 30),
)  # fmt: skip
"""Columns of the workbook and their widths in characters."""
OLD_COLOUR, NEW_COLOUR = "B3261E", "1B5E20"


def summary_of(comparison: Comparison, *, words: Words) -> str:
    """How many clauses there are of each change, and of each kind of change."""
    counts = [
        f"{words(f'change_{name}')} {count}" for name, count in comparison.counts.items() if count
    ]
    flags = [
        f"{words(f'flag_{name}')} {count}"
        for name, count in comparison.flag_counts.items()
        if count
    ]
    joined = words("comma").join(counts)
    return (
        f"{joined}{words('semicolon')}{words('compare_of_them')}{words('comma').join(flags)}"
        if flags
        else joined
    )


def says(clause: Compared, *, words: Words) -> str:
    """A clause's change and kinds of change in words."""
    flags = words("comma").join(words(f"flag_{flag}") for flag in clause.flags)
    change = words(f"change_{clause.change}")
    return f"{change}{words('colon')}{flags}" if flags else change


def write_word(comparison: Comparison, path: Path, *, words: Words = CHINESE) -> None:
    """Writes old and new side by side, a row a clause: what went is struck out, what came is underlined."""
    import docx
    from docx.enum.section import WD_ORIENT

    file = docx.Document()
    page = file.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width
    titles = comparison.old.document.title, comparison.new.document.title
    file.add_heading(clean(words("compare_title", old=titles[0], new=titles[1])), level=1)
    file.add_paragraph(clean(summary_of(comparison, words=words)))
    table = file.add_table(rows=len(comparison.clauses) + 1, cols=len(WORD_HEADS))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, WORD_HEADS, strict=True):
        cell.text = words(head)
    for row, clause in zip(list(table.rows)[1:], comparison.clauses, strict=True):
        old, new, change = row.cells
        _write_side(old, clause.old, [d.old_span for d in clause.differences], OLD_COLOUR)
        _write_side(new, clause.new, [d.new_span for d in clause.differences], NEW_COLOUR)
        if clause.change != "same" or clause.flags:
            change.text = clean(says(clause, words=words))
    file.save(str(path))


def _write_side(
    cell: Any, citations: Sequence[Citation], spans: Sequence[tuple[int, int]], colour: str
) -> None:
    """The clauses of one side, a paragraph each, with the spans that differ marked."""
    from docx.shared import RGBColor

    paragraph = cell.paragraphs[0]
    for number, citation in enumerate(citations):
        paragraph = cell.add_paragraph() if number else paragraph
        for text, is_marked in marked_parts(citation, spans):
            run = paragraph.add_run(clean(text))
            if is_marked:
                run.font.color.rgb = RGBColor.from_string(colour)
                run.font.strike, run.font.underline = colour == OLD_COLOUR, colour == NEW_COLOUR


def marked_parts(citation: Citation, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A slice cut at the edges of spans of its document; whether each part is inside one."""
    parts, at = [], citation.start
    for start, end in sorted(spans):
        low, high = max(start, at), min(end, citation.end)
        if low < high:
            parts += [(citation.text[at - citation.start : low - citation.start], False)]
            parts += [(citation.text[low - citation.start : high - citation.start], True)]
            at = high
    parts.append((citation.text[at - citation.start :], False))
    return [(text, is_marked) for text, is_marked in parts if text]


def write_workbook(comparison: Comparison, path: Path, *, words: Words = CHINESE) -> None:
    """Writes a row a clause, with what differs and where both stand."""
    columns = [(words(name), width) for name, width in SHEET_HEADS]
    rows = (_row(clause, words) for clause in comparison.clauses)
    write_sheet(path, words("compare_sheet"), columns, rows)


def _row(clause: Compared, words: Words) -> tuple[str, ...]:
    return (
        words(f"change_{clause.change}"),
        words("comma").join(words(f"flag_{flag}") for flag in clause.flags),
        clause.numbers[0],
        "\n".join(citation.text for citation in clause.old),
        clause.numbers[1],
        "\n".join(citation.text for citation in clause.new),
        "\n".join(f"{d.old or '∅'} → {d.new or '∅'}" for d in clause.differences),
        place(clause.old),
        place(clause.new),
    )


def place(citations: Sequence[Citation]) -> str:
    """Where some slices begin: heading path, the cells of a spreadsheet, and the characters of the document's text."""
    if not citations:
        return ""
    path = " › ".join(citations[0].section)
    cells = citations[0].cell
    return f"{path} {cells} [{citations[0].start}:{citations[-1].end}]".replace("  ", " ").strip()
