"""Hits → a short extractive answer with citations, or a refusal with its reason.

The answer is put together from slices of the documents: the sentence that answers, cut to the
clauses that say it; the cells of a table row; or the items of a list. Each part carries the mark of
its citation. What remains after the guard refuses it is a refusal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bearing_qa.errors import StoreError
from bearing_qa.index.encoder import Encoder
from bearing_qa.index.segment import normalise
from bearing_qa.index.store import Index
from bearing_qa.search import structure
from bearing_qa.search.candidates import Candidate, find_candidates, wanted_quantities, word_weights
from bearing_qa.search.guard import unsupported_numbers
from bearing_qa.search.question import Question, coverage, parse_question
from bearing_qa.search.retrieve import search
from bearing_qa.types import Answer, Citation, Hit, Kind, Parsed, Section, Table, TableRow

MIN_HITS = 8
"""Passages looked at for an answer, however few are asked to be shown."""
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
MIN_CONFIDENCE = 0.5
"""Below this the answer is a refusal."""

# Logistic model of "this sentence answers", by hand on the public speech questions: bias,
# closeness beyond what chance gives, word coverage in the sentence and in its passage with its heading path.
_CONFIDENCE = (-1.5, 7.0, 1.2, 0.8)
FOREIGN_SCORE = 3.0
"""A question in another language than the text has low cosines; there a passage has to stand out
by this many deviations instead."""

NOT_FOUND = "资料中没有找到对这个问题的回答。"
_MISSING = {
    "number": "相关段落没有给出所问的数字",
    "date": "相关段落没有给出所问的日期",
    "person": "相关段落没有说明是什么人",
    "organisation": "相关段落没有说明是哪个单位",
    "list": "相关段落没有逐一列出所问的内容",
    "country": "相关段落没有说明是哪个国家",
    "region": "相关段落没有说明是哪个地方",
}
_BRACKETED = re.compile(r"\[(\d+)\]")
"""What would read as a citation's mark in a document's own words; written full-width instead."""
_CLAUSE = re.compile(r"[^，；：,;]*(?:[，；：,;]|$)")


Span = tuple[Parsed, Kind, int, int, float]
"""What is cited: document, kind, start, end, score of its hit."""


@dataclass(slots=True)
class _Draft:
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


def quote(
    parsed: Parsed, *, start: int, end: int, kind: Kind, section: int, score: float
) -> Citation:
    """The slice ``[start, end)`` of a document as a citation. The only maker of citations."""
    document = parsed.document
    return Citation(
        doc_id=document.doc_id,
        title=document.title,
        section=parsed.path(section),
        pages=document.pages_of(start, end),
        is_paged=len(document.pages) > 1,
        kind=kind,
        start=start,
        end=end,
        text=document.text[start:end],
        score=score,
    )


def quote_hit(index: Index, hit: Hit) -> Citation:
    """A hit's passage as a citation."""
    passage = index.catalogue.passage(hit.row)
    parsed = index.catalogue.parsed(passage.doc_id)
    if parsed is None:
        raise StoreError(
            found=f"row {hit.row} names an unknown document",
            expected="a whole index",
            mend="rebuild: bearing-qa index --full",
        )
    return quote(
        parsed,
        start=passage.start,
        end=passage.end,
        kind=passage.kind,
        section=passage.section,
        score=hit.score,
    )


def answer(index: Index, encoder: Encoder, text: str, *, top_k: int) -> Answer:
    """The answer to a question, with the ``top_k`` best passages.

    Raises QuestionError if the question is empty or too long.
    """
    question = parse_question(text, segmenter=index.segmenter)
    vector = encoder.encode_question(question.text)
    hits = search(index, question, vector=vector, top_k=max(top_k, MIN_HITS))
    candidates = find_candidates(index, question, vector=vector, hits=hits[:MIN_HITS])
    weights = word_weights(index, question.words)
    certainty = confidence(question, candidates)
    draft = _draft(question, weights, candidates)
    if draft.is_structural or draft.is_listing:
        hits = _with_cited_first(index, draft, hits)
    passages = tuple(quote_hit(index, hit) for hit in hits[:top_k])
    citations = tuple(
        quote(
            parsed, start=start, end=end, kind=kind, section=_section_at(parsed, start), score=score
        )
        for parsed, kind, start, end, score in draft.cited
    )
    reason = _reason_to_refuse(question, candidates, certainty, draft, citations)
    if reason:
        return Answer(text, NOT_FOUND, True, reason, certainty, (), passages)
    return Answer(text, draft.text, False, "", certainty, citations, passages)


