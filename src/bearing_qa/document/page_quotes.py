"""Which words of a document stand on one of its pages, and how often they stood there before."""

from __future__ import annotations

from bearing_qa.document.formats.pdf.page_picture import Quote, compact
from bearing_qa.types import Parsed, Span


def page_at(parsed: Parsed, start: int) -> int:
    """Number of the page that the character at ``start`` is on; 1 in a text without pages."""
    pages = parsed.document.pages
    return next((page.number for page in reversed(pages) if page.start <= start), 1)


def quotes_on(parsed: Parsed, number: int, span: Span) -> list[Quote]:
    """The part of ``text[span]`` that stands on page ``number``; nothing if none of it does."""
    page = next((page for page in parsed.document.pages if page.number == number), None)
    if page is None:
        return []
    start, end = max(span[0], page.start), min(span[1], page.end)
    words = parsed.document.text[start:end] if start < end else ""
    if not words.strip():
        return []
    before = compact(parsed.document.text[page.start : start])
    return [Quote(words, skip=before.count(compact(words)))]
