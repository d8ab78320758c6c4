"""One session of gradio for all programs that name none.

Without one gradio works out the settings of every part of the page anew at each call, which takes as long as
the answer. The endpoints keep nothing in a session, so that nothing passes from one program to another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

ENDPOINTS = ("ask_json", "search", "documents", "text", "status")
SESSION = "programs"
_CALL = re.compile(rf"/gradio_api/(run|api)/({'|'.join(ENDPOINTS)})/?")
_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_App = Callable[[MutableMapping[str, Any], _Receive, Any], Awaitable[None]]


class ApiSession:
    """An ASGI application around gradio's."""

    def __init__(self, app: _App) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: _Receive, send: Any) -> None:
        """Passes a request on, a call of an endpoint with the session."""
        if scope["type"] == "http" and _CALL.fullmatch(scope["path"]):
            receive = await _with_session(receive)
        await self._app(scope, receive, send)


async def _with_session(receive: _Receive) -> _Receive:
    """What gives the body with the session's name in it, or as it was if it is no JSON object."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        call = json.loads(body)
        if isinstance(call, dict) and call.get("session_hash") is None:
            body = json.dumps({**call, "session_hash": SESSION}).encode()
    except (ValueError, RecursionError):
        pass  # gradio says what is wrong with it
    held = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> _Message:
        return held.pop() if held else await receive()

    return again
