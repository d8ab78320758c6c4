"""Hits → candidates: what may answer, read with the question, best first.

Passages come from retrieval; the lists and section digests around the first of them, and the front matter of their
documents, from the outline. One model (``encoders/reading_model``) reads each with the question. Its judgement is the
only one: of the order, of whether anything answers, and of which units say it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.answer.units import Readable, of_passage, structures_at
from bearing_qa.encoders.reading_model import Mark, Reading, ReadingModel, Text
from bearing_qa.language import clauses
from bearing_qa.search.numbered_parts import with_marker
from bearing_qa.search.question import Question
from bearing_qa.store.protocol import Index
from bearing_qa.types import Hit, Parsed, Section, Span

READ_DEPTH = 10
"""How many of the first passages are read. On the tuning documents 14, with 8 lists and digests, were no better, at a quarter more
cost."""
STRUCTURE_HITS = 5
"""The first hits, whose lists and digests are read too."""
MAX_STRUCTURES = 4
FRONT_DOCUMENTS = 1
"""The first documents whose front matter is read, however it ranks: who issued them, and when."""
RELEVANCE_WEIGHT, ANSWERABLE_WEIGHT, EVIDENCE_WEIGHT, FUSED_WEIGHT = 0.37, 0.516, 0.051, 0.683
"""Weights in the order: relevance, answerable, the best unit's evidence, the fused score (in standard deviations)."""
KIND_WEIGHTS = {"list": -0.37, "digest": -0.673, "row": 0.299, "front": -0.107}
"""What is added for what is no running text. All by ``training.calibrate`` on the tuning documents."""
UNREAD = -20.0
"""The logit of a unit of which no token was read."""
CLAUSE_GAP = 2.0
"""Logits below the clause that says most at which another clause of its unit is still shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """A unit of a candidate: the logit of "this says it", and the slice of it that does."""

    span: Span
    evidence: float
    clause: Span


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something read; ``relevance`` and ``answerable`` are the reader's logits. ``score`` orders candidates."""

    readable: Readable
    hit: Hit
    relevance: float
    answerable: float
    said: tuple[Said, ...]

    @property
    def evidence(self) -> float:
        """That of the unit which says most."""
        return max(said.evidence for said in self.said)

    @property
    def score(self) -> float:
        """Order among candidates: what the reader says of it, retrieval's score, and what kind of text it is."""
        return (
            KIND_WEIGHTS.get(self.readable.kind, 0.0)
            + RELEVANCE_WEIGHT * self.relevance
            + ANSWERABLE_WEIGHT * self.answerable
            + EVIDENCE_WEIGHT * self.evidence
            + FUSED_WEIGHT * self.hit.score
        )

    @property
    def doc_id(self) -> str:
        """The document that it is of."""
        return self.readable.parsed.document.doc_id


def read(
    index: Index,
    model: ReadingModel,
    question: Question,
    hits: Sequence[Hit],
    *,
    part: tuple[Parsed, Section] | None = None,
) -> list[Candidate]:
    """The candidates of some hits (best first) and of the part that a question names, best first; equal ones in the
    order they were found."""
    found = gather(index, question, hits, part)
    texts = [text_of(item) for item, _ in found]
    asked = question.asked or question.text
    readings = model.read(with_marker(asked, part[1]) if part else asked, texts)
    made = [
        make_candidate(item, hit, reading)
        for (item, hit), reading in zip(found, readings, strict=True)
    ]
    return sorted(made, key=lambda candidate: -candidate.score)


def gather(
    index: Index,
    question: Question,
    hits: Sequence[Hit],
    part: tuple[Parsed, Section] | None = None,
) -> list[tuple[Readable, Hit]]:
    """What is read for some hits, each with the hit that led to it, once each; ``part``: a section whose lists and digest
    are read whatever was found."""
    found: dict[tuple[str, str, int, int], tuple[Readable, Hit]] = {}
    own = structures_at(part[0], part[1].index) if part else ()
    for item, hit in [
        *_passages(index, hits),
        *((item, hits[0]) for item in own if part and item.section == part[1].index),
        *_structures(index, question, hits),
        *_fronts(index, question, hits),
    ]:
        found.setdefault(item.key, (item, hit))
    return list(found.values())


