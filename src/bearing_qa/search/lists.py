"""The lists of a document: headings below a heading, inline points, paragraphs that begin alike or with labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.search.wording import is_lead
from bearing_qa.types import Parsed, Point, Section

MAX_LEAD_CHARS = 120
_PARAGRAPH_LABEL = re.compile(r"[^，。；：！？\d（）()\s][^，。；：！？]{1,14}：(?=.)")
_LEAD_IN = re.compile(
    r"看出|看到|可见|可知|表明|说明|认为|指出|强调|综上|总之|总的|如下|以下|下面|上述"
)
"""What a paragraph says before a colon to go on, not to name a thing: 从上面的分析可以看出：."""
MIN_ALIKE_CHARS = 2
"""How far paragraphs of a list agree at their beginning."""
MIN_LABELLED = 3
"""Fewer paragraphs with labels are no list."""
MAX_LIST_ITEMS = 20
MAX_ITEM_CHARS = 60
"""A longer item is shown by its first words."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an answer: the words that are shown and the slice that is cited, both slices."""

    shown: tuple[int, int]
    cited: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the document that answers a question, whole, in its order."""

    parsed: Parsed
    items: tuple[Item, ...]
    share: float = 1.0
    """Share of the question's words that the list's head says."""


def children(parsed: Parsed, section: Section) -> list[Section]:
    """Sections right below a section."""
    return [s for s in parsed.sections if s.parent == section.index and s.index]


def top_listing(parsed: Parsed) -> Listing | None:
    """The top sections as a list."""
    items = tuple(_heading_item(s) for s in children(parsed, parsed.sections[0]))
    return Listing(parsed, items) if items else None


def listing_below(parsed: Parsed, section: Section) -> Listing | None:
    """What stands right below a section, as a list."""
    lists = [items for _, items in lists_of(parsed, section)]
    return Listing(parsed, tuple(lists[0])) if lists else None


def listing_led_by(parsed: Parsed, *, start: int, end: int) -> Listing | None:
    """The list that a sentence introduces: its items begin right behind it."""
    text = parsed.document.text
    if not is_lead(text, start, end):
        return None
    section = parsed.sections[parsed.section_at(start)]
    for _, items in lists_of(parsed, section):
        behind = [item for item in items if item.cited[0] >= end]
        if behind and not text[end : behind[0].cited[0]].strip():
            return Listing(parsed, tuple(behind))
    return None


def lists_of(parsed: Parsed, section: Section) -> Iterator[tuple[str, list[Item]]]:
    """Lists of a section (its children, its points), each with the words of its head."""
    text = parsed.document.text
    head = text[section.start : section.head_end]
    below = children(parsed, section)
    if len(below) >= 2 and all(child.title or not _is_article(child) for child in below):
        lead = text[section.head_end : section.end][-MAX_LEAD_CHARS:]
        yield f"{head} {lead}", [_section_item(text, child) for child in below]
    begin = section.head_end
    for points in _runs([p for p in parsed.points if section.head_end <= p.start < section.end]):
        if len(points) >= 2:
            shown = [_shown_span(text, point) for point in points]
            cited = [(point.start, _first_stop(text, point.start, point.end)) for point in points]
            lead = text[begin : points[0].start][-MAX_LEAD_CHARS:]
            if (
                begin > section.head_end
            ):  # another list before it: only the sentence right before is its own
                lead = re.split(r"[。\n]", lead.rstrip())[-1]
            yield f"{head} {lead}", [Item(*spans) for spans in zip(shown, cited, strict=True)]
        begin = points[-1].start

    alike = _alike(text, section)
    if len(alike) >= 2:
        yield head, alike
    labelled = _labelled(text, section)
    if len(labelled) >= MIN_LABELLED:
        lead = text[section.head_end : labelled[0].cited[0]][-MAX_LEAD_CHARS:]
        yield f"{head} {lead}", labelled


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Points in a row as lists: where the first one's marker comes again, another list begins."""
    run: list[Point] = []
    for point in points:
        if run and point.marker == run[0].marker:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _alike(text: str, section: Section) -> list[Item]:
    """Paragraphs of a section if all of them begin alike (坚持生态优先。…… / 坚持市场主导。……), each by its first sentence."""
    items: list[Item] = []
    start = section.head_end
    for paragraph in text[section.head_end : section.end].split("\n"):
        own = paragraph.strip()
        if own:
            begin = start + len(paragraph) - len(paragraph.lstrip())
            stop = _first_stop(text, begin, start + len(paragraph.rstrip()))
            items.append(Item((begin, stop), (begin, stop)))
        start += len(paragraph) + 1
    begins = {text[item.shown[0] : item.shown[0] + MIN_ALIKE_CHARS] for item in items}
    return items if len(begins) == 1 else []


def _labelled(text: str, section: Section) -> list[Item]:
    """Paragraphs of a section that each begin with what they are about (航天轴承：…), in a row."""
    items: list[Item] = []
    start = section.head_end
    for paragraph in text[section.head_end : section.end].split("\n"):
        found = _PARAGRAPH_LABEL.match(paragraph)
        if found and not _LEAD_IN.search(found.group()):
            stop = _first_stop(text, start + found.end(), start + len(paragraph))
            items.append(Item((start, start + found.end() - 1), (start, stop)))
        elif items and paragraph.strip() and len(items) < MIN_LABELLED:
            items = []
        start += len(paragraph) + 1
    return items


def _is_article(section: Section) -> bool:
    """Whether a section is an article or chapter of a law: without titles these are no list."""
    return section.marker.startswith("第")


def _heading_item(section: Section) -> Item:
    skip = len(section.marker) if section.title else 0
    return Item((section.start + skip, section.head_end), (section.start, section.head_end))


def _section_item(text: str, section: Section) -> Item:
    """A section as an item: its heading, or its first sentence where it has none: （一）各地区应当……。"""
    if section.title:
        return _heading_item(section)
    begin = section.end - len(text[section.head_end : section.end].lstrip())
    stop = _first_stop(text, begin, section.end)
    return Item((begin, stop), (section.start, stop))


def _shown_span(text: str, point: Point) -> tuple[int, int]:
    """What is shown of a point: all of it if it is one short clause, else its first words."""
    at = text.index(point.title, point.start)
    end = _first_stop(text, at, point.end)
    is_whole = end - at <= MAX_ITEM_CHARS and "：" not in text[at:end]
    return (at, end) if is_whole else (at, at + len(point.title))


def _first_stop(text: str, start: int, end: int) -> int:
    found = re.search(r"[。！？；]", text[start:end])
    return start + found.end() if found else end
