"""The commands that make and look after an index: ``index`` and ``status``."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bearing_qa.cli.console import (
    DEFAULT_CORPUS,
    DEFAULT_INDEX,
    IndexOption,
    JsonOption,
    StoreOption,
    err,
    faults,
    out,
    print_json,
    progress_bars,
)
from bearing_qa.errors import BearingQAError

if TYPE_CHECKING:
    from bearing_qa.build.run import BuildReport, Progress
    from bearing_qa.encoders.encoder import Encoder

MAX_SHOWN = 20
"""Files of one kind of change that are named; the manifest and ``status --json`` name all."""
CorpusArgument = Annotated[Path, typer.Argument(help="语料目录或文件 / corpus folder or file")]
EncoderOption = Annotated[
    str | None, typer.Option(help="sentence-transformers 模型名或目录 / model name or folder")
]
WorkersOption = Annotated[
    int,
    typer.Option(min=1, help="同时编码的进程数，每块 GPU 一个 / processes that encode, one a GPU"),
]
MaxMbOption = Annotated[
    int, typer.Option(min=1, help="单个文件的兆字节上限 / MB of a file", hidden=True)
]
MaxPagesOption = Annotated[
    int, typer.Option(min=1, help="PDF 页数上限 / pages of a PDF", hidden=True)
]
MaxSecondsOption = Annotated[
    int,
    typer.Option(
        min=1,
        help="读取单个文件的秒数上限，每兆字节另加 5 秒 / seconds to read a file, 5 more a MB",
        hidden=True,
    ),
]
MaxExpansionOption = Annotated[
    int, typer.Option(min=1, help="压缩文件的膨胀上限 / times a packed file may grow", hidden=True)
]
FullOption = Annotated[
    bool, typer.Option("--full", help="全部重新读取、编码 / read and encode everything again")
]
KeepOption = Annotated[int, typer.Option(min=1, help="保留的版本数 / versions kept on disk")]
RollbackOption = Annotated[
    bool, typer.Option("--rollback", help="退回上一版本 / go back to the version before")
]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="随语料变化更新，Ctrl-C 结束 / follow the corpus")
]
IntervalOption = Annotated[
    float,
    typer.Option(min=0.1, help="--watch 查看间隔秒数 / seconds between two looks", hidden=True),
]
SignKeyOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="BEARING_QA_SIGN_KEY",
        help="签名密钥文件；未签名的版本不用 / sign with this key; unsigned versions are refused",
        hidden=True,
    ),
]


def index(
    corpus: CorpusArgument = DEFAULT_CORPUS,
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    workers: WorkersOption = 1,
    max_mb: MaxMbOption = 64,
    max_pages: MaxPagesOption = 3000,
    max_seconds: MaxSecondsOption = 60,
    max_expansion: MaxExpansionOption = 100,
    full: FullOption = False,
    keep: KeepOption = 2,
    rollback: RollbackOption = False,
    watch: WatchOption = False,
    interval: IntervalOption = 2.0,
    sign_key: SignKeyOption = None,
) -> None:
    """建立或更新索引 / build or update the index."""
    if rollback and (watch or full):
        raise typer.BadParameter("--rollback goes alone")
    _use_key(sign_key)
    if rollback:
        _roll_back(index, store)
        return
    from bearing_qa.build.run import build_index
    from bearing_qa.cli.stores import place_of
    from bearing_qa.document.limits import Limits
    from bearing_qa.encoders.encoder import DEFAULT_ENCODER, SentenceEncoder

    chosen = SentenceEncoder(encoder or DEFAULT_ENCODER, workers=workers)
    limits = Limits(max_mb, max_pages, max_seconds, max_expansion)
    options: dict[str, Any] = {"encoder": chosen, "full": full, "limits": limits, "keep": keep}

    def build() -> BuildReport:
        with progress_bars() as progress:
            try:
                report = build_index(corpus, index, progress=progress, **options)
            finally:
                chosen.stop()
            if store is not None:
                _publish(index, store, full=full, keep=keep, progress=progress)
            return report

    with faults():
        if store is not None:
            place_of(index, store).current()  # before a long build: whether there is a server
        if watch:
            _watch(corpus, build, interval)
        else:
            _show(build())


def _use_key(sign_key: Path | None) -> None:
    if sign_key is not None:
        from bearing_qa.store.signing import KEY_VARIABLE

        os.environ[KEY_VARIABLE] = str(sign_key)


def _roll_back(index: Path, store: str | None) -> None:
    from bearing_qa.cli.stores import place_of

    with faults():
        done = place_of(index, store).roll_back()
    out.print(
        f"已退回 rolled back: {done.left} → {done.version} (建于 built {done.built_at}, "
        f"文件 documents {done.documents}, 段落 passages {done.passages})",
        markup=False,
    )


def _publish(index: Path, store: str, *, full: bool, keep: int, progress: Progress) -> None:
    """Makes the version in a folder the one that serves in Milvus."""
    from bearing_qa.store.milvus.publish import publish_folder

    done = publish_folder(index, store, full=full, keep=keep, progress=progress)
    how = "新集合 new collection" if done.is_new else "原集合 same collection"
    out.print(
        f"已发布 published {done.version} → {store} ({how}): 写入 written {done.added}, "
        f"移除 removed {done.removed} 份文件 documents",
        markup=False,
    )


def _watch(corpus: Path, build: Callable[[], BuildReport], interval: float) -> None:
    from bearing_qa.build.watch import watch

    def attempt() -> bool:
        try:
            report = build()
        except BearingQAError as error:
            err.print(f"bearing-qa: {' '.join(str(error).split())}", style="red", markup=False)
            return False
        _show(report)
        return True

    out.print(
        f"每 {interval:g} 秒查看一次 {corpus}，Ctrl-C 结束 / "
        f"looking at it every {interval:g} s until Ctrl-C",
        markup=False,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what a service manager sends
    try:
        watch(corpus, attempt, interval=interval)
    except KeyboardInterrupt:
        out.print("已停止 stopped；现有版本照常可用 / the version that serves stays", markup=False)


def _show(report: BuildReport) -> None:
    from bearing_qa.output.notes import unread_words
    from bearing_qa.output.texts import CHINESE, ENGLISH

    for rejection in report.rejections:
        err.print(
            f"未读取 not read: {rejection.source}: {rejection.reason}", style="yellow", markup=False
        )
    for source, part in report.unread:
        what = "{} {}".format(*(unread_words(part, words) for words in (CHINESE, ENGLISH)))
        err.print(
            f"部分未读取 not read in {source}: {what}（{part.place}）", style="yellow", markup=False
        )
    for reason in report.reasons:
        out.print(f"原因 why: {reason}", markup=False)
    _show_changes(report)
    state = "无变化 unchanged" if report.is_unchanged else f"新编码 encoded {report.encoded}"
    if report.resumed:
        state += f", 续用 resumed {report.resumed}"
    out.print(
        f"索引 index {report.version}: 文件 documents {report.documents}, "
        f"段落 passages {report.passages}, {state}, 未读取 rejected {len(report.rejections)}",
        markup=False,
    )


def _show_changes(report: BuildReport) -> None:
    from bearing_qa.build.changes import in_words

    changes = report.changes
    if report.is_unchanged:
        return
    moved = [f"{origin} → {place}" for origin, place in changes.moved]
    is_first = not (changes.unchanged or changes.changed or changes.moved or changes.removed)
    for sign, names in (
        ("+", [] if is_first else changes.added),
        ("*", changes.changed),
        (">", moved),
        ("-", changes.removed),
    ):
        for name in names[:MAX_SHOWN]:
            out.print(f"  {sign} {name}", markup=False)
        if len(names) > MAX_SHOWN:
            out.print(f"  {sign} … {len(names) - MAX_SHOWN}", markup=False)
    out.print(f"变化 changes: {', '.join(in_words(changes))}", markup=False)


def status(
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
    as_json: JsonOption = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="检查所有版本的文件与内容 / check all versions on disk"),
    ] = False,
    sign_key: SignKeyOption = None,
) -> None:
    """索引状态 / index version, age, counts, encoder, stale files."""
    _use_key(sign_key)
    if verify:
        if store is not None:
            raise typer.BadParameter("--verify looks at a folder, without --store")
        _verify(index, as_json=as_json)
        return
    from bearing_qa.build.status import index_status
    from bearing_qa.cli.stores import place_of

    with faults():
        state = index_status(place_of(index, store))
    if as_json:
        print_json(state)
        return
    for key, value in state.items():
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        out.print(f"{key:<12} {shown}", markup=False)


def _verify(index: Path, *, as_json: bool) -> None:
    from bearing_qa.build.audit import audit
    from bearing_qa.encoders.encoder import SentenceEncoder

    encoders: dict[str, Encoder] = {}

    def load(name: str) -> Encoder:
        return encoders.setdefault(name, SentenceEncoder(name))

    with faults():
        findings = audit(index, load=load)
    if as_json:
        print_json({"versions": [finding.to_json() for finding in findings]})
    else:
        for finding in findings:
            serving = "（在用 serving）" if finding.is_serving else ""
            words = finding.fault or (
                f"完好 sound: 文件 files {finding.files}, 行 rows {finding.rows}, "
                f"抽查重新编码 encoded again {finding.encoded_again}"
            )
            style = "red" if finding.fault else None
            out.print(f"{finding.version}{serving} {words}", style=style, markup=False)
    if any(finding.fault for finding in findings):
        raise typer.Exit(1)
