"""What a request says of itself: who asks, from which site, for what; pure functions on its head."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bearing_qa.output.texts import Words, words_for

Scope = MutableMapping[str, Any]
"""An ASGI connection scope."""
API = "/gradio_api/"
FILE = API + "file="
JOIN = API + "queue/join"
UPLOAD = API + "upload"
SMALL = API + "run/predict"
LOGIN, LOGOUT, HEALTH = "/login", "/logout", "/health"
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE"})
_READING = frozenset({"GET", "HEAD"})
_KNOWN = re.compile(
    r"/|/(theme\.css|favicon\.ico|manifest\.json|robots\.txt|config/?)"
    r"|/(assets|static)/.+"
    r"|/gradio_api/("
    r"info/?|openapi\.json|app_id/?|theme\.css|startup-events|heartbeat/\w+|cancel|reset/?"
    r"|queue/(join|data|status)|upload|upload_progress|file=.+|(run|api|call|call/v2)/\w+(/\w*)?"
    r"|mcp(/.*)?)",
    re.DOTALL,
)
"""Paths that the page, its clients and MCP need; nothing else of gradio's is reached."""
_STILL = re.compile(r"/(assets|static)/|/(theme\.css|favicon\.ico|manifest\.json|robots\.txt)$")
"""Parts of the page that are the same for everybody and cost nothing to serve."""
_STREAM = re.compile(r"/gradio_api/(heartbeat/|upload_progress|mcp)")
"""Replies that go on until one side leaves."""
_CALL = re.compile(r"/gradio_api/((run|api|call)/|mcp)")
"""Calls that are answered at once, outside the page's queue."""
_FORWARDED = ("x-forwarded-host", "x-forwarded-proto", "x-forwarded-for", "forwarded")


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request. ``path`` is decoded and without the root path; ``headers`` are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: str
    is_secure: bool

    @property
    def words(self) -> Words:
        """The words of the language that is asked for."""
        return words_for(self.headers.get("accept-language", ""))

    @property
    def is_known(self) -> bool:
        """Whether there is anything at the path."""
        return _KNOWN.fullmatch(self.path) is not None and ".." not in self.path.split("/")

    @property
    def is_still(self) -> bool:
        """Whether it is for a part that is the same for everybody."""
        return _STILL.match(self.path) is not None

    @property
    def is_stream(self) -> bool:
        """Whether the reply goes on until one side leaves."""
        return self.method == "GET" and _STREAM.match(self.path) is not None

    @property
    def is_call(self) -> bool:
        """Whether it asks for an answer outside the page's queue."""
        return self.method == "POST" and _CALL.match(self.path) is not None

    @property
    def is_small(self) -> bool:
        """Whether it is one of the page's own calls, which take little; the page names none of them."""
        return self.path == SMALL

    @property
    def is_reading(self) -> bool:
        """Whether it changes nothing."""
        return self.method in _READING

    @property
    def wants_page(self) -> bool:
        """Whether a browser asks for something to show."""
        return "text/html" in self.headers.get("accept", "")

    @property
    def is_ambiguous(self) -> bool:
        """Whether the end of its body is told in two ways, which a proxy may read otherwise than we do."""
        return "content-length" in self.headers and "transfer-encoding" in self.headers

    @property
    def length(self) -> int:
        """Bytes of the body as announced; 0 where nothing is, or no number."""
        said = self.headers.get("content-length", "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def read_request(scope: Scope, *, root_path: str, proxies: Collection[str]) -> Request:
    """The request of a scope, in which the root path is taken off and what a stranger says of forwarding
    is dropped: only an address in ``proxies`` may speak for others."""
    headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
    peer = (scope.get("client") or ("unknown",))[0]
    client, secure = peer, scope.get("scheme") == "https"
    if peer in proxies:
        client = _forwarded_for(headers, proxies) or peer
        secure = secure or headers.get("x-forwarded-proto", "").startswith("https")
    else:
        dropped = {name.encode() for name in _FORWARDED}
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in dropped]
        headers = {name: value for name, value in headers.items() if name not in _FORWARDED}
    path = str(scope["path"])
    if root_path and (path == root_path or path.startswith(root_path + "/")):
        path = path[len(root_path) :] or "/"
        scope["path"], scope["raw_path"] = path, path.encode("utf-8", "surrogatepass")
    query = bytes(scope.get("query_string", b"")).decode("latin-1")
    return Request(str(scope["method"]), path, query, headers, client, secure)


def _forwarded_for(headers: Mapping[str, str], proxies: Collection[str]) -> str:
    """The last address in X-Forwarded-For that is no proxy of ours; those before it may be invented."""
    named = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
    return next((name for name in reversed(named) if name and name not in proxies), "")


def is_own_site(request: Request) -> bool:
    """Whether the page itself, or a program that is no browser, asks. A browser always says where a
    request that changes something comes from; curl says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    hosts = (request.headers.get("host"), request.headers.get("x-forwarded-host"))
    return origin.partition("://")[2] in [host for host in hosts if host]


def is_own_host(request: Request, *, names: Collection[str]) -> bool:
    """Whether the page is asked for by an address, a name without a dot, or one of ``names``.

    Any other name may be a stranger's that leads here, whose pages would then be of the same site.
    """
    host = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
    name = re.sub(r":\d*$", "", host).strip("[]").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or name in names
    return True


def is_inside(path: str, folder: Path) -> bool:
    """Whether a path leads, links followed, to a plain file in a folder."""
    try:
        real = os.path.realpath(path)
        return Path(real).is_file() and Path(real).is_relative_to(os.path.realpath(folder))
    except (ValueError, OSError):
        return False