def _passages(index: Index, hits: Sequence[Hit]) -> Iterator[tuple[Readable, Hit]]:
    count = 0
    for hit in hits:
        passage = index.catalogue.passage(hit.row)
        parsed = index.catalogue.parsed(passage.doc_id)
        item = of_passage(parsed, passage) if parsed else None
        if item is not None:
            yield item, hit
            count += 1
        if count == READ_DEPTH:
            return


def _structures(
    index: Index, question: Question, hits: Sequence[Hit]
) -> Iterator[tuple[Readable, Hit]]:
    """Lists and digests around the first hits: the nearest one, the whole text's, then the nearest of each hit, then
    those above."""
    around: list[list[tuple[Readable, Hit]]] = []
    for hit in hits[:STRUCTURE_HITS]:
        passage = index.catalogue.passage(hit.row)
        parsed = index.catalogue.parsed(passage.doc_id)
        if parsed is not None:
            inside = (
                (item, hit)
                for item in structures_at(parsed, passage.section)
                if question.scope.holds(parsed, item.section)
            )
            around.append(list(inside))
    levels = max(map(len, around), default=0)
    nearest = [items[level] for level in range(levels) for items in around if level < len(items)]
    whole = [items[-1] for items in around[:1] if items]
    once: dict[tuple[str, str, int, int], tuple[Readable, Hit]] = {}
    for item, hit in [*nearest[:1], *whole, *nearest]:
        once.setdefault(item.key, (item, hit))
    yield from list(once.values())[:MAX_STRUCTURES]


def _fronts(
    index: Index, question: Question, hits: Sequence[Hit]
) -> Iterator[tuple[Readable, Hit]]:
    """The front matter of the first documents, as far as it is in the question's scope."""
    documents = dict.fromkeys(index.catalogue.passage(hit.row).doc_id for hit in hits)
    for doc_id in list(documents)[:FRONT_DOCUMENTS]:
        parsed = index.catalogue.parsed(doc_id)
        rows = zip(index.catalogue.rows_of(doc_id), parsed.passages if parsed else (), strict=False)
        for row, passage in rows:
            if parsed is None or passage.kind != "front":
                continue
            item = of_passage(parsed, passage)
            if item is not None and question.scope.holds(parsed, passage.section):
                yield item, Hit(row, hits[-1].score)


def text_of(item: Readable) -> Text:
    """A readable as the model takes it."""
    return Text(item.title, item.path, item.texts, item.kind in ("list", "digest"))


def make_candidate(item: Readable, hit: Hit, reading: Reading) -> Candidate:
    """A readable with its reading."""
    marks: list[list[Mark]] = [[] for _ in item.units]
    for mark in reading.marks:
        marks[mark.unit].append(mark)
    said = [
        _said(item, number, own) if own else Said(span, UNREAD, span)
        for number, (span, own) in enumerate(zip(item.units, marks, strict=True))
    ]
    return Candidate(item, hit, reading.relevance, reading.answerable, tuple(said))


def _said(item: Readable, number: int, marks: Sequence[Mark]) -> Said:
    """A unit's evidence, its tokens' mean, and the slice from the first to the last clause that says nearly most."""
    span, text = item.units[number], item.texts[number]
    evidence = _mean(marks)
    is_exact = len(text) == span[1] - span[0]  # simplifying a text may change its length
    if item.kind == "row" or not is_exact:
        return Said(span, evidence, span)
    clauses = _clauses(text)
    means = [_mean([m for m in marks if m.start < end and start < m.end]) for start, end in clauses]
    least = max(means) - CLAUSE_GAP
    saying = [clause for clause, mean in zip(clauses, means, strict=True) if mean >= least]
    return Said(span, evidence, (span[0] + saying[0][0], span[0] + saying[-1][1]))


def _mean(marks: Sequence[Mark]) -> float:
    return sum(m.evidence for m in marks) / len(marks) if marks else UNREAD


def _clauses(text: str) -> list[Span]:
    """The clauses of a unit; a bracket is not cut."""
    found, start, depth = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "（(“") - (char in "）)”" and depth > 0)
        if (
            char in clauses.ENDS
            and not depth
            and not (char in ",:" and text[at + 1 : at + 2].isdigit())
        ):
            found.append((start, at + 1))
            start = at + 1
    return [*found, (start, len(text))] if start < len(text) else found or [(0, len(text))]


def probability(logit: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-max(min(logit, 40.0), -40.0)))
