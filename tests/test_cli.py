"""Each command end to end: its words, its JSON, its exit status."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bearing_qa.cli.main import app
from tests.conftest import CORPUS, ROOT, write_tiny

PASSAGE_KEYS = ["doc_id", "title", "section", "pages", "kind", "start", "end", "text", "score"]
ANSWER_KEYS = [
    "id", "question", "answer", "refused", "reason", "confidence", "citations", "passages", "elapsed_ms",
]  # fmt: skip


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def run_json(*words: object) -> Any:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_index_builds_then_finds_nothing_changed(tmp_path: Path) -> None:
    corpus, index = write_tiny(tmp_path / "corpus"), tmp_path / "index"
    (corpus / "空.txt").write_bytes(b"")
    first = run("index", corpus, "--index", index)
    assert first.exit_code == 0, first.output
    assert "文件 documents 4" in first.stdout
    assert "空.txt" in first.stderr
    assert "unchanged" in run("index", corpus, "--index", index).stdout
    assert "unchanged" not in run("index", corpus, "--index", index, "--full").stdout
    bad = run("index", corpus, "--index", index, "--encoder", tmp_path / "none")
    assert bad.exit_code == 1
    assert "cannot be loaded" in bad.stderr
    assert bad.stderr.count("\n") == 1
    assert not run_json("ask", "公园门票价格不得超过多少元？", "--index", index, "--json")[
        "refused"
    ]


def test_ask_gives_the_promised_json(speech_index: Path) -> None:
    question = "2023年轴承行业的主营业务收入是多少？"
    item = run_json("ask", question, "--index", speech_index, "--json", "--top-k", "3")
    assert list(item) == ANSWER_KEYS
    assert "2180" in item["answer"]
    assert item["refused"] is False
    assert 0 <= item["confidence"] <= 1
    assert len(item["passages"]) == 3
    assert list(item["citations"][0]) == PASSAGE_KEYS
    assert item["citations"][0]["pages"] == [1, 1]
    assert item["citations"][0]["section"][-1] == "1. 经济数据波动前行"


def test_text_is_what_offsets_point_into(speech_index: Path) -> None:
    text = run("text", "speech", "--index", speech_index).stdout
    hits = run_json("search", "轴承钢", "--index", speech_index, "--json")
    assert len(hits) == 10
    for hit in hits:
        assert text[hit["start"] : hit["end"]] == hit["text"]
        assert list(hit) == PASSAGE_KEYS
    missing = run("text", "没有", "--index", speech_index)
    assert missing.exit_code == 1
    assert "speech" in missing.stderr


def test_answers_are_shown_in_words(speech_index: Path) -> None:
    shown = run("ask", "国产航空轴承一般能用多少小时？", "--index", speech_index).stdout
    assert "800 小时" in shown
    assert "第 7 页" in shown
    refused = run("ask", "个人所得税的起征点是多少？", "--index", speech_index)
    assert refused.exit_code == 0
    assert "没有找到" in refused.stdout


def test_a_batch_keeps_order_and_keys_and_loses_no_line(speech_index: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "b", "question": "国产航空轴承一般能用多少小时？", "type": "数字", "answer": "旧"},
        {"id": "a", "question": ""},
        {"id": "c", "question": "今天天气怎么样？"},
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines) + "not json\n"
    (tmp_path / "in.jsonl").write_text(text, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    result = run("ask", "--batch", tmp_path / "in.jsonl", "--output", out, "--index", speech_index)
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert "line 4" in result.stderr
    assert "Expecting value" not in result.stderr  # json's own words are no help
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [item["id"] for item in answers] == ["b", "a", "c", None]
    assert answers[0]["type"] == "数字"
    assert "800" in answers[0]["answer"]
    assert all(set(ANSWER_KEYS) <= set(item) for item in answers)
    assert [item["refused"] for item in answers] == [False, True, True, True]


def test_outline_gives_the_promised_json() -> None:
    item = run_json("outline", CORPUS / "speech.txt", "--json")
    assert list(item) == ["doc_id", "title", "headings", "inline_points", "tables"]
    raw = (CORPUS / "speech.txt").read_text(encoding="utf-8")
    for heading in item["headings"]:
        assert set(heading) == {"marker", "title", "level", "start", "raw_start"}
        assert raw[heading["raw_start"] :].startswith(heading["marker"])
    assert item["tables"][0]["rows"] == 4
    assert "二、" in run("outline", CORPUS / "speech.txt").stdout


def test_status_tells_the_version(speech_index: Path) -> None:
    state = run_json("status", "--index", speech_index, "--json")
    assert state["counts"]["documents"] == 1
    assert state["encoder"]["name"] == "multilingual-e5-small"
    assert state["stale"] == {"added": [], "changed": [], "removed": []}
    assert "version" in run("status", "--index", speech_index).stdout


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "x"],
        ["search", "x"],
        ["status"],
        ["text", "x"],
        ["serve"],
        ["evaluate", str(ROOT / "tests" / "data" / "questions.jsonl")],
    ],
)
def test_without_an_index_one_line_says_what_to_do(words: list[str], tmp_path: Path) -> None:
    result = run(*words, "--index", tmp_path / "none")
    assert result.exit_code == 1
    assert "bearing-qa index" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["ask"],
        ["ask", "x", "--batch", "y"],
        ["ask", "--batch", "y"],
        ["search"],
        ["search", "x", "--top-k", "0"],
        ["evaluate"],
        ["nothing"],
        ["serve", "--auth", "nopassword"],
        ["serve", "--port", "0"],
        ["ask", "x", "--document", ""],
        ["search", "x", "--section", " "],
    ],
)
def test_wrong_usage_exits_with_2(words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_an_empty_question_is_refused_before_anything_is_loaded() -> None:
    program = (
        "import sys; from bearing_qa.cli.main import app\n"
        "try: app(['ask', ' ', '--index', 'nowhere'])\n"
        "except SystemExit as exit: assert exit.code == 1, exit.code\n"
        "assert not {'torch', 'sentence_transformers', 'jieba'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "还没有输入问题" in done.stderr


@pytest.mark.parametrize("name", ["missing.txt", "picture.png"])
def test_outline_of_what_is_no_document(name: str, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    result = run("outline", tmp_path / name)
    assert result.exit_code == 1
    assert name in result.stderr


def test_help_outline_and_status_load_nothing_heavy(tiny_index: Path) -> None:
    heavy = "torch sentence_transformers transformers faiss bm25s numpy gradio jieba matplotlib"
    program = (
        "import sys; from bearing_qa.cli.main import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {heavy.split()} if m in sys.modules])"
    )
    asked = (
        ["--help"],
        ["outline", str(CORPUS / "speech.txt")],
        ["status", "--index", str(tiny_index)],
    )
    for words in asked:
        command = [sys.executable, "-c", program, *words]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert shown.splitlines()[-1] == "[]"


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = "import sys, bearing_qa; print([m for m in sys.modules if m in ('torch', 'numpy')])"
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_console_script_works_as_installed(speech_index: Path, tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("bearing-qa")
    command = [str(script), "text", "speech", "--index", str(speech_index)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment, check=True)
    assert ended.stdout.decode("utf-8").startswith("迈向轴承强国")


@pytest.mark.parametrize("kind", ["input", "folder", "missing folder", "no index"])
def test_a_batch_never_destroys_what_is_there(
    kind: str, speech_index: Path, tmp_path: Path
) -> None:
    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    batch.write_text('{"id": 1, "question": "轴承产量是多少？"}\n', encoding="utf-8")
    out.write_text("keep", encoding="utf-8")
    target = {"input": batch, "folder": tmp_path, "missing folder": tmp_path / "x" / "y"}.get(
        kind, out
    )
    index = tmp_path / "none" if kind == "no index" else speech_index
    before = sorted(tmp_path.iterdir())
    result = run("ask", "--batch", batch, "--output", target, "--index", index)
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1
    assert out.read_text(encoding="utf-8") == "keep"
    assert batch.read_text(encoding="utf-8").startswith('{"id": 1')
    assert sorted(tmp_path.iterdir()) == before


def test_a_batch_follows_links_and_survives_broken_characters(
    speech_index: Path, tmp_path: Path
) -> None:
    batch, real, link = tmp_path / "in.jsonl", tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    batch.write_text('{"id": 1, "question": "轴承\\ud800产量是多少？"}\n', encoding="utf-8")
    real.write_text("", encoding="utf-8")
    link.symlink_to(real)
    assert run("ask", "--batch", batch, "--output", link, "--index", speech_index).exit_code == 0
    assert link.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["id"] == 1


@pytest.mark.parametrize("question", ["？！。，", "  ", "问" * 501])
def test_questions_without_words_get_one_line(question: str, speech_index: Path) -> None:
    result = run("ask", question, "--index", speech_index)
    assert result.exit_code == 1
    assert "expected" in result.stderr
    assert result.stderr.count("\n") == 1


def test_serve_says_when_its_port_is_taken(speech_index: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--port", taken.getsockname()[1], "--index", speech_index)
    assert result.exit_code == 1
    assert "free port" in result.stderr
    assert "http://" not in result.stdout


def test_words_of_documents_never_command_the_terminal(tmp_path: Path) -> None:
    """A title that would rename the window, a file name that would clear the screen."""
    corpus, index = write_tiny(tmp_path / "corpus"), tmp_path / "index"
    (corpus / "办法.meta.toml").write_text('title = "\\u001b]0;坏\\u0007办法\\u009b2J"', "utf-8")
    (corpus / "空\x1b[2J.txt").write_bytes(b"")
    built = run("index", corpus, "--index", index)
    asked = run("ask", "公园门票价格不得超过多少元？", "--index", index)
    outline = run("outline", corpus / "办法.txt")
    for result in (built, asked, outline):
        assert result.exit_code == 0, result.output
        assert not set(result.output) & {"\x1b", "\x07", "\x9b"}
    assert "空\ufffd[2J.txt" in built.output
    assert "\ufffd]0;坏\ufffd办法" in asked.output


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "bearing_qa", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "evaluate" in said
