"""A document at a glance, in its own words: what it is for, whom it is for and by, its figures and deadlines, its outline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bearing_qa.answer.citations import quote
from bearing_qa.document.digests import opening_of, trimmed
from bearing_qa.document.frontmatter import DATE_LINE
from bearing_qa.document.markers import match_marker
from bearing_qa.language.document_numbers import WRITTEN
from bearing_qa.review.comparable import comparable
from bearing_qa.review.theme_tables import Due, FigureRow, Tables, make_tables
from bearing_qa.types import Citation, Kind, Parsed, Section, Span

_PURPOSE = re.compile(
    r"(?:^|[，；：:\s])为(?:了|[^，。；]{2,})[^。]*(?:制定本|制订本|特?制[定订]|如下|现就|现将)"
)
"""What a document is for: 为了…，制定本办法."""
_MAY_BE_PURPOSE = re.compile(r"(?:^|[，；：:\s])(?:为了|旨在)")
"""Where no sentence says that: the first with 为了."""
_APPLIES = re.compile(r"适用(?:于|本|范围)|遵守本|应当(?:依照|按照)本")
"""Whom it is for: 适用本办法, 应当遵守本条例."""
_NOTE = re.compile(r"\[\d{1,3}\]")
MAX_WHO = 6
MAX_PURPOSES = 2


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A section: its heading, and the first sentence of its text, whole; none where it has no text at all."""

    section: Section
    heading: Citation
    sentence: Citation | None

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "marker": self.section.marker,
            "title": self.section.title,
            "level": self.section.level,
            "start": self.section.start,
            "heading": self.heading.to_json(),
            "sentence": self.sentence.to_json() if self.sentence else None,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """A document at a glance; every part an exact slice of it."""

    purpose: tuple[Citation, ...]
    who: tuple[Citation, ...]
    tables: Tables
    outline: tuple[OutlineItem, ...]

    @property
    def figures(self) -> tuple[FigureRow, ...]:
        """Its figures by indicator and year."""
        return self.tables.figures

    @property
    def deadlines(self) -> tuple[Due, ...]:
        """Its deadlines, in order of date."""
        return self.tables.deadlines

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "purpose": [one.to_json() for one in self.purpose],
            "who": [one.to_json() for one in self.who],
            **self.tables.to_json(),
            "outline": [item.to_json() for item in self.outline],
        }


def summarise(parsed: Parsed) -> Summary:
    """A document's summary. Nothing in it is reworded or worked out."""
    return Summary(
        tuple(_cite(parsed, span, "text") for span in _purpose(parsed)),
        tuple(_who(parsed)),
        make_tables(_said(parsed)),
        tuple(_outline(parsed)),
    )


def _said(parsed: Parsed) -> Iterator[tuple[Parsed, Citation]]:
    """The running text and the table rows."""
    for passage in parsed.passages:
        if passage.kind in ("text", "row"):
            yield parsed, _cite(parsed, (passage.start, passage.end), passage.kind)


def _sentences(parsed: Parsed) -> Iterator[Span]:
    """The sentences of the running text, to their full stops or line ends."""
    text = parsed.document.text
    for passage in parsed.passages:
        start = passage.start
        for sentence in passage.sentences if passage.kind == "text" else ():
            is_over = (
                text[sentence.end - 1] != "；" or "\n" in text[sentence.end : sentence.end + 1]
            )
            if is_over or sentence.end == passage.end:
                yield trimmed(text, (start, sentence.end))
                start = sentence.end


def _purpose(parsed: Parsed) -> list[Span]:
    """The sentences that say 为了… and that the document is made for that; else the first with 为了."""
    text = parsed.document.text
    said = list(_sentences(parsed))
    sure = [span for span in said if _PURPOSE.search(text[slice(*span)])]
    may_be = (span for span in said if _MAY_BE_PURPOSE.search(text[slice(*span)]))
    return sure[:MAX_PURPOSES] or list(islice(may_be, 1))


def _who(parsed: Parsed) -> Iterator[Citation]:
    """Who issues or speaks, to whom it is sent, who signs it, to whom it applies."""
    text, title = parsed.document.text, comparable(parsed.document.title).text
    for passage in parsed.passages:
        if passage.kind != "front":
            continue
        for line in _lines(text, (passage.start, passage.end)):
            words = _NOTE.sub("", text[slice(*line)]).lstrip("> -")
            is_heading = bool(match_marker(words)) or comparable(words).text in (title, "目录")
            is_number = bool(WRITTEN.search(words)) or bool(DATE_LINE.fullmatch(words))
            if not is_heading and not is_number and comparable(words).text not in title:
                yield _cite(parsed, line, "front")
    applies = [span for span in _sentences(parsed) if _APPLIES.search(text, *span)]
    yield from (_cite(parsed, span, "text") for span in applies[:MAX_WHO])


def _lines(text: str, span: Span) -> Iterator[Span]:
    start = span[0]
    for line in text[slice(*span)].split("\n"):
        found = trimmed(text, (start, start + len(line)))
        if found[0] < found[1]:
            yield found
        start += len(line) + 1


def _outline(parsed: Parsed) -> Iterator[OutlineItem]:
    text = parsed.document.text
    for section in parsed.sections[1:]:
        head = trimmed(text, (section.start, section.head_end))
        opening = opening_of(parsed, section)
        yield OutlineItem(
            section,
            _cite(parsed, head, "heading"),
            _cite(parsed, opening, "text") if opening else None,
        )


def _cite(parsed: Parsed, span: Span, kind: Kind) -> Citation:
    start, end = span
    section = parsed.section_at(start)
    return quote(parsed, start=start, end=end, kind=kind, section=section, score=0.0)
