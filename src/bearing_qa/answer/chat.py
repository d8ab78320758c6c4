"""A language model behind an OpenAI-compatible address: messages → its reply. The only network client here.

The standard library's HTTP client is enough for one POST to one address, and it does what is wanted by
default: it follows no redirect and uses no proxy, so nothing goes to any other host, and its socket is at hand to
end a call on time, whatever the server does.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from bearing_qa.answer.completion import read_completion
from bearing_qa.errors import ModelError

DEFAULT_SECONDS = 30.0
"""For a whole call: connecting, waiting, reading, the second try."""
MAX_REPLY_BYTES = 256 * 1024
"""An answer is some hundred characters; what is longer than this is no answer."""
MAX_TOKENS = 2048
"""Of a reply, thoughts included: a model of 270 million parameters went on until its context was full, for 95 seconds."""
PAUSE_SECONDS = 0.5
"""Before the only second try, made where the server could not be reached or was busy."""
_BUSY = frozenset({429, 500, 502, 503, 504})
_UNACCEPTED = frozenset({400, 413, 422})
"""A request that the server does not take as it is."""

# What a status means for the one who started the program.
_FIXES = (
    ((401, 403), "the key is not accepted", "check the key file"),
    ((404,), "there is no such address or model", "check --llm-url and --llm-model"),
    ((400, 413, 422), "the request is not accepted", "check --llm-model"),
    ((429,), "too many requests", "ask again later"),
    (range(300, 400), "it redirects, which is not followed", "name the final address: --llm-url"),
    (range(500, 600), "the server failed", "look at the server's log"),
)


Messages = Sequence[Mapping[str, str]]
"""Each with ``role`` and ``content``."""


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What a model replied, how long that took, and its tokens, request and reply together, where the server counts them."""

    words: str
    seconds: float
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model at an address, with what it takes to ask it. Makes no request before ``reply``."""

    name: str
    url: str
    key: str = field(default="", repr=False)
    seconds: float = DEFAULT_SECONDS

    def reply(
        self,
        messages: Messages,
        *,
        schema: Mapping[str, Any] | None = None,
        fewer: Messages | None = None,
        end: float | None = None,
    ) -> ChatReply:
        """The model's reply to messages (``role``, ``content``), as it stands; ``schema`` (JSON Schema) is the form that
        servers which can are to hold it to.

        There is one second try: the same where the server was busy or away; without the schema and with ``fewer``
        messages where it refused the request. Raises ModelError if there is no reply within ``seconds``, or by ``end`` (of
        the monotonic clock) where several calls share the time, or none that can be read. Its words hold neither the key nor anything that the server wrote.
        """
        started = monotonic()
        end = started + self.seconds if end is None else end
        try:
            words, tokens = self._reply_once(self._body(messages, schema), end=end)
        except _BusyError:
            sleep(min(PAUSE_SECONDS, max(end - monotonic(), 0)))
            words, tokens = self._reply_once(self._body(messages, schema), end=end)
        except _UnacceptedError:
            if schema is None and fewer is None:
                raise
            words, tokens = self._reply_once(self._body(fewer or messages, None), end=end)
        return ChatReply(words, monotonic() - started, tokens)

    def _body(self, messages: Messages, schema: Mapping[str, Any] | None) -> bytes:
        body = {
            "model": self.name,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
            "stream": False,
        }
        if schema is not None:
            form = {"name": "reply", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return json.dumps(body).encode()

    def _reply_once(self, body: bytes, *, end: float) -> tuple[str, int | None]:
        late = _fault(f"no reply within {self.seconds:g} s", "see that it runs: --llm-seconds")
        try:
            status, content = self._post(body, seconds=end - monotonic())
        except (OSError, http.client.HTTPException) as error:
            if monotonic() >= end:
                raise late from error
            found = f"the connection failed ({_kind(error)})"
            raise _BusyError(
                found=found, expected="", fix="see that the server runs: --llm-url"
            ) from error
        if monotonic() >= end:
            raise late
        if status != 200:
            raise self._refused(status)
        return self._read(content)

    def _post(self, body: bytes, *, seconds: float) -> tuple[int, bytes]:
        """Status and body of one POST. Raises OSError or HTTPException, at the latest after ``seconds``."""
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=max(seconds, 0.001))
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            started = monotonic()
            connection.connect()
            with _ended_after(connection.sock, seconds - (monotonic() - started)):
                connection.request("POST", path, body=body, headers=headers)
                response = connection.getresponse()
                return response.status, response.read(MAX_REPLY_BYTES + 1)
        finally:
            connection.close()

    def _read(self, content: bytes) -> tuple[str, int | None]:
        if len(content) > MAX_REPLY_BYTES:
            raise _fault(f"a reply of more than {MAX_REPLY_BYTES // 1024} KB", "check --llm-url")
        words, tokens = read_completion(content)
        if not words.strip():
            raise _fault("a reply that is no chat completion", "check --llm-url")
        return words, tokens

    def _refused(self, status: int) -> ModelError:
        found, fix = next(
            ((words, fix) for statuses, words, fix in _FIXES if status in statuses),
            ("no chat completion", "check --llm-url"),
        )
        kind = _BusyError if status in _BUSY else ModelError
        kind = _UnacceptedError if status in _UNACCEPTED else kind
        return kind(found=f"status {status}: {found}", expected="", fix=fix)


class _BusyError(ModelError):
    """A server that could not be reached or was busy: worth a second try."""


class _UnacceptedError(ModelError):
    """A request that was refused as it is: the server knows no schema, or the model's context is too small for it."""


def _fault(found: str, fix: str) -> ModelError:
    return ModelError(found=found, expected="", fix=fix)


@contextmanager
def _ended_after(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Shuts a socket down after some seconds: a server that sends a byte now and then ends too."""

    def end() -> None:
        with suppress(OSError):  # it may have ended by itself
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # TLS's own would break the reader

    timer = threading.Timer(max(seconds, 0.0), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _kind(error: Exception) -> str:
    """An error in a few words, never the server's own."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
