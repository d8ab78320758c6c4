"""Figures of a document with what each is of: the words before it in its clause, or its row's and its column's head.

What a figure is of is a slice of the text, or two (主营业务收入 · 同比下降), never words of our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bearing_qa.answer.claims import RANGE, Claim, reach
from bearing_qa.document.markers import match_marker
from bearing_qa.language.numbers import ARABIC
from bearing_qa.review.cell_figures import in_row
from bearing_qa.review.comparable import Comparable, normalised
from bearing_qa.review.deadlines import figures_of, is_deadline
from bearing_qa.review.draft import read_draft, without_titles
from bearing_qa.review.figure_subjects import (
    clause_before,
    condition_of,
    hangs_on,
    heading_of,
    said_of,
    stretch_of,
)
from bearing_qa.review.figure_years import PRESENT, present_year, year_around, year_in_text
from bearing_qa.review.figures import is_amount, is_year
from bearing_qa.review.mention import JOINT, Amount, Mention
from bearing_qa.types import Kind, Parsed, Span

_FIRST = re.compile(r"(?:^|[，。；：、（,;:(的以其列居])前$")
"""前100家 is a name of those that are counted."""
_CLASSES = frozenset({"届", "级", "类", "章", "节", "批"})
"""With a Chinese numeral these say which, not how many: 二十届, 二类会议."""
_OPENING = ("“", "「", "『", "‘")
_STRETCH_BEFORE = ("这", "近", "过去", "今后", "未来", "前")
_STRETCH_BEHIND = re.compile(r"多?[来里间中度]|行动|规划|计划")
_CUT = re.compile(r"(?:[〇零一二两三四五六七八九十百千\d][·•・．.]?|届)$")
_CUT_BEHIND = re.compile(r"[·•・．.]?[〇零一二两三四五六七八九\d]")
"""A figure right beside another, or beside a point: 四亿元 in 七六六·四亿元; or a session: 七届七次."""
_THOUSANDS = re.compile(r"[一二三四五六七八九]、$")
_THREE_DIGITS = re.compile(r"[〇零一二三四五六七八九]{3}(?![十百千])")
"""三、六四四个 is 3,644, as older texts write it."""
MIN_DATE = 1000
"""So many years are no period: a date, or a number and a date that stand side by side (表102023年)."""
_LIST_MARKS = " \t\u3000>-*•·"
_JOINER = re.compile(rf"\s*(?:[、/]|[和与及或]|以及|或者)?\s*|{RANGE.pattern}")
"""What stands between figures that are said of one thing: 5%、6%; 3000-5000小时."""


def in_sentence(parsed: Parsed, span: Span) -> list[Mention]:
    """The figures of a sentence."""
    raw = parsed.document.text[slice(*span)]
    plain = normalised(raw)
    first = plain.at(_body(raw))
    line = parsed.document.text.rfind("\n", 0, span[0]) + 1
    before = without_titles(normalised(parsed.document.text[line : span[0]]).text)
    untitled = without_titles(plain.text)
    subject: tuple[str, ...] = ()
    found: list[Mention] = []
    behind = first
    runs = list(_runs(plain.text, _numbers(raw, plain, first)))
    for number, run in enumerate(runs):
        low, high = _value_span(plain.text, run)
        stop = runs[number + 1][0].start if number + 1 < len(runs) else len(plain.text)
        own, has_subject = said_of(raw, plain, run, (behind, low, high, stop))
        above = subject or clause_before(raw, plain, run[0], first) or heading_of(parsed, span[0])
        is_whole = has_subject and not hangs_on(run[0], own)
        around = (*stretch_of(raw, plain, low, own), *condition_of(raw, plain, run[0], first))
        parts = tuple(dict.fromkeys((*around, *(own if is_whole else (*above, *own)))))
        year = year_in_text(before, untitled, (low, high), behind=behind)
        year = present_year(parsed) if year is PRESENT else year
        behind = high
        if not parts:
            continue
        subject = own if is_whole else above
        start, end = (span[0] + at for at in plain.span(low, high))
        found.append(
            Mention(
                JOINT.join(parts),
                year or year_around(parsed, span[0]),
                raw[start - span[0] : end - span[0]],
                _written_unit(plain.text, run[-1]),
                run[-1].unit,
                tuple(_amount(plain.text, claim) for claim in run),
                start,
                end,
                span,
                "text",
            )
        )
    return found


def _amount(plain: str, claim: Claim) -> Amount:
    is_less = claim.direction == "-" or _is_signed(plain, claim.start)
    return -claim.value if is_less else claim.value, claim.bounds


def _body(raw: str) -> int:
    """Where a sentence begins behind the number and the list's mark in front of it."""
    start = len(raw) - len(raw.lstrip(_LIST_MARKS))
    known = match_marker(raw[start:])
    return start + (known[1].end() if known and known[0].name != "shi" else 0)


