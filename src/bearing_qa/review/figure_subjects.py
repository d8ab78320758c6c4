"""What a figure of a sentence is of: the words before it in its clause, those behind it, or what was spoken of before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.answer.claims import Claim, clause_around
from bearing_qa.language import clauses
from bearing_qa.language.clauses import BOUNDS_BEFORE, DOWN, UP
from bearing_qa.language.segment import normalise
from bearing_qa.review.comparable import Comparable
from bearing_qa.review.deadlines import figures_of
from bearing_qa.review.draft import without_titles
from bearing_qa.review.figure_years import is_compared_with
from bearing_qa.review.figures import is_amount, is_year
from bearing_qa.types import Parsed, Span

MAX_BEHIND_CHARS = 16
"""A longer slice behind a figure goes on with the sentence; it does not name what is counted."""
MIN_LEAD_CHARS = 4
"""Fewer characters before a figure (培训, 新增) do not say what is counted without those behind it."""
_EDGES = " \t\u3000（）()[]【】：:、，,；;。“”\"‘’'·—–-－|*#>"
_VERB = re.compile(r"(?:可?达到?|分?为|约为|是|到|至|有|共计?|合计|总计)+$")
"""Between what a figure is of and the figure: says nothing, except behind a direction (提高到)."""
_TURN = rf"(?:{UP}|{DOWN})"
_ENDS_IN_TURN = re.compile(rf"{_TURN}[了]?$")
_NO_SUBJECT = re.compile(
    rf"(?:其中|分别|最[长短]|一般|原则上|同比|环比|名义|实际|累计|平均|年均|仅|只|也|又|再|均|达到?|为|是|到|至|有|共|约|占比?|比重|比例|增速|增幅|降幅"
    rf"|(?:[比较与同]|相比)(?:去年|前年|上年|上一?年|上月|上季度?|\d{{4}}年|[\u3400-\u9fff]{{0,2}}年)?(?:同期|末|底)?|相比|幅度|{_TURN}"
    rf"|{'|'.join(words for _, words in BOUNDS_BEFORE)})*"
)
"""Words that say how a figure stands to another, not what it is of: 同比下降, 占, 比上年增长."""
_CASE = re.compile(r"(?:的|相比)$")
_WHOM = re.compile(r"[对比较与]")
"""A clause that says in which case, for whom, or beside what, the next one holds."""
_NOTE_BEHIND = re.compile(r"\[\d{1,3}\]?$")
_BEFORE_YEAR = re.compile(
    r"(?:力争|争取|预计|计划|确保|其中|截至|截止|[到至在于从自由以]|[我该其])*"
)
"""Before a year these say nothing of what a figure is of."""
_STRETCH = re.compile(
    r"全年|\d{1,2}(?:月份?)?[-—–~～至到]+\d{1,2}月份?|(?<!\d)\d{1,2}月份?(?![\d底末前起])|前?[一二三四1-4]个?季度|[上下]半年|[前后][一二三四五六七八九十\d]+个?月"
)
"""A part of a year, which has to be said of what a figure is of, or the whole of it."""
_SHARES = frozenset({"%", "百分点", "倍", "成"})
_CHINESE = re.compile(r"[\u3400-\u9fffA-Za-z]")


def names_nothing(words: str) -> bool:
    """Whether words say only how a figure stands to another: 同比增长, 占比."""
    return bool(_NO_SUBJECT.fullmatch(normalise(words)))


def said_of(
    raw: str, plain: Comparable, run: Sequence[Claim], at: tuple[int, int, int, int]
) -> tuple[tuple[str, ...], bool]:
    """The slices of a figure's clause that it is of, and whether they name a subject; ``at``: where the figure before ends, where it
    begins and ends itself, where the next begins."""
    behind, low, high, stop = at
    start, end = clause_around(plain.text, run[0])
    _, end = clause_around(plain.text, run[-1]) if run[-1] is not run[0] else (start, end)
    goes_on = plain.text.startswith("的", behind)  # 产值100亿元以上的企业达到12家
    lead = _lead(raw, plain, start if goes_on else max(start, behind), low)
    has_subject = not all(map(names_nothing, lead))
    if has_subject and len("".join(lead)) >= MIN_LEAD_CHARS:
        return lead, True
    rest = _slice(raw, plain, high, min(end, stop)).removeprefix("的")
    is_last = stop >= end  # else they are what the next figure is of
    is_change = bool(run[0].direction) and (not has_subject or run[-1].unit in _SHARES)
    is_named = is_last and not is_change and 1 < len(rest) <= MAX_BEHIND_CHARS
    if is_named and _CHINESE.search(rest) and not names_nothing(rest):
        return ((*lead, rest) if has_subject else (rest,)), True
    return lead, has_subject


def _lead(raw: str, plain: Comparable, start: int, end: int) -> tuple[str, ...]:
    """The words between two places of a sentence without the years among them: 全市2023年产量 is 全市 and 产量; of what stands before
    the first year only what says something (到2025年)."""
    years = _years(plain.text, start, end)
    if not years:
        words = _slice(raw, plain, start, end)
        return (words,) if words else ()
    before = _slice(raw, plain, start, years[0][0])
    after = _slice(raw, plain, years[-1][1], end)
    parts = ("" if _BEFORE_YEAR.fullmatch(before) else before, "" if after == "的" else after)
    return tuple(part for part in parts if part)


def hangs_on(claim: Claim, own: Sequence[str]) -> bool:
    """Whether a figure's own words go on from what was spoken of before: 增产1.3%, 占出口总额的5%."""
    is_short = bool(claim.direction) and len("".join(own)) < MIN_LEAD_CHARS
    return is_short or own[0].startswith("占")


