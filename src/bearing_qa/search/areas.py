"""Which city, county or province a question is on, and whether a passage is of it."""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.index.protocol import Documents, Index
from bearing_qa.index.segment import area_names, area_stem, normalise
from bearing_qa.search.kept import kept
from bearing_qa.search.question import Question
from bearing_qa.search.wording import Wording
from bearing_qa.types import Hit, Parsed

MAX_ABOUT = 1024
"""Documents whose areas are kept."""


def areas_asked(index: Index, question: Question, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Areas that a question names: those with 市, 县 or the like, else what the titles of what was found have with it."""
    if question.areas:
        return question.areas
    asked = normalise(question.text)
    return tuple(
        dict.fromkeys(
            area
            for doc_id in dict.fromkeys(index.catalogue.passage(hit.row).doc_id for hit in hits)
            for area in areas_of(index.catalogue, doc_id)
            if normalise(area_stem(area)) in asked
        )
    )


@kept(most=MAX_ABOUT)
def areas_of(catalogue: Documents, doc_id: str) -> tuple[str, ...]:
    """Areas that a document is of, by its title, metadata and front matter."""
    parsed = catalogue.parsed(doc_id)
    return area_names(about(parsed)) if parsed else ()


def about(parsed: Parsed) -> str:
    """What says what a document is about as a whole: title, id, metadata, front matter."""
    document = parsed.document
    front = (document.text[p.start : p.end] for p in parsed.passages if p.kind == "front")
    return " ".join([document.title, document.doc_id, *document.metadata.values(), *front])


def elsewhere_than(areas: Sequence[str], wording: Wording, parsed: Parsed) -> str:
    """The first of some areas, where neither a passage nor what its document is about bears one of them; else empty."""
    stems = [normalise(area_stem(area) or area) for area in areas]
    if not areas or any(stem in wording.around for stem in stems):
        return ""
    whole = normalise(about(parsed))
    return "" if any(stem in whole for stem in stems) else areas[0]
