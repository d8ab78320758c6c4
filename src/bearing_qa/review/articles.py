"""Articles by their numbers: which one a slice is in, and whether a document has them."""

from __future__ import annotations

import re

from bearing_qa.language.numbers import number_of
from bearing_qa.review.sources import Found
from bearing_qa.types import Parsed, Section

ArticleNumber = tuple[int, int]
"""第十二条之一 is (12, 1), 第十二条 (12, 0)."""
_MARKER = re.compile(r"第(\S+?)条(?:之(\S+))?")


def number_of_marker(marker: str) -> ArticleNumber | None:
    """The number of an article's marker; None for any other."""
    found = _MARKER.fullmatch(marker.strip())
    return (number_of(found[1]), number_of(found[2]) if found[2] else 0) if found else None


def number_of_article(written: str) -> ArticleNumber:
    """The number of an article as a draft writes it: 十二, 12, 十二之一."""
    whole, _, part = written.partition("之")
    return number_of(whole), number_of(part) if part else 0


def article_of(found: Found) -> ArticleNumber | None:
    """The article that a slice is in; None if it is in none."""
    sections = found.parsed.sections
    at = found.parsed.section_at(found.start)
    while at != sections[at].parent:
        number = number_of_marker(sections[at].marker)
        if number is not None:
            return number
        at = sections[at].parent
    return None


def find_article(parsed: Parsed, number: ArticleNumber) -> Section | None:
    """A document's article of a number; None if it has none."""
    return next((s for s in parsed.sections if number_of_marker(s.marker) == number), None)


def has_articles(parsed: Parsed) -> bool:
    """Whether a document is divided into articles."""
    return any(number_of_marker(section.marker) for section in parsed.sections)
