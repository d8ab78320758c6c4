"""A draft → findings: each quotation, figure, title, document number and article with its source and a verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

from bearing_qa.answer.claims import claims
from bearing_qa.answer.library import Library
from bearing_qa.answer.pipeline import quote
from bearing_qa.document.passages import split_sentences
from bearing_qa.language.document_numbers import fold, is_same, numbers_in
from bearing_qa.language.numbers import number_of
from bearing_qa.review.comparable import comparable, with_equal_figures
from bearing_qa.review.draft import MIN_QUOTED_CHARS, Credit, FindingKind, Taken, read_draft
from bearing_qa.review.editions import Editions, title_key
from bearing_qa.review.figures import FigureCheck
from bearing_qa.review.sources import Difference, Found, Sources
from bearing_qa.store.protocol import Index
from bearing_qa.types import Citation, Parsed

Verdict = Literal[
    "exact", "punctuation", "changed", "number_differs", "wrong_source", "superseded", "not_found", "unchecked",
]  # fmt: skip
VERDICTS: tuple[Verdict, ...] = (
    "exact", "punctuation", "changed", "number_differs", "wrong_source", "superseded", "not_found", "unchecked",
)  # fmt: skip
FAULTS = frozenset({"changed", "number_differs", "wrong_source", "not_found"})
"""Verdicts that ``--strict`` stops at."""
MIN_SHARE = 0.7
"""How much of a quotation has to be in a source for it to be a changed quotation; with less it is not found."""
MIN_TITLE_LIKENESS = 0.75
MIN_PIECE_CHARS = 2
_ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|⋯+")
_GENERIC_TITLE_CHARS = 4
"""《条例》, 《意见》: a title so short names the last longer one that ends so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A slice ``[start, end)`` of the draft, what it is, whether its source says so, and which source that is."""

    start: int
    end: int
    text: str
    kind: FindingKind
    verdict: Verdict
    source: Citation | None
    differences: tuple[Difference, ...]
    reason: str

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "kind": self.kind,
            "verdict": self.verdict,
            "source": self.source.to_json() if self.source else None,
            "differences": [{"draft": d, "source": s} for d, s in self.differences],
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Review:
    """A draft's text with its findings in order."""

    name: str
    text: str
    findings: tuple[Finding, ...]

    def counts(self) -> dict[Verdict, int]:
        """Findings by verdict."""
        found = Counter(finding.verdict for finding in self.findings)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def has_faults(self) -> bool:
        """Whether a finding says that the draft is wrong."""
        return any(finding.verdict in FAULTS for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "draft": self.name,
            "findings": [finding.to_json() for finding in self.findings],
            "counts": self.counts(),
        }


def check_draft(library: Library, text: str, *, name: str = "") -> Review:
    """Every quotation, figure, title, document number and article of a draft, compared with the serving version."""
    index = library.index()
    checker = _Checker(index, library)
    taken = read_draft(text)
    findings = [found for one in taken for found in checker.look(one, taken)]
    findings += checker.figures(text, taken)
    findings.sort(key=lambda one: (one.start, -one.end, one.kind))
    return Review(name, text, tuple(findings))


