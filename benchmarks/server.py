"""The real server in a process of its own, asked as other programs and people ask it: HTTP and Chromium."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browsing import free_port

from bearing_qa.store.versions import current_version

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

PROGRAM = (sys.executable, "-m", "bearing_qa.cli.main")
STARTUP_SECONDS = 180
REPLY_SECONDS = 120
"""Longest wait for a reply; 32 askers on two busy cores wait for some seconds."""
BUILD_SECONDS = 300
VIEW: ViewportSize = {"width": 1440, "height": 1000}
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server listens, and its process."""

    port: int
    pid: int

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, question: str) -> dict[str, Any]:
        """What ``/ask_json`` (docs/api.md) gives. Raises OSError or HTTPException if it gives nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_SECONDS)
        try:
            body = json.dumps({"data": [question]})
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/gradio_api/run/ask_json", body, headers)
            reply = connection.getresponse()
            text = reply.read()
            if reply.status != http.client.OK:
                raise OSError(f"status {reply.status}: {text[:200]!r}")
            answer: dict[str, Any] = json.loads(text)["data"][0]
            return answer
        finally:
            connection.close()

    def resident_mb(self) -> float:
        """Memory of the process, mapped files' pages that it has read included."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1000


def build(index: Path, corpus: Path) -> None:
    """``bearing-qa index``, so that the process that measures stays small."""
    subprocess.run([*PROGRAM, "index", str(corpus), "--index", str(index)], check=True)


@contextmanager
def started(index: Path, corpus: Path, *more: str) -> Iterator[tuple[Server, float]]:
    """``bearing-qa serve`` over an index, and the seconds until it answered; it is ended at last."""
    port = free_port()
    command = [*PROGRAM, "serve", "--port", str(port), "--index", str(index)]
    command += ["--rate", "0", "--log-level", "warning", "--corpus", str(corpus), *more]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    server = Server(port, process.pid)
    try:
        while not _answers(server):
            if process.poll() is not None or time.perf_counter() - began > STARTUP_SECONDS:
                raise OSError(f"the server did not start ({process.returncode})")
            time.sleep(0.05)
        yield server, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def _answers(server: Server) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def paint(browser: Browser, server: Server) -> tuple[float, float]:
    """Milliseconds until a tab with an empty cache shows anything, and until a question can be typed."""
    context = browser.new_context(viewport=VIEW, locale="zh-CN")
    tab = context.new_page()
    began = time.perf_counter()
    tab.goto(server.address, wait_until="commit")
    tab.locator("#question textarea, #question input").first.wait_for(timeout=60_000)
    typed = 1000 * (time.perf_counter() - began)
    first = tab.evaluate(_PAINT)
    context.close()
    return float(first), typed


def rebuild(browser: Browser, server: Server, index: Path) -> None:
    """Rebuilds in the serving process by the page's button; returns when a new version serves.

    Raises OSError if none does in BUILD_SECONDS.
    """
    before = current_version(index)
    context = browser.new_context(viewport=VIEW, locale="zh-CN")
    tab = context.new_page()
    tab.goto(server.address)
    tab.get_by_role("tab", name="资料").click()
    tab.locator("table.library").wait_for(timeout=60_000)
    tab.locator("#rebuild").click()
    deadline = time.perf_counter() + BUILD_SECONDS
    while current_version(index) == before:
        if time.perf_counter() > deadline:
            raise OSError(
                f"no new version in {BUILD_SECONDS} s: {tab.locator('body').inner_text()}"
            )
        tab.wait_for_timeout(100)
    tab.locator("#report p, #report li").first.wait_for(timeout=60_000)
    context.close()
