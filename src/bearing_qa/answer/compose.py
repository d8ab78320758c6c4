"""Candidates → an answer: the units that the reader chose, cut to the clauses that say it, with what they must not be
quoted without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bearing_qa.answer.choice import (
    MAX_OTHERS,
    chosen_units,
    deepest_first,
    strongest,
    units_beside,
    with_its_list,
)
from bearing_qa.answer.draft import CitedSlice, Draft
from bearing_qa.answer.named import with_what_is_named
from bearing_qa.answer.read import Candidate, Said
from bearing_qa.answer.tables import draft_rows
from bearing_qa.answer.units import Readable
from bearing_qa.answer.whole import is_note, lead_of, whole_sentence
from bearing_qa.document.digests import children, opening_of, paragraphs, trimmed
from bearing_qa.document.passages import split_sentences
from bearing_qa.search.question import Question
from bearing_qa.types import Kind, Parsed, Section, Span

LONG_LIST = 4
"""More items than this are shown in short where they are long."""
MAX_PARAGRAPHS = 12
"""A longer article is answered by what the reader chose of it."""
MIN_PARTS = 2
"""A digest of which fewer parts were chosen is answered by these; of one of which at least half were, all parts are asked for."""
MAX_WHOLE_CHARS = 80
"""A unit no longer than this is shown whole."""
MAX_ITEM_CHARS = 60
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
    best, *others = deepest_first(candidates)
    if best.readable.kind == "row":
        draft_rows(draft, question, [best, *others])
        if draft.pieces:
            return draft
    draft.is_listing = best.readable.kind in ("list", "digest")
    if add_outline(draft, best):
        return draft
    own = with_what_is_named(question, best, chosen_units(best))
    whole = with_its_list(best, own)
    draft.is_listing = draft.is_listing or len(whole) > len(own)
    _add_heads(draft, candidates[0], whole)
    _add_lead(draft, best, whole)
    chosen = [(best, said) for said in whole]
    if not draft.is_listing:
        chosen += units_beside(best, others[:MAX_OTHERS])
        chosen = strongest(chosen)
    for candidate, said in chosen:
        _add(draft, candidate, said, many=len(chosen))
    return draft if draft.is_listing else _of_whole_sentences(draft)


def quote_part(best: Candidate, parsed: Parsed, section: Section) -> Draft:
    """All paragraphs of an article, whole and in order; nothing of a part that has sections of its own, or is too long."""
    draft = Draft()
    spans = [trimmed(parsed.document.text, span) for span in paragraphs(parsed, section)]
    is_short = 0 < len(spans) <= MAX_PARAGRAPHS and section.marker.endswith("条")
    if is_short and not children(parsed, section):
        for start, end in spans:
            draft.add(parsed.document.text[start:end], (parsed, "text", start, end, best.hit.score))
    return draft


def _add_heads(draft: Draft, pointing: Candidate, chosen: Sequence[Said]) -> None:
    """Adds what a list or digest points with, its headings, before the chosen units below them."""
    if pointing.readable.kind not in ("list", "digest"):
        return
    for head in chosen_units(pointing):
        if not any(head.span[0] <= said.span[0] < head.span[1] for said in chosen):
            _add(draft, pointing, head, many=len(chosen) + 1)


def _add_lead(draft: Draft, best: Candidate, chosen: Sequence[Said]) -> None:
    """Adds the sentence that leads to the list of the chosen units: without it (有下列情形之一的，处……) they say nothing."""
    if best.readable.kind not in ("text", "list"):
        return
    spans = [said.span for said in chosen]
    lead = lead_of(best.readable.parsed, spans)
    if lead and not any(start < lead[1] and lead[0] < end for start, end in spans):
        _add(draft, best, Said(lead, best.evidence, lead), many=1)


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


def _add(draft: Draft, candidate: Candidate, said: Said, *, many: int) -> None:
    """A unit with its span, and the sentences behind it that take it back."""
    parsed = candidate.readable.parsed
    text = parsed.document.text
    start, end = said.span
    if _is_cited(draft, candidate, start):
        return
    room = MAX_ITEM_CHARS if draft.is_listing and many > LONG_LIST else MAX_WHOLE_CHARS
    words = text[start:end] if end - start <= room else text[slice(*said.clause)]
    kind = kind_at(candidate.readable, start)
    if is_note(text, said.span) and not draft.is_listing:
        words = text[slice(*whole_sentence(parsed, said.span))]
    draft.add(words, (parsed, kind, start, end, candidate.hit.score))
    if draft.is_listing:
        return
    ends = dict.fromkeys((end, whole_sentence(parsed, said.span)[1] if kind == "text" else end))
    for first, last in (span for place in ends for span in taking_back(parsed, place)):
        if not _is_cited(draft, candidate, first):
            draft.add(text[first:last], (parsed, kind, first, last, candidate.hit.score))


def _of_whole_sentences(draft: Draft) -> Draft:
    """A draft with running text cited by whole sentences; its words are as they were."""
    pieces = [(words, tuple(map(_sentence_of, spans))) for words, spans in draft.pieces]
    return replace(draft, pieces=pieces)


def _sentence_of(cited: CitedSlice) -> CitedSlice:
    parsed, kind, start, end, score = cited
    return (parsed, kind, *whole_sentence(parsed, (start, end)), score) if kind == "text" else cited


def kind_at(readable: Readable, start: int) -> Kind:
    """The kind of passage that a place of what was read is in."""
    own = KINDS.get(readable.kind)
    if own is not None:
        return own
    section = readable.parsed.sections[readable.parsed.section_at(start)]
    return "heading" if section.index and start < section.head_end else "text"


def taking_back(parsed: Parsed, end: int) -> list[tuple[int, int]]:
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