class _Checker:
    def __init__(self, index: Index, library: Library) -> None:
        self._index = index
        self._sources = Sources(index)
        self._editions = Editions(index.catalogue)
        self._figures = FigureCheck(index, library, self._sources, self._editions)

    def look(self, taken: Taken, all_taken: Sequence[Taken]) -> Iterator[Finding]:
        """The finding of something taken."""
        if taken.kind == "quotation":
            yield self._quotation(taken)
        elif taken.kind == "title":
            yield self._title(taken, all_taken)
        elif taken.kind == "document_number":
            yield self._number(taken)
        elif taken.kind == "article":
            yield self._article(taken)
        else:
            yield self._statement(taken)

    def figures(self, text: str, taken: Sequence[Taken]) -> Iterator[Finding]:
        """The findings of figures in running text."""
        for sentence in split_sentences(text, start=0, end=len(text)):
            own = [t for t in taken if t.start < sentence.end and sentence.start < t.end]
            aside = [(t.start, t.end) for t in own if t.kind != "statement"]
            credited = [e.doc_id for t in own for e in self._editions.named(t.credit.title)]
            for judged in self._figures.judge(
                text, (sentence.start, sentence.end), aside, credited
            ):
                source = self._cite(judged.source) if judged.source else None
                yield Finding(
                    judged.start, judged.end, text[judged.start : judged.end], "figure",
                    judged.verdict, source, judged.differences, judged.reason,
                )  # fmt: skip

    # --- quotations

    def _quotation(self, taken: Taken) -> Finding:
        pieces = [
            p for p in _ELLIPSIS.split(taken.text) if len(comparable(p).text) >= MIN_PIECE_CHARS
        ]
        if not pieces:
            return _finding(taken, "unchecked", reason="没有可以核对的字")
        judged = [self._piece(piece, taken.credit) for piece in pieces]
        if len(judged) == 1:
            verdict, found, reason = judged[0]
            return self._made(taken, verdict, found, reason)
        documents = {found.doc_id for _, found, _ in judged if found}
        worst = max(judged, key=lambda one: VERDICTS.index(one[0]))
        verdict, reason = worst[0], worst[2]
        if len(documents) > 1 and verdict in ("exact", "punctuation"):
            verdict, reason = "wrong_source", "省略号前后的话出自不同的文件"
        found = next((found for _, found, _ in judged if found), None)
        differences = tuple(d for _, f, _ in judged if f for d in f.differences)
        return self._made(
            taken, verdict, replace(found, differences=differences) if found else None, reason
        )

    def _piece(self, text: str, credit: Credit) -> tuple[Verdict, Found | None, str]:
        """Verdict, source and reason for words that are quoted without a gap."""
        wanted = comparable(text)
        credited = [edition.doc_id for edition in self._editions.named(credit.title)]
        rows = self._sources.rows_like(text)
        exact = self._sources.exact(wanted, rows, credited)
        if exact:
            return self._exact(text, exact, credited, credit)
        if len(wanted.text) < MIN_QUOTED_CHARS:
            return "unchecked", None, "引号里的话太短，资料中没有，不作判断"
        rows += [row for doc_id in credited for row in self._rows_inside(doc_id, text)]
        near = self._sources.nearest(text, wanted, list(dict.fromkeys(rows)))
        own = [found for found in near if found.doc_id in credited]
        best = next((f for f in own if f.share >= MIN_SHARE), near[0] if near else None)
        if best is None or best.share < MIN_SHARE:
            return "not_found", None, "资料中没有这句话" + _nearest(best)
        if with_equal_figures(text) == with_equal_figures(best.text):
            return "punctuation", replace(best, differences=()), "数字的写法不同，数值相同"
        if credited and best.doc_id not in credited:
            return "wrong_source", best, f"出自《{best.parsed.document.title}》，且与原文不同"
        said, read = (
            Counter((c.value, c.unit) for c in claims(_plain(t))) for t in (text, best.text)
        )
        if said != read:
            return "number_differs", best, "数字与原文不同"
        return "changed", best, "与原文不同"

    def _rows_inside(self, doc_id: str, text: str) -> list[int]:
        """Passages of one document that share most with a text."""
        inside = set(self._index.catalogue.rows_of(doc_id))
        return [row for row in self._sources.rows_like(text, count=200) if row in inside][:6]

    def _exact(
        self, text: str, exact: Sequence[Found], credited: Sequence[str], credit: Credit
    ) -> tuple[Verdict, Found | None, str]:
        own = [found for found in exact if found.doc_id in credited]
        newest = max(own or exact, key=lambda f: (self._since(f.doc_id), f.text == text))
        placed = [f for f in own if credit.article and _article_of(f) == _number(credit.article)]
        found = next((f for f in placed if f.doc_id == newest.doc_id), newest)
        if credited and not own:
            return "wrong_source", found, f"出自《{found.parsed.document.title}》"
        if credit.article and own and not placed and _has_articles(found.parsed):
            where = found.parsed.path(found.parsed.section_at(found.start))
            return "wrong_source", found, f"出自{where[-1] if where else '别处'}"
        newer = next(iter(self._editions.newer(found.doc_id)), None)
        if newer is not None:
            return self._superseded(text, found, newer.doc_id)
        is_raw = any(f.text == text for f in exact if f.doc_id == found.doc_id)
        if credit.title and not credited:
            return (
                ("exact" if is_raw else "punctuation"),
                found,
                f"资料中没有《{credit.title}》；这句话出自《{found.parsed.document.title}》",
            )
        return (
            ("exact", found, "") if is_raw else ("punctuation", found, "只有标点、空格或字形不同")
        )

    def _since(self, doc_id: str) -> str:
        own = self._editions.named(self._sources.document(doc_id)[0].document.title)
        return next((edition.since for edition in own if edition.doc_id == doc_id), "")

    def _superseded(self, text: str, found: Found, newer: str) -> tuple[Verdict, Found | None, str]:
        near = self._sources.nearest(text, comparable(text), self._rows_inside(newer, text))
        title = found.parsed.document.title
        if near and near[0].share >= MIN_SHARE:
            return "superseded", near[0], f"这是《{title}》旧版本的话，新版本已改"
        return "superseded", found, f"这是《{title}》旧版本的话，新版本没有"

    # --- titles, numbers, articles, statements

    def _title(self, taken: Taken, all_taken: Sequence[Taken]) -> Finding:
        editions = self._editions.named(taken.text)
        if editions:
            parsed, _ = self._sources.document(editions[-1].doc_id)
            at = parsed.document.text.find(parsed.document.title)
            start = max(at, 0)
            found = Found(parsed, start, start + len(parsed.document.title), 1.0)
            return self._made(taken, "exact", found if at >= 0 else None, "")
        key = title_key(taken.text)
        if len(key) <= _GENERIC_TITLE_CHARS:
            before = [t for t in all_taken if t.kind == "title" and t.start < taken.start]
            longer = [
                t for t in before if title_key(t.text).endswith(key) and title_key(t.text) != key
            ]
            if longer:
                return replace(
                    self._title(longer[-1], ()), start=taken.start, end=taken.end, text=taken.text
                )
            return _finding(taken, "unchecked", reason="简称，不知指哪一份文件")
        wanted = comparable(taken.text)
        mentioned = self._sources.exact(wanted, self._sources.rows_like(taken.text), ())
        if mentioned:
            return self._made(taken, "exact", mentioned[0], "资料中提到这份文件，但没有收录")
        like = get_close_matches(key, self._editions.keys(), 1, MIN_TITLE_LIKENESS)
        if like:
            title = self._editions.of_key(like[0])[-1].title
            parsed, _ = self._sources.document(self._editions.of_key(like[0])[-1].doc_id)
            at = parsed.document.text.find(title)
            found = Found(parsed, max(at, 0), max(at, 0) + len(title), 1.0, ((taken.text, title),))
            return self._made(taken, "changed", found, "与资料中的文件名不同")
        return _finding(taken, "not_found", reason="资料中没有这份文件，也没有提到它")

    def _number(self, taken: Taken) -> Finding:
        asked = next(iter(numbers_in(fold(taken.text))), None)
        if asked is None:
            return _finding(taken, "unchecked", reason="不是完整的发文字号")
        near = None
        for entry in self._index.catalogue.entries:
            own = entry.metadata.get("number", "")
            for number in numbers_in(fold(own)):
                if is_same(asked, number):
                    named = {e.doc_id for e in self._editions.named(taken.credit.title)}
                    found = self._in_document(entry.doc_id, own)
                    if named and entry.doc_id not in named:
                        return self._made(
                            taken, "wrong_source", found, f"这是《{entry.title}》的字号"
                        )
                    return self._made(taken, "exact", found, "")
                is_like = number.code and asked.code.endswith(number.code[-2:])
                if is_like and (number.year == asked.year) != (number.serial == asked.serial):
                    near = (entry, own)
        mentioned = self._sources.exact(
            comparable(taken.text), self._sources.rows_like(taken.text), ()
        )
        if mentioned:
            return self._made(taken, "exact", mentioned[0], "")
        credited = self._editions.named(taken.credit.title)
        own = next((e.metadata.get("number", "") for e in self._index.catalogue.entries
                    if credited and e.doc_id == credited[-1].doc_id), "")  # fmt: skip
        if own:
            found = self._in_document(credited[-1].doc_id, own)
            return self._made(
                taken,
                "number_differs",
                replace(found, differences=((taken.text, own),)) if found else None,
                f"《{credited[-1].title}》的字号是{own}",
            )
        if near:
            found = self._in_document(near[0].doc_id, near[1])
            return self._made(taken, "not_found", found, f"资料中没有这个字号；相近的是{near[1]}")
        return _finding(taken, "not_found", reason="资料中没有这个字号")

    def _in_document(self, doc_id: str, words: str) -> Found | None:
        places = self._sources.exact(comparable(words), (), [doc_id])
        return places[0] if places else None

    def _article(self, taken: Taken) -> Finding:
        editions = self._editions.named(taken.credit.title)
        if not editions:
            return _finding(taken, "unchecked", reason=f"资料中没有《{taken.credit.title}》")
        parsed, _ = self._sources.document(editions[-1].doc_id)
        if not _has_articles(parsed):
            return _finding(taken, "unchecked", reason=f"《{parsed.document.title}》不分条")
        wanted = _number(taken.credit.article)
        section = next((s for s in parsed.sections if _article_number(s.marker) == wanted), None)
        if section is None:
            return _finding(
                taken,
                "not_found",
                reason=f"《{parsed.document.title}》没有第{taken.credit.article}条",
            )
        text = parsed.document.text
        item = taken.credit.item
        if item and not re.search(rf"[（(]{item}[）)]", text[section.start : section.tree_end]):
            return _finding(
                taken, "not_found", reason=f"第{taken.credit.article}条没有第（{item}）项"
            )
        end = min(
            section.end,
            text.find("\n", section.start) if "\n" in text[section.start :] else section.end,
        )
        return self._made(
            taken, "exact", Found(parsed, section.start, max(end, section.head_end), 1.0), ""
        )

    def _statement(self, taken: Taken) -> Finding:
        verdict, found, reason = self._piece(taken.text, taken.credit)
        if verdict in ("exact", "punctuation", "superseded"):
            return self._made(taken, verdict, found, reason)
        near = found or self._nearest_to(taken)
        return self._made(
            taken,
            "unchecked",
            replace(near, differences=()) if near else None,
            "转述，没有引用原话；请对照最接近的原文",
        )

    def _nearest_to(self, taken: Taken) -> Found | None:
        credited = [edition.doc_id for edition in self._editions.named(taken.credit.title)]
        return self._figures.nearest(taken.text, credited)

    # --- citations

    def _made(self, taken: Taken, verdict: Verdict, found: Found | None, reason: str) -> Finding:
        source = self._cite(found) if found else None
        differences = (
            found.differences
            if found and verdict in ("changed", "number_differs", "superseded", "wrong_source")
            else ()
        )
        return Finding(
            taken.start, taken.end, taken.text, taken.kind, verdict, source, differences, reason
        )

    def _cite(self, found: Found) -> Citation:
        section = found.parsed.section_at(found.start)
        return quote(
            found.parsed,
            start=found.start,
            end=found.end,
            kind="text",
            section=section,
            score=found.share,
        )


