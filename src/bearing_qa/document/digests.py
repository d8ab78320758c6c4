"""Lists and section digests: what the outline of a document lets one read at a glance, as exact slices.

A *list* is a lead with the items below it: inline points, paragraphs that begin alike, labelled paragraphs. A
*digest* is a heading with the last paragraph of its own text and its children's headings and first sentences; of a section without children, the
first sentences of its paragraphs, if they are more than one passage. Both are spans of the document, in its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bearing_qa.document.passages import MAX_CHARS, split_sentences
from bearing_qa.document.tables import caption_above
from bearing_qa.types import Parsed, Point, Section, Span, Table

MAX_UNITS = 30
"""Spans of a list or digest; what is behind them is left to the passages."""
MAX_BRIEF_CHILDREN = 10
"""A section with more children is digested by their headings alone, where they have titles."""
MIN_PARAGRAPHS = 2
MIN_ALIKE_CHARS = 2
"""How far paragraphs of a list agree at their beginning."""
MIN_LABELLED = 3
"""Fewer paragraphs with labels are no list."""
_LABEL = re.compile(r"[^，。；：！？\d（）()\s][^，。；：！？]{1,14}：(?=.)")
_STOP = re.compile(r"[。！？；]")


def children(parsed: Parsed, section: Section) -> list[Section]:
    """Sections right below a section."""
    return [s for s in parsed.sections if s.parent == section.index and s.index]


def digest_of(parsed: Parsed, section: Section) -> tuple[Span, ...]:
    """The spans of a section's digest; empty where there is nothing to be digested."""
    text = parsed.document.text
    below = children(parsed, section)
    head = [trimmed(text, (section.start, section.head_end))] if section.index else []
    if not below:
        own = [first_sentence(text, line) for line in paragraphs(parsed, section)]
        is_long = section.end - section.head_end > MAX_CHARS and len(own) >= MIN_PARAGRAPHS
        return tuple([*head, *own][:MAX_UNITS]) if is_long else ()
    is_brief = len(below) <= MAX_BRIEF_CHILDREN
    spans = head + [first_sentence(text, line) for line in paragraphs(parsed, section)[-1:] if head]
    for child in below:
        spans += _child_spans(parsed, child, is_brief=is_brief)
    return tuple(spans[:MAX_UNITS])


def _child_spans(parsed: Parsed, child: Section, *, is_brief: bool) -> list[Span]:
    """A child's heading, and the first sentence of its text where it has no title or there is room."""
    text = parsed.document.text
    head = trimmed(text, (child.start, child.head_end))
    body = [first_sentence(text, line) for line in paragraphs(parsed, child)[:1]]
    if not child.title and body:
        return [(head[0], body[0][1])]
    return [head, *(body if is_brief else [])]


def opening_of(parsed: Parsed, section: Section) -> Span | None:
    """The first sentence of a section, or of what is below it, whole, to its full stop; the head of a table where there is nothing
    but that. None where a section has no text at all."""
    text = parsed.document.text
    for node in parsed.sections[section.index :]:
        if node.start >= section.tree_end and node.index != section.index:
            break
        for start, end in paragraphs(parsed, node)[:1]:
            own = split_sentences(text, start=start, end=end)
            whole = next((s for s in own if text[s.end - 1] != "；"), own[-1])
            return start, whole.end
    tables = (t for t in parsed.tables if section.head_end <= t.start < section.tree_end)
    return next(((t.start, max(t.head_end, t.rows[0].end if t.rows else 0)) for t in tables), None)


def lists_of(parsed: Parsed, section: Section) -> Iterator[tuple[Span, ...]]:
    """The lists in a section's own text, each as its lead (where there is one) and its items."""
    text = parsed.document.text
    own = [p for p in parsed.points if section.head_end <= p.start < section.end]
    for run in runs(own):
        if len(run) >= MIN_PARAGRAPHS:
            items = [first_sentence(text, (point.start, point.end)) for point in run]
            yield _led(text, section, items)
    for items in (_alike(parsed, section), _labelled(parsed, section)):
        if items:
            yield _led(text, section, items)


def runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Points in a row as lists: where the first one's marker comes again, another list begins."""
    run: list[Point] = []
    for point in points:
        if run and point.marker == run[0].marker:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _led(text: str, section: Section, items: list[Span]) -> tuple[Span, ...]:
    """Items with the sentence right before them, else the section's heading, in front."""
    before = split_sentences(text, start=section.head_end, end=items[0][0])
    lead = (before[-1].start, before[-1].end) if before else (section.start, section.head_end)
    head = [trimmed(text, lead)] if lead[0] < lead[1] else []
    return tuple([*head, *items][:MAX_UNITS])


def paragraphs(parsed: Parsed, section: Section) -> list[Span]:
    """The lines of a section's own text that are neither blank nor of a table, without blanks around them."""
    text, found, start = parsed.document.text, [], section.head_end
    tables = [t for t in parsed.tables if t.start < section.end and section.head_end < t.end]
    for line in text[section.head_end : section.end].split("\n"):
        span = trimmed(text, (start, start + len(line)))
        if span[0] < span[1] and not any(t.start <= span[0] < t.end for t in tables):
            found.append(span)
        start += len(line) + 1
    return found


def _alike(parsed: Parsed, section: Section) -> list[Span]:
    """Paragraphs of a section if all of them begin alike (坚持生态优先。…… / 坚持市场主导。……)."""
    text, lines = parsed.document.text, paragraphs(parsed, section)
    begins = {text[start : start + MIN_ALIKE_CHARS] for start, _ in lines}
    is_list = len(lines) >= MIN_PARAGRAPHS and len(begins) == 1
    return [first_sentence(text, line) for line in lines] if is_list else []


def _labelled(parsed: Parsed, section: Section) -> list[Span]:
    """Paragraphs in a row that each begin with what they are about (航天轴承：…)."""
    text = parsed.document.text
    found: list[Span] = []
    for line in paragraphs(parsed, section):
        if _LABEL.match(text, *line):
            found.append(first_sentence(text, line))
        elif len(found) < MIN_LABELLED:
            found = []
        else:
            break
    return found if len(found) >= MIN_LABELLED else []


def first_sentence(text: str, span: Span) -> Span:
    """From the beginning of a span to its first stop (。！？；), or all of it."""
    start, end = trimmed(text, span)
    line = text.find("\n", start, end)
    end = line if line > start else end
    found = _STOP.search(text, start, end)
    return start, found.end() if found else end


def caption_of(parsed: Parsed, table: Table) -> str:
    """The short lines right above a table: its title, its unit. Empty where a sentence stands there."""
    section = parsed.sections[parsed.section_at(table.start)]
    before = (t.end for t in parsed.tables if section.head_end <= t.start < table.start)
    return caption_above(parsed.document.text, max(section.head_end, *before, 0), table)


def trimmed(text: str, span: Span) -> Span:
    """A span without the blanks around it."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
