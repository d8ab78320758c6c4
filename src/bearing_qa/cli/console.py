"""What all commands share: the consoles, one line for a fault, progress bars, common options."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bearing_qa.errors import BearingQAError
from bearing_qa.types import ModelMode

if TYPE_CHECKING:
    from bearing_qa.search.scope import Scope
    from bearing_qa.store.protocol import Index

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """Text that a terminal shows: what would command it (ESC and its like) as U+FFFD."""
    return _COMMANDS.sub("\ufffd", text)


class _Terminal(Console):
    """Shows words of documents and files as words, whatever they hold."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Text as it is shown."""
        return super().render_str(plain(text), **options)


out = _Terminal(highlight=False, soft_wrap=True)
err = _Terminal(stderr=True, highlight=False, soft_wrap=True)

DEFAULT_INDEX = Path("index")
DEFAULT_CORPUS = Path("corpus")
_STAGES = {
    "read": "读取 read",
    "recognise": "识别 recognise",
    "segment": "分词 segment",
    "encode": "编码 encode",
    "publish": "发布 publish",
    "verify": "校验 verify",
    "evaluate": "评测 evaluate",
}

IndexOption = Annotated[Path, typer.Option("--index", help="索引目录 / index folder")]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="milvus://HOST:PORT/COLLECTION",
        envvar="BEARING_QA_STORE",
        help="Milvus 中的索引（需 bearing-qa\\[milvus]）/ an index in Milvus, instead of a folder",
    ),
]
RerankerOption = Annotated[
    str | None,
    typer.Option(
        "--reranker",
        metavar="NAME",
        help="用 CrossEncoder 重排前 20 段 / a CrossEncoder re-scores the first 20 passages",
    ),
]
LlmUrlOption = Annotated[
    str | None,
    typer.Option(
        "--llm-url",
        metavar="URL",
        envvar="BEARING_QA_LLM_URL",
        help="语言模型再读一遍并回答：OpenAI 兼容地址 / a model reads too and answers: OpenAI-compatible address",
    ),
]
LlmModelOption = Annotated[
    str | None,
    typer.Option(
        "--llm-model", metavar="NAME", envvar="BEARING_QA_LLM_MODEL", help="模型名 / its name"
    ),
]
LlmKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--llm-key-file",
        envvar="BEARING_QA_LLM_KEY_FILE",
        help="存放密钥的文件 / file with its key",
    ),
]
LlmSecondsOption = Annotated[
    float,
    typer.Option(
        "--llm-seconds",
        min=0.1,
        max=600,
        envvar="BEARING_QA_LLM_SECONDS",
        help="每个回答等待的秒数 / to wait for each answer",
        hidden=True,
    ),
]
LlmModeOption = Annotated[
    ModelMode,
    typer.Option(
        "--llm-mode",
        envvar="BEARING_QA_LLM_MODE",
        help="模型写句子（sentences）或只挑原文（order，适合小模型）/ it writes sentences, or only chooses quotations",
    ),
]
LlmStepsOption = Annotated[
    bool,
    typer.Option(
        "--llm-steps",
        envvar="BEARING_QA_LLM_STEPS",
        help="允许模型把问题拆成几个分别查找 / it may split a question into several",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
DocumentOption = Annotated[
    list[str] | None,
    typer.Option(
        "--document", help="只看这些文件：编号、通配符或标题中的词 / id, pattern, title words"
    ),
]
FromOption = Annotated[
    str, typer.Option("--from", help="文件日期不早于（年、年-月或年-月-日）/ dated from")
]
ToOption = Annotated[str, typer.Option("--to", help="文件日期不晚于 / dated to")]
SectionOption = Annotated[
    list[str] | None,
    typer.Option("--section", help="只看这些章节：标题中的词或“第三章” / heading words, marker"),
]
IssuerOption = Annotated[
    list[str] | None,
    typer.Option("--issuer", help="只看这些发文机关或讲话人 / words of who issued"),
]
KindOption = Annotated[
    list[str] | None, typer.Option("--kind", help="只看这些文种：通知、条例 / what titles end with")
]


InForceOption = Annotated[
    bool,
    typer.Option("--in-force", help="只看现行版本，不含旧版和失效的 / newest editions in force"),
]


@contextmanager
def faults() -> Iterator[None]:
    """Shows an error of ours as one line and exits with 1."""
    logging.basicConfig(level=logging.ERROR)
    try:
        yield
    except BearingQAError as error:
        fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None


def fail(line: str) -> NoReturn:
    """Shows one line and exits with 1."""
    err.print(f"bearing-qa: {' '.join(line.split())}", style="red", markup=False)
    raise typer.Exit(1)


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar a stage on stderr; silent where stderr is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=max(total, done))

        yield show


def warn_of_changed_files(index: Index, doc_ids: Iterable[str]) -> None:
    """A line for each document whose file has changed or gone since the index was built."""
    from bearing_qa.answer.notes import is_stale
    from bearing_qa.output.texts import CHINESE

    for doc_id in dict.fromkeys(doc_ids):
        parsed = index.catalogue.parsed(doc_id)
        if parsed is not None and is_stale(index, parsed):
            words = CHINESE("stale", title=parsed.document.title)
            err.print(f"注意：{words}", style="yellow", markup=False)


def print_json(value: Any) -> None:
    """Prints a value as one line of JSON."""
    line = json.dumps(value, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def scope_of(
    documents: list[str] | None,
    first: str,
    last: str,
    sections: list[str] | None,
    *,
    issuers: list[str] | None = None,
    kinds: list[str] | None = None,
    in_force: bool = False,
) -> Scope:
    """The scope that options name. Raises typer.BadParameter for an empty one, QuestionError for a date that is none."""
    from bearing_qa.search.scope import make_scope

    named = {"--document": documents, "--section": sections, "--issuer": issuers, "--kind": kinds}
    for option, words in named.items():
        if any(not word.strip() for word in words or ()):
            raise typer.BadParameter(
                "空的 / empty: 请写出，或不用这个选项 / name it, or leave it out", param_hint=option
            )
    return make_scope(
        documents=documents or (),
        first=first,
        last=last,
        sections=sections or (),
        issuers=issuers or (),
        kinds=kinds or (),
        in_force=in_force,
    )


def check_target(target: Path, suffix: str, *, sources: tuple[str, ...] = ()) -> None:
    """Raises DocumentError where a file cannot be written, or is one of the ``sources`` that are read."""
    from bearing_qa.errors import DocumentError

    is_source = any(target.resolve() == Path(source).resolve() for source in sources)
    if is_source or target.suffix.lower() != suffix or not target.parent.is_dir():
        raise DocumentError(
            found=f"{target} is read itself" if is_source else f"the name {target}",
            expected=f"another name in {suffix}, in a folder that is there",
            fix=f"name one: result{suffix}",
        )
