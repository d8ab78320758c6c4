"""What stands before the page: limits, other sites, files, the login; asked over a real connection."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import starlette.requests

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import QuestionError
from bearing_qa.output.batch import answer_batch
from bearing_qa.search.question import MAX_CHARS
from bearing_qa.server import bodies, gate, http_server
from bearing_qa.server.rate_limit import Rates
from bearing_qa.server.replies import SECURITY_HEADERS
from bearing_qa.server.request import read_request
from bearing_qa.web import application
from tests.asking import Answered, SlowEncoder, fetch, post, run, upload
from tests.browsing import shown
from tests.conftest import BigramEncoder, write_tiny

QUESTION = "公园门票价格不得超过多少元？"
USER, PASSWORD = "王芳", "正确的 horse:battery"


@dataclass(frozen=True)
class Shelf:
    index: Path
    corpus: Path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("gate")
    corpus = write_tiny(folder / "corpus")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    return Shelf(folder / "index", corpus)


@pytest.fixture(scope="module")
def site(library: Shelf) -> Iterator[str]:
    with shown(Library(library.index, encoder=BigramEncoder()), library.corpus, mcp=True) as url:
        yield url


# ---- limits ----


def test_a_stream_notices_that_its_reader_left_and_waits_once() -> None:
    """gradio looks in before each message: that must neither pile up waits nor miss the end."""
    scope = {"type": "http", "method": "GET", "path": "/gradio_api/heartbeat/x", "headers": []}

    async def look_in() -> None:
        gone = asyncio.Event()
        messages = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        request = read_request(dict(scope), root_path="", proxies=())
        assert request.is_stream
        body = bodies.Body(receive, request, stopping=asyncio.Event())
        reader = starlette.requests.Request(scope, receive=body)
        assert await reader.body() == b""
        assert not await reader.is_disconnected()
        waiting = len(asyncio.all_tasks())
        for _ in range(20):
            assert not await reader.is_disconnected()
        assert len(asyncio.all_tasks()) == waiting
        gone.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert await reader.is_disconnected()
        body.close()

    with ThreadPoolExecutor(1) as pool:  # a browser of other tests has a loop in this thread
        pool.submit(asyncio.run, look_in()).result(timeout=30)


@pytest.mark.parametrize("name", ["ask_json", "search"])
def test_a_question_has_one_greatest_length_everywhere(site: str, name: str) -> None:
    assert run(site, name, "公" * MAX_CHARS).status == 200
    refused = run(site, name, "公" * (MAX_CHARS + 1))
    assert f"{MAX_CHARS + 1} characters" in refused.error
    assert str(MAX_CHARS) in refused.error


def test_the_same_length_holds_in_this_process_and_in_a_batch(
    library: Shelf, tmp_path: Path
) -> None:
    reader = Library(library.index, encoder=BigramEncoder())
    asked = "公" * (MAX_CHARS + 1)
    for ask in (reader.ask, reader.search):
        with pytest.raises(QuestionError, match=f"at most {MAX_CHARS}"):
            ask(asked)
    batch, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [json.dumps({"id": 1, "question": asked}), json.dumps({"id": 2, "question": QUESTION})]
    batch.write_text("\n".join(lines), encoding="utf-8")
    (complaint,) = answer_batch(reader, batch, output, top_k=1).complaints
    assert "line 1" in complaint
    assert f"at most {MAX_CHARS}" in complaint
    first, second = (json.loads(line) for line in output.read_text(encoding="utf-8").splitlines())
    assert (first["refused"], second["refused"]) == (True, False)


def test_the_longest_question_is_the_page_s_too(site: str) -> None:
    assert f'"max_length":{MAX_CHARS}' in fetch(site, "/config").body.decode().replace(" ", "")


def test_who_asks_too_often_has_to_wait(library: Shelf) -> None:
    reader = Library(library.index, encoder=BigramEncoder())
    with shown(reader, library.corpus, rate=6) as url:
        replies = [run(url, "documents", accept_language="en") for _ in range(8)]
        still = fetch(url, "/theme.css")
        health = fetch(url, "/health")
    assert [reply.status for reply in replies] == [200] * 6 + [429] * 2
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 11
    assert "try again in" in replies[-1].error
    assert (still.status, health.status) == (200, 200)


def test_the_buckets_refill_and_few_are_remembered() -> None:
    now = [0.0]
    rates = Rates(60, burst=2, max_clients=3, clock=lambda: now[0])
    assert [rates.take("a"), rates.take("a"), rates.take("a")] == [0, 0, 1.0]
    now[0] = 1.5
    assert rates.take("a") == 0
    assert rates.take("a") == 0.5
    rates.give_back("a")
    assert rates.take("a") == 0
    for client in range(1000):
        rates.take(f"10.0.{client}.1")
    assert rates.known == 3
    assert [rates.take(f"2001:db8::{host}") > 0 for host in range(3)] == [False, False, True]


@contextmanager
def slow_site(
    library: Shelf, monkeypatch: pytest.MonkeyPatch, *, at_once: int, waiting: int
) -> Iterator[tuple[str, SlowEncoder]]:
    """A page that answers so many calls at once, none before ``may`` is set."""
    monkeypatch.setattr(gate, "MAX_CALLS", at_once)
    monkeypatch.setattr(gate, "MAX_WAITING", waiting)
    encoder = SlowEncoder()
    with shown(Library(library.index, encoder=encoder), library.corpus) as url:
        assert encoder.asked.acquire(blocking=False), "the encoder is tried at the start"
        encoder.may.clear()
        try:
            yield url, encoder
        finally:
            encoder.may.set()


def open_call(url: str, *, body: bytes) -> http.client.HTTPConnection:
    """A call of which so much is sent, and more announced if it is not whole."""
    whole = json.dumps({"data": [QUESTION]}).encode()
    place = urlsplit(url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    connection.putrequest("POST", "/gradio_api/run/ask_json")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(whole)))
    connection.endheaders(body)
    return connection


def test_calls_wait_for_their_turn_and_one_more_than_may_wait_is_told_so(
    library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        slow_site(library, monkeypatch, at_once=2, waiting=3) as (url, encoder),
        ThreadPoolExecutor(9) as pool,
    ):
        first = [pool.submit(run, url, "ask_json", QUESTION) for _ in range(2)]
        assert all(encoder.asked.acquire(timeout=10) for _ in first)
        calls = [pool.submit(run, url, "ask_json", QUESTION) for _ in range(7)]
        ready, _ = wait(calls, timeout=10, return_when=FIRST_COMPLETED)
        assert ready, "one more than may wait"
        time.sleep(0.5)
        assert not encoder.asked.acquire(blocking=False), "more were answered than at once"
        encoder.may.set()
        replies = [reply.result() for reply in (*first, *calls)]
        assert run(url, "ask_json", QUESTION).status == 200
    assert sorted(reply.status for reply in replies) == [200] * 5 + [503] * 4
    refused = next(reply for reply in replies if reply.status == 503)
    assert refused.headers["retry-after"] == "1"
    assert refused.error == "现在提问的人较多，请稍后再试。"


def test_who_left_while_waiting_is_not_answered(
    library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        slow_site(library, monkeypatch, at_once=1, waiting=1) as (url, encoder),
        ThreadPoolExecutor(2) as pool,
    ):
        first = pool.submit(run, url, "ask_json", QUESTION)
        assert encoder.asked.acquire(timeout=10)
        gone = open_call(url, body=json.dumps({"data": [QUESTION]}).encode())
        time.sleep(0.5)
        assert run(url, "documents").status == 503
        gone.close()
        time.sleep(0.5)
        next_one = pool.submit(run, url, "ask_json", QUESTION)
        time.sleep(0.5)
        encoder.may.set()
        assert first.result().status == 200
        assert next_one.result().status == 200
        assert encoder.asked.acquire(timeout=1)
        assert not encoder.asked.acquire(timeout=0.5), "who left was answered too"


def test_who_sends_slowly_takes_nobody_s_turn(
    library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with slow_site(library, monkeypatch, at_once=1, waiting=0) as (url, encoder):
        encoder.may.set()
        slow = open_call(url, body=b'{"data"')
        time.sleep(0.3)
        assert run(url, "ask_json", QUESTION).status == 200
        slow.send(json.dumps({"data": [QUESTION]}).encode()[7:])
        assert slow.getresponse().status == 200
        slow.close()


def test_a_full_queue_says_so_in_the_reader_s_language(
    library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "AT_ONCE", 1)
    monkeypatch.setattr(application, "MAX_WAITING", 2)
    encoder = SlowEncoder()
    with shown(Library(library.index, encoder=encoder), library.corpus) as url:
        encoder.may.clear()
        named = fetch(url, "/config").json["dependencies"]
        ask = next(item["id"] for item in named if item["api_name"] == "ask")
        event = {"data": [QUESTION, [], "", "", ""], "fn_index": ask, "session_hash": "tests"}
        accepted = 0
        refused = Answered(0, {}, b"")
        while refused.status != 429 and accepted < 9:
            time.sleep(0.2)  # the queue takes its next event up to 0.05 s later
            refused = post(url, "/gradio_api/queue/join", event)
            accepted += refused.status == 200
        english = post(url, "/gradio_api/call/ask", {"data": [QUESTION]}, accept_language="en-US")
        encoder.may.set()
    assert 2 <= accepted <= 4
    assert refused.error == "现在提问的人较多，请稍后再试。"
    assert english.status == 503
    assert "try again" in english.error


def test_who_keeps_the_server_waiting_is_left(
    library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(bodies, "PAUSE_SECONDS", 0.5)
    with shown(Library(library.index, encoder=BigramEncoder()), library.corpus) as url:
        place = str(urlsplit(url).hostname), urlsplit(url).port
        silent, slow, late = (socket.create_connection(place, timeout=10) for _ in range(3))
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        late.sendall(
            b"POST /gradio_api/run/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{"
        )
        assert silent.recv(100) == b""
        assert slow.recv(100) == b""
        assert late.recv(100).startswith(b"HTTP/1.1 408 ")
        assert fetch(url, "/health").status == 200


# ---- other sites, other hosts ----


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_other_sites_change_nothing(site: str, headers: dict[str, str]) -> None:
    for refused in (
        run(site, "documents", **headers),
        post(site, "/gradio_api/mcp/", {}, **headers),
        post(site, "/gradio_api/queue/join", {}, **headers),
        upload(site, {"a.txt": b"x"}, **headers),
    ):
        assert refused.status == 403
        assert "\n" not in refused.error


def test_the_page_itself_and_plain_programs_may(site: str) -> None:
    assert run(site, "documents").status == 200
    assert run(site, "documents", origin=site).status == 200
    assert run(site, "documents", sec_fetch_site="same-origin", origin=site).status == 200


def test_other_sites_are_not_shown_what_is_said(site: str) -> None:
    for path in ("/config", "/gradio_api/info", "/"):
        reply = fetch(site, path, origin="https://evil.example")
        assert not [name for name in reply.headers if name.startswith("access-control")]
    preflight = fetch(
        site,
        "/gradio_api/run/documents",
        method="OPTIONS",
        origin="https://evil.example",
        access_control_request_method="POST",
    )
    assert preflight.status == 405


def test_a_name_that_leads_here_from_outside_is_refused(library: Shelf) -> None:
    reader = Library(library.index, encoder=BigramEncoder())
    with shown(reader, library.corpus, hosts=frozenset({"policy.example"})) as url:
        hosts = [
            "evil.example",
            "evil.example:7860",
            "policy.example",
            "box",
            "10.0.0.5:80",
            "[::1]:7",
        ]
        replies = [fetch(url, "/config", host=host).status for host in hosts]
    assert replies == [403, 403, 200, 200, 200, 200]


def test_only_a_proxy_of_ours_speaks_for_others(library: Shelf) -> None:
    reader = Library(library.index, encoder=BigramEncoder())
    named = {"x_forwarded_for": "6.6.6.6, 10.1.1.1", "x_forwarded_host": "box"}
    with shown(reader, library.corpus) as url:
        stranger = fetch(url, "/config", method="GET", body=None, **named).json["root"]
    with shown(reader, library.corpus, proxies=frozenset({"127.0.0.1"}), rate=2) as url:
        proxy = fetch(url, "/config", method="GET", body=None, **named).json["root"]
        clients = ["10.1.1.1", "10.1.1.1", "10.1.1.2"]
        replies = [fetch(url, "/config", x_forwarded_for=f"1.1.1.1, {name}") for name in clients]
    assert stranger.startswith("http://127.0.0.1:")
    assert proxy == "http://box"
    assert [reply.status for reply in replies] == [200, 429, 200]


# ---- headers, paths, files ----


def test_every_reply_has_the_headers(site: str) -> None:
    for path in (
        "/",
        "/health",
        "/theme.css",
        "/nothing",
        "/gradio_api/file=/etc/passwd",
        "/config",
    ):
        reply = fetch(site, path)
        for name, value in SECURITY_HEADERS.items():
            assert reply.headers[name] == value, (path, name)
        assert "server" not in reply.headers
    assert fetch(site, "/config").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/proxy=https://x.hf.space/",
        "/gradio_api/vibe-code/",
        "/gradio_api/dev/reload",
        "/gradio_api/deep_link?session_hash=x",
        "/gradio_api/run-history/buckets",
        "/monitoring/summary",
        "/monitoring/x",
        "/docs",
        "/openapi.json",
        "/login",
        "/logout",
        "/gradio_api/runs",
        "/assets/../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/routes.py",
        "/gradio_api/custom_component/1/client/component/../../x",
    ],
)
def test_what_the_page_does_not_need_is_not_there(site: str, path: str) -> None:
    assert fetch(site, path).status == 404


# ---- what is made to break it ----


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{]",
        b"null",
        b'{"data": "x"}',
        b'{"data": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        b'{"data": ["x", ' + b"9" * 5000 + b"]}",
        b'{"data": ["x", NaN]}',
        b'{"data": ["\xff"]}',
        b'{"data": ["\\ud800"]}',
        b'{"data": ["x"], "fn_index": 99999}',
        b'{"data": ["x", 5, ["' + b"a" * 501 + b'"]]}',
        b'{"data": ["x", 5, [' + b",".join([b'"a"'] * 1001) + b"]]}",
        b'{"data": ["x", 5, [], "", "", "' + b"a" * 501 + b'"]}',
    ],
)
@pytest.mark.parametrize("path", ["/gradio_api/run/ask_json", "/gradio_api/mcp/"])
def test_malformed_calls_get_one_short_answer(site: str, path: str, body: bytes) -> None:
    accept = "application/json, text/event-stream"
    reply = fetch(
        site, path, method="POST", body=body, content_type="application/json", accept=accept
    )
    assert 400 <= reply.status <= 500
    assert reply.json
    assert len(reply.body) < 4000
    assert b"Traceback" not in reply.body


def test_a_fault_of_the_page_is_one_line(site: str) -> None:
    for path in ("/gradio_api/call/v2/text", "/gradio_api/call/v2/ask_json"):
        reply = post(site, path, {"nonsense": []}, accept_language="en")
        assert reply.status == 500
        assert reply.error == "Something failed in the server; its log says what."


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: -5",
        b"Host: other",
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(site: str, head: bytes) -> None:
    place = urlsplit(site)
    with socket.create_connection((str(place.hostname), place.port), timeout=10) as connection:
        start = b"POST /gradio_api/run/search HTTP/1.1\r\nHost: localhost\r\n"
        connection.sendall(start + head + b"\r\n\r\n0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_one_client_cannot_hold_all_connections(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MAX_OPEN", 5)
    place = str(urlsplit(site).hostname), urlsplit(site).port
    held = [socket.create_connection(place, timeout=10) for _ in range(5)]
    for number, connection in enumerate(held):
        line = f"GET /gradio_api/heartbeat/a{number} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall(line.encode())
        assert b" 200 " in connection.recv(20)
    assert fetch(site, "/config").status == 429
    assert fetch(site, "/health").status == 200
    for connection in held:
        connection.close()


# ---- the login ----
