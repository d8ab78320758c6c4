"""Parts that a question names by their number: 第二部分, 第十七条."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.document.digests import children
from bearing_qa.language.numbers import CHINESE_ORDINAL, number_of
from bearing_qa.language.segment import normalise
from bearing_qa.search.question import Question
from bearing_qa.search.relations import title_words
from bearing_qa.types import Parsed, Section

_NTH_PART = re.compile(
    rf"第([{CHINESE_ORDINAL}\d]{{1,7}})(?:个?大?)(部分|章|节|条|块|项)(?:之([{CHINESE_ORDINAL}\d]{{1,3}}))?"
)
_MARKER = re.compile(rf"第([{CHINESE_ORDINAL}\d]+)([章节条])(?:之([{CHINESE_ORDINAL}]+))?")
"""第九十一条之二: an article that an amendment put behind the ninety-first."""
_REFERS_BEFORE = re.compile(r"(?:符合|依照|按照|依据|根据|违反|除|因|属于|适用)[^，,。]{0,12}$")
_REFERS_BEHIND = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[款项目]|[、和及与或至到])*(?:第[一二三四五六七八九十百\d]+条)?的?(?:所?[规约]定的?(?:情形|外|处|[，,])|规定的(?!内容|什么|是|[几哪])|所称|[、和及与至])"
)
"""What makes a numbered part a reference: 第六条第一款规定的财产原值, 第十四条、第十五条."""
_ASKS_WORDS = re.compile(r"规定|内容|什么|怎么[说写]|如何")
MIN_TITLE_CHARS = 3
MIN_ITEMS = 10
"""Items of a document that has no parts: 第二十二项 is the part headed 二十二、 where a document has so many; with fewer, 第二项 is
mostly an item inside of one."""


def nth_part(documents: Sequence[Parsed], question: Question) -> tuple[Parsed, Section] | None:
    """The section that a question names by its number: 第二部分, or 第十七条 of a law.

    The document is the one whose title the question names, else the first; documents are those hit, best first.
    """
    found = _part_named(question)
    if found is None or not documents:
        return None
    parsed = document_asked(documents, question)
    inside = [s for s in parsed.sections[1:] if question.scope.holds(parsed, s.index)]
    if found.group(2) in ("条", "章", "节"):
        asked = _numbers(found)
        same = (s for s in inside if _numbers(_MARKER.fullmatch(s.marker)) == asked)
        section = next(same, None)
        return (parsed, section) if section else None
    number, tops = number_of(found.group(1)), children(parsed, parsed.sections[0])
    if found.group(2) == "项" and len(tops) < MIN_ITEMS:
        return None
    part = tops[number - 1] if 0 < number <= len(tops) else None
    return (parsed, part) if part in inside and part else None


def asks_words(question: Question) -> bool:
    """Whether a question asks what a part says: 第十七条规定了什么？ Its words are the answer, whatever they are."""
    return bool(_ASKS_WORDS.search(question.text))


def with_marker(text: str, section: Section) -> str:
    """A question with the number of the part that it names written as its document does: 第91条之2 as 第九十一条之二."""
    found = _NTH_PART.search(text)
    if found is None or _numbers(found) != _numbers(_MARKER.fullmatch(section.marker)):
        return text
    return text[: found.start()] + section.marker + text[found.end() :]


def _numbers(found: re.Match[str] | None) -> tuple[str, int | None, int | None] | None:
    """Unit and number of a part, and its number behind 之 (None without one), however they are written."""
    if found is None:
        return None
    number, unit, behind = found.groups()
    return unit, number_of(number), number_of(behind) if behind else None


def _part_named(question: Question) -> re.Match[str] | None:
    """The part that a question asks the words of, by its number; not one that it only refers to
    (违反第十七条的怎么罚, 第六条规定的财产原值怎么算)."""
    text = normalise(question.text)
    found = _NTH_PART.search(text)
    if found is None or _REFERS_BEFORE.search(text[: found.start()]):
        return None
    return None if _REFERS_BEHIND.match(text, found.end()) else found


def missing_part(documents: Sequence[Parsed], question: Question) -> str:
    """The article or chapter that a question asks the words of and its document lacks; else empty."""
    found = _part_named(question)
    if found is None or not documents or nth_part(documents, question):
        return ""
    parsed = document_asked(documents, question)
    unit = found.group(2)
    has_unit = unit in ("条", "章", "节") and any(
        s.marker.endswith(unit) and question.scope.holds(parsed, s.index)
        for s in parsed.sections[1:]
    )
    return found.group() if has_unit and asks_words(question) else ""


def document_asked(documents: Sequence[Parsed], question: Question) -> Parsed:
    """The document whose title the question names, else the first; of several of that title that of a year
    that the question names, else the newest."""
    chosen = next((p for p in documents if _is_named(p, question.text)), documents[0])
    title = title_words(chosen.document.title)
    editions = [p for p in documents if title_words(p.document.title) == title]
    dates = {p.document.doc_id: p.document.metadata.get("date", "") for p in editions}
    named = [p for p in editions if dates[p.document.doc_id][:4] in question.years]
    return max(named or editions, key=lambda p: (dates[p.document.doc_id], p is chosen))


def _is_named(parsed: Parsed, question: str) -> bool:
    title = re.sub(r"^中华人民共和国|[（(].*$", "", parsed.document.title)
    return len(title) >= MIN_TITLE_CHARS and title in question
