"""A batch that is stopped loses nothing: the next run goes on where it was, and only where all is the same."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import QuestionError
from bearing_qa.output.batch import answer_batch
from bearing_qa.output.batch_journal import open_partial
from bearing_qa.types import Answer
from tests.conftest import ROOT, BigramEncoder

PROGRAM = """
import sys, time
from pathlib import Path
from tests.conftest import BigramEncoder
from bearing_qa.output.batch import answer_batch
from bearing_qa.answer.library import Library
def stays(done, total):
    print(done, flush=True)
    time.sleep(600 if done == int(sys.argv[4]) else 0)
batch, output, index = map(Path, sys.argv[1:4])
answer_batch(Library(index, encoder=BigramEncoder()), batch, output, top_k=2, progress=stays)
"""
QUESTIONS = 12
KILLED_AT = 5
"""Answers that are kept when it is killed: the line without a question is among them."""


class Counting(Library):
    """A reader that counts what it is asked."""

    asked = 0

    def ask(self, question: str, **options: Any) -> Answer:
        self.asked += 1
        return super().ask(question, **options)


def _batch(folder: Path) -> Path:
    path = folder / "in.jsonl"
    items = ({"id": n, "question": "公园门票价格不得超过多少元？"} for n in range(QUESTIONS - 1))
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    path.write_text("\n".join([*lines[:3], "no question", *lines[3:]]), encoding="utf-8")
    return path


def _partial(output: Path) -> Path:
    return output.with_name(f".{output.name}.partial")


def _without_time(output: Path) -> list[dict[str, Any]]:
    answers = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    return [{k: v for k, v in answer.items() if k != "elapsed_ms"} for answer in answers]


@pytest.fixture
def killed(tiny_index: Path, tmp_path: Path) -> Path:
    """The output of a batch that was killed while a line was being written."""
    output = tmp_path / "out.jsonl"
    output.write_text("what was there", encoding="utf-8")
    words = [_batch(tmp_path), output, tiny_index, KILLED_AT]
    command = [sys.executable, "-c", PROGRAM, *map(str, words)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == KILLED_AT:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with _partial(output).open("ab") as stream:
        stream.write(b'[{"id": 99, "ques')
    return output


def test_a_killed_batch_goes_on_where_it_was(
    killed: Path, tiny_index: Path, tmp_path: Path
) -> None:
    assert killed.read_text("utf-8") == "what was there"
    reader = Counting(tiny_index, encoder=BigramEncoder())
    report = answer_batch(reader, tmp_path / "in.jsonl", killed, top_k=2)
    assert report.resumed == KILLED_AT
    assert reader.asked == QUESTIONS - report.resumed
    assert report.answered == QUESTIONS
    assert [complaint.split(":")[0] for complaint in report.complaints] == ["in.jsonl line 4"]
    whole = answer_batch(reader, tmp_path / "in.jsonl", tmp_path / "whole.jsonl", top_k=2)
    assert whole.resumed == 0
    assert _without_time(killed) == _without_time(tmp_path / "whole.jsonl")
    assert not _partial(killed).exists()


@pytest.mark.parametrize("changed", ["questions", "options", "index"])
def test_answers_made_from_anything_else_are_no_part_of_it(
    changed: str, killed: Path, tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    batch = tmp_path / "in.jsonl"
    if changed == "questions":
        batch.write_text(batch.read_text("utf-8").replace("门票", "票"), encoding="utf-8")
    if changed == "index":
        (tiny_corpus / "新.txt").write_text("关于新渡口的通知\n新渡口启用。", encoding="utf-8")
        build_index(tiny_corpus, tiny_index, encoder=BigramEncoder())
    reader = Library(tiny_index, encoder=BigramEncoder())
    report = answer_batch(reader, batch, killed, top_k=3 if changed == "options" else 2)
    assert report.resumed == 0
    assert len(_without_time(killed)) == QUESTIONS


def test_two_batches_do_not_write_one_output(tiny_index: Path, tmp_path: Path) -> None:
    output, reader = tmp_path / "out.jsonl", Library(tiny_index, encoder=BigramEncoder())
    with open_partial(output, depends_on={}), pytest.raises(QuestionError, match="another batch"):
        answer_batch(reader, _batch(tmp_path), output, top_k=2)


@pytest.mark.parametrize("name", ["out.csv", "out.XLS", "out.docx"])
def test_a_name_that_promises_another_format_is_refused(
    tiny_index: Path, tmp_path: Path, name: str
) -> None:
    reader = Library(tiny_index, encoder=BigramEncoder())
    with pytest.raises(QuestionError, match=r"\.jsonl .* or \.xlsx"):
        answer_batch(reader, _batch(tmp_path), tmp_path / name, top_k=2)
    assert not (tmp_path / name).exists()


def test_a_rebuild_meanwhile_leaves_a_batch_with_one_version(
    tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    output, reader = tmp_path / "out.jsonl", Library(tiny_index, encoder=BigramEncoder())

    def rebuilds(done: int, total: int) -> None:
        if done == KILLED_AT:
            changed = tiny_corpus / "办法.txt"
            changed.write_text(changed.read_text("utf-8").replace("20元", "30元"), encoding="utf-8")
            build_index(tiny_corpus, tiny_index, encoder=BigramEncoder())

    answer_batch(reader, _batch(tmp_path), output, top_k=2, progress=rebuilds)
    asked = [answer for answer in _without_time(output) if answer["id"] is not None]
    assert {"20元" in answer["answer"] for answer in asked} == {True}
    assert "30元" in reader.ask("公园门票价格不得超过多少元？").text


def test_half_a_character_does_not_cost_the_workbook(tiny_index: Path, tmp_path: Path) -> None:
    batch = tmp_path / "in.jsonl"
    batch.write_text('{"id": "\\ud800", "question": "公园\\ud800门票多少元？"}\n', encoding="utf-8")
    reader = Library(tiny_index, encoder=BigramEncoder())
    answer_batch(reader, batch, tmp_path / "out.xlsx", top_k=2)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet["B2"].value == "公园?门票多少元？"
