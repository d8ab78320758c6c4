"""A real HTTP server that speaks the chat-completions form, well or badly, as a test scripts it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class ChatServer:
    """What a running server was asked, and how it behaves. ``base`` is its URL for --llm-url."""

    def __init__(self) -> None:
        self.base = ""
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.behaviour: Behaviour = says("")

    def says(self, words: str) -> None:
        """From now on the model replies with these words."""
        self.behaviour = says(words)


def says(words: str) -> Behaviour:
    return answers(200, {"choices": [{"message": {"role": "assistant", "content": words}}]})


def answers(status: int, content: object, **headers: str) -> Behaviour:
    """A whole response; what is no bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def units_in(request: dict[str, Any]) -> dict[str, str]:
    """The numbered units that a request shows the model: their ids and words."""
    data = json.loads(request["messages"][-1]["content"])
    return {key: words for passage in data["passages"] for key, words in passage["units"].items()}


def unit_with(request: dict[str, Any], quote: str) -> str:
    """The id of the first unit that holds some words; one that is not there where none does."""
    return next((key for key, words in units_in(request).items() if quote in words), "S999")


def reads(*sentences: tuple[str, str], missing: str = "", is_sure: bool = True) -> Behaviour:
    """A model that answers in the form asked for: sentences, each with the quotes ( between them) of the units that it names."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        request = handler.server.chat.asked[-1]  # type: ignore[attr-defined]
        items = [
            {"text": text, "units": [unit_with(request, quote) for quote in quotes.split(" ")]}
            for text, quotes in sentences
        ]
        said = {"answerable": is_sure, "missing": missing, "sentences": items}
        says(json.dumps(said, ensure_ascii=False))(handler)

    return send


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour a request; the last one stays."""
    left = list(behaviours)

    def send(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return send


def waits(seconds: float) -> Behaviour:
    return lambda handler: time.sleep(seconds)


def trickles(start: bytes, *, seconds: float) -> Behaviour:
    """Sends the start of a response, then a byte now and then."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        for _ in range(int(seconds / 0.05)):
            time.sleep(0.05)
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return send


@contextmanager
def serving() -> Iterator[ChatServer]:
    chat = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            chat.asked.append(json.loads(self.rfile.read(length)))
            chat.headers.append(dict(self.headers))
            chat.paths.append(self.path)
            with suppress(OSError):  # the client may have gone, as it should
                chat.behaviour(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.chat = chat  # type: ignore[attr-defined]
    server.daemon_threads = True
    server.block_on_close = False
    chat.base = f"http://127.0.0.1:{server.server_port}/v1"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
