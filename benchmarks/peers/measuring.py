"""One tool in one setting on one set: built, asked and started cold, each in a process of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import ROOT, python_of
from benchmarks.peers.handover import Item, Task, read_rankings, write_items
from benchmarks.peers.rows import OURS, TOOLS, Row

from bearing_qa.evaluation.judgements import Judgement

SURROUNDINGS = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
}
"""No tool asks a hub or reports to anybody; each computes with one thread, see ``worker``."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A set laid out for the tools: a folder to work in, and where corpus and encoder are."""

    folder: Path
    corpus: Path
    model: Path

    @classmethod
    def lay_out(
        cls, folder: Path, corpus: Path, model: Path, *, passages: Sequence[Item], asked: Any
    ) -> Bench:
        """Writes what goes to every tool: passages and questions."""
        folder.mkdir(parents=True, exist_ok=True)
        write_items(folder / "passages.jsonl", passages)
        questions: Sequence[Judgement] = asked
        write_items(folder / "questions.jsonl", [Item(j.id, j.question) for j in questions])
        return cls(folder, corpus, model)

    def store(self, row: Row) -> Path:
        """The folder that a row's index is in; the product's settings share one."""
        name = row.tool if row.tool == OURS else row.name
        return self.folder / name.replace(" ", "-").replace(",", "")


def measure(bench: Bench, row: Row) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A row's measures, and its ranking for each question by its id."""
    store = bench.store(row)
    store.mkdir(parents=True, exist_ok=True)
    task, built, told, ranked = (
        store.with_name(f"{store.name}.{suffix}")
        for suffix in ("task.json", "build.json", "ask.json", "rankings.jsonl")
    )
    _task(bench, row).write(task)
    if not built.is_file():
        _run(row, "build", task, built)
    _run(row, "ask", task, told, ranked)
    measures = json.loads(built.read_text("utf-8"))
    measures |= _asked(json.loads(told.read_text("utf-8")))
    measures["cold s"], measures["cold s by the clock"] = _cold(row, task)
    return {name: round(value, 3) for name, value in measures.items()}, read_rankings(ranked)


def _task(bench: Bench, row: Row) -> Task:
    encoder = (str(python_of(OURS)), "-m", "benchmarks.peers.worker", "encode", str(bench.model))
    return Task(
        module=TOOLS[row.tool].module,
        options=row.options,
        corpus=str(bench.corpus),
        passages=str(bench.folder / "passages.jsonl"),
        questions=str(bench.folder / "questions.jsonl"),
        model=str(bench.model),
        store=str(bench.store(row)),
        reference=encoder,
    )


def _asked(told: dict[str, Any]) -> dict[str, float]:
    """Middle and 95th percentile of a question's times, as multiples of the bare encoder's."""
    found: dict[str, float] = {"ask MB": told["ask MB"]}
    for which, clock in enumerate(("", " by the clock")):
        taken, bare = ([times[which] for times in told[name]] for name in ("taken", "bare"))
        found[f"encoder ms{clock}"] = 1000 * statistics.median(bare)
        found[f"p50 / encoder{clock}"] = statistics.median(taken) / statistics.median(bare)
        found[f"p95 / encoder{clock}"] = _p95(taken) / _p95(bare)
    return found


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _command(row: Row, *words: object) -> list[str]:
    return [str(python_of(row.tool)), "-m", "benchmarks.peers.worker", *map(str, words)]


def _environ() -> dict[str, str]:
    return {**os.environ, **SURROUNDINGS, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def _run(row: Row, *words: object) -> None:
    done = subprocess.run(
        _command(row, *words), env=_environ(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{row.name} failed to {words[0]}:\n{done.stderr[-3000:]}")


def _cold(row: Row, task: Path) -> tuple[float, float]:
    """Seconds of the processor and of the clock that a process takes to answer one question and end.

    It was run before, so files are in the system's cache.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        _command(row, "cold", task),
        env=_environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{row.name} failed to start cold")
    return used.ru_utime + used.ru_stime, time.perf_counter() - started
