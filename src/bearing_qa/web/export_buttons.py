"""The page's buttons that save the shown answer as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gradio as gr

from bearing_qa.output.export import Format, write_answer
from bearing_qa.output.view import AnswerView
from bearing_qa.web.events import AT_ONCE
from bearing_qa.web.labels import say

_SAVE = "() => document.querySelector('#export-file').click()"
"""The file is made when it is asked for; this takes what was made."""


def make_export(shown: gr.State) -> None:
    """A button a format, inside an open row."""
    file = gr.DownloadButton(visible="hidden", elem_id="export-file")
    word = gr.Button(say("export_word"), size="sm", elem_id="export-word", scale=0)
    markdown = gr.Button(say("export_markdown"), size="sm", elem_id="export-markdown", scale=0)
    formats: tuple[tuple[gr.Button, Format], ...] = ((word, "docx"), (markdown, "md"))
    for button, suffix in formats:
        made = button.click(_write(suffix, Path(file.GRADIO_CACHE)), shown, file, **AT_ONCE)
        made.success(None, js=_SAVE)


def _write(suffix: Format, folder: Path) -> Callable[[AnswerView | None], str | None]:
    """``folder`` is the page's own, so that the file goes when the page looks through what is old."""

    def write(shown: AnswerView | None) -> str | None:
        return str(write_answer(shown, suffix, within=folder)) if shown else None

    return write
