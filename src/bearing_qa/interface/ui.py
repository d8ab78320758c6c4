"""The web page: question, answer, proof, source; and the state of the index with a rebuild."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # nothing is sent anywhere
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from bearing_qa.errors import BearingQAError, StoreError
from bearing_qa.index.build import build_index
from bearing_qa.index.status import index_status
from bearing_qa.interface import html
from bearing_qa.interface.ui_evaluate import make_evaluate_tab
from bearing_qa.search.examples import example_questions
from bearing_qa.search.reader import Reader
from bearing_qa.search.scope import make_scope
from bearing_qa.types import Answer, Parsed

TITLE = "政策文件问答"
INTRO = "回答只用原文里的话，每一处都注明章节和页码；资料里没有的，会直接说没有。"
TOP_K = 5
MAX_CHOICES = 1000
"""Documents in the list to choose from; others are named by what is typed."""
_SCROLL_TO_SOURCE = """() => {
  const mark = document.querySelector('.document [id^="source-"]');
  const panel = mark && mark.closest('.document');
  if (panel) panel.scrollTop += mark.getBoundingClientRect().top - panel.getBoundingClientRect().top - 80;
}"""
"""Brings the first cited words into view inside the document panel; the page itself stays."""
CSS = Path(__file__).with_name("style.css")
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
        gr.Markdown(f"# {TITLE}\n{INTRO}")
        with gr.Tab("提问"), gr.Row():
            with gr.Column(scale=5):
                question = gr.Textbox(
                    label="问题",
                    placeholder="例如：" + (_examples(reader) or ["……"])[0],
                    lines=1,
                    max_length=500,
                    elem_id="question",
                    autofocus=True,
                )
                button = gr.Button("提问", variant="primary", elem_id="ask")
                scope = _scope_fields(reader)
                gr.Examples(_examples(reader), inputs=question, label="可以这样问")
                answer = gr.HTML(elem_id="answer")
                with gr.Accordion("检索到的段落", open=False):
                    passages = gr.HTML(elem_id="passages")
            with gr.Column(scale=4):
                source = gr.HTML(_first_document(reader), elem_id="source")
        with gr.Tab("评测"):
            make_evaluate_tab(reader)
        with gr.Tab("索引"):
            state = gr.JSON(label="索引状态", value=lambda: _state(index))
            rebuild = gr.Button("重建索引", elem_id="rebuild")
            report = gr.Markdown(elem_id="report")
        page.load(lambda: _document_choices(reader), None, scope[0], api_visibility="private")
        ask, inputs, outputs = _shown(reader), [question, *scope], [answer, passages, source]
        asked = gr.on([button.click, question.submit], ask, inputs, outputs, api_name="ask")
        asked.then(None, js=_SCROLL_TO_SOURCE)
        rebuild.click(
            _rebuild(reader, index=index, corpus=corpus), None, [report, state], concurrency_limit=1
        )
    return page


def _scope_fields(reader: Reader) -> list[gr.components.Component]:
    """What narrows a question: documents (where there are several), dates, sections."""
    with gr.Accordion("范围 Scope", open=False, elem_id="scope"):
        documents = _document_choices(reader)
        with gr.Row():
            first = gr.Textbox("", label="日期自 from", placeholder="2024-05", elem_id="from")
            last = gr.Textbox("", label="日期至 to", placeholder="2024-12", elem_id="to")
        section = gr.Textbox(
            "", label="章节 section", placeholder="标题中的词，或“第三章”", elem_id="section"
        )
    return [documents, first, last, section]


def _document_choices(reader: Reader) -> gr.Dropdown:
    entries = reader.index().catalogue.entries
    return gr.Dropdown(
        [(entry.title, entry.doc_id) for entry in entries[:MAX_CHOICES]],
        value=[],
        multiselect=True,
        allow_custom_value=True,
        visible=len(entries) > 1,
        label="文件 documents",
        info="可选多份，也可输入编号、通配符或标题中的词",
        elem_id="documents",
    )


def _shown(reader: Reader) -> Callable[..., tuple[str, str, str]]:
    def ask(
        question: str,
        documents: Sequence[str] | None = None,
        first: str = "",
        last: str = "",
        section: str = "",
    ) -> tuple[str, str, str]:
        if not question.strip():
            raise gr.Error("请先输入问题。", print_exception=False)
        try:
            named = (section,) if section else ()
            scope = make_scope(documents=documents or (), first=first, last=last, sections=named)
            answer = reader.ask(question, top_k=TOP_K, scope=scope)
            parsed = [_parsed(reader, citation.doc_id) for citation in answer.citations]
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        shown = html.render_answer(answer) + html.render_citations(answer, parsed)
        return shown, html.render_passages(answer.passages), _sources(reader, answer)

    return ask


def _parsed(reader: Reader, doc_id: str) -> Parsed:
    parsed = reader.index().catalogue.parsed(doc_id)
    if parsed is None:
        raise StoreError(
            found=f"the document {doc_id} is no longer in the index",
            expected="the version that the answer was made from",
            mend="ask again",
        )
    return parsed


def _sources(reader: Reader, answer: Answer) -> str:
    """The cited documents, or for a refusal that of the nearest passage, with marks."""
    notes: dict[str, list[tuple[int, tuple[int, int]]]] = {}
    for number, citation in enumerate(answer.citations, 1):
        notes.setdefault(citation.doc_id, []).append((number, (citation.start, citation.end)))
    if not notes and answer.passages:
        notes[answer.passages[0].doc_id] = []
    return "".join(
        html.render_document(_parsed(reader, doc_id), cited=cited)
        for doc_id, cited in notes.items()
    )


def _first_document(reader: Reader) -> str:
    doc_ids = reader.index().catalogue.doc_ids()
    return html.render_document(_parsed(reader, doc_ids[0]), cited=[])


def _examples(reader: Reader) -> list[str]:
    return example_questions(reader.index())


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
        theme=gr.themes.Base(font=_FONTS, font_mono=["monospace"]),
        footer_links=["api"],
        show_error=True,
        ssr_mode=False,
    )
