"""Whether an answer is given: how sure the reader is, and the guards that hold whatever it says."""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.answer.draft import Draft
from bearing_qa.answer.guard import unsupported_numbers, unsupported_words
from bearing_qa.answer.named import said_of_another
from bearing_qa.answer.read import Candidate, probability
from bearing_qa.answer.reasons import reason
from bearing_qa.answer.recognition import what_is_unsure
from bearing_qa.language.document_numbers import WRITTEN, fold, holds_number, is_same, numbers_in
from bearing_qa.search.question import Question
from bearing_qa.types import Citation

CALIBRATION = (0.017, 0.68, -0.002, 0.143)
"""Logistic model of "the best candidate has some of the answer" (Platt 1999), fitted by ``training.calibrate`` on the
tuning documents: bias, and weights of the best candidate's answerable, relevance and evidence."""
MIN_CONFIDENCE = 0.4
"""Below this the answer is a refusal: on the tuning documents of a tenth of the questions that have an answer, and of more
than half of the near misses."""
MAX_HEAD_CHARS = 30


def confidence(candidates: Sequence[Candidate]) -> float:
    """Probability that the answer of the best candidate is right, 0 to 1; 0 without any."""
    if not candidates:
        return 0.0
    bias, answerable, relevance, evidence = CALIBRATION
    best = candidates[0]
    said = answerable * best.answerable + relevance * best.relevance + evidence * best.evidence
    return probability(bias + said)


def reason_to_refuse(
    question: Question,
    candidates: Sequence[Candidate],
    certainty: float,
    draft: Draft,
    citations: Sequence[Citation],
) -> str:
    """Why a draft is no answer, in words; empty if it is one. The guard on figures comes first."""
    if not candidates or not citations:
        return reason("nothing")
    unsupported = what_is_unsupported(draft, citations)
    if unsupported:
        return unsupported
    unsure = what_is_unsure(draft)
    if unsure:
        return unsure
    unknown = unknown_numbers(question, candidates[0])
    if unknown:
        return reason("number", numbers="、".join(unknown))
    other = said_of_another(question, candidates[0], citations)
    if other:
        return other
    return _nearest(candidates[0]) if certainty < MIN_CONFIDENCE else ""


def _nearest(best: Candidate) -> str:
    """What was found instead of an answer: where the nearest passage stands."""
    readable = best.readable
    path = readable.parsed.path(readable.section)
    head = "".join(path[-1].split())[:MAX_HEAD_CHARS] if path else ""
    place = f"《{readable.parsed.document.title}》" + (f"“{head}”" if head else "")
    return reason("nearest", place=place)


def what_is_unsupported(draft: Draft, citations: Sequence[Citation]) -> str:
    """Figures and words of a draft that its citations do not support, in words; empty if there are none."""
    spans = [citation.text for citation in citations]
    figures = unsupported_numbers(draft.text, spans=spans)
    if figures:
        return reason("figures", figures="、".join(sorted(figures)))
    words = unsupported_words(draft.text, spans=spans)
    return reason("words", words="、".join(words)) if words else ""


def unknown_numbers(question: Question, candidate: Candidate) -> list[str]:
    """Document numbers of a question that the candidate's document neither has nor names."""
    asked = numbers_in(fold(question.text))
    if not asked:
        return []
    document = candidate.readable.parsed.document
    known = fold(f"{document.title}\n{document.doc_id}\n{document.metadata.get('number', '')}")
    text = fold(document.text)
    lost = [n for n in asked if not holds_number(known, n) and not holds_number(text, n)]
    named = [found.group() for found in WRITTEN.finditer(question.text)]
    unknown = [
        name
        for name in named
        if any(is_same(n, gone) for n in numbers_in(fold(name)) for gone in lost)
    ]
    return unknown or [f"{gone.code}{gone.year}{gone.serial}号" for gone in lost]
