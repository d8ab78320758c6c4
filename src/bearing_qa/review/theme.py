"""A theme → all that the corpus says on it: sentences, by document, the newest first, without repeats.

Passages come from both legs of retrieval. Whether a sentence is on the theme is judged by how much of the theme its own
words and the headings above it say, and by its passage's score: a logistic model (``benchmarks.themes``).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from bearing_qa.answer.citations import quote
from bearing_qa.answer.library import Library
from bearing_qa.errors import QuestionError
from bearing_qa.language.segment import normalise
from bearing_qa.review.comparable import comparable
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.store.protocol import Index
from bearing_qa.types import Citation, Parsed, Passage, Span

Depth = Literal["sentence", "paragraph"]
DEPTHS: tuple[Depth, ...] = ("sentence", "paragraph")
MAX_PASSAGES = 400
"""Passages whose sentences are judged."""
MAX_THEME_CHARS = 60
BIAS, OWN_WORTH, SAID_WORTH, RANK_WORTH = -2.59, 0.9, 2.15, 0.23
"""Weights of how much of the theme a sentence says, how much it or the headings above it say, whichever is more, and of its
passage's score in standard deviations. Fitted on the themes of the tuning documents."""
MAX_RANK = 7.0
"""Scores are cut here: how high the best may be depends on how many passages there are."""
MIN_WORDS = 1e-9


@dataclass(frozen=True, slots=True)
class ThemeDocument:
    """What one document says on a theme, as exact slices in the document's order."""

    doc_id: str
    title: str
    date: str
    items: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "doc_id": self.doc_id,
            "title": self.title,
            "date": self.date,
            "items": [item.to_json() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class Collection:
    """What a corpus says on a theme; the newest document first, those without a date last."""

    theme: str
    documents: tuple[ThemeDocument, ...]

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {"theme": self.theme, "documents": [one.to_json() for one in self.documents]}


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a passage and the features that it is judged by: how much of the theme it says, 0 to 1, how much it or
    the headings above it do, whichever is more, and its passage's score, 0 to MAX_RANK."""

    passage: Passage
    span: Span
    own: float
    said: float
    rank: float

    @property
    def score(self) -> float:
        """Log odds of "it is on the theme"."""
        return BIAS + OWN_WORTH * self.own + SAID_WORTH * self.said + RANK_WORTH * self.rank


def collect(
    library: Library, theme: str, *, scope: Scope = EVERYTHING, depth: Depth = "sentence"
) -> Collection:
    """All that the serving version says on a theme.

    Raises QuestionError if the theme is empty, longer than MAX_THEME_CHARS, or its scope holds nothing.
    """
    if not theme.strip() or len(theme) > MAX_THEME_CHARS:
        raise QuestionError(
            found=f"主题有 {len(theme.strip())} 个字 / a theme of {len(theme.strip())} characters",
            expected=f"1 至 {MAX_THEME_CHARS} 个 / 1 to {MAX_THEME_CHARS}",
            fix="请写一个主题，如“养老服务” / name one, such as 养老服务",
        )
    index = library.index()
    chosen = [one for one in judge(library, index, theme, scope) if one.score > 0]
    chosen.sort(key=lambda one: (one.passage.doc_id, one.span))
    documents = [
        (parsed, list(own))
        for doc_id, own in groupby(chosen, key=lambda one: one.passage.doc_id)
        if (parsed := index.catalogue.parsed(doc_id)) is not None
    ]
    documents.sort(key=lambda one: one[0].document.doc_id)
    documents.sort(key=lambda one: _date(one[0]), reverse=True)
    return Collection(theme.strip(), tuple(_documents(documents, depth)))


def judge(library: Library, index: Index, theme: str, scope: Scope) -> list[Judged]:
    """The sentences of the passages nearest to a theme with what they are judged by."""
    ranked = [
        (passage, score)
        for passage, score in library.rank(theme, top_k=MAX_PASSAGES, scope=scope, index=index)
        if passage.kind in ("text", "row")
    ]
    known = {passage.doc_id: index.catalogue.parsed(passage.doc_id) for passage, _ in ranked}
    texts = {doc_id: parsed for doc_id, parsed in known.items() if parsed is not None}
    worth = _worth(theme, [texts[p.doc_id].document.text[p.start : p.end] for p, _ in ranked])
    found = []
    for passage, score in ranked:
        parsed, rank = texts[passage.doc_id], min(max(score, 0.0), MAX_RANK)
        heads = _share(worth, f"{parsed.document.title} {' '.join(parsed.path(passage.section))}")
        for span in _spans(passage):
            own = _share(worth, parsed.document.text[slice(*span)])
            if own or heads:  # else only its rank speaks for it, and some passage is always first
                found.append(Judged(passage, span, own, max(own, heads), rank))
    return found


def _spans(passage: Passage) -> Iterator[Span]:
    """The sentences of running text; a row of a table whole."""
    if passage.kind == "row":
        yield passage.start, passage.end
    else:
        yield from ((sentence.start, sentence.end) for sentence in passage.sentences)


def _pairs(text: str) -> set[str]:
    plain = "".join(char for char in normalise(text) if char.isalnum())
    return {plain[at : at + 2] for at in range(max(len(plain) - 1, 1))}


def _worth(theme: str, texts: Sequence[str]) -> dict[str, float]:
    """The pairs of characters of a theme, each worth more the fewer of some texts have it; together one."""
    wanted = _pairs(theme)
    known = Counter(pair for text in texts for pair in wanted & _pairs(text))
    raw = {pair: math.log(1 + len(texts) / (1 + known[pair])) for pair in wanted}
    total = max(sum(raw.values()), MIN_WORDS)
    return {pair: value / total for pair, value in raw.items()}


def _share(worth: dict[str, float], text: str) -> float:
    """How much of a theme a text says, 0 to 1."""
    pairs = _pairs(text)
    return sum(value for pair, value in worth.items() if pair in pairs)


def _slices(parsed: Parsed, judged: Sequence[Judged], depth: Depth) -> list[Citation]:
    """Chosen sentences as slices; those that follow each other in a passage are one, or the whole passage is."""
    spans: list[tuple[int, int, Judged]] = []
    for one in judged:
        start, end = one.span
        if depth == "paragraph":
            start, end = one.passage.start, one.passage.end
        last = spans[-1] if spans else None
        is_next = last is not None and last[2].passage == one.passage
        if is_next and last is not None and not parsed.document.text[last[1] : start].strip():
            spans[-1] = last[0], max(end, last[1]), last[2]
        elif last is None or start >= last[1]:
            spans.append((start, end, one))
    return [
        quote(
            parsed,
            start=start,
            end=end,
            kind=one.passage.kind,
            section=one.passage.section,
            score=one.score,
        )
        for start, end, one in spans
    ]


def _date(parsed: Parsed) -> str:
    return parsed.document.metadata.get("date", "")


def _documents(
    documents: Iterable[tuple[Parsed, Sequence[Judged]]], depth: Depth
) -> Iterator[ThemeDocument]:
    """Documents with their slices; a sentence that a newer document, or one before it, has in the same words is left out."""
    known: set[str] = set()
    for parsed, judged in documents:
        document = parsed.document
        keys = [comparable(document.text[slice(*one.span)]).text for one in judged]
        fresh = []
        for key, one in zip(keys, judged, strict=True):
            if key and key not in known:
                known.add(key)
                fresh.append(one)
        items = _slices(parsed, fresh, depth)
        if items:
            yield ThemeDocument(document.doc_id, document.title, _date(parsed), tuple(items))
