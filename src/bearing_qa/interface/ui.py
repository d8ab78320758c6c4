"""The web page: question, answer, proof, source; the library; evaluation. Put together and served."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # nothing is sent anywhere
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.errors import StoreError
from bearing_qa.interface.ui_api import check_mcp, make_api, speak_json
from bearing_qa.interface.ui_ask import make_ask_tab
from bearing_qa.interface.ui_evaluate import make_evaluate_tab
from bearing_qa.interface.ui_library import make_library_tab
from bearing_qa.interface.ui_words import say
from bearing_qa.interface.words import CHINESE
from bearing_qa.search.reader import Reader

TITLE = CHINESE("title")
CSS = Path(__file__).with_name("style.css")
SCRIPT = Path(__file__).with_name("page.js")
PAPER = Path(__file__).with_name("print.css")
KEPT_SECONDS = (3600, 86400)
"""How often files that were saved or uploaded are looked through, and how old they become."""
_FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "system-ui", "sans-serif"]


class _Page(gr.Blocks):
    """Blocks that take a call with fewer values than an event has, as its clients would fill it in."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Puts the values that a plain HTTP call leaves out at the end, in place."""
        inputs += [getattr(part, "value", None) for part in block_fn.inputs[len(inputs) :]]


def make_page(reader: Reader, *, corpus: Path, read_only: bool = False) -> gr.Blocks:
    """The page over a reader. ``corpus`` is the folder of the library, which a read-only page leaves alone."""
    page = _Page(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=KEPT_SECONDS)
    with page:
        with gr.Row(elem_id="masthead"):
            gr.Markdown("# " + say("title"), elem_id="page-title")
            gr.Markdown(say("phrased_intro" if reader.chat else "intro"), elem_id="page-intro")
        with gr.Tab(say("tab_ask")):
            make_ask_tab(reader, page)
        with gr.Tab(say("tab_evaluate")):
            make_evaluate_tab(reader)
        with gr.Tab(say("tab_library")) as library:
            make_library_tab(reader, library, corpus=corpus, read_only=read_only)
        make_api(reader)
    return page


def _head() -> str:
    script, paper = (path.read_text(encoding="utf-8") for path in (SCRIPT, PAPER))
    return f"<script>{script}</script><style media='print'>{paper}</style>"


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


def _check_free(host: str, port: int) -> None:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise StoreError(
            found=f"port {port} on {host} cannot be used ({error.strerror or error})",
            expected="a free port",
            mend=f"name another: --port {port + 1}",
        ) from error


def serve(
    reader: Reader,
    *,
    corpus: Path,
    read_only: bool = False,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: tuple[str, str] | None = None,
    mcp: bool = False,
    block: bool = True,
) -> gr.Blocks:
    """Shows the page over a reader until it is stopped, or, without ``block``, until it is closed.

    ``mcp`` offers the endpoints to language models too, at /gradio_api/mcp/.
    Raises StoreError if there is no index, the port is taken, or MCP's package is missing.
    """
    _check_free(host, port)
    if mcp:
        check_mcp()
    reader.encoder(reader.index())  # loaded before the first question, so that none waits
    page = make_page(reader, corpus=corpus, read_only=read_only)
    print(f"打开 / open: http://{host}:{port}", flush=True)
    page.launch(
        server_name=host,
        server_port=port,
        auth=auth,
        prevent_thread_lock=True,
        share=False,
        quiet=True,
        css_paths=CSS,
        head=_head(),
        i18n=say,
        max_file_size=f"{DEFAULT_LIMITS.megabytes}mb",
        theme=_theme(),
        footer_links=["api"],
        show_error=True,
        ssr_mode=False,
        mcp_server=mcp,
    )
    if mcp:
        speak_json(page)
    if block:
        page.block_thread()
    return page
