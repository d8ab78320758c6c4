"""The documents say what the program does."""

from __future__ import annotations

import re

import pytest
from scripts import cli_docs
from typer.main import get_command

from bearing_qa.cli.main import app
from bearing_qa.document.raw_text import SUFFIXES
from bearing_qa.evaluation.metrics import ORDER
from tests.conftest import ROOT

READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
def test_every_command_and_file_type_is_in_the_readme(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert set(re.findall(r"^bearing-qa (\w+)", text, re.MULTILINE)) == set(commands)
    for command in commands.values():
        options = {name for p in command.params for name in p.opts if name.startswith("--")}
        shown = re.search(rf"^bearing-qa {command.name} .*$", text, re.MULTILINE)
        assert shown
        assert set(re.findall(r"--[a-z-]+", shown.group())) <= options
    assert all(f"`{suffix}`" in text for suffix in SUFFIXES)


@pytest.mark.parametrize("name", READMES)
def test_figures_and_links_of_the_readme_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    figures = re.findall(r"^\| ([^|]+) \| 0\.\d+|^\| ([^|]+) \| 1\.0", text, re.MULTILINE)
    named = {(a or b).strip() for a, b in figures}
    assert named
    assert named <= set(ORDER)
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target
    for path in re.findall(r"`((?:src|tests|corpus)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path


def test_the_two_readmes_give_the_same_figures() -> None:
    one, other = (
        re.findall(r"\d\.\d{3}", (ROOT / name).read_text(encoding="utf-8")) for name in READMES
    )
    assert one == other
    assert one


def test_the_make_targets_exist() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in (
        "app",
        "test",
        "check",
        "fix",
        "index",
        "eval",
        "torture",
        "milvus",
        "lock",
        "audit",
    ):
        assert re.search(rf"^{target}:", text, re.MULTILINE), target


def test_the_document_of_the_command_line_is_its_help() -> None:
    assert cli_docs.PATH.read_text(encoding="utf-8") == cli_docs.text(), (
        "run python -m scripts.cli_docs"
    )


def test_no_address_of_a_package_index_is_in_the_tree() -> None:
    """Which build of torch is installed is for pip's settings to say."""
    for name in ("Makefile", "README.md", "README.zh-CN.md", "deploy/Dockerfile", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "index-url" not in text.replace("PIP_EXTRA_INDEX_URL", "")
        assert "download.pytorch.org" not in text
        assert "pypi.org" not in text
