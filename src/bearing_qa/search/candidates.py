"""Hits → the sentences that may answer, each with what speaks for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.document.passages import paragraph_label
from bearing_qa.index.encoder import Vectors
from bearing_qa.index.protocol import Index
from bearing_qa.index.segment import normalise
from bearing_qa.search.fitting import fits, opposition, row_fits
from bearing_qa.search.question import Question, coverage
from bearing_qa.types import Hit, Parsed, Passage, Sentence

MIN_SENTENCE_CHARS = 4
_ITEM = re.compile(r"[（(](?:[一二三四五六七八九十百]+|\d{1,2})[)）]|[①-⑳⑴-⒇]|\d{1,2}[.．、)）]")
"""How an item of a list begins: （一） (1) ① 1."""
_DUTY = re.compile(r"[（(][^（）()]*(?:负责|牵头|分工|参与)[^（）()]*[)）][。；]?")
"""Whose task the sentences before it are: （财政部、教育部负责）."""
MAX_LIST_CHARS = 1500
"""How far behind its lead an item may stand."""
RANK_COST = 0.08
"""What a rank among the hits costs a sentence."""
CARRIED = 0.7
"""What a word of the question counts that only stands before the sentence."""


_AHEAD = re.compile("目标|预期|预计|计划|[拟将]")
"""Asks what was aimed at, not what came of it."""
IN_PART = 0.34
"""How much a document bears a year that its passage does not say."""


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
    carried: float
    """Coverage where a word said before the sentence (in its passage or context) counts CARRIED: a text
    names its matter once and goes on without it."""
    fits: bool
    bears: float
    """1 if the passage bears the question's years, a third if only its document does, else 0."""
    lead: tuple[int, int] | None
    """What introduces the list whose item the sentence is (…，处 20 万元以上罚款：), where the question needs it."""
    opposed: float
    """1 if the sentence has only the opposite of a word of the question (进口 for 出口), 0.5 if it
    has neither, 0 otherwise."""

    announces: bool
    """Whether it only says that something follows (现批复如下：)."""

    @property
    def text(self) -> str:
        """The sentence, an exact slice."""
        return self.parsed.document.text[self.start : self.end]

    @property
    def score(self) -> float:
        """How much speaks for the sentence; weights chosen on the public sets."""
        return (
            3.0 * self.closeness
            + 1.2 * self.coverage
            + 1.2 * self.carried
            + 1.4 * self.fits
            + 0.6 * self.bears
            - 0.8 * self.opposed
            - 0.8 * self.announces
            - RANK_COST * self.rank
        )


def word_weights(index: Index, question: Question) -> list[float]:
    """Inverse document frequency of each content word, or of the commonest other word for it; one
    that the corpus lacks weighs most."""
    frequency = index.lexical.document_frequency
    counts = (max(map(frequency, (word, *others))) for word, others in question.meanings())
    return [math.log(1 + index.size / (0.5 + count)) for count in counts]


def find_candidates(
    index: Index, question: Question, *, vector: Vectors, hits: Sequence[Hit]
) -> list[Candidate]:
    """Sentences of the hits, best first; equal ones in order of rank and place.

    Where the question names years, only sentences whose passage or document bears one are taken.
    """
    weights = word_weights(index, question)
    chance = float(index.manifest["chance_cosine"])
    found: dict[tuple[str, int, int], Candidate] = {}
    for rank, hit in enumerate(hits):
        passage = index.catalogue.passage(hit.row)
        parsed = index.catalogue.parsed(passage.doc_id)
        if parsed is None or passage.kind == "table":
            continue
        cosines = index.sentences.of_row(hit.row) @ vector
        closeness = [_closeness(float(cosine), chance=chance) for cosine in cosines]
        place = _Place(question, weights, parsed, passage, hit, rank)
        for candidate in place.candidates(closeness):
            found.setdefault((passage.doc_id, candidate.start, candidate.end), candidate)
    kept = [candidate for candidate in found.values() if candidate.bears]
    return sorted(kept, key=lambda candidate: -candidate.score)


