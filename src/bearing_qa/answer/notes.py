"""What to know of the documents of an answer: whether they are still what was read, whole, and in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bearing_qa.answer.pipeline import quote
from bearing_qa.search.relations import mentions_of, newer_entry
from bearing_qa.store.manifest import file_record
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, Note, Parsed, Span

_ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十]+)?")
_CHANGES = re.compile(r"修改为|改为|删[去除]|增加|废止")


def notes_on(index: Index, answer: Answer) -> tuple[Note, ...]:
    """What to know of each document that an answer cites, or, of a refusal, of that of the nearest passage."""
    slices = answer.citations or answer.passages[:1]
    found: list[Note] = []
    for doc_id in dict.fromkeys(slice_.doc_id for slice_ in slices):
        parsed = index.catalogue.parsed(doc_id)
        if parsed is not None:
            sections = [slice_.section for slice_ in slices if slice_.doc_id == doc_id]
            found.extend(_notes_of(index, parsed, sections))
    return tuple(found)


def _notes_of(index: Index, parsed: Parsed, sections: Sequence[tuple[str, ...]]) -> Iterator[Note]:
    document = parsed.document
    if is_stale(index, parsed):
        yield Note("stale", document.doc_id, document.title)
    for part in document.unread:
        yield Note("unread", document.doc_id, document.title, unread=part)
    for mention in mentions_of(index, document):
        other = index.catalogue.parsed(mention.doc_id)
        if other is None:
            continue
        change = _change_of(other, sections) if mention.kind == "amended" else None
        start, end = change or mention.span
        section = other.section_at(start)
        source = quote(other, start=start, end=end, kind="text", section=section, score=0.0)
        yield Note(mention.kind, document.doc_id, document.title, citation=source)
    newer = newer_entry(index, document)
    other = index.catalogue.parsed(newer.doc_id) if newer else None
    if newer is not None and other is not None:
        front = other.passages[0]
        source = quote(
            other,
            start=front.start,
            end=front.end,
            kind=front.kind,
            section=front.section,
            score=0.0,
        )
        date = newer.metadata["date"]
        yield Note("newer", document.doc_id, document.title, citation=source, date=date)


def _change_of(other: Parsed, sections: Sequence[tuple[str, ...]]) -> Span | None:
    """The sentence of an amending document that names one of the articles that are cited; None where none does."""
    articles = {
        found.group() for path in sections for name in path if (found := _ARTICLE.match(name))
    }
    text = other.document.text
    for sentence in (s for passage in other.passages for s in passage.sentences):
        words = text[sentence.start : sentence.end]
        if _CHANGES.search(words) and any(f"{article}" in words for article in articles):
            return sentence.start, sentence.end
    return None


def is_stale(index: Index, parsed: Parsed) -> bool:
    """Whether a document's file differs from the one that was read; a corpus that is not here says no."""
    corpus = Path(index.manifest["corpus"])
    if not corpus.exists():
        return False
    path = (corpus if corpus.is_dir() else corpus.parent) / parsed.document.source
    if not path.is_file():
        return True
    recorded = index.manifest["sources"].get(parsed.document.source)
    return recorded is not None and file_record(path) != recorded
