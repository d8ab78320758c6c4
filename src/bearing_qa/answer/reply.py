"""What was found for one question → the draft of its answer, judged: an answer, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bearing_qa.answer.candidates import Finding
from bearing_qa.answer.citations import citations_of
from bearing_qa.answer.compose import draft_answer, quote_part
from bearing_qa.answer.documents import document_of, documents_beside, labelled, side_by_side
from bearing_qa.answer.draft import Draft
from bearing_qa.answer.read import Candidate
from bearing_qa.answer.reasons import reason
from bearing_qa.answer.refuse import (
    MIN_CONFIDENCE,
    confidence,
    reason_to_refuse,
    what_is_unsupported,
)
from bearing_qa.search.scope import Scope
from bearing_qa.store.protocol import Index
from bearing_qa.types import Document


@dataclass(frozen=True, slots=True)
class Reply:
    """The draft for one question, and why it is no answer (empty if it is one)."""

    found: Finding
    draft: Draft
    certainty: float
    refusal: str


def reply_to(found: Finding, *, parts: int = 1) -> Reply:
    """The draft for what was found, judged. Where other documents say as much, their words stand beside it."""
    reply = _judged(found, found.candidates)
    if reply.refusal or parts > 1 or reply.draft.is_listing:
        return reply
    others = [_judged(found, own) for own in documents_beside(found.candidates)]
    beside = [o.draft for o in others if not o.refusal and not o.draft.is_listing]
    whole = side_by_side([reply.draft, *beside])
    if not beside or what_is_unsupported(whole, citations_of(whole)):  # a label, say
        return reply
    return replace(reply, draft=whole)


def _judged(found: Finding, candidates: Sequence[Candidate]) -> Reply:
    """The draft of some candidates and whether it is an answer."""
    if found.missing:
        return Reply(found, Draft(), 0.0, reason("part", part=found.missing))
    draft = quote_part(candidates[0], *found.quoted) if found.quoted and candidates else Draft()
    draft = draft if draft.pieces else draft_answer(found.question, candidates)
    certainty = confidence(candidates)
    if found.quoted:  # what an article says is in the article
        certainty = max(certainty, MIN_CONFIDENCE)
    refusal = reason_to_refuse(found.question, candidates, certainty, draft, citations_of(draft))
    return Reply(found, draft, certainty, refusal)


def with_labels(index: Index, replies: Sequence[Reply], scope: Scope) -> list[Reply]:
    """Answered parts: where they are of several documents, or others have the same title, each says which
    document it is of when that changes."""
    documents = [document_of(reply.draft).document for reply in replies]
    sources = [document.doc_id for document in documents]
    if len(scope.documents) == 1 or (len(set(sources)) < 2 and not _share_title(index, documents)):
        return list(replies)
    changes = [source != before for source, before in zip(sources, ["", *sources], strict=False)]
    return [_named(r) if new else r for r, new in zip(replies, changes, strict=True)]


def _share_title(index: Index, documents: Sequence[Document]) -> bool:
    """Whether others have the title of the first of some documents."""
    titles = [entry.title for entry in index.catalogue.entries]
    return any(titles.count(document.title) > 1 for document in documents[:1])


def _named(reply: Reply) -> Reply:
    draft = labelled(reply.draft)
    return reply if what_is_unsupported(draft, citations_of(draft)) else replace(reply, draft=draft)
