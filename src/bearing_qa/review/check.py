"""A draft → findings: each quotation, figure, title, document number and article with its source and a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bearing_qa.answer.citations import quote
from bearing_qa.answer.library import Library
from bearing_qa.document.passages import split_sentences
from bearing_qa.errors import QuestionError
from bearing_qa.review.draft import FindingKind, Taken, read_draft
from bearing_qa.review.editions import Editions
from bearing_qa.review.figures import FigureCheck
from bearing_qa.review.finding import Finding, Judgement, Review
from bearing_qa.review.names import Names
from bearing_qa.review.quotations import Quotations
from bearing_qa.review.sources import Found, Sources
from bearing_qa.types import Citation

MAX_CHARS = 1_000_000
"""Characters of a draft."""


def check_draft(library: Library, text: str, *, name: str = "") -> Review:
    """Every quotation, figure, title, document number and article of a draft, compared with the serving version.

    Raises QuestionError if there is nothing to check or more than MAX_CHARS characters, StoreError without an index.
    """
    if not text.strip() or len(text) > MAX_CHARS:
        raise QuestionError(
            found=f"稿件有 {len(text.strip())} 个字 / a draft of {len(text.strip())} characters",
            expected=f"1 至 {MAX_CHARS} 个 / 1 to {MAX_CHARS}",
            fix="请分开核对 / check it by parts",
        )
    checker = _Checker(library)
    taken = read_draft(text)
    findings = [checker.look(one, taken) for one in taken]
    findings += checker.figures(text, taken)
    findings.sort(key=lambda one: (one.start, -one.end, one.kind))
    return Review(name, text, tuple(findings))


class _Checker:
    """What judges one draft against one version of an index."""

    def __init__(self, library: Library) -> None:
        index = library.index()
        sources, self._editions = Sources(index), Editions(index.catalogue)
        self._quotations = Quotations(index, sources, self._editions)
        self._names = Names(index, sources, self._editions)
        self._figures = FigureCheck(index, library, sources, self._editions)

    def look(self, taken: Taken, all_taken: Sequence[Taken]) -> Finding:
        """The finding of something taken."""
        if taken.kind == "quotation":
            judged = self._quotations.judge(taken.text, taken.credit)
        elif taken.kind == "title":
            judged = self._names.title(taken, all_taken)
        elif taken.kind == "document_number":
            judged = self._names.number(taken)
        elif taken.kind == "article":
            judged = self._names.article(taken)
        else:
            judged = self._statement(taken)
        return _finding(taken.start, taken.end, taken.text, taken.kind, judged)

    def figures(self, text: str, taken: Sequence[Taken]) -> Iterator[Finding]:
        """The findings of figures in running text."""
        for sentence in split_sentences(text, start=0, end=len(text)):
            own = [t for t in taken if t.start < sentence.end and sentence.start < t.end]
            aside = [(t.start, t.end) for t in own if t.kind != "statement"]
            credited = [e.doc_id for t in own for e in self._editions.named(t.credit.title)]
            span = sentence.start, sentence.end
            for start, end, judged in self._figures.judge(text, span, aside, credited):
                yield _finding(start, end, text[start:end], "figure", judged)

    def _statement(self, taken: Taken) -> Judgement:
        """A paraphrase is not judged, unless its words are a source's: then they are a quotation."""
        judged = self._quotations.judge(taken.text, taken.credit)
        if judged.verdict in ("exact", "punctuation", "superseded"):
            return judged
        credited = [edition.doc_id for edition in self._editions.named(taken.credit.title)]
        near = judged.found or self._figures.nearest(taken.text, credited)
        found = replace(near, differences=()) if near else None
        return Judgement("unchecked", found, "转述，没有引用原话；请对照最接近的原文")


def _finding(start: int, end: int, text: str, kind: FindingKind, judged: Judgement) -> Finding:
    source = _cite(judged.found) if judged.found else None
    return Finding(
        start, end, text, kind, judged.verdict, source, judged.differences, judged.reason
    )


def _cite(found: Found) -> Citation:
    section = found.parsed.section_at(found.start)
    return quote(
        found.parsed,
        start=found.start,
        end=found.end,
        kind="text",
        section=section,
        score=found.share,
    )