def _finding(taken: Taken, verdict: Verdict, *, reason: str) -> Finding:
    return Finding(taken.start, taken.end, taken.text, taken.kind, verdict, None, (), reason)


def _nearest(found: Found | None) -> str:
    if found is None or found.share < MIN_SHARE / 2:
        return ""
    return f"；最接近的在《{found.parsed.document.title}》"


def _plain(text: str) -> str:
    from bearing_qa.language.dates import days_in_words
    from bearing_qa.language.segment import normalise

    return days_in_words(normalise(text))


def _article_number(marker: str) -> tuple[int, int] | None:
    """The number of an article's marker, and of a 之一 behind it."""
    found = re.fullmatch(r"第(\S+?)条(?:之(\S+))?", marker.strip())
    return (number_of(found[1]), number_of(found[2]) if found[2] else 0) if found else None


def _number(article: str) -> tuple[int, int]:
    whole, _, part = article.partition("之")
    return number_of(whole), number_of(part) if part else 0


def _article_of(found: Found) -> tuple[int, int] | None:
    """The article that a slice is in."""
    sections = found.parsed.sections
    at = found.parsed.section_at(found.start)
    while at != sections[at].parent:
        number = _article_number(sections[at].marker)
        if number is not None:
            return number
        at = sections[at].parent
    return None


def _has_articles(parsed: Parsed) -> bool:
    return any(_article_number(section.marker) for section in parsed.sections)
