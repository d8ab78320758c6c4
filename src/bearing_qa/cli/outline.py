"""A single file's outline, as the command line promises it."""

from __future__ import annotations

from typing import Any

from bearing_qa.cli.console import err, out
from bearing_qa.types import Citation, Parsed


def outline_json(parsed: Parsed, *, with_summary: bool = False) -> dict[str, Any]:
    """The promised JSON of an outline; with its summary beside it where that is asked for."""
    from bearing_qa.review.summary import summarise

    document = parsed.document
    more = {"summary": summarise(parsed).to_json()} if with_summary else {}
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "headings": [
            {
                "marker": section.marker,
                "title": section.title,
                "level": section.level,
                "start": section.start,
                "raw_start": document.raw_offset(section.start),
            }
            for section in parsed.sections[1:]
        ],
        "inline_points": [
            {
                "marker": point.marker,
                "title": point.title,
                "start": point.start,
                "end": point.end,
                "raw_start": document.raw_offset(point.start),
            }
            for point in parsed.points
        ],
        "tables": [
            {
                "start": table.start,
                "end": table.end,
                "header": list(table.header),
                "rows": len(table.rows),
            }
            for table in parsed.tables
        ],
        **more,
    }


def show_outline(parsed: Parsed) -> None:
    """The title and the section tree, with pages where the file has them; what of the file is not read."""
    from bearing_qa.document.contents import missing_headings
    from bearing_qa.output.notes import unread_words
    from bearing_qa.output.texts import CHINESE, ENGLISH

    document = parsed.document
    out.print(document.title, style="bold", markup=False)
    is_paged = len(document.pages) > 1
    for section in parsed.sections[1:]:
        page = document.pages_of(section.start, section.head_end)[0]
        heading = document.text[section.start : section.head_end] or section.marker
        place = f"  (p.{page})" if is_paged else ""
        out.print(f"{'  ' * (section.level - 1)}{heading}{place}", markup=False)
    for part in document.unread:
        what = f"{unread_words(part, CHINESE)} {unread_words(part, ENGLISH)}"
        err.print(f"未读取 / not read: {what}（{part.place}）", style="yellow", markup=False)
    for entry in missing_headings(document.text, parsed.sections):
        err.print(f"目录所列，正文中未见 / in the contents list, not found: {entry}", markup=False)


def show_summary(parsed: Parsed) -> None:
    """Purpose, whom it is for, figures, deadlines, and the first sentence of each part, with their places."""
    from bearing_qa.output.figure_tables import value_of, year_of
    from bearing_qa.output.texts import CHINESE
    from bearing_qa.review.summary import summarise

    found = summarise(parsed)
    out.print(parsed.document.title, style="bold", markup=False)
    for key, own in (("summary_purpose", found.purpose), ("summary_who", found.who)):
        _show_lines(CHINESE(key), [_placed(" ".join(one.text.split()), one) for one in own])
    figures = [
        _placed(
            f"{row.indicator} | {year_of(row, words=CHINESE)} | {value_of(value, words=CHINESE)}",
            value.citation,
        )
        for row in found.figures
        for value in row.values
    ]
    _show_lines(CHINESE("figures_sheet"), figures)
    dues = [
        _placed(f"{due.deadline.date or CHINESE('deadline_period')} | {due.text}", due.citation)
        for due in found.deadlines
    ]
    _show_lines(CHINESE("deadlines_sheet"), dues)
    out.print(CHINESE("summary_outline"), style="cyan", markup=False)
    for item in found.outline:
        indent = "  " * item.section.level
        out.print(f"{indent}{' '.join(item.heading.text.split())}", markup=False)
        if item.sentence is not None:
            out.print(f"{indent}  {' '.join(item.sentence.text.split())}", markup=False)


def _show_lines(head: str, lines: list[str]) -> None:
    from bearing_qa.output.texts import CHINESE

    out.print(head, style="cyan", markup=False)
    for line in lines or [CHINESE("summary_nothing")]:
        out.print(f"  {line}", markup=False)


def _placed(words: str, citation: Citation) -> str:
    """Words with where they stand: heading path and page, if there is one."""
    place = [" › ".join(" ".join(step.split()) for step in citation.section), citation.page_words]
    said = "，".join(part for part in place if part)
    return f"{words}（{said}）" if said else words
