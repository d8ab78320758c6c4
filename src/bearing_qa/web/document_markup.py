"""Documents as HTML: outline, tools, and the text with pages, tables and cited words marked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bearing_qa.document import original_page
from bearing_qa.output import references
from bearing_qa.output.texts import Words
from bearing_qa.types import Document, Parsed, Section, Span, Table
from bearing_qa.web import markup

Note = tuple[int, Span]
"""A citation's number (0: the place of a link) and its span."""
PLACE = 0
MAX_OUTLINE_LEVEL = 4
"""Headings below this depth are left out of the outline: they are read in the text."""


@dataclass(frozen=True, slots=True)
class Open:
    """A document to show, and what of it is cited; the first of it is what the document opens at."""

    parsed: Parsed
    cited: tuple[Note, ...] = ()


def render_readers(opened: Sequence[Open], *, words: Words) -> str:
    """The documents, one of them in view, with a list to choose from where there are several."""
    choices = "".join(
        f'<button type="button" data-show="{at}" aria-pressed="{str(at == 0).lower()}">'
        f"{markup.text(name)}</button>"
        for at, name in enumerate(_names([item.parsed.document for item in opened]))
    )
    nav = f'<nav class="which" aria-label="{words("sources")}">{choices}</nav>'
    readers = "".join(_reader(at, item, words) for at, item in enumerate(opened))
    return f"{nav if len(opened) > 1 else ''}{readers}"


def _names(documents: Sequence[Document]) -> Iterator[str]:
    """Titles; where several documents have the same, each with its date, or its id where it has none."""
    titles = Counter(document.title for document in documents)
    for document in documents:
        is_shared = titles[document.title] > 1
        mark = document.metadata.get("date") or document.doc_id
        yield f"{document.title} · {mark}" if is_shared else document.title


def _reader(at: int, item: Open, words: Words) -> str:
    document = item.parsed.document
    pages = words("page_count", n=len(document.pages)) if len(document.pages) > 1 else ""
    facts = [references.issuer(document.metadata), document.metadata.get("date", ""), pages]
    hidden = " hidden" if at else ""
    first = f' data-first="{item.cited[0][0]}"' if item.cited else ""
    return (
        f'<section class="reader" data-reader="{at}" data-doc="{markup.text(document.doc_id)}"{first}{hidden}>'
        f'<header><h2>{markup.text(document.title)}</h2><p class="facts">{markup.spans(facts)}</p>'
        f"{_tools(item, words)}</header>"
        f"{_outline(at, item.parsed, words)}{render_document(item, at=at, words=words)}</section>"
    )


def _tools(item: Open, words: Words) -> str:
    """Steps from citation to citation, a search in the text, the original's page; on a phone the way back to the answer."""
    steps = (
        f'<span class="steps">{_button("previous-citation", "↑", words("previous_citation"))}'
        f'<output class="cite-at" aria-live="polite"></output>'
        f"{_button('next-citation', '↓', words('next_citation'))}</span>"
    )
    find = (
        f'<span class="find" role="search"><input type="search" placeholder="{words("find")}" '
        f'aria-label="{words("find")}"><output class="find-at" aria-live="polite"></output>'
        f"{_button('find-previous', '‹', words('find_previous'))}"
        f"{_button('find-next', '›', words('find_next'))}</span>"
    )
    has_original = original_page.has_pages(item.parsed.document.source)
    original = _original(item, words) if has_original else ""
    back = f'<a class="back" href="#answer">{words("back_to_answer")}</a>'
    return f'<div class="tools">{steps if item.cited else ""}{find}{original}{back}</div>'


def _original(item: Open, words: Words) -> str:
    """The button that shows the page of the file itself; it knows where each citation stands."""
    spans = markup.attribute(json.dumps(dict(item.cited)))
    return (
        f'<button type="button" class="wide" data-do="open-original" data-spans="{spans}" '
        f'title="{words("original_open")}">{words("original")}</button>'
    )


def _button(action: str, sign: str, label: str) -> str:
    return f'<button type="button" data-do="{action}" aria-label="{label}" title="{label}">{sign}</button>'


def _outline(at: int, parsed: Parsed, words: Words) -> str:
    """The headings as a tree of links."""
    shown = [s for s in parsed.sections[1:] if s.level <= MAX_OUTLINE_LEVEL]
    if not shown:
        return ""
    items = "".join(
        f'<li class="level-{section.level}"><a href="#at-{at}-{section.start}" '
        f'data-start="{section.start}">{markup.text(_heading(parsed, section))}</a></li>'
        for section in shown
    )
    label = words("outline")
    return (
        f'<details class="outline" open><summary>{label}</summary>'
        f'<nav aria-label="{label}"><ol>{items}</ol></nav></details>'
    )


