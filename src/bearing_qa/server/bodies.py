"""The body of a request as it comes in: not too large, not in too many parts, not too slowly."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from bearing_qa.server.replies import Reply, refuse
from bearing_qa.server.request import UPLOAD, Request

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
MAX_BODY_MB = 1
"""Of anything but an upload: a question with its scope is far smaller."""
MAX_FILES = 100
"""Files of one upload; more are better copied into the folder."""
MAX_UPLOAD_MB = 256
"""Of all files of one upload."""
PAUSE_SECONDS = 30.0
"""The longest wait for the next part of a body."""
WHOLE_SECONDS = 600.0
"""The longest time that a whole body may take."""
FREE_MB = 1024
"""What an upload leaves free on the disk."""
_MB = 1024**2
_BOUNDARY = re.compile(r'multipart/form-data;.*boundary="?([^";,]{1,70})"?', re.IGNORECASE)


class BodyRefused(Exception):
    """A body that is not read on; ``reply`` says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.words)
        self.reply = reply


def megabytes_for(request: Request) -> int:
    """The most megabytes that a request's body may have."""
    return MAX_UPLOAD_MB if request.path == UPLOAD else MAX_BODY_MB


def refuse_unread(request: Request, *, folder: Path) -> Reply | None:
    """Why a body is refused before it is read: it is announced as too large, or an upload has no room."""
    megabytes = megabytes_for(request)
    if request.length > megabytes * _MB:
        return refuse(request, 413, "too_large", megabytes=megabytes)
    if request.path == UPLOAD and _free(folder) < FREE_MB * _MB + request.length:
        return refuse(request, 507, "no_room")
    return None


def _free(folder: Path) -> int:
    """Bytes free on the disk of a folder that exists or is going to."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(there).free


class Body:
    """Hands a request's body on piece by piece; raises BodyRefused at the first piece that is too much."""

    def __init__(self, receive: Receive, request: Request, *, stopping: asyncio.Event) -> None:
        self._receive = receive
        self._request = request
        self._stopping = stopping
        self._size, self._is_whole = 0, False
        self._until = asyncio.get_running_loop().time() + WHOLE_SECONDS
        said = _BOUNDARY.match(request.headers.get("content-type", ""))
        self._mark = f"--{said[1]}".encode("latin-1") if said and request.path == UPLOAD else b""
        self._parts, self._tail = 0, b""
        self.refused: BodyRefused | None = None
        self._ends: list[asyncio.Future[Any]] = []
        self._held: deque[Message] = deque()

    async def hold(self) -> None:
        """Reads the body to its end and keeps it for whoever asks. Raises BodyRefused."""
        while not self._is_whole:
            self._held.append(await self())

    async def left(self) -> None:
        """Waits until the one who asks is gone; after the body's end."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def __call__(self) -> Message:
        """The next ASGI message; when the server stops, an endless reply is told that its reader left."""
        if self._held and self._is_whole:
            return self._held.popleft()
        if self._is_whole:
            return await self._until_left()
        try:
            return await self._next()
        except BodyRefused as refused:
            self.refused = refused
            raise

    async def _next(self) -> Message:
        left = min(PAUSE_SECONDS, self._until - asyncio.get_running_loop().time())
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0.01))
        except TimeoutError:
            raise BodyRefused(refuse(self._request, 408, "too_slow")) from None
        piece = message.get("body", b"")
        self._is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        self._size += len(piece)
        megabytes = megabytes_for(self._request)
        if self._size > megabytes * _MB:
            raise BodyRefused(refuse(self._request, 413, "too_large", megabytes=megabytes))
        if self._mark:
            self._count(piece)
        return message

    def _count(self, piece: bytes) -> None:
        """Counts the marks between the parts; one may lie across two pieces."""
        joined = self._tail + piece
        self._parts += joined.count(self._mark)
        keep = len(self._mark) - 1
        self._tail = joined[-keep:] if keep else b""
        if self._parts > MAX_FILES + 1:  # one stands at the end
            raise BodyRefused(refuse(self._request, 413, "too_many_files", files=MAX_FILES))

    async def _until_left(self) -> Message:
        if not self._request.is_stream:
            return await self._receive()
        if not self._ends:
            waits = (self._receive(), self._stopping.wait())
            self._ends = [asyncio.ensure_future(wait) for wait in waits]
        if not any(
            end.done() for end in self._ends
        ):  # who only looks in gives up at the first wait
            await asyncio.wait(self._ends, return_when=asyncio.FIRST_COMPLETED)
        return {"type": "http.disconnect"}

    def close(self) -> None:
        """Stops waiting for the reader to leave: the request is over."""
        for end in self._ends:
            end.cancel()
