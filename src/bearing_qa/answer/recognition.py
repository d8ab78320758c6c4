"""Figures that were recognised from a picture: one that is not sure is no answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bearing_qa.answer.draft import CitedSlice, Draft
from bearing_qa.answer.guard import cited_figures
from bearing_qa.answer.reasons import reason
from bearing_qa.language.numbers import digit_strings
from bearing_qa.types import Document

MIN_FIGURE_CONFIDENCE = 0.9
"""A figure answers if its line was recognised at least as surely. Lines of clean pages have 0.93 and more; a 6 that looks like
an 8 takes nothing from the sense of a sentence, so that no reader would notice."""


def what_is_unsure(draft: Draft) -> str:
    """Figures of a draft that stand only in lines which were not surely recognised, and where, in words; empty if there
    are none."""
    cited = draft.cited
    sure = set[str]().union(*(digit_strings(_sure_text(one)) for one in cited))
    told = "；".join(_places(cited, cited_figures(draft.text) - sure))
    return reason("unsure", figures=told) if told else ""


def _sure_text(cited: CitedSlice) -> str:
    """What is cited, with a break in place of each character that was not surely recognised."""
    parsed, _, start, end, _ = cited
    document = parsed.document
    if not document.recognised:
        return document.text[start:end]
    return "".join(
        document.text[at] if _is_sure(document, at, at + 1) else "\n" for at in range(start, end)
    )


def _is_sure(document: Document, start: int, end: int) -> bool:
    confidence = document.recognition_of(start, end)
    return confidence is None or confidence >= MIN_FIGURE_CONFIDENCE


def _places(cited: Sequence[CitedSlice], figures: set[str]) -> Iterator[str]:
    """Where some figures stand that are not sure: title, page, how surely they were recognised."""
    for parsed, _, start, end, _ in cited:
        document = parsed.document
        found = sorted(digit_strings(document.text[start:end]) & figures)
        confidence = document.recognition_of(start, end)
        if found and confidence is not None and confidence < MIN_FIGURE_CONFIDENCE:
            where = f"《{document.title}》第 {document.pages_of(start, end)[0]} 页"
            yield f"{'、'.join(found)}（{where}，把握 {int(confidence * 100) / 100:.2f}）"
