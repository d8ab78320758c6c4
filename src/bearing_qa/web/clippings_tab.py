"""The page's tab for what the user has collected: the browser keeps and shows it (``scripts/clippings.js``), files are made here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.errors import BearingQAError
from bearing_qa.output.clippings import (
    MAX_CLIPPINGS,
    clippings_of,
    markdown,
    write_word,
    write_workbook,
)
from bearing_qa.output.texts import Words
from bearing_qa.output.view import AnswerView
from bearing_qa.types import Citation
from bearing_qa.web import markup
from bearing_qa.web.events import AT_ONCE
from bearing_qa.web.labels import say, words_of

FILES = {"docx": "clippings_word", "md": "clippings_markdown", "xlsx": "clippings_excel"}
"""The files that can be made, by suffix, and the words of their buttons."""
_KEPT = "() => [window.bearingQA.clippings()]"
"""Hands over what the browser keeps."""
_SAVE = "() => document.querySelector('#clippings-file').click()"
_WORDS = (
    "clip_up",
    "clip_down",
    "clip_remove",
    "clip_undo",
    "clip_note",
    "clippings_empty",
    "clippings_clear",
    "clippings_save",
    "clippings_load",
    "clippings_unreadable",
    "open",
)
"""What the script says."""


def make_clippings_tab(library: Library, page: gr.Blocks) -> None:
    """The tab's parts, inside an open gr.Tab."""
    gr.Markdown(say("clippings_intro"))
    shown = gr.HTML(elem_id="clippings", apply_default_css=False)
    page.load(_frame, None, shown, **AT_ONCE).then(
        None, js="() => window.bearingQA.showClippings()"
    )
    kept = gr.Textbox(visible=False)
    file = gr.DownloadButton(visible="hidden", elem_id="clippings-file")
    with gr.Row(elem_id="clippings-files"):
        for suffix, key in FILES.items():
            button = gr.Button(say(key), size="sm", scale=0, elem_id=f"clippings-{suffix}")
            made = button.click(
                _write(library, suffix, Path(file.GRADIO_CACHE)), kept, file, js=_KEPT, **AT_ONCE
            )
            made.success(None, js=_SAVE)


def _frame(request: gr.Request) -> str:
    """The empty list, with the words that its script needs."""
    words = words_of(request)
    said = {key: words(key) for key in _WORDS}
    said["clippings_full"] = words("clippings_full", most=MAX_CLIPPINGS)
    return (
        f'<section class="clippings" data-most="{MAX_CLIPPINGS}" aria-label="{words("tab_clippings")}" '
        f'data-words="{escape(json.dumps(said))}"></section>'
    )


def _write(library: Library, suffix: str, folder: Path) -> Callable[..., str]:
    def write(kept: str, request: gr.Request) -> str:
        words = words_of(request)
        path = (
            Path(tempfile.mkdtemp(prefix="bearing-qa-clippings-", dir=folder))
            / f"clippings.{suffix}"
        )
        try:
            clippings = clippings_of(library.index(), kept)
        except BearingQAError as error:
            said = "；".join(filter(None, map(words.side_of, (error.found, error.fix))))
            raise gr.Error(said, print_exception=False) from error
        if suffix == "md":
            path.write_text(markdown(clippings, words=words), encoding="utf-8")
        else:
            (write_word if suffix == "docx" else write_workbook)(clippings, path, words=words)
        return str(path)

    return write


def clip_button(*quotations: Citation, words: Words, shown: AnswerView | None = None) -> str:
    """A button that collects quotations, with the question and the answer of ``shown`` where it is given."""
    item: dict[str, Any] = {
        "question": shown.answer.question if shown else "",
        "answer": shown.answer.text if shown else "",
        "quotations": [_as_kept(one) for one in quotations],
    }
    return (
        f'<button type="button" data-clip="{markup.attribute(json.dumps(item, ensure_ascii=False))}" '
        f'data-done="{words("clipped")}" data-full="{escape(words("clippings_full", most=MAX_CLIPPINGS))}">'
        f"{words('clip')}</button>"
    )


def _as_kept(citation: Citation) -> dict[str, Any]:
    place = " › ".join(citation.section)
    names = {"doc": citation.doc_id, "title": citation.title, "place": place}
    return {**names, "start": citation.start, "end": citation.end, "text": citation.text}
