"""What several documents say of one matter, each apart: whose words they are, and of which date.

Documents are never blended: an answer's sentences are one document's, and where others say as much of the
question, theirs stand beside it, the newest first, under the title (and date) that each has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bearing_qa.answer.draft import CitedSlice, Draft
from bearing_qa.answer.guard import pieces
from bearing_qa.answer.read import Candidate
from bearing_qa.language.dates import dates_in
from bearing_qa.types import Answer, Parsed

MAX_DOCUMENTS = 4
"""Documents whose words stand side by side: more are a list to search, not an answer to read."""
MAX_RELEVANCE_GAP, MAX_ANSWERABLE_GAP, MAX_SCORE_GAP = 0.7, 0.7, 0.6
"""How much less the reader may see in another document's candidate, in logits, and how far below it may be in the order."""
MAX_LABEL_CHARS = 200
"""A title and a date that stand further apart are not cited as one."""


def documents_beside(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates of each other document whose best one answers as surely as the best of all, best first."""
    best = candidates[0]
    by_document: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_document.setdefault(candidate.doc_id, []).append(candidate)
    rivals = [
        own
        for doc_id, own in by_document.items()
        if doc_id != best.doc_id and _rivals(own[0], best)
    ]
    return rivals[: MAX_DOCUMENTS - 1]


def _rivals(candidate: Candidate, best: Candidate) -> bool:
    """Whether another document's candidate is of the matter and answers as much as the best one."""
    return (
        best.relevance - candidate.relevance <= MAX_RELEVANCE_GAP
        and best.answerable - candidate.answerable <= MAX_ANSWERABLE_GAP
        and best.score - candidate.score <= MAX_SCORE_GAP
    )


def document_of(draft: Draft) -> Parsed:
    """The document that a draft's first words are of."""
    return draft.pieces[0][1][0][0]


def side_by_side(drafts: list[Draft]) -> Draft:
    """The drafts of several documents as one, the newest first, each piece under its document's label."""
    whole = Draft(is_labelled=True)
    for draft in sorted(drafts, key=lambda draft: _date(document_of(draft)), reverse=True):
        whole.extend(labelled(draft))
    return whole


def labelled(draft: Draft) -> Draft:
    """A draft whose first piece says which document it is of, where that has its title."""
    words, span = label_of(document_of(draft))
    if not words or draft.is_labelled:
        return draft
    (said, spans), *rest = draft.pieces
    pieces = [(f"{words}：{said}", (span, *spans)), *rest]
    return replace(draft, pieces=pieces, is_labelled=True)


def labels_in(answer: Answer) -> dict[str, tuple[str, int]]:
    """Of each document that an answer names as its source: the label, and the number of the citation that
    has it."""
    labels: dict[str, tuple[str, int]] = {}
    for said, (number, *others) in pieces(answer.text):
        title = answer.citations[number - 1].title
        if others and said.startswith(title) and answer.citations[number - 1].kind == "front":
            words = title + said.removeprefix(title).partition("：")[0]
            labels[answer.citations[number - 1].doc_id] = (words, number)
    return labels


def label_of(parsed: Parsed) -> tuple[str, CitedSlice]:
    """A document's title, with its date where that stands near, as words and as the span that they stand
    in; no words where the text does not have its title."""
    text, title = parsed.document.text, parsed.document.title
    start, end = _title_span(text, title)
    words = title if start < end else ""
    head = min([p.start for p in parsed.passages if p.kind == "text"], default=len(text))
    for first, last, iso in dates_in(text[:head]) if words else ():
        if end <= first <= start + MAX_LABEL_CHARS and iso == _date(parsed):
            words, end = f"{words}，{text[first:last]}", last
    return words, (parsed, "front", start, end, 0.0)


def _title_span(text: str, title: str) -> tuple[int, int]:
    """Where a title stands at the head of a text, over its lines if need be; an empty span if nowhere."""
    signs = "".join(title.split())
    start = len(text) - len(text.lstrip())
    at, end = 0, start
    while at < len(signs) and end < len(text) and (text[end].isspace() or text[end] == signs[at]):
        at += not text[end].isspace()
        end += 1
    return (start, end) if signs and at == len(signs) else (0, 0)


def _date(parsed: Parsed) -> str:
    return parsed.document.metadata.get("date", "")
