"""A theme's figures and deadlines as lines to print, and as an Excel workbook whose cells say where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bearing_qa.language.segment import normalise
from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.output.workbook import Cell, Noted, write_sheets
from bearing_qa.review.theme_tables import FigureRow, Tables, Value
from bearing_qa.types import Citation

WIDTHS = {"indicator": 40, "year": 16, "unit": 10, "document": 24, "text": 70, "place": 50}
"""Characters across."""


def source_of(citation: Citation) -> str:
    """Document › section, and the exact sentence below."""
    return f"{' › '.join([citation.title, *citation.section])}\n{citation.text}"


def year_of(row: FigureRow, *, words: Words) -> str:
    """A row's year, with what says it where that is not the figure's own sentence or table."""
    if not row.year:
        return words("year_unknown")
    said = words("comma").join(words(f"year_from_{source}") for source in row.year_sources)
    return f"{row.year}{words('year_mark', source=said)}" if said else row.year


def value_of(value: Value, *, words: Words) -> str:
    """A value as it is written; behind one of a table its head's unit, which the cell does not say."""
    mention = value.mention
    said = "".join(normalise(mention.value).split())
    is_said = normalise(mention.unit) in said or said.startswith("百分之")
    return mention.value if is_said else words("value_unit", value=mention.value, unit=mention.unit)


def write_workbook(tables: Tables, path: Path, *, words: Words = CHINESE) -> None:
    """Writes both tables, a sheet each; the comment of a value's cell has document › section and the exact sentence."""
    documents = _documents(tables)
    heads = [
        (words("figure_indicator"), WIDTHS["indicator"]),
        (words("figure_year"), WIDTHS["year"]),
        (words("figure_unit"), WIDTHS["unit"]),
        (words("figure_differs"), WIDTHS["unit"]),
        *((name, WIDTHS["document"]) for name in documents.values()),
    ]
    due_heads = [
        (words("deadline_date"), WIDTHS["year"]),
        (words("deadline_text"), WIDTHS["text"]),
        (words("deadline_place"), WIDTHS["place"]),
    ]
    write_sheets(
        path,
        [
            (words("figures_sheet"), heads, _figure_rows(tables, list(documents), words)),
            (words("deadlines_sheet"), due_heads, _deadline_rows(tables, words)),
        ],
        notes=[words("figures_note")],
    )


def _documents(tables: Tables) -> dict[str, str]:
    """The documents that have figures, in their order, by id: titles, behind one that is not alone its id."""
    cited = [value.citation for row in tables.figures for value in row.values]
    titles = {citation.doc_id: citation.title for citation in cited}
    shared = list(titles.values())
    return {
        doc_id: f"{title}（{doc_id}）" if shared.count(title) > 1 else title
        for doc_id, title in titles.items()
    }


def _figure_rows(
    tables: Tables, documents: Sequence[str], words: Words
) -> Iterator[list[Cell | Noted]]:
    for row in tables.figures:
        differs = words("figure_differ") if row.differs else ""
        cells: list[Cell | Noted] = [row.indicator, year_of(row, words=words), row.unit, differs]
        for doc_id in documents:
            own = [value for value in row.values if value.citation.doc_id == doc_id]
            said = words("semicolon").join(dict.fromkeys(value_of(v, words=words) for v in own))
            sources = dict.fromkeys(source_of(value.citation) for value in own)
            cells.append(Noted(said, "\n\n".join(sources)) if own else "")
        yield cells


def _deadline_rows(tables: Tables, words: Words) -> Iterator[list[Cell | Noted]]:
    for due in tables.deadlines:
        place = " › ".join([due.citation.title, *due.citation.section])
        date = due.deadline.date or words("deadline_period")
        yield [date, Noted(due.text, source_of(due.citation)), place]
