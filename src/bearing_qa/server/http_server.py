"""An ASGI application served: a free port, the gate before it, connections that do not wait for ever, a stop that
lets running answers finish."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bearing_qa.errors import StoreError
from bearing_qa.server.gate import App, Gate, Health, Rules
from bearing_qa.server.logins import Logins

HEAD_SECONDS = 10.0
"""A connection that has not sent the head of a request after this time is closed."""
IDLE_SECONDS = 10
"""How long a connection stays open for the next request."""
STOP_SECONDS = 15
"""What running answers have to finish in when the server stops."""
MAX_CONNECTIONS = 500
"""Of all clients; a browser keeps two to six a tab. A process has 1024 files by default."""
MAX_HEAD_BYTES = 32 * 1024
_LOG = logging.getLogger(__name__)


class GatedServer(uvicorn.Server):
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
        """Serves until it is stopped; then the application's own files go."""
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


def make_server(app: App, rules: Rules, *, health: Health, logins: Logins | None) -> GatedServer:
    """The gate around an application, ready to run. ``rules.folder`` is removed when the server ends."""
    gate = Gate(app, rules, health=health, logins=logins)
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
    return GatedServer(config, gate, rules.folder)


def leave_unfinished() -> None:
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


def bind(host: str, port: int) -> socket.socket:
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
            fix=f"name another: --port {port + 1}",
        ) from error
    return listener
