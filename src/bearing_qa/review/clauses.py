"""A document as clauses: headings, articles' paragraphs, items, table rows. What two documents are compared by.

The number in front of a clause (第五条, （二）, 3.) is not part of what is compared: a clause that was only renumbered
has not changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bearing_qa.document.digests import paragraphs, trimmed
from bearing_qa.document.markers import match_marker
from bearing_qa.review.comparable import comparable
from bearing_qa.types import Parsed, Section

ClauseKind = Literal["heading", "text", "row"]
_BULLET = re.compile(r"[-•·*]\s+")
_NOT_A_NUMBER = ("shi", "ordinal", "attachment", "box")
"""Markers that are words of the text."""


@dataclass(frozen=True)
class Clause:
    """A slice ``[start, end)`` of a document; what is compared begins at ``body``, behind its number."""

    parsed: Parsed
    kind: ClauseKind
    section: int
    start: int
    end: int
    body: int
    number: str
    cells: tuple[str, ...] = ()

    @property
    def is_row(self) -> bool:
        """Whether it is a line of a table; a heading and a paragraph may be one."""
        return self.kind == "row"

    @cached_property
    def text(self) -> str:
        """What is compared, as it stands."""
        return self.parsed.document.text[self.body : self.end]

    @cached_property
    def key(self) -> str:
        """What is compared, without marks, blanks, width and script."""
        return comparable(self.text).text

    @cached_property
    def number_key(self) -> str:
        """The number as it is compared: （五） and (五) are one."""
        return comparable(self.number).text

    @cached_property
    def grams(self) -> Counter[str]:
        """Pairs of characters of the key, each with how often it is there; of one character, that one."""
        key = self.key
        return Counter(key[at : at + 2] for at in range(max(len(key) - 1, min(len(key), 1))))


def clauses_of(parsed: Parsed) -> list[Clause]:
    """The clauses of a document in the order of its text."""
    found = [clause for section in parsed.sections for clause in _of_section(parsed, section)]
    found += [row for table in range(len(parsed.tables)) for row in _rows(parsed, table)]
    return sorted((c for c in found if c.key), key=lambda c: (c.start, c.end))


def _of_section(parsed: Parsed, section: Section) -> Iterator[Clause]:
    """The heading of a section and its paragraphs; a heading that goes on in its line, and an article's bare number, are
    one clause with the first of them."""
    text = parsed.document.text
    lines = paragraphs(parsed, section)
    head = section.start, section.head_end
    if section.index:
        goes_on = lines and (not section.title or "\n" not in text[section.head_end : lines[0][0]])
        end = lines.pop(0)[1] if goes_on else trimmed(text, head)[1]
        kind: ClauseKind = "text" if goes_on else "heading"
        start = trimmed(text, (section.start, end))[0]
        body = _body(text, section.start + len(section.marker), end)
        yield Clause(parsed, kind, section.index, start, end, body, section.marker)
    for start, end in lines:
        at = _BULLET.match(text, start, end)
        first = at.end() if at else start
        known = match_marker(text[first:end].split("\n")[0])
        is_numbered = known is not None and known[0].name not in _NOT_A_NUMBER
        number = known[1].group() if known is not None and is_numbered else ""
        yield Clause(
            parsed, "text", section.index, start, end, _body(text, first + len(number), end), number
        )


def _body(text: str, start: int, end: int) -> int:
    """Where words begin behind a number."""
    while start < end and text[start] in " \t\n\u3000:：、.．":
        start += 1
    return start


def _rows(parsed: Parsed, number: int) -> Iterator[Clause]:
    """The head of a table and its rows."""
    table, text = parsed.tables[number], parsed.document.text
    section = parsed.section_at(table.start)
    start, end = trimmed(text, (table.start, table.head_end))
    if start < end:
        yield Clause(parsed, "row", section, start, end, start, "", table.header)
    for row in table.rows:
        start, end = trimmed(text, (row.start, row.end))
        yield Clause(parsed, "row", section, start, end, start, "", row.cells)
