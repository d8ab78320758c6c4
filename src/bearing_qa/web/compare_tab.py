"""The page's tab for comparing two documents: chosen from the library or uploaded, side by side, with tables to take away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.document.ingest import parse_one
from bearing_qa.document.raw_text import SUFFIXES
from bearing_qa.errors import BearingQAError
from bearing_qa.output.comparison_table import write_word, write_workbook
from bearing_qa.output.view import parsed_document
from bearing_qa.review.comparison import compare_documents
from bearing_qa.types import Parsed
from bearing_qa.web import markup
from bearing_qa.web.compare_markup import render_comparison
from bearing_qa.web.labels import say, words_of

MAX_CHOICES = 2000
WORD_NAME, SHEET_NAME = "comparison.docx", "comparison.xlsx"


def make_compare_tab(library: Library, tab: gr.Tab) -> None:
    """The tab's parts, inside an open gr.Tab."""
    gr.Markdown(say("compare_intro"))
    chosen: list[gr.Dropdown] = []
    files: list[gr.File] = []
    with gr.Row():
        for side in ("old", "new"):
            with gr.Column():
                chosen.append(_choices(library, side))
                files.append(
                    gr.File(
                        label=say(f"compare_{side}_file"),
                        file_types=list(SUFFIXES),
                        elem_id=f"compare-{side}-file",
                        height=110,
                    )
                )
    start = gr.Button(say("compare_button"), variant="primary", elem_id="compare")
    saved = gr.File(
        label=say("compare_save"), interactive=False, visible=False, elem_id="compare-save"
    )
    shown = gr.HTML(elem_id="comparison", apply_default_css=False)
    tab.select(
        lambda: [_choices(library, side) for side in ("old", "new")],
        None,
        chosen,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    start.click(
        _compare(library, Path(saved.GRADIO_CACHE)),
        [*chosen, *files],
        [shown, saved],
        concurrency_limit=1,
        api_name="compare_documents",
        api_visibility="private",
    )


def _choices(library: Library, side: str) -> gr.Dropdown:
    entries = library.index().catalogue.entries
    return gr.Dropdown(
        [(f"{entry.title}（{entry.doc_id}）", entry.doc_id) for entry in entries[:MAX_CHOICES]],
        value=None,
        label=say(f"compare_{side}"),
        elem_id=f"compare-{side}",
    )


def _compare(library: Library, kept: Path) -> Callable[..., tuple[str, gr.File]]:
    def compare(
        old: str | None,
        new: str | None,
        old_file: str | None,
        new_file: str | None,
        request: gr.Request,
    ) -> tuple[str, gr.File]:
        words = words_of(request)
        if not (old or old_file) or not (new or new_file):
            return markup.fault(words("compare_missing")), gr.File(None, visible=False)
        try:
            comparison = compare_documents(
                _side(library, old, old_file), _side(library, new, new_file)
            )
        except BearingQAError as error:
            return markup.fault(str(error)), gr.File(None, visible=False)
        folder = Path(tempfile.mkdtemp(prefix="bearing-qa-compare-", dir=kept))
        write_word(comparison, folder / WORD_NAME, words=words)
        write_workbook(comparison, folder / SHEET_NAME, words=words)
        made: Any = gr.File([str(folder / WORD_NAME), str(folder / SHEET_NAME)], visible=True)
        return render_comparison(comparison, words=words), made

    return compare


def _side(library: Library, doc_id: str | None, file: str | None) -> Parsed:
    """An uploaded file, where there is one, else a document of the library."""
    return parse_one(Path(file)) if file else parsed_document(library.index(), doc_id or "")
