"""A theme's collection → its figures (indicator × year × document) and its deadlines in order of date.

Nothing is worked out: a value is a slice of the text, so is what it is of. Values that differ stand side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bearing_qa.answer.citations import quote
from bearing_qa.document.passages import split_sentences
from bearing_qa.review.deadlines import Deadline, deadlines
from bearing_qa.review.figure_years import STATED, YearSource
from bearing_qa.review.indicators import mentions
from bearing_qa.review.mention import Mention
from bearing_qa.review.theme import Collection
from bearing_qa.types import Citation, Kind, Parsed, Span

ParsedOf = Callable[[str], Parsed]
"""The parsed document of an id."""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as a document writes it, and the sentence or row that says it."""

    mention: Mention
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        mention = self.mention
        return {
            "value": mention.value,
            "unit": mention.unit,
            "start": mention.start,
            "end": mention.end,
            "year_from": mention.year.source,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True)
class FigureRow:
    """What the documents say of one indicator and year."""

    values: tuple[Value, ...]

    @property
    def indicator(self) -> str:
        """Slices of the first text that says it."""
        return self.values[0].mention.indicator

    @property
    def year(self) -> str:
        """A year, a range of years, or nothing."""
        return self.values[0].mention.year.text

    @property
    def unit(self) -> str:
        """The unit as the first value has it."""
        return self.values[0].mention.unit

    @cached_property
    def year_sources(self) -> tuple[YearSource, ...]:
        """What says the year, where that is not the figure's own sentence or table."""
        named = (value.mention.year.source for value in self.values)
        return tuple(dict.fromkeys(source for source in named if source and source not in STATED))

    @cached_property
    def differs(self) -> bool:
        """Whether values of a known year are not all the same."""
        return bool(self.year) and len({value.mention.amounts for value in self.values}) > 1

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "indicator": self.indicator,
            "year": self.year,
            "unit": self.unit,
            "values": [value.to_json() for value in self.values],
        }


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline, its date as far as the text says it (empty for a period), and the sentence or row that says it."""

    deadline: Deadline
    text: str
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "date": self.deadline.date,
            "text": self.text,
            "start": self.deadline.start,
            "end": self.deadline.end,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Tables:
    """The figures and the deadlines of some slices."""

    figures: tuple[FigureRow, ...]
    deadlines: tuple[Due, ...]

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "figures": [row.to_json() for row in self.figures],
            "deadlines": [due.to_json() for due in self.deadlines],
        }


def tables_of(collection: Collection, *, parsed_of: ParsedOf) -> Tables:
    """The figures and deadlines of what was collected, in the order of its documents."""
    return make_tables(
        (parsed_of(one.doc_id), item) for one in collection.documents for item in one.items
    )


def make_tables(items: Iterator[tuple[Parsed, Citation]]) -> Tables:
    """The figures and deadlines of some slices, each with its document."""
    values, dues = [], []
    for parsed, item in items:
        for span in _units(parsed, item):
            values += [
                Value(one, _cite(parsed, one.source, one.kind, item.score))
                for one in mentions(parsed, span, kind=item.kind)
            ]
            dues += [
                Due(
                    one,
                    parsed.document.text[one.start : one.end],
                    _cite(parsed, one.source, one.kind, item.score),
                )
                for one in deadlines(parsed, span, kind=item.kind)
            ]
    dues.sort(key=lambda due: due.deadline.order)
    return Tables(tuple(_rows(values)), tuple(dues))


def _units(parsed: Parsed, item: Citation) -> Iterator[Span]:
    """The sentences of a slice; a table's row whole."""
    if item.kind == "row":
        yield item.start, item.end
    else:
        text = parsed.document.text
        found = split_sentences(text, start=item.start, end=item.end)
        yield from ((sentence.start, sentence.end) for sentence in found)


def _cite(parsed: Parsed, span: Span, kind: Kind, score: float) -> Citation:
    start, end = span
    section = parsed.section_at(start)
    return quote(parsed, start=start, end=end, kind=kind, section=section, score=score)


def _rows(values: list[Value]) -> Iterator[FigureRow]:
    """Values by indicator and year; indicators as they first come, the years of each in order."""
    indicators: dict[tuple[str, str], dict[str, list[Value]]] = {}
    for value in values:
        years = indicators.setdefault(value.mention.key, {})
        years.setdefault(value.mention.year.text, []).append(value)
    for years in indicators.values():
        yield from (FigureRow(tuple(years[year])) for year in sorted(years))
