"""Question → the sections that speak of it, by their headings and by the passages in them.

A section is worth its passages' scores, the best one whole, each further one half of the one before,
and what its heading says of the question; a parent takes part of what its children are worth, so that
where several of them speak of the matter it is the one to be named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bearing_qa.index.protocol import Documents
from bearing_qa.index.segment import normalise
from bearing_qa.search.question import Question, coverage
from bearing_qa.search.structure import with_synonyms
from bearing_qa.types import Hit, Parsed, Section

FADE = 0.5
"""What each further passage of a section counts, to the one before it."""
HEAD_WEIGHT = 4.0
"""What a heading that says all of the question is worth, in deviations of the fused score."""
CHILD_SHARE = 0.25
"""What a section takes of its children's worth, faded likewise."""
SURE_SHARE = 0.45
"""A heading, or the head of a list of the asked length, that says this share of the question's words is
sure to be the one."""
_KINDS = ("条", "章", "节", "款")
"""Kinds of section that a question may ask for and markers name: 哪一条 → 第十七条."""


def rank_sections(
    catalogue: Documents, hits: Sequence[Hit], *, question: Question, weights: Sequence[float]
) -> list[tuple[Parsed, Section]]:
    """Sections of the hits and those above them, best first; equal ones in the hits' order."""
    scores: dict[tuple[str, int], list[float]] = defaultdict(list)
    for hit in hits:
        passage = catalogue.passage(hit.row)
        scores[passage.doc_id, passage.section].append(hit.score)
    worth: dict[tuple[str, int], float] = {}
    for key in [key for key in scores if key[1]]:
        parsed = catalogue.parsed(key[0])
        if parsed is not None:
            _add_worth(worth, parsed, key[1], scores, question, weights)
    ranked = sorted(worth, key=lambda key: -worth[key])
    found = [(catalogue.parsed(doc_id), index) for doc_id, index in ranked]
    sections = [
        (parsed, _topmost(parsed, parsed.sections[index], question, weights))
        for parsed, index in found
        if parsed is not None
    ]
    wanted = [
        kind for kind in _KINDS if f"哪一{kind}" in question.text or f"哪{kind}" in question.text
    ]
    home = (
        sections[0][0].document.doc_id if sections else ""
    )  # another document's 条 is none of its own
    of_kind = [
        (parsed, section)
        for parsed, section in sections
        if wanted and section.marker.endswith(wanted[0]) and parsed.document.doc_id == home
    ]
    return of_kind or sections


def heading_share(
    parsed: Parsed, section: Section, question: Question, weights: Sequence[float]
) -> float:
    """Share of the question's words that a section's own heading says, by its synonyms too."""
    head = with_synonyms(normalise(parsed.document.text[section.start : section.head_end]))
    return coverage(question, weights, text=head)


def _topmost(
    parsed: Parsed, section: Section, question: Question, weights: Sequence[float]
) -> Section:
    """The section itself, or the highest one above it whose heading says the question as well."""
    said = heading_share(parsed, section, question, weights)
    above = parsed.sections[section.parent]
    while said >= SURE_SHARE and above.index:
        is_inside = question.scope.holds(parsed, above.index)
        if is_inside and heading_share(parsed, above, question, weights) >= said:
            section = above
        above = parsed.sections[above.parent]
    return section


def _add_worth(
    worth: dict[tuple[str, int], float],
    parsed: Parsed,
    section: int,
    scores: dict[tuple[str, int], list[float]],
    question: Question,
    weights: Sequence[float],
) -> None:
    """The worth of a section and of those above it, children first."""
    doc_id = parsed.document.doc_id
    while section:
        key = (doc_id, section)
        own = _faded(scores.get(key, []))
        below = [
            worth[doc_id, child.index]
            for child in parsed.sections
            if child.parent == section and (doc_id, child.index) in worth
        ]
        node = parsed.sections[section]
        said = heading_share(parsed, node, question, weights)
        worth[key] = own + HEAD_WEIGHT * said + CHILD_SHARE * _faded(below)
        section = node.parent


def _faded(values: Sequence[float]) -> float:
    return sum(value * FADE**at for at, value in enumerate(sorted(values, reverse=True)))