def stretch_of(raw: str, plain: Comparable, low: int, own: Sequence[str]) -> tuple[str, ...]:
    """The part of a year that a sentence names last before a figure, where the figure's own words do not."""
    found = list(_STRETCH.finditer(plain.text, 0, low))
    words = _slice(raw, plain, *found[-1].span()) if found else ""
    is_part = words not in ("", "全年")
    return (words,) if is_part and not any(words in one for one in own) else ()


def _years(plain: str, start: int, end: int) -> list[Span]:
    """Where years stand between two places, those aside that are only compared with."""
    named = (claim for claim in figures_of(without_titles(plain)) if is_year(claim))
    return [
        (claim.start, claim.end)
        for claim in named
        if start <= claim.start and claim.end <= end and not is_compared_with(plain, claim.start)
    ]


def _slice(raw: str, plain: Comparable, low: int, high: int) -> str:
    """The words of a sentence between two places of its normalised text, without marks, verbs and blanks at the edges."""
    if low >= high:
        return ""
    start, end = plain.span(low, high)
    words = _NOTE_BEHIND.sub("", raw[start:end].strip(_EDGES))
    bare = _VERB.sub("", words).rstrip(_EDGES)
    return words if _ENDS_IN_TURN.search(bare) else bare


def clause_before(raw: str, plain: Comparable, claim: Claim, first: int) -> tuple[str, ...]:
    """The clause before a figure's own, as far as it has words."""
    start, _ = clause_around(plain.text, claim)
    while start > first:
        low = _start_before(plain.text, start, first)
        words = _lead(raw, plain, low, start - 1)
        if len("".join(words)) > 1 and not all(map(names_nothing, words)):
            return words
        start = low
    return ()


def _start_before(plain: str, start: int, first: int) -> int:
    """Where the clause begins that ends right before a place."""
    before = plain[: start - 1]
    return max([first, *(found.end() for found in clauses.END.finditer(before))])


def condition_of(raw: str, plain: Comparable, claim: Claim, first: int) -> tuple[str, ...]:
    """The clause right before a figure's own, if it says in which case the figure holds (造成损失的，处…罚款), or beside what."""
    start, _ = clause_around(plain.text, claim)
    if start <= first:
        return ()
    low = _start_before(plain.text, start, first)
    clause = plain.text[low : start - 1]
    is_whom = bool(_WHOM.match(clause)) and not any(map(is_amount, figures_of(clause)))
    return _lead(raw, plain, low, start - 1) if is_whom or _CASE.search(clause) else ()


def heading_of(parsed: Parsed, at: int) -> tuple[str, ...]:
    """The nearest heading above a place, without its number."""
    section = parsed.sections[parsed.section_at(at)]
    title = section.title.strip(_EDGES)
    return (title,) if title else ()
