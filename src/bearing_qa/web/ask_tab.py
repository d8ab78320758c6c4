"""The page's tab for asking: question, answer, proof; the document beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.answer.suggestions import example_questions, near_questions
from bearing_qa.errors import BearingQAError
from bearing_qa.output.view import AnswerView, ask_view
from bearing_qa.search.question import MAX_CHARS
from bearing_qa.search.scope import make_scope
from bearing_qa.server.request_log import log_question
from bearing_qa.web.answer_markup import (
    render_answer,
    render_error,
    render_following,
    render_passages,
    render_suggestions,
)
from bearing_qa.web.document_panel import ARRIVE, make_reader_panel, sources
from bearing_qa.web.events import AT_ONCE, RELAY
from bearing_qa.web.export_buttons import make_export
from bearing_qa.web.labels import say, words_of
from bearing_qa.web.scope_fields import document_choices, make_scope_fields

TOP_K = 5
_ASK_LINKED = """() => {
  if (new URLSearchParams(location.search).get("q")) document.querySelector("#ask").click();
}"""
MAX_EARLIER = 500
"""Earlier questions that a browser remembers: a working year of them."""
MAX_TRIED, MAX_FOLLOWING = 4, 3
"""Questions near an answer that are asked in the background, and that are offered of those answered."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """What is typed or chosen."""

    question: gr.Textbox
    button: gr.Button
    box: gr.Accordion
    scope: tuple[gr.components.Component, ...]


def make_ask_tab(library: Library, page: gr.Blocks, *, corpus: Path) -> None:
    """The tab's parts and what they do, inside an open gr.Tab."""
    shown = gr.State(None)
    earlier = gr.BrowserState([], storage_key="bearing-qa-questions", secret="bearing-qa")
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=5, min_width=320, elem_id="asking"):
            fields = _fields(library)
            answer = gr.HTML(elem_id="answer", js_on_load=RELAY, apply_default_css=False)
            with gr.Row(elem_id="take", visible=False) as take:
                make_export(shown)
            passages = gr.HTML(elem_id="passages", js_on_load=RELAY, apply_default_css=False)
            following = gr.HTML(elem_id="following", js_on_load=RELAY, apply_default_css=False)
            chips = gr.HTML(elem_id="suggestions", js_on_load=RELAY, apply_default_css=False)
        with gr.Column(scale=6, min_width=320, elem_id="reading"):
            source = make_reader_panel(
                library, page, corpus=corpus, opened=[answer, passages], shown=shown
            )
    inputs: list[gr.components.Component] = [fields.question, *fields.scope, shown]
    outputs = [answer, passages, source, shown]
    page.load(_welcome(library), [earlier], [fields.scope[0], chips], **AT_ONCE)
    page.load(_linked, None, [fields.question, fields.box, *fields.scope], **AT_ONCE).then(
        None, js=_ASK_LINKED
    )
    for offered in (chips, following):
        offered.ask_again(_question, None, [fields.question], **AT_ONCE).then(
            None, js="() => document.querySelector('#ask').click()"
        )
    chips.forget(_forget(library), [earlier], [earlier, chips], **AT_ONCE)
    asked = gr.on(
        [fields.button.click, fields.question.submit],
        lambda: ("", "", "", gr.Row(visible=False)),
        None,
        [answer, passages, following, take],
        **AT_ONCE,
    ).then(
        _ask(library),
        inputs,
        outputs,
        api_name="ask",
        api_visibility="undocumented",
        show_progress_on=[answer],
    )
    asked.success(None, js=ARRIVE)
    asked.success(
        _remember(library),
        [shown, earlier],
        [earlier, chips, take],
        **AT_ONCE,
    ).then(
        follow_up_questions(library),
        shown,
        following,
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=1,
    )


def _linked(request: gr.Request) -> tuple[object, ...]:
    """The question and the scope that the page's address names (see ``answer_actions``); what is there as it is, if none."""
    named = request.query_params
    if not named.get("q"):
        return (gr.skip(),) * 9
    dates = [named.get(key, "") for key in ("from", "to", "section")]
    scope = [named.getlist("documents"), *dates, named.getlist("issuer"), named.getlist("kind")]
    scope.append(named.get("in_force") == "1")
    return named["q"][:MAX_CHARS], gr.Accordion(open=any(scope)), *scope


