"""Hits → the sentences that may answer, each with what speaks for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bearing_qa.index.encoder import Vectors
from bearing_qa.index.segment import normalise
from bearing_qa.index.store import Index
from bearing_qa.search import quantities
from bearing_qa.search.question import Question, coverage
from bearing_qa.types import Hit, Parsed, Passage

MIN_SENTENCE_CHARS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit. ``closeness`` to the question, ``coverage`` of its words, type fit."""

    parsed: Parsed
    passage: Passage
    hit: Hit
    rank: int
    start: int
    end: int
    closeness: float
    coverage: float
    context_coverage: float
    fits: bool

    @property
    def text(self) -> str:
        """The sentence, an exact slice."""
        return self.parsed.document.text[self.start : self.end]

    @property
    def score(self) -> float:
        """How much speaks for the sentence; weights chosen on the public sets."""
        return (
            2.0 * self.closeness
            + 1.0 * self.coverage
            + 0.5 * self.context_coverage
            + 0.6 * self.fits
            - 0.08 * self.rank
        )


def word_weights(index: Index, words: Sequence[str]) -> list[float]:
    """Inverse document frequency of each word; a word that the corpus lacks weighs most."""
    return [
        math.log(1 + index.size / (0.5 + index.lexical.document_frequency(word))) for word in words
    ]


def find_candidates(
    index: Index, question: Question, *, vector: Vectors, hits: Sequence[Hit]
) -> list[Candidate]:
    """Sentences of the hits, best first; equal ones in order of rank and place."""
    weights = word_weights(index, question.words)
    found: dict[tuple[str, int, int], Candidate] = {}
    for rank, hit in enumerate(hits):
        passage = index.catalogue.passage(hit.row)
        parsed = index.catalogue.parsed(passage.doc_id)
        if parsed is None or passage.kind == "table":
            continue
        text = parsed.document.text
        around = normalise(f"{passage.context} {text[passage.start : passage.end]}")
        held_around = coverage(question.words, weights, text=around)
        cosines = index.sentences.of_row(hit.row) @ vector
        for sentence, cosine in zip(passage.sentences, cosines, strict=True):
            said = text[sentence.start : sentence.end]
            needs_context = passage.kind in ("row", "front")
            shown = normalise(f"{passage.context} {said}" if needs_context else said)
            candidate = Candidate(
                parsed=parsed,
                passage=passage,
                hit=hit,
                rank=rank,
                start=sentence.start,
                end=sentence.end,
                closeness=index.closeness(float(cosine)),
                coverage=coverage(question.words, weights, text=shown),
                context_coverage=held_around,
                fits=passage.kind == "row" or fits(question, said),
            )
            if len(said) >= MIN_SENTENCE_CHARS:
                found.setdefault((passage.doc_id, sentence.start, sentence.end), candidate)
    return sorted(found.values(), key=lambda candidate: -candidate.score)


_HOLDS: Mapping[str, Callable[[str], bool]] = {
    "date": quantities.has_date,
    "person": quantities.has_person,
    "organisation": quantities.has_organisation,
    "list": quantities.has_enumeration,
    "country": quantities.has_country,
    "region": quantities.has_region,
}
"""What a sentence has to hold to answer each kind of question; the other kinds take any."""


def fits(question: Question, text: str) -> bool:
    """Whether a sentence holds the kind of thing that the question asks for."""
    if question.asked == "number":
        return bool(wanted_quantities(question, text))
    return question.asked not in _HOLDS or _HOLDS[question.asked](text)


def wanted_quantities(question: Question, text: str) -> list[quantities.Quantity]:
    """Figures of a sentence that may be the asked one: not said by the question, of its unit."""
    found = [q for q in quantities.quantities(text) if q.number not in question.numbers]
    return [q for q in found if is_unit(q.unit, question.unit)]


def is_unit(unit: str, wanted: str) -> bool:
    """Whether a figure's unit answers for the wanted one: 9 个 for 几个, 22.59 % for 几成."""
    if not wanted:
        return True
    if wanted == "%":
        return unit in ("%", "‰", "倍", "成") or unit == ""
    core = wanted.lstrip("万亿") or wanted
    if core == "人":
        return unit.endswith(("人", "万"))
    return unit.endswith(core) or (core in ("倍",) and unit == "%")
