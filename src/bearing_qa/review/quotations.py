"""Quotations → verdicts: exact, only marks differ, changed, another's, an older edition's, or nobody's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bearing_qa.answer.claims import claims
from bearing_qa.language.dates import days_in_words
from bearing_qa.language.segment import normalise
from bearing_qa.review.articles import article_of, has_articles, number_of_article
from bearing_qa.review.comparable import comparable, with_equal_figures
from bearing_qa.review.draft import MIN_QUOTED_CHARS, Credit
from bearing_qa.review.editions import Editions
from bearing_qa.review.finding import VERDICTS, Judgement
from bearing_qa.review.sources import Found, Sources
from bearing_qa.store.protocol import Index

MIN_SHARE = 0.7
"""How much of a quotation has to be in a source for it to be a changed quotation; with less it is not found."""
MIN_PIECE_CHARS = 2
ROWS_VOTED, ROWS_INSIDE = 200, 6
"""Passages that are asked for, to find those of one document; and how many of these are aligned."""
EDGE_CHARS = 3
"""Marks that a quotation may have before and behind its words, where its source has them too."""
_ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|⋯+")


class Quotations:
    """Judges quotations against the documents of an index."""

    def __init__(self, index: Index, sources: Sources, editions: Editions) -> None:
        self._index, self._sources, self._editions = index, sources, editions

    def judge(self, text: str, credit: Credit) -> Judgement:
        """The verdict of some quoted words; an ellipsis in them is followed piece by piece."""
        pieces = [p for p in _ELLIPSIS.split(text) if len(comparable(p).text) >= MIN_PIECE_CHARS]
        if not pieces:
            return Judgement("unchecked", reason="没有可以核对的字")
        judged = [self._piece(piece, credit) for piece in pieces]
        if len(judged) == 1:
            return judged[0]
        worst = max(judged, key=lambda one: VERDICTS.index(one.verdict))
        found = [one.found for one in judged if one.found]
        if len({one.doc_id for one in found}) > 1 and worst.verdict in ("exact", "punctuation"):
            worst = Judgement("wrong_source", reason="省略号前后的话出自不同的文件")
        differences = tuple(d for one in found for d in one.differences)
        first = replace(found[0], differences=differences) if found else None
        return Judgement(worst.verdict, first, worst.reason)

    def _piece(self, text: str, credit: Credit) -> Judgement:
        """The verdict of words that are quoted without a gap."""
        wanted = comparable(text)
        credited = [edition.doc_id for edition in self._editions.named(credit.title)]
        rows = self._sources.rows_like(text)
        exact = self._sources.exact(wanted, rows, credited)
        if exact:
            return self._exact(text, exact, credited, credit)
        if len(wanted.text) < MIN_QUOTED_CHARS:
            return Judgement("unchecked", reason="引号里的话太短，资料中没有，不作判断")
        rows += [row for doc_id in credited for row in self._rows_inside(doc_id, text)]
        near = self._sources.nearest(text, wanted, list(dict.fromkeys(rows)))
        own = [found for found in near if found.doc_id in credited and found.share >= MIN_SHARE]
        best = next(iter([*own, *near]), None)
        if best is None or best.share < MIN_SHARE:
            return Judgement("not_found", reason="资料中没有这句话" + _nearest(best))
        return _differing(text, best, is_credited=not credited or best.doc_id in credited)

    def _rows_inside(self, doc_id: str, text: str) -> list[int]:
        """Passages of one document that share most with a text."""
        inside = set(self._index.catalogue.rows_of(doc_id))
        rows = self._sources.rows_like(text, count=ROWS_VOTED)
        return [row for row in rows if row in inside][:ROWS_INSIDE]

    def _exact(
        self, text: str, exact: Sequence[Found], credited: Sequence[str], credit: Credit
    ) -> Judgement:
        """The verdict of words that some places have: whose they are, and whether a newer edition has them."""
        own = [found for found in exact if found.doc_id in credited]
        found = max(own or exact, key=lambda f: (self._editions.since(f.doc_id), f.text == text))
        title = found.parsed.document.title
        if credited and not own:
            return Judgement("wrong_source", found, f"出自《{title}》")
        if credit.article and own and has_articles(found.parsed):
            wanted = number_of_article(credit.article)
            placed = [f for f in own if f.doc_id == found.doc_id and article_of(f) == wanted]
            if not placed:
                where = found.parsed.path(found.parsed.section_at(found.start))
                return Judgement("wrong_source", found, f"出自{where[-1] if where else '别处'}")
            found = placed[0]
        newer = next(iter(self._editions.newer(found.doc_id)), None)
        if newer is not None:
            still = self._sources.exact(comparable(text), (), [newer.doc_id])
            if not still:
                return self._superseded(text, found, newer.doc_id)
            found = still[0]
        note = (
            f"资料中没有《{credit.title}》；这句话出自《{title}》"
            if credit.title and not credited
            else ""
        )
        for one in [found, *(f for f in exact if f.doc_id == found.doc_id)]:
            whole = one.parsed.document.text
            at = whole.find(text, max(one.start - EDGE_CHARS, 0), one.end + EDGE_CHARS)
            if at >= 0:
                return Judgement("exact", replace(one, start=at, end=at + len(text)), note)
        return Judgement("punctuation", found, note or "只有标点、空格或字形不同")

    def _superseded(self, text: str, found: Found, newer: str) -> Judgement:
        near = self._sources.nearest(text, comparable(text), self._rows_inside(newer, text))
        title = found.parsed.document.title
        if near and near[0].share >= MIN_SHARE:
            return Judgement("superseded", near[0], f"这是《{title}》旧版本的话，新版本已改")
        return Judgement("superseded", found, f"这是《{title}》旧版本的话，新版本没有")


def _differing(text: str, best: Found, *, is_credited: bool) -> Judgement:
    """The verdict of words that a source has in other words."""
    if with_equal_figures(text) == with_equal_figures(best.text):
        return Judgement("punctuation", best, "数字的写法不同，数值相同")
    if not is_credited:
        return Judgement(
            "wrong_source", best, f"出自《{best.parsed.document.title}》，且与原文不同"
        )
    said, read = (_amounts(words) for words in (text, best.text))
    if said != read:
        return Judgement("number_differs", best, "数字与原文不同")
    return Judgement("changed", best, "与原文不同")


def _amounts(text: str) -> Counter[tuple[object, str]]:
    """Values and units of a text's figures."""
    return Counter((claim.value, claim.unit) for claim in claims(days_in_words(normalise(text))))


def _nearest(found: Found | None) -> str:
    if found is None or found.share < MIN_SHARE / 2:
        return ""
    return f"；最接近的在《{found.parsed.document.title}》"
