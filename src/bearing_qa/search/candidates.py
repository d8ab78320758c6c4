"""Hits → the sentences that may answer, each with what speaks for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bearing_qa.document.passages import ADDRESSEE_WORDS, FORWARDED_WORDS
from bearing_qa.index.encoder import Vectors
from bearing_qa.index.protocol import Index
from bearing_qa.index.segment import normalise
from bearing_qa.search.areas import areas_asked, elsewhere_than
from bearing_qa.search.fitting import (
    asks_of_issuing,
    denies,
    fits,
    front_fits,
    is_other_post,
    opposition,
    row_fits,
)
from bearing_qa.search.question import Question, coverage
from bearing_qa.search.wording import Said, Wording, wording_of
from bearing_qa.types import Hit, Parsed, Passage

MIN_SENTENCE_CHARS = 4
_DUTY = re.compile(r"[（(][^（）()]*(?:负责|牵头|分工|参与|责任|配合)[^（）()]*[)）][。；]?")
"""Whose task the sentences before it are: （财政部、教育部负责）."""
_ASKS = ("？", "?")
_ADDRESSED = re.compile("主送|抄送|收文|(?:发|送|写)给(?:谁|哪|什么)")
"""Asks whom a document is sent to."""
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_GOAL = re.compile(r"到20\d{2}年")
RANK_COST = 0.08
"""What a rank among the hits costs a sentence."""
_ASKS_CASES = re.compile(
    "(?:什么|哪种|怎样的|怎么样的|啥)(?:情况|情形|条件|材料|行为|人|企业|单位)"
)
"""Asks for cases, which rules list."""
MIN_MARKS = 2
"""So many enumeration marks, and a sentence lists something itself."""
MIN_LABEL_CHARS = 2
LABEL_WEIGHT = 0.8
"""What it is worth to be the entry under a word that is asked about."""
LEAD_WEIGHT = 0.8
"""What it is worth to introduce a list of cases; where 哪些 asks, that is the kind of thing asked."""
ISSUING_WEIGHT = 0.6
"""What it is worth to be front matter that says who issued the document, where that is asked."""
CARRIED = 0.7
"""What a word of the question counts that only stands before the sentence."""


_AHEAD = re.compile("目标|预期|预计|计划|[拟将]")
"""Asks what was aimed at, not what came of it."""
AREA_COST = 0.9
"""What it costs a sentence to be of another area than the question names, so that its figure comes first only where its
own area has hardly anything like it (and then the answer is refused)."""
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

    is_entry: bool
    """Whether it begins with a word of the question as its label (组长：…)."""
    is_issuing: bool
    """Whether it is front matter that says who issued the document or when, where that is asked."""
    leads: bool
    """Whether it introduces a list where cases are asked for in other words than 哪些: 什么情况下."""
    elsewhere: str
    """The area that the question names, where neither the passage nor what its document is about bears it; else empty."""
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
            + LABEL_WEIGHT * self.is_entry
            + ISSUING_WEIGHT * self.is_issuing
            + LEAD_WEIGHT * self.leads
            - 0.8 * self.opposed
            - 0.8 * self.announces
            - AREA_COST * bool(self.elsewhere)
            - RANK_COST * self.rank
        )


def word_weights(index: Index, question: Question) -> list[float]:
    """Inverse document frequency of each content word, or of the commonest other word for it; one
    that the corpus lacks weighs most."""
    frequency = index.lexical.document_frequency
    counts = (max(map(frequency, (word, *others))) for word, others in question.meanings())
    return [math.log(1 + index.size / (0.5 + count)) for count in counts]


def find_candidates(
    index: Index,
    question: Question,
    *,
    vector: Vectors,
    hits: Sequence[Hit],
    seen: dict[int, tuple[Candidate, ...]] | None = None,
) -> list[Candidate]:
    """Sentences of the hits, best first; equal ones in order of rank and place.

    Where the question names years, only sentences whose passage or document bears one are taken. Where it names an area
    and the best sentence is of it, so are all.
    ``seen`` has the sentences of rows that were looked at before for this question, and is filled further.
    """
    weights = word_weights(index, question)
    areas = areas_asked(index, question, hits)
    seen = {} if seen is None else seen
    found: dict[tuple[str, int, int], Candidate] = {}
    for rank, hit in enumerate(hits):
        if hit.row not in seen:
            look = _look(index, question, weights, areas, hit=hit, rank=rank)
            seen[hit.row] = tuple(look.candidates(_closeness(index, hit, vector))) if look else ()
        for candidate in seen[hit.row]:
            if candidate.rank != rank or candidate.hit != hit:
                candidate = replace(candidate, hit=hit, rank=rank)
            key = (candidate.passage.doc_id, candidate.start, candidate.end)
            found.setdefault(key, candidate)
    bearing = [candidate for candidate in found.values() if candidate.bears]
    ranked = sorted(bearing, key=lambda candidate: -candidate.score)
    if ranked and not ranked[0].elsewhere:
        return [candidate for candidate in ranked if not candidate.elsewhere]
    return ranked


def _closeness(index: Index, hit: Hit, vector: Vectors) -> list[float]:
    """How close each sentence of a hit is to the question: its cosine between what chance gives (0) and
    identity (1), for any encoder."""
    chance = float(index.manifest["chance_cosine"])
    cosines = index.sentences.of_row(hit.row) @ vector
    return [(float(cosine) - chance) / max(1.0 - chance, 1e-6) for cosine in cosines]


def _look(
    index: Index,
    question: Question,
    weights: Sequence[float],
    areas: Sequence[str],
    *,
    hit: Hit,
    rank: int,
) -> _Look | None:
    """A look at a hit; none at a table as a whole, nor at whom a document is sent to where that is not asked."""
    wording = wording_of(index.catalogue, hit.row)
    if wording and _is_addressee(wording.passage) and not _ADDRESSED.search(question.text):
        return None
    parsed = index.catalogue.parsed(wording.passage.doc_id) if wording else None
    if wording is None or parsed is None or wording.passage.kind == "table":
        return None
    elsewhere = elsewhere_than(index, areas, wording)
    return _Look(question, weights, elsewhere, parsed, wording, hit, rank)


def _is_addressee(passage: Passage) -> bool:
    return passage.kind == "front" and passage.context.endswith(ADDRESSEE_WORDS)


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at a passage for a question."""

    question: Question
    weights: Sequence[float]
    elsewhere: str
    parsed: Parsed
    wording: Wording
    hit: Hit
    rank: int

    def candidates(self, closeness: Sequence[float]) -> Iterator[Candidate]:
        """Its sentences with what speaks for each, in order; ``closeness`` of each to the question.

        Who has to do a task may stand in brackets behind it: then the nearest sentence before is its lead, and its
        closeness counts. So it is with what the text asks itself: the next sentence answers.
        """
        asks_whom = self.question.asked in ("organisation", "party")
        held, bears = (
            self._coverage(self.wording.around),
            _bears(self.question, self.wording, self.parsed),
        )
        task: tuple[float, int, int] | None = None
        asked: tuple[float, int, int] | None = None
        for said, close in zip(self.wording.sentences, closeness, strict=True):
            lead = said.lead if self._needs_lead(said) else None
            if asked and lead is None:
                close, lead = max(close, asked[0]), asked[1:]
            asked = (close, said.start, said.end) if said.text.rstrip().endswith(_ASKS) else None
            if asks_whom and task and _DUTY.fullmatch(said.text.strip()):
                close, lead, task = task[0], task[1:], None
            if len(said.text) >= MIN_SENTENCE_CHARS and not _is_of_other_goal(self.question, said):
                yield self._candidate(said, closeness=close, lead=lead, held=held, bears=bears)
            if lead is None and (task is None or close > task[0]):
                task = (close, said.start, said.end)

    def _candidate(
        self,
        said: Said,
        *,
        closeness: float,
        lead: tuple[int, int] | None,
        held: float,
        bears: float,
    ) -> Candidate:
        question, passage = self.question, self.wording.passage
        led_by = self.parsed.document.text[slice(*lead)] if lead else ""
        shown = normalise(led_by) + said.shown if led_by else said.shown
        before = self.wording.running[: said.begins]
        covered, carried = self._coverage(shown), self._coverage(f"{before} {shown}")
        holds = {"row": row_fits, "front": front_fits}.get(passage.kind, fits)
        fitting = holds(question, shown if passage.kind == "row" else led_by + said.text)
        leads = (
            said.leads
            and not question.count
            and _asks_for_list(question)
            and not denies(question, said.text)
        )
        fitting = (fitting or leads) and not self._is_of_another()
        return Candidate(
            parsed=self.parsed,
            passage=passage,
            hit=self.hit,
            rank=self.rank,
            start=said.start,
            end=said.end,
            closeness=closeness,
            coverage=covered,
            context_coverage=held,
            carried=covered + CARRIED * (carried - covered),
            fits=fitting,
            lead=lead,
            bears=bears,
            is_entry=_is_entry(question, said.plain),
            is_issuing=fitting and passage.kind == "front" and asks_of_issuing(question),
            leads=leads and question.asked != "list",
            opposed=1.0 if self._is_denied(led_by) else opposition(question.text, said.labelled),
            elsewhere=self.elsewhere,
            announces=passage.kind != "front" and _announces(question, said.text),
        )

    def _is_denied(self, lead: str) -> bool:
        """Whether an item is of a list of what need not or must not be, where cases are asked that need."""
        return self.question.asked == "list" and denies(self.question, lead)

    def _is_of_another(self) -> bool:
        """Whether the passage is the signature of something forwarded whose signer the question does not name."""
        passage = self.wording.passage
        if passage.kind != "front" or not passage.context.startswith(FORWARDED_WORDS):
            return False
        signed = "".join(said.plain for said in self.wording.sentences)
        return not any(word in signed for word in self.question.words)

    def _needs_lead(self, said: Said) -> bool:
        """Whether an item says more of the question, or the kind of thing asked, with what introduces it."""
        if said.lead is None:
            return False
        if self._coverage(said.led) > self._coverage(said.plain):
            return True
        whole = self.parsed.document.text[slice(*said.lead)] + said.text
        return fits(self.question, whole) and not fits(self.question, said.text)

    def _coverage(self, text: str) -> float:
        return coverage(self.question, self.weights, text=text)


