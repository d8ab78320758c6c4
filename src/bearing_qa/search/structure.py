"""Answers that the outline gives: which section says it, what a part is about, whole lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.document.markers import number_of
from bearing_qa.index.segment import normalise
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.question import WHOLE_IN_PARTS, Question, coverage
from bearing_qa.search.wording import is_lead
from bearing_qa.types import Parsed, Point, Section

_NTH_PART = re.compile(r"第([一二三四五六七八九十百零\d]{1,7})(?:个?大?)(部分|章|节|条|块)")
_REFERS_BEFORE = re.compile(r"(?:符合|依照|按照|依据|根据|违反|除|因|属于|适用)[^，,。]{0,12}$")
_REFERS_BEHIND = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[款项目]|[、和及与或至到])*(?:第[一二三四五六七八九十百\d]+条)?的?(?:所?[规约]定的?(?:情形|外|处|[，,])|规定的(?!内容|什么|是|[几哪])|所称|[、和及与至])"
)
"""What makes a numbered part a reference: 第六条第一款规定的财产原值, 第十四条、第十五条."""
_ASKS_WORDS = re.compile(r"规定|内容|什么|怎么[说写]|如何")
_HOW_MANY_PARTS = re.compile(rf"[几多少]+(?:个?大?)(?:部分|块|章)|{WHOLE_IN_PARTS}")
MIN_TITLE_CHARS = 3
MIN_HEAD_COVERAGE = 0.5
MIN_TITLE_COVERAGE = 0.7
"""The same where the head is the title, which says much of what any question on the document says."""
_FRAME = (
    "总则",
    "附则",
    "总体要求",
    "指导思想",
    "总体思路",
    "保障措施",
    "组织实施",
    "组织保障",
    "工作要求",
)
"""Chapters by which laws and plans are laid out, whatever they are about."""
KIND_COVERAGE = 0.6
"""What a list's head is taken to say at least whose every item is what is counted."""
_COUNTED_KIND = re.compile(
    r"(?:哪?几|多少|[哪这那][一二两三四五六七八九十\d]{1,2})个?([\u4e00-\u9fff]{2})"
)
MIN_COUNTED_COVERAGE = 0.34
"""Share of the question's words that a list's head has to say; less when the length fits too."""
PARENT_WEIGHT = 0.5
"""A list is headed by its own heading; what only the heading above says counts for half."""
MAX_LEAD_CHARS = 120
_DENIAL = re.compile(r"不得|不予|不应|不能|不视为|不适用")
_PARAGRAPH_LABEL = re.compile(r"[^，。；：！？\d（）()\s][^，。；：！？]{1,14}：(?=.)")
_LEAD_IN = re.compile(
    r"看出|看到|可见|可知|表明|说明|认为|指出|强调|综上|总之|总的|如下|以下|下面|上述"
)
"""What a paragraph says before a colon to go on, not to name a thing: 从上面的分析可以看出：."""
MIN_ALIKE_CHARS = 2
"""How far paragraphs of a list agree at their beginning."""
MIN_LABELLED = 3
"""Fewer paragraphs with labels are no list."""
# What headings call by one word and people by another.
_SYNONYMS = (
    ("原因", "成因", "缘由"),
    ("对策", "措施", "举措", "思路", "办法", "途径", "路径"),
    ("问题", "不足", "短板", "困难"),
    ("任务", "工作"),
    ("目标", "指标"),
    ("特点", "特征"),
    ("意义", "作用"),
    ("保障", "支撑"),
    ("现状", "情况", "形势"),
)
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


def nth_part(candidates: Sequence[Candidate], question: Question) -> tuple[Parsed, Section] | None:
    """The section that a question names by its number: 第二部分, or 第十七条 of a law.

    The document is the one whose title the question names, else that of the best candidate.
    """
    found = _part_named(question)
    if found is None or not candidates:
        return None
    parsed = document_asked(candidates, question)
    number, unit = number_of(found.group(1)), found.group(2)
    inside = [s for s in parsed.sections[1:] if question.scope.holds(parsed, s.index)]
    if unit in ("条", "章", "节"):
        marker = f"第{found.group(1)}{unit}"
        named = (s for s in inside if s.marker == marker)
        same = (
            s for s in inside if s.marker.endswith(unit) and number_of(s.marker[1:-1]) == number
        )
        section = next(named, None) or next(same, None)
        return (parsed, section) if section else None
    tops = children(parsed, parsed.sections[0])
    part = tops[number - 1] if 0 < number <= len(tops) else None
    return (parsed, part) if part in inside and part else None


def _part_named(question: Question) -> re.Match[str] | None:
    """The part that a question asks the words of, by its number; not one that it only refers to
    (违反第十七条的怎么罚, 第六条规定的财产原值怎么算)."""
    text = normalise(question.text)
    found = _NTH_PART.search(text)
    if found is None or _REFERS_BEFORE.search(text[: found.start()]):
        return None
    return None if _REFERS_BEHIND.match(text, found.end()) else found


def missing_part(candidates: Sequence[Candidate], question: Question) -> str:
    """The article or chapter that a question asks the words of and its document lacks; else empty."""
    found = _part_named(question)
    if found is None or not candidates or nth_part(candidates, question):
        return ""
    parsed = document_asked(candidates, question)
    unit = found.group(2)
    has_unit = unit in ("条", "章", "节") and any(
        s.marker.endswith(unit) and question.scope.holds(parsed, s.index)
        for s in parsed.sections[1:]
    )
    return found.group() if has_unit and _ASKS_WORDS.search(question.text) else ""


