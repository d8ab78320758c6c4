"""Two documents, clause by clause: what is the same, changed, moved, added, removed, and what kind of change it is."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from bearing_qa.answer.citations import quote
from bearing_qa.language.segment import Segmenter
from bearing_qa.review.alignment import Pair, align
from bearing_qa.review.changes import FLAGS, Difference, Flag, differences, flags_of
from bearing_qa.review.clauses import Clause, clauses_of
from bearing_qa.types import Citation, Kind, Parsed

Change = Literal["same", "changed", "added", "removed", "moved", "split", "merged", "format"]
CHANGES: tuple[Change, ...] = ("same", "format", "changed", "moved", "split", "merged", "added", "removed")  # fmt: skip
_KINDS: dict[str, Kind] = {"text": "text", "heading": "heading", "row": "row"}


@dataclass(frozen=True, slots=True)
class Compared:
    """Clauses of both documents that are one, or a clause that only one of them has (the other side is empty)."""

    change: Change
    old: tuple[Citation, ...]
    new: tuple[Citation, ...]
    differences: tuple[Difference, ...]
    flags: tuple[Flag, ...]
    numbers: tuple[str, str]
    """The numbers that the clauses bear (第五条), empty where they bear none."""

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "change": self.change,
            "old": [citation.to_json() for citation in self.old],
            "new": [citation.to_json() for citation in self.new],
            "differences": [difference.to_json() for difference in self.differences],
            "flags": list(self.flags),
        }


@dataclass(frozen=True)
class Comparison:
    """Two documents compared. ``clauses`` are in the new one's order, removed ones where they stood."""

    old: Parsed
    new: Parsed
    clauses: tuple[Compared, ...]

    @cached_property
    def counts(self) -> dict[Change, int]:
        """Clauses by change."""
        found = Counter(clause.change for clause in self.clauses)
        return {change: found[change] for change in CHANGES}

    @cached_property
    def flag_counts(self) -> dict[Flag, int]:
        """Clauses by what kind of change they have."""
        found = Counter(flag for clause in self.clauses for flag in clause.flags)
        return {flag: found[flag] for flag in FLAGS}

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "old": self.old.document.doc_id,
            "new": self.new.document.doc_id,
            "clauses": [clause.to_json() for clause in self.clauses],
            "counts": self.counts,
            "flags": self.flag_counts,
        }


def compare_documents(old: Parsed, new: Parsed) -> Comparison:
    """Two documents, clause by clause."""
    olds, news, segmenter = clauses_of(old), clauses_of(new), Segmenter()
    compared = [
        _compared([olds[at] for at in pair.old], [news[to] for to in pair.new], pair, segmenter)
        for pair in align(olds, news)
    ]
    return Comparison(old, new, tuple(compared))


def _compared(
    old: Sequence[Clause], new: Sequence[Clause], pair: Pair, segmenter: Segmenter
) -> Compared:
    before, after = "\n".join(c.text for c in old), "\n".join(c.text for c in new)
    is_same = "".join(c.key for c in old) == "".join(c.key for c in new)
    found: tuple[Difference, ...] = ()
    if old and new and not is_same:
        found = _differences(old, new, segmenter)
    flags = flags_of(before, after, found) if old and new and not is_same else ()
    numbers = _numbers(old), _numbers(new)
    if old and new and [c.number_key for c in old] != [c.number_key for c in new]:
        flags = (*flags, "number")
    return Compared(
        _change(old, new, pair, is_same=is_same and before == after, is_format=is_same),
        tuple(_cite(clause) for clause in old),
        tuple(_cite(clause) for clause in new),
        found,
        flags,
        numbers,
    )


def _change(
    old: Sequence[Clause], new: Sequence[Clause], pair: Pair, *, is_same: bool, is_format: bool
) -> Change:
    if not old:
        return "added"
    if not new:
        return "removed"
    if len(new) > len(old):
        return "split"
    if len(old) > len(new):
        return "merged"
    if pair.is_moved:
        return "moved"
    return "same" if is_same else "format" if is_format else "changed"


def _numbers(clauses: Sequence[Clause]) -> str:
    return "、".join(clause.number.strip() for clause in clauses if clause.number)


def _differences(
    old: Sequence[Clause], new: Sequence[Clause], segmenter: Segmenter
) -> tuple[Difference, ...]:
    """Word by word; of two rows of as many cells, cell by cell. Offsets count in the documents."""
    if old[0].kind == new[0].kind == "row" and len(old[0].cells) == len(new[0].cells):
        return _cells(old[0], new[0])
    if len(old) == len(new) == 1:
        starts = old[0].body, new[0].body
        return differences(old[0].text, new[0].text, segmenter=segmenter, starts=starts)
    one, other = _whole(old), _whole(new)
    return differences(one[1], other[1], segmenter=segmenter, starts=(one[0], other[0]))


def _whole(clauses: Sequence[Clause]) -> tuple[int, str]:
    """Where some clauses begin, and the text from there to their end; numbers between them are blanked."""
    first, last = clauses[0].body, clauses[-1].end
    text = clauses[0].parsed.document.text[first:last]
    for before, after in itertools.pairwise(clauses):
        low, high = before.end - first, after.body - first
        text = text[:low] + " " * (high - low) + text[high:]
    return first, text


def _cells(old: Clause, new: Clause) -> tuple[Difference, ...]:
    found = []
    places = _places(old), _places(new)
    for before, after, a, b in zip(old.cells, new.cells, *places, strict=True):
        if "".join(before.split()) != "".join(after.split()):
            found.append(Difference(before, after, a, b))
    return tuple(found)


def _places(row: Clause) -> list[tuple[int, int]]:
    """Where each cell of a row stands; of one that its line does not have word by word, the place before it."""
    text, at, found = row.parsed.document.text, row.start, []
    for cell in row.cells:
        start = text.find(cell, at, row.end) if cell else -1
        found.append((start, start + len(cell)) if start >= 0 else (at, at))
        at = found[-1][1]
    return found


def _cite(clause: Clause) -> Citation:
    return quote(
        clause.parsed,
        start=clause.start,
        end=clause.end,
        kind=_KINDS[clause.kind],
        section=clause.section,
        score=1.0,
    )