def _is_entry(question: Question, plain: str) -> bool:
    """Whether a normalised sentence is an entry under a word that the question asks about: 副组长有哪些人."""
    label, mark, rest = plain.partition(":")
    if not (mark and rest) or len(label) < MIN_LABEL_CHARS or is_other_post(question.text, label):
        return False
    word = re.escape(label)
    asks = rf"{word}(?:都|分别|具体|各)?[是有为由]?[谁哪什何多几]|(?:谁|哪位|哪些人)(?:是|当|任|担任)?{word}"
    return re.search(asks, normalise(question.text)) is not None


def _asks_for_list(question: Question) -> bool:
    """Whether a question may be answered by a list: 哪些条件, 什么情况下."""
    return question.asked == "list" or _ASKS_CASES.search(question.text) is not None


def _announces(question: Question, said: str) -> bool:
    """Whether a sentence only says that something follows, or asks itself what the next one answers; for a list that is
    asked for, 下列 is its head."""
    ends = said.rstrip("。：: ")
    if ends.endswith(_ASKS):
        return True
    if (
        question.asked == "list" and not question.count and said.count("、") >= MIN_MARKS
    ):  # 现将元旦、春节……的安排通知如下
        return False
    return ends.endswith("如下") or (question.asked != "list" and ends != said.rstrip("。 "))


