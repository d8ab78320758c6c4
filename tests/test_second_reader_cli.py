"""A second reader at the command line, over the default encoder: what is shown, written and kept secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bearing_qa.cli.main import app
from tests.chat_server import (
    ChatServer,
    reads,
    serving,
)
from tests.test_cli import ANSWER_KEYS

NAME, KEY = "tiny-instruct", "sk-test-1234567890"


def run(*words: object, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(app, [str(word) for word in words])


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as chat:
        yield chat


def test_ask_with_a_model(speech_index: Path, tmp_path: Path, server: ChatServer) -> None:
    question = "国产航空轴承的寿命和国外差多少？"
    quote = "航空轴承：国内航空轴承使用寿命"
    phrased = "国内航空轴承使用寿命多在800小时左右，国外产品为3000至5000小时"
    server.behaviour = reads((phrased, quote), ("寿命已达5000小时", quote))
    (tmp_path / "key").write_text(f"{KEY}\n")
    chat = {
        "BEARING_QA_LLM_URL": server.base,
        "BEARING_QA_LLM_MODEL": NAME,
        "BEARING_QA_LLM_KEY_FILE": str(tmp_path / "key"),
    }
    shown = run("ask", question, "--index", speech_index, **chat).stdout
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": 1, "question": question}), "utf-8")
    out = tmp_path / "out.jsonl"
    words = ("ask", "--batch", tmp_path / "in.jsonl", "--output", out, "--index", speech_index)
    batch = run(*words, **chat)
    assert batch.exit_code == 0
    item = json.loads(out.read_text("utf-8"))
    assert list(item) == [*ANSWER_KEYS[:-1], "phrasing", "elapsed_ms"]
    assert item["answer"] == f"{phrased}[1]。"
    assert [dropped["text"] for dropped in item["phrasing"]["dropped"]] == ["寿命已达5000小时"]
    assert shown.startswith(item["answer"])
    assert f"由语言模型 {NAME} 根据下列引文写成" in shown
    assert f"内置阅读器的回答：{item['phrasing']['quoted']}" in shown
    assert "未采用模型的一句：寿命已达5000小时" in shown
    assert all(KEY not in text for text in (shown, batch.output, out.read_text("utf-8")))
