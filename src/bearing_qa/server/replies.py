"""What the server says by itself: one line, as JSON or as text; and the headers of every reply."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from bearing_qa.server.request import API, HEALTH, Request

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'self'",
    "frame-ancestors": "'none'",
}
"""Gradio writes scripts and styles into the page and makes functions from text, so that these are
allowed; nothing is taken from elsewhere, and nothing is sent there."""
SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""On every reply, whoever gives it."""
_DROPPED = (b"access-control-", b"server")
"""Gradio lets other sites read what it says; we do not."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of our own."""

    status: int
    words: str
    kind: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, *, with_body: bool = True) -> None:
        """Gives it as two ASGI messages."""
        body = self.words.encode("utf-8", "replace")
        named = {"content-type": self.kind, "content-length": str(len(body)), **self.headers}
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in named.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body if with_body else b""})


def json_reply(status: int, value: object, **headers: str) -> Reply:
    """A reply in JSON."""
    return Reply(status, json.dumps(value, ensure_ascii=False), "application/json", headers)


def refuse(
    request: Request, status: int, key: str, *, retry_after: float = 0, **values: object
) -> Reply:
    """A refusal in the language of the request: ``{"error": line}`` for programs and the page, a line
    of text for a browser's window."""
    line = request.words(key, **values)
    headers = {"retry-after": str(ceil(retry_after))} if retry_after else {}
    if request.path.startswith(API) or request.path == HEALTH or not request.wants_page:
        return Reply(
            status, json.dumps({"error": line}, ensure_ascii=False), "application/json", headers
        )
    return Reply(status, line + "\n", headers=headers)


def secured(headers: list[tuple[bytes, bytes]], *, is_still: bool) -> list[tuple[bytes, bytes]]:
    """A reply's headers with ours; what must not be kept by the browser or a proxy is marked so."""
    ours = dict(SECURITY_HEADERS)
    kept = [
        pair
        for pair in headers
        if not pair[0].lower().startswith(_DROPPED) and pair[0].lower().decode() not in ours
    ]
    if not is_still and not any(name.lower() == b"cache-control" for name, _ in kept):
        ours["cache-control"] = "no-store"
    return [*kept, *((name.encode(), value.encode()) for name, value in ours.items())]
