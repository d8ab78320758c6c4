"""The command line. Each command imports what it needs when it runs, so that --help is quick."""

from __future__ import annotations

import difflib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bearing_qa.errors import BearingQAError

if TYPE_CHECKING:
    from bearing_qa.search.reader import Reader
    from bearing_qa.types import Answer, Citation

app = typer.Typer(
    help="对中文政策文件提问，得到带原文引用的回答。Ask Chinese policy text; get exact quotations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)

DEFAULT_INDEX = Path("index")
DEFAULT_CORPUS = Path("corpus")
_STAGES = {
    "read": "读取 read",
    "segment": "分词 segment",
    "encode": "编码 encode",
    "verify": "校验 verify",
}

IndexOption = Annotated[Path, typer.Option("--index", help="索引目录 / index folder")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


@contextmanager
def _faults() -> Iterator[None]:
    """Shows an error of ours as one line and exits with 1."""
    logging.basicConfig(level=logging.ERROR)
    try:
        yield
    except BearingQAError as error:
        _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None


def _fail(line: str) -> None:
    _err.print(f"bearing-qa: {' '.join(line.split())}", style="red", markup=False)
    raise typer.Exit(1)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar a stage on stderr; silent where stderr is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_err, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=max(total, done))

        yield show


def _print_json(value: Any) -> None:
    line = json.dumps(value, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _reader(index: Path) -> Reader:
    from bearing_qa.search.reader import Reader

    return Reader(index)


@app.command()
def index(
    corpus: Annotated[
        Path, typer.Argument(help="语料目录或文件 / corpus folder or file")
    ] = DEFAULT_CORPUS,
    index: IndexOption = DEFAULT_INDEX,
    encoder: Annotated[
        str | None, typer.Option(help="sentence-transformers 模型名或目录 / model name or folder")
    ] = None,
    max_mb: Annotated[int, typer.Option(min=1, help="单个文件的兆字节上限 / MB of a file")] = 64,
    max_pages: Annotated[int, typer.Option(min=1, help="PDF 页数上限 / pages of a PDF")] = 3000,
    max_seconds: Annotated[
        int, typer.Option(min=1, help="读取单个文件的秒数上限 / seconds to read a file")
    ] = 60,
    max_expansion: Annotated[
        int, typer.Option(min=1, help="压缩文件的膨胀上限 / times a packed file may grow")
    ] = 100,
    full: Annotated[
        bool, typer.Option("--full", help="全部重新编码 / encode everything anew")
    ] = False,
) -> None:
    """建立或更新索引 / build or update the index."""
    from bearing_qa.document.limits import Limits
    from bearing_qa.index.build import build_index
    from bearing_qa.index.encoder import DEFAULT_ENCODER, SentenceEncoder

    with _faults(), _progress() as progress:
        chosen = SentenceEncoder(encoder or DEFAULT_ENCODER)
        limits = Limits(max_mb, max_pages, max_seconds, max_expansion)
        report = build_index(
            corpus, index, encoder=chosen, full=full, limits=limits, progress=progress
        )
    for rejection in report.rejections:
        _err.print(
            f"未读取 not read: {rejection.source}: {rejection.reason}", style="yellow", markup=False
        )
    state = "无变化 unchanged" if report.is_unchanged else f"新编码 encoded {report.encoded}"
    _out.print(
        f"索引 index {report.version}: 文件 documents {report.documents}, "
        f"段落 passages {report.passages}, {state}, 未读取 rejected {len(report.rejections)}",
        markup=False,
    )


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="要查的文字 / text to search for")],
    top_k: Annotated[int, typer.Option(min=1, max=1000, help="段落数 / passages")] = 10,
    index: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """检索段落 / ranked passages."""
    with _faults():
        hits = _reader(index).search(text, top_k=top_k)
        if as_json:
            _print_json([hit.to_json() for hit in hits])
            return
        for number, hit in enumerate(hits, 1):
            _show_passage(f"{number}.", hit)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题 / question")] = None,
    top_k: Annotated[int, typer.Option(min=1, max=1000, help="段落数 / passages")] = 5,
    index: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None,
        typer.Option(help='每行 {"id", "question"} 的 JSONL / a JSONL file of questions'),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="批量结果文件 / file for batch answers")
    ] = None,
) -> None:
    """提问 / answer with citations."""
    from bearing_qa.interface.batch import answer_batch, answer_json

    if (question is None) == (batch is None):
        raise typer.BadParameter(
            'give one of: a "question", or --batch IN.jsonl --output OUT.jsonl'
        )
    if (batch is None) != (output is None):
        raise typer.BadParameter("--batch and --output go together")
    with _faults():
        reader = _reader(index)
        if batch is not None and output is not None:
            with _progress() as progress:
                complaints = answer_batch(
                    reader,
                    batch,
                    output,
                    top_k=top_k,
                    progress=lambda a, b: progress("提问 ask", a, b),
                )
            for complaint in complaints:
                _err.print(complaint, style="yellow", markup=False)
            if complaints:
                _fail(
                    f"{len(complaints)} lines of {batch} could not be asked; the others are in {output}"
                )
            return
        if as_json:
            item = {"id": None, "question": question}
            _print_json(answer_json(reader, item, top_k=top_k))
        else:
            _show_answer(reader.ask(question or "", top_k=top_k))


