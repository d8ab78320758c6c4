"""What a user has collected on the page, answers and quotations with notes, in the user's order, as files to take away.

The browser keeps it and hands it over as JSON. Every quotation is compared with the index first: a file says of each
whether the document still has these words at that place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bearing_qa.answer.citations import quote
from bearing_qa.errors import QuestionError
from bearing_qa.output import references
from bearing_qa.output.footnotes import Footnotes
from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.output.word_file import clean
from bearing_qa.output.workbook import write_sheet
from bearing_qa.store.protocol import Index
from bearing_qa.types import Citation, Document

MAX_CLIPPINGS = 500
"""More are no briefing; the browser stops there too."""
MAX_CHARS = 6_000_000
"""Of the JSON; a browser keeps some five million."""
COLUMNS = (
    ("number", 0),
    ("question", 40),
    ("answer", 60),
    ("quotation", 70),
    ("source", 60),
    ("state", 16),
    ("note", 40),
)
"""Columns of the workbook and their widths in characters; 0 is Excel's own."""
State = Literal["same", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a document as they were collected. ``citation`` is the slice now, if it still has these words."""

    title: str
    text: str
    state: State
    citation: Citation | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Clipping:
    """An answer with its quotations, or one quotation alone (then ``question`` and ``answer`` are empty)."""

    question: str
    answer: str
    note: str
    quotations: tuple[Quotation, ...]


def clippings_of(index: Index, text: str) -> list[Clipping]:
    """What the browser handed over. Raises QuestionError if it is no such JSON, or too much."""
    try:
        items = json.loads(text) if len(text) <= MAX_CHARS else None
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list) or len(items) > MAX_CLIPPINGS:
        raise _unreadable()
    return [_clipping(index, item) for item in items]


def _unreadable() -> QuestionError:
    return QuestionError(
        found="采集夹无法读取 / a collection that cannot be read",
        expected=f"本页导出的 JSON，至多 {MAX_CLIPPINGS} 条 / JSON that this page saved, at most {MAX_CLIPPINGS} items",
        fix="请重新采集或导入 / collect again, or choose the file that the page saved",
    )


def _clipping(index: Index, item: Any) -> Clipping:
    if not isinstance(item, dict) or not isinstance(item.get("quotations", []), list):
        raise _unreadable()
    question, answer, note = (_text(item, key) for key in ("question", "answer", "note"))
    quotations = tuple(_quotation(index, one) for one in item.get("quotations", []))
    return Clipping(question, answer, note, quotations)


def _text(item: dict[str, Any], key: str) -> str:
    """A value as text that any file holds; empty where there is none."""
    value = item.get(key)
    return "" if value is None else str(value).encode("utf-8", "replace").decode()


def _quotation(index: Index, item: Any) -> Quotation:
    """A quotation, compared with the document of its id."""
    try:
        doc_id, start, end = str(item["doc"]), int(item["start"]), int(item["end"])
        title, text = _text(item, "title"), _text(item, "text")
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise _unreadable() from error
    parsed = index.catalogue.parsed(doc_id)
    if parsed is None:
        return Quotation(title, text, "gone")
    whole = parsed.document.text
    if whole[max(start, 0) : end] != text:  # a rebuild may have moved it
        start = _nearest(whole, text, start)
        end = start + len(text)
    if start < 0 or not text:
        return Quotation(title, text, "changed", document=parsed.document)
    citation = quote(
        parsed, start=start, end=end, kind="text", section=parsed.section_at(start), score=0.0
    )
    return Quotation(title, text, "same", citation, parsed.document)


def _nearest(whole: str, text: str, start: int) -> int:
    """Where a text has some words, of several places the nearest to ``start``; -1 if nowhere."""
    before = whole.rfind(text, 0, max(start, 0) + len(text))
    behind = whole.find(text, max(start, 0))
    found = [at for at in (before, behind) if at >= 0]
    return min(found, key=lambda at: abs(at - start), default=-1)


def _source(quotation: Quotation, words: Words) -> str:
    """Where a quotation stands: its reference and headings, or that the document no longer has it."""
    if quotation.citation is None or quotation.document is None:
        return f"《{quotation.title}》 {words(f'clipping_{quotation.state}')}"
    source = references.noted_reference(quotation.citation, quotation.document, words=words)
    return f"{source} {' › '.join(quotation.citation.section)}".strip()


def _works(clippings: Sequence[Clipping]) -> list[str]:
    """The GB/T 7714 reference of each document that is quoted, once, without pages."""
    found: dict[str, str] = {}
    for quotation in (q for clipping in clippings for q in clipping.quotations):
        if quotation.citation and quotation.document:
            whole = replace(quotation.citation, is_paged=False)
            found.setdefault(
                quotation.document.doc_id, references.reference(whole, quotation.document)
            )
    return list(found.values())


def write_word(clippings: Sequence[Clipping], path: Path, *, words: Words = CHINESE) -> None:
    """Writes the clippings in order: question and answer, quotations with footnotes, notes; references at the end."""
    import docx

    file: Any = docx.Document()
    notes = Footnotes(file)
    file.add_heading(words("tab_clippings"), level=1)
    for clipping in clippings:
        if clipping.question:
            file.add_heading(clean(clipping.question), level=2)
            file.add_paragraph(clean(clipping.answer))
        for quotation in clipping.quotations:
            notes.add(
                file.add_paragraph(clean(quotation.text), style="Quote"), _source(quotation, words)
            )
        if clipping.note:
            file.add_paragraph(clean(words("clipping_noted", note=clipping.note)))
    file.add_heading(words("digest_references"), level=2)
    for number, reference in enumerate(_works(clippings), 1):
        file.add_paragraph(f"[{number}] {clean(reference)}")
    notes.attach()
    file.save(str(path))


def markdown(clippings: Sequence[Clipping], *, words: Words = CHINESE) -> str:
    """The same as Markdown; text of the documents is never markup there."""
    escape = references.escape_markdown
    blocks = [f"# {words('tab_clippings')}"]
    for clipping in clippings:
        if clipping.question:
            blocks += [f"## {escape(' '.join(clipping.question.split()))}", escape(clipping.answer)]
        for quotation in clipping.quotations:
            quoted = "\n".join(f"> {escape(line)}" for line in quotation.text.split("\n"))
            blocks.append(f"{quoted}\n>\n> —— {escape(_source(quotation, words))}")
        if clipping.note:
            blocks.append(escape(words("clipping_noted", note=clipping.note)))
    blocks.append(f"## {words('digest_references')}")
    blocks += [f"\\[{number}\\] {escape(work)}" for number, work in enumerate(_works(clippings), 1)]
    return "\n\n".join(blocks) + "\n"


def write_workbook(clippings: Sequence[Clipping], path: Path, *, words: Words = CHINESE) -> None:
    """A row a quotation, with the question, the answer and the note that it belongs to; one for an item without quotations."""
    heads = [(words(f"clipping_{name}"), width) for name, width in COLUMNS]
    write_sheet(path, words("tab_clippings"), heads, _rows(clippings, words))


def _rows(clippings: Sequence[Clipping], words: Words) -> Iterator[list[str | int]]:
    for number, clipping in enumerate(clippings, 1):
        cited = [
            [q.text, _source(q, words), words(f"clipping_{q.state}")] for q in clipping.quotations
        ]
        for three in cited or [["", "", ""]]:
            yield [number, clipping.question, clipping.answer, *three, clipping.note]
