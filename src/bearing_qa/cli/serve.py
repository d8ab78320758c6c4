"""The command line's part for the page: serving it, and making lines for the file of its users."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from bearing_qa.answer.chat import DEFAULT_SECONDS
from bearing_qa.cli.console import (
    DEFAULT_INDEX,
    IndexOption,
    LlmKeyOption,
    LlmModelOption,
    LlmModeOption,
    LlmSecondsOption,
    LlmStepsOption,
    LlmUrlOption,
    RerankerOption,
    StoreOption,
    faults,
)
from bearing_qa.cli.model_options import make_second_reader
from bearing_qa.server.passwords import Users, one_user, read_users, user_line
from bearing_qa.server.request_log import Level, start_log

DEFAULT_RATE = 1200
"""Requests a minute and client; a question on the page is about ten."""

HostOption = Annotated[str, typer.Option(help="地址 / address")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="端口 / port")]
AuthOption = Annotated[
    str | None, typer.Option(metavar="USER:PASS", help="登录 / login", hidden=True)
]
AuthFileOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="用户文件，见 password / users; see the command password"),
]
CorpusOption = Annotated[
    Path | None,
    typer.Option(
        help="网页里重建索引用的语料，默认是索引所用的 / corpus to rebuild from, by default the index's own"
    ),
]
ReadOnlyOption = Annotated[
    bool, typer.Option("--read-only", help="不能上传、移除、重建 / no uploads, removals, rebuilds")
]
McpOption = Annotated[
    bool, typer.Option("--mcp", help="也作 MCP 服务 / MCP tools for language models")
]
RateOption = Annotated[
    int,
    typer.Option(
        min=0, help="每客户每分钟请求数，0 不限 / requests a minute and client, 0: any", hidden=True
    ),
]
RootPathOption = Annotated[
    str,
    typer.Option(metavar="/SUB", help="反向代理下的子路径 / sub-path behind a proxy", hidden=True),
]
ProxyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ADDRESS", help="反向代理的地址 / a proxy that may name its clients", hidden=True
    ),
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME", help="页面的主机名（无登录时）/ a host name of the page", hidden=True
    ),
]
LogLevelOption = Annotated[
    Level | None,
    typer.Option(
        help="日志级别，默认 info，终端上 warning / info, on a terminal warning", hidden=True
    ),
]
LogQuestionsOption = Annotated[
    bool,
    typer.Option("--log-questions", help="日志记下问题 / write questions down too", hidden=True),
]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 7860,
    auth: AuthOption = None,
    auth_file: AuthFileOption = None,
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    reranker: RerankerOption = None,
    read_only: ReadOnlyOption = False,
    mcp: McpOption = False,
    llm_url: LlmUrlOption = None,
    llm_model: LlmModelOption = None,
    llm_key_file: LlmKeyOption = None,
    llm_seconds: LlmSecondsOption = DEFAULT_SECONDS,
    llm_mode: LlmModeOption = "sentences",
    llm_steps: LlmStepsOption = False,
    rate: RateOption = DEFAULT_RATE,
    root_path: RootPathOption = "",
    proxy: ProxyOption = None,
    allow_host: AllowHostOption = None,
    log_level: LogLevelOption = None,
    log_questions: LogQuestionsOption = False,
) -> None:
    """打开网页 / the web page."""
    with faults():
        users = _users(auth, auth_file)
        second = make_second_reader(
            llm_url,
            llm_model,
            key_file=llm_key_file,
            seconds=llm_seconds,
            mode=llm_mode,
            has_steps=llm_steps,
        )
        start_log(log_level, questions=log_questions)
        from bearing_qa.answer.library import Library, make_reranker
        from bearing_qa.cli.stores import place_of
        from bearing_qa.web.site import Serving
        from bearing_qa.web.site import serve as serve_page

        place = place_of(index, store)
        serving = Serving(
            corpus=corpus
            or Path(place.manifest()["corpus"]),  # from another one a rebuild would empty it
            read_only=read_only or store is not None,
            mcp=mcp,
            host=host,
            port=port,
            users=users,
            rate=rate,
            root_path=_root_path(root_path),
            hosts=frozenset(name.lower() for name in allow_host or ()),
            proxies=frozenset(proxy or ()),
        )
        serve_page(Library(place, reranker=make_reranker(reranker), second=second), serving)


def _users(auth: str | None, auth_file: Path | None) -> Users | None:
    if auth is not None and auth_file is not None:
        raise typer.BadParameter("give one of --auth and --auth-file")
    if auth_file is not None:
        return read_users(auth_file)
    if auth is None:
        return None
    user, _, password = auth.partition(":")
    if not user or not password:
        raise typer.BadParameter("--auth takes USER:PASS")
    return one_user(user, password)


def _root_path(path: str) -> str:
    bare = path.rstrip("/")
    if bare and not (
        bare.startswith("/") and all(sign.isalnum() or sign in "/-_." for sign in bare)
    ):
        raise typer.BadParameter("--root-path takes a path such as /policy")
    return bare


def password(user: Annotated[str, typer.Argument(help="用户名 / user")]) -> None:
    """用户文件的一行：密码从终端或标准输入读取 / a line for --auth-file; reads the password."""
    with faults():
        typed = getpass.getpass("密码 password: ") if sys.stdin.isatty() else sys.stdin.readline()
        sys.stdout.write(user_line(user, typed.rstrip("\r\n")) + "\n")
