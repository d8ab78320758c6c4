"""Logging in: a form for browsers, user and password in the head for programs; who is logged in."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
import secrets
import threading
import time
from collections import OrderedDict
from html import escape
from math import ceil
from urllib.parse import parse_qs

from bearing_qa.server.passwords import Users
from bearing_qa.server.rate_limit import Rates
from bearing_qa.server.replies import Reply, json_reply, refuse
from bearing_qa.server.request import LOGIN, LOGOUT, Request

COOKIE = "bearing-qa-login"
SESSION_SECONDS = 12 * 3600
"""A working day; then one logs in again."""
MAX_SESSIONS = 10_000
"""Logins remembered; the oldest is forgotten first."""
MAX_FORM_BYTES = 4096
TRIES, TRIES_PER_MINUTE = 10, 2
"""Wrong passwords that a client has at once, and a minute after."""
AT_ONCE = 2
"""Passwords hashed at a time: each takes 32 MB and a tenth of a second."""


class Logins:
    """Who may use the page, and who is logged in."""

    def __init__(self, users: Users, *, root_path: str = "") -> None:
        self._users = users
        self._root = root_path
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._wrong = Rates(TRIES_PER_MINUTE, burst=TRIES)
        self._hashing = asyncio.Semaphore(AT_ONCE)
        self._secret = os.urandom(32)

    async def user(self, request: Request) -> str | Reply:
        """Who asks, or the reply to a stranger: the form, 401, or 429 after too many wrong tries."""
        known = self._session(_cookie(request))
        if known:
            return known
        given = _basic(request)
        if given is None:
            return self._stranger(request)
        ticket = hmac.new(self._secret, repr(given).encode(), hashlib.sha256).hexdigest()
        known = self._session(ticket)  # hashing at every call of a program would be dear
        if known:
            return known
        refused = await self._refuse_try(request, *given)
        if refused:
            return refused
        self._remember(ticket, given[0])
        return given[0]

    async def log_in(self, request: Request, body: bytes) -> Reply:
        """The reply to what was filled in: the way back with a cookie, or why not."""
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
        user, password, query = (
            fields.get(name, [""])[0] for name in ("username", "password", "query")
        )
        refused = await self._refuse_try(request, user.strip(), password, query=query)
        if refused:
            return refused
        token = secrets.token_urlsafe(32)
        self._remember(token, user.strip())
        cookie = self._cookie(request, token, SESSION_SECONDS)
        if request.wants_page:
            place = f"{self._root}/" + (f"?{query}" if query and _is_query(query) else "")
            return Reply(303, "", headers={"location": place, "set-cookie": cookie})
        return json_reply(200, {"success": True}, **{"set-cookie": cookie})

    def log_out(self, request: Request) -> Reply:
        """Ends the login; its cookie is worth nothing any more."""
        with self._lock:
            self._sessions.pop(_cookie(request), None)
        cookie = self._cookie(request, "", 0)
        return Reply(303, "", headers={"location": f"{self._root}/", "set-cookie": cookie})

    def form(
        self, request: Request, *, status: int = 200, query: str = "", fault: str = ""
    ) -> Reply:
        """The page that asks for user and password; its style is in it, it has no script."""
        wanted = query if _is_query(query) else ""
        page = _form(request, action=f"{self._root}{LOGIN}", query=wanted, fault=fault)
        return Reply(status, page, "text/html; charset=utf-8")

    def way_out(self, request: Request) -> Reply:
        """The page with the button that ends the login."""
        words = request.words
        form = f'<form method="post" action="{escape(self._root + LOGOUT)}"><button>{words("logout")}</button></form>'
        return Reply(200, _page(request, words("logout"), form), "text/html; charset=utf-8")

    def _stranger(self, request: Request) -> Reply:
        if request.wants_page and request.method == "GET":
            return self.form(
                request, status=401, query=request.query if request.path == "/" else ""
            )
        return refuse(request, 401, "login_needed")

    async def _refuse_try(
        self, request: Request, user: str, password: str, *, query: str = ""
    ) -> Reply | None:
        """Why user and password are refused; None if they fit. Only wrong ones count as tries; the form
        keeps the query of the page that was wanted."""
        wait = self._wrong.take(request.client)
        if wait:
            return refuse(request, 429, "too_often", retry_after=wait, seconds=ceil(wait))
        async with self._hashing:
            fits = await asyncio.to_thread(self._users.check, user, password)
        if fits:
            self._wrong.give_back(request.client)
            return None
        if request.wants_page:
            return self.form(request, status=401, query=query, fault=request.words("login_wrong"))
        return refuse(request, 401, "login_wrong")

    def _session(self, token: str) -> str:
        with self._lock:
            user, until = self._sessions.get(token, ("", 0.0))
        return user if until > time.monotonic() else ""

    def _remember(self, token: str, user: str) -> None:
        with self._lock:
            self._sessions[token] = (user, time.monotonic() + SESSION_SECONDS)
            while len(self._sessions) > MAX_SESSIONS:
                self._sessions.popitem(last=False)

    def _cookie(self, request: Request, value: str, seconds: int) -> str:
        secure = "; Secure" if request.is_secure else ""
        return f"{COOKIE}={value}; Path={self._root or '/'}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _cookie(request: Request) -> str:
    pairs = (pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")


def _basic(request: Request) -> tuple[str, str] | None:
    """User and password that a program sends with its request (curl -u); None if it sends none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user, password


def _is_query(words: str) -> bool:
    """Whether words may stand behind the ? of an address."""
    return len(words) < 2000 and all("!" <= sign <= "~" for sign in words)


def _form(request: Request, *, action: str, query: str, fault: str) -> str:
    words = request.words
    told = f'<p role="alert">{escape(fault)}</p>' if fault else ""
    hidden = f'<input type="hidden" name="query" value="{escape(query)}">' if query else ""
    return _page(
        request,
        words("login"),
        f'<form method="post" action="{escape(action)}">{told}{hidden}'
        f'<label>{words("login_user")}<input name="username" autocomplete="username" required autofocus></label>'
        f'<label>{words("login_password")}<input name="password" type="password" '
        f'autocomplete="current-password" required></label><button>{words("login")}</button></form>',
    )


def _page(request: Request, title: str, body: str) -> str:
    words = request.words
    return (
        f'<!doctype html><html lang="{words.language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title} – {words("title")}</title>'
        "<style>:root{color-scheme:light dark}body{font-family:system-ui,sans-serif;max-width:20rem;margin:15vh auto;padding:1rem}"
        "label{display:block;margin:.8rem 0}input{display:block;width:100%;box-sizing:border-box}"
        "input,button{font:inherit;padding:.5rem}</style>"
        f"<main><h1>{words('title')}</h1>{body}</main></html>"
    )
