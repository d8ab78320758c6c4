"""What other documents of the corpus say of one: that they repeal it, that they change it, that there is a newer one of its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bearing_qa.language.dates import DAY
from bearing_qa.language.document_numbers import fold, holds_number, numbers_in
from bearing_qa.language.numbers import NUMBER
from bearing_qa.language.segment import characters
from bearing_qa.store.protocol import Entry, Index
from bearing_qa.types import Document, Parsed, Span

MAX_READ = 200
"""Passages that are read for one title; where more hold all its characters, it is too common to name one document."""
MIN_TITLE_CHARS = 5
"""A shorter title without brackets (条例) names no document."""
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_COUNTRY = "中华人民共和国"
_REPEALS = re.compile(r"废止|失效|停止(?:执行|施行|使用)|不再(?:执行|施行)")
_AMENDS = re.compile(
    r"(?:作(?:出)?(?:如下|以下)?|予以|的)(?:修改|修订|修正)|修改为|修改如下|(?:修改|修订|修正)《"
)
_TERM = re.compile(
    rf"有效期限?(?:为|至|到)?\s*(?:{NUMBER}\s*(?:年|个月)|{DAY.replace('?P<', '?P<_')})"
)
_OF_THE_RULE = re.compile(
    r"施行|实施|执行|印发之日|发布之日|公布之日|本(?:办法|规定|通知|意见|细则|方案|规则|标准)"
)
"""What tells the term of a rule from that of a licence."""
_CONTINUES = re.compile(r"继续有效|(?:不|未|没有)(?:予以)?(?:废止|失效|修改)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of another document that says what became of one: a sentence ``span`` of ``doc_id``."""

    kind: Literal["repealed", "amended"]
    doc_id: str
    span: Span


def title_words(title: str) -> str:
    """A title as others name it: folded, without what it has in brackets (试行) and without the country's name."""
    return _ASIDE.sub("", fold(title)).removeprefix(_COUNTRY).strip()


def replacing_entry(index: Index, document: Document) -> Entry | None:
    """The first document whose sidecar says that it ``replaces`` this one, by its id or title."""
    names = {document.doc_id, title_words(document.title)}
    for entry in index.catalogue.entries:
        replaced = entry.metadata.get("replaces", "")
        if (
            replaced
            and entry.doc_id != document.doc_id
            and {replaced, title_words(replaced)} & names
        ):
            return entry
    return None


def term_of(parsed: Parsed) -> Span | None:
    """The sentence in which a document says how long it is in force: 自2021年5月1日起施行，有效期两年。"""
    text = parsed.document.text
    for sentence in (s for passage in parsed.passages for s in passage.sentences):
        words = text[sentence.start : sentence.end]
        if _TERM.search(words) and _OF_THE_RULE.search(words):
            return sentence.start, sentence.end
    return None


def newer_entry(index: Index, document: Document) -> Entry | None:
    """The newest document of the same title with a later date; None if there is none."""
    key, date = title_words(document.title), document.metadata.get("date", "")
    if not date:
        return None
    like = (e for e in index.catalogue.entries if e.metadata.get("date", "") > date)
    same = [e for e in like if title_words(e.title) == key]
    return max(same, key=lambda e: e.metadata["date"], default=None)


def mentions_of(index: Index, document: Document) -> Iterator[Mention]:
    """The sentences of later documents (of any, where a date is not known) that repeal or change a document, by its title in
    《》 or its number; the first of each document and kind."""
    title = title_words(document.title)
    if len(title) < MIN_TITLE_CHARS:
        return
    named = re.compile(rf"《(?:{_COUNTRY})?{re.escape(title)}(?:\([^()》]*\))?》")
    rows = index.lexical.rows_with(characters(title))
    dates = {e.doc_id: e.metadata.get("date", "") for e in index.catalogue.entries}
    date, found = dates.get(document.doc_id, ""), set()
    if len(rows) > MAX_READ:
        return
    for row, doc_id, context, text in index.catalogue.texts(map(int, rows)):
        earlier = dates[doc_id] and date and dates[doc_id] < date
        if doc_id == document.doc_id or earlier or not named.search(fold(text)):
            continue
        for mention in _in_passage(index, row, doc_id, context, named):
            if mention.kind not in found and _is_of(index, mention, document):
                found.add(mention.kind)
                yield mention


def _in_passage(
    index: Index, row: int, doc_id: str, context: str, named: re.Pattern[str]
) -> Iterator[Mention]:
    """The sentences of a passage that name a title and say, themselves or by what leads to them, what became of it."""
    passage, whole = index.catalogue.passage(row), index.catalogue.outline(doc_id)[0]
    spans = [(s.start, s.end) for s in passage.sentences] or [(passage.start, passage.end)]
    lead = f"{fold(context)}\n{fold(whole[slice(*spans[0])])}"
    for span in spans:
        words = fold(whole[slice(*span)])
        if not named.search(words) or _CONTINUES.search(words):
            continue
        for kind, says in (("repealed", _REPEALS), ("amended", _AMENDS)):
            if says.search(words) or says.search(lead):
                yield Mention("repealed" if kind == "repealed" else "amended", doc_id, span)
                break


def _is_of(index: Index, mention: Mention, document: Document) -> bool:
    """Whether a sentence that names a document by its title means this edition: where it gives a number, the document's own."""
    own = document.metadata.get("number", "")
    words = fold(index.catalogue.outline(mention.doc_id)[0][slice(*mention.span)])
    numbers = numbers_in(words)
    return not own or not numbers or any(holds_number(fold(own), number) for number in numbers)
