"""The page's panel of the original: the file's own page beside its text, the cited words marked on the picture."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.document.original_page import OriginalPage, original_page
from bearing_qa.document.page_quotes import page_at, quotes_on
from bearing_qa.errors import BearingQAError
from bearing_qa.output.texts import Words
from bearing_qa.output.view import AnswerView, parsed_document
from bearing_qa.store.manifest import file_record
from bearing_qa.store.protocol import Index
from bearing_qa.types import Document, Parsed, Span
from bearing_qa.web import markup
from bearing_qa.web.events import AT_ONCE, RELAY
from bearing_qa.web.labels import words_of

_SHOW = "() => window.bearingQA.showOriginal()"
"""Brings the first mark into view, and the keyboard to the panel."""


def make_original_panel(
    library: Library, corpus: Path, *, opened: gr.HTML, shown: gr.State
) -> None:
    """The panel; the button of the document in ``opened`` and its own buttons turn its pages."""
    original = gr.HTML(elem_id="original", js_on_load=RELAY, apply_default_css=False)
    turn = _turn(library, corpus)
    for buttons in (opened, original):
        buttons.open_original(turn, shown, original, **AT_ONCE).then(None, js=_SHOW)


def _turn(library: Library, corpus: Path) -> Callable[..., str]:
    def turn(shown: AnswerView | None, event: gr.EventData, request: gr.Request) -> str:
        named = {key: str(getattr(event, key, "")) for key in ("doc", "start", "end", "page")}
        words = words_of(request)
        index, doc_id = library.index(), named["doc"]
        try:
            now = parsed_document(index, doc_id)
            known = (shown.documents.get(doc_id) if shown else None) or now
            path = _file(index, corpus, known.document)
        except BearingQAError:
            return _panel(markup.fault(words("no_document", doc_id=doc_id)), "", words)
        span = _span(named, known)
        number = int(named["page"]) if named["page"].isdecimal() else page_at(known, span[0])
        head = markup.text(known.document.title)
        if path is None:
            return _panel(markup.fault(words("original_gone")), head, words)
        if known.document.text != now.document.text or not _is_indexed(index, known, path):
            return _panel(markup.fault(words("original_changed")), head, words)
        try:
            page = original_page(path, page=number, quotes=quotes_on(known, number, span))
        except BearingQAError:
            return _panel(markup.fault(words("original_failed", page=number)), head, words)
        place = {"doc": doc_id, "start": span[0], "end": span[1]}
        return _panel(_figure(page, words), f"{head}{_steps(page, place, words)}", words)

    return turn


def _file(index: Index, corpus: Path, document: Document) -> Path | None:
    """The file of a document in the corpus folder; None if it is gone, or leads out of the folder."""
    root = corpus if corpus.is_dir() else corpus.parent
    path = root / document.source
    is_inside = path.resolve().is_relative_to(root.resolve())
    return path if is_inside and path.is_file() else None


def _is_indexed(index: Index, parsed: Parsed, path: Path) -> bool:
    """Whether the file is what the index was built from."""
    return bool(file_record(path) == index.manifest["sources"].get(parsed.document.source))


def _span(named: Mapping[str, str], parsed: Parsed) -> Span:
    """The quotation's offsets; a place outside the text is none."""
    numbers = [int(named[key]) if named[key].isdecimal() else 0 for key in ("start", "end")]
    start, end = (min(number, len(parsed.document.text)) for number in numbers)
    return (start, max(start, end))


def _panel(body: str, head: str, words: Words) -> str:
    """A window beside the text that does not take the page's keyboard: Esc and a button close it."""
    return (
        f'<dialog class="original" open aria-label="{words("original")}"><header><h2>{head}</h2>'
        f'<button type="button" data-do="close-original" aria-label="{words("close")}" '
        f'title="{words("close")}">×</button></header><div class="sheet" tabindex="0">{body}</div></dialog>'
    )


def _steps(page: OriginalPage, place: Mapping[str, object], words: Words) -> str:
    """Which page of how many, and buttons to the one before and after."""

    def button(number: int, sign: str, key: str) -> str:
        values = {**place, "page": number}
        data = "".join(f' data-{name}="{escape(str(value))}"' for name, value in values.items())
        is_off = "" if 1 <= number <= page.pages else " disabled"
        return (
            f'<button type="button" data-do="turn-original"{data} aria-label="{words(key)}" '
            f'title="{words(key)}"{is_off}>{sign}</button>'
        )

    at = words("original_page", page=page.page, pages=page.pages)
    return (
        f'<span class="steps">{button(page.page - 1, "‹", "page_before")}<output>{at}</output>'
        f"{button(page.page + 1, '›', 'page_after')}</span>"
    )


def _figure(page: OriginalPage, words: Words) -> str:
    """The picture with its marks, and a line where nothing could be marked."""
    marks = "".join(
        f'<i style="left:{left:.2%};top:{top:.2%};width:{right - left:.2%};height:{bottom - top:.2%}"></i>'
        for left, top, right, bottom in page.marks
    )
    data = base64.b64encode(page.picture).decode("ascii")
    label = words("original_page", page=page.page, pages=page.pages)
    note = "" if page.marks else f'<p class="reason">{words("original_unmarked")}</p>'
    return f'{note}<figure><img src="data:image/webp;base64,{data}" alt="{label}">{marks}</figure>'
