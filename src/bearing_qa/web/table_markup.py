"""Figures, deadlines and a document's summary as HTML; each slice leads to its place."""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.output.figure_tables import value_of, year_of
from bearing_qa.output.texts import Words
from bearing_qa.review.summary import OutlineItem, Summary
from bearing_qa.review.theme_tables import Due, FigureRow, Tables
from bearing_qa.types import Citation, Document
from bearing_qa.web import markup

MAX_ROWS = 200
"""Rows of a table on the page; files and the command line have all."""


def render_tables(tables: Tables, *, words: Words) -> str:
    """A theme's figures and deadlines; values that differ are marked."""
    if not tables.figures and not tables.deadlines:
        return f"<p>{words('tables_none')}</p>"
    note = f'<p class="limits">{markup.text(words("figures_note"))}</p>'
    return (
        f'<section class="tables" role="status">{note}{_figures(tables.figures, words, is_theme=True)}'
        f"{_deadlines(tables.deadlines, words, is_theme=True)}</section>"
    )


def render_summary(summary: Summary, document: Document, *, words: Words) -> str:
    """A document at a glance: purpose, whom it is for, figures, deadlines, and each part with its first sentence."""
    head = markup.text(words("summary_of", title=document.title))
    parts = [
        _part(words("summary_purpose"), _slices(summary.purpose), words),
        _part(words("summary_who"), _slices(summary.who), words),
        _part(words("figures_sheet"), _figures(summary.figures, words, is_theme=False), words),
        _part(
            words("deadlines_sheet"), _deadlines(summary.deadlines, words, is_theme=False), words
        ),
        _part(words("summary_outline"), _outline(summary.outline), words),
    ]
    doc_id = markup.text(document.doc_id)
    return f'<section class="tables glance" data-doc="{doc_id}"><p class="limits">{head}</p>{"".join(parts)}</section>'


def _part(head: str, body: str, words: Words) -> str:
    said = body or f"<p>{words('summary_nothing')}</p>"
    return f"<details open><summary>{markup.text(head)}</summary>{said}</details>"


def _slices(citations: Sequence[Citation]) -> str:
    items = "".join(f"<li>{_link(one, one.text)}</li>" for one in citations)
    return f"<ul>{items}</ul>" if items else ""


def _outline(items: Sequence[OutlineItem]) -> str:
    rows = "".join(
        f'<li class="level-{min(item.section.level, 4)}"><strong>{_link(item.heading, item.heading.text)}</strong>'
        f"{f' {_link(item.sentence, item.sentence.text)}' if item.sentence else ''}</li>"
        for item in items
    )
    return f'<ol class="parts">{rows}</ol>' if rows else ""


def _figures(rows: Sequence[FigureRow], words: Words, *, is_theme: bool) -> str:
    heads = [words(f"figure_{name}") for name in ("indicator", "year", "values")]
    return _table(
        words("figures_sheet"), heads, [_figure(row, words, is_theme) for row in rows], words
    )


def _figure(row: FigureRow, words: Words, is_theme: bool) -> str:
    values = "".join(
        f"<li>{_link(value.citation, value_of(value, words=words), is_theme=is_theme)}"
        f"{_place(value.citation) if is_theme else ''}</li>"
        for value in row.values
    )
    differs = f' <em class="differs">{words("figure_differ")}</em>' if row.differs else ""
    return (
        f'<th scope="row">{markup.text(row.indicator)}</th><td>{markup.text(year_of(row, words=words))}{differs}</td>'
        f"<td><ul>{values}</ul></td>"
    )


def _deadlines(dues: Sequence[Due], words: Words, *, is_theme: bool) -> str:
    heads = [words("deadline_date"), words("deadline_text")]
    rows = [
        f"<td>{markup.text(due.deadline.date or words('deadline_period'))}</td>"
        f"<td>{_link(due.citation, due.text, is_theme=is_theme)}{_place(due.citation) if is_theme else ''}</td>"
        for due in dues
    ]
    return _table(words("deadlines_sheet"), heads, rows, words)


def _table(name: str, heads: Sequence[str], rows: Sequence[str], words: Words) -> str:
    """A table of some rows' cells; nothing where there are none."""
    if not rows:
        return ""
    shown = "".join(f"<tr>{row}</tr>" for row in rows[:MAX_ROWS])
    top = "".join(f'<th scope="col">{markup.text(head)}</th>' for head in heads)
    left = len(rows) - MAX_ROWS
    more = f'<p class="limits">{markup.text(words("table_more", n=left))}</p>' if left > 0 else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{markup.text(name)}"><table><caption>{markup.text(name)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{shown}</tbody></table></div>{more}"
    )


def _link(citation: Citation, said: str, *, is_theme: bool = False) -> str:
    """Words that lead to their place: in the document beside a summary, for a theme in a new window."""
    kind, title = "place" if is_theme else "open", markup.text(citation.text)
    href = markup.text(markup.deep_link(citation))
    return (
        f'<a class="{kind}" href="{href}" target="_blank" title="{title}">{markup.text(said)}</a>'
    )


def _place(citation: Citation) -> str:
    return f' <span class="facts">{markup.text(" › ".join([citation.title, *citation.section]))}</span>'
