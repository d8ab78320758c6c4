"""What the page's tests share: a real server, a real Chromium, and a look at what it asks for."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bearing_qa.answer.library import Library

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
STARTUP_SECONDS = 120
needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def shown(reader: Library, corpus: Path, **more: Any) -> Iterator[str]:
    """The address of the page over a reader, in this process: quick, with any encoder. ``more`` are
    further fields of Serving."""
    from bearing_qa.web.site import Serving, start

    port = free_port()
    server = start(reader, Serving(corpus=corpus, port=port, **more))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()


@contextmanager
def served(index: Path, corpus: Path, *more: str) -> Iterator[str]:
    """The address of ``bearing-qa serve`` over an index, in a process of its own."""
    port = free_port()
    script = Path(sys.executable).with_name("bearing-qa")
    options = {"--port": port, "--index": index, "--corpus": corpus}
    command = [str(script), "serve", *(str(word) for pair in options.items() for word in pair)]
    server = subprocess.Popen(
        [*command, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(STARTUP_SECONDS * 5):
            try:
                urllib.request.urlopen(url, timeout=1)
                break
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                assert server.poll() is None, "the server ended"
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def launched() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
            ],
        )
        yield chromium
        chromium.close()


@contextmanager
def opened(
    browser: Browser,
    address: str,
    *,
    query: str = "",
    width: int = 1440,
    locale: str = "zh-CN",
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """A tab on the page; closing it checks that no other machine was asked for anything."""
    tab = browser.new_page(
        viewport={"width": width, "height": 1000}, locale=locale, color_scheme=scheme
    )
    asked: list[str] = []
    faults: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text) if _is_policy(said.text) else None)
    tab.goto(address + query)
    yield tab
    tab.close()
    outside = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert outside == [], "the page asks nothing of any other machine"
    assert faults == [], "no script fails, and no rule of the server stops one"


def _is_policy(words: str) -> bool:
    """Whether a browser says that the server's rules stopped something of the page itself."""
    return "Content Security Policy" in words


def ask(page: Page, question: str) -> None:
    """Types a question and asks it."""
    box = page.locator("#question textarea, #question input").first
    box.fill(question)
    box.press("Enter")


def go_to(page: Page, name: str) -> None:
    """Opens a tab of the page; on a phone those that do not fit are in a menu."""
    shown_tab = page.get_by_role("tab", name=name)
    if shown_tab.count() == 0:
        page.get_by_role("button", name="More tabs").click()
        shown_tab = page.locator(".overflow-dropdown").get_by_role("button", name=name)
    shown_tab.click()