def document_asked(candidates: Sequence[Candidate], question: Question) -> Parsed:
    """The document whose title the question names, else that of the best candidate."""
    documents = list({c.parsed.document.doc_id: c.parsed for c in candidates}.values())
    return next((p for p in documents if _is_named(p, question.text)), documents[0])


def _is_named(parsed: Parsed, question: str) -> bool:
    title = re.sub(r"^中华人民共和国|[（(].*$", "", parsed.document.title)
    return len(title) >= MIN_TITLE_CHARS and title in question


def asks_for_parts(question: Question) -> bool:
    """Whether a question asks how many parts a text has."""
    return bool(_HOW_MANY_PARTS.search(normalise(question.text)))


def top_listing(parsed: Parsed) -> Listing | None:
    """The top sections as a list."""
    items = tuple(_heading_item(s) for s in children(parsed, parsed.sections[0]))
    return Listing(parsed, items) if items else None


def listing_below(parsed: Parsed, section: Section) -> Listing | None:
    """What stands right below a section, as a list."""
    lists = [items for _, items in _lists_of(parsed, section)]
    return Listing(parsed, tuple(lists[0])) if lists else None


def find_listing(
    question: Question, weights: Sequence[float], *, candidates: Sequence[Candidate]
) -> Listing | None:
    """The list (child headings, or inline points) that answers a list question.

    Lists near the hits, and where a length is asked all lists of that length in the documents hit.
    The list's head (heading path and lead) has to say what the question asks; the one that says
    most of it is taken, and a head that denies (不得) only where the question does.
    """
    best: tuple[float, Listing] | None = None
    for rank, parsed, section in _sections_to_search(question, candidates):
        above = with_synonyms(normalise(" ".join(parsed.path(section.index)[-2:])))
        for head, items in _lists_of(parsed, section):
            if (
                _is_frame(parsed, items)
                or len(items) > MAX_LIST_ITEMS
                or (question.count and len(items) != question.count)
            ):
                continue
            own = coverage(question, weights, text=with_synonyms(normalise(head)))
            if _are_of_kind(question, parsed, items):
                own = max(own, KIND_COVERAGE)
            share = max(own, PARENT_WEIGHT * coverage(question, weights, text=above))
            least = MIN_HEAD_COVERAGE if section.index else MIN_TITLE_COVERAGE
            if share < (MIN_COUNTED_COVERAGE if question.count else least):
                continue
            denies = bool(_DENIAL.search(head)) and not _DENIAL.search(question.text)
            score = share - 0.02 * rank - 0.3 * denies
            if best is None or score > best[0]:
                best = (score, Listing(parsed, tuple(items), share))
    return best[1] if best else None


def _are_of_kind(question: Question, parsed: Parsed, items: Sequence[Item]) -> bool:
    """Whether every item is by its words what is counted: 准备阶段, 实施阶段, 总结阶段 where 几个阶段 is asked."""
    counted = _COUNTED_KIND.search(normalise(question.text))
    texts = (parsed.document.text[slice(*item.shown)] for item in items)
    return counted is not None and all(counted.group(1) in text for text in texts)


def _is_frame(parsed: Parsed, items: Sequence[Item]) -> bool:
    """Whether a list is the chapters of a law, from general provisions to final ones, or of a plan, from its
    guiding thoughts to how it is carried out: they are members of nothing."""
    shown = ("".join(parsed.document.text[slice(*item.shown)].split()) for item in items)
    return any(words.strip("。：") in _FRAME for words in shown)


def listing_led_by(parsed: Parsed, *, start: int, end: int) -> Listing | None:
    """The list that a sentence introduces: its items begin right behind it."""
    text = parsed.document.text
    if not is_lead(text, start, end):
        return None
    section = parsed.sections[parsed.section_at(start)]
    for _, items in _lists_of(parsed, section):
        behind = [item for item in items if item.cited[0] >= end]
        if behind and not text[end : behind[0].cited[0]].strip():
            return Listing(parsed, tuple(behind))
    return None


def _sections_to_search(
    question: Question, candidates: Sequence[Candidate]
) -> Iterator[tuple[int, Parsed, Section]]:
    """Sections whose lists may answer, with their rank: the hits' own and their parents first."""
    seen: set[tuple[str, int]] = set()
    for candidate in candidates:
        parsed = candidate.parsed
        own = parsed.sections[candidate.passage.section]
        for section in (own, parsed.sections[own.parent]):
            key = (parsed.document.doc_id, section.index)
            if key not in seen and question.scope.holds(parsed, section.index):
                seen.add(key)
                yield candidate.rank, parsed, section
    if question.count:
        documents = {c.parsed.document.doc_id: c.parsed for c in candidates}
        for doc_id, parsed in documents.items():
            for section in parsed.sections[1:]:
                is_new = (doc_id, section.index) not in seen
                if is_new and question.scope.holds(parsed, section.index):
                    yield len(candidates), parsed, section


def _lists_of(parsed: Parsed, section: Section) -> Iterator[tuple[str, list[Item]]]:
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


def with_synonyms(head: str) -> str:
    """A heading with the words that mean the same in headings: 成因 is where 原因 is asked."""
    return " ".join(
        [head, *(word for group in _SYNONYMS if _has_any(head, group) for word in group)]
    )


def _has_any(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


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
    begin = (
        section.head_end
        + len(text[section.head_end : section.end])
        - len(text[section.head_end : section.end].lstrip())
    )
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
