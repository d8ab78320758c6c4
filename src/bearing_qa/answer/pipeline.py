"""Hits → a short extractive answer with citations, or a refusal with its reason.

The answer is put together from slices of the documents: the sentence that answers, cut to the
clauses that say it; the cells of a table row; or the items of a list. Each part carries the mark of
its citation. A draft that the guard rejects becomes a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bearing_qa.answer.candidates import Finding, find
from bearing_qa.answer.citations import citations_of, quote_hit
from bearing_qa.answer.draft import Draft
from bearing_qa.answer.parts import replies_of_editions, replies_to_parts
from bearing_qa.answer.ranking import in_turn, shown_hits
from bearing_qa.answer.reasons import NOT_FOUND, reason
from bearing_qa.answer.reply import Reply, reply_to, with_labels
from bearing_qa.answer.second_reader import SecondReader
from bearing_qa.answer.subquestions import split_question
from bearing_qa.encoders.encoder import Encoder, Reranker
from bearing_qa.encoders.reading_model import ReadingModel
from bearing_qa.search.question import check_question
from bearing_qa.search.rerank import RERANK_DEPTH
from bearing_qa.search.retrieve import ALL_STAGES, Stages
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.search.understand import understand
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, Citation


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
    second: SecondReader | None = None,
) -> Answer:
    """The answer to a question from what is in its scope, with the ``top_k`` best passages.

    A question in parts (…是什么，又该怎么做？) is answered part by part; what stays unanswered is named in
    the reason. A ``second`` reader, a language model, reads what was found once more. Raises QuestionError if the question is empty or too long, or if its scope holds
    nothing.
    """
    look = partial(find_for, index, encoder, model, stages=stages, reranker=reranker, scope=scope)
    depth = max(top_k, RERANK_DEPTH)
    parts = split_question(check_question(text)) if stages.rerank else ()
    if parts:
        whole = find_for(index, encoder, None, text, depth=depth, stages=stages, scope=scope)
        replies = replies_to_parts(index, parts, whole, look, scope)
        hits = in_turn([whole.hits[:1], *(shown_hits(index, r.found, top_k) for r in replies)])
    elif stages.rerank:
        found = look(text, depth=depth)
        replies = replies_of_editions(index, found, look, scope) or [reply_to(found)]
        hits = in_turn([shown_hits(index, r.found, top_k) for r in replies])
    else:
        found = look(text, depth=depth)
        replies, hits = [reply_to(found)], list(found.hits)
    passages = tuple(quote_hit(index, hit) for hit in hits[:top_k])
    answered = [reply for reply in replies if not reply.refusal]
    own = _joined(text, replies, with_labels(index, answered, scope), passages)
    if second is None:
        return own
    talk = second.talk()
    steps = second.steps(text, talk, segmenter=index.segmenter)
    found_for_steps = [look(step, depth=depth) for step in steps]
    return second.read(
        index, own, [*(r.found for r in replies), *found_for_steps], talk, steps=steps
    )


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
    told = "；".join(
        reason("unanswered", question=r.found.question.text, reason=r.refusal) for r in unanswered
    )
    certainty = min(reply.certainty for reply in answered)
    return Answer(
        text,
        draft.text,
        False,
        told,
        certainty,
        citations_of(draft),
        passages,
        is_partial=bool(unanswered),
    )
