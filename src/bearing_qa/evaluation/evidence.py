"""Where judged evidence is in the documents of an index, and which passages show it.

A quote is looked for in every document (or in its own), width, case and blanks aside; each occurrence is
as good as another. A place that no passage holds whole is cut at the edges of passages: every piece then
has to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.evaluation.judgements import Evidence, Judgement, comparable
from bearing_qa.store.protocol import Index
from bearing_qa.types import Citation, Parsed, Passage, Section

MIN_PIECE_CHARS = 6
"""Pieces of a quote shorter than this (a word cut off) need not be shown."""
NEAREST_CHARS = 60
"""Length of the nearest text shown for a quote that was not found."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice of a document. ``holds``: passages inside it show it (a section, a document); else a
    passage shows it only by holding all of it."""

    doc_id: str
    start: int
    end: int
    holds: bool = False

    def is_shown_by(self, passage: Passage | Citation) -> bool:
        """Whether a passage (or a citation) shows the place."""
        if passage.doc_id != self.doc_id:
            return False
        if self.holds:
            return self.start <= passage.start and passage.end <= self.end
        return passage.start <= self.start and self.end <= passage.end


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to be shown, at any of its places, with its grade."""

    places: tuple[Slice, ...]
    grade: int

    def is_shown_by(self, passage: Passage | Citation) -> bool:
        """Whether a passage (or a citation) shows the unit."""
        return any(place.is_shown_by(passage) for place in self.places)


@dataclass(frozen=True, slots=True)
class Located:
    """A judgement's units, the evidence each comes from, and complaints about what was not found."""

    judgement: Judgement
    units: tuple[Unit, ...]
    of_evidence: tuple[int, ...]
    complaints: tuple[str, ...]


