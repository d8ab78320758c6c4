"""Hits → the sentences that may answer, each with what speaks for it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bearing_qa.document.passages import paragraph_label
from bearing_qa.index.encoder import Vectors
from bearing_qa.index.segment import normalise
from bearing_qa.index.store import Index
from bearing_qa.search import quantities
from bearing_qa.search.question import Question, coverage
from bearing_qa.types import Hit, Parsed, Passage, Sentence

MIN_SENTENCE_CHARS = 4
_ITEM = re.compile(r"[（(](?:[一二三四五六七八九十百]+|\d{1,2})[)）]|[①-⑳⑴-⒇]|\d{1,2}[.．、)）]")
"""How an item of a list begins: （一） (1) ① 1."""
_DUTY = re.compile(r"[（(][^（）()]*(?:负责|牵头|分工|参与)[^（）()]*[)）][。；]?")
"""Whose task the sentences before it are: （财政部、教育部负责）."""
MAX_LIST_CHARS = 1500
"""How far behind its lead an item may stand."""
_ORDINAL_BEFORE = re.compile(r"(?:第|附件|附表|专栏|图|表)\s*$")
"""What stands before a figure that counts nothing: 附件2, 第3."""
AREA_UNITS = ("平方公里", "平方千米", "平方米", "公顷", "亩")
RANK_COST = 0.08
"""What a rank among the hits costs a sentence."""
TIME_UNITS = ("年", "月", "日", "天", "周", "小时", "分钟", "周年", "岁")
CARRIED = 0.7
"""What a word of the question counts that only stands before the sentence."""


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
    found: dict[tuple[str, int, int], Candidate] = {}
    for rank, hit in enumerate(hits):
        passage = index.catalogue.passage(hit.row)
        parsed = index.catalogue.parsed(passage.doc_id)
        if parsed is None or passage.kind == "table":
            continue
        text = parsed.document.text
        around = normalise(f"{passage.context} {text[passage.start : passage.end]}")
        held_around = coverage(question, weights, text=around)
        before = normalise(passage.context)
        task: tuple[float, int, int] | None = (
            None  # of the sentences whose bracket is still to come, the nearest
        )
        cosines = index.sentences.of_row(hit.row) @ vector
        for sentence, cosine in zip(passage.sentences, cosines, strict=True):
            said = text[sentence.start : sentence.end]
            label = paragraph_label(text, passage.start, sentence.start)
            needs_context = passage.kind in ("row", "front")
            shown = normalise(f"{passage.context} {said}" if needs_context else label + said)
            covered = coverage(question, weights, text=shown)
            lead = None if needs_context else _needed_lead(question, weights, parsed, sentence)
            closeness = index.closeness(float(cosine))
            if (
                question.asked in ("organisation", "party")
                and _DUTY.fullmatch(said.strip())
                and task
            ):
                closeness, lead, task = task[0], task[1:], None
            whole = text[slice(*lead)] + said if lead else said
            if lead:
                shown = normalise(text[slice(*lead)]) + shown
                covered = coverage(question, weights, text=shown)
            carried = coverage(question, weights, text=f"{before} {shown}")
            candidate = Candidate(
                parsed=parsed,
                passage=passage,
                hit=hit,
                rank=rank,
                start=sentence.start,
                end=sentence.end,
                closeness=closeness,
                coverage=covered,
                context_coverage=held_around,
                carried=covered + CARRIED * (carried - covered),
                fits=_row_fits(question, shown) if passage.kind == "row" else fits(question, whole),
                lead=lead,
                bears=_bears(question, around, _path_of(parsed, passage), parsed),
                opposed=opposition(question.text, label + said),
                announces=_announces(question, said),
            )
            before += normalise(said)
            if lead is None and (task is None or closeness > task[0]):
                task = (closeness, sentence.start, sentence.end)
            if len(said) >= MIN_SENTENCE_CHARS:
                found.setdefault((passage.doc_id, sentence.start, sentence.end), candidate)
    kept = [candidate for candidate in found.values() if candidate.bears]
    return sorted(kept, key=lambda candidate: -candidate.score)


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


def _row_fits(question: Question, shown: str) -> bool:
    """Whether a row, with its column heads, holds the asked unit (it stands in a head), or whom is asked for."""
    if question.asked in ("person", "party", "organisation"):
        return fits(question, shown)
    core = question.unit.lstrip("万亿") or question.unit
    return core in shown or (core == "面积" and any(unit in shown for unit in AREA_UNITS))


_HOLDS: Mapping[str, Callable[[str], bool]] = {
    "date": quantities.has_date,
    "person": quantities.has_person,
    "party": quantities.has_party,
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
    if question.asked == "person" and not all(
        office in text for office in quantities.offices(question.text)
    ):
        return False
    return question.asked not in _HOLDS or _HOLDS[question.asked](text)


# Pairs of which a text that answers has to say the asked one, and pairs that may go unsaid.
_SAID_OPPOSITES = (("进口", "出口"), ("收入", "支出"), ("最大", "最小"), ("最高", "最低"))
_UNSAID_OPPOSITES = (
    ("国内", "国外"), ("境内", "境外"), ("军用", "民用"), ("增长", "下降"), ("增加", "减少"), ("上限", "下限"),
    ("城镇", "农村"), ("中央", "地方"),
)  # fmt: skip


def opposition(question: str, text: str) -> float:
    """How far a text says the opposite of what a question asks: 1 for 进口 where 出口 is asked, 0.5
    for neither, 0 where the asked word stands or nothing of the kind is asked."""
    question, text = (normalise(t).replace("进出口", "贸易") for t in (question, text))
    worst = 0.0
    for pair in (*_SAID_OPPOSITES, *_UNSAID_OPPOSITES):
        for asked, other in (pair, pair[::-1]):
            if asked in question and other not in question and asked not in text:
                neither = 0.5 if pair in _SAID_OPPOSITES else 0.0
                worst = max(worst, 1.0 if other in text else neither)
    return worst


def _path_of(parsed: Parsed, passage: Passage) -> str:
    return normalise(" ".join(parsed.path(passage.section)))


def _bears(question: Question, around: str, context: str, parsed: Parsed) -> float:
    """How a passage, with its context, or its document bears the question's years.

    A document's own year says nothing of a section that is headed by another.
    """
    if not question.years or any(year in around for year in question.years):
        return 1.0
    if re.search(r"(?:19|20)\d{2}年", context):
        return 0.0
    document = parsed.document
    named = f"{document.title} {document.doc_id} {document.metadata.get('date', '')}"
    return 0.34 if any(year in named for year in question.years) else 0.0


def wanted_quantities(question: Question, text: str) -> list[quantities.Quantity]:
    """Figures of a sentence that may be the asked one: not said by the question, of its unit, and
    no ordinal (附件2) unless one is asked (排第几)."""
    found = [q for q in quantities.quantities(text) if q.number not in question.numbers]
    if "第几" not in question.text:
        found = [q for q in found if not _ORDINAL_BEFORE.search(text[: q.start])]
    return [q for q in found if is_unit(q.unit, question.unit)]


def is_unit(unit: str, wanted: str) -> bool:
    """Whether a figure's unit answers for the wanted one: 9 个 for 几个, 22.59 % for 几成."""
    if not wanted:
        return True
    if wanted == "%":
        return unit in ("%", "‰", "倍", "成") or unit == ""
    core = wanted.lstrip("万亿") or wanted
    if core == "面积":
        return unit.endswith(AREA_UNITS)
    if core == "时间":
        return unit.endswith(TIME_UNITS)
    if core == "人":
        return unit.endswith(("人", "万"))
    if core in ("天", "日"):
        return unit.endswith(("天", "日"))
    return unit.endswith(core) or (core in ("倍",) and unit == "%")
