"""The one client of a language model: what a server does wrong is one line, nothing hangs, no other host is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bearing_qa.answer.chat import MAX_REPLY_BYTES, ChatModel
from bearing_qa.cli.main import app
from bearing_qa.errors import ModelError
from tests.chat_server import ChatServer, answers, in_turn, says, serving, trickles, waits

NAME = "tiny-instruct"
PARK = "公园门票价格不得超过多少元？"


GOOD = "门票价格不得超过20元，六十五岁以上老年人免费入园[1]。"


KEY = "sk-test-1234567890"


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as chat:
        yield chat


def model(server: ChatServer, *, seconds: float = 5.0, key: str = "") -> ChatModel:
    return ChatModel(NAME, f"{server.base}/chat/completions", key, seconds)


def fault(chat: ChatModel) -> str:
    with pytest.raises(ModelError) as raised:
        chat.reply([{"role": "user", "content": "?"}])
    assert KEY not in str(raised.value)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("behaviour", "found"),
    [
        (answers(200, b"<html><body>It works!</body></html>"), "no chat completion"),
        (answers(200, {"choices": []}), "no chat completion"),
        (answers(200, {"choices": [{"message": {"content": None}}]}), "no chat completion"),
        (answers(200, {"error": {"message": f"model {KEY} unknown"}}), "no chat completion"),
        (answers(200, b'{"choices": [{"message": {"content": "abc', Content_Length="999"), "no chat completion"),
        (answers(200, b"[" * 100_000), "no chat completion"),
        (answers(200, b"x" * (MAX_REPLY_BYTES + 9)), "more than 256 KB"),
        (answers(401, {"error": {"message": f"bad key {KEY}"}}), "status 401: the key is not accepted"),
        (answers(404, {"error": {"message": "no model"}}), "check --llm-url and --llm-model"),
        (answers(400, b""), "status 400"),
        (answers(429, b""), "too many requests"),
        (answers(500, b"Traceback"), "the server failed"),
        (answers(418, b""), "status 418"),
    ],
)  # fmt: skip
def test_what_a_server_does_wrong_is_one_line(
    server: ChatServer, behaviour: Any, found: str
) -> None:
    server.behaviour = behaviour
    words = fault(model(server, key=KEY))
    assert found in words
    assert "Traceback" not in words
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "behaviour",
    [
        waits(3),
        trickles(b"HTTP/1.1 200 OK\r\nX-Slow: ", seconds=3),
        trickles(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", seconds=3),
        trickles(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", seconds=3),
    ],
)
def test_a_slow_server_is_left_in_time(server: ChatServer, behaviour: Any) -> None:
    server.behaviour = behaviour
    started = time.monotonic()
    assert "no reply within 0.4 s" in fault(model(server, seconds=0.4))
    assert time.monotonic() - started < 1.5
    assert len(server.asked) == 1


def test_there_is_one_second_try_where_it_may_help(server: ChatServer) -> None:
    server.behaviour = in_turn(answers(503, b""), says(GOOD))
    assert model(server).reply([]).words == GOOD
    server.asked.clear()
    server.behaviour = answers(500, b"")
    fault(model(server))
    assert len(server.asked) == 2
    server.asked.clear()
    server.behaviour = answers(401, b"")
    fault(model(server))
    assert len(server.asked) == 1


def test_no_redirect_is_followed(server: ChatServer) -> None:
    with serving() as other:
        other.says(GOOD)
        server.behaviour = answers(307, b"", Location=f"{other.base}/chat/completions")
        assert "redirects" in fault(model(server, key=KEY))
        assert other.asked == []


def run(*words: object, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(app, [str(word) for word in words])


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--llm-url", "ftp://host/v1", "--llm-model", "m"], "ftp://host/v1"),
        (["--llm-url", "127.0.0.1:8000", "--llm-model", "m"], "http://"),
        (["--llm-url", "http://h:99999/", "--llm-model", "m"], "http://"),
        (["--llm-url", f"http://me:{KEY}@host/v1", "--llm-model", "m"], "--llm-key-file"),
        (["--llm-url", "http://host/v1"], "--llm-model NAME"),
        (["--llm-model", "m"], "--llm-url"),
        (["--llm-url", "http://h/v1", "--llm-model", "m", "--llm-key-file", "/none"], "/none"),
    ],
)
def test_wrong_options_are_one_line(options: list[str], found: str) -> None:
    result = run("ask", PARK, *options)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert found in result.stderr
    assert KEY not in result.stderr