class Locator:
    """Finds evidence in the documents of one index version; each text is made comparable once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._doc_ids = index.catalogue.doc_ids()
        self._texts: dict[str, tuple[str, list[int]]] = {}

    def locate(self, judgement: Judgement) -> Located:
        """Units of a judgement's evidence."""
        units: list[Unit] = []
        origins: list[int] = []
        complaints: list[str] = []
        for number, evidence in enumerate(judgement.evidence):
            found = self._units(evidence)
            if not found:
                complaints.append(f"{judgement.id}: {self._complaint(evidence)}")
            units.extend(found)
            origins.extend([number] * len(found))
        return Located(judgement, tuple(units), tuple(origins), tuple(complaints))

    def _units(self, evidence: Evidence) -> list[Unit]:
        if evidence.span is not None:
            parsed = self._index.catalogue.parsed(evidence.doc_id)
            start, end = evidence.span
            if parsed is None or not 0 <= start < end <= len(parsed.document.text):
                return []
            return self._shown([Slice(evidence.doc_id, start, end)], evidence.grade)
        if evidence.quote:
            found = (self._find(doc_id, evidence.quote) for doc_id in self._candidates(evidence))
            return self._shown([place for places in found for place in places], evidence.grade)
        if evidence.section:
            found = (self._sections(name, evidence.section) for name in self._candidates(evidence))
            sections = tuple(place for places in found for place in places)
            return [Unit(sections, evidence.grade)] if sections else []
        parsed = self._index.catalogue.parsed(evidence.doc_id)
        if parsed is None:
            return []
        whole = Slice(evidence.doc_id, 0, len(parsed.document.text), holds=True)
        return [Unit((whole,), evidence.grade)]

    def _shown(self, places: Sequence[Slice], grade: int) -> list[Unit]:
        """The unit of the places that a passage holds whole; without any, the pieces of the first."""
        whole = [
            place
            for place in places
            if any(place.is_shown_by(passage) for passage in self._passages(place.doc_id))
        ]
        if whole or not places:
            return [Unit(tuple(whole), grade)] if whole else []
        pieces = list(self._pieces(places[0]))
        long = [piece for piece in pieces if piece.end - piece.start >= MIN_PIECE_CHARS] or pieces
        return [Unit((piece,), grade) for piece in long or places[:1]]

    def _pieces(self, place: Slice) -> Iterator[Slice]:
        """A place cut at the edges of the passages that it runs over (whole tables aside)."""
        reached = place.start
        for passage in self._passages(place.doc_id):
            start, end = max(passage.start, reached), min(passage.end, place.end)
            if passage.kind != "table" and start < end:
                yield Slice(place.doc_id, start, end)
                reached = end

    def _candidates(self, evidence: Evidence) -> Sequence[str]:
        return [evidence.doc_id] if evidence.doc_id else self._doc_ids

    def _passages(self, doc_id: str) -> Sequence[Passage]:
        parsed = self._index.catalogue.parsed(doc_id)
        return parsed.passages if parsed else ()

    def _comparable(self, doc_id: str) -> tuple[str, list[int]]:
        """A document's text made comparable, and for each of its characters the offset it came from."""
        if doc_id not in self._texts:
            parsed = self._index.catalogue.parsed(doc_id)
            self._texts[doc_id] = comparable_with_offsets(parsed.document.text if parsed else "")
        return self._texts[doc_id]

    def _find(self, doc_id: str, quote: str) -> Iterator[Slice]:
        text, offsets = self._comparable(doc_id)
        wanted = comparable(quote)
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            yield Slice(doc_id, offsets[at], offsets[at + len(wanted) - 1] + 1)
            at = text.find(wanted, at + 1)

    def _sections(self, doc_id: str, path: Sequence[str]) -> Iterator[Slice]:
        """Sections whose heading path ends with the judged one; a heading may go without its marker."""
        parsed = self._index.catalogue.parsed(doc_id)
        wanted = [comparable(name) for name in path]
        for section in parsed.sections[1:] if parsed else ():
            names = self._names(parsed, section)[-len(wanted) :] if parsed else []
            if len(names) == len(wanted) and all(
                w in n for w, n in zip(wanted, names, strict=True)
            ):
                yield Slice(doc_id, section.start, section.tree_end, holds=True)

    @staticmethod
    def _names(parsed: Parsed, section: Section) -> list[tuple[str, str]]:
        """The headings from the top down to a section, each with its marker and without."""
        names: list[tuple[str, str]] = []
        while section.index:
            whole = parsed.document.text[section.start : section.head_end]
            names.append((comparable(whole), comparable(section.title)))
            section = parsed.sections[section.parent]
        return names[::-1]

    def _complaint(self, evidence: Evidence) -> str:
        length = self._length(evidence.doc_id) if evidence.doc_id else 0
        if length is None:
            return f"the document {evidence.doc_id!r} is not in the index"
        if evidence.quote:
            nearest = self._nearest(evidence)
            shown = f"; the nearest text is: {nearest}" if nearest else ""
            return f"the quote “{evidence.quote[:NEAREST_CHARS]}” is in no document{shown}"
        if evidence.section:
            return f"the section {' > '.join(evidence.section)} is in no document"
        start, end = evidence.span or (0, 0)
        return f"{start}-{end} is no span of {evidence.doc_id!r}, which has {length} characters"

    def _length(self, doc_id: str) -> int | None:
        parsed = self._index.catalogue.parsed(doc_id)
        return len(parsed.document.text) if parsed else None

    def _nearest(self, evidence: Evidence) -> str:
        """The sentence with the longest stretch in common with a quote that is not in the text."""
        wanted = comparable(evidence.quote)
        best, longest = "", 0
        for doc_id in self._candidates(evidence):
            text, offsets = self._comparable(doc_id)
            start, size = longest_common(wanted, text)
            if size > longest:
                parsed = self._index.catalogue.parsed(doc_id)
                best, longest = _around(parsed, offsets[start]) if parsed else "", size
        return best if longest >= MIN_PIECE_CHARS else ""


def comparable_with_offsets(text: str) -> tuple[str, list[int]]:
    """``comparable(text)`` and for each of its characters the offset of the one it came from."""
    kept: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        for made in comparable(char):
            kept.append(made)
            offsets.append(offset)
    joined = "".join(kept)
    commas = {found.start() for found in re.finditer(r"(?<=\d),(?=\d{3}(?!\d))", joined)}
    if commas:
        offsets = [offset for at, offset in enumerate(offsets) if at not in commas]
        joined = "".join(char for at, char in enumerate(joined) if at not in commas)
    return joined, offsets


def longest_common(wanted: str, text: str) -> tuple[int, int]:
    """Start in ``text`` and length of the longest stretch that ``wanted`` shares with it."""
    low, high, start = 0, len(wanted), 0
    while low < high:
        size = (low + high + 1) // 2
        found = (text.find(wanted[at : at + size]) for at in range(len(wanted) - size + 1))
        at = next((place for place in found if place >= 0), -1)
        if at >= 0:
            low, start = size, at
        else:
            high = size - 1
    return start, low


def _around(parsed: Parsed, offset: int) -> str:
    for passage in parsed.passages:
        for sentence in passage.sentences:
            if sentence.start <= offset < sentence.end:
                return parsed.document.text[sentence.start : sentence.end][:NEAREST_CHARS]
    return parsed.document.text[offset : offset + NEAREST_CHARS]
