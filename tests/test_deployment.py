"""The page as a service: health, logs, the stop, a sub-path, no network, what deploy/ holds."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from playwright.sync_api import Browser

from bearing_qa.index.build import build_index
from bearing_qa.interface.server import health
from bearing_qa.search.reader import Reader
from tests.asking import fetch, proxied, run
from tests.browsing import ask, free_port, opened, shown
from tests.conftest import ROOT, BigramEncoder, write_tiny

QUESTION = "公园门票价格不得超过多少元？"
OFFLINE = ROOT / "tests" / "offline.py"
SLOW_SERVER = """
import sys
from pathlib import Path
from bearing_qa.interface.request_log import start_log
from bearing_qa.interface.server import Serving, serve
from bearing_qa.search.reader import Reader
from tests.conftest import BigramEncoder
import time
class Slow(BigramEncoder):
    def encode_question(self, question):
        if "?" in question or "？" in question:
            print("asked", flush=True)
            time.sleep(60 if "灯塔" in question else 1.5)
        return super().encode_question(question)
from bearing_qa.interface import server
server.STOP_SECONDS = 4
start_log("info", questions=sys.argv[3] == "questions")
serve(Reader(Path(sys.argv[1]), encoder=Slow()), Serving(corpus=Path("."), port=int(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deployment")
    build_index(write_tiny(folder / "corpus"), folder / "index", encoder=BigramEncoder())
    return folder / "index"


@dataclass(frozen=True)
class Running:
    url: str
    process: subprocess.Popen[str]
    log: IO[str]

    def stop(self, sent: signal.Signals) -> float:
        """Sends a signal; the seconds until the process has ended."""
        started = time.monotonic()
        self.process.send_signal(sent)
        self.process.wait(20)
        return time.monotonic() - started

    def lines(self) -> list[dict[str, Any]]:
        self.log.seek(0)
        return [json.loads(line) for line in self.log if line.startswith("{")]


@contextmanager
def running(index: Path, log: Path, mode: str) -> Iterator[Running]:
    """A server in a process of its own with an encoder that takes 1.5 s a question."""
    port = free_port()
    with log.open("w+", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_SERVER, str(index), str(port), mode],
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        )
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                try:
                    fetch(url, "/health")
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield Running(url, process, stream)
        finally:
            process.kill()
            process.wait()


def test_health_tells_the_version_and_needs_no_login(index: Path, tmp_path: Path) -> None:
    reader = Reader(index, encoder=BigramEncoder())
    with shown(reader, tmp_path) as url:
        reply = fetch(url, "/health")
    assert reply.status == 200
    version, passages = reader.index().version, reader.index().size
    assert reply.json == {"status": "ok", "version": version, "passages": passages}
    status, state = health(Reader(tmp_path / "nothing"))
    assert (status, state["status"]) == (503, "down")


def test_a_running_answer_is_finished_and_the_log_keeps_no_question(
    index: Path, tmp_path: Path
) -> None:
    with running(index, tmp_path / "log", "quiet") as server, ThreadPoolExecutor(2) as pool:
        idle = pool.submit(fetch, server.url, "/gradio_api/heartbeat/x")
        answer = pool.submit(run, server.url, "ask_json", QUESTION)
        assert server.process.stdout
        while server.process.stdout.readline() != "asked\n":
            pass
        seconds = server.stop(signal.SIGTERM)
        assert answer.result().status == 200
        assert "20元" in answer.result().json["data"][0]["answer"]
        assert idle.result().status == 200
        assert server.process.returncode == 0
        assert seconds < 4
        asked = next(
            line for line in server.lines() if line.get("path") == "/gradio_api/run/ask_json"
        )
        assert (asked["method"], asked["status"], asked["client"]) == ("POST", 200, "127.0.0.1")
        assert asked["ms"] > 1000
        assert asked["time"].endswith("+00:00")
        assert "公园" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_an_answer_without_end_is_left_and_questions_are_logged_on_demand(
    index: Path, tmp_path: Path
) -> None:
    with running(index, tmp_path / "log", "questions") as server, ThreadPoolExecutor(1) as pool:
        endless = pool.submit(run, server.url, "ask_json", "灯塔在哪里？")
        assert server.process.stdout
        while server.process.stdout.readline() != "asked\n":
            pass
        seconds = server.stop(signal.SIGINT)
        assert endless.exception() or endless.result().status >= 500
        assert server.process.returncode == 0
        assert 3 < seconds < 8
        assert [line["question"] for line in server.lines() if line["event"] == "question"] == [
            "灯塔在哪里？"
        ]


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_under_a_sub_path_behind_a_proxy_the_page_answers(
    index: Path, tmp_path: Path, browser: Browser
) -> None:
    reader = Reader(index, encoder=BigramEncoder())
    proxies = frozenset({"127.0.0.1"})
    with (
        shown(reader, tmp_path, root_path="/policy/qa", proxies=proxies) as url,
        proxied(url, "/policy/qa") as address,
        opened(browser, address + "/") as page,
    ):
        ask(page, QUESTION)
        page.wait_for_selector("#answer a.mark", timeout=20_000)
        assert "20元" in page.inner_text("#answer")
        with page.expect_download() as saved:
            page.click("#export-markdown")
        assert "20元" in Path(saved.value.path()).read_text(encoding="utf-8")
        straight = fetch(url, "/policy/qa/config")
        assert straight.json["root"].endswith("/policy/qa")


def _offline(*before: str, index: Path) -> subprocess.CompletedProcess[str]:
    corpus = index.parent / "corpus"
    return subprocess.run(
        [*before, sys.executable, str(OFFLINE), str(corpus), str(index.parent / "offline")],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        check=False,
    )


def test_index_ask_and_serve_work_without_any_network(index: Path) -> None:
    """In a network namespace of its own where that may be made; every socket is watched either way."""
    alone = ("unshare", "--map-root-user", "--net")
    has_alone = (
        shutil.which("unshare") is not None
        and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    )
    done = _offline(*(alone if has_alone else ()), index=index)
    assert done.returncode == 0, done.stderr
    assert "20元" in done.stdout
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "asked": True,
        "outside": [],
        "status": "ok",
    }
