"""Endpoints for other programs: plain HTTP, gradio's client, a real MCP client."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from gradio.state_holder import SessionState
from gradio_client import Client

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import StoreError
from bearing_qa.output.batch import answer_json
from bearing_qa.web import endpoints
from tests.browsing import shown
from tests.conftest import BigramEncoder, write_tiny

QUESTION = "公园门票价格不得超过多少元？"
NAMES = ["ask_json", "search", "check", "compare", "digest", "documents", "text", "status"]


@dataclass(frozen=True)
class Service:
    address: str
    reader: Library


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("api")
    corpus = write_tiny(folder / "corpus")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    reader = Library(folder / "index", encoder=BigramEncoder())
    with shown(reader, corpus, mcp=True) as address:
        yield Service(address, reader)


def _run(service: Service, name: str, *values: Any) -> Any:
    """What a single HTTP call gives."""
    body = json.dumps({"data": values}).encode()
    request = urllib.request.Request(
        f"{service.address}/gradio_api/run/{name}", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)["data"][0]


def _timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "elapsed_ms": 0}


def test_ask_gives_the_promised_json_and_its_citations_can_be_read(service: Service) -> None:
    answer = _run(service, "ask_json", QUESTION)
    item = {"id": None, "question": QUESTION}
    assert _timeless(answer) == _timeless(answer_json(service.reader, item, top_k=5))
    for citation in answer["citations"]:
        place = citation["doc_id"], citation["start"], citation["end"]
        assert _run(service, "text", *place)["text"] == citation["text"]


def test_two_documents_are_compared_as_at_the_command_line(service: Service) -> None:
    said = _run(service, "compare", "办法", "函-1")
    assert set(said) == {"old", "new", "clauses", "counts", "flags"}
    assert sum(said["counts"].values()) == len(said["clauses"])
    with pytest.raises(urllib.error.HTTPError):
        _run(service, "compare", "办法", "没有这份")


def test_a_theme_is_collected_within_a_scope(service: Service) -> None:
    said = _run(service, "digest", "公园门票")
    assert said["theme"] == "公园门票"
    items = [item for one in said["documents"] for item in one["items"]]
    assert any("门票" in item["text"] for item in items)
    other = _run(service, "digest", "公园门票", "sentence", ["函-1"])
    assert {one["doc_id"] for one in other["documents"]} <= {"函-1"}
    with pytest.raises(urllib.error.HTTPError):
        _run(service, "digest", "公园门票", "chapter")


def test_search_documents_and_status(service: Service) -> None:
    hits = _run(service, "search", "灯塔修缮", 2)
    assert len(hits) == 2
    assert hits[0]["doc_id"] == "函-1"
    scoped = _run(service, "search", "灯塔修缮", 3, ["办法"])
    assert {hit["doc_id"] for hit in scoped} == {"办法"}
    listed = _run(service, "documents")
    assert [item["doc_id"] for item in listed] == service.reader.index().catalogue.doc_ids()
    assert listed[2]["metadata"]["number"] == "国发〔2021〕5号"
    status = _run(service, "status")
    assert status["version"] == service.reader.index().version


def test_a_call_without_a_session_makes_none(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gradio works out the settings of the whole page for each session."""
    made = []
    plain = SessionState.__init__

    def count(self: SessionState, blocks: Any) -> None:
        made.append(self)
        plain(self, blocks)

    monkeypatch.setattr(SessionState, "__init__", count)
    for _ in range(3):
        _run(service, "ask_json", QUESTION)
        _run(service, "documents")
    assert len(made) <= 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"data": 5}', b"[" * 100_000])
