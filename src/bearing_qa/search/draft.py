"""Candidates → the words of an answer: slices of documents, each with the spans that bear it.

Ways of answering, the first that fits: the outline (第二部分, 分几章, 哪一节), a whole list, the cells of
table rows, the sentence that answers, cut to its clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bearing_qa.index.segment import normalise
from bearing_qa.search import structure
from bearing_qa.search.candidates import Candidate, wanted_quantities
from bearing_qa.search.question import Question, coverage
from bearing_qa.types import Kind, Parsed, Section, Table, TableRow

MAX_ANSWER_CHARS = 120
"""A sentence longer than this is cut to the clauses that answer."""
MAX_ROW_RANK = 4
MIN_ROW_COVERAGE = 0.45
"""A table row answers when it is among this many first hits and holds this share of the words."""
SURE_HEAD_SHARE = 0.45
"""A list of the asked length whose head says this share of the question's words is the one."""
MAX_COVERAGE_GAP = 0.1
"""A sentence that says the asked count may hold this much less of the question than the best."""
MAX_SERIES_ROWS = 8
"""Rows given for a question that names none of them."""
_BRACKETED = re.compile(r"\[(\d+)\]")
"""What would read as a citation's mark in a document's own words; written full-width instead."""
_CLAUSE = re.compile(r"[^，；：,;]*(?:[，；：,;]|$)")


Span = tuple[Parsed, Kind, int, int, float]
"""What is cited: document, kind, start, end, score of its hit."""


@dataclass(slots=True)
class Draft:
    """An answer in the making: its text with marks, and the spans it cites."""

    parts: list[str] = field(default_factory=list)
    refusal: str = ""
    """Why there is no answer although the place for it is there (a blank cell)."""
    is_listing: bool = False
    """Whether the answer is a whole list of the document."""
    is_structural: bool = False
    """Whether the outline itself answers, whatever the passages are like."""
    cited: list[Span] = field(default_factory=list)

    def add(self, words: str, *spans: Span) -> None:
        """Adds words with the marks of the spans that bear them."""
        marks = []
        for span in spans:
            if span not in self.cited:
                self.cited.append(span)
            marks.append(f"[{self.cited.index(span) + 1}]")
        words = _BRACKETED.sub(r"［\1］", words.rstrip("。；：，、 "))
        self.parts.append(words + "".join(marks))

    @property
    def text(self) -> str:
        """The answer as shown."""
        return "；".join(self.parts) + "。" if self.parts else ""


def draft_answer(
    question: Question, weights: Sequence[float], candidates: Sequence[Candidate]
) -> Draft:
    """The first way of answering that fits the question: outline, list, table, sentence."""
    draft = Draft()
    if not candidates:
        return draft
    if question.asked == "section" or structure.nth_part(candidates, question):
        _draft_section(draft, question, candidates)
    elif question.asked == "list" or question.count:
        counted = _counting_sentence(question, candidates)
        listing = structure.find_listing(question, weights, candidates=candidates)
        if counted:
            _draft_sentence(draft, question, weights, [counted])
        elif listing:
            _draft_listing(draft, listing, candidates[0].hit.score)
            draft.is_structural = bool(question.count) and listing.share >= SURE_HEAD_SHARE
    if not draft.parts:
        _draft_rows(draft, question, candidates)
    if not draft.parts and not draft.refusal:
        _draft_sentence(draft, question, weights, candidates)
    return draft


def _counting_sentence(question: Question, candidates: Sequence[Candidate]) -> Candidate | None:
    """A sentence that says the asked count and lists its members: 分为三类：…、…和…。"""
    if not question.counted:
        return None
    least = candidates[0].coverage - MAX_COVERAGE_GAP
    counting = (c for c in candidates[:5] if question.counted in normalise(c.text) and c.fits)
    return next((c for c in counting if c.coverage >= least), None)


def _draft_section(draft: Draft, question: Question, candidates: Sequence[Candidate]) -> None:
    parsed = candidates[0].parsed
    score = candidates[0].hit.score
    part = structure.nth_part(candidates, question)
    asks_for_whole = structure.asks_for_parts(question) and question.scope.holds(parsed, 0)
    parts = structure.top_listing(parsed) if asks_for_whole else None
    if part is not None:
        draft.is_structural = True
        _draft_part(draft, *part, score)
    elif parts is not None:
        draft.is_structural = True
        _draft_listing(draft, parts, score)
    else:
        best = candidates[0]
        section = parsed.sections[best.passage.section]
        spans: list[Span] = []
        while section.index and question.scope.holds(parsed, section.index):
            spans.append((parsed, "heading", section.start, section.head_end, score))
            section = parsed.sections[section.parent]
        path = " › ".join(parsed.document.text[span[2] : span[3]] for span in reversed(spans))
        if path:
            draft.add(path, *reversed(spans))
            if best.passage.kind != "heading":
                draft.add(best.text, (parsed, best.passage.kind, best.start, best.end, score))


def _draft_part(draft: Draft, parsed: Parsed, part: Section, score: float) -> None:
    """A section named by its number: its heading, and its words where the heading has no title."""
    text = parsed.document.text
    heading: Span = (parsed, "heading", part.start, part.head_end, score)
    own = [p for p in parsed.passages if p.section == part.index and p.kind == "text"]
    if part.title or not own:
        draft.add(text[part.start : part.head_end], heading)
    for passage in own if not part.title else []:
        span: Span = (parsed, passage.kind, passage.start, passage.end, score)
        draft.add(f"{part.marker} {text[passage.start : passage.end]}", span, heading)


