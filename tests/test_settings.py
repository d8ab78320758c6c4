"""bearing-qa.toml: options that are the same every day."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bearing_qa.cli.settings import read_settings
from bearing_qa.errors import SettingsError

OPTIONS = {"ask": {"top-k": "top_k", "json": "as_json"}, "serve": {"proxy": "proxy"}}


def bearing_qa(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bearing_qa.cli.main", *words]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


def test_values_are_taken_by_command_and_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings(OPTIONS) == {}
    Path("bearing-qa.toml").write_text(
        '[ask]\ntop-k = 3\njson = true\n[serve]\nproxy = ["10.0.0.1"]\n'
    )
    assert read_settings(OPTIONS) == {
        "ask": {"top_k": 3, "as_json": True},
        "serve": {"proxy": ["10.0.0.1"]},
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[ask]\ntopk = 3", r"topk in \[ask\]; expected one of json, top-k"),
        ("[asks]\ntop-k = 3", r"\[asks\]; expected one of ask, serve"),
        ("ask = 3", "has ask; expected"),
        ("[ask", "cannot be read"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: str
) -> None:
    path = tmp_path / "named.toml"
    path.write_text(text)
    monkeypatch.setenv("BEARING_QA_CONFIG", str(path))
    with pytest.raises(SettingsError, match=found):
        read_settings(OPTIONS)


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "有.txt").write_text("关于渡口的通知\n渡口启用。", encoding="utf-8")
    (tmp_path / "bearing-qa.toml").write_text("[outline]\njson = true\n")
    shown = bearing_qa(tmp_path, "outline", "有.txt")
    assert json.loads(shown.stdout)["title"] == "关于渡口的通知"
    (tmp_path / "bearing-qa.toml").write_text('[status]\nindex = "nowhere"\n')
    assert "nowhere" in bearing_qa(tmp_path, "status").stderr
    assert "elsewhere" in bearing_qa(tmp_path, "status", "--index", "elsewhere").stderr
    (tmp_path / "bearing-qa.toml").write_text("[status]\nindexes = 1\n")
    failed = bearing_qa(tmp_path, "status")
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
