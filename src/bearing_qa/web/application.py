"""The web page: question, answer, proof, source; the library; evaluation. Put together and served."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # nothing is sent anywhere
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
from fastapi import FastAPI

from bearing_qa.answer.library import Library
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.output.texts import CHINESE
from bearing_qa.server.request import is_inside
from bearing_qa.web.ask_tab import make_ask_tab
from bearing_qa.web.assets import head, styles
from bearing_qa.web.call_check import Calls
from bearing_qa.web.check_tab import make_check_tab
from bearing_qa.web.clippings_tab import make_clippings_tab
from bearing_qa.web.compare_tab import make_compare_tab
from bearing_qa.web.digest_tab import make_digest_tab
from bearing_qa.web.endpoints import make_api, speak_json
from bearing_qa.web.evaluate_tab import make_evaluate_tab
from bearing_qa.web.labels import say
from bearing_qa.web.library_tab import make_library_tab

TITLE = CHINESE("title")
AT_ONCE = 4
"""Questions of the page answered at a time; a model of words may take long over each."""
MAX_WAITING = 128
"""Events of the page in the queue, of all who ask; a question is one."""
MAX_SESSIONS = 500
"""Browser windows whose shown answer is remembered, with its documents; of older ones none can be saved."""
KEPT_SECONDS = (3600, 86400)
"""How often files that were saved or uploaded are looked through, and how old they become."""
_FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "system-ui", "sans-serif"]


class _Page(gr.Blocks):
    """Blocks that take a call with fewer values than an event has, as its clients would fill it in."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Puts the values that a plain HTTP call leaves out at the end, in place; refuses a file that
        was not uploaded."""
        _check_files(inputs, folder=Path(self.GRADIO_CACHE))
        inputs += [getattr(part, "value", None) for part in block_fn.inputs[len(inputs) :]]


def make_page(library: Library, *, corpus: Path, read_only: bool = False) -> gr.Blocks:
    """The page over a library. ``corpus`` is the folder of its files, which a read-only page leaves alone."""
    page = _Page(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=KEPT_SECONDS)
    with page:
        with gr.Row(elem_id="masthead"):
            gr.Markdown("# " + say("title"), elem_id="page-title")
            gr.Markdown(say("phrased_intro" if library.second else "intro"), elem_id="page-intro")
        with gr.Tab(say("tab_ask")):
            make_ask_tab(library, page, corpus=corpus)
        with gr.Tab(say("tab_clippings")):
            make_clippings_tab(library, page)
        with gr.Tab(say("tab_check")):
            make_check_tab(library)
        with gr.Tab(say("tab_compare")) as tab:
            make_compare_tab(library, tab)
        with gr.Tab(say("tab_digest")):
            make_digest_tab(library)
        with gr.Tab(say("tab_evaluate")) as tab:
            make_evaluate_tab(library, tab)
        with gr.Tab(say("tab_library")) as tab:
            make_library_tab(library, tab, corpus=corpus, read_only=read_only)
        make_api(library)
    return page


def _check_files(value: object, *, folder: Path) -> None:
    """Raises gr.Error at a file that is not in the page's own folder: gradio would fetch it from anywhere."""
    if isinstance(value, list):
        for item in value:
            _check_files(item, folder=folder)
    elif isinstance(value, dict):
        path = value.get("path")
        if path is not None and not is_inside(str(path), folder):
            raise gr.Error(
                f"the file {Path(str(path)).name[:40]!r} was not uploaded here; expected one that was; "
                "choose it again",
                print_exception=False,
            )
        _check_files(
            [item for item in value.values() if isinstance(item, list | dict)], folder=folder
        )


def _theme() -> gr.themes.Base:
    """Gradio's plain theme, with the colours that its own lack of contrast (4.5 : 1) needs."""
    return gr.themes.Base(font=_FONTS, font_mono=["monospace"]).set(
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        input_placeholder_color="*neutral_600",
        input_placeholder_color_dark="*neutral_400",
    )


def make_app(page: gr.Blocks, *, root_path: str = "", mcp: bool = False) -> FastAPI:
    """The page as an ASGI application.

    It has no login of its own and says much to other sites: it belongs behind gate.Gate.
    """
    page.state_session_capacity = MAX_SESSIONS
    page.queue(max_size=MAX_WAITING, default_concurrency_limit=AT_ONCE, api_open=True)
    app: FastAPI = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        page,
        path="/",
        root_path=root_path,
        css_paths=styles(),
        head=head(),
        i18n=say,
        max_file_size=f"{DEFAULT_LIMITS.megabytes}mb",
        theme=_theme(),
        footer_links=["api"],
        run_history=False,
        show_error=True,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=mcp,
    )
    called = (one for one in page.fns.values() if one.api_visibility != "private")
    endpoints = frozenset(str(function.api_name) for function in called)
    app.add_middleware(Calls, functions=frozenset(page.fns), endpoints=endpoints)
    page.has_launched = True  # else gradio takes files of any folder as input
    if mcp:
        speak_json(page)
    return app
