"""What was found and read → the passages that are shown beside an answer, best first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from bearing_qa.answer.candidates import Finding, falling
from bearing_qa.answer.choice import chosen_units
from bearing_qa.answer.read import Candidate
from bearing_qa.search.exact_match import exact_ranks
from bearing_qa.store.protocol import Index
from bearing_qa.types import Hit


def in_turn(rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The hits of several rankings, one of each in turn, once each, scores falling."""
    turns = [hit for turn in zip_longest(*rankings) for hit in turn if hit is not None]
    first = {hit.row: hit for hit in reversed(turns)}
    order = list(dict.fromkeys(hit.row for hit in turns))
    hits = [first[row] for row in order]
    return falling(hits, top=hits[0].score) if hits else []


def shown_hits(index: Index, found: Finding, count: int) -> list[Hit]:
    """The ``count`` best passages: those that the reader read, in its order, then the other hits.

    A list or digest is shown by the passages that hold the units it would cite. The fused score of the best one
    is given to what comes first; scores fall.
    """
    ordered: dict[int, Hit] = {}
    for candidate in found.candidates:
        for row in rows_of(index, candidate):
            ordered.setdefault(row, candidate.hit)
        if len(ordered) >= count:
            break
    rest = (hit for hit in found.hits if hit.row not in ordered)
    hits = [*(Hit(row, hit.score) for row, hit in ordered.items()), *rest]
    ranks = exact_ranks(index, found.question.text, [hit.row for hit in hits])
    hits = sorted(hits, key=lambda hit: ranks.get(hit.row, (0, 0)), reverse=True)[:count]
    top = max((hit.score for hit in found.hits), default=0.0)
    return falling(hits, top=top) if hits else []


def rows_of(index: Index, candidate: Candidate) -> list[int]:
    """The rows of the passages that show a candidate: of a list or digest those of the units that it would cite, what
    says most first. A marker alone (第三条) shows nothing."""
    readable = candidate.readable
    if readable.kind not in ("list", "digest"):
        return [candidate.hit.row]
    parsed = readable.parsed
    said = sorted(chosen_units(candidate), key=lambda said: -said.evidence)
    rows = zip(index.catalogue.rows_of(candidate.doc_id), parsed.passages, strict=True)
    found: dict[int, int] = {}
    for row, passage in rows:
        is_bare = passage.kind == "heading" and not parsed.sections[passage.section].title
        for start in (own.span[0] for own in said):
            if passage.start <= start < passage.end and passage.kind != "table" and not is_bare:
                found.setdefault(start, row)
    starts = (own.span[0] for own in said)
    return list(dict.fromkeys(found[start] for start in starts if start in found))
