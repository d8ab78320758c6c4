"""The command line. Each command imports what it needs when it runs, so that --help is quick."""

from __future__ import annotations

import difflib
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from bearing_qa.answer.chat import DEFAULT_SECONDS
from bearing_qa.cli.check import check
from bearing_qa.cli.compare import compare
from bearing_qa.cli.console import (
    DEFAULT_INDEX,
    DocumentOption,
    FromOption,
    IndexOption,
    InForceOption,
    IssuerOption,
    JsonOption,
    KindOption,
    LlmKeyOption,
    LlmModelOption,
    LlmModeOption,
    LlmSecondsOption,
    LlmStepsOption,
    LlmUrlOption,
    RerankerOption,
    SectionOption,
    StoreOption,
    ToOption,
    err,
    fail,
    faults,
    out,
    plain,
    print_json,
    progress_bars,
    scope_of,
)
from bearing_qa.cli.digest import digest
from bearing_qa.cli.evaluate import evaluate
from bearing_qa.cli.index import index, status
from bearing_qa.cli.model_options import make_second_reader
from bearing_qa.cli.serve import password, serve
from bearing_qa.cli.settings import read_settings
from bearing_qa.errors import SettingsError

if TYPE_CHECKING:
    from bearing_qa.answer.library import Library
    from bearing_qa.answer.second_reader import SecondReader
    from bearing_qa.search.scope import Scope
    from bearing_qa.types import Answer, Citation

COLLECTIONS = (".zip", ".jsonl")
"""Types of files that hold several documents, of which each is shown."""
app = typer.Typer(
    help="对中文政策文件提问，得到带原文引用的回答。Ask Chinese policy text; get exact quotations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(index)
app.command()(evaluate)
app.command()(check)
app.command()(compare)
app.command()(digest)
app.command()(status)
app.command()(serve)
app.command()(password)


def _library(
    index: Path, store: str | None, *, reranker: str | None, second: SecondReader | None = None
) -> Library:
    from bearing_qa.answer.library import Library, make_reranker
    from bearing_qa.cli.stores import place_of

    return Library(place_of(index, store), reranker=make_reranker(reranker), second=second)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="要查的文字 / text to search for")],
    top_k: Annotated[int, typer.Option(min=1, max=1000, help="段落数 / passages")] = 10,
    reranker: RerankerOption = None,
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
    as_json: JsonOption = False,
    document: DocumentOption = None,
    first: FromOption = "",
    last: ToOption = "",
    section: SectionOption = None,
    issuer: IssuerOption = None,
    kind: KindOption = None,
    in_force: InForceOption = False,
) -> None:
    """检索段落 / ranked passages."""
    with faults():
        scope = scope_of(
            document, first, last, section, issuers=issuer, kinds=kind, in_force=in_force
        )
        hits = _library(index, store, reranker=reranker).search(text, top_k=top_k, scope=scope)
        if as_json:
            print_json([hit.to_json() for hit in hits])
            return
        for number, hit in enumerate(hits, 1):
            _show_passage(f"{number}.", hit)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题 / question")] = None,
    top_k: Annotated[int, typer.Option(min=1, max=1000, help="段落数 / passages")] = 5,
    reranker: RerankerOption = None,
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None,
        typer.Option(help='每行 {"id", "question"} 的 JSONL / a JSONL file of questions'),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="批量结果文件，.jsonl 或 .xlsx / file for batch answers, .jsonl or .xlsx"
        ),
    ] = None,
    document: DocumentOption = None,
    first: FromOption = "",
    last: ToOption = "",
    section: SectionOption = None,
    issuer: IssuerOption = None,
    kind: KindOption = None,
    in_force: InForceOption = False,
    llm_url: LlmUrlOption = None,
    llm_model: LlmModelOption = None,
    llm_key_file: LlmKeyOption = None,
    llm_seconds: LlmSecondsOption = DEFAULT_SECONDS,
    llm_mode: LlmModeOption = "sentences",
    llm_steps: LlmStepsOption = False,
) -> None:
    """提问 / answer with citations."""
    from bearing_qa.output.batch import answer_json

    if (question is None) == (batch is None):
        raise typer.BadParameter(
            'give one of: a "question", or --batch IN.jsonl --output OUT.jsonl'
        )
    if (batch is None) != (output is None):
        raise typer.BadParameter("--batch and --output go together")
    with faults():
        scope = scope_of(
            document, first, last, section, issuers=issuer, kinds=kind, in_force=in_force
        )
        second = make_second_reader(
            llm_url,
            llm_model,
            key_file=llm_key_file,
            seconds=llm_seconds,
            mode=llm_mode,
            has_steps=llm_steps,
        )
        library = _library(index, store, reranker=reranker, second=second)
        if batch is not None and output is not None:
            _ask_batch(library, batch, output, top_k=top_k, scope=scope)
            return
        if as_json:
            item = {"id": None, "question": question}
            print_json(answer_json(library, item, top_k=top_k, scope=scope))
        else:
            _show_answer(library.ask(question or "", top_k=top_k, scope=scope))


