"""A question in parts, or of several editions: each part asked on its own, of what the parts before it are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bearing_qa.answer.candidates import Finding
from bearing_qa.answer.documents import document_of
from bearing_qa.answer.reply import Reply, reply_to
from bearing_qa.answer.subquestions import with_matter
from bearing_qa.language.dates import YEAR, calendar_years
from bearing_qa.language.segment import normalise
from bearing_qa.search.dated_documents import named_by_date
from bearing_qa.search.relations import title_words
from bearing_qa.search.scope import Scope
from bearing_qa.store.protocol import Index

SAME_DOCUMENT_GAP = 3.0
"""How far below the best candidate of a later part of a question one of the first part's document may be, to go before it."""
MIN_EDITIONS = 2
_ONE_OF_YEARS = re.compile(rf"[和与跟及、]?{YEAR}年?[版度]?的?[和与跟及、]?")
"""A year among others: 2007年版和2022年版反垄断法."""


def replies_to_parts(
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
        found = look(asked, whole=about, scope=asked_in)
        if replies and not replies[-1].refusal and not names_its_own:
            found = _same_document_first(found, document_of(replies[-1].draft).document.doc_id)
        replies.append(reply_to(found, parts=len(parts)))
    return replies


def _same_document_first(found: Finding, doc_id: str) -> Finding:
    """What is found with the candidates of a document in front, if its best one is nearly as good as the best of all:
    parts of one question are mostly about one document."""
    own = [c for c in found.candidates if c.doc_id == doc_id]
    if not own or own[0].score < found.candidates[0].score - SAME_DOCUMENT_GAP:
        return found
    rest = [c for c in found.candidates if c.doc_id != doc_id]
    return replace(found, candidates=(*own, *rest))


def replies_of_editions(
    index: Index, found: Finding, look: Callable[..., Finding], scope: Scope
) -> list[Reply]:
    """The replies of the editions that a question names by their years, oldest first; empty where it names no two of the
    document that answers best, or none of them answers."""
    editions = editions_asked(index, found, scope)
    replies = [reply_to(look(text, scope=own), parts=len(editions)) for text, own in editions]
    return replies if any(not reply.refusal for reply in replies) else []


def editions_asked(index: Index, found: Finding, scope: Scope) -> list[tuple[str, Scope]]:
    """The editions of one document that a question names by their years (2007年版和2022年版反垄断法), oldest first: of each
    the question with its year alone, and its scope. None unless it names two or more."""
    text = found.question.asked
    years = calendar_years(normalise(text))
    if not found.candidates or scope.documents or len(years) < MIN_EDITIONS:
        return []
    title = title_words(found.candidates[0].readable.parsed.document.title)
    dates = sorted((e.metadata.get("date", ""), e.doc_id, e.title) for e in index.catalogue.entries)
    named = {
        date[:4]: doc_id
        for date, doc_id, own in dates
        if date[:4] in years and title_words(own) == title
    }
    if len(named) < MIN_EDITIONS:
        return []
    return [
        (_of_year(text, year), replace(scope, documents=(doc_id,)))
        for year, doc_id in named.items()
    ]


def _of_year(text: str, year: str) -> str:
    """A question that names several years, with one of them alone."""
    return _ONE_OF_YEARS.sub(lambda found: found.group() if year in found.group() else "", text)
