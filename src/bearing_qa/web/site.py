"""The page of a library as a server: what it may do, where it listens, when it answers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bearing_qa.answer.library import Library
from bearing_qa.errors import BearingQAError
from bearing_qa.server.gate import Rules
from bearing_qa.server.http_server import GatedServer, bind, leave_unfinished, make_server
from bearing_qa.server.logins import Logins
from bearing_qa.server.passwords import Users

if TYPE_CHECKING:
    from fastapi import FastAPI

FOLDER_VARIABLE = "GRADIO_TEMP_DIR"
"""Where gradio keeps files; read whenever it needs it."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the page is served. ``corpus`` is the folder of the library; ``rate``, ``root_path``, ``hosts``
    and ``proxies`` are those of gate.Rules; without ``users`` all may look."""

    corpus: Path
    read_only: bool = False
    mcp: bool = False
    host: str = "127.0.0.1"
    port: int = 7860
    users: Users | None = None
    rate: float = 0
    root_path: str = ""
    hosts: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()


def serve(library: Library, serving: Serving) -> None:
    """Shows the page over a library until SIGTERM or SIGINT; running answers have STOP_SECONDS to finish.

    Raises StoreError if there is no index, the port is taken, or MCP's package is missing.
    """
    listener = bind(serving.host, serving.port)
    server = make_site(library, serving)
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    print(f"打开 / open: http://{host}:{serving.port}{serving.root_path}", flush=True)
    server.run([listener])
    leave_unfinished()


def start(library: Library, serving: Serving) -> GatedServer:
    """Shows the page from a thread of its own, until ``close``. Raises what ``serve`` raises."""
    listener = bind(serving.host, serving.port)
    server = make_site(library, serving)
    server.start(listener)
    return server


def make_site(library: Library, serving: Serving) -> GatedServer:
    """The page behind its gate, ready to run. Raises StoreError without an index or MCP's package."""
    from bearing_qa.web.endpoints import check_mcp

    if serving.mcp:
        check_mcp()
    library.warm()  # so that the first question does not wait
    folder = Path(tempfile.mkdtemp(prefix="bearing-qa-page-"))
    app = _app(library, serving, folder)
    rules = Rules(
        folder=folder,
        rate=serving.rate,
        root_path=serving.root_path,
        hosts=serving.hosts,
        proxies=serving.proxies,
    )
    logins = Logins(serving.users, root_path=serving.root_path) if serving.users else None
    return make_server(app, rules, health=lambda: health(library), logins=logins)


def _app(library: Library, serving: Serving, folder: Path) -> FastAPI:
    os.environ[FOLDER_VARIABLE] = str(folder)  # before the page's parts are made: they keep it
    from bearing_qa.web.application import make_app, make_page

    page = make_page(library, corpus=serving.corpus, read_only=serving.read_only)
    return make_app(page, root_path=serving.root_path, mcp=serving.mcp)


def health(library: Library) -> tuple[int, Mapping[str, Any]]:
    """HTTP status and state: whether an index serves, and which."""
    try:
        index = library.index()
    except BearingQAError as error:
        return 503, {"status": "down", "reason": str(error)}
    return 200, {"status": "ok", "version": index.version, "passages": index.size}
