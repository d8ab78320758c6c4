"""Answers and documents as HTML. Every piece of document or question text goes through escape()."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from bearing_qa.types import Answer, Citation, Parsed, Table

Span = tuple[int, int]

_MARK = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def mark(number: int) -> str:
    """The sign of a citation: ① … ⑳, then (21)."""
    return _MARK[number - 1] if number <= len(_MARK) else f"({number})"


def render_answer(answer: Answer) -> str:
    """The answer with its marks as links to the citations, or the refusal with its reason; what part of the
    question stays unanswered is said too."""
    if answer.refused:
        return (
            '<section class="answer refused" role="status">'
            f"<p>{escape(answer.text)}</p><p class='reason'>{escape(answer.reason)}。"
            "可以换一种说法，或看看下面最接近的段落。</p></section>"
        )
    words = escape(answer.text)
    for number in range(len(answer.citations), 0, -1):
        link = f'<a class="mark" href="#source-{number}" title="看原文">{mark(number)}</a>'
        words = words.replace(f"[{number}]", link)
    missing = f"<p class='reason'>{escape(answer.reason)}。</p>" if answer.reason else ""
    return f'<section class="answer" role="status"><p>{words}</p>{missing}</section>'


def render_citations(answer: Answer, parsed: Sequence[Parsed]) -> str:
    """A card for each citation: where it stands, and its passage with the cited words marked."""
    cards = "".join(
        _card(number, citation, document)
        for number, (citation, document) in enumerate(zip(answer.citations, parsed, strict=True), 1)
    )
    return f'<section class="citations" aria-label="引用">{cards}</section>' if cards else ""


def _card(number: int, citation: Citation, parsed: Parsed) -> str:
    start, end = _around(citation, parsed)
    body = marked(parsed.document.text, (start, end), spans=[(citation.start, citation.end)])
    return (
        f'<article class="card" id="citation-{number}">'
        f'<header><a class="mark" href="#source-{number}">{mark(number)}</a> '
        f"{_place(citation)} <a class='jump' href='#source-{number}'>在原文中看</a></header>"
        f"<blockquote>{body}</blockquote></article>"
    )


def _around(citation: Citation, parsed: Parsed) -> Span:
    """The smallest passage that holds a citation, or the citation itself."""
    holders = [
        (passage.start, passage.end)
        for passage in parsed.passages
        if passage.start <= citation.start and citation.end <= passage.end
    ]
    return min(holders, key=lambda span: span[1] - span[0], default=(citation.start, citation.end))


def render_passages(passages: Sequence[Citation]) -> str:
    """The retrieved passages, best first."""
    items = "".join(
        f"<li><header>{_place(passage)}</header><blockquote>{_lines(passage.text)}</blockquote></li>"
        for passage in passages
    )
    return f'<ol class="passages">{items}</ol>' if items else ""


def _place(citation: Citation) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in (citation.title, *citation.section))
    return f'<ol class="breadcrumb">{steps}</ol><span class="page-no">{citation.page_words}</span>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def marked(text: str, span: Span, *, spans: Sequence[Span]) -> str:
    """``text[span]`` with the parts inside ``spans`` in <mark>."""
    at, stop = span
    parts = []
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, stop)
        if start < end:
            parts += [_lines(text[at:start]), f"<mark>{_lines(text[start:end])}</mark>"]
            at = end
    return "".join([*parts, _lines(text[at:stop])])


def render_document(parsed: Parsed, *, cited: Sequence[tuple[int, Span]]) -> str:
    """A whole document with headings, tables and page marks; cited spans are marked.

    The first mark of citation ``n`` has the id ``source-n``.
    """
    levels = {section.start: section.level for section in parsed.sections[1:]}
    tables = {table.start: table for table in parsed.tables}
    text = parsed.document.text
    notes = _Notes(parsed, cited)
    parts = []
    at = 0
    while at < len(text):
        if at in tables:
            parts.append(_table(tables[at], notes))
            at = tables[at].end + 1
            continue
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        level = min(levels.get(at, 0) + 2, 6)
        tag = f"h{level}" if level > 2 else "p"
        parts.append(f"<{tag}>{notes.render((at, end))}</{tag}>")
        at = end + 1
    return (
        f'<article class="document" tabindex="0" aria-label="原文">'
        f"<h2>{escape(parsed.document.title)}</h2>{''.join(parts)}</article>"
    )


def _table(table: Table, notes: _Notes) -> str:
    rows = [((table.start, table.head_end), "th scope='col'", table.header)]
    rows += [((row.start, row.end), "td", row.cells) for row in table.rows]
    shown = []
    for span, tag, cells in rows:
        kind = " class='cited'" if notes.is_cited(span) else ""
        targets = notes.anchors(span)
        close = tag.split()[0]
        inner = "".join(f"<{tag}>{escape(cell)}</{close}>" for cell in cells)
        inner = inner.replace(">", f">{targets}", 1) if targets else inner
        shown.append(f"<tr{kind}>{inner}</tr>")
    return f"<table><thead>{shown[0]}</thead><tbody>{''.join(shown[1:])}</tbody></table>"


class _Notes:
    """Citations and page starts of a document, put into its text where they belong."""

    def __init__(self, parsed: Parsed, cited: Sequence[tuple[int, Span]]) -> None:
        self._text = parsed.document.text
        self._pages = {page.start: page.number for page in parsed.document.pages}
        self._cited = sorted(cited, key=lambda note: (note[1], note[0]))
        self._placed: set[int] = set()

    def is_cited(self, span: Span) -> bool:
        """Whether an element that shows ``span`` as a whole is cited."""
        return any(start < span[1] and span[0] < end for _, (start, end) in self._cited)

    def anchors(self, span: Span) -> str:
        """Targets of the citations that start in ``span`` or hold its start, each once."""
        numbers = [n for n, (start, end) in self._cited if start < span[1] and span[0] < end]
        fresh = [n for n in numbers if n not in self._placed]
        self._placed.update(fresh)
        return "".join(f"<span class='target' id='source-{n}'></span>" for n in fresh)

    def render(self, span: Span) -> str:
        """``text[span]`` escaped, with page marks and cited spans."""
        edges = {span[0], span[1]}
        edges |= {at for at in self._pages if span[0] < at < span[1]}
        for _, (start, end) in self._cited:
            edges |= {at for at in (start, end) if span[0] < at < span[1]}
        ordered = sorted(edges)
        parts = []
        for start, end in pairwise(ordered):
            if start in self._pages:
                parts.append(
                    f"<span class='page' aria-hidden='true'>第 {self._pages[start]} 页</span>"
                )
            numbers = [n for n, (a, b) in self._cited if a <= start and end <= b]
            piece = _lines(self._text[start:end])
            if numbers:
                piece = f"<mark>{self.anchors((start, end))}{piece}</mark>"
            parts.append(piece)
        return "".join(parts)
