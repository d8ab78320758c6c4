"""The nouns of the house. Frozen values that import nothing of ours.

All offsets are counted in code points of the canonical text of a document, half open:
``text[start:end]``. "Raw" offsets count in the file's decoded text (as Python's
``open(path, encoding=...).read()`` gives it: no BOM, line ends as one ``\\n``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from operator import itemgetter
from typing import Any, Literal

Kind = Literal["text", "heading", "row", "table", "front"]
Span = tuple[int, int]
"""First character and the one behind the last: ``text[start:end]``."""


@dataclass(frozen=True, slots=True)
class PageSpan:
    """One page of the source; the spans of all pages tile the text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """One node of the section tree. ``[start, end)`` is its own text; own texts tile the document.

    ``[start, head_end)`` is the heading (empty for the root, which holds the text before the
    first heading); ``tree_end`` is where the last descendant ends; ``parent`` is the index of
    the parent section (the root is its own parent).
    """

    index: int
    parent: int
    level: int
    marker: str
    title: str
    start: int
    head_end: int
    end: int
    tree_end: int


@dataclass(frozen=True, slots=True)
class Point:
    """An inline point (一是…, （1）某某：…): a unit of a list that is no heading."""

    marker: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """One body row: its line ``[start, end)`` and its cells, blank cells kept as ``""``."""

    start: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: ``[start, head_end)`` are the header lines, ``header`` one head per column."""

    start: int
    head_end: int
    end: int
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence ``[start, end)`` of one passage."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: a slice of one section, or one table row, or a heading.

    ``context`` is what the slice does not say itself (heading path, column heads): it is
    indexed with the text and never shown as a quotation.
    """

    doc_id: str
    kind: Kind
    start: int
    end: int
    section: int
    context: str
    sentences: tuple[Sentence, ...]


UnreadKind = Literal[
    "picture_pages",
    "picture",
    "equation",
    "font",
    "object",
    "hidden",
    "order",
    "formula",
    "unsure",
]
"""What a reader could not read: whole pages that are pictures, a picture with text, an equation, signs of a font
without a map, an embedded object, hidden sheets or slides, a page whose figures the file gives in another order, a formula that
no program has calculated, lines of a scanned page that were hardly recognised."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a file that its reader could not read; ``place`` names it as the file does: p. 3–4, Sheet2."""

    kind: UnreadKind
    place: str


FactName = Literal["title", "number", "date", "issuer", "published", "source"]
"""What a file may say of its document beside its text. ``date`` is the document's own day, ``published`` the day on which a
site put it up, ``source`` where the site has it from; days are ISO (2018-12-07)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a file says of its document beside its text: in its properties, or in a table above it."""

    name: FactName
    value: str


def span_of(addresses: Sequence[str]) -> str:
    """The block of cells that holds some addresses of one sheet: 表!A7:D9; of several sheets, from first to last."""
    if len(addresses) < 2:
        return "".join(addresses)
    places = [address.rpartition("!") for address in addresses]
    if len({sheet for sheet, _, _ in places}) > 1:
        return f"{addresses[0]}–{addresses[-1]}"
    cells = [(cell.rstrip("0123456789"), cell) for _, _, cell in places]
    columns = [(len(letters), letters) for letters, _ in cells]
    rows = [int(cell[len(letters) :]) for letters, cell in cells]
    first, last = f"{min(columns)[1]}{min(rows)}", f"{max(columns)[1]}{max(rows)}"
    sheet = "".join(places[0][:2])
    return f"{sheet}{first}:{last}" if first != last else f"{sheet}{first}"


