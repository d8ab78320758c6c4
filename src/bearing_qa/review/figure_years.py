"""Of which year a figure is: what its clause, its sentence or the headings above it say; of 今年 what its document's date says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bearing_qa.answer.claims import RANGE
from bearing_qa.language import clauses
from bearing_qa.language.dates import points_in, years_in
from bearing_qa.language.segment import normalise
from bearing_qa.types import Parsed, Span

YearSource = Literal["clause", "sentence", "paragraph", "row", "column", "heading", "date", ""]
"""What says a figure's year: its clause, its sentence, what comes before in its paragraph, its table's row or column head, the
headings or caption above it or the title, the document's date (of 今年); empty where nothing does."""
STATED: frozenset[str] = frozenset({"clause", "sentence", "row", "column"})
"""Those that say it of the figure itself; the others are marked where they are shown."""
_COMPARED = re.compile(r"(?:[比较与同以]|相比)$")
"""What stands before a year that a figure is only compared with: 比2022年增长."""
_RELATIVE = re.compile(
    r"(?<![比较与同])(?:去年|前年|上年|上一年|上年度|明年|后年|次年|翌年|来年|过去[一二两三四五十\d]*年)"
)
"""Years that are told from the speaker's own; which one that is is not worked out."""
_PRESENT = re.compile(r"今年|本年度?")
_AND = re.compile(r"[、和与及]")
_STOP = re.compile(r"[。！？]")


@dataclass(frozen=True, slots=True)
class Year:
    """A year, or a range of years (2021-2025), and what says so; both empty where it is not known."""

    text: str = ""
    source: YearSource = ""


UNKNOWN = Year()
PRESENT = Year("", "date")
"""The speaker's own year (今年), which is that of the document's date."""


def year_in_text(before: str, plain: str, figure: Span, *, behind: int) -> Year | None:
    """The year of a figure by its normalised sentence, and by what stands ``before`` it in its paragraph.

    It is the nearest before the figure in its clause and behind the figure before it (``behind``), else another of its clause, else the
    nearest before it in the sentence or, last, the paragraph. A year that is only compared with is none. UNKNOWN where the text tells
    it from the speaker's own (去年), PRESENT where it is that one (今年), None where nothing names one.
    """
    start, end = _clause(plain, figure)
    own = [(at, year) for at, year in _named(plain) if start <= at < end]
    near = [y for at, y in own if behind <= at < figure[0]] or [
        y for at, y in own if at < figure[0]
    ]
    if near or len(own) == 1:
        return Year(near[-1] if near else own[0][1], "clause")
    if own or _RELATIVE.search(plain, start, end):
        return UNKNOWN
    if _PRESENT.search(plain, start, end):
        return PRESENT
    return _nearest(before, plain[:start]) or _only(plain, end)


def _nearest(before: str, plain: str) -> Year | None:
    """What the last words about a year in a text say; ``plain`` is the part of it that is of the figure's own sentence."""
    whole = before + plain
    told = [(found.start(), UNKNOWN) for found in _RELATIVE.finditer(whole)]
    told += [(found.start(), PRESENT) for found in _PRESENT.finditer(whole)]
    last = max([found.end() for found in _STOP.finditer(before)], default=0)
    told += [(at, Year(y, "sentence" if at >= last else "paragraph")) for at, y in _named(whole)]
    return max(told, key=lambda one: one[0])[1] if told else None


def _only(plain: str, end: int) -> Year | None:
    """The year that a sentence names behind a figure's clause, if it is one; there it may be of something else."""
    named = [year for at, year in _named(plain) if at >= end]
    return (Year(named[0], "sentence") if len(named) == 1 else UNKNOWN) if named else None


def is_compared_with(plain: str, at: int) -> bool:
    """Whether what stands at a place of a normalised text is only compared with: 比2022年增长."""
    return bool(_COMPARED.search(plain[:at]))


def year_around(parsed: Parsed, at: int, *, caption: str = "") -> Year:
    """The year that a place's caption, headings (the nearest first) or title name alone; the document's date tells nothing: what
    a report says of no year is mostly of the one before."""
    document = parsed.document
    path = parsed.path(parsed.section_at(at))
    for words in (caption, *reversed(path), document.title):
        plain = normalise(words)
        years = years_in(plain)
        if len(years) == 1:
            return Year(years.pop(), "heading")
        if years or _RELATIVE.search(plain):
            return UNKNOWN
    return UNKNOWN


def present_year(parsed: Parsed) -> Year:
    """The year of a document's date."""
    date = parsed.document.metadata.get("date", "")
    return Year(date[:4], "date") if date else UNKNOWN


def _clause(plain: str, figure: Span) -> Span:
    ends = [found.start() for found in clauses.END.finditer(plain)]
    start = max((end + 1 for end in ends if end < figure[0]), default=0)
    return start, min((end for end in ends if end >= figure[1]), default=len(plain))


def _named(plain: str) -> Iterator[tuple[int, str]]:
    """Where a normalised text names years, and which; two with a stroke between are a range (2021-2025), those of a list stay together."""
    named: list[tuple[int, int, str]] = []
    for start, end, year in _points(plain):
        joint = plain[named[-1][1] : start] if named else ""
        if named and RANGE.fullmatch(joint):
            named[-1] = named[-1][0], end, f"{named[-1][2]}-{year}"
        elif named and _AND.fullmatch(joint) and year not in named[-1][2]:
            named[-1] = named[-1][0], end, f"{named[-1][2]}、{year}"
        else:
            named.append((start, end, year))
    yield from ((start, year) for start, _, year in named if not is_compared_with(plain, start))


def _points(plain: str) -> Sequence[tuple[int, int, str]]:
    found = [(start, end, date[:4]) for start, end, date in points_in(plain)]
    known = {start for start, _, _ in found}
    bare = re.compile(rf"(?<!\d)((?:19|20)\d{{2}})(?={RANGE.pattern}(?:19|20)\d{{2}}年)")
    found += [(*m.span(1), m[1]) for m in bare.finditer(plain) if m.start() not in known]
    return sorted(found)
