"""The web page: question, answer, proof, source; and the state of the index with a rebuild."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # nothing is sent anywhere
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from bearing_qa.errors import BearingQAError, StoreError
from bearing_qa.index.build import build_index
from bearing_qa.index.status import index_status
from bearing_qa.interface.ui_ask import make_ask_tab
from bearing_qa.interface.ui_evaluate import make_evaluate_tab
from bearing_qa.interface.ui_words import say
from bearing_qa.interface.words import CHINESE
from bearing_qa.search.reader import Reader

TITLE = CHINESE("title")
CSS = Path(__file__).with_name("style.css")
SCRIPT = Path(__file__).with_name("page.js")
_FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "system-ui", "sans-serif"]


class _Page(gr.Blocks):
    """Blocks that take a call with fewer values than an event has, as its clients would fill it in."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Puts the values that a plain HTTP call leaves out at the end, in place."""
        inputs += [getattr(part, "value", None) for part in block_fn.inputs[len(inputs) :]]


def make_page(reader: Reader, *, index: Path, corpus: Path) -> gr.Blocks:
    """The page over a reader. ``corpus`` is what the rebuild button reads."""
    page = _Page(title=TITLE, analytics_enabled=False, fill_width=True)
    with page:
        with gr.Row(elem_id="masthead"):
            gr.Markdown("# " + say("title"), elem_id="page-title")
            gr.Markdown(say("intro"), elem_id="page-intro")
        with gr.Tab(say("tab_ask")):
            make_ask_tab(reader, page)
        with gr.Tab(say("tab_evaluate")):
            make_evaluate_tab(reader)
        with gr.Tab("索引"):
            state = gr.JSON(label="索引状态", value=lambda: _state(index))
            rebuild = gr.Button("重建索引", elem_id="rebuild")
            report = gr.Markdown(elem_id="report")
        rebuild.click(
            _rebuild(reader, index=index, corpus=corpus), None, [report, state], concurrency_limit=1
        )
    return page


def _state(index: Path) -> dict[str, Any]:
    try:
        return index_status(index)
    except BearingQAError as error:
        return {"错误": str(error)}


def _rebuild(
    reader: Reader, *, index: Path, corpus: Path
) -> Callable[..., tuple[str, dict[str, Any]]]:
    names = {"read": "读取", "segment": "分词", "encode": "编码", "verify": "校验"}

    def rebuild(progress: gr.Progress = gr.Progress()) -> tuple[str, dict[str, Any]]:
        def show(stage: str, done: int, total: int) -> None:
            progress((done, max(total, 1)), desc=names.get(stage, stage), unit="项")

        try:
            encoder = reader.encoder(reader.index())
            report = build_index(corpus, index, encoder=encoder, progress=show)
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        lines = [
            f"版本 {report.version}：文件 {report.documents} 份，段落 {report.passages} 个，"
            + ("内容没有变化。" if report.is_unchanged else f"新编码 {report.encoded} 条。")
        ]
        lines += [f"未读取 `{item.source}`：{item.reason}" for item in report.rejections]
        return "\n\n".join(lines), _state(index)

    return rebuild


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
    index: Path,
    corpus: Path,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: tuple[str, str] | None = None,
) -> None:
    """Shows the page over a reader until it is stopped.

    Raises StoreError if there is no index or the port is taken.
    """
    _check_free(host, port)
    reader.encoder(reader.index())  # loaded before the first question, so that none waits
    page = make_page(reader, index=index, corpus=corpus)
    print(f"打开 / open: http://{host}:{port}", flush=True)
    page.launch(
        server_name=host,
        server_port=port,
        auth=auth,
        share=False,
        quiet=True,
        css_paths=CSS,
        head=f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>",
        i18n=say,
        theme=gr.themes.Base(font=_FONTS, font_mono=["monospace"]),
        footer_links=["api"],
        show_error=True,
        ssr_mode=False,
    )
