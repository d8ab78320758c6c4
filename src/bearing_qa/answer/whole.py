"""What a quoted unit must not be quoted without: the sentence that it is cut from, the lead and the items of its list."""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.document.digests import lists_of
from bearing_qa.types import Parsed, Span

MAX_SENTENCE_CHARS = 200
"""A longer sentence is cited by the unit that was chosen of it."""
MIN_ITEMS = 2
"""Of a list of which fewer items were chosen these alone are quoted, below their lead."""
_LEADS = ("：", ":")
"""What ends the sentence before a list that says what the list is of."""
_PART_END = "；;"
"""What ends a unit, but no sentence: 责令改正；拒不改正的，处……"""


def whole_sentence(parsed: Parsed, span: Span) -> Span:
    """The sentence that a unit is a part of, or a note in brackets to, if they stand in one line and are short enough; else
    the unit."""
    text = parsed.document.text
    passage = next(
        (p for p in parsed.passages if p.kind == "text" and _holds((p.start, p.end), span)), None
    )
    if passage is None:
        return span
    units = [(s.start, s.end) for s in passage.sentences]
    first = last = next((at for at, unit in enumerate(units) if _holds(unit, span)), -1)
    if first < 0:
        return span
    while first and _goes_on(text, units[first - 1], units[first]):
        first -= 1
    if is_note(text, units[first]):
        before = [unit for unit in (units[:first] or [_head_of(parsed, span)]) if unit[0] < unit[1]]
        if before and "\n" not in text[before[-1][1] : span[0]].strip(" "):
            units[first] = (before[-1][0], units[first][1])
    while last + 1 < len(units) and _goes_on(text, units[last], units[last + 1]):
        last += 1
    start, end = units[first][0], units[last][1]
    return (start, end) if end - start <= MAX_SENTENCE_CHARS else span


def is_note(text: str, span: Span) -> bool:
    """Whether a unit is nothing but brackets, a note to the sentence before it: （教育部负责）."""
    words = text[slice(*span)].strip()
    return words.startswith("（") and words.find("）") == len(words) - 1


def whole_list(parsed: Parsed, chosen: Sequence[Span], read: Sequence[Span]) -> list[Span]:
    """All items of the list that some chosen units are of, if at least half of its items that were read
    were chosen; empty where there is no such list."""
    for items in _lists_at(parsed, chosen):
        taken, seen = (
            [item for item in items[1:] if any(_meets(item, unit) for unit in own)]
            for own in (chosen, read)
        )
        if len(taken) >= MIN_ITEMS and 2 * len(taken) >= len(seen):
            return list(items[1:])
    return []


def lead_of(parsed: Parsed, chosen: Sequence[Span]) -> Span | None:
    """The sentence that leads to the list which some chosen units are items of; None where there is none."""
    for lead, *items in _lists_at(parsed, chosen):
        is_heading = parsed.sections[parsed.section_at(lead[0])].head_end > lead[0]
        is_lead = parsed.document.text[lead[0] : lead[1]].endswith(_LEADS) and not is_heading
        if is_lead and any(_meets(item, unit) for item in items for unit in chosen):
            return whole_sentence(parsed, lead)
    return None


def _head_of(parsed: Parsed, span: Span) -> Span:
    """The heading of the section that a unit is in."""
    section = parsed.sections[parsed.section_at(span[0])]
    return section.start, section.head_end


def _lists_at(parsed: Parsed, units: Sequence[Span]) -> list[tuple[Span, ...]]:
    """The lists of the sections that some units are in."""
    sections = dict.fromkeys(parsed.section_at(start) for start, _ in units)
    return [items for at in sections for items in lists_of(parsed, parsed.sections[at])]


def _goes_on(text: str, before: Span, after: Span) -> bool:
    """Whether a sentence goes on from one unit to the next, in the same line."""
    return (
        text[before[0] : before[1]].rstrip()[-1:] in _PART_END
        and "\n" not in text[before[1] : after[0]]
    )


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _meets(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