def _is_of_other_goal(question: Question, said: Said) -> bool:
    """Whether a sentence is a goal for other years than are asked: 到2030年 where 2035 is."""
    goals = _GOAL.findall(said.plain)
    return bool(goals and question.years) and not any(year in said.plain for year in question.years)


def _bears(question: Question, wording: Wording, parsed: Parsed) -> float:
    """How a passage, with its context, or its document bears the question's years.

    A document's own year says nothing of a section that is headed by another. What a year aimed at stands in
    the document of that year; a later one looks back on it.
    """
    if not question.years:
        return 1.0
    document = parsed.document
    date = document.metadata.get("date", "")
    is_said = any(year in wording.around for year in question.years)
    is_of_another = _YEAR.search(wording.path) is not None and not any(
        year in wording.path or any(year in said.plain for said in wording.sentences)
        for year in question.years
    )
    # The title of a report of 2024 stands above its plans for 2025.
    is_said = is_said and not is_of_another
    if _AHEAD.search(question.text) and not is_of_another:
        if date[:4] in question.years:
            return 1.0
        if date[:4] > max(question.years):
            is_said = False
    if is_said or is_of_another:
        return float(is_said)
    named = f"{wording.around} {document.title} {document.doc_id} {date}"
    return IN_PART if any(year in named for year in question.years) else 0.0