@app.command()
def evaluate(
    questions: Annotated[
        Path | None, typer.Argument(help="评测题 JSONL / judged questions")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="报告目录 / folder for the report")] = None,
    beir: Annotated[Path | None, typer.Option(help="BEIR 目录 / BEIR folder")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="只评前几题 / first questions only")
    ] = None,
    index: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """批量评测 / batch retrieval evaluation."""
    if (questions is None) == (beir is None):
        raise typer.BadParameter("give one of: QUESTIONS.jsonl, or --beir DIR")
    from bearing_qa.evaluation.report import as_json as report_json
    from bearing_qa.evaluation.report import write_report

    with _faults(), _progress() as progress:
        if questions is not None:
            evaluation = _evaluate_questions(questions, index, limit, progress)
        else:
            evaluation = _evaluate_beir(beir or Path(), index, limit, progress)
    if report is not None:
        write_report(evaluation, report)
    if as_json:
        _print_json(report_json(evaluation))
        return
    _show_figures(evaluation)
    if report is not None:
        _out.print(f"报告 report: {report / 'report.html'}", markup=False)


def _evaluate_questions(path: Path, index: Path, limit: int | None, progress: Any) -> Any:
    from bearing_qa.evaluation.judgements import read_judgements
    from bearing_qa.evaluation.run import evaluate as run

    judgements, complaints = read_judgements(path)
    for complaint in complaints:
        _err.print(complaint, style="yellow", markup=False)
    chosen = judgements[:limit]
    return run(_reader(index), chosen, progress=lambda a, b: progress("评测 evaluate", a, b))


def _evaluate_beir(folder: Path, index: Path, limit: int | None, progress: Any) -> Any:
    """Evaluates a collection on an index of its own beside the named one."""
    from dataclasses import replace

    from bearing_qa.evaluation.judgements import read_beir
    from bearing_qa.evaluation.run import evaluate_collection
    from bearing_qa.index.build import build_index
    from bearing_qa.index.encoder import SentenceEncoder

    collection = read_beir(folder)
    own = index / "beir" / folder.resolve().name
    build_index(collection.corpus, own, encoder=SentenceEncoder(), progress=progress)
    chosen = dict(list(collection.questions.items())[:limit])
    return evaluate_collection(
        _reader(own),
        replace(collection, questions=chosen),
        progress=lambda a, b: progress("评测 evaluate", a, b),
    )


