"""Hits → a short extractive answer with citations, or a refusal with its reason.

The answer is put together from slices of the documents: the sentence that answers, cut to the
clauses that say it; the cells of a table row; or the items of a list. Each part carries the mark of
its citation. A draft that the guard rejects becomes a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest

from bearing_qa.answer.candidates import Finding, falling, find
from bearing_qa.answer.compose import chosen_units, draft_answer, quote_part
from bearing_qa.answer.documents import document_of, documents_beside, labelled, side_by_side
from bearing_qa.answer.draft import Draft
from bearing_qa.answer.read import Candidate
from bearing_qa.answer.refuse import (
    MIN_CONFIDENCE,
    confidence,
    reason_to_refuse,
    what_is_unsupported,
)
from bearing_qa.answer.subquestions import split_question, with_matter
from bearing_qa.encoders.encoder import Encoder, Reranker
from bearing_qa.encoders.reading_model import ReadingModel
from bearing_qa.errors import StoreError
from bearing_qa.search.dated_documents import named_by_date
from bearing_qa.search.exact_match import exact_ranks
from bearing_qa.search.question import check_question
from bearing_qa.search.rerank import RERANK_DEPTH
from bearing_qa.search.retrieve import ALL_STAGES, Stages
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.search.understand import understand
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, Citation, Document, Hit, Kind, Parsed

NOT_FOUND = "资料中没有找到对这个问题的回答。"


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
        cell=document.cells_of(start, end),
        recognised=document.recognition_of(start, end),
    )


def quote_hit(index: Index, hit: Hit) -> Citation:
    """A hit's passage as a citation."""
    passage = index.catalogue.passage(hit.row)
    parsed = index.catalogue.parsed(passage.doc_id)
    if parsed is None:
        raise StoreError(
            found=f"row {hit.row} names an unknown document",
            expected="a whole index",
            fix="rebuild: bearing-qa index --full",
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
    model: ReadingModel,
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
    look = partial(find_for, index, encoder, model, stages=stages, reranker=reranker, scope=scope)
    depth = max(top_k, RERANK_DEPTH)
    parts = split_question(check_question(text)) if stages.rerank else ()
    if not parts:
        found = look(text, depth=depth)
        replies = [_reply(found)]
        hits = shown_hits(index, found, top_k) if stages.rerank else list(found.hits)
    else:
        whole = find_for(index, encoder, None, text, depth=depth, stages=stages, scope=scope)
        replies = _replies(index, parts, whole, look, scope)
        ranked = [shown_hits(index, reply.found, top_k) for reply in replies]
        hits = _in_turn([whole.hits[:1], *ranked])
    passages = tuple(quote_hit(index, hit) for hit in hits[:top_k])
    answered = [reply for reply in replies if not reply.refusal]
    return _joined(text, replies, _with_labels(index, answered, scope), passages)


def _replies(
    index: Index, parts: Sequence[str], whole: Finding, look: Callable[..., Finding], scope: Scope
) -> list[Reply]:
    """The replies to a question's parts; the later ones are asked of the matter of the whole."""
    replies: list[Reply] = []
    for part in parts:
        own = named_by_date(index.catalogue, part, scope=scope)[1]
        names_its_own = (
            own != scope
        )  # a document; a part that names none is asked of the last one's
        asked_in = replies[-1].found.question.scope if replies and not names_its_own else scope
        asked = with_matter(part, first=parts[0]) if replies else part
        about = whole if replies else None  # the first part names its matter itself
        replies.append(_reply(look(asked, whole=about, scope=asked_in), parts=len(parts)))
    return replies


def find_for(
    index: Index,
    encoder: Encoder,
    model: ReadingModel | None,
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
        model=model,
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


def _reply(found: Finding, *, parts: int = 1) -> Reply:
    """The draft for what was found, judged. Where other documents say as much, their words stand beside it."""
    reply = _judged(found, found.candidates)
    if reply.refusal or parts > 1 or reply.draft.is_listing:
        return reply
    others = [_judged(found, own) for own in documents_beside(found.candidates)]
    beside = [o.draft for o in others if not o.refusal and not o.draft.is_listing]
    whole = side_by_side([reply.draft, *beside])
    if not beside or what_is_unsupported(whole, _citations(whole)):  # a label, say
        return reply
    return replace(reply, draft=whole)


def _judged(found: Finding, candidates: Sequence[Candidate]) -> Reply:
    """The draft of some candidates and whether it is an answer."""
    if found.missing:
        return Reply(found, Draft(), 0.0, f"文中没有{found.missing}")
    draft = quote_part(candidates[0], *found.quoted) if found.quoted and candidates else Draft()
    draft = draft if draft.pieces else draft_answer(found.question, candidates)
    certainty = confidence(candidates)
    if found.quoted:  # what an article says is in the article
        certainty = max(certainty, MIN_CONFIDENCE)
    refusal = reason_to_refuse(found.question, candidates, certainty, draft, _citations(draft))
    return Reply(found, draft, certainty, refusal)


def _with_labels(index: Index, replies: Sequence[Reply], scope: Scope) -> list[Reply]:
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
    return reply if what_is_unsupported(draft, _citations(draft)) else replace(reply, draft=draft)


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


def shown_hits(index: Index, found: Finding, count: int) -> list[Hit]:
    """The ``count`` best passages: those that the reader read, in its order, then the other hits.

    A list or digest is shown by the passages that hold the units it would cite. The fused score of the best one
    is given to what comes first; scores fall.
    """
    ordered: dict[int, Hit] = {}
    for candidate in found.candidates:
        for row in rows_of(index, candidate):
            ordered.setdefault(row, candidate.hit)
        if len(ordered) >= count:
            break
    rest = (hit for hit in found.hits if hit.row not in ordered)
    hits = [*(Hit(row, hit.score) for row, hit in ordered.items()), *rest]
    ranks = exact_ranks(index, found.question.text, [hit.row for hit in hits])
    hits = sorted(hits, key=lambda hit: ranks.get(hit.row, (0, 0)), reverse=True)[:count]
    top = max((hit.score for hit in found.hits), default=0.0)
    return falling(hits, top=top) if hits else []


def rows_of(index: Index, candidate: Candidate) -> list[int]:
    """The rows of the passages that show a candidate: of a list or digest those of the units that it would cite, what
    says most first. A marker alone (第三条) shows nothing."""
    readable = candidate.readable
    if readable.kind not in ("list", "digest"):
        return [candidate.hit.row]
    parsed = readable.parsed
    said = sorted(chosen_units(candidate), key=lambda said: -said.evidence)
    rows = zip(index.catalogue.rows_of(candidate.doc_id), parsed.passages, strict=True)
    found: dict[int, int] = {}
    for row, passage in rows:
        is_bare = passage.kind == "heading" and not parsed.sections[passage.section].title
        for start in (own.span[0] for own in said):
            if passage.start <= start < passage.end and passage.kind != "table" and not is_bare:
                found.setdefault(start, row)
    starts = (own.span[0] for own in said)
    return list(dict.fromkeys(found[start] for start in starts if start in found))
