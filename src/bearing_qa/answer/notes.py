"""What to know of the documents of an answer: whether they are still what was read, whole, and in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bearing_qa.answer.citations import quote
from bearing_qa.document.files import file_of
from bearing_qa.search.relations import mentions_of, newer_entry, replacing_entry, term_of
from bearing_qa.store.manifest import file_record
from bearing_qa.store.protocol import Entry, Index
from bearing_qa.types import Answer, Citation, Note, Parsed, Span

_ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十]+)?")
_CHANGES = re.compile(r"修改为|改为|删[去除]|增加|废止")

Headings = tuple[str, ...]


def notes_on(index: Index, answer: Answer) -> tuple[Note, ...]:
    """What to know of each document that an answer cites, or, of a refusal, of that of the nearest passage."""
    slices = answer.citations or answer.passages[:1]
    found: list[Note] = []
    for doc_id in dict.fromkeys(slice_.doc_id for slice_ in slices):
        parsed = index.catalogue.parsed(doc_id)
        if parsed is not None:
            paths = [slice_.section for slice_ in slices if slice_.doc_id == doc_id]
            found.extend(_of_the_file(index, parsed))
            found.extend(_of_its_force(index, parsed, paths))
    return tuple(found)


def _of_the_file(index: Index, parsed: Parsed) -> Iterator[Note]:
    """Whether a document's file has changed or gone, and what of it is not read."""
    document = parsed.document
    if is_stale(index, parsed):
        yield Note("stale", document.doc_id, document.title)
    for part in document.unread:
        yield Note("unread", document.doc_id, document.title, unread=part)


def _of_its_force(index: Index, parsed: Parsed, paths: Sequence[Headings]) -> Iterator[Note]:
    """What others say of a document, its newest edition, and how long it says itself that it is in force."""
    document = parsed.document
    named = (document.doc_id, document.title)
    for mention in mentions_of(index, document):
        other = index.catalogue.parsed(mention.doc_id)
        if other is not None:
            change = _change_of(other, paths) if mention.kind == "amended" else None
            yield Note(mention.kind, *named, citation=_quoted(other, change or mention.span))
    replacing = replacing_entry(index, document)
    if replacing is not None:
        yield Note("repealed", *named, citation=_front(index, replacing))
    newer = newer_entry(index, document)
    if newer is not None:
        yield Note("newer", *named, citation=_front(index, newer), date=newer.metadata["date"])
    term, last = term_of(parsed), document.metadata.get("expires", "")
    if term or last:
        yield Note("expires", *named, citation=_quoted(parsed, term) if term else None, date=last)


def _quoted(parsed: Parsed, span: Span) -> Citation:
    section = parsed.section_at(span[0])
    return quote(parsed, start=span[0], end=span[1], kind="text", section=section, score=0.0)


def _front(index: Index, entry: Entry) -> Citation | None:
    """What a document begins with."""
    parsed = index.catalogue.parsed(entry.doc_id)
    return _quoted(parsed, (parsed.passages[0].start, parsed.passages[0].end)) if parsed else None


def _change_of(other: Parsed, paths: Sequence[Headings]) -> Span | None:
    """The sentence of an amending document that names one of the articles that are cited; None where none does."""
    articles = {found.group() for path in paths for name in path if (found := _ARTICLE.match(name))}
    text = other.document.text
    for sentence in (s for passage in other.passages for s in passage.sentences):
        words = text[sentence.start : sentence.end]
        if _CHANGES.search(words) and any(article in words for article in articles):
            return sentence.start, sentence.end
    return None


def is_stale(index: Index, parsed: Parsed) -> bool:
    """Whether a document's file differs from the one that was read; a corpus that is not here says no."""
    corpus = Path(index.manifest["corpus"])
    if not corpus.exists():
        return False
    source = file_of(parsed.document.source, index.manifest["sources"])
    path = (corpus if corpus.is_dir() else corpus.parent) / source
    if not path.is_file():
        return True
    recorded = index.manifest["sources"].get(source)
    return recorded is not None and file_record(path) != recorded
