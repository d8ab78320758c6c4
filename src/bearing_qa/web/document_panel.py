"""The page's document panel: what is cited, or the place that a link names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import gradio as gr

from bearing_qa.answer.documents import labels_in
from bearing_qa.answer.library import Library
from bearing_qa.errors import BearingQAError
from bearing_qa.output.texts import Words
from bearing_qa.output.view import AnswerView, parsed_document
from bearing_qa.review.summary import summarise
from bearing_qa.types import Span
from bearing_qa.web.document_markup import PLACE, Note, Open, render_readers
from bearing_qa.web.events import AT_ONCE, RELAY
from bearing_qa.web.labels import say, words_of
from bearing_qa.web.markup import fault
from bearing_qa.web.original_panel import make_original_panel
from bearing_qa.web.table_markup import render_summary

ARRIVE = "() => window.bearingQA.arrive(false)"
"""Brings the first cited words into view inside the document panel."""
_IN_VIEW = """(named, shown) =>
  [document.querySelector(".reader:not([hidden])")?.dataset.doc ?? "", shown]"""
"""Names the document that is in view."""
_IS_SAME = """() => {
  const summary = document.querySelector("#document-summary .glance");
  const shown = document.querySelector(".reader:not([hidden])");
  return [summary && summary.dataset.doc === shown?.dataset.doc ? "same" : ""];
}"""
"""Whether the summary that is unfolded is of the document in view."""
_LEAD = "() => window.bearingQA.arrive(true)"
"""The same, and the panel into the window: where a link was followed."""


def make_reader_panel(
    library: Library,
    page: gr.Blocks,
    *,
    corpus: Path,
    opened: Sequence[gr.HTML],
    shown: gr.State,
) -> gr.HTML:
    """The panel; it opens what the links in ``opened`` and the page's own address name, and from ``corpus`` the pages of
    the files themselves."""
    with gr.Accordion(say("summary"), open=False, elem_id="glance") as glance:
        summary = gr.HTML(elem_id="document-summary", js_on_load=RELAY, apply_default_css=False)
    named = gr.Textbox(visible=False)
    source = gr.HTML(elem_id="source", js_on_load=RELAY, apply_default_css=False)
    make_original_panel(library, corpus, opened=source, shown=shown)
    glance.expand(_summary(library), [named, shown], summary, js=_IN_VIEW, **AT_ONCE)
    source.change(_fold, named, [glance, summary], js=_IS_SAME, **AT_ONCE)
    page.load(_first(library), None, source, **AT_ONCE).then(None, js=_LEAD)
    for links in (*opened, summary):
        links.open_place(_place(library), shown, source, **AT_ONCE).then(None, js=_LEAD)
    return source


def _summary(library: Library) -> Callable[..., str]:
    """The summary of the document in view, made when it is unfolded."""

    def summary(doc_id: str, shown: AnswerView | None, request: gr.Request) -> str:
        words = words_of(request)
        if not doc_id:  # the page is still loading
            return ""
        known = shown.documents.get(doc_id) if shown else None
        try:
            parsed = known or parsed_document(library.index(), str(doc_id))
        except BearingQAError:
            return fault(words("no_document", doc_id=doc_id))
        return render_summary(summarise(parsed), parsed.document, words=words)

    return summary


def _fold(same: str) -> tuple[object, object]:
    """Folds a summary that is of another document than the one in view."""
    return (gr.skip(), gr.skip()) if same else (gr.Accordion(open=False), "")


def sources(shown: AnswerView, *, words: Words) -> str:
    """The cited documents; for a refusal that of the nearest passage, which is marked."""
    notes: dict[str, list[Note]] = {}
    labels = [number for _, number in labels_in(shown.answer).values()]
    numbered = sorted(enumerate(shown.answer.citations, 1), key=lambda note: note[0] in labels)
    for number, citation in numbered:  # a document opens at what it says, not at its title
        notes.setdefault(citation.doc_id, []).append((number, (citation.start, citation.end)))
    if not notes:
        nearest = shown.answer.passages[:1]
        notes = {item.doc_id: [(PLACE, (item.start, item.end))] for item in nearest}
    opened = [Open(shown.documents[id_], tuple(cited)) for id_, cited in notes.items()]
    return render_readers(opened, words=words)


def _first(library: Library) -> Callable[..., str]:
    """The document that the page's address names, or the first of the corpus."""

    def first(request: gr.Request) -> str:
        words = words_of(request)
        named = dict(request.query_params)
        if "doc" in named:
            return _opened(library, named, None, words)
        index = library.index()
        first_id = index.catalogue.doc_ids()[0]
        return render_readers([Open(parsed_document(index, first_id))], words=words)

    return first


def _place(library: Library) -> Callable[..., str]:
    def place(shown: AnswerView | None, event: gr.EventData, request: gr.Request) -> str:
        named = {key: str(getattr(event, key, "")) for key in ("doc", "start", "end", "quote")}
        return _opened(library, named, shown, words_of(request))

    return place


def _opened(
    library: Library, named: Mapping[str, str], shown: AnswerView | None, words: Words
) -> str:
    """A document at a place, with the answer's citations in it; a place outside it is passed over.

    What the answer was given from stays open as it was then; a rebuild may have changed it since.
    """
    known = shown.documents.get(named["doc"]) if shown else None
    try:
        parsed = known or parsed_document(library.index(), named["doc"])
    except BearingQAError:
        return fault(words("no_document", doc_id=named["doc"]))
    numbered = enumerate(shown.answer.citations if shown else (), 1)
    cited = [(n, (c.start, c.end)) for n, c in numbered if c.doc_id == named["doc"]]
    start, end = _offset(named.get("start")), _offset(named.get("end"))
    span, note = _found_again(parsed.document.text, (start, end), named.get("quote") or "")
    if span:
        cited.insert(0, (PLACE, span))
    told = f"<p class='reason note' role='status'>{words(note)}</p>" if note else ""
    return told + render_readers([Open(parsed, tuple(cited))], words=words)


def _found_again(text: str, span: Span, quote: str) -> tuple[Span | None, str]:
    """Where a linked quotation stands now, the nearest place that has its first words, and the key of what to say of it."""
    start, end = span
    if not 0 <= start < end:
        return None, ""
    if end <= len(text) and text.startswith(quote, start):
        return span, ""
    places = [found.start() for found in re.finditer(re.escape(quote), text)] if quote else []
    if not places:
        return None, "link_lost" if quote else ""
    at = min(places, key=lambda place: abs(place - start))
    return (at, min(at + end - start, len(text))), "link_moved"


def _offset(word: str | None) -> int:
    return int(word) if word and word.isascii() and word.isdigit() and len(word) < 10 else -1
