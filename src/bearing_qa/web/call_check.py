"""Calls of functions, looked at before gradio gets them: what it would fail on is refused in a line.

A program that names no session of gradio's gets one that all programs share. Without one gradio works out the
settings of every part of the page again at each call, which takes as long as the answer. The endpoints keep
nothing in a session, so that nothing passes from one program to another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from bearing_qa.server.replies import refuse
from bearing_qa.server.request import API, JOIN, SMALL, read_request

SESSION = "programs"
_NAMED = re.compile(rf"{API}(?P<how>run|api|call|call/v2)/(?P<name>\w+)/?")
_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_App = Callable[[MutableMapping[str, Any], _Receive, Any], Awaitable[None]]


class Calls:
    """An ASGI application around gradio's. ``functions`` are the numbers of the page's own, ``endpoints``
    the names that programs may call."""

    def __init__(
        self, app: _App, *, functions: Collection[int], endpoints: Collection[str]
    ) -> None:
        self._app = app
        self._functions = functions
        self._endpoints = endpoints

    async def __call__(self, scope: MutableMapping[str, Any], receive: _Receive, send: Any) -> None:
        """Passes a request on, a call with a session, or refuses what calls nothing."""
        named = None
        if scope["type"] == "http" and scope["method"] == "POST":
            named = _NAMED.fullmatch(scope["path"])
        if named is None and not (scope["type"] == "http" and scope["path"] == JOIN):
            await self._app(scope, receive, send)
            return
        name = named["name"] if named and scope["path"] != SMALL else ""
        request = read_request(scope, root_path="", proxies=())
        if name and name not in self._endpoints:
            refused = refuse(request, 404, "no_such_path", path=scope["path"][:100])
            await refused.send(send)
            return
        body = await _whole(receive)
        call = _read(body)
        is_sound = call is not None and self._is_sound(call, is_numbered=not name)
        if named and named["how"] == "call/v2":
            is_sound = call is not None  # takes its values by name
        if not is_sound:
            await refuse(request, 422, "bad_call").send(send)
            return
        if name and call is not None and named and named["how"] in ("run", "api"):
            session = call.get("session_hash") or SESSION
            body = json.dumps({**call, "session_hash": session}).encode()
        await self._app(scope, _again(body, receive), send)

    def _is_sound(self, call: dict[str, Any], *, is_numbered: bool) -> bool:
        """Whether gradio can make something of a call."""
        number = call.get("fn_index")
        is_own = isinstance(number, int) and number in self._functions
        return (is_own if is_numbered else number is None) and isinstance(call.get("data"), list)


def _read(body: bytes) -> dict[str, Any] | None:
    """The object in a body, None if there is none."""
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return call if isinstance(call, dict) else None


async def _whole(receive: _Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes, receive: _Receive) -> _Receive:
    """What gives a body that was read as if it had not been."""
    held = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> _Message:
        return held.pop() if held else await receive()

    return again
