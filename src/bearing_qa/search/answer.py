"""Hits → a short extractive answer with citations, or a refusal with its reason.

The answer is put together from slices of the documents: the sentence that answers, cut to the
clauses that say it; the cells of a table row; or the items of a list. Each part carries the mark of
its citation. What remains after the guard refuses it is a refusal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bearing_qa.document.markers import number_of
from bearing_qa.errors import StoreError
from bearing_qa.index.encoder import Encoder, Reranker
from bearing_qa.index.segment import normalise
from bearing_qa.index.store import Index
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.compose import MAX_BOTH_CHARS, draft_answer
from bearing_qa.search.draft import Draft
from bearing_qa.search.finding import Finding, falling, find
from bearing_qa.search.guard import unsupported_numbers, unsupported_words
from bearing_qa.search.missing import missing_from
from bearing_qa.search.parts import split_question
from bearing_qa.search.question import Question
from bearing_qa.search.rerank import RERANK_DEPTH
from bearing_qa.search.retrieve import ALL_STAGES, Stages
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.search.understand import understand
from bearing_qa.types import Answer, Citation, Hit, Kind, Parsed

MIN_CONFIDENCE = 0.5
"""Below this the answer is a refusal."""

# Logistic model of "this sentence answers", by hand on the public speech questions: bias,
# closeness beyond what chance gives, word coverage in the sentence and in its passage with its heading path.
_CONFIDENCE = (-1.5, 7.0, 1.2, 0.8)
_FOREIGN_CONFIDENCE = (-5.0, 4.0, 5.0)
"""The same for a question in another language, whose cosines are low: bias, coverage of its words by
Chinese ones in the sentence and in its passage."""
FOREIGN_SCORE = 3.0
"""A question in a language without a dictionary has no words to hold; there a passage has to stand
out by this many deviations instead."""

_STATED_COUNT = re.compile(
    r"(?<![\d第哪.])(\d{1,2}|[二三四五六七八九十]{1,3})(?:多)?(?:个|项|条|类|种|家|位|大|座|所)(?!分|月|人)"
)
"""A count that a question takes as given: 这六家企业, 9 个省市."""
_SEPARATOR = re.compile(r"、|；|[和及与]|以及")

NOT_FOUND = "资料中没有找到对这个问题的回答。"
_MISSING = {
    "number": "相关段落没有给出所问的数字",
    "date": "相关段落没有给出所问的日期",
    "person": "相关段落没有说明是什么人",
    "organisation": "相关段落没有说明是哪个单位",
    "list": "相关段落没有逐一列出所问的内容",
    "country": "相关段落没有说明是哪个国家",
    "region": "相关段落没有说明是哪个地方",
}


def quote(
    parsed: Parsed, *, start: int, end: int, kind: Kind, section: int, score: float
) -> Citation:
    """The slice ``[start, end)`` of a document as a citation. The only maker of citations."""
    document = parsed.document
    return Citation(
        doc_id=document.doc_id,
        title=document.title,
        section=parsed.path(section),
        pages=document.pages_of(start, end),
        is_paged=len(document.pages) > 1,
        kind=kind,
        start=start,
        end=end,
        text=document.text[start:end],
        score=score,
    )


def quote_hit(index: Index, hit: Hit) -> Citation:
    """A hit's passage as a citation."""
    passage = index.catalogue.passage(hit.row)
    parsed = index.catalogue.parsed(passage.doc_id)
    if parsed is None:
        raise StoreError(
            found=f"row {hit.row} names an unknown document",
            expected="a whole index",
            mend="rebuild: bearing-qa index --full",
        )
    return quote(
        parsed,
        start=passage.start,
        end=passage.end,
        kind=passage.kind,
        section=passage.section,
        score=hit.score,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """The draft for one question, and why it is no answer (empty if it is one)."""

    found: Finding
    draft: Draft
    certainty: float
    refusal: str


def answer(
    index: Index,
    encoder: Encoder,
    text: str,
    *,
    top_k: int,
    stages: Stages = ALL_STAGES,
    reranker: Reranker | None = None,
    scope: Scope = EVERYTHING,
) -> Answer:
    """The answer to a question from what is in its scope, with the ``top_k`` best passages.

    A question in parts (…是什么，又该怎么做？) is answered part by part; what stays unanswered is named in
    the reason. Raises QuestionError if the question is empty or too long, or if its scope holds
    nothing.
    """

    def look(text: str, *, depth: int, whole: Finding | None = None) -> Finding:
        question = understand(index, text, scope=scope)
        return find(
            index,
            question,
            vector=encoder.encode_question(question.spoken),
            depth=depth,
            stages=stages,
            reranker=reranker,
            whole=whole,
        )

    found = look(text, depth=max(top_k, RERANK_DEPTH))
    replies: list[Reply] = []
    parts = split_question(found.question.text) if stages.rerank else ()
    for part in parts:
        about = found if replies else None  # the first part names its matter itself
        before = replies[-1] if replies else None
        part_found = look(part, depth=RERANK_DEPTH, whole=about)
        replies.append(_reply(part_found, before=before, parts=len(parts)))
    replies = replies or [_reply(found)]
    ranked = [_with_cited_first(index, reply) for reply in replies] if stages.rerank else []
    hits = _in_turn([found.hits[:1], *ranked] if parts else ranked or [found.hits])
    passages = tuple(quote_hit(index, hit) for hit in hits[:top_k])
    return _joined(text, replies, passages)


def _joined(text: str, replies: Sequence[Reply], passages: tuple[Citation, ...]) -> Answer:
    """The replies to a question's parts as one answer; a refusal if none of them answers."""
    answered = [reply for reply in replies if not reply.refusal]
    if not answered:
        certainty = max(reply.certainty for reply in replies)
        return Answer(text, NOT_FOUND, True, replies[0].refusal, certainty, (), passages)
    draft = Draft()
    for reply in answered:
        draft.extend(reply.draft)
    unanswered = [r for r in replies if r.refusal]
    reason = "；".join(
        f"没有找到对“{r.found.question.text}”的回答：{r.refusal}" for r in unanswered
    )
    certainty = min(reply.certainty for reply in answered)
    return Answer(text, draft.text, False, reason, certainty, _citations(draft), passages)


def _reply(found: Finding, *, before: Reply | None = None, parts: int = 1) -> Reply:
    """The draft for what was found, judged. ``before`` is the reply to the part in front of it."""
    draft = draft_answer(
        found, section=before.found.section if before else None, room=MAX_BOTH_CHARS // parts
    )
    certainty = confidence(found.question, found.candidates)
    refusal = reason_to_refuse(
        found.question, found.candidates, certainty, draft, _citations(draft)
    )
    return Reply(found, draft, certainty, refusal)


def _citations(draft: Draft) -> tuple[Citation, ...]:
    return tuple(
        quote(
            parsed, start=start, end=end, kind=kind, section=parsed.section_at(start), score=score
        )
        for parsed, kind, start, end, score in draft.cited
    )


def _in_turn(rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The hits of several rankings, one of each in turn, once each, scores falling."""
    turns = [hit for turn in zip_longest(*rankings) for hit in turn if hit is not None]
    first = {hit.row: hit for hit in reversed(turns)}
    order = list(dict.fromkeys(hit.row for hit in turns))
    hits = [first[row] for row in order]
    return falling(hits, top=hits[0].score) if hits else []


def _with_cited_first(index: Index, reply: Reply) -> Sequence[Hit]:
    """Hits with the passages that an outline's answer stands on in front, in its order.

    The outline finds them, not likeness: they take the first hit's score.
    """
    draft, hits = reply.draft, reply.found.hits
    if reply.found.section is not None or not (draft.is_structural or draft.is_listing):
        return hits
    first: dict[int, Hit] = {}
    for parsed, _, start, end, _ in draft.cited:
        rows = zip(index.catalogue.rows_of(parsed.document.doc_id), parsed.passages, strict=True)
        holding = [(p.end - p.start, row) for row, p in rows if p.start <= start and end <= p.end]
        if holding:
            row = min(holding)[1]
            first.setdefault(row, Hit(row, hits[0].score if hits else 0.0))
    return [*first.values(), *(hit for hit in hits if hit.row not in first)]


def confidence(question: Question, candidates: Sequence[Candidate]) -> float:
    """Probability that the best candidate answers, 0 to 1; 0 without candidates."""
    if not candidates:
        return 0.0
    best = candidates[0]
    if any(question.others) and not question.is_chinese:
        bias, own, around = _FOREIGN_CONFIDENCE
        total = bias + own * best.coverage + around * best.context_coverage
        return 1 / (1 + math.exp(-total))
    if not question.is_chinese:
        return 1 / (1 + math.exp(-2.0 * (best.hit.score - FOREIGN_SCORE)))
    bias, *weights = _CONFIDENCE
    features = (best.closeness, best.coverage, best.context_coverage)
    total = bias + sum(w * x for w, x in zip(weights, features, strict=True))
    return 1 / (1 + math.exp(-total))


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
    wrong = unsupported_numbers(draft.text, spans=(citation.text for citation in citations))
    if wrong:
        return f"引文中没有这些数字：{'、'.join(sorted(wrong))}"
    changed = unsupported_words(draft.text, spans=[citation.text for citation in citations])
    if changed:
        return f"引文中没有这些话：{'、'.join(changed)}"
    short = _members_missing(question, draft, citations)
    if short:
        return short
    if draft.is_structural:
        return ""
    names_it = candidates[0].coverage >= 1.0 and question.asked == "organisation"
    if question.asked in _MISSING and not names_it and not any(c.fits for c in candidates[:3]):
        return _MISSING[question.asked]
    missing = missing_from(question, candidates[0], cited=[c.text for c in citations])
    if missing:
        return f"相关段落没有提到{'、'.join(missing)}"
    return "最接近的段落与问题的相关程度不够" if certainty < MIN_CONFIDENCE else ""


def _members_missing(question: Question, draft: Draft, citations: Sequence[Citation]) -> str:
    """Why a list is too short for the count that a question states: 9 个省市具体是哪些？; else empty."""
    stated = _STATED_COUNT.search(normalise(question.text))
    if stated is None or question.asked != "list" or draft.is_listing:
        return ""
    count = number_of(stated.group(1))
    most = max(len(_SEPARATOR.findall(citation.text)) + 1 for citation in citations)
    return f"相关段落没有逐一列出这{stated.group()}" if most < count else ""
