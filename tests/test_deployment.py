"""The page as a service: health, logs, the stop, a sub-path, no network, what deploy/ holds."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from playwright.sync_api import Browser
from typer.main import get_command

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.cli.serve import DEFAULT_RATE
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.search.question import MAX_CHARS
from bearing_qa.server import bodies, gate, http_server
from bearing_qa.server.bodies import MAX_FILES, MAX_UPLOAD_MB
from bearing_qa.web import application
from bearing_qa.web.site import health
from tests.asking import fetch, proxied, run
from tests.browsing import ask, free_port, opened, shown
from tests.conftest import ROOT, TINY, BigramEncoder, write_tiny

QUESTION = "公园门票价格不得超过多少元？"
OFFLINE = ROOT / "tests" / "offline.py"
SLOW_SERVER = """
import sys
from pathlib import Path
from bearing_qa.server.request_log import start_log
from bearing_qa.web.site import Serving, serve
from bearing_qa.answer.library import Library
from tests.conftest import BigramEncoder
import time
class Slow(BigramEncoder):
    def encode_question(self, question):
        if "?" in question or "？" in question:
            print("asked", flush=True)
            time.sleep(60 if "灯塔" in question else 0.8)
        return super().encode_question(question)
from bearing_qa.server import http_server
http_server.STOP_SECONDS = 2 if sys.argv[3] == "questions" else 15
start_log("info", questions=sys.argv[3] == "questions")
serve(Library(Path(sys.argv[1]), encoder=Slow()), Serving(corpus=Path("."), port=int(sys.argv[2])))
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
    """A server in a process of its own with an encoder that takes 0.8 s a question."""
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
    reader = Library(index, encoder=BigramEncoder())
    with shown(reader, tmp_path) as url:
        reply = fetch(url, "/health")
    assert reply.status == 200
    version, passages = reader.index().version, reader.index().size
    assert reply.json == {"status": "ok", "version": version, "passages": passages}
    status, state = health(Library(tmp_path / "nothing"))
    assert (status, state["status"]) == (503, "down")


def test_a_running_answer_is_finished_and_the_log_keeps_no_question(
    index: Path, tmp_path: Path
) -> None:
    with running(index, tmp_path / "log", "quiet") as page, ThreadPoolExecutor(2) as pool:
        idle = pool.submit(fetch, page.url, "/gradio_api/heartbeat/x")
        answer = pool.submit(run, page.url, "ask_json", QUESTION)
        assert page.process.stdout
        while page.process.stdout.readline() != "asked\n":
            pass
        seconds = page.stop(signal.SIGTERM)
        assert answer.result().status == 200
        assert "20元" in answer.result().json["data"][0]["answer"]
        assert idle.result().status == 200
        assert page.process.returncode == 0
        assert seconds < 12  # the heartbeat would have held it for 15
        asked = next(
            line for line in page.lines() if line.get("path") == "/gradio_api/run/ask_json"
        )
        assert (asked["method"], asked["status"], asked["client"]) == ("POST", 200, "127.0.0.1")
        assert asked["ms"] > 700
        assert asked["time"].endswith("+00:00")
        assert "公园" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_an_answer_without_end_is_left_and_questions_are_logged_on_demand(
    index: Path, tmp_path: Path
) -> None:
    with running(index, tmp_path / "log", "questions") as page, ThreadPoolExecutor(1) as pool:
        endless = pool.submit(run, page.url, "ask_json", "灯塔在哪里？")
        assert page.process.stdout
        while page.process.stdout.readline() != "asked\n":
            pass
        seconds = page.stop(signal.SIGINT)
        assert endless.exception() or endless.result().status >= 500
        assert page.process.returncode == 0
        assert 1.5 < seconds < 20
        assert [line["question"] for line in page.lines() if line["event"] == "question"] == [
            "灯塔在哪里？"
        ]


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_under_a_sub_path_behind_a_proxy_the_page_answers(
    index: Path, tmp_path: Path, browser: Browser
) -> None:
    reader = Library(index, encoder=BigramEncoder())
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


MARKUP = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_markup_in_documents_names_and_questions_is_text(tmp_path: Path, browser: Browser) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    name = "办法 <img src=x onerror=window.hit=1>.md"
    text = f"# 办法 {MARKUP}\n\n## 一、{MARKUP}\n\n公园门票价格不得超过20元{MARKUP}</div></div>。\n"
    (corpus / name).write_text(text, encoding="utf-8")
    build_index(corpus, tmp_path / "index", encoder=BigramEncoder())
    reader = Library(tmp_path / "index", encoder=BigramEncoder())
    with shown(reader, corpus) as url:
        with opened(browser, url) as page:
            for question in ("公园门票价格不得超过多少元？", f"{MARKUP}火星上有什么？"):
                ask(page, question)
                page.wait_for_selector("section.answer", timeout=20_000)
                page.wait_for_timeout(500)
            page.get_by_role("tab", name="资料").click()
            page.locator("#library").get_by_text("onerror").first.wait_for()
            assert page.evaluate("window.hit") is None
            assert page.locator("img[src=x]").count() == 0
        with opened(browser, url, query="/?doc=" + quote(MARKUP)) as page:
            page.locator("#source").get_by_role("alert").get_by_text("索引里没有文件").wait_for()
            assert page.evaluate("window.hit") is None
            assert page.locator("img[onerror]").count() == 0


def _offline(*before: str, index: Path) -> subprocess.CompletedProcess[str]:
    corpus = index.parent / "one"
    corpus.mkdir(exist_ok=True)
    (corpus / "办法.txt").write_text(TINY["办法.txt"], encoding="utf-8")
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


def _served_by(name: str) -> list[str]:
    """The words behind ``serve`` in a file of deploy/."""
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    found = re.search(r'(?:bearing-qa |\[")serve\W(.*)', text)
    assert found, name
    return re.findall(r"--[a-z-]+", found[1])


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "bearing-qa.service"])
def test_what_is_deployed_names_options_that_exist(name: str) -> None:
    known = {option for item in _serve_command().params for option in item.opts}
    assert _served_by(name)
    assert set(_served_by(name)) <= known


def test_the_limits_in_the_document_are_those_of_the_program() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for limit in (
        f"| {MAX_CHARS} |",
        f"`--rate`, {DEFAULT_RATE}",
        f"| {gate.MAX_OPEN} |",
        f"| {application.MAX_WAITING}; {application.AT_ONCE} |",
        f"| {gate.MAX_WAITING}; {gate.MAX_CALLS} |",
        f"| {bodies.MAX_BODY_MB} MB; {MAX_UPLOAD_MB} MB; {MAX_FILES}; {DEFAULT_LIMITS.megabytes} MB |",
        f"| {http_server.HEAD_SECONDS:.0f}; {bodies.PAUSE_SECONDS:.0f} |",
        f"| {http_server.MAX_CONNECTIONS} |",
        f"have {http_server.STOP_SECONDS} seconds",
    ):
        assert limit in text, limit


def _serve_command() -> Any:
    return get_command(app).commands["serve"]  # type: ignore[attr-defined]


def test_the_lock_holds_what_the_project_asks_for() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert "torch" not in locked, "the Makefile pins it"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *extras["mcp"], *extras["dev"]]:
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        if name != "torch":
            assert wanted.specifier.contains(locked[name]), line
