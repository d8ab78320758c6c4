"""A figure that a document mentions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bearing_qa.review.comparable import comparable
from bearing_qa.review.figure_years import Year
from bearing_qa.types import Kind, Span

JOINT = " · "
"""Stands between the slices of an indicator."""
_NOTE = re.compile(r"\[\d{1,3}\]")
"""The number of a note."""


Amount = tuple[Decimal, frozenset[str]]
"""A number and its bounds (language.clauses)."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure of a document: what it is of (slices, joined), its year, and the slice ``[start, end)`` that is its value.

    ``unit`` is as it is written there, or as its table's head gives it (亿元); ``base`` is the unit that it comes down to (元), ``amounts``
    the numbers with their bounds, in that unit; ``source`` is the sentence or row that says it.
    """

    indicator: str
    year: Year
    value: str
    unit: str
    base: str
    amounts: tuple[Amount, ...]
    start: int
    end: int
    source: Span
    kind: Kind

    @property
    def key(self) -> tuple[str, str]:
        """The same for mentions of one indicator, however they are written."""
        plain = comparable(_NOTE.sub("", self.indicator)).text.removeprefix("全年")
        return plain, self.base
