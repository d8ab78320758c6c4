"""The page's tab for collecting a theme: what the documents say on it, with boxes to leave things out, figures and deadlines
as tables, and files to take away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.errors import BearingQAError
from bearing_qa.output import references
from bearing_qa.output.collection_file import heading_of, markdown, write_word
from bearing_qa.output.figure_tables import write_workbook
from bearing_qa.output.texts import Words
from bearing_qa.output.view import parsed_document
from bearing_qa.review.theme import DEPTHS, MAX_THEME_CHARS, Collection, collect
from bearing_qa.review.theme_tables import tables_of
from bearing_qa.types import Citation, Document
from bearing_qa.web.labels import say, words_of
from bearing_qa.web.table_markup import render_tables

WORD_NAME, TEXT_NAME, SHEET_NAME = "digest.docx", "digest.md", "digest.xlsx"


def make_digest_tab(library: Library) -> None:
    """The tab's parts, inside an open gr.Tab."""
    gr.Markdown(say("digest_intro"))
    with gr.Row():
        theme = gr.Textbox(
            label=say("digest_theme"), max_length=MAX_THEME_CHARS, elem_id="theme", scale=3
        )
        depth = gr.Radio(
            [(say(f"depth_{name}"), name) for name in DEPTHS],
            value=DEPTHS[0],
            label=say("digest_depth"),
            elem_id="theme-depth",
        )
        start = gr.Button(say("digest_button"), variant="primary", elem_id="digest", scale=0)
    found: Any = gr.State(None)
    said = gr.Markdown(elem_id="digest-count")
    items = gr.CheckboxGroup(
        label=say("digest_items"), visible=False, elem_id="digest-items", choices=[]
    )
    with gr.Row():
        table = gr.Button(say("digest_table"), visible=False, elem_id="digest-table")
        save = gr.Button(say("digest_save"), visible=False, elem_id="digest-save")
    tables = gr.HTML(elem_id="digest-tables", apply_default_css=False)
    files = gr.File(
        label=say("digest_files"), interactive=False, visible=False, elem_id="digest-files"
    )
    gr.on(
        [start.click, theme.submit],
        _collect(library),
        [theme, depth],
        [found, said, items, table, save, tables, files],
        concurrency_limit=1,
        api_name="collect_theme",
        api_visibility="private",
    )
    table.click(
        _tables(library),
        [found, items],
        tables,
        concurrency_limit=1,
        api_name="tables_of_theme",
        api_visibility="private",
    )
    save.click(
        _save(library, Path(files.GRADIO_CACHE)),
        [found, items],
        files,
        concurrency_limit=1,
        api_name="save_theme",
        api_visibility="private",
    )


def _collect(library: Library) -> Callable[..., tuple[Any, ...]]:
    def collect_theme(theme: str, depth: str, request: gr.Request) -> tuple[Any, ...]:
        words = words_of(request)
        try:
            found = collect(
                library, theme, depth="paragraph" if depth == "paragraph" else "sentence"
            )
        except BearingQAError as error:
            return (
                None,
                references.escape_markdown(str(error)),
                gr.CheckboxGroup([], visible=False),
                gr.Button(visible=False),
                gr.Button(visible=False),
                "",
                gr.File(None, visible=False),
            )
        choices = _choices(found)
        is_some = bool(choices)
        return (
            found,
            words("digest_count", places=len(choices), documents=len(found.documents)),
            gr.CheckboxGroup(choices, value=[value for _, value in choices], visible=is_some),
            gr.Button(visible=is_some),
            gr.Button(visible=is_some),
            "",
            gr.File(None, visible=False),
        )

    return collect_theme


def _choices(found: Collection) -> list[tuple[str, str]]:
    """The words of each slice with its place, and its key."""
    return [
        (f"{heading_of(one.title, one.date)} › {' › '.join(item.section)}：{item.text}", _key(item))
        for one in found.documents
        for item in one.items
    ]


def _key(item: Citation) -> str:
    return f"{item.doc_id}:{item.start}:{item.end}"


def _tables(library: Library) -> Callable[..., str]:
    def show(found: Collection | None, chosen: list[str], request: gr.Request) -> str:
        if found is None or not chosen:
            return ""
        index = library.index()
        try:
            tables = tables_of(
                _only(found, chosen), parsed_of=lambda doc_id: parsed_document(index, doc_id)
            )
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return render_tables(tables, words=words_of(request))

    return show


def _save(library: Library, kept: Path) -> Callable[..., gr.File]:
    def save(found: Collection | None, chosen: list[str], request: gr.Request) -> gr.File:
        words: Words = words_of(request)
        if found is None or not chosen:
            raise gr.Error(words("digest_none"), print_exception=False)
        index = library.index()

        def document_of(doc_id: str) -> Document:
            return parsed_document(index, doc_id).document

        wanted = _only(found, chosen)
        folder = Path(tempfile.mkdtemp(prefix="bearing-qa-digest-", dir=kept))
        try:
            write_word(wanted, folder / WORD_NAME, document_of=document_of, words=words)
            text = markdown(wanted, document_of=document_of, words=words)
            tables = tables_of(wanted, parsed_of=lambda doc_id: parsed_document(index, doc_id))
            write_workbook(tables, folder / SHEET_NAME, words=words)
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        (folder / TEXT_NAME).write_text(text, encoding="utf-8")
        names = (WORD_NAME, TEXT_NAME, SHEET_NAME)
        return gr.File([str(folder / name) for name in names], visible=True)

    return save


def _only(found: Collection, chosen: Sequence[str]) -> Collection:
    """A collection with the slices that were left ticked."""
    kept = set(chosen)
    documents = [
        replace(one, items=tuple(item for item in one.items if _key(item) in kept))
        for one in found.documents
    ]
    return replace(found, documents=tuple(one for one in documents if one.items))
