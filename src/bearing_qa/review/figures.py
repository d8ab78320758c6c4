"""Figures in a draft's own sentences: what each is of, and which source says the same, or another, of that."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bearing_qa.answer.cells import Cell, stated_unit
from bearing_qa.answer.claims import Claim, claims, misplaced_claims, without_claims
from bearing_qa.answer.entailment import content_words
from bearing_qa.answer.library import Library
from bearing_qa.language import clauses
from bearing_qa.language.dates import YEARS, years_in
from bearing_qa.language.segment import normalise
from bearing_qa.review.comparable import Comparable, normalised
from bearing_qa.review.editions import Editions
from bearing_qa.review.figure_years import year_in_text
from bearing_qa.review.finding import Judgement
from bearing_qa.review.sources import Difference, Found, Sources
from bearing_qa.search.scope import EVERYTHING, make_scope
from bearing_qa.store.protocol import Index
from bearing_qa.types import Parsed, Passage, Span, Table, TableRow

SEARCHED = 8
"""Passages that search names for a sentence."""
MIN_COVERED = 0.5
"""How many of the words around a figure a source has to say, to be of the same matter if the figure is the same."""
MIN_SURE = 0.75
"""The same, to say that the figure is wrong."""
NEAREST_COVERED = 0.3
NO_AMOUNTS = frozenset({"", "月", "日"})
"""Units of dates, and of numbers that count nothing."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence or a table row of a source: its normalised words, with those that its place says, and its figures."""

    parsed: Parsed
    span: Span
    text: str
    around: str
    claims: tuple[Claim, ...]
    years: frozenset[str]
    """Those that its passage or the headings above it name."""
    is_row: bool = False
    name: str = ""
    others: tuple[str, ...] = ()
    """A row's name, and those of the other rows of its table."""

    def is_of_row(self, sentence: str) -> bool:
        """Whether a sentence may speak of it: of a table's rows it names no other one than this."""
        others = (name for name in self.others if len(name) > 1 and name not in self.name)
        return self.name in sentence or not any(name in sentence for name in others)

    def covered(self, words: Sequence[str]) -> float:
        """Share of some words that it, or its place, says."""
        if not words:
            return 0.0
        return sum(word in self.text or word in self.around for word in words) / len(words)

    def found(self, share: float) -> Found:
        """As what was found."""
        return Found(self.parsed, *self.span, share)


