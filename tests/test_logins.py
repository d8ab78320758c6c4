"""Logging in: nothing without a login, forms for browsers, user and password for programs, slow guessing."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from gradio_client import Client

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.errors import StoreError
from bearing_qa.server import passwords
from bearing_qa.server.passwords import Users, hash_password, read_users, user_line
from tests.asking import Answered, fetch, post, run
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
def locked(library: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("users") / "users"
    file.write_text(f"# the office\n\n{user_line(USER, PASSWORD)}\n", encoding="utf-8")
    reader = Library(library.index, encoder=BigramEncoder())
    with shown(reader, library.corpus, mcp=True, users=read_users(file)) as url:
        yield url


def _basic(password: str, user: str = USER) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _fill_in(url: str, password: str, **headers: str) -> Answered:
    form = urlencode({"username": USER, "password": password, "query": "doc=a&start=1"}).encode()
    kind = "application/x-www-form-urlencoded"
    return fetch(url, "/login", method="POST", body=form, content_type=kind, **headers)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/config",
        "/theme.css",
        "/assets/x.js",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/app_id",
        "/gradio_api/heartbeat/x",
        "/gradio_api/queue/data?session_hash=x",
        "/gradio_api/queue/status",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/mcp/",
        "/gradio_api/mcp/sse",
        "/gradio_api/mcp/schema",
    ],
)
def test_nothing_is_read_without_a_login(locked: str, path: str) -> None:
    assert fetch(locked, path).status == 401
    assert fetch(locked, path, authorization="Basic !").status == 401
    assert fetch(locked, path, cookie="bearing-qa-login=x; access-token=y").status == 401


@pytest.mark.parametrize(
    "path", ["run/documents", "call/ask", "queue/join", "upload", "cancel", "reset", "mcp/"]
)
def test_nothing_is_done_without_a_login(locked: str, path: str) -> None:
    assert post(locked, f"/gradio_api/{path}", {"data": []}).status == 401
    assert fetch(locked, "/health").status == 200


def test_a_browser_gets_a_form_and_comes_back_to_where_it_was(locked: str) -> None:
    form = fetch(locked, "/?doc=a&start=1", accept="text/html", accept_language="en")
    assert form.status == 401
    assert 'name="query" value="doc=a&amp;start=1"' in form.body.decode()
    again = _fill_in(locked, "wrong", accept="text/html", accept_language="en")
    assert again.status == 401
    assert 'name="query" value="doc=a&amp;start=1"' in again.body.decode()
    assert "User or password is wrong." in again.body.decode()
    reply = _fill_in(locked, PASSWORD, accept="text/html")
    assert (reply.status, reply.headers["location"]) == (303, "/?doc=a&start=1")
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    token = cookie.partition(";")[0]
    assert fetch(locked, "/", cookie=token).status == 200
    assert run(locked, "documents", cookie=token).status == 200
    assert (
        fetch(locked, "/logout", method="POST", cookie=token, origin="http://x.example").status
        == 403
    )
    assert fetch(locked, "/logout", method="POST", cookie=token).status == 303
    assert fetch(locked, "/", cookie=token).status == 401


def test_programs_send_user_and_password(locked: str) -> None:
    first, second = (run(locked, "documents", authorization=_basic(PASSWORD)) for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    assert run(locked, "documents", authorization=_basic(PASSWORD, "nobody")).status == 401
    client = Client(locked, auth=(USER, PASSWORD), verbose=False, httpx_kwargs={"timeout": 60})
    assert "20元" in client.predict(QUESTION, api_name="/ask_json")["answer"]


def test_a_language_model_s_client_sends_them_too(locked: str) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def names() -> list[str]:
        url, head = f"{locked}/gradio_api/mcp/", {"Authorization": _basic(PASSWORD)}
        async with (
            streamablehttp_client(url, headers=head) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return [tool.name for tool in (await session.list_tools()).tools]

    with ThreadPoolExecutor(1) as pool:
        assert "ask_json" in pool.submit(asyncio.run, names()).result(timeout=30)


def test_guessing_passwords_is_slow(library: Shelf) -> None:
    reader = Library(library.index, encoder=BigramEncoder())
    users = Users({USER: hash_password(PASSWORD)})
    with shown(reader, library.corpus, users=users) as url:
        right = [_fill_in(url, PASSWORD).status for _ in range(3)]
        wrong = [_fill_in(url, f"guess {number}").status for number in range(11)]
        locked_out = _fill_in(url, PASSWORD)
    assert right == [200] * 3
    assert wrong == [401] * 10 + [429]
    assert locked_out.status == 429
    assert int(locked_out.headers["retry-after"]) > 5


def test_unknown_users_take_as_long_as_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    users = Users({USER: hash_password(PASSWORD)})
    spent: list[tuple[int, int, int]] = []
    derive = passwords._derive

    def counted(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
        spent.append(cost)
        return derive(password, salt, cost)

    monkeypatch.setattr(passwords, "_derive", counted)
    assert users.check(USER, PASSWORD)
    assert not users.check(USER, "wrong")
    assert not users.check("nobody", PASSWORD)
    assert not users.check("nobody", "")
    assert len(spent) == 4
    assert len(set(spent)) == 1
    assert not users.check(USER, "x" * 10**6)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "names nobody"),
        ("# none\n", "names nobody"),
        ("wang:secret\n", "line 1"),
        ("wang:scrypt$32768$8$1$AAAA\n", "line 1"),
        ("wang:scrypt$32768$8$1$AAAA$AAAA\n", "line 1"),
        (f"\nwang:scrypt$3$8$1$AAAA${'A' * 43}=\n", "line 2"),
        (f"wang:scrypt$1073741824$8$1$AAAA${'A' * 43}=\n", "line 1"),
        (f"wang:scrypt$2$8$1$AAAA${'A' * 43}=\n" * 2, "twice"),
    ],
)
def test_a_bad_file_of_users_gets_one_line(tmp_path: Path, content: str, said: str) -> None:
    from typer.testing import CliRunner

    file = tmp_path / "users"
    file.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(app, ["serve", "--auth-file", str(file)])
    assert result.exit_code == 1
    assert said in result.stderr
    assert "bearing-qa password" in result.stderr
    assert result.stderr.count("\n") == 1
    with pytest.raises(StoreError, match="cannot be read"):
        read_users(tmp_path)


def test_the_command_makes_a_line_that_logs_in(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    file = tmp_path / "users"
    made = CliRunner().invoke(app, ["password", USER], input=PASSWORD + "\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.stdout
    file.write_text(made.stdout, encoding="utf-8")
    assert read_users(file).check(USER, PASSWORD)
    short = CliRunner().invoke(app, ["password", USER], input="short\n")
    odd = CliRunner().invoke(app, ["password", "a:b"], input=PASSWORD + "\n")
    assert (short.exit_code, odd.exit_code) == (1, 1)
    assert "a:b" in odd.stderr