def _numbers(raw: str, plain: Comparable, first: int) -> Iterator[Claim]:
    """The figures of a sentence that are neither dates, deadlines nor part of a title or a number of a document."""
    taken = read_draft(raw) if "《" in raw or "号" in raw else []
    aside = [(t.start, t.end) for t in taken if t.kind in ("title", "document_number")]
    for claim in figures_of(plain.text):
        start, end = plain.span(claim.start, claim.end)
        is_aside = any(low < end and start < high for low, high in aside)
        is_date = is_year(claim) or claim.unit in ("月", "日") or claim.unit[:1] == "第"
        is_name = is_date or _is_name(plain.text, claim)
        if claim.start >= first and not (is_aside or is_name or is_deadline(plain.text, claim)):
            yield claim


def _is_name(plain: str, claim: Claim) -> bool:
    """Whether a figure only names something (二十届, 二类会议, 前100家, “四个意识”, 这四年里, a number and a date side by side), or is
    what is left of one that was not read (七六六·四亿元)."""
    before, written, behind = (
        plain[: claim.start],
        plain[claim.start : claim.end],
        plain[claim.end :],
    )
    is_class = claim.unit in _CLASSES and not written[0].isdigit()
    is_quoted = before.endswith(_OPENING) or behind.startswith(_OPENING)
    is_stretch = claim.unit == "年" and (
        claim.value >= MIN_DATE
        or before.endswith(_STRETCH_BEFORE)
        or bool(_STRETCH_BEHIND.match(behind))
    )
    is_thousands = bool(_THOUSANDS.search(before)) and bool(_THREE_DIGITS.match(written))
    is_cut = is_thousands or bool(_CUT.search(before) or _CUT_BEHIND.match(behind))
    return is_class or is_quoted or is_stretch or is_cut or bool(_FIRST.search(before))


def _runs(plain: str, numbers: Iterator[Claim]) -> Iterator[list[Claim]]:
    """Figures that are said of one thing, together; those without any unit are left out."""
    run: list[Claim] = []
    for claim in numbers:
        if run and not _JOINER.fullmatch(plain[reach(plain, run[-1])[1] : reach(plain, claim)[0]]):
            if is_amount(run[-1]):
                yield run
            run = []
        run.append(claim)
    if run and is_amount(run[-1]):
        yield run


def _value_span(plain: str, run: Sequence[Claim]) -> Span:
    """Where a value with its bounds and its sign stands."""
    start, end = reach(plain, run[0])[0], reach(plain, run[-1])[1]
    return start - _is_signed(plain, start), end


def _is_signed(plain: str, start: int) -> bool:
    """Whether a minus stands before a figure, and no stroke of a range or a name (3-5, A-2)."""
    before = plain[max(start - 2, 0) : start - 1]
    return plain[start - 1 : start] in ("-", "−") and not (before.isascii() and before.isalnum())


def _written_unit(plain: str, claim: Claim) -> str:
    """A figure's unit as the text writes it, with 万 or 亿 before it."""
    found = re.match(rf"(?:{ARABIC})[多余]? ?", plain[claim.start : claim.end])
    rest = plain[claim.start + found.end() : claim.end] if found else ""
    return rest or claim.unit


def mentions(parsed: Parsed, span: Span, *, kind: Kind) -> list[Mention]:
    """The figures of a sentence, or of a row where that is its kind."""
    if kind != "row":
        return in_sentence(parsed, span)
    found = (
        (table, row)
        for table in parsed.tables
        if table.start <= span[0] < table.end
        for row in table.rows
        if span[0] <= row.start and row.end <= span[1]
    )
    return [one for table, row in found for one in in_row(parsed, table, row)]
