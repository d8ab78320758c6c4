"""The page's tab for checking a draft: text or a file in, the marked draft with its findings, the Word file to take away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.document.raw_text import SUFFIXES
from bearing_qa.errors import BearingQAError
from bearing_qa.output.commented_draft import write_commented
from bearing_qa.review.check import check_draft
from bearing_qa.review.draft import text_of
from bearing_qa.web import markup
from bearing_qa.web.check_markup import render_review
from bearing_qa.web.labels import say, words_of

FILE_NAME = "checked.docx"


def make_check_tab(library: Library) -> None:
    """The tab's parts, inside an open gr.Tab."""
    gr.Markdown(say("check_intro"))
    with gr.Row():
        draft = gr.Textbox(
            label=say("check_draft"), lines=8, max_lines=20, elem_id="draft", scale=3
        )
        with gr.Column(scale=1):
            file = gr.File(label=say("check_file"), file_types=list(SUFFIXES), elem_id="draft-file")
            start = gr.Button(say("check_button"), variant="primary", elem_id="check")
            word = gr.File(
                label=say("check_save"), interactive=False, visible=False, elem_id="check-word"
            )
    shown = gr.HTML(elem_id="review", apply_default_css=False)
    start.click(
        _check(library, Path(word.GRADIO_CACHE)),
        [draft, file],
        [shown, word],
        concurrency_limit=1,
        api_name="check_draft",
        api_visibility="private",
    )


def _check(library: Library, kept: Path) -> Callable[..., tuple[str, gr.File]]:
    def check(text: str, file: str | None, request: gr.Request) -> tuple[str, gr.File]:
        words = words_of(request)
        if not file and not text.strip():
            return markup.fault(words("check_empty")), gr.File(None, visible=False)
        try:
            review = check_draft(library, text_of(Path(file)) if file else text)
        except BearingQAError as error:
            return markup.fault(str(error)), gr.File(None, visible=False)
        folder = Path(tempfile.mkdtemp(prefix="bearing-qa-check-", dir=kept))
        write_commented(review, folder / FILE_NAME, draft=Path(file) if file else None, words=words)
        made = gr.File(str(folder / FILE_NAME), visible=True)
        return render_review(review, words=words), made

    return check
