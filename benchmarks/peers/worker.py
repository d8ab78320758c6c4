"""Runs in a tool's own environment: builds its index, opens it, asks it. Started by ``run``.

    python -m benchmarks.peers.worker build TASK MEASURES
    python -m benchmarks.peers.worker ask TASK MEASURES RANKINGS
    python -m benchmarks.peers.worker cold TASK                       (answers one question and ends)
    python -m benchmarks.peers.worker encode MODEL                    (the bare encoder, see Reference)

What a tool takes for a question is told beside what the bare encoder takes for it at the same time: that runs
in a process of its own in the product's environment, the same for all, and each of its calls is made in
turn with one of the tool's. Times are the processor's: each process has one thread to
compute with, so that on a machine that does nothing else they are those of the clock, and on one that does
they hardly change. The clock's are kept beside them.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.handover import (
    QUESTION_PROMPT,
    Task,
    read_items,
    write_rankings,
)

TIMED = 60
"""Questions that are timed, spread over the set, after all were asked once; the median of fewer wavers."""
PAUSE = 0.02
"""Seconds between two calls that are compared, so that no thread of the one still turns in the other's."""


Times = tuple[float, float]
"""Seconds of the processor, children's included, and seconds of the clock."""


def now() -> Times:
    """The times until now."""
    children = os.times()
    used = time.process_time() + children.children_user + children.children_system
    return used, time.perf_counter()


def since(started: Times) -> Times:
    """The times between then and now."""
    used, passed = now()
    return used - started[0], passed - started[1]


class Reference:
    """The bare encoder in a process of its own: texts go in as a line of JSON, times come back."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.times(["预热"])

    def times(self, texts: Sequence[str]) -> Times:
        """What one call of ``encode`` takes for these texts, prompts included."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(texts) + "\n")
        self._process.stdin.flush()
        used, passed = json.loads(self._process.stdout.readline())
        return used, passed

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


def encode(model: str) -> None:
    """The other end of Reference: times ``encode`` for each line of texts until there are no more."""
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu", local_files_only=True)
    for line in sys.stdin:
        texts = json.loads(line)
        started = now()
        encoder.encode(texts, prompt="", normalize_embeddings=True, show_progress_bar=False)
        print(json.dumps(since(started)), flush=True)


def build(task: Task) -> dict[str, float]:
    """Seconds to build from a loaded encoder, peak MB, MB on disk."""
    tool = importlib.import_module(f"benchmarks.peers.{task.module}")
    loaded = getattr(tool, "load_to_build", tool.load)(task)
    started = now()
    tool.build(task, loaded)
    used, passed = since(started)
    size = sum(path.stat().st_size for path in Path(task.store).rglob("*") if path.is_file())
    return {
        "build s": used,
        "build s by the clock": passed,
        "build MB": peak_mb(),
        "index MB": size / 1e6,
    }


def ask(task: Task, *, is_cold: bool) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Opens the index and asks all questions; some are timed in turn with the bare encoder."""
    tool = importlib.import_module(f"benchmarks.peers.{task.module}")
    questions = read_items(task.questions)
    search = tool.searcher(task, tool.load(task))
    if is_cold:
        return {}, {questions[0].id: search(questions[0].text)}
    rankings = {question.id: search(question.text) for question in questions}
    reference = Reference(task.reference)
    taken: list[Times] = []
    bare: list[Times] = []
    for question in questions[:: max(1, len(questions) // TIMED)][:TIMED]:
        time.sleep(PAUSE)
        bare.append(reference.times([QUESTION_PROMPT + question.text]))
        time.sleep(PAUSE)
        started = now()
        search(question.text)
        taken.append(since(started))
    reference.close()
    return {"taken": taken, "bare": bare, "ask MB": peak_mb()}, rankings


def peak_mb() -> float:
    """Most memory that this process had."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000


def main(words: list[str]) -> None:
    """One of the four commands."""
    if words[0] == "encode":
        return encode(words[1])
    task = Task.read(Path(words[1]))
    if words[0] == "build":
        measures: dict[str, Any] = build(task)
    else:
        measures, rankings = ask(task, is_cold=words[0] == "cold")
        if words[0] == "ask":
            write_rankings(words[3], rankings)
    if words[0] != "cold":
        Path(words[2]).write_text(json.dumps(measures), encoding="utf-8")
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
