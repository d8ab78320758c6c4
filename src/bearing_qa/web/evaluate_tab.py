"""The page's tab for evaluation: a question file in, the summary on the page, the report to take away."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.errors import BearingQAError
from bearing_qa.evaluation.question_files import SUFFIXES, read_questions
from bearing_qa.evaluation.report import write_report
from bearing_qa.evaluation.report_page import render_questions, render_summary
from bearing_qa.evaluation.run import Evaluation, Stopped, evaluate
from bearing_qa.output.texts import Words
from bearing_qa.web.events import AT_ONCE
from bearing_qa.web.feedback import render_rated
from bearing_qa.web.labels import say, words_of

TEMPLATE = (
    "编号,问题,依据,答案,无答案\r\n"
    "1,2023年轴承产量是多少？,202 亿套,202亿套,\r\n"
    "2,2030年的产量目标是多少？,,,是\r\n"
)
"""A question file to fill in: one question with what answers it, one that the documents do not answer."""


def make_evaluate_tab(library: Library, tab: gr.Tab) -> None:
    """The tab's parts and what they do, inside an open gr.Tab."""
    gr.Markdown(say("evaluate_intro"))
    about = gr.HTML(elem_id="judging", apply_default_css=False)
    tab.select(_about, None, about, **AT_ONCE).then(None, js="() => window.bearingQA.showRated()")
    with gr.Row():
        questions = gr.File(label=say("questions"), file_types=list(SUFFIXES), elem_id="questions")
        with gr.Column():
            start = gr.Button(say("evaluate"), variant="primary", elem_id="evaluate")
            stop = gr.Button(say("stop"), elem_id="stop-evaluation")
            report = gr.File(
                label=say("reports"),
                file_count="multiple",
                interactive=False,
                elem_id="reports",
                visible=False,
            )
    summary = gr.HTML(elem_id="summary")
    stops = _Stops()
    start.click(
        _run(library, stops, Path(report.GRADIO_CACHE)),
        questions,
        [summary, report],
        concurrency_limit=1,
        api_name="evaluate",
        api_visibility="undocumented",
    ).then(None, js="() => window.filterJudged()")
    stop.click(stops.stop, None, None, **AT_ONCE)


def _about(request: gr.Request) -> str:
    """A template to take away, and the questions that answers were rated by."""
    words = words_of(request)
    data = "data:text/csv;charset=utf-8," + quote("\ufeff" + TEMPLATE)
    template = f'<a href="{data}" download="{words("template_name")}.csv">{words("template")}</a>'
    return f"<p>{template}</p>{render_rated(words=words)}"


class _Stops:
    """Which browser sessions asked their run to stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: set[str | None] = set()

    def stop(self, request: gr.Request) -> None:
        """Asks the session's run to stop at its next question."""
        with self._lock:
            self._asked.add(request.session_hash)

    def clear(self, session: str | None) -> None:
        """Forgets what a session asked before."""
        with self._lock:
            self._asked.discard(session)

    def check(self, session: str | None) -> None:
        """Raises Stopped if the session asked for it."""
        with self._lock:
            if session in self._asked:
                raise Stopped


def _run(library: Library, stops: _Stops, kept: Path) -> Callable[..., tuple[str, gr.File]]:
    def run(
        file: str | None, request: gr.Request, progress: gr.Progress = gr.Progress()
    ) -> tuple[str, gr.File]:
        words = words_of(request)
        if not file:
            raise gr.Error(words("no_questions"), print_exception=False)
        stops.clear(request.session_hash)

        def show(done: int, total: int) -> None:
            stops.check(request.session_hash)
            progress((done, total), desc=words("evaluating"))

        try:
            questions = read_questions(Path(file))
            evaluation = evaluate(
                library, questions.judgements, progress=show, complaints=questions.complaints
            )
        except Stopped:
            return f"<p>{words('stopped')}</p>", gr.File(visible=False)
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        folder = Path(tempfile.mkdtemp(prefix="bearing-qa-report-", dir=kept))
        write_report(evaluation, folder)
        files = [str(folder / name) for name in ("report.html", "report.json", "questions.csv")]
        shown = render_summary(evaluation, say=words.side_of) + render_questions(evaluation)
        return _complaints(evaluation, words) + shown, gr.File(files, visible=True)

    return run


def _complaints(evaluation: Evaluation, words: Words) -> str:
    lines = evaluation.complaints
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    counted = f"<p>{words('evaluated', n=len(evaluation.questions))}</p>"
    return counted + (
        f"<details><summary>{words('complaints', n=len(lines))}</summary><ul>{items}</ul></details>"
        if items
        else ""
    )
