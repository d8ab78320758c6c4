"""Offsets → citations: the only maker of them."""

from __future__ import annotations

from bearing_qa.answer.draft import Draft
from bearing_qa.errors import StoreError
from bearing_qa.store.protocol import Index
from bearing_qa.types import Citation, Hit, Kind, Parsed


def quote(
    parsed: Parsed, *, start: int, end: int, kind: Kind, section: int, score: float
) -> Citation:
    """The slice ``[start, end)`` of a document as a citation. The only maker of citations."""
    document = parsed.document
    return Citation(
        doc_id=document.doc_id,
        title=document.title,
        section=parsed.path(section),
        pages=document.pages_of(start, end),
        is_paged=len(document.pages) > 1,
        kind=kind,
        start=start,
        end=end,
        text=document.text[start:end],
        score=score,
        cell=document.cells_of(start, end),
        recognised=document.recognition_of(start, end),
    )


def quote_hit(index: Index, hit: Hit) -> Citation:
    """A hit's passage as a citation."""
    passage = index.catalogue.passage(hit.row)
    parsed = index.catalogue.parsed(passage.doc_id)
    if parsed is None:
        raise StoreError(
            found=f"row {hit.row} names an unknown document",
            expected="a whole index",
            fix="rebuild: bearing-qa index --full",
        )
    return quote(
        parsed,
        start=passage.start,
        end=passage.end,
        kind=passage.kind,
        section=passage.section,
        score=hit.score,
    )


def citations_of(draft: Draft) -> tuple[Citation, ...]:
    """The spans that a draft stands on, as citations, in the order of their marks."""
    return tuple(
        quote(
            parsed, start=start, end=end, kind=kind, section=parsed.section_at(start), score=score
        )
        for parsed, kind, start, end, score in draft.cited
    )
