"""Candidates → an answer: the units that the reader chose, cut to the clauses that say it, with what they must not be
quoted without."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.answer.draft import Draft
from bearing_qa.answer.named import with_what_is_named
from bearing_qa.answer.read import Candidate, Said
from bearing_qa.answer.tables import draft_rows
from bearing_qa.document.digests import children, opening_of, paragraphs, trimmed
from bearing_qa.document.passages import split_sentences
from bearing_qa.search.question import Question
from bearing_qa.types import Kind, Parsed, Section, Span

UNIT_GAP = 1.0
"""Logits below the best unit of a candidate at which another one is cited too."""
ITEM_GAP = 1.5
"""The same of a list or a digest, whose items are mostly asked for together."""
SECOND_GAP = 0.5
"""How far the sum of evidence and answerable may be below the best unit's, for another candidate's unit to be cited."""
MAX_UNITS = 4
"""Units of running text that are cited."""
LONG_LIST = 4
"""More items than this are shown in short where they are long."""
MAX_PARAGRAPHS = 12
"""A longer article is answered by what the reader chose of it."""
MIN_PARTS = 2
"""A digest of which fewer parts were chosen is answered by these; of one of which at least half were, all parts are asked for."""
MAX_CANDIDATES = 3
MAX_WHOLE_CHARS = 60
"""A unit no longer than this is shown whole."""
MAX_ITEM_CHARS = 40
"""The same of an item of a long list."""
MAX_FOLLOWING_CHARS = 120
KINDS: dict[str, Kind] = {"text": "text", "front": "front", "row": "row"}
"""The kind of passage that a readable is; lists and digests are of several."""
_HEAD_ENDS = "。；：，、 \n"
_TAKES_BACK = re.compile(
    r"但|不过[，,]|法律、行政法规另有规定|前款[^。]*(?:除外|不适用)|[^。]*(?:除外[。；]?$|不得叠加)"
)
"""A sentence that takes back part of the rule before it (law 10)."""


def draft_answer(question: Question, candidates: Sequence[Candidate]) -> Draft:
    """The answer that the best candidates give; candidates are best first."""
    draft = Draft()
    if not candidates:
        return draft
    best = candidates[0]
    if best.readable.kind == "row":
        draft_rows(draft, question, candidates)
        if draft.pieces:
            return draft
    draft.is_listing = best.readable.kind in ("list", "digest")
    if add_outline(draft, best):
        return draft
    chosen = [(best, said) for said in with_what_is_named(question, best, chosen_units(best))]
    if not draft.is_listing:
        chosen += _beside(best, candidates[1:MAX_CANDIDATES])
        chosen = _strongest(chosen)
    for candidate, said in chosen:
        _add(draft, candidate, said, many=len(chosen))
    return draft


def quote_part(best: Candidate, parsed: Parsed, section: Section) -> Draft:
    """All paragraphs of an article, whole and in order; nothing of a part that has sections of its own, or is too long."""
    draft = Draft()
    spans = [trimmed(parsed.document.text, span) for span in paragraphs(parsed, section)]
    is_short = 0 < len(spans) <= MAX_PARAGRAPHS and section.marker.endswith("条")
    if is_short and not children(parsed, section):
        for start, end in spans:
            draft.add(parsed.document.text[start:end], (parsed, "text", start, end, best.hit.score))
    return draft


def add_outline(draft: Draft, best: Candidate) -> bool:
    """Adds the whole outline of a section, if most parts of its digest were chosen: what leads to it, then each part below the
    section in order, its heading with its first sentence. Says whether it did."""
    if best.readable.kind != "digest":
        return False
    parsed, score = best.readable.parsed, best.hit.score
    section = parsed.sections[best.readable.section]
    parts, chosen = children(parsed, section), chosen_units(best)
    read, taken = (_parts_at(parts, [said.span[0] for said in own]) for own in (best.said, chosen))
    if len(taken) < MIN_PARTS or 2 * len(taken) < len(read):
        return False
    for said in chosen:
        if section.head_end <= said.span[0] < parts[0].start:
            _add(draft, best, said, many=len(parts))
    for part in parts:
        words, spans = _part_as_said(parsed, part)
        draft.add(words, *((parsed, "heading", *span, score) for span in spans))
    return True


def _parts_at(parts: Sequence[Section], starts: Sequence[int]) -> list[Section]:
    """The parts that some places are in."""
    return [part for part in parts if any(part.start <= at < part.tree_end for at in starts)]


def _part_as_said(parsed: Parsed, part: Section) -> tuple[str, tuple[Span, ...]]:
    """A part's heading with its first sentence, and the slice of both; two where a table stands between."""
    text = parsed.document.text
    head = trimmed(text, (part.start, part.head_end))
    opening = opening_of(parsed, part)
    if opening is None:
        return text[slice(*head)], (head,)
    sentence = text[slice(*opening)]
    if not part.title:
        return text[head[0] : opening[1]], ((head[0], opening[1]),)
    words = f"{text[slice(*head)].strip(_HEAD_ENDS)}：{sentence}"
    is_apart = any(head[1] <= table.start < opening[0] for table in parsed.tables)
    return words, (head, opening) if is_apart else ((head[0], opening[1]),)


