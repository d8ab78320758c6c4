"""The page's fields that narrow a question: documents, who issued them, what they are, dates, sections."""

from __future__ import annotations

from collections import Counter

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.search.scope import issuer_of, kind_of
from bearing_qa.store.protocol import Entry
from bearing_qa.web.labels import say

MAX_CHOICES = 1000
"""Documents in the list to choose from; others are named by what is typed."""


def make_scope_fields(library: Library) -> tuple[gr.Accordion, list[gr.components.Component]]:
    """What narrows a question: documents (where there are several), dates, sections."""
    with gr.Accordion(say("scope"), open=False, elem_id="scope") as box:
        documents = document_choices(library)
        with gr.Row():
            first = gr.Textbox("", label=say("from"), placeholder="2024-05", elem_id="from")
            last = gr.Textbox("", label=say("to"), placeholder="2024-12", elem_id="to")
        section = gr.Textbox(
            "", label=say("section"), placeholder=say("section_hint"), elem_id="section"
        )
        issuers, kinds = _filters(library)
        in_force = gr.Checkbox(label=say("in_force"), elem_id="in-force")
    return box, [documents, first, last, section, issuers, kinds, in_force]


def document_choices(library: Library) -> gr.Dropdown:
    """The list of documents to choose from; those of one title with their dates."""
    entries = library.index().catalogue.entries
    titles = Counter(entry.title for entry in entries)
    return gr.Dropdown(
        [(_name(entry, titles), entry.doc_id) for entry in entries[:MAX_CHOICES]],
        value=[],
        multiselect=True,
        allow_custom_value=True,
        visible=len(entries) > 1,
        label=say("documents"),
        info=say("documents_info"),
        elem_id="documents",
    )


def _name(entry: Entry, titles: Counter[str]) -> str:
    mark = entry.metadata.get("date") or entry.doc_id
    return f"{entry.title} · {mark}" if titles[entry.title] > 1 else entry.title


def _filters(library: Library) -> tuple[gr.Dropdown, gr.Dropdown]:
    """Who issued the documents and what they are, where there is a choice."""
    entries = library.index().catalogue.entries
    choices = [sorted({name for name in map(of, entries) if name}) for of in (issuer_of, kind_of)]
    with gr.Row():
        issuers, kinds = (
            gr.Dropdown(
                known,
                value=[],
                multiselect=True,
                allow_custom_value=True,
                visible=len(known) > 1,
                label=say(key),
                elem_id=f"{key}s",
            )
            for key, known in zip(("issuer", "kind"), choices, strict=True)
        )
    return issuers, kinds
