"""``bearing-qa evaluate`` as people and CI jobs call it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bearing_qa.cli.main import app
from bearing_qa.evaluation.metrics import ORDER
from bearing_qa.evaluation.report import FILES
from tests.conftest import ROOT

QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"
DOCS = ROOT / "docs" / "evaluation.md"
FEW = 3
"""Questions of a run whose figures do not matter."""


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def baseline(speech_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "baseline"
    result = run("evaluate", QUESTIONS, "--index", speech_index, "--report", folder)
    assert result.exit_code == 0, result.output
    assert "hit@3" in result.stdout
    return folder


def test_the_report_holds_what_is_promised(baseline: Path) -> None:
    assert sorted(path.name for path in baseline.iterdir()) == sorted(FILES)
    report = json.loads((baseline / "report.json").read_text(encoding="utf-8"))
    assert report["metrics"]["hit@3"]["value"] >= 0.9
    assert report["metrics"]["answer"]["value"] >= 0.8
    assert report["groups"]["type"]
    known = {"index_version", "encoder", "corpus_fingerprint", "date", "stages"}
    assert known <= set(report["settings"])


def test_the_script_in_the_docs_passes_and_stops_a_worse_run(
    speech_index: Path, tmp_path: Path
) -> None:
    """The shell script of docs/evaluation.md, once with met gates and once with one that is missed."""
    few = ["--index", str(speech_index), "--limit", str(FEW)]
    baseline = tmp_path / "baseline"
    assert run("evaluate", QUESTIONS, "--report", baseline, *few).exit_code == 0
    script = re.search(r"```sh\n(#!.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert script is not None
    path = tmp_path / "check.sh"
    path.write_text(script.group(1).replace("hit@3>=0.8", "hit@3>=0.5"), encoding="utf-8")
    program = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": f"{program}:{os.environ['PATH']}"}
    words = ["sh", str(path), str(QUESTIONS), str(baseline), *few]

    def job(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*words, *more],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    met = job()
    assert met.returncode == 0, met.stderr
    missed = job("--gate", "hit@1>1")
    assert missed.returncode == 3
    assert "gate missed" in missed.stderr


def test_stages_may_be_left_out(speech_index: Path) -> None:
    words = ["evaluate", QUESTIONS, "--index", speech_index, "--json", "--limit", FEW]
    whole, lexical, plain = (
        json.loads(run(*words, *more).stdout)
        for more in ([], ["--legs", "lexical"], ["--legs", "lexical,dense", "--no-rerank"])
    )
    assert lexical["settings"]["stages"] == {"lexical": True, "dense": False, "rerank": True}
    assert plain["settings"]["stages"] == {"lexical": True, "dense": True, "rerank": False}
    assert whole["metrics"]["hit@1"]["n"] == lexical["metrics"]["hit@1"]["n"]


def test_drafts_are_written_once(speech_index: Path, tmp_path: Path) -> None:
    words = ["evaluate", "--draft", 8, "--index", speech_index, "--output", tmp_path / "d.jsonl"]
    assert run(*words).exit_code == 0
    drafts = (tmp_path / "d.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(drafts) == 8
    assert all(json.loads(line)["origin"] == "machine draft" for line in drafts)
    again = run(*words)
    assert again.exit_code == 1
    assert "there already" in again.stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a.jsonl", "--beir", "b"],
        ["--topics", "t"],
        ["a.jsonl", "--legs", "x"],
        ["a.jsonl", "--only", "x"],
        ["a.jsonl", "--draft", "2"],
        ["a.jsonl", "--gate", "hit@7>=1"],
        ["a.jsonl", "--gate", "no worse than baseline"],
        ["a.jsonl", "--report", str(QUESTIONS)],
        ["a.jsonl", "--report", "r", "--baseline", "r"],
    ],
)
def test_wrong_usage_exits_with_2(words: list[str]) -> None:
    assert run("evaluate", *words).exit_code == 2


def test_a_gate_that_means_nothing_and_another_baseline_are_refused(
    baseline: Path, speech_index: Path, tmp_path: Path
) -> None:
    words = ["evaluate", QUESTIONS, "--index", speech_index, "--limit", 3]
    assert run(*words, "--gate", "nothing>=1").exit_code == 2
    other = run(*words, "--baseline", baseline)
    assert other.exit_code == 1
    assert "other questions" in other.stderr
    assert run(*words, "--only", "type=无此类").exit_code == 1


def test_the_docs_name_every_figure() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in ORDER)
    assert all(f"`{name}`" in text for name in FILES)


def test_mistakes_are_found_before_the_run_and_nothing_is_written(
    baseline: Path, speech_index: Path, tmp_path: Path
) -> None:
    words = ["evaluate", QUESTIONS, "--index", speech_index, "--report", tmp_path / "r"]
    assert run(*words, "--gate", "nothing>=1").exit_code == 2
    assert run(*words, "--baseline", tmp_path).exit_code == 1
    assert not (tmp_path / "r").exists()


def test_a_file_of_which_nothing_counts_fails(speech_index: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(
        '{"question": "甲是什么？", "evidence": ["哪里也没有的一句话"]}', encoding="utf-8"
    )
    result = run("evaluate", path, "--index", speech_index)
    assert result.exit_code == 1
    assert "none of 1 questions counts" in result.stderr


def test_every_complaint_is_shown(speech_index: Path, tmp_path: Path) -> None:
    lines = ["{"] * 9 + ['{"question": "轴承产量是多少？", "answer": "202"}']
    (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = run("evaluate", tmp_path / "q.jsonl", "--index", speech_index)
    assert [f"line {number}:" in result.stderr for number in range(1, 10)] == [True] * 9


def test_drafts_make_their_folder(speech_index: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "d.jsonl"
    assert run("evaluate", "--draft", 2, "--index", speech_index, "--output", path).exit_code == 0
    assert path.exists()