def _is_cited(draft: Draft, candidate: Candidate, start: int) -> bool:
    """Whether a draft has a piece that begins at a place of a candidate's document."""
    spans = (span for _, own in draft.pieces for span in own)
    return any(
        (parsed.document.doc_id, at) == (candidate.doc_id, start) for parsed, _, at, _, _ in spans
    )


def chosen_units(candidate: Candidate) -> list[Said]:
    """The units of a candidate that say it, in the text's order; where only the lead of a list or digest does, what it
    leads to."""
    is_outline = candidate.readable.kind in ("list", "digest")
    gap = ITEM_GAP if is_outline else UNIT_GAP
    chosen = [said for said in candidate.said if said.evidence >= candidate.evidence - gap]
    return list(candidate.said) if is_outline and chosen == [candidate.said[0]] else chosen


def _beside(best: Candidate, others: Sequence[Candidate]) -> list[tuple[Candidate, Said]]:
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


def _weight(candidate: Candidate, said: Said) -> float:
    """How surely a unit answers: its own logit with its candidate's."""
    return said.evidence + candidate.answerable


def _strongest(chosen: list[tuple[Candidate, Said]]) -> list[tuple[Candidate, Said]]:
    """The MAX_UNITS that say most, in their order."""
    ranked = sorted(chosen, key=lambda pair: -_weight(*pair))
    kept = {id(said) for _, said in ranked[:MAX_UNITS]}
    return [pair for pair in chosen if id(pair[1]) in kept]


def _add(draft: Draft, candidate: Candidate, said: Said, *, many: int) -> None:
    """A unit with its span, and the sentences behind it that take it back."""
    parsed = candidate.readable.parsed
    text = parsed.document.text
    start, end = said.span
    if _is_cited(draft, candidate, start):
        return
    room = MAX_ITEM_CHARS if draft.is_listing and many > LONG_LIST else MAX_WHOLE_CHARS
    words = text[start:end] if end - start <= room else text[slice(*said.clause)]
    kind = kind_at(candidate, start)
    draft.add(words, (parsed, kind, start, end, candidate.hit.score))
    if not draft.is_listing:
        for first, last in _taking_back(parsed, end):
            if _is_cited(draft, candidate, first):
                continue
            draft.add(text[first:last], (parsed, kind, first, last, candidate.hit.score))


def kind_at(candidate: Candidate, start: int) -> Kind:
    """The kind of passage that a place of a candidate is in."""
    readable = candidate.readable
    own = KINDS.get(readable.kind)
    if own is not None:
        return own
    section = readable.parsed.sections[readable.parsed.section_at(start)]
    return "heading" if section.index and start < section.head_end else "text"


def _taking_back(parsed: Parsed, end: int) -> list[tuple[int, int]]:
    """The sentences right behind a place that begin by taking back what is said before it."""
    text = parsed.document.text
    section = parsed.sections[parsed.section_at(max(end - 1, 0))]
    found = []
    for sentence in split_sentences(text, start=end, end=section.end):
        words = text[sentence.start : sentence.end]
        is_near = not text[end : sentence.start].strip()
        if not (is_near and _TAKES_BACK.match(words)) or len(words) > MAX_FOLLOWING_CHARS:
            break
        found.append((sentence.start, sentence.end))
        end = sentence.end
    return found
