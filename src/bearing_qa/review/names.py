"""Titles, document numbers and articles → verdicts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from bearing_qa.language.document_numbers import Number, fold, is_same, numbers_in
from bearing_qa.review.articles import find_article, has_articles, number_of_article
from bearing_qa.review.comparable import comparable
from bearing_qa.review.draft import Taken
from bearing_qa.review.editions import Edition, Editions, title_key
from bearing_qa.review.finding import Judgement
from bearing_qa.review.sources import Found, Sources
from bearing_qa.store.protocol import Index

MIN_TITLE_LIKENESS = 0.75
GENERIC_TITLE_CHARS = 4
"""《条例》, 《意见》: a title so short means the last longer one that ends so."""


class Names:
    """Judges what a draft calls documents and their parts."""

    def __init__(self, index: Index, sources: Sources, editions: Editions) -> None:
        self._index, self._sources, self._editions = index, sources, editions

    def title(self, taken: Taken, all_taken: Sequence[Taken]) -> Judgement:
        """Whether there is a document of a title; ``all_taken`` has the titles before it."""
        editions = self._editions.named(taken.text)
        if editions:
            return Judgement("exact", self._title_of(editions[-1]))
        key = title_key(taken.text)
        if len(key) <= GENERIC_TITLE_CHARS:
            longer = [
                t for t in all_taken
                if t.kind == "title" and t.start < taken.start
                and title_key(t.text).endswith(key) and title_key(t.text) != key
            ]  # fmt: skip
            if longer:
                return self.title(longer[-1], ())
            return Judgement("unchecked", reason="简称，不知指哪一份文件")
        mentioned = self._mentioned(taken.text)
        if mentioned:
            return Judgement("exact", mentioned, "资料中提到这份文件，但没有收录")
        like = get_close_matches(key, self._editions.keys(), 1, MIN_TITLE_LIKENESS)
        if not like:
            return Judgement("not_found", reason="资料中没有这份文件，也没有提到它")
        edition = self._editions.of_key(like[0])[-1]
        found = self._title_of(edition)
        found = replace(found, differences=((taken.text, edition.title),)) if found else None
        return Judgement("changed", found, f"资料中的文件是《{edition.title}》")

    def number(self, taken: Taken) -> Judgement:
        """Whether a document has a number, and whether it is the one beside it."""
        asked = next(iter(numbers_in(fold(taken.text))), None)
        if asked is None:
            return Judgement("unchecked", reason="不是完整的发文字号")
        credited = self._editions.named(taken.credit.title)
        doc_id, own = self._bearer(asked)
        if doc_id:
            if credited and doc_id not in {edition.doc_id for edition in credited}:
                title = self._sources.document(doc_id)[0].document.title
                return Judgement(
                    "wrong_source", self._words_of(doc_id, own), f"这是《{title}》的字号"
                )
            return Judgement("exact", self._words_of(doc_id, own))
        mentioned = self._mentioned(taken.text)
        if mentioned:
            return Judgement("exact", mentioned)
        own = self._number_of(credited[-1].doc_id) if credited else ""
        if own:
            found = self._words_of(credited[-1].doc_id, own)
            found = replace(found, differences=((taken.text, own),)) if found else None
            return Judgement("number_differs", found, f"《{credited[-1].title}》的字号是{own}")
        return Judgement("not_found", reason="资料中没有这个字号")

    def article(self, taken: Taken) -> Judgement:
        """Whether the document that is credited has an article, and the item in it."""
        credit = taken.credit
        editions = self._editions.named(credit.title)
        if not editions:
            return Judgement("unchecked", reason=f"资料中没有《{credit.title}》")
        parsed, _ = self._sources.document(editions[-1].doc_id)
        title, text = parsed.document.title, parsed.document.text
        if not has_articles(parsed):
            return Judgement("unchecked", reason=f"《{title}》不分条")
        section = find_article(parsed, number_of_article(credit.article))
        if section is None:
            return Judgement("not_found", reason=f"《{title}》没有第{credit.article}条")
        whole = text[section.start : section.tree_end]
        if credit.item and not re.search(rf"[（(]{credit.item}[）)]", whole):
            return Judgement("not_found", reason=f"第{credit.article}条没有第（{credit.item}）项")
        first = text[section.start : section.end].rstrip().split("\n", 1)[0]
        return Judgement("exact", Found(parsed, section.start, section.start + len(first), 1.0))

    def _bearer(self, asked: Number) -> tuple[str, str]:
        """The document that has a number, and how its metadata write it; both empty if none has."""
        for entry in self._index.catalogue.entries:
            own = entry.metadata.get("number", "")
            if any(is_same(asked, number) for number in numbers_in(fold(own))):
                return entry.doc_id, own
        return "", ""

    def _number_of(self, doc_id: str) -> str:
        entries = self._index.catalogue.entries
        return next((e.metadata.get("number", "") for e in entries if e.doc_id == doc_id), "")

    def _title_of(self, edition: Edition) -> Found | None:
        """The slice of a document that says its title."""
        return self._words_of(edition.doc_id, edition.title)

    def _words_of(self, doc_id: str, words: str) -> Found | None:
        return next(iter(self._sources.exact(comparable(words), (), [doc_id])), None)

    def _mentioned(self, words: str) -> Found | None:
        """A place where some document says the words."""
        rows = self._sources.rows_like(words)
        return next(iter(self._sources.exact(comparable(words), rows, ())), None)