class FigureCheck:
    """Judges the figures of sentences."""

    def __init__(
        self, index: Index, library: Library, sources: Sources, editions: Editions
    ) -> None:
        self._index, self._library = index, library
        self._sources, self._editions = sources, editions

    def judge(
        self, text: str, span: Span, aside: Sequence[Span], credited: Sequence[str]
    ) -> Iterator[tuple[int, int, Judgement]]:
        """Place and verdict of each figure of a sentence of the draft, without those inside what is quoted or named (``aside``)."""
        plain = normalised(text[slice(*span)])
        asked = [c for c in claims(plain.text) if not _is_aside(c, plain, span[0], aside)]
        years = {str(c.value) for c in asked if is_year(c)}
        asked = [c for c in asked if is_amount(c)]
        if not asked:
            return
        units = self._units(text[slice(*span)], credited)
        for claim in asked:
            start, end = (span[0] + at for at in plain.span(claim.start, claim.end))
            yield start, end, self._judged(claim, plain, units, years)

    def nearest(self, text: str, credited: Sequence[str]) -> Found | None:
        """The sentence or row nearest to a statement; None if nothing is near."""
        words = content_words(without_claims(normalise(text)), segmenter=self._index.segmenter)
        units = self._units(text, credited)
        best = max(units, key=lambda unit: unit.covered(words), default=None)
        covered = best.covered(words) if best else 0.0
        return best.found(covered) if best and covered >= NEAREST_COVERED else None

    def _judged(
        self, claim: Claim, plain: Comparable, units: Sequence[_Unit], years: set[str]
    ) -> Judgement:
        words = self._words(plain.text, claim)
        near = sorted(units, key=lambda unit: -unit.covered(words))
        same = [
            u for u in near
            if u.covered(words) >= MIN_COVERED and _says(u, claim, years) and _is_of_years(u, years)
            and u.is_of_row(plain.text) and self._is_of_matter(u, claim, plain.text)
        ]  # fmt: skip
        if same:
            return self._supported(claim, plain, same[0], words)
        sure = [
            u for u in near
            if u.covered(words) >= _sure(u) and _is_of_years(u, years) and u.is_of_row(plain.text)
        ]  # fmt: skip
        rivals = ((u, c) for u in sure for c in _of_unit(u, claim, words))
        other = next(((u, c) for u, c in rivals if _is_of_year(u, c, years)), None)
        if other is not None and not any(_says(u, claim, years) for u in sure):
            found = replace(
                other[0].found(other[0].covered(words)),
                differences=(_difference(plain.text, claim, other[0].text, other[1]),),
            )
            return Judgement("number_differs", found, "数字与原文不同")
        close = near[0] if near and near[0].covered(words) >= MIN_COVERED else None
        nearest = close.found(close.covered(words)) if close else None
        return Judgement("unchecked", nearest, "资料中没有找到说这件事的这个数字，请对照")

    def _is_of_matter(self, unit: _Unit, claim: Claim, sentence: str) -> bool:
        """Whether a source says a figure of what the sentence says it of; a row's cells stand each by their head."""
        if unit.is_row:
            return True

        def words(text: str) -> list[str]:
            return content_words(text, segmenter=self._index.segmenter)

        written = sentence[claim.start : claim.end]
        return written not in misplaced_claims(sentence, spans=[unit.text], words=words)

    def _supported(
        self, claim: Claim, plain: Comparable, unit: _Unit, words: Sequence[str]
    ) -> Judgement:
        """A figure that a source says: unless a newer edition of the source says another."""
        found = unit.found(unit.covered(words))
        newer = next(iter(self._editions.newer(unit.parsed.document.doc_id)), None)
        if newer is not None:
            units = self._units(plain.text, [newer.doc_id], only=True)
            sure = [u for u in units if u.covered(words) >= found.share]
            said = next(((u, c) for u in sure for c in _of_unit(u, claim, words)), None)
            if said and not any(_says(u, claim) for u in sure):
                difference = _difference(plain.text, claim, said[0].text, said[1])
                found = replace(said[0].found(1.0), differences=(difference,))
                return Judgement("superseded", found, "这是旧版本的数字，新版本已改")
        return Judgement("exact", found)

    def _words(self, text: str, claim: Claim) -> list[str]:
        """The words of a figure's clause, of the whole sentence where the clause has none."""
        ends = [found.start() for found in clauses.END.finditer(text)]
        start = max((end + 1 for end in ends if end < claim.start), default=0)
        stop = min((end for end in ends if end >= claim.end), default=len(text))
        for piece in (text[start:stop], text):
            words = content_words(without_claims(piece), segmenter=self._index.segmenter)
            words = [word for word in dict.fromkeys(words) if len(word) > 1]
            if len(words) > 1:
                return words
        return words

    def _units(self, text: str, credited: Sequence[str], *, only: bool = False) -> list[_Unit]:
        """Sentences and rows of the passages nearest to a sentence; of credited documents first, or ``only`` of these."""
        rows = [] if only else self._sources.rows_like(text)
        scopes = [make_scope(documents=[d]) for d in dict.fromkeys(credited)] + [EVERYTHING] * (
            not only
        )
        keys: dict[tuple[str, int], None] = {}
        for scope in scopes:
            for hit in self._library.rank(
                text[:400], top_k=SEARCHED, scope=scope, index=self._index
            ):
                keys.setdefault((hit[0].doc_id, hit[0].start))
        units: dict[tuple[str, int], _Unit] = {}
        passages = [self._index.catalogue.passage(row) for row in rows]
        for doc_id, start in keys:
            parsed, _ = self._sources.document(doc_id)
            passages += [p for p in parsed.passages if p.start == start]
        for passage in passages:
            for unit in self._of_passage(passage):
                units.setdefault((unit.parsed.document.doc_id, unit.span[0]), unit)
        return list(units.values())

    def _of_passage(self, passage: Passage) -> Iterator[_Unit]:
        parsed, _ = self._sources.document(passage.doc_id)
        text = parsed.document.text
        around = normalise(passage.context)
        years = frozenset(years_in(f"{around} {normalise(text[passage.start : passage.end])}"))
        if passage.kind in ("row", "table"):
            for table in parsed.tables:
                for row in table.rows:
                    if passage.start <= row.start and row.end <= passage.end:
                        yield _row(parsed, table, row, around, years)
            return
        for sentence in passage.sentences:
            plain = normalise(text[sentence.start : sentence.end])
            yield _Unit(
                parsed, (sentence.start, sentence.end), plain, around, tuple(claims(plain)), years
            )


