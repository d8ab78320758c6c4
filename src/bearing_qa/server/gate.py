"""What stands before the page: every request passes here, and goes on only if nothing speaks against it.

In this order: how often the client asks, whether there is such a path, from which site it comes, who asks,
how large the body is, how many are asking. The health endpoint alone is open to all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from bearing_qa.server.admission import Turns
from bearing_qa.server.bodies import Body, BodyRefused, Receive, refuse_unread
from bearing_qa.server.logins import MAX_FORM_BYTES, Logins
from bearing_qa.server.rate_limit import Rates, client_key
from bearing_qa.server.replies import Reply, Send, json_reply, refuse, secured
from bearing_qa.server.request import (
    FILE,
    HEALTH,
    JOIN,
    LOGIN,
    LOGOUT,
    METHODS,
    Request,
    Scope,
    is_inside,
    is_own_host,
    is_own_site,
    read_request,
)
from bearing_qa.server.request_log import log_request

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Health = Callable[[], tuple[int, Mapping[str, Any]]]
MAX_CALLS = 8
"""Calls of other programs answered at a time; the page's questions have gradio's queue. More would only
wait for one another, since the encoder takes all cores."""
MAX_SMALL = 16
"""Small events of the page answered at a time: no question waits before them."""
MAX_WAITING = 256
"""Calls, and small events, that wait for their turn."""
MAX_OPEN = 128
"""Requests of one client open at a time: some forty tabs, or an office behind one address."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the gate goes by. ``rate`` counts requests a minute and client, 0 for any number; ``folder``
    holds the files that may be fetched; ``hosts`` are names that the page is known by; ``proxies`` are
    addresses that may speak for others."""

    folder: Path
    rate: float = 0
    root_path: str = ""
    hosts: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()


class Gate:
    """An ASGI application around the page's."""

    def __init__(self, app: App, rules: Rules, *, health: Health, logins: Logins | None) -> None:
        self._app = app
        self._rules = rules
        self._health = health
        self._logins = logins
        self._rates = Rates(rules.rate)
        self._calls = Turns(MAX_CALLS, MAX_WAITING)
        self._small = Turns(MAX_SMALL, MAX_WAITING)
        self._open: Counter[str] = Counter()
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or lets the page answer; writes one line down."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        rules = self._rules
        request = read_request(scope, root_path=rules.root_path, proxies=rules.proxies)
        passage = _Passage(request, send)
        key = client_key(request.client)
        self._open[key] += 1
        try:
            await self._answer(passage, scope, receive)
        except BodyRefused as refused:
            await refused.reply.send(passage.send)
        except Exception:
            _LOG.exception("fault")
            if not passage.status:
                await refuse(passage.request, 500, "fault").send(passage.send)
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]
            passage.log()

    async def _answer(self, passage: _Passage, scope: Scope, receive: Receive) -> None:
        request = passage.request
        body = Body(receive, request, stopping=self.stopping)
        reply = await self._own_reply(passage, body)
        if reply:
            await reply.send(passage.send, with_body=request.method != "HEAD")
        else:
            try:
                if request.is_call:
                    await self._in_turn(passage, scope, body)
                else:
                    await self._app(scope, body, passage.hold(body))
            except Exception:
                if body.refused is None:
                    raise
            finally:
                body.close()
            if body.refused and not passage.status:
                await body.refused.reply.send(passage.send)

    async def _in_turn(self, passage: _Passage, scope: Scope, body: Body) -> None:
        """Lets the page answer when it is the request's turn. Who sends slowly takes nobody's turn, and who
        left while waiting gets no answer."""
        await body.hold()
        turns = self._small if passage.request.is_small else self._calls
        if turns.is_full:
            await refuse(passage.request, 503, "busy", retry_after=1).send(passage.send)
            return
        async with turns.turn(gone=body.left()) as is_here:
            if is_here:
                await self._app(scope, body, passage.hold(body))

    async def _own_reply(self, passage: _Passage, body: Body) -> Reply | None:
        """What the gate says by itself; None where the page is to answer."""
        request = passage.request
        if request.path == HEALTH and request.is_reading:
            status, state = await asyncio.to_thread(self._health)
            return json_reply(503 if self.stopping.is_set() else status, state)
        refused = self._refuse_client(request) or self._refuse_head(request)
        if refused:
            return refused
        if self._logins:
            reply = await self._log_in_or_out(self._logins, request, body)
            if reply:
                return reply
            known = await self._logins.user(request)
            if isinstance(known, Reply):
                return known
            passage.user = known
        elif request.path in (LOGIN, LOGOUT):
            return refuse(request, 404, "no_such_path", path=request.path)
        return self._refuse_page(request)

    def _refuse_client(self, request: Request) -> Reply | None:
        """Why a client has to wait."""
        if self._open[client_key(request.client)] > MAX_OPEN:
            return refuse(request, 429, "busy", retry_after=1)
        wait = 0.0 if request.is_still else self._rates.take(request.client)
        if wait:
            return refuse(request, 429, "too_often", retry_after=wait, seconds=ceil(wait))
        return None

    def _refuse_head(self, request: Request) -> Reply | None:
        """What is wrong with the head of a request, whoever sends it."""
        if request.is_ambiguous:
            return refuse(request, 400, "ambiguous")
        if not request.is_known and request.path not in (LOGIN, LOGOUT):
            return refuse(request, 404, "no_such_path", path=request.path[:100])
        if request.method not in METHODS:
            return refuse(
                request, 405, "no_such_method", path=request.path[:100], method=request.method
            )
        if not request.is_reading and not is_own_site(request):
            return refuse(request, 403, "other_site")
        if not self._logins and not is_own_host(request, names=self._rules.hosts):
            host = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
            return refuse(request, 403, "unknown_host", host=host.partition(":")[0][:100])
        return refuse_unread(request, folder=self._rules.folder)

    async def _log_in_or_out(self, logins: Logins, request: Request, body: Body) -> Reply | None:
        if request.path == LOGIN and request.is_reading:
            return logins.form(request)
        if request.path == LOGIN:
            return await logins.log_in(request, await _whole(body))
        if request.path == LOGOUT:
            return logins.way_out(request) if request.is_reading else logins.log_out(request)
        return None

    def _refuse_page(self, request: Request) -> Reply | None:
        """Why the page is not asked, though the one who asks is known."""
        if request.path.startswith(FILE):
            named = request.path.removeprefix(FILE)
            if not request.is_reading or not is_inside(named, self._rules.folder):
                return refuse(request, 404, "no_such_path", path=named[:100])
        return None