def _draft_listing(draft: Draft, listing: structure.Listing, score: float) -> None:
    draft.is_listing = True
    text = listing.parsed.document.text
    for item in listing.items:
        draft.add(text[slice(*item.shown)].strip(), (listing.parsed, "text", *item.cited, score))


def _draft_rows(draft: Draft, question: Question, candidates: Sequence[Candidate]) -> None:
    """The cells that the question asks for, with their column heads, if a table row answers.

    A row answers when its sentence is the best one, or it is among the first hits and, with its
    column heads, holds most of what the question says. All rows that the question names are given.
    """
    rows = (c for c in candidates if c.passage.kind == "row" and c.rank < MAX_ROW_RANK)
    best = next((c for c in rows if c is candidates[0] or c.coverage >= MIN_ROW_COVERAGE), None)
    if best is None:
        return
    parsed = best.parsed
    table = next(t for t in parsed.tables if t.start <= best.start < t.end)
    columns = _columns(question, table)
    named = [row for row in table.rows if _names_row(question, row)]
    own = [row for row in table.rows if row.start == best.start]
    unnamed = table.rows if _is_series(table) and len(table.rows) <= MAX_SERIES_ROWS else own
    for row in named or (own if question.years else unnamed):
        cells = [_cell_words(table, row, column) for column in columns if row.cells[column]]
        if cells:
            head: Span = (parsed, "table", table.start, table.head_end, best.hit.score)
            line: Span = (parsed, "row", row.start, row.end, best.hit.score)
            draft.add(f"{row.cells[0]}：{'，'.join(cells)}", line, head)
    if not draft.parts and columns and all(_asks_for(question, table.header[c]) for c in columns):
        heads = "、".join(table.header[column] for column in columns)
        draft.refusal = f"表中“{(named or own)[0].cells[0]}”一行的“{heads}”是空白"


def _asks_for(question: Question, head: str) -> bool:
    """Whether a question says a column head, its unit aside."""
    return normalise(re.sub(r"[（(][^（）()]*[）)]", "", head)) in normalise(question.text)


def _is_series(table: Table) -> bool:
    """Whether the rows of a table are years: a question without a year asks for them all."""
    return all(re.match(r"(?:19|20)\d{2}", row.cells[0]) for row in table.rows)


def _columns(question: Question, table: Table) -> list[int]:
    """Columns whose heads share most with the question; among equals those with the asked unit."""
    asked = normalise(question.text)
    shares = []
    for column, head in enumerate(table.header):
        words = set(re.findall(r"[\u3400-\u9fff]{2}", " ".join(_pairs(normalise(head)))))
        hits = sum(word in asked for word in words)
        is_percent = any(row.cells[column].rstrip().endswith("%") for row in table.rows)
        fits_unit = is_percent == (question.unit == "%")
        shares.append((hits + 0.5 * fits_unit if column else -1.0, column))
    top = max(share for share, _ in shares)
    return [column for share, column in shares if share == top and share > 0]


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _names_row(question: Question, row: TableRow) -> bool:
    head = normalise(row.cells[0])
    figures = re.findall(r"\d{4}", head)
    return any(figure in question.years | question.numbers for figure in figures)


def _cell_words(table: Table, row: TableRow, column: int) -> str:
    """A cell with its column head and the unit that the head names in brackets."""
    head = table.header[column]
    unit = re.search(r"[（(]([^（）()]{1,6})[）)]\s*$", head)
    name = head[: unit.start()].strip() if unit else head
    return f"{name} {row.cells[column]}{' ' + unit.group(1) if unit else ''}"


def _draft_sentence(
    draft: Draft, question: Question, weights: Sequence[float], candidates: Sequence[Candidate]
) -> None:
    said = [c for c in candidates if c.passage.kind not in ("heading", "row")]
    names_it = [c for c in said[:1] if question.asked == "organisation" and c.coverage >= 1.0]
    best = next(iter(names_it or [c for c in said if c.fits] or said or candidates))
    draft.is_structural = _front_says(question, best)
    start, end = _answering_clauses(question, weights, best)
    words = best.parsed.document.text[start:end]
    draft.add(words, (best.parsed, best.passage.kind, best.start, best.end, best.hit.score))


def _front_says(question: Question, best: Candidate) -> bool:
    """Whether front matter (speaker, date, issuer) is asked for and says it."""
    is_asked = question.asked in ("person", "date", "organisation")
    return is_asked and best.passage.kind == "front" and best.fits and best.coverage >= 1.0


def _answering_clauses(
    question: Question, weights: Sequence[float], candidate: Candidate
) -> tuple[int, int]:
    """Span of the clauses that answer: all of a short sentence, else the best run of clauses."""
    text = candidate.text
    if len(text) <= MAX_ANSWER_CHARS:
        return candidate.start, candidate.end
    spans = [m.span() for m in _CLAUSE.finditer(text) if m.end() > m.start()]
    best = (-1.0, 0, len(text))
    for first, (start, _) in enumerate(spans):
        for _, end in spans[first:]:
            if end - start > MAX_ANSWER_CHARS:
                break
            piece = text[start:end]
            share = coverage(question.words, weights, text=normalise(piece))
            wanted = question.asked != "number" or bool(wanted_quantities(question, piece))
            score = share + 0.5 * wanted - 0.001 * (end - start)
            if score > best[0]:
                best = (score, start, end)
    return candidate.start + best[1], candidate.start + best[2]