@dataclass(frozen=True, slots=True)
class _Place:
    """A passage whose sentences are looked at for a question."""

    question: Question
    weights: Sequence[float]
    parsed: Parsed
    passage: Passage
    hit: Hit
    rank: int

    def candidates(self, closeness: Sequence[float]) -> Iterator[Candidate]:
        """Its sentences with what speaks for each, in order; ``closeness`` of each to the question.

        Who has to do a task may stand in brackets behind it: then the nearest sentence before is its lead, and its
        closeness counts.
        """
        asks_whom = self.question.asked in ("organisation", "party")
        around = normalise(
            f"{self.passage.context} {self._text(self.passage.start, self.passage.end)}"
        )
        before = normalise(self.passage.context)
        task: tuple[float, int, int] | None = None
        for sentence, close in zip(self.passage.sentences, closeness, strict=True):
            said = self._text(sentence.start, sentence.end)
            lead = self._lead(sentence)
            if asks_whom and task and _DUTY.fullmatch(said.strip()):
                close, lead, task = task[0], task[1:], None
            if len(said) >= MIN_SENTENCE_CHARS:
                yield self._candidate(
                    sentence, closeness=close, lead=lead, before=before, around=around
                )
            before += normalise(said)
            if lead is None and (task is None or close > task[0]):
                task = (close, sentence.start, sentence.end)

    def _candidate(
        self,
        sentence: Sentence,
        *,
        closeness: float,
        lead: tuple[int, int] | None,
        before: str,
        around: str,
    ) -> Candidate:
        question, passage = self.question, self.passage
        said = self._text(sentence.start, sentence.end)
        led_by = self._text(*lead) if lead else ""
        label = paragraph_label(self.parsed.document.text, passage.start, sentence.start)
        own = f"{passage.context} {said}" if self._needs_context else label + said
        shown = normalise(led_by) + normalise(own)
        covered, carried = self._coverage(shown), self._coverage(f"{before} {shown}")
        is_row = passage.kind == "row"
        return Candidate(
            parsed=self.parsed,
            passage=passage,
            hit=self.hit,
            rank=self.rank,
            start=sentence.start,
            end=sentence.end,
            closeness=closeness,
            coverage=covered,
            context_coverage=self._coverage(around),
            carried=covered + CARRIED * (carried - covered),
            fits=row_fits(question, shown) if is_row else fits(question, led_by + said),
            lead=lead,
            bears=_bears(question, around, _path_of(self.parsed, passage), self.parsed),
            opposed=opposition(question.text, label + said),
            announces=_announces(question, said),
        )

    @property
    def _needs_context(self) -> bool:
        return self.passage.kind in ("row", "front")

    def _text(self, start: int, end: int) -> str:
        return self.parsed.document.text[start:end]

    def _coverage(self, text: str) -> float:
        return coverage(self.question, self.weights, text=text)

    def _lead(self, sentence: Sentence) -> tuple[int, int] | None:
        if self._needs_context:
            return None
        return _needed_lead(self.question, self.weights, self.parsed, sentence)


def _announces(question: Question, said: str) -> bool:
    """Whether a sentence only says that something follows; for a list that is asked for, 下列 is its head."""
    ends = said.rstrip("。：: ")
    return ends.endswith("如下") or (question.asked != "list" and ends != said.rstrip("。 "))


def _needed_lead(
    question: Question, weights: Sequence[float], parsed: Parsed, sentence: Sentence
) -> tuple[int, int] | None:
    """What introduces the list whose item a sentence is, where it says more of the question, or the kind
    of thing asked."""
    text = parsed.document.text
    said = text[sentence.start : sentence.end]
    section = parsed.sections[parsed.section_at(sentence.start)]
    lead = lead_of(text, sentence.start, first=section.start)
    if lead is None:
        return None
    whole = text[slice(*lead)] + said
    says_more = coverage(question, weights, text=normalise(whole)) > coverage(
        question, weights, text=normalise(said)
    )
    return lead if says_more or (fits(question, whole) and not fits(question, said)) else None


def lead_of(text: str, start: int, *, first: int) -> tuple[int, int] | None:
    """The sentence that introduces the list whose item begins at ``start``: it ends with a colon, only
    items of the list stand between, and it is not before ``first``, where the section begins."""
    if not _ITEM.match(text, start):
        return None
    stop = text.rfind("：\n", max(first, start - MAX_LIST_CHARS), start) + 1
    if not stop:
        return None
    between = text[stop:start].strip().split("\n")
    if not all(_ITEM.match(line.strip()) for line in between if line.strip()):
        return None
    begin = max(first, *(text.rfind(mark, 0, stop - 1) + 1 for mark in "。！？\n"))
    begin += len(text[begin:stop]) - len(text[begin:stop].lstrip())
    return begin, stop


def _closeness(cosine: float, *, chance: float) -> float:
    """A sentence's cosine between what chance gives (0) and identity (1), for any encoder."""
    return (cosine - chance) / max(1.0 - chance, 1e-6)


def _path_of(parsed: Parsed, passage: Passage) -> str:
    return normalise(" ".join(parsed.path(passage.section)))


def _bears(question: Question, around: str, context: str, parsed: Parsed) -> float:
    """How a passage, with its context, or its document bears the question's years.

    A document's own year says nothing of a section that is headed by another. What a year aimed at stands in
    the document of that year; a later one looks back on it.
    """
    if not question.years:
        return 1.0
    document = parsed.document
    date = document.metadata.get("date", "")
    is_said = any(year in around for year in question.years)
    is_of_another = not is_said and re.search(r"(?:19|20)\d{2}年", context) is not None
    if _AHEAD.search(question.text) and not is_of_another:
        if date[:4] in question.years:
            return 1.0
        if date[:4] > max(question.years):
            is_said = False
    if is_said or is_of_another:
        return float(is_said)
    named = f"{around} {document.title} {document.doc_id} {date}"
    return IN_PART if any(year in named for year in question.years) else 0.0