async def _whole(body: Body) -> bytes:
    """The body of a filled-in form; what is longer is cut off."""
    read = b""
    while len(read) < MAX_FORM_BYTES:
        message = await body()
        read += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return read[:MAX_FORM_BYTES]


def _is_bare(message: MutableMapping[str, Any]) -> bool:
    """Whether a reply is the framework's own "Internal Server Error"; what we say of a fault is JSON."""
    return any(value.startswith(b"text/plain") for _, value in message.get("headers", []))


class _Passage:
    """A request on its way: what is sent back gets our headers and is remembered for the log."""

    def __init__(self, request: Request, send: Send) -> None:
        self.request = request
        self.status = 0
        self.user = ""
        self._send = send
        self._started = time.perf_counter()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Passes a message on, with our headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = secured(list(message.get("headers", [])), is_still=self.request.is_still)
            message = {**message, "headers": headers}
        await self._send(message)

    def hold(self, body: Body) -> Send:
        """Passes the page's messages on, unless it has something to say that we say better: that a body
        was refused, that its queue is full, that it failed."""
        instead: Reply | None = None

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal instead
            if message["type"] == "http.response.start":
                instead = body.refused.reply if body.refused else self._said_better(message)
                if instead:
                    await instead.send(self.send)
            if not instead:
                await self.send(message)

        return send

    def _said_better(self, message: MutableMapping[str, Any]) -> Reply | None:
        if message["status"] == 503:
            status = 429 if self.request.path == JOIN else 503  # the page knows 503 in English
            return refuse(self.request, status, "busy", retry_after=1)
        if message["status"] == 500 and _is_bare(message):
            return refuse(self.request, 500, "fault")
        return None

    def log(self) -> None:
        """Writes the request down; 499 is one whose client left before there was an answer."""
        elapsed = 1000 * (time.perf_counter() - self._started)
        log_request(self.request, self.status or 499, elapsed_ms=elapsed, user=self.user)
