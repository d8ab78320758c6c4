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
"""Documents of which it is kept what they are about."""


def areas_asked(index: Index, question: Question, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Areas that a question names: those with 市, 县 or the like, else what the titles of what was found have with it."""
    if question.areas:
        return question.areas
    asked = normalise(question.text)
    return tuple(
        dict.fromkeys(
            area
            for doc_id in dict.fromkeys(index.catalogue.passage(hit.row).doc_id for hit in hits)
            for area in area_names(_about(index.catalogue, doc_id))
            if normalise(area_stem(area)) in asked
        )
    )


def elsewhere_than(index: Index, areas: Sequence[str], wording: Wording) -> str:
    """The first of some areas, where neither a passage nor what its document is about bears one of them; else empty."""
    stems = [normalise(area_stem(area)) for area in areas]
    if not areas or any(stem in wording.around for stem in stems):
        return ""
    whole = _about(index.catalogue, wording.passage.doc_id)
    return "" if any(stem in whole for stem in stems) else areas[0]


def about(parsed: Parsed) -> str:
    """What says what a document is about as a whole: title, id, metadata, front matter."""
    document = parsed.document
    front = (document.text[p.start : p.end] for p in parsed.passages if p.kind == "front")
    return " ".join([document.title, document.doc_id, *document.metadata.values(), *front])


@kept(most=MAX_ABOUT)
def _about(catalogue: Documents, doc_id: str) -> str:
    """The same, normalised, of a document of the catalogue; empty if there is none."""
    parsed = catalogue.parsed(doc_id)
    return normalise(about(parsed)) if parsed else ""
