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
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from bearing_qa.errors import ModelError

DEFAULT_SECONDS = 30.0
"""For a whole call: connecting, waiting, reading, the second try."""
MAX_REPLY_BYTES = 256 * 1024
"""An answer is some hundred characters; what is longer than this is no answer."""
PAUSE_SECONDS = 0.5
"""Before the only second try, made where the server could not be reached or was busy."""
_BUSY = frozenset({429, 500, 502, 503, 504})
MAX_KEY_CHARS = 4096
_PATH = "/chat/completions"

# What a status means for the one who started the program.
_FIXES = (
    ((401, 403), "the key is not accepted", "check the key file"),
    ((404,), "there is no such address or model", "check --llm-url and --llm-model"),
    ((400, 422), "the request is not accepted", "check --llm-model"),
    ((429,), "too many requests", "ask again later"),
    (range(300, 400), "it redirects, which is not followed", "name the final address: --llm-url"),
    (range(500, 600), "the server failed", "look at the server's log"),
)


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model at an address, with what it takes to ask it. Makes no request before ``reply``."""

    name: str
    url: str
    key: str = field(default="", repr=False)
    seconds: float = DEFAULT_SECONDS

    def reply(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The model's reply to messages (``role``, ``content``), as it stands.

        Raises ModelError if there is none within ``seconds``, or none that can be read. Its words hold
        neither the key nor anything that the server wrote.
        """
        body = json.dumps(
            {"model": self.name, "messages": list(messages), "temperature": 0, "stream": False}
        ).encode()
        end = monotonic() + self.seconds
        try:
            return self._reply_once(body, end=end)
        except _BusyError:
            sleep(min(PAUSE_SECONDS, max(end - monotonic(), 0)))
            return self._reply_once(body, end=end)

    def _reply_once(self, body: bytes, *, end: float) -> str:
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
        return self._words(content)

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

    def _words(self, content: bytes) -> str:
        if len(content) > MAX_REPLY_BYTES:
            raise _fault(f"a reply of more than {MAX_REPLY_BYTES // 1024} KB", "check --llm-url")
        try:
            words = json.loads(content)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError):
            words = None
        if not isinstance(words, str) or not words.strip():
            raise _fault("a reply that is no chat completion", "check --llm-url")
        return words

    def _refused(self, status: int) -> ModelError:
        found, fix = next(
            ((words, fix) for statuses, words, fix in _FIXES if status in statuses),
            ("no chat completion", "check --llm-url"),
        )
        kind = _BusyError if status in _BUSY else ModelError
        return kind(found=f"status {status}: {found}", expected="", fix=fix)


class _BusyError(ModelError):
    """A server that could not be reached or was busy: worth a second try."""


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


def make_chat(
    url: str | None, model: str | None, *, key_file: Path | None, seconds: float
) -> ChatModel | None:
    """The model that options name, none if they name none.

    ``url`` is what clients call the base URL (https://host/v1), or the whole address. Raises ModelError if
    something is missing or cannot be used.
    """
    if not url and not model and key_file is None:
        return None
    if not url or not model:
        raise ModelError(
            found=f"{'--llm-model' if model else '--llm-url'} alone"
            if url or model
            else "a key alone",
            expected="an address and a model's name",
            fix="give both: --llm-url http://127.0.0.1:8000/v1 --llm-model NAME",
        )
    return ChatModel(model, _address(url), _read_key(key_file), seconds)


def _address(url: str) -> str:
    """The whole address of a base URL. The address is shown in messages, so it must hold no password."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")
        is_plain = url.isascii() and url.isprintable() and " " not in url and not parts.fragment
    except ValueError:
        is_usable = is_plain = False
    if not is_usable or not is_plain or "@" in parts.netloc:
        shown = "an address with a user or a password in it" if "@" in url else f"{url!r}"
        raise ModelError(
            found=f"{shown} as --llm-url",
            expected="http:// or https:// with a host, such as http://127.0.0.1:8000/v1",
            fix="fix the address; a key goes into a file: --llm-key-file FILE",
        )
    path = parts.path.rstrip("/")
    return parts._replace(path=path if path.endswith(_PATH) else path + _PATH).geturl()


def _read_key(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        key = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise ModelError(
            found=f"{path} cannot be read ({reason})",
            expected="a file with the key",
            fix="name another: --llm-key-file",
        ) from error
    if (
        not key
        or len(key) > MAX_KEY_CHARS
        or not key.isascii()
        or not key.isprintable()
        or " " in key
    ):
        raise ModelError(
            found=f"{path} holds no key", expected="one line, the key alone", fix="fix the file"
        )
    return key