def _ask_batch(library: Library, batch: Path, output: Path, *, top_k: int, scope: Scope) -> None:
    from bearing_qa.output.batch import answer_batch

    with progress_bars() as progress:
        report = answer_batch(
            library,
            batch,
            output,
            top_k=top_k,
            scope=scope,
            progress=lambda a, b: progress("提问 ask", a, b),
        )
    if report.resumed:
        err.print(
            f"接着上次：{report.resumed} 题已有答案 / {report.resumed} were answered before",
            markup=False,
        )
    for complaint in report.complaints:
        err.print(complaint, style="yellow", markup=False)
    if report.complaints:
        fail(
            f"{len(report.complaints)} lines of {batch} could not be asked; the others are in {output}"
        )


@app.command()
def outline(
    file: Annotated[Path, typer.Argument(help="文件 / a document")],
    as_json: JsonOption = False,
    summary: Annotated[
        bool,
        typer.Option(
            "--summary",
            help="概要：目的、对象、数字、期限，各部分第一句 / purpose, whom, figures, deadlines, first sentences",
        ),
    ] = False,
) -> None:
    """文件的章节树 / the section tree of a file."""
    from bearing_qa.cli.outline import outline_json, show_outline, show_summary
    from bearing_qa.document.ingest import documents_in, parse_one
    from bearing_qa.document.parse import Rejection

    with faults():
        first = parse_one(file) if file.suffix.lower() not in COLLECTIONS else None
        found = [first] if first else list(documents_in(file))
    documents = [item for item in found if not isinstance(item, Rejection)]
    for item in found:
        if isinstance(item, Rejection):
            err.print(f"未读取 not read: {item.reason}", style="yellow", markup=False)
    if as_json:
        shown = [outline_json(parsed, with_summary=summary) for parsed in documents]
        print_json(shown[0] if first else shown)
        return
    for number, parsed in enumerate(documents):
        if number:
            out.print("")
        (show_summary if summary else show_outline)(parsed)
    if not documents:
        raise typer.Exit(1)


@app.command()
def text(
    doc_id: Annotated[str, typer.Argument(help="文件编号 / document id")],
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
) -> None:
    """引用位置所指的正文 / the canonical text that offsets point into."""
    from bearing_qa.cli.stores import place_of

    with faults():
        opened = place_of(index, store).open()
        parsed = opened.catalogue.parsed(doc_id)
        if parsed is None:
            known = opened.catalogue.doc_ids()
            near = difflib.get_close_matches(doc_id, known, n=3, cutoff=0.3) or known[:3]
            fail(
                f"no document {doc_id!r} in {store or index}; expected one of its {len(known)} ids, such as "
                f"{'、'.join(near)}; write an id that begins with - behind --"
            )
            return
        words = parsed.document.text
        shown = plain(words) if sys.stdout.isatty() else words
        sys.stdout.buffer.write(shown.encode("utf-8", "surrogatepass"))
        sys.stdout.buffer.flush()


def _show_answer(answer: Answer) -> None:
    if answer.refused:
        out.print(f"{answer.text}\n原因：{answer.reason}。", style="yellow", markup=False)
        if answer.passages:
            out.print("\n最接近的段落：", markup=False)
        for passage in answer.passages[:3]:
            _show_passage("  ·", passage)
        _show_notes(answer)
        return
    out.print(answer.text, style="bold", markup=False)
    if answer.reason:
        partial = "部分未能回答：" if answer.outcome == "partial" else ""
        out.print(f"{partial}{answer.reason}。", style="yellow", markup=False)
    _show_model(answer)
    for number, citation in enumerate(answer.citations, 1):
        out.print("")
        _show_passage(f"[{number}]", citation)
    _show_notes(answer)


def _show_notes(answer: Answer) -> None:
    from bearing_qa.output.notes import note_words
    from bearing_qa.output.texts import CHINESE

    for note in answer.notes:
        out.print(f"\n注意：{note_words(note, CHINESE)}", style="yellow", markup=False)


def _show_model(answer: Answer) -> None:
    from bearing_qa.output.model_lines import model_lines
    from bearing_qa.output.texts import CHINESE

    for line in model_lines(answer, CHINESE):
        out.print(f"（{line.removesuffix('。')}）", style="dim", markup=False)
    made = answer.model_reading
    if made and made.is_used:
        out.print(f"{CHINESE('reader_answer')}：{made.quoted}", markup=False)
    for words, reason in made.dropped if made else ():
        out.print(f"未采用模型的一句：{words}（{reason}）", style="yellow", markup=False)


def _show_passage(label: str, slice_: Citation) -> None:
    file = f"（{slice_.doc_id}）" if slice_.doc_id != slice_.title else ""
    steps = " › ".join([slice_.title + file, *slice_.section])
    facts = "".join(f"，{fact}" for fact in (slice_.place_words, slice_.recognition_words) if fact)
    out.print(f"{label} {steps}{facts}", style="cyan", markup=False)
    out.print("\n".join(f"    {line}" for line in slice_.text.split("\n")), markup=False)


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows ?
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    names = {
        name: {o.lstrip("-"): p.name for p in command.params for o in p.opts if o[:1] == "-"}
        for name, command in commands.items()
    }
    try:
        settings = read_settings(names)
    except SettingsError as error:
        err.print(f"bearing-qa: {error}", style="red", markup=False)
        sys.exit(1)
    app(default_map=settings)


if __name__ == "__main__":
    main()
