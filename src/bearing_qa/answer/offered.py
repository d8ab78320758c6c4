"""What a second reader is shown: the best passages, cut into units that it names by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bearing_qa.answer.candidates import Finding
from bearing_qa.answer.compose import kind_at
from bearing_qa.answer.draft import CitedSlice
from bearing_qa.answer.tables import row_in_words
from bearing_qa.answer.units import Readable, of_passage
from bearing_qa.answer.whole import whole_sentence
from bearing_qa.store.protocol import Index
from bearing_qa.types import Hit

MAX_PASSAGES = 20
MAX_CHARS = 8000
"""Of all units together: with the instruction some 7,000 tokens, which a context of 8,192 takes."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that can be cited by its number: its words (a row's cells with their heads) and the exact slices that
    they stand in."""

    number: int
    words: str
    slices: tuple[CitedSlice, ...]

    @property
    def doc_id(self) -> str:
        """The document that it is of."""
        return self.slices[0][0].document.doc_id


@dataclass(frozen=True, slots=True)
class Offered:
    """A passage as it is shown: where it stands, and its units."""

    title: str
    path: str
    date: str
    units: tuple[Unit, ...]


def offer(index: Index, findings: Sequence[Finding]) -> list[Offered]:
    """The best passages of what was found for each part of a question, in turn: what the reader read, in its order, then
    the other hits. A unit is offered once."""
    offered: list[Offered] = []
    taken: set[tuple[str, int, int]] = set()
    room, number = MAX_CHARS, 0
    for item, hit in _in_turn(index, findings):
        units: list[Unit] = []
        for words, slices in _units(item, hit):
            parsed, _, start, end, _ = slices[0]
            place = (parsed.document.doc_id, start, end)
            if place in taken or len(words) > room:
                continue
            taken.add(place)
            room -= len(words)
            number += 1
            units.append(Unit(number, words, slices))
        if units:
            date = item.parsed.document.metadata.get("date", "")
            path = " › ".join(item.parsed.path(item.section))
            offered.append(Offered(item.parsed.document.title, path, date, tuple(units)))
        if len(offered) == MAX_PASSAGES:
            break
    return offered


def _in_turn(index: Index, findings: Sequence[Finding]) -> Iterator[tuple[Readable, Hit]]:
    """What was found for each part, best first, one of each part in turn."""
    for turn in zip_longest(*(_found(index, finding) for finding in findings)):
        yield from (pair for pair in turn if pair is not None)


def _found(index: Index, finding: Finding) -> Iterator[tuple[Readable, Hit]]:
    read = {candidate.hit.row for candidate in finding.candidates}
    for candidate in finding.candidates:
        yield candidate.readable, candidate.hit
    for hit in finding.hits:
        passage = index.catalogue.passage(hit.row)
        parsed = None if hit.row in read else index.catalogue.parsed(passage.doc_id)
        item = of_passage(parsed, passage) if parsed else None
        if item is not None:
            yield item, hit


def _units(item: Readable, hit: Hit) -> Iterator[tuple[str, tuple[CitedSlice, ...]]]:
    """The words of each unit of a readable with its slices: a whole sentence is one, and so is a row."""
    parsed = item.parsed
    if item.kind == "row":
        row = row_in_words(parsed, item.units[0][0], score=hit.score)
        if row is not None:
            yield row
        return
    for span in item.units:
        kind = kind_at(item, span[0])
        start, end = whole_sentence(parsed, span) if kind == "text" else span
        yield parsed.document.text[start:end], ((parsed, kind, start, end, hit.score),)
