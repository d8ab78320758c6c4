"""The table of ratios: what is told of two calls, and rows that run on a small made-up index."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import pytest
from benchmarks.micro import compare, show, summary
from benchmarks.micro_rows import AGAINST, NEEDED, ROWS, _child_ms


def test_twice_the_work_is_a_ratio_of_about_two() -> None:
    def once() -> int:
        return sum(number * number for number in range(200_000))

    row = compare(lambda: [once(), once()], once)
    assert 1.4 < row["ratio"] < 2.8
    assert row["least"] <= row["ratio"] <= row["most"]


def test_ratios_are_those_of_one_turn_each() -> None:
    row = summary([10.0, 40.0, 9.0], [10.0, 20.0, 10.0])
    assert row == {"ours ms": 10.0, "bare ms": 10.0, "ratio": 1.0, "least": 0.9, "most": 2.0}


def test_a_process_that_fails_is_no_figure() -> None:
    assert _child_ms([sys.executable, "-c", "sum(range(10**6))"]) > 1
    with pytest.raises(RuntimeError, match="ended with 3"):
        _child_ms([sys.executable, "-c", "raise SystemExit(3)"])


def test_rows_run_on_a_small_index_and_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [{"_id": str(n), "text": f"第{n}条 公园管理单位应当每日巡查。" * 9} for n in range(4)]
    path = tmp_path / "sets" / "data" / "some" / "corpus.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    options = argparse.Namespace(sets=tmp_path / "sets", passages=60, documents=1)
    rows = {}
    for name in ("segment", "bm25", "fusion"):
        for make in NEEDED.get(name, ()):
            make(tmp_path, options)
        rows[name] = ROWS[name](tmp_path, options)
        assert rows[name]["ratio"] > 0
    show(rows)
    assert capsys.readouterr().out.count(" | ") == 5 * 4  # the line under the head has none
    assert set(AGAINST) == set(ROWS)
