"""The part of a corpus that a question is asked of: some documents, some dates, some sections.

A scope becomes the rows of the catalogue that lie inside it. What lies outside takes no part in the
ranking and is neither shown nor cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bearing_qa.document.markers import number_of
from bearing_qa.errors import QuestionError
from bearing_qa.index.catalogue import Catalogue, Entry
from bearing_qa.index.segment import normalise
from bearing_qa.types import Parsed, Section

Rows = npt.NDArray[np.int64]
MAX_SCOPES = 16
"""Scopes whose rows are kept; an open page asks of a few."""
MAX_SHOWN = 5
"""Documents named where a scope holds nothing."""
MAX_SHOWN_CHARS = 24

# 2024 · 2024-05 · 2024-05-01, also with 年月日, dots or strokes; a document's date may go on (a time).
_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-./年](?P<month>\d{1,2})(?:[-./月](?P<day>\d{1,2})(?!\d))?)?(?P<rest>.*)",
    re.S,
)
_NUMBERED = re.compile(r"第([一二三四五六七八九十百零〇两\d]{1,7})(编|分编|篇|章|节|条|部分)")
"""A section by its number: 第三章, 第3章."""
_LISTED = re.compile(r"\(?[一二三四五六七八九十百零〇两\d]{1,7}[、.)]")
"""A section by another marker: 三、, (三), 3. ."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an answer may come from. Of several documents or sections any will do.

    ``documents``: an id, the beginning of one, a pattern with ``*``, a file, or words of a title.
    ``first`` and ``last``: days (2024-05-01) that a document's date lies between.
    ``sections``: words that a heading path holds, or a marker (第三章).
    """

    documents: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    sections: tuple[str, ...] = ()

    def holds(self, parsed: Parsed, section: int) -> bool:
        """Whether a section of a document in scope is in scope itself."""
        return not self.sections or _is_inside(
            parsed.document.text, parsed.sections, section, self.sections
        )


EVERYTHING = Scope()
"""The whole corpus."""


def make_scope(
    *,
    documents: Sequence[str] = (),
    first: str = "",
    last: str = "",
    sections: Sequence[str] = (),
) -> Scope:
    """A scope from what a user gives; dates as a year, a month or a day, ends included.

    Raises QuestionError if a date is none or the range is turned round.
    """
    low = _days(first)[0] if first.strip() else ""
    high = _days(last)[1] if last.strip() else ""
    if low and high and low > high:
        raise QuestionError(
            found=f"起止日期颠倒 / the range of dates from {first} to {last} is turned round",
            expected="from before to",
            mend="exchange them",
        )
    kept = (
        tuple(word.strip() for word in words if word.strip()) for words in (documents, sections)
    )
    named, headed = kept
    return Scope(documents=named, first=low, last=high, sections=headed)


def _days(text: str) -> tuple[str, str]:
    """First and last day of a year, a month or a day."""
    found = _DATE.fullmatch(normalise(text.strip()))
    span = _span(found) if found and found["rest"] in ("", "年", "月", "日") else None
    if span is None:
        raise QuestionError(
            found=f"日期看不懂 / {text.strip()!r} is no date",
            expected="a year, a month or a day: 2024, 2024-05, 2024-05-01",
            mend="write it so",
        )
    return span


def _span(found: re.Match[str]) -> tuple[str, str] | None:
    """First and last day of what a date says; every month may have 31 days here."""
    month, day = found["month"] or "", found["day"] or ""
    if not (1 <= int(month or 1) <= 12 and 1 <= int(day or 1) <= 31):
        return None
    months, days = (month or "1", month or "12"), (day or "1", day or "31")
    low, high = (f"{found['year']}-{m:0>2}-{d:0>2}" for m, d in zip(months, days, strict=True))
    return low, high


def rows_inside(catalogue: Catalogue, scope: Scope) -> Rows | None:
    """Rows of the passages in a scope, rising; None for the whole corpus.

    Raises QuestionError if there are none.
    """
    return None if scope == EVERYTHING else _rows_inside(catalogue, scope)


@lru_cache(maxsize=MAX_SCOPES)
def _rows_inside(catalogue: Catalogue, scope: Scope) -> Rows:
    entries = catalogue.entries
    for word in scope.documents:
        if not _named(entries, word):
            raise QuestionError(
                found=f"范围内没有文件 / no document is named {word!r}",
                expected=f"one of the {len(entries)} documents: {_shown(entries)}",
                mend="name one by its id, a pattern with *, or words of its title",
            )
    named = {e.doc_id for word in scope.documents for e in _named(entries, word)}
    kept = [e for e in entries if not scope.documents or e.doc_id in named]
    dated = [e for e in kept if _is_between(e, scope)]
    if not dated:
        raise QuestionError(
            found=f"范围内没有文件 / no document is dated {scope.first or '…'} to {scope.last or '…'}",
            expected=f"dates of documents ({len(kept)}): {_shown(kept)}",
            mend="widen --from and --to, or leave them out",
        )
    mask = np.zeros(catalogue.size, bool)
    for entry in dated:
        is_inside = _rows_in_sections(catalogue, entry, scope.sections) if scope.sections else True
        mask[entry.first : entry.stop] = is_inside
    rows = np.flatnonzero(mask)
    if not len(rows):
        raise QuestionError(
            found=f"范围内没有章节 / no heading holds {' or '.join(map(repr, scope.sections))}",
            expected=f"words of a heading of these documents ({len(dated)}): {_shown(dated)}",
            mend="take words or a marker (第三章) of a heading; bearing-qa outline FILE shows them",
        )
    return rows


def _named(entries: Sequence[Entry], word: str) -> list[Entry]:
    """Documents that a word names: by its whole id, else by pattern, beginning, file or title."""
    exact = [entry for entry in entries if entry.doc_id == word]
    return exact or [entry for entry in entries if _is_named(entry, word)]


def _is_named(entry: Entry, word: str) -> bool:
    doc_id, title, folded = normalise(entry.doc_id), normalise(entry.title), normalise(word)
    return (
        folded in doc_id
        or fnmatchcase(doc_id, folded)
        or normalise(entry.source) == folded
        or all(part in title for part in map(normalise, word.split()))
    )


def _is_between(entry: Entry, scope: Scope) -> bool:
    """Whether a document's date, which may be a mere year, touches a scope's range."""
    if not scope.first and not scope.last:
        return True
    found = _DATE.match(normalise(entry.metadata.get("date", "")))
    span = _span(found) if found else None
    return span is not None and span[1] >= scope.first and (not scope.last or span[0] <= scope.last)


def _rows_in_sections(catalogue: Catalogue, entry: Entry, wanted: tuple[str, ...]) -> list[bool]:
    own = catalogue.sections_of(entry.first, entry.stop)
    text, sections = catalogue.outline(entry.doc_id)
    inside = {at for at in sorted(set(own)) if _is_inside(text, sections, at, wanted)}
    return [section in inside for section in own]


def _is_inside(text: str, sections: Sequence[Section], at: int, wanted: Sequence[str]) -> bool:
    """Whether the headings above a section, its own among them, are what is wanted; what is below
    a wanted section is wanted too."""
    path = []
    while sections[at].index != sections[at].parent:
        path.append(sections[at])
        at = sections[at].parent
    headings = normalise(" ".join(text[s.start : s.head_end] for s in reversed(path)))
    return any(
        all(_is_said(path, headings, word) for word in map(normalise, words.split()))
        for words in wanted
    )


def _is_said(path: Sequence[Section], headings: str, word: str) -> bool:
    """Whether headings say a word; one that is a marker has to be the marker of one of them."""
    markers = [normalise(section.marker) for section in path]
    numbered = _NUMBERED.fullmatch(word)
    if numbered is None:
        return word in (markers if _LISTED.fullmatch(word) else headings)
    found = [m for m in map(_NUMBERED.match, markers) if m and m[2] == numbered[2]]
    return number_of(numbered[1]) in [number_of(m[1]) for m in found]


def _shown(entries: Sequence[Entry]) -> str:
    """The first documents with their dates, shortened."""
    names = [
        _short(entry.doc_id) + (f" ({date})" if (date := entry.metadata.get("date")) else "")
        for entry in entries[:MAX_SHOWN]
    ]
    return "、".join(names) + (" …" if len(entries) > MAX_SHOWN else "")


def _short(name: str) -> str:
    return name if len(name) <= MAX_SHOWN_CHARS else name[: MAX_SHOWN_CHARS - 1] + "…"