def _row(parsed: Parsed, table: Table, row: TableRow, around: str, years: frozenset[str]) -> _Unit:
    """A table's row, each cell with its column's head and unit."""
    columns = range(1, min(len(row.cells), len(table.header)))
    stated = stated_unit(parsed.document.text, table)
    made = (Cell(table, row, at, stated) for at in columns)
    cells = [cell.words for cell in made if cell.text]
    plain = normalise("；".join([row.cells[0], *cells]))
    name, others = (
        normalise(row.cells[0]),
        [normalise(r.cells[0]) for r in table.rows if r is not row],
    )
    own = (parsed, (row.start, row.end), plain, around, tuple(claims(plain)), years)
    return _Unit(*own, is_row=True, name=name, others=tuple(dict.fromkeys(others)))


def is_amount(claim: Claim) -> bool:
    """Whether a figure says how much of something there is: no year, no day, no number of an article."""
    return not is_year(claim) and claim.unit not in NO_AMOUNTS and claim.unit[:1] != "第"


def is_year(claim: Claim) -> bool:
    """Whether a figure names a year."""
    return (
        claim.unit in ("年", "") and claim.value == int(claim.value) and int(claim.value) in YEARS
    )


def _is_aside(claim: Claim, plain: Comparable, first: int, aside: Sequence[Span]) -> bool:
    start, end = (first + at for at in plain.span(claim.start, claim.end))
    return any(low < end and start < high for low, high in aside)


def _says(unit: _Unit, claim: Claim, years: Collection[str] = ()) -> bool:
    """Whether a source says a figure, and not of another year than a sentence names."""
    return any(
        claim.is_supported_by(other, text=unit.text) and _is_of_year(unit, other, years)
        for other in unit.claims
    )


def _is_of_year(unit: _Unit, figure: Claim, years: Collection[str]) -> bool:
    """Whether a figure of a source may be of the years that a sentence names: its own clause or sentence names no other."""
    own = year_in_text("", unit.text, (figure.start, figure.end), behind=0) if years else None
    said = years_in(own.text) if own else set()
    return not said or bool(said & set(years))


def _of_unit(unit: _Unit, claim: Claim, words: Sequence[str]) -> list[Claim]:
    """Figures of a source that count the same thing, those whose clause says most of some words first, then the nearest
    in value; a unit that is not known fits none."""
    fitting = [c for c in unit.claims if c.unit == claim.unit and claim.unit and not is_year(c)]

    def distance(other: Claim) -> tuple[int, float]:
        clause = _clause(unit.text, other)
        said = sum(word in clause for word in words)
        larger = max(abs(other.value), abs(claim.value)) or 1
        return -said, float(abs(other.value - claim.value) / larger)

    return sorted(fitting, key=distance)


def _clause(text: str, claim: Claim) -> str:
    """The clause that a figure is in."""
    ends = [found.start() for found in clauses.END.finditer(text)]
    start = max((end + 1 for end in ends if end < claim.start), default=0)
    return text[start : min((end for end in ends if end >= claim.end), default=len(text))]


def _difference(draft: str, claim: Claim, source: str, other: Claim) -> Difference:
    """What two figures say differently: themselves, or their clauses where only a bound or a direction differs."""
    said, read = draft[claim.start : claim.end], source[other.start : other.end]
    return (said, read) if said != read else (_clause(draft, claim), _clause(source, other))


def _sure(unit: _Unit) -> float:
    """How much of the words around a figure a source has to say for another figure to be wrong; a row says little."""
    return MIN_COVERED if unit.is_row else MIN_SURE


def _is_of_years(unit: _Unit, years: set[str]) -> bool:
    """Whether a source, or the passage and headings around it, speak of a year that a sentence names."""
    return not years or bool(years & (years_in(unit.text) or unit.years))
