"""Answers that the outline gives: which section says it, what a part is about, whole lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bearing_qa.document.markers import number_of
from bearing_qa.index.segment import normalise
from bearing_qa.search.asked import WHOLE_IN_PARTS
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.fitting import denies
from bearing_qa.search.lists import MAX_LIST_ITEMS, Item, Listing, children, lists_of
from bearing_qa.search.question import Question, coverage
from bearing_qa.types import Parsed, Section

_NTH_PART = re.compile(r"第([一二三四五六七八九十百零\d]{1,7})(?:个?大?)(部分|章|节|条|块)")
_REFERS_BEFORE = re.compile(r"(?:符合|依照|按照|依据|根据|违反|除|因|属于|适用)[^，,。]{0,12}$")
_REFERS_BEHIND = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[款项目]|[、和及与或至到])*(?:第[一二三四五六七八九十百\d]+条)?的?(?:所?[规约]定的?(?:情形|外|处|[，,])|规定的(?!内容|什么|是|[几哪])|所称|[、和及与至])"
)
"""What makes a numbered part a reference: 第六条第一款规定的财产原值, 第十四条、第十五条."""
_ASKS_WORDS = re.compile(r"规定|内容|什么|怎么[说写]|如何")
_HOW_MANY_PARTS = re.compile(rf"[几多少]+(?:个?大?)(?:部分|块|章)|{WHOLE_IN_PARTS}")
MIN_TITLE_CHARS = 3
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
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
        for head, items in lists_of(parsed, section):
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
            score = share - 0.02 * rank - 0.3 * denies(question, head)
            if best is None or score > best[0]:
                best = (score, Listing(parsed, _named(question, parsed, items), share))
    return best[1] if best else None


def _named(question: Question, parsed: Parsed, items: Sequence[Item]) -> tuple[Item, ...]:
    """The one item that a question names by its label, whole (西岭区（3家）：…… where 西岭区 is asked); else all items."""
    text = parsed.document.text
    labels = [_IN_BRACKETS.sub("", text[slice(*item.shown)]).strip() for item in items]
    asked = normalise(question.text)
    named = [
        item
        for item, label in zip(items, labels, strict=True)
        if len(label) >= MIN_TITLE_CHARS - 1 and normalise(label) in asked
    ]
    is_longer = len(named) == 1 and named[0].cited[1] - named[0].shown[1] > 1
    return (Item(named[0].cited, named[0].cited),) if is_longer else tuple(items)


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


def with_synonyms(head: str) -> str:
    """A heading with the words that mean the same in headings: 成因 is where 原因 is asked."""
    return " ".join(
        [head, *(word for group in _SYNONYMS if _has_any(head, group) for word in group)]
    )


def _has_any(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)