def test_what_is_no_call_is_refused(service: Service, body: bytes) -> None:
    request = urllib.request.Request(
        f"{service.address}/gradio_api/run/status", body, {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=20)
    assert caught.value.code == 422
    assert "docs/api.md" in json.loads(caught.value.read())["error"]


@pytest.mark.parametrize(
    ("path", "call", "code"),
    [
        ("queue/join", {"data": [], "fn_index": 99, "session_hash": "a"}, 422),
        ("queue/join", {"data": [], "fn_index": [], "session_hash": "a"}, 422),
        ("run/predict", {"data": [], "fn_index": -1}, 422),
        ("run/ask_json", {"data": ["门票"], "fn_index": 3}, 422),
        ("run/nothing", {"data": []}, 404),
        ("call/rebuild", {"data": []}, 404),
        ("api/put", {"data": []}, 404),
        ("call/v2/remove", {}, 404),
    ],
)
def test_functions_that_are_not_there_or_not_for_programs_are_not_called(
    service: Service, path: str, call: dict[str, Any], code: int
) -> None:
    body = json.dumps(call).encode()
    request = urllib.request.Request(
        f"{service.address}/gradio_api/{path}", body, {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=20)
    assert caught.value.code == code
    assert json.loads(caught.value.read())["error"]


def test_text_is_given_in_parts(service: Service) -> None:
    whole = _run(service, "text", "办法")
    assert whole["length"] == len(whole["text"]) == whole["end"]
    part = _run(service, "text", "办法", 5, 9)
    assert part["text"] == whole["text"][5:9]
    assert _run(service, "text", "办法", 10**6)["text"] == ""
    assert _run(service, "text", "办法", -5, 3)["text"] == whole["text"][:3]


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("ask_json", [""], "words"),
        ("ask_json", [5], "question is"),
        ("ask_json", [QUESTION, 0], "top_k"),
        ("ask_json", [QUESTION, 5, "办法"], "documents"),
        ("search", ["甲", 5, [], "2030"], "2030"),
        ("search", ["甲", None], "top_k"),
        ("text", ["没有"], "没有"),
        ("text", ["办法", "x"], "start"),
    ],
)
def test_what_cannot_be_asked_gets_one_line(
    service: Service, name: str, values: list[Any], said: str
) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        _run(service, name, *values)
    error = json.load(caught.value)["error"]
    assert said in error
    assert "Traceback" not in error


def test_gradio_s_own_client_finds_them_with_names_and_types(service: Service) -> None:
    client = Client(service.address, verbose=False, httpx_kwargs={"timeout": 60})
    endpoints: Any = client.view_api(return_format="dict", print_info=False)
    assert set(endpoints["named_endpoints"]) == {f"/{name}" for name in NAMES}
    parameters = endpoints["named_endpoints"]["/ask_json"]["parameters"]
    assert [p["parameter_name"] for p in parameters][:3] == ["question", "top_k", "documents"]
    assert parameters[2]["type"] == {"type": "array", "items": {"type": "string"}}
    answer = client.predict(QUESTION, documents=["办法"], api_name="/ask_json")
    assert "20元" in answer["answer"]


def test_a_language_model_s_client_has_the_same_tools(service: Service) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def talk() -> tuple[list[Any], str]:
        url = f"{service.address}/gradio_api/mcp/"
        async with (
            streamablehttp_client(url) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            reply = await session.call_tool("ask_json", {"question": QUESTION})
            return tools, reply.content[0].text  # type: ignore[union-attr]

    with ThreadPoolExecutor(1) as pool:  # the browser's tests keep a loop in this thread
        tools, text = pool.submit(asyncio.run, talk()).result(timeout=30)
    assert [tool.name for tool in tools] == NAMES
    assert all(tool.description for tool in tools)
    assert tools[0].inputSchema["properties"]["top_k"]["type"] == "integer"
    assert "20元" in json.loads(text)["answer"]


def test_without_its_package_mcp_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "find_spec", lambda name: None)
    with pytest.raises(StoreError, match="bearing-qa\\[mcp\\]"):
        endpoints.check_mcp()


def test_the_document_of_the_endpoints_names_them_all() -> None:
    text = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
    assert all(f"`/{name}`" in text for name in NAMES)


def test_a_program_keeps_to_issuers_and_kinds_of_documents(service: Service) -> None:
    scope = [[], "", "", ""]
    assert not _run(service, "ask_json", QUESTION, 5, *scope, [], ["办法"])["refused"]
    assert _run(service, "ask_json", QUESTION, 5, *scope, [], ["报告"])["refused"]
    found = _run(service, "search", "养殖", 3, *scope, [], ["报告"])
    assert {passage["doc_id"] for passage in found} == {"报告"}
    with pytest.raises(urllib.error.HTTPError) as raised:
        _run(service, "ask_json", QUESTION, 5, *scope, ["没有的机关"], [])
    assert "都没有注明发文机关" in json.load(raised.value)["error"]
