"""Figures as a sentence asserts them: value, unit, bound (约, 不低于, 以上) and direction (增长, 下降).

A figure is supported by a text that asserts the same one: 15000家 by 1.5万家, 40% not by 约 40%, 下降 2.3% by -2.3%
and not by 增长 2.3%.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from bearing_qa.language.clauses import BOUNDS_BEFORE, BOUNDS_BEHIND, DOWN, END, UP
from bearing_qa.language.dates import YEARS
from bearing_qa.language.figures import Figure, figures
from bearing_qa.language.numbers import ARABIC, value_of

_BEFORE = tuple(
    (sign, re.compile(rf"(?:{words})[为是到达有至]?$")) for sign, words in BOUNDS_BEFORE
)
_BEHIND = tuple(
    (sign, re.compile(rf"[\u3400-\u9fff]{{0,2}}?(?:{words})")) for sign, words in BOUNDS_BEHIND
)
_MORE = re.compile(r"[多余]")
"""9 万多种, 1400余家."""
_DIRECTION = re.compile(
    rf"(?:(?P<up>{UP})|(?P<down>{DOWN}))(?!.*(?:{UP}|{DOWN}))[^\d，。；：,;:、]{{0,6}}$"
)
_MINUS = re.compile(r"(?:^|[\s(:：，,、;；|]|增长|增速|增幅|同比|环比|变动|变化|率)[-−]$")

_BARE = re.compile(
    rf"(?<![\d.])(?P<number>{ARABIC})(?:[多余几](?=[万亿]))?(?P<scale>[千百]?[万亿]{{0,2}})(?P<month>月?)"
)
"""An Arabic figure without a unit that ``figures`` knows, or a month."""
RANGE = re.compile(r"\s*[-—–~～至到]+\s*")
"""What stands between the two figures of a range."""
_DATE = re.compile(r"(?:[12]\d{3}年)?\d{1,2}月(?:\d{1,2}日)?")
_CHINESE_RUN = re.compile(r"[二两三四五六七八九十百千][一二两三四五六七八九十百千]*[\u3400-\u9fff]")
Words = Callable[[str], Sequence[str]]
"""Gives the content words of a text, in order."""
_ARTICLE = re.compile(r"一[个种项位名次条家类批座]")
"""一个 and the like say no number."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure of a text: its value, its unit (empty if not known), its bounds, and + or - where the text
    gives a direction."""

    start: int
    end: int
    value: Decimal
    unit: str
    bounds: frozenset[str]
    direction: str

    def is_supported_by(self, other: Claim, *, text: str) -> bool:
        """Whether ``other``, a figure of ``text``, asserts the same.

        A direction may be left unsaid only where it is up (提高到 95%). A unit may be added to a year, and to
        a figure without one where the text has it elsewhere (从业人员约 40 万).
        """
        if self.value != other.value or self.bounds != other.bounds:
            return False
        if self.direction != other.direction and (self.direction or other.direction == "-"):
            return False
        is_year = self.unit == "年" and self.value in YEARS
        is_named = not other.unit and (is_year or self.unit in text)
        return self.unit == other.unit or is_named


def claims(text: str) -> list[Claim]:
    """Figures of a normalised text in order."""
    known: dict[int, Figure] = {}
    taken: set[int] = set()
    for figure in figures(text):
        if figure.start not in taken:
            known[figure.start] = figure
            taken.update(range(figure.start, figure.end))
    found = [
        _claim(text, (figure.start, figure.end), figure.value, figure.unit)
        for figure in known.values()
        if not _ARTICLE.fullmatch(text[figure.start : figure.end])
    ]
    for bare in _BARE.finditer(text):
        if not taken.intersection(range(*bare.span("number"))):
            number, scale = bare["number"], bare["scale"]
            value = value_of(number + scale)
            if value is None:  # longer than any amount: a number of an account, say
                value = Decimal(number.replace(",", ""))
            found.append(_claim(text, bare.span(), value, bare["month"]))
    found.sort(key=lambda claim: claim.start)
    for at, (first, last) in enumerate(pairwise(found)):  # 3000-5000小时
        if not first.unit and RANGE.fullmatch(text[first.end : last.start]):
            found[at] = replace(first, unit=last.unit)
    return found


def _claim(text: str, span: tuple[int, int], value: Decimal, unit: str) -> Claim:
    before, behind = text[: span[0]], text[span[1] :]
    bounds = [sign for sign, words in _BEFORE if words.search(before)][:1]
    bounds += [sign for sign, words in _BEHIND if words.match(behind)][:1]
    bounds += [">"] if _MORE.search(text[slice(*span)]) else []
    return Claim(*span, value, unit, frozenset(bounds), _direction(before))


def _direction(before: str) -> str:
    if _MINUS.search(before):
        return "-"
    found = _DIRECTION.search(before)
    if not found:
        return ""
    return "+" if found["up"] else "-"


def without_claims(text: str) -> str:
    """A normalised text with a stroke for each figure, its bounds and its direction: 不超过20元 says no 不."""
    for claim in reversed(claims(text)):
        start, end = reach(text, claim)
        text = f"{text[:start]}|{text[end:]}"
        turned = _DIRECTION.search(text[:start])
        if turned:
            first, last = turned.span("up" if turned["up"] else "down")
            text = f"{text[:first]}|{text[last:]}"
    return text


def reach(text: str, claim: Claim) -> tuple[int, int]:
    """Span of a figure with its bounds."""
    start, end = claim.start, claim.end
    starts = [found.start() for _, words in _BEFORE if (found := words.search(text[:start]))]
    ends = [end + found.end() for _, words in _BEHIND if (found := words.match(text[end:]))]
    return min([start, *starts]), max([end, *ends])


def unsupported_claims(sentence: str, *, spans: Sequence[str]) -> list[str]:
    """Figures of a sentence, as written, that the spans do not assert; all texts normalised, with days."""
    text = "\n".join(spans)
    supported = [claim for span in spans for claim in claims(span)]
    said = claims(sentence)
    wrong = [
        sentence[claim.start : claim.end]
        for claim in said
        if not any(claim.is_supported_by(other, text=text) for other in supported)
    ]
    known = {at for claim in said for at in range(claim.start, claim.end)}
    runs = (run.group() for run in _CHINESE_RUN.finditer(sentence) if run.start() not in known)
    dates = (date.group() for date in _DATE.finditer(sentence))
    wrong += [date for date in dates if not re.search(rf"(?<!\d){date}", text)]
    return wrong + [run for run in runs if run not in text]


def misplaced_claims(sentence: str, *, spans: Sequence[str], words: Words) -> list[str]:
    """Supported figures of a sentence that it says of another matter than the spans do; texts as above.

    In a span something leads up to the figure (国内 800 小时，国外 3000 小时). The sentence's clause has to share a word
    with that; it must not put others that the span says elsewhere in the place of some of them, or name
    before the figure what the span names only behind it.
    """
    wrong = []
    text = "\n".join(spans)
    for claim in claims(sentence):
        start, end = clause_around(sentence, claim)
        clause = without_claims(sentence[start:end])
        before = words(_lead(sentence, claim))
        bearing = [
            (span, other)
            for span in spans
            for other in claims(span)
            if claim.is_supported_by(other, text=text)
        ]
        beside = [own for own in claims(sentence[start:end]) if own.value != claim.value]
        if bearing and not any(
            _fits(span, other, clause=clause, before=before, words=words)
            and not _is_beside_another(span, other, beside)
            for span, other in bearing
        ):
            wrong.append(sentence[claim.start : claim.end])
    return wrong


def _fits(span: str, claim: Claim, *, clause: str, before: Sequence[str], words: Words) -> bool:
    """Whether a span says its figure of what a clause says its own of; a cell alone fits anything."""
    lead = words(_lead(span, claim))
    start, end = clause_around(span, claim)
    if any(word in span[end:] and word not in span[:end] for word in before):
        return False
    left_out = [word for word in lead if word not in clause]
    put_in = [word for word in before if word not in span[start:end]]
    return not lead or (len(left_out) < len(lead) and not (left_out and put_in))


def _is_beside_another(span: str, claim: Claim, beside: Sequence[Claim]) -> bool:
    """Whether a span has another figure of the same unit beside a figure than a sentence has: 前100家占42.8%, not 前1000家."""
    start, end = clause_around(span, claim)
    own = [other for other in claims(span[start:end]) if other.value != claim.value]
    return any(
        said.unit
        and any(said.unit == other.unit for other in own)
        and not any(said.value == other.value for other in own)
        for said in beside
    )


def _lead(text: str, claim: Claim) -> str:
    """What leads up to a figure in its clause, from the figure before it on."""
    start, _ = clause_around(text, claim)
    start = max(
        [start, *(reach(text, other)[1] for other in claims(text) if other.end <= claim.start)]
    )
    return without_claims(text[start : claim.end])


def clause_around(text: str, claim: Claim) -> tuple[int, int]:
    """Span of the clause that a figure is in."""
    ends = [found.start() for found in END.finditer(text)]
    start = max((end + 1 for end in ends if end < claim.start), default=0)
    return start, min((end for end in ends if end >= claim.end), default=len(text))