@dataclass(frozen=True, slots=True)
class Document:
    """A document in its canonical (repaired) text, with the way back to the file.

    ``runs`` is the offset map: pairs (text offset, raw offset) where a run starts; inside a run
    both count on together. ``repairs`` counts what each repair rule changed, ``unread`` names what of the file
    is not in the text.
    """

    doc_id: str
    title: str
    text: str
    runs: tuple[tuple[int, int], ...]
    pages: tuple[PageSpan, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    encoding: str = "utf-8"
    repairs: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    addresses: tuple[tuple[int, str], ...] = ()
    """Of a spreadsheet: the raw offset where each cell begins, with its address (表!B7; "" for what is in no cell)."""
    recognised: tuple[tuple[int, int, float], ...] = ()
    """Lines that were recognised from a picture, in order: raw start and end, and how surely, 0 to 1."""

    def raw_offset(self, start: int) -> int:
        """Offset in the file's decoded text of the character at ``start``."""
        at = max(bisect_right(self.runs, (start, 1 << 60)) - 1, 0)
        text_start, raw_start = self.runs[at] if self.runs else (0, 0)
        return raw_start + start - text_start

    def cell_at(self, start: int) -> str:
        """Address of the cell that the character at ``start`` is in (表!B7); empty where it is in none."""
        at = bisect_right(self.addresses, self.raw_offset(start), key=itemgetter(0)) - 1
        return self.addresses[at][1] if at >= 0 else ""

    def cells_of(self, start: int, end: int) -> str:
        """Address of the cells that ``[start, end)`` touches: 表!B7, 表!A7:D7; empty where it touches none."""
        if not self.addresses or start >= end:
            return ""
        first, last = (
            bisect_right(self.addresses, self.raw_offset(at), key=itemgetter(0))
            for at in (start, end - 1)
        )
        found = [cell for _, cell in self.addresses[max(first - 1, 0) : last] if cell]
        return span_of(found)

    def recognition_of(self, start: int, end: int) -> float | None:
        """How surely the least sure line that ``[start, end)`` touches was recognised from a picture, 0 to 1; None where
        all of it is text of the file."""
        if not self.recognised or start >= end:
            return None
        first, last = self.raw_offset(start), self.raw_offset(end - 1)
        at = bisect_right(self.recognised, first, key=itemgetter(1))
        lines = takewhile(lambda line: line[0] <= last, islice(self.recognised, at, None))
        return min((confidence for _, _, confidence in lines), default=None)

    def pages_of(self, start: int, end: int) -> tuple[int, int]:
        """First and last page number that ``[start, end)`` touches."""
        starts = [page.start for page in self.pages]
        first = max(bisect_right(starts, start) - 1, 0)
        last = max(bisect_right(starts, max(end - 1, start)) - 1, 0)
        return self.pages[first].number, self.pages[last].number


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document with its structure: what the index is made of."""

    document: Document
    sections: tuple[Section, ...]
    points: tuple[Point, ...]
    tables: tuple[Table, ...]
    passages: Sequence[Passage]

    def section_at(self, start: int) -> int:
        """Index of the section whose own text holds the character at ``start``."""
        return bisect_right([section.start for section in self.sections], start) - 1

    def path(self, section: int) -> tuple[str, ...]:
        """Heading texts from the top down to ``section`` (marker included, exact slices)."""
        names: list[str] = []
        node = self.sections[section]
        while node.index != node.parent:
            names.append(self.document.text[node.start : node.head_end])
            node = self.sections[node.parent]
        return tuple(reversed(names))


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage: catalogue row and fused score (higher is better)."""

    row: int
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact slice of a document. Made by ``bearing_qa.answer.citations.quote`` only."""

    doc_id: str
    title: str
    section: tuple[str, ...]
    pages: tuple[int, int]
    is_paged: bool
    kind: Kind
    start: int
    end: int
    text: str
    score: float
    cell: str = ""
    """Of a spreadsheet: the cell or cells that it is in, 表!B7 or 表!A7:D7."""
    recognised: float | None = None
    """How surely its least sure line was recognised from a picture, 0 to 1; None where it is text of the file."""

    @property
    def page_words(self) -> str:
        """The pages in words; nothing for a text without page marks, whose page is not known."""
        first, last = self.pages
        if not self.is_paged:
            return ""
        return f"第 {first} 页" if first == last else f"第 {first}–{last} 页"

    @property
    def place_words(self) -> str:
        """Where in its file it stands, in words: its pages, or its cells."""
        return self.page_words or self.cell

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises."""
        return {
            "doc_id": self.doc_id,
            "title": self.title,
            "section": list(self.section),
            "pages": list(self.pages),
            "kind": self.kind,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "score": round(self.score, 6),
            **({"cell": self.cell} if self.cell else {}),
            **self._recognition(),
        }

    @property
    def recognition(self) -> float | None:
        """``recognised`` to two digits, rounded down, so that it never looks surer than it is."""
        return None if self.recognised is None else int(self.recognised * 100) / 100

    @property
    def recognition_words(self) -> str:
        """That it is recognised text and how surely, in words; nothing for text of the file."""
        return "" if self.recognised is None else f"识别文字，把握 {self.recognition:.2f}"

    def _recognition(self) -> dict[str, Any]:
        if self.recognised is None:
            return {}
        return {"source": "ocr", "recognition": self.recognition}


Outcome = Literal["answered", "partial", "refused"]


ModelMode = Literal["sentences", "order"]
"""Whether a language model writes sentences, or names units alone, which small ones do better."""


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What a language model, the second reader, made of a question. ``quoted`` is the reader's own answer.

    ``is_used``: whether the answer, or the refusal, is the model's; if not, ``fault`` says why. ``dropped`` are
    sentences of the model that what they cite does not entail, each with the reason. ``seconds`` and ``tokens`` (None where the
    server does not tell) are what it took.
    """

    model: str
    is_used: bool
    quoted: str
    dropped: tuple[tuple[str, str], ...] = ()
    fault: str = ""
    is_worded: bool = False
    """Whether the answer's words are the model's; else it chose what is quoted."""
    seconds: float = 0.0
    tokens: int | None = None
    steps: tuple[str, ...] = ()
    """The questions that it split the question into, which were looked for one by one."""

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line gives."""
        return {
            "model": self.model,
            "used": self.is_used,
            "worded": self.is_worded,
            "quoted": self.quoted,
            "dropped": [{"text": text, "reason": reason} for text, reason in self.dropped],
            "fault": self.fault,
            "seconds": round(self.seconds, 3),
            "tokens": self.tokens,
            "steps": list(self.steps),
        }


NoteKind = Literal["stale", "unread", "repealed", "amended", "newer", "expires"]
"""What a reader has to know of a document beside an answer: its file has changed or gone since the index was built; a part of it
is not read; another document repeals or changes it; there is a newer one of its title; it says how long it is in force."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know of a document that an answer cites. ``unread`` says which part is not read, ``citation`` where another
    document says it."""

    kind: NoteKind
    doc_id: str
    title: str
    unread: Unread | None = None
    citation: Citation | None = None
    date: str = ""
    """ISO: the newer document's date, or the last day in force that the sidecar gives."""

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line gives."""
        part = {"what": self.unread.kind, "place": self.unread.place} if self.unread else {}
        source = {"citation": self.citation.to_json()} if self.citation else {}
        date = {"date": self.date} if self.date else {}
        return {
            "kind": self.kind,
            "doc_id": self.doc_id,
            "title": self.title,
            **part,
            **date,
            **source,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations, or a refusal (no citations, ``refused`` set, a reason).

    An answer has a reason too where a part of its question stays unanswered (``is_partial``).

    ``text`` carries markers ``[1]``, ``[2]`` that count ``citations`` from one.
    ``passages`` are the best passages, as slices: those read in the reader's order, then the other hits. ``model_reading`` is there where a
    language model read too.
    """

    question: str
    text: str
    refused: bool
    reason: str
    confidence: float
    citations: tuple[Citation, ...]
    passages: tuple[Citation, ...]
    model_reading: ModelReading | None = None
    is_partial: bool = False
    notes: tuple[Note, ...] = field(default=(), compare=False)
    """What to know of its documents as they are now; no part of what the index answers."""

    @property
    def outcome(self) -> Outcome:
        """How much of the question is answered."""
        if self.refused:
            return "refused"
        return "partial" if self.is_partial else "answered"

    def to_json(self) -> dict[str, Any]:
        """The JSON form that the command line promises (without id and time)."""
        made = {"phrasing": self.model_reading.to_json()} if self.model_reading else {}
        return {
            "question": self.question,
            "answer": self.text,
            "refused": self.refused,
            "reason": self.reason,
            "confidence": round(self.confidence, 4),
            "citations": [citation.to_json() for citation in self.citations],
            "passages": [passage.to_json() for passage in self.passages],
            **({"notes": [note.to_json() for note in self.notes]} if self.notes else {}),
            **made,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """A figure with its 95 % interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    n: int