def _fields(library: Library) -> _Fields:
    with gr.Row(elem_id="ask-row"):
        question = gr.Textbox(
            label=say("question"),
            show_label=False,
            placeholder=(example_questions(library.index()) or [""])[0],
            lines=1,
            max_length=MAX_CHARS,
            elem_id="question",
            autofocus=True,
            container=False,
            scale=1,
        )
        button = gr.Button(say("ask"), variant="primary", elem_id="ask", scale=0, min_width=88)
    box, scope = make_scope_fields(library)
    return _Fields(question, button, box, tuple(scope))


def _welcome(library: Library) -> Callable[..., tuple[gr.Dropdown, str]]:
    def welcome(earlier: list[str], request: gr.Request) -> tuple[gr.Dropdown, str]:
        return document_choices(library), _chips(library, earlier, request)

    return welcome


def _chips(library: Library, earlier: Sequence[str], request: gr.Request | None) -> str:
    return render_suggestions(example_questions(library.index()), earlier, words=words_of(request))


def _question(event: gr.EventData) -> str:
    return str(event.question)[:MAX_CHARS]


def _forget(library: Library) -> Callable[..., tuple[list[str], str]]:
    def forget(
        earlier: list[str], event: gr.EventData, request: gr.Request
    ) -> tuple[list[str], str]:
        one = getattr(event, "question", None)  # else all of them
        left = [question for question in earlier if one is not None and question != one]
        return left, _chips(library, left, request)

    return forget


def _remember(library: Library) -> Callable[..., tuple[list[str], str, gr.Row]]:
    def remember(
        shown: AnswerView | None, earlier: list[str], request: gr.Request
    ) -> tuple[list[str], str, gr.Row]:
        if shown is None:
            return earlier, _chips(library, earlier, request), gr.Row(visible=False)
        question = shown.answer.question
        kept = [question, *(other for other in earlier if other != question)][:MAX_EARLIER]
        return kept, _chips(library, kept, request), gr.Row(visible=True)

    return remember


def follow_up_questions(library: Library) -> Callable[..., str]:
    """Questions near the answer, or near the nearest passage of a refusal, that the corpus does answer: each was asked."""

    def follow(shown: AnswerView | None, request: gr.Request) -> str:
        places = (shown.answer.citations or shown.answer.passages)[:1] if shown else ()
        if shown is None or not places:
            return ""
        parsed = shown.document(places[0])
        offered = near_questions(parsed, places[0].start, apart=shown.answer.question)
        try:
            answered = [
                question
                for question in offered[:MAX_TRIED]
                if not library.ask(question, scope=shown.scope, is_read_twice=False).refused
            ]
        except (
            BearingQAError
        ):  # the corpus has changed since: the answer stands, nothing is offered
            return ""
        return render_following(answered[:MAX_FOLLOWING], words=words_of(request))

    return follow


def _ask(library: Library) -> Callable[..., tuple[str, str, str, AnswerView | None]]:
    def ask(
        question: str,
        documents: Sequence[str] | None = None,
        first: str = "",
        last: str = "",
        section: str = "",
        issuers: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        in_force: bool = False,
        last_shown: AnswerView | None = None,
        request: gr.Request | None = None,
        progress: gr.Progress = gr.Progress(),
    ) -> tuple[str, str, str, AnswerView | None]:
        words = words_of(request)
        named = (section,) if section else ()
        try:
            scope = make_scope(
                documents=documents or (),
                first=first,
                last=last,
                sections=named,
                issuers=issuers or (),
                kinds=kinds or (),
                in_force=in_force,
            )
            log_question(question)
            progress(0.1, desc=words("searching"))
            before = last_shown.answer.question if last_shown else ""
            shown = ask_view(library, question, top_k=TOP_K, scope=scope, before=before)
            progress(0.9, desc=words("reading"))
            read = sources(shown, words=words)
        except BearingQAError as error:
            return render_error(error, words=words), "", "", None
        return render_answer(shown, words=words), render_passages(shown, words=words), read, shown

    return ask
