"""Hits → a short extractive answer with citations, or a refusal with its reason.

The answer is put together from slices of the documents: the sentence that answers, cut to the
clauses that say it; the cells of a table row; or the items of a list. Each part carries the mark of
its citation. What remains after the guard refuses it is a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest

from bearing_qa.errors import StoreError
from bearing_qa.index.encoder import Encoder, Reranker
from bearing_qa.index.protocol import Index
from bearing_qa.search.beside import (
    document_of,
    documents_beside,
    labelled,
    of_document,
    side_by_side,
)
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.compose import MAX_BOTH_CHARS, Place, draft_answer
from bearing_qa.search.draft import Draft
from bearing_qa.search.finding import Finding, falling, find
from bearing_qa.search.named import named_by_date
from bearing_qa.search.parts import split_question, with_matter
from bearing_qa.search.refusal import confidence, reason_to_refuse, what_is_unborne
from bearing_qa.search.rerank import RERANK_DEPTH
from bearing_qa.search.retrieve import ALL_STAGES, Stages
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.search.understand import understand
from bearing_qa.types import Answer, Citation, Document, Hit, Kind, Parsed

STRUCTURAL_CONFIDENCE = 0.5
"""The least that an answer of the outline or the front matter is sure of: it was found there, not by likeness."""
NOT_FOUND = "资料中没有找到对这个问题的回答。"

_Cited = tuple[Parsed, int, int]


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

    look = partial(find_for, index, encoder, stages=stages, reranker=reranker, scope=scope)
    found = look(text, depth=max(top_k, RERANK_DEPTH))
    replies: list[Reply] = []
    parts = split_question(found.question.text) if stages.rerank else ()
    for part in parts:
        about = found if replies else None  # the first part names its matter itself
        before = replies[-1] if replies else None
        own = named_by_date(index.catalogue, part, scope=scope)[1]
        asked_in = scope if own != scope else found.question.scope  # what a part names is its own
        asked = with_matter(part, first=parts[0]) if replies else part
        part_found = look(asked, whole=about, scope=asked_in)
        replies.append(_reply(part_found, before=before, parts=len(parts)))
    replies = replies or [_reply(found)]
    ranked = [_with_cited_first(index, reply) for reply in replies] if stages.rerank else []
    hits = _in_turn([found.hits[:1], *ranked] if parts else ranked or [found.hits])
    passages = tuple(quote_hit(index, hit) for hit in hits[:top_k])
    answered = [reply for reply in replies if not reply.refusal]
    return _joined(text, replies, _with_labels(index, answered, scope), passages)


def find_for(
    index: Index,
    encoder: Encoder,
    text: str,
    *,
    depth: int = RERANK_DEPTH,
    stages: Stages = ALL_STAGES,
    reranker: Reranker | None = None,
    scope: Scope = EVERYTHING,
    whole: Finding | None = None,
) -> Finding:
    """What is found for a question as it is written; ``whole`` is the question that it is a part of."""
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


def _joined(
    text: str,
    replies: Sequence[Reply],
    answered: Sequence[Reply],
    passages: tuple[Citation, ...],
) -> Answer:
    """The replies to a question's parts as one answer; a refusal if none is answered."""
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
    return Answer(
        text,
        draft.text,
        False,
        reason,
        certainty,
        _citations(draft),
        passages,
        is_partial=bool(unanswered),
    )


def _reply(found: Finding, *, before: Reply | None = None, parts: int = 1) -> Reply:
    """The draft for what was found, judged. ``before`` is the reply to the part in front of it.

    Where other documents say as much, their words stand beside it.
    """
    section, room = before.found.section if before else None, MAX_BOTH_CHARS // parts
    reply = _judged(found, section=section, room=room)
    draft = reply.draft
    if reply.refusal or parts > 1 or draft.is_structural or draft.is_listing:
        return reply
    own = document_of(draft).document.doc_id
    others = [
        _judged(of_document(found, doc_id), section=None, room=room)
        for doc_id in documents_beside(found, own=own)
    ]
    beside = [other.draft for other in others if not other.refusal]
    whole = side_by_side([draft, *beside])
    if not beside or what_is_unborne(whole, _citations(whole)):  # a label, say
        return reply
    return replace(reply, draft=whole)


def _with_labels(index: Index, replies: Sequence[Reply], scope: Scope) -> list[Reply]:
    """Answered parts: where they are of several documents, or others bear the same title, each says which
    document it is of when that changes."""
    documents = [document_of(reply.draft).document for reply in replies]
    sources = [document.doc_id for document in documents]
    if len(scope.documents) == 1 or (len(set(sources)) < 2 and not _share_title(index, documents)):
        return list(replies)
    changes = [source != before for source, before in zip(sources, ["", *sources], strict=False)]
    return [_named(r) if new else r for r, new in zip(replies, changes, strict=True)]


def _share_title(index: Index, documents: Sequence[Document]) -> bool:
    """Whether others bear the title of the first of some documents."""
    titles = [entry.title for entry in index.catalogue.entries]
    return any(titles.count(document.title) > 1 for document in documents[:1])


def _named(reply: Reply) -> Reply:
    draft = labelled(reply.draft)
    return reply if what_is_unborne(draft, _citations(draft)) else replace(reply, draft=draft)


def _judged(found: Finding, *, section: Place | None, room: int) -> Reply:
    draft = draft_answer(found, section=section, room=room)
    certainty = confidence(found.question, _judged_by(draft, found.candidates))
    if draft.is_structural:
        certainty = max(certainty, STRUCTURAL_CONFIDENCE)
    refusal = reason_to_refuse(
        found.question, found.candidates, certainty, draft, _citations(draft)
    )
    return Reply(found, draft, certainty, refusal)


def _judged_by(draft: Draft, candidates: Sequence[Candidate]) -> list[Candidate]:
    """What has to answer: the sentences and rows that are cited, of a list any in the section that holds it; with
    rows, which say little alone, and where nothing else is, the best sentence too."""
    spans = [(parsed, start, end) for parsed, _, start, end, _ in draft.cited]
    if draft.is_listing:
        spans += _around(spans)
    judged = [c for c in candidates if any(_is_inside(c, *span) for span in spans)]
    has_row = any(kind == "row" for _, kind, _, _, _ in draft.cited)
    return [*judged, *candidates[:1]] if has_row or not judged else judged


def _around(spans: Sequence[_Cited]) -> list[_Cited]:
    """The section that holds some spans of one document, unless only the whole document does."""
    parsed = spans[0][0]
    first, last = min(start for _, start, _ in spans), max(end for _, _, end in spans)
    section = parsed.sections[parsed.section_at(first)]
    while section.index and not (section.start < first and last <= section.tree_end):
        section = parsed.sections[section.parent]
    return [(parsed, section.start, section.tree_end)] if section.index else []


def _is_inside(candidate: Candidate, parsed: Parsed, start: int, end: int) -> bool:
    same = candidate.passage.doc_id == parsed.document.doc_id
    return same and start <= candidate.start and candidate.end <= end


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
