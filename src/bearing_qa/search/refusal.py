"""Whether a draft answers its question: how sure that is, and why not.

A number for "the corpus answers this", and the reasons that refuse: an answer's own words first (figures and words
that no citation bears), then what the question asks for and names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from bearing_qa.document.markers import number_of
from bearing_qa.index.segment import normalise
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.draft import Draft
from bearing_qa.search.guard import unsupported_numbers, unsupported_words
from bearing_qa.search.missing import is_other_bound, missing_from, missing_numbers
from bearing_qa.search.question import Question
from bearing_qa.types import Citation

MIN_CONFIDENCE = 0.2
"""Below this the answer is a refusal: the highest point at which the fitted half of the same sets has no more than
5 % of its answerable questions refused, rules included."""
MIN_CONFIDENCE_OF_FIGURES = 0.4
"""The same where a figure or a date is asked: nearly all near misses are of these, some figure of the unit always stands
somewhere, and a wrong one does most harm. On the tuning sets it keeps 156 of 163 right answers and 27 of 64 that are
none, where 0.2 kept 161 and 37."""

# Logistic model of "this sentence answers", fitted on two reading sets (benchmarks/confidence.py): bias, and weights
# of ``evidence_of``.
_CONFIDENCE = (-3.22, 6.42, 1.69, 3.47)
_FOREIGN_CONFIDENCE = (-6.4, 4.0, 5.0)
"""The same for a question in another language, whose cosines are low: bias, coverage of its words by
Chinese ones in the sentence and in its passage."""
FOREIGN_SCORE = 3.7
"""A question in a language without a dictionary has no words to hold; there a passage has to stand
out by this many deviations instead."""

_STATED_COUNT = re.compile(
    r"(?<![\d第哪.])(\d{1,2}|[二三四五六七八九十]{1,3})(?:多)?(?:个|项|条|类|种|家|位|大|座|所)(?!分|月|人)"
)
"""A count that a question takes as given: 这六家企业, 9 个省市."""
_SEPARATOR = re.compile(r"、|；|[和及与]|以及")

OTHER_BOUND = "相关段落只说了另一头的限度"
TOO_FAR = "最接近的段落与问题的相关程度不够"
_MISSING = {
    "number": "相关段落没有给出所问的数字",
    "date": "相关段落没有给出所问的日期",
    "document_number": "相关段落没有给出文号",
    "person": "相关段落没有说明是什么人",
    "party": "相关段落没有说明由谁",
    "organisation": "相关段落没有说明是哪个单位",
    "list": "相关段落没有逐一列出所问的内容",
    "country": "相关段落没有说明是哪个国家",
    "region": "相关段落没有说明是哪个地方",
}


def confidence(question: Question, candidates: Sequence[Candidate]) -> float:
    """Probability that the best of some sentences answers, 0 to 1; 0 without any."""
    return max((_confidence(question, candidate) for candidate in candidates), default=0.0)


def _confidence(question: Question, best: Candidate) -> float:
    if any(question.others) and not question.is_chinese:
        bias, own, around = _FOREIGN_CONFIDENCE
        total = bias + own * best.coverage + around * best.context_coverage
        return 1 / (1 + math.exp(-total))
    if not question.is_chinese:
        return 1 / (1 + math.exp(-2.0 * (best.hit.score - FOREIGN_SCORE)))
    bias, *weights = _CONFIDENCE
    total = bias + sum(w * x for w, x in zip(weights, evidence_of(best), strict=True))
    return 1 / (1 + math.exp(-total))


def evidence_of(candidate: Candidate) -> tuple[float, float, float]:
    """What the confidence in a sentence rests on: closeness to the question beyond what chance gives, and how much
    of its words the sentence, and its passage with its heading path, hold."""
    return candidate.closeness, candidate.coverage, candidate.context_coverage


def reason_to_refuse(
    question: Question,
    candidates: Sequence[Candidate],
    certainty: float,
    draft: Draft,
    citations: Sequence[Citation],
) -> str:
    """Why a draft is no answer, in words; empty if it is one. The guard on figures comes first."""
    if draft.refusal:
        return draft.refusal
    if not candidates or not citations:
        years = "、".join(sorted(question.years))
        return f"没有找到说{years}年的段落" if years else "没有找到相关的段落"
    unborne = what_is_unborne(draft, citations)
    if unborne:
        return unborne
    unknown = missing_numbers(question, candidates[0])
    if unknown:
        return f"相关文件没有{'、'.join(unknown)}这个文号"
    short = _members_missing(question, draft, citations)
    if short:
        return short
    if draft.is_structural:
        return ""
    names_it = candidates[0].coverage >= 1.0 and question.asked == "organisation"
    is_listed = question.asked == "list" and len(draft.pieces) > 1
    holds_kind = names_it or is_listed or any(c.fits for c in candidates[:3])
    if question.asked in _MISSING and not holds_kind:
        return _MISSING[question.asked]
    cited = [citation.text for citation in citations]
    if is_other_bound(question, cited):
        return OTHER_BOUND
    missing = missing_from(question, candidates[0], cited=cited)
    if missing:
        return f"相关段落没有提到{'、'.join(missing)}"
    is_figure = question.asked in ("number", "date") and all(c.kind == "text" for c in citations)
    least = MIN_CONFIDENCE_OF_FIGURES if is_figure else MIN_CONFIDENCE
    return TOO_FAR if certainty < least else ""


def what_is_unborne(draft: Draft, citations: Sequence[Citation]) -> str:
    """Figures and words of a draft that its citations do not bear, in words; empty if there are none."""
    spans = [citation.text for citation in citations]
    figures = unsupported_numbers(draft.text, spans=spans)
    if figures:
        return f"引文中没有这些数字：{'、'.join(sorted(figures))}"
    words = unsupported_words(draft.text, spans=spans)
    return f"引文中没有这些话：{'、'.join(words)}" if words else ""


def _members_missing(question: Question, draft: Draft, citations: Sequence[Citation]) -> str:
    """Why a list is too short for the count that a question states: 9 个省市具体是哪些？; else empty."""
    stated = _STATED_COUNT.search(normalise(question.text))
    if stated is None or question.asked != "list" or draft.is_listing:
        return ""
    count = number_of(stated.group(1))
    most = max(len(_SEPARATOR.findall(citation.text)) + 1 for citation in citations)
    return f"相关段落没有逐一列出这{stated.group()}" if most < count else ""
