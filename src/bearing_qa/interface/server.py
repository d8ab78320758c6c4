"""The page served: a free port, the gate before the page, connections that do not wait for ever, a stop
that lets running answers finish."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bearing_qa.answer.library import Library
from bearing_qa.errors import BearingQAError, StoreError
from bearing_qa.interface.gate import Gate, Rules
from bearing_qa.interface.logins import Logins
from bearing_qa.interface.passwords import Users

if TYPE_CHECKING:
    from fastapi import FastAPI

HEAD_SECONDS = 10.0
"""A connection that has not sent the head of a request after this time is closed."""
IDLE_SECONDS = 10
"""How long a connection stays open for the next request."""
STOP_SECONDS = 15
"""What running answers have to finish in when the server stops."""
MAX_CONNECTIONS = 500
"""Of all clients; a browser keeps two to six a tab. A process has 1024 files by default."""
MAX_HEAD_BYTES = 32 * 1024
FOLDER_VARIABLE = "GRADIO_TEMP_DIR"
"""Where gradio keeps files; read whenever it needs it."""
_LOG = logging.getLogger(__name__)


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


class PageServer(uvicorn.Server):
    """A server that ends by SIGTERM or SIGINT as if it had been asked to, after its running answers."""

    def __init__(self, config: uvicorn.Config, gate: Gate, folder: Path) -> None:
        super().__init__(config)
        self._gate = gate
        self._folder = folder
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes the signals while it runs; uvicorn's own raises them again, and the process dies of them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal asks to stop, the second to stop at once."""
        self.force_exit = self.should_exit
        self.stop()

    def stop(self) -> None:
        """Asks the server to stop, from any thread; endless replies end now."""
        self.should_exit = True
        if self._loop:
            self._loop.call_soon_threadsafe(self._gate.stopping.set)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves until it is stopped; then the page's own files go."""
        self._loop = asyncio.get_running_loop()
        try:
            await super().serve(sockets)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def start(self, listener: socket.socket) -> None:
        """Serves in a thread of its own; returns when it answers."""
        self._thread = threading.Thread(target=self.run, args=([listener],), daemon=True)
        self._thread.start()
        while not self.started and self._thread.is_alive():
            self._thread.join(0.01)

    def close(self) -> None:
        """Stops what ``start`` began."""
        self.stop()
        if self._thread:
            self._thread.join(STOP_SECONDS + 5)


class _Connection(H11Protocol):
    """A connection that is closed when it keeps the server waiting for the head of a request."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Waits on while no request is running; what arrives in between does not lengthen it."""
        if self._waiting is None and not self._is_answering():
            self._wait()
        super().data_received(data)
        if self._is_answering():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self._is_answering():
            self.transport.close()


def serve(library: Library, serving: Serving) -> None:
    """Shows the page over a library until SIGTERM or SIGINT; running answers have STOP_SECONDS to finish.

    Raises StoreError if there is no index, the port is taken, or MCP's package is missing.
    """
    listener = _bind(serving.host, serving.port)
    server = make_server(library, serving)
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    print(f"打开 / open: http://{host}:{serving.port}{serving.root_path}", flush=True)
    server.run([listener])
    _leave_unfinished()


def _leave_unfinished() -> None:
    """Ends the process, as one that went well, where an answer that had its time is still being worked on:
    Python would wait for its thread."""
    main = threading.main_thread()
    for thread in [one for one in threading.enumerate() if one is not main and not one.daemon]:
        thread.join(1)
        if thread.is_alive():
            _LOG.warning("an answer was left unfinished")
            logging.shutdown()
            sys.stdout.flush()
            os._exit(0)


def start(library: Library, serving: Serving) -> PageServer:
    """Shows the page from a thread of its own, until ``close``. Raises what ``serve`` raises."""
    listener = _bind(serving.host, serving.port)
    server = make_server(library, serving)
    server.start(listener)
    return server


def make_server(library: Library, serving: Serving) -> PageServer:
    """The gate around the page, ready to run. Raises StoreError without an index or MCP's package."""
    from bearing_qa.interface.ui_api import check_mcp

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
    gate = Gate(app, rules, health=lambda: health(library), logins=logins)
    config = uvicorn.Config(
        gate,
        http=_Connection,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
    )
    return PageServer(config, gate, folder)


def _app(library: Library, serving: Serving, folder: Path) -> FastAPI:
    os.environ[FOLDER_VARIABLE] = str(folder)  # before the page's parts are made: they keep it
    from bearing_qa.interface.ui import make_app, make_page

    page = make_page(library, corpus=serving.corpus, read_only=serving.read_only)
    return make_app(page, root_path=serving.root_path, mcp=serving.mcp)


def health(library: Library) -> tuple[int, Mapping[str, Any]]:
    """HTTP status and state: whether an index serves, and which."""
    try:
        index = library.index()
    except BearingQAError as error:
        return 503, {"status": "down", "reason": str(error)}
    return 200, {"status": "ok", "version": index.version, "passages": index.size}


def _bind(host: str, port: int) -> socket.socket:
    """A socket on the port. Raises StoreError if it cannot be had."""
    try:
        family, kind, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError as error:
        raise StoreError(
            found=f"port {port} on {host} cannot be used ({error.strerror or error})",
            expected="a free port",
            mend=f"name another: --port {port + 1}",
        ) from error
    return listener