@app.command()
def outline(
    file: Annotated[Path, typer.Argument(help="文件 / a document")],
    as_json: JsonOption = False,
) -> None:
    """文件的章节树 / the section tree of a file."""
    from bearing_qa.document.contents import missing_headings
    from bearing_qa.interface.outline import outline_json, parse_one

    with _faults():
        parsed = parse_one(file)
    if as_json:
        _print_json(outline_json(parsed))
        return
    _out.print(parsed.document.title, style="bold", markup=False)
    for section in parsed.sections[1:]:
        page = parsed.document.pages_of(section.start, section.head_end)[0]
        heading = parsed.document.text[section.start : section.head_end]
        _out.print(
            f"{'  ' * (section.level - 1)}{heading or section.marker}  (p.{page})", markup=False
        )
    for entry in missing_headings(parsed.document.text, parsed.sections):
        _err.print(f"目录所列，正文中未见 / in the contents list, not found: {entry}", markup=False)


@app.command()
def text(
    doc_id: Annotated[str, typer.Argument(help="文件编号 / document id")],
    index: IndexOption = DEFAULT_INDEX,
) -> None:
    """引用位置所指的正文 / the canonical text that offsets point into."""
    from bearing_qa.index import store

    with _faults():
        opened = store.open_index(index)
        parsed = opened.catalogue.parsed(doc_id)
        if parsed is None:
            known = opened.catalogue.doc_ids()
            near = difflib.get_close_matches(doc_id, known, n=3, cutoff=0.3) or known[:3]
            _fail(
                f"no document {doc_id!r} in {index}; expected one of its {len(known)} ids, such as "
                f"{'、'.join(near)}; write an id that begins with - behind --"
            )
            return
        sys.stdout.buffer.write(parsed.document.text.encode("utf-8", "surrogatepass"))
        sys.stdout.buffer.flush()


@app.command()
def status(index: IndexOption = DEFAULT_INDEX, as_json: JsonOption = False) -> None:
    """索引状态 / index version, age, counts, encoder, stale files."""
    from bearing_qa.index.status import index_status

    with _faults():
        state = index_status(index)
    if as_json:
        _print_json(state)
        return
    for key, value in state.items():
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        _out.print(f"{key:<12} {shown}", markup=False)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="地址 / address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 / port")] = 7860,
    auth: Annotated[str | None, typer.Option(metavar="USER:PASS", help="登录 / login")] = None,
    index: IndexOption = DEFAULT_INDEX,
    corpus: Annotated[
        Path, typer.Option(help="网页里重建索引用的语料 / corpus to rebuild from")
    ] = DEFAULT_CORPUS,
) -> None:
    """打开网页 / the web page."""
    if auth is not None and not all(auth.partition(":")[::2]):
        raise typer.BadParameter("--auth takes USER:PASS")
    from bearing_qa.interface.ui import serve as serve_page

    with _faults():
        user, _, password = (auth or "").partition(":")
        serve_page(
            index, corpus=corpus, host=host, port=port, auth=(user, password) if auth else None
        )


def _show_answer(answer: Answer) -> None:
    if answer.refused:
        _out.print(f"{answer.text}\n原因：{answer.reason}。", style="yellow", markup=False)
        if answer.passages:
            _out.print("\n最接近的段落：", markup=False)
        for passage in answer.passages[:3]:
            _show_passage("  ·", passage)
        return
    _out.print(answer.text, style="bold", markup=False)
    for number, citation in enumerate(answer.citations, 1):
        _out.print("")
        _show_passage(f"[{number}]", citation)


def _show_passage(label: str, slice_: Citation) -> None:
    steps = " › ".join([slice_.title, *slice_.section])
    pages = f"，{slice_.page_words}" if slice_.page_words else ""
    _out.print(f"{label} {steps}{pages}", style="cyan", markup=False)
    _out.print("\n".join(f"    {line}" for line in slice_.text.split("\n")), markup=False)


def _show_figures(evaluation: Any) -> None:
    from rich.table import Table

    table = Table("指标 metric", "值 value", "95%", "n")
    for name, score in evaluation.figures.items():
        table.add_row(name, f"{score.value:.3f}", f"{score.low:.3f}–{score.high:.3f}", str(score.n))
    _out.print(table)


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
