"""Which units of what was read are quoted: the reader's marks, by their distance to the best one."""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.answer.read import Candidate, Said
from bearing_qa.answer.whole import whole_list
from bearing_qa.types import Parsed, Span

UNIT_GAP = 1.0
"""Logits below the best unit of a candidate at which another one is cited too."""
ITEM_GAP = 1.5
"""The same of a list or a digest, whose items are mostly asked for together."""
SECOND_GAP = 0.5
"""How far the sum of evidence and answerable may be below the best unit's, for another candidate's unit to be cited."""
DEEPER_GAP = 3.0
"""How far below a list or digest a candidate inside the part that it points to may score, to be quoted in its place."""
MAX_UNITS = 4
"""Units of running text that are cited."""
MAX_OTHERS = 2
"""Candidates beside the best one of which units are quoted too."""


def chosen_units(candidate: Candidate) -> list[Said]:
    """The units of a candidate that say it, in the text's order; where only the lead of a list or digest does, what it
    leads to."""
    is_outline = candidate.readable.kind in ("list", "digest")
    gap = ITEM_GAP if is_outline else UNIT_GAP
    chosen = [said for said in candidate.said if said.evidence >= candidate.evidence - gap]
    return list(candidate.said) if is_outline and chosen == [candidate.said[0]] else chosen


def deepest_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates with one in front that stands inside a part which the best one, a list or digest, points to: what a
    heading promises is in the text below it. As they were where most of the list or digest is asked for."""
    best, *others = candidates
    chosen = chosen_units(best)
    if best.readable.kind not in ("list", "digest") or 2 * len(chosen) > len(best.said):
        return list(candidates)
    parts = [_part_at(best.readable.parsed, said.span) for said in chosen]
    for at, other in enumerate(others):
        start, end = other.readable.units[0][0], other.readable.units[-1][1]
        is_inside = other.doc_id == best.doc_id and any(a <= start and end <= b for a, b in parts)
        is_text = other.readable.kind not in ("digest", "front")
        if is_inside and is_text and other.score >= best.score - DEEPER_GAP:
            return [other, best, *others[:at], *others[at + 1 :]]
    return list(candidates)


def _part_at(parsed: Parsed, span: Span) -> Span:
    """The section that a unit heads, or the line that it begins."""
    section = parsed.sections[parsed.section_at(span[0])]
    if section.index and span[0] < section.head_end:
        return section.start, section.tree_end
    end = parsed.document.text.find("\n", span[1])
    return span[0], end if end >= 0 else len(parsed.document.text)


def with_its_list(best: Candidate, chosen: list[Said]) -> list[Said]:
    """The chosen units with the other items of their list, if it is asked for as a whole, in the text's order."""
    if best.readable.kind not in ("text", "list"):
        return chosen
    spans = [said.span for said in chosen]
    items = whole_list(best.readable.parsed, spans, [s.span for s in best.said])
    lost = [item for item in items if not any(item[0] < e and s < item[1] for s, e in spans)]
    added = [Said(item, best.evidence, item) for item in lost]
    return sorted([*chosen, *added], key=lambda said: said.span)


def units_beside(best: Candidate, others: Sequence[Candidate]) -> list[tuple[Candidate, Said]]:
    """Units of further candidates of the same document that say nearly as much as the best unit."""
    taken = [said.span for said in chosen_units(best)]
    found = []
    for candidate in others:
        if candidate.doc_id != best.doc_id or candidate.readable.kind in ("row", "list", "digest"):
            continue
        for said in candidate.said:
            is_new = not any(s < said.span[1] and said.span[0] < e for s, e in taken)
            if is_new and _weight(candidate, said) >= best.evidence + best.answerable - SECOND_GAP:
                found.append((candidate, said))
                taken.append(said.span)
    return found


def strongest(chosen: list[tuple[Candidate, Said]]) -> list[tuple[Candidate, Said]]:
    """The MAX_UNITS that say most, in their order."""
    ranked = sorted(chosen, key=lambda pair: -_weight(*pair))
    kept = {id(said) for _, said in ranked[:MAX_UNITS]}
    return [pair for pair in chosen if id(pair[1]) in kept]


def _weight(candidate: Candidate, said: Said) -> float:
    """How surely a unit answers: its own logit with its candidate's."""
    return said.evidence + candidate.answerable
