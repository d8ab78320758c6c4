"""Deadlines of a document: days, months and years until or since when something holds, and periods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bearing_qa.answer.claims import Claim, claims, reach
from bearing_qa.language import clauses
from bearing_qa.language.dates import points_in
from bearing_qa.review.changes import TIME_UNITS
from bearing_qa.review.comparable import normalised
from bearing_qa.review.draft import without_titles
from bearing_qa.review.figures import is_year
from bearing_qa.types import Kind, Parsed, Span, TableRow

_BEHIND = re.compile(
    r"(?:(?:[一二三四1-4]季度|[上下]半年|[上中下]旬)?(?:年?[底末初]|中)?(?:之?前|以前|止|为止|起|开始|之?内)|[年月]?[底末])"
)
"""Behind a date that bounds something: 2025年底前, 2024年9月1日起."""
_BEFORE = re.compile(r"(?:到|至|截止[到至]?|不晚于|不迟于|最[迟晚]于?)$")
"""Before one: 到2025年."""
_SINCE = re.compile(r"[从由自][^，。；]*$")
"""从2021年到2023年 is a stretch of time."""
_WITHIN = re.compile(r"(?:之|以)?内|届满|期满|以前|之前|前")
_HEADS = re.compile(r"时限|期限|限期|截止|完成时间|时间节点|时间要求|办结时间")
"""Column heads of deadlines."""
MIN_MATTER_CHARS = 5
"""A slice that has fewer characters beside its date does not say what is due."""
KEPT_TEXTS = 256
"""Sentences whose figures are kept: each is looked at for figures, their years, and deadlines."""
WORKING_DAY = "工作日"
"""The unit table knows it without 个 before it."""
LAST = "-99"
"""Sorts a month behind its days, a year behind its months: 2025年 is over when December is."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A slice ``[start, end)`` of a document that says until or since when, or within what time. ``date`` is as far as the text
    says it (2025, 2025-06, 2025-06-30); empty for a period. ``source`` is the sentence or row."""

    date: str
    start: int
    end: int
    source: Span
    kind: Kind

    @property
    def order(self) -> str:
        """What deadlines are sorted by; periods last."""
        return (self.date + LAST * 2)[:10] if self.date else "~"


@lru_cache(KEPT_TEXTS)
def figures_of(plain: str) -> tuple[Claim, ...]:
    """The figures of a normalised text, working days whole."""
    return tuple(
        replace(claim, end=claim.end + len(WORKING_DAY), unit=WORKING_DAY)
        if claim.unit == "个" and plain.startswith(WORKING_DAY, claim.end)
        else claim
        for claim in claims(plain)
    )


def is_deadline(plain: str, claim: Claim) -> bool:
    """Whether a figure of a normalised text is a period within which something is due: 在24小时内."""
    is_period = claim.unit in TIME_UNITS and not is_year(claim)
    is_past = "≈" in claim.bounds and plain[: claim.start].endswith(("近", "最近"))
    ends = reach(plain, claim)[1]
    is_bound = bool(_WITHIN.match(plain, claim.end)) or "内" in plain[claim.end : ends]
    return is_period and is_bound and not is_past


def in_sentence(parsed: Parsed, span: Span) -> list[Deadline]:
    """The deadlines of a sentence, in its order. Days before the document's own date are none."""
    raw = parsed.document.text[slice(*span)]
    plain = normalised(raw)
    found = sorted(
        [
            *_dates(without_titles(plain.text), parsed.document.metadata.get("date", "")),
            *_periods(plain.text),
        ]
    )
    starts = [_clause_start(plain.text, low) for low, _, _ in found]
    made = []
    for number, (low, high, date) in enumerate(found):
        start = starts[number]
        later = [at for at in starts[number + 1 :] if at > start]
        end = later[0] if later else len(plain.text)
        if end - start - (high - low) < MIN_MATTER_CHARS:
            start = starts[number - 1] if number else 0
        if start < end:
            first, last = (span[0] + at for at in plain.span(start, end))
            words = raw[first - span[0] : last - span[0]].rstrip(" \n，、；,;")
            made.append(Deadline(date, first, first + len(words), span, "text"))
    return made


def _clause_start(plain: str, at: int) -> int:
    return max((found.end() for found in clauses.END.finditer(plain, 0, at)), default=0)


def _dates(plain: str, since: str) -> Iterator[tuple[int, int, str]]:
    for start, end, date in points_in(plain):
        is_state = plain[:start].endswith("截至")  # how things stood then
        is_marked = _BEHIND.match(plain, end) or _BEFORE.search(plain[:start])
        is_stretch = bool(_SINCE.search(plain[:start])) and not _BEHIND.match(plain, end)
        if is_marked and not (is_state or is_stretch) and (date + LAST * 2)[:10] >= since:
            yield start, end, date


def _periods(plain: str) -> Iterator[tuple[int, int, str]]:
    for claim in figures_of(plain):
        is_day = claim.unit == "日" and plain[: claim.start].endswith("月")
        if is_deadline(plain, claim) and not is_day:
            yield claim.start, claim.end, ""


def in_row(parsed: Parsed, header: tuple[str, ...], row: TableRow) -> list[Deadline]:
    """The deadlines of a table's row: dates in the column of deadlines, or with words that bound."""
    since = parsed.document.metadata.get("date", "")
    found = []
    for head, cell in zip(header, row.cells, strict=False):
        plain = normalised(cell).text
        marked = [date for _, _, date in _dates(plain, since)]
        if not marked and _HEADS.search(head):
            marked = [date for _, _, date in points_in(plain)]
        found += [
            Deadline(date, row.start, row.end, (row.start, row.end), "row")
            for date in marked or [date for _, _, date in _periods(plain)]
        ]
    return found


def deadlines(parsed: Parsed, span: Span, *, kind: Kind) -> list[Deadline]:
    """The deadlines of a sentence, or of a row where that is its kind."""
    if kind != "row":
        return in_sentence(parsed, span)
    return [
        one
        for table in parsed.tables
        if table.start <= span[0] < table.end
        for row in table.rows
        if span[0] <= row.start and row.end <= span[1]
        for one in in_row(parsed, table.header, row)
    ]
