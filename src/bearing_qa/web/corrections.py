"""Correcting what is known of a document: its title, issuer, dates and number go into the sidecar beside its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.document.files import sidecar_of
from bearing_qa.document.sidecar import read_sidecar, write_sidecar
from bearing_qa.errors import BearingQAError
from bearing_qa.language.dates import dates_in
from bearing_qa.language.segment import normalise
from bearing_qa.output.texts import Words
from bearing_qa.web.corpus_folder import Item, corpus_sources
from bearing_qa.web.events import AT_ONCE
from bearing_qa.web.indexing import index_and_report, writing
from bearing_qa.web.labels import say, words_of
from bearing_qa.web.markup import fault, text

FACTS = ("title", "issuer", "date", "number", "effective", "expires")
"""What can be corrected, by the sidecar's keys."""
DATES = ("date", "effective", "expires")
_AUTHORS = ("issuer", "author", "speaker")
"""Keys that name who answers for a document; the one that is there is corrected."""
_MANY = (".jsonl", ".zip")
"""Files that hold several documents have no sidecar of one."""


def correctable(items: Sequence[Item]) -> list[tuple[str, str]]:
    """Title and file of each document that has a sidecar of its own."""
    return [
        (f"{item.title}（{item.file}）", item.file)
        for item in items
        if item.doc_id and item.source == item.file and Path(item.file).suffix.lower() not in _MANY
    ]


def make_corrections(library: Library, corpus: Path, report: gr.HTML) -> tuple[gr.Dropdown, Any]:
    """The form, inside an open accordion: its list of documents, and the event that saves."""
    chosen = gr.Dropdown([], label=say("correct_which"), elem_id="correct-which")
    with gr.Row():
        fields = [
            gr.Textbox(label=say(f"fact_{key}"), elem_id=f"fact-{key}", max_lines=1)
            for key in FACTS
        ]
    gr.Markdown(say("correct_hint"), elem_id="correct-hint")
    save = gr.Button(say("correct_save"), elem_id="correct-save")
    chosen.change(_known(library), chosen, fields, **AT_ONCE)
    event = save.click(_save(library, corpus), [chosen, *fields], report, **writing())
    return chosen, event


def _known(library: Library) -> Callable[..., list[str]]:
    """What the index says of a document now, so that a correction begins with it."""

    def known(file: str | None) -> list[str]:
        entries = library.index().catalogue.entries
        entry = next((entry for entry in entries if entry.source == file), None)
        if entry is None:
            return [""] * len(FACTS)
        facts = {**entry.metadata, "title": entry.title}
        facts["issuer"] = next((facts[key] for key in _AUTHORS if facts.get(key)), "")
        return [facts.get(key, "") for key in FACTS]

    return known


def _save(library: Library, corpus: Path) -> Callable[..., str]:
    def save(
        file: str | None,
        *values: str,
        request: gr.Request | None = None,
        progress: gr.Progress = gr.Progress(),
    ) -> str:
        words = words_of(request)
        if not file or file not in corpus_sources(corpus):
            return fault(words("correct_no_document"))
        known = dict(zip(FACTS, _known(library)(file), strict=True))
        said = {key: value.strip() for key, value in zip(FACTS, values, strict=True)}
        facts = {key: value for key, value in said.items() if value != known[key]}
        for key in facts.keys() & set(DATES):
            day = _iso(facts[key])
            if facts[key] and not day:
                return fault(words("correct_bad_date", value=facts[key]))
            facts[key] = day
        path = corpus / file
        try:
            author = next((key for key in _AUTHORS if read_sidecar(path).get(key)), "issuer")
            named = {author if key == "issuer" else key: value for key, value in facts.items()}
            write_sidecar(path, named)
        except (BearingQAError, OSError) as error:
            return fault(str(error))
        told = f"<p role='status'>{text(words('corrected', name=file))}</p>{_shared(corpus, file, words)}"
        return told + index_and_report(library, corpus, (), words, progress)

    return save


def _shared(corpus: Path, file: str, words: Words) -> str:
    """Other files of the same name, which the same sidecar tells of."""
    beside = sidecar_of(corpus / file)
    others = [o for o in corpus_sources(corpus) if o != file and sidecar_of(corpus / o) == beside]
    return f"<p>{text(words('corrected_shared', names='、'.join(others)))}</p>" if others else ""


def _iso(value: str) -> str:
    """A day as ISO; empty for what is none."""
    found = list(dates_in(normalise(value)))
    return found[0][2] if len(found) == 1 else ""