def _with_cited_first(index: Index, draft: _Draft, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with the passages that an outline's answer stands on in front, in its order.

    The outline finds them, not likeness: they take the first hit's score.
    """
    first: dict[int, Hit] = {}
    for parsed, _, start, end, _ in draft.cited:
        rows = zip(index.catalogue.rows_of(parsed.document.doc_id), parsed.passages, strict=True)
        holding = [(p.end - p.start, row) for row, p in rows if p.start <= start and end <= p.end]
        if holding:
            row = min(holding)[1]
            first.setdefault(row, Hit(row, hits[0].score if hits else 0.0))
    return [*first.values(), *(hit for hit in hits if hit.row not in first)]


def confidence(question: Question, candidates: Sequence[Candidate]) -> float:
    """Probability that the best candidate answers, 0 to 1; 0 without candidates."""
    if not candidates:
        return 0.0
    best = candidates[0]
    if not question.is_chinese:
        return 1 / (1 + math.exp(-2.0 * (best.hit.score - FOREIGN_SCORE)))
    bias, *weights = _CONFIDENCE
    features = (best.closeness, best.coverage, best.context_coverage)
    total = bias + sum(w * x for w, x in zip(weights, features, strict=True))
    return 1 / (1 + math.exp(-total))


def _missing_names(question: Question, candidate: Candidate) -> list[str]:
    """Names of the question that neither the passage, its context nor its document's title has."""
    document, passage = candidate.parsed.document, candidate.passage
    around = document.text[passage.start : passage.end]
    said = normalise(f"{document.title} {document.doc_id} {passage.context} {around}")
    return [name for name in question.names if normalise(name) not in said]


def _reason_to_refuse(
    question: Question,
    candidates: Sequence[Candidate],
    certainty: float,
    draft: _Draft,
    citations: Sequence[Citation],
) -> str:
    if draft.refusal:
        return draft.refusal
    if not candidates or not citations:
        years = "、".join(sorted(question.years))
        return f"没有找到说{years}年的段落" if years else "没有找到相关的段落"
    if draft.is_structural:
        return ""
    names_it = candidates[0].coverage >= 1.0 and question.asked == "organisation"
    if question.asked in _MISSING and not names_it and not any(c.fits for c in candidates[:3]):
        return _MISSING[question.asked]
    missing = _missing_names(question, candidates[0])
    if missing:
        return f"相关段落没有提到{'、'.join(missing)}"
    if certainty < MIN_CONFIDENCE:
        return "最接近的段落与问题的相关程度不够"
    wrong = unsupported_numbers(draft.text, spans=(citation.text for citation in citations))
    return f"引文中没有这些数字：{'、'.join(sorted(wrong))}" if wrong else ""


def _draft(question: Question, weights: Sequence[float], candidates: Sequence[Candidate]) -> _Draft:
    """The first way of answering that fits the question: outline, list, table, sentence."""
    draft = _Draft()
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


def _draft_section(draft: _Draft, question: Question, candidates: Sequence[Candidate]) -> None:
    parsed = candidates[0].parsed
    score = candidates[0].hit.score
    part = structure.nth_part(candidates, question)
    parts = structure.top_listing(parsed) if structure.asks_for_parts(question) else None
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
        while section.index:
            spans.append((parsed, "heading", section.start, section.head_end, score))
            section = parsed.sections[section.parent]
        path = " › ".join(parsed.path(best.passage.section))
        if path:
            draft.add(path, *reversed(spans))
            if best.passage.kind != "heading":
                draft.add(best.text, (parsed, best.passage.kind, best.start, best.end, score))


def _draft_part(draft: _Draft, parsed: Parsed, part: Section, score: float) -> None:
    """A section named by its number: its heading, and its words where the heading has no title."""
    text = parsed.document.text
    heading: Span = (parsed, "heading", part.start, part.head_end, score)
    own = [p for p in parsed.passages if p.section == part.index and p.kind == "text"]
    if part.title or not own:
        draft.add(text[part.start : part.head_end], heading)
    for passage in own if not part.title else []:
        span: Span = (parsed, passage.kind, passage.start, passage.end, score)
        draft.add(f"{part.marker} {text[passage.start : passage.end]}", span, heading)


def _draft_listing(draft: _Draft, listing: structure.Listing, score: float) -> None:
    draft.is_listing = True
    text = listing.parsed.document.text
    for item in listing.items:
        draft.add(text[slice(*item.shown)].strip(), (listing.parsed, "text", *item.cited, score))


def _draft_rows(draft: _Draft, question: Question, candidates: Sequence[Candidate]) -> None:
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
    draft: _Draft, question: Question, weights: Sequence[float], candidates: Sequence[Candidate]
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


def _section_at(parsed: Parsed, start: int) -> int:
    """Index of the section whose own text holds ``start``."""
    return next(s.index for s in reversed(parsed.sections) if s.start <= start)
