"""A folder that is followed: built when it is at rest, ended cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bearing_qa.build.watch import watch
from bearing_qa.store import versions
from tests.conftest import ROOT, write_tiny


def test_watching_waits_until_the_folder_is_at_rest(tiny_corpus: Path) -> None:
    """One build at the start, one after a burst of writes, a retry after a failure, then ctrl-C."""
    ticks, built = 0, []
    path = tiny_corpus / "新.txt"

    def wait(seconds: float) -> None:
        nonlocal ticks
        ticks += 1
        if ticks in (3, 4, 5):
            path.write_text("字" * ticks, encoding="utf-8")
        if ticks == 200:
            raise KeyboardInterrupt

    def build() -> bool:
        built.append(ticks)
        return len(built) != 2

    with pytest.raises(KeyboardInterrupt):
        watch(tiny_corpus, build, interval=1.0, wait=wait, clock=lambda: float(ticks))
    assert built == [0, 6, 66]


def test_watch_at_the_command_line_follows_and_ends_cleanly(tmp_path: Path) -> None:
    corpus, index = write_tiny(tmp_path / "corpus"), tmp_path / "index"
    program = (
        "import sys; from tests.conftest import BigramEncoder\n"
        "from bearing_qa.encoders import encoder; encoder.SentenceEncoder = BigramEncoder\n"
        "from bearing_qa.cli.main import main; main()\n"
    )
    options = ["index", str(corpus), "--index", str(index), "--watch", "--interval", "0.1"]
    command = [sys.executable, "-c", program, *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    first = _wait_for_version(index, other_than=None)
    (corpus / "新.txt").write_text("关于新渡口的通知\n新渡口启用。", encoding="utf-8")
    _wait_for_version(index, other_than=first)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert "+ 新.txt" in out
    assert "stopped" in out
    assert "Traceback" not in err


def _wait_for_version(index: Path, *, other_than: str | None) -> str:
    for _ in range(300):
        version = versions.current_version(index)
        if version not in (None, other_than):
            return str(version)
        time.sleep(0.1)
    raise AssertionError("no new version in 30 s")