def _heading(parsed: Parsed, section: Section) -> str:
    return parsed.document.text[section.start : section.head_end].strip() or section.marker


def render_document(item: Open, *, at: int, words: Words) -> str:
    """A whole document with headings, tables and page marks; cited spans carry their numbers."""
    parsed = item.parsed
    sections = {section.start: section for section in parsed.sections[1:]}
    tables = {table.start: table for table in parsed.tables}
    whole, notes = parsed.document.text, _Notes(parsed, item.cited, words)
    parts = []
    start = 0
    while start < len(whole):
        if start in tables:
            parts.append(_table(tables[start], notes))
            start = tables[start].end + 1
            continue
        end = whole.find("\n", start)
        end = len(whole) if end < 0 else end
        if end > start:
            parts.append(notes.page(start) + _line((start, end), sections.get(start), notes, at))
        start = end + 1
    return (
        f'<article class="document" tabindex="0" lang="zh" '
        f'aria-label="{words("source")}">{"".join(parts)}</article>'
    )


def _line(span: Span, section: Section | None, notes: _Notes, at: int) -> str:
    """A line as a heading, as a paragraph, or as one that begins with its heading (第五条 …)."""
    start, end = span
    if section is None:
        return f"<p>{notes.render(span)}</p>"
    target = f' id="at-{at}-{start}"'
    if section.head_end < end:
        head = notes.render((start, section.head_end))
        return f"<p{target} class='run-in'><strong>{head}</strong>{notes.render((section.head_end, end))}</p>"
    tag = f"h{min(section.level + 2, 6)}"
    return f"<{tag}{target}>{notes.render(span)}</{tag}>"


def _table(table: Table, notes: _Notes) -> str:
    rows: list[tuple[Span, str, tuple[str, ...]]] = [
        ((table.start, table.head_end), "th scope='col'", table.header)
    ]
    rows += [((row.start, row.end), "td", row.cells) for row in table.rows]
    shown = []
    for span, tag, cells in rows:
        numbers = notes.numbers(span)
        kind = f" class='cited' data-cite='{numbers}'" if numbers else ""
        close = tag.split()[0]
        inner = "".join(f"<{tag}>{markup.text(cell)}</{close}>" for cell in cells)
        shown.append(f"<tr{kind}>{inner}</tr>")
    head = f"<thead>{shown[0]}</thead>" if table.head_end > table.start else ""
    body = f"{head}<tbody>{''.join(shown[1:])}</tbody>"
    return f"{notes.page(table.start)}<div class='wide' tabindex='0'><table>{body}</table></div>"


class _Notes:
    """Citations and page starts of a document, put into its text where they belong."""

    def __init__(self, parsed: Parsed, cited: Sequence[Note], words: Words) -> None:
        self._text = parsed.document.text
        self._words = words
        paged = parsed.document.pages if len(parsed.document.pages) > 1 else ()
        self._pages = {page.start: page.number for page in paged}
        self._cited = sorted(cited, key=lambda note: (note[1], note[0]))

    def numbers(self, span: Span) -> str:
        """The citations that touch ``span``."""
        touching = (n for n, (start, end) in self._cited if start < span[1] and span[0] < end)
        return " ".join(str(n) for n in sorted(set(touching)))

    def page(self, start: int) -> str:
        """The mark of a page that starts where a paragraph does."""
        if start not in self._pages:
            return ""
        return f"<div class='page'>{self._words('page', first=self._pages[start])}</div>"

    def render(self, span: Span) -> str:
        """``text[span]`` escaped, with cited spans and the pages that start inside."""
        edges = {span[0], span[1]}
        edges |= {at for at in self._pages if span[0] < at < span[1]}
        for _, (start, end) in self._cited:
            edges |= {at for at in (start, end) if span[0] < at < span[1]}
        parts = []
        for start, end in pairwise(sorted(edges)):
            if start in self._pages and start > span[0]:
                number = self._words("page", first=self._pages[start])
                parts.append(f"<span class='page'>{number}</span>")
            piece = markup.lines(self._text[start:end])
            numbers = self.numbers((start, end))
            parts.append(f"<mark data-cite='{numbers}'>{piece}</mark>" if numbers else piece)
        return "".join(parts)
