"""What the real server takes: time to paint, time of a question alone and in a crowd, memory.

    python -m benchmarks.serving [--compare] [--questions 1000]
    python -m benchmarks.serving --long [--questions 10000] [--rebuilds 50]

``bearing-qa serve`` runs in a process of its own over an index of ``corpus/``, built first. Questions go over
HTTP to ``/ask_json``; they are the 24 of ``tests/data`` in changing words, three of five never asked before. Times
are given as multiples of the encoder's own call too, measured in this process in turn with them.
A multiple below one says that others used the machine: the call waits for all cores at every layer.
``--long`` asks and rebuilds (by the page's button, a document changed each time) in one serving process
and writes the curve of its memory beside the figures, as CSV and SVG: a leak is a line that goes on rising.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bare import BareEncoder
from benchmarks.crowd import crowd, spread, timed, varied
from benchmarks.memory import curve, growth, write_curve
from benchmarks.results import append, changes, last_like, result
from benchmarks.server import Server, build, paint, rebuild, started
from tests.browsing import launched

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "figures" / "serving.jsonl"
QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"
PAINTS = 5
ALONE = 60
"""Questions asked one at a time; the median of fewer wavers."""
CROWDS = (8, 32, 64)
"""Askers at once."""
EACH = 8
"""Questions of each asker in a crowd."""
PAUSE = 0.02
"""Seconds between two calls that are compared, so that no thread of the one still turns in the other's."""


def alone(server: Server, asked: Iterator[str], bare: BareEncoder) -> dict[str, float]:
    """A question at a time, in turn with sentence-transformers' call on the same words."""
    faults = 0
    taken: list[float] = []
    encoded: list[float] = []
    for call in (server.ask, bare.encode_question):
        call(next(asked))  # what is loaded once is no question's time
    for question in itertools.islice(asked, ALONE):
        time.sleep(PAUSE)
        ms, fault = timed(server.ask, question)
        time.sleep(PAUSE)
        taken.append(ms)
        encoded.append(timed(bare.encode_question, question)[0])
        faults += bool(fault)
    figures = spread(taken) | {"errors": faults}
    figures |= {f"encode {name}": value for name, value in spread(encoded).items()}
    return figures | {"p10 / encode": round(figures["p10 ms"] / figures["encode p10 ms"], 2)}


def encoded_a_second(bare: BareEncoder, asked: Iterator[str]) -> float:
    """Questions that sentence-transformers alone turns to vectors in a second, one after the other."""
    began = time.perf_counter()
    for question in itertools.islice(asked, ALONE):
        bare.encode_question(question)
    return ALONE / (time.perf_counter() - began)


def measure(server: Server, questions: Sequence[str], *, count: int) -> dict[str, Any]:
    """Paint, questions alone and in crowds, memory before and after ``count`` questions."""
    bare, asked = BareEncoder(), varied(questions)
    memory = {"started": server.resident_mb()}
    with launched() as browser:
        first, typed = zip(*(paint(browser, server) for _ in range(PAINTS)), strict=True)
    figures: dict[str, Any] = {
        "page": {"first paint ms": round(statistics.median(first))}
        | {"question can be typed ms": round(statistics.median(typed))},
        "alone": alone(server, asked, bare),
    }
    for askers in CROWDS:
        before = encoded_a_second(bare, asked)
        crowded = crowd(server, list(itertools.islice(asked, askers * EACH)), askers=askers)
        own = (before + encoded_a_second(bare, asked)) / 2
        figures[f"{askers} askers"] = crowded | {
            "encoder's own a second": round(own, 2),
            "questions / encoder's own": round(crowded["questions a second"] / own, 2),
        }
    memory["warm"] = server.resident_mb()
    figures["errors of the rest"] = crowd(
        server, list(itertools.islice(asked, count)), askers=CROWDS[0]
    )["errors"]
    memory[f"after {count} more"] = server.resident_mb()
    figures["memory MB"] = {name: round(mb) for name, mb in memory.items()}
    return figures


def run_long(
    server: Server, index: Path, corpus: Path, questions: Sequence[str], options: Any
) -> dict[str, float]:
    """The long form: its rows are printed and written as they come."""
    note, rows = corpus / "note.txt", []

    with launched() as browser:

        def rebuild_once(number: int) -> None:
            note.write_text(f"核对记录\n第{number}次核对，轴承样品{number + 3}件。\n", "utf-8")
            rebuild(browser, server, index)

        counts = {"count": options.questions, "rebuilds": options.rebuilds}
        for row in curve(server, questions, rebuild_once, **counts):
            print(", ".join(f"{name} {value:g}" for name, value in row.items()), flush=True)
            rows.append(row)
            write_curve(rows, options.results.with_name("serving-memory.csv"))
    return growth(rows)


def main() -> None:
    """Builds, serves, measures, prints, keeps the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--long", action="store_true", help="the memory of a long life")
    parser.add_argument("--questions", type=int, help="1000, or 10000 in the long form")
    parser.add_argument("--rebuilds", type=int, default=50, help="in the long form")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--compare", action="store_true", help="with the last stored run like this")
    options = parser.parse_args()
    options.questions = options.questions or (10_000 if options.long else 1000)
    lines = QUESTIONS.read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    with tempfile.TemporaryDirectory() as scratch:
        index = Path(scratch) / "index"
        corpus = shutil.copytree(ROOT / "corpus", Path(scratch) / "corpus")
        build(index, corpus)
        with started(index, corpus) as (server, seconds):
            if options.long:
                figures = run_long(server, index, corpus, questions, options)
            else:
                figures = {"start s": round(seconds, 1)}
                figures |= measure(server, questions, count=options.questions)
    settings = {"long": options.long, "questions": options.questions}
    settings |= {"rebuilds": options.rebuilds} if options.long else {}
    print(json.dumps(figures, indent=1))
    before = last_like(options.results, settings)
    if options.compare and before:
        print("\n".join(changes(before["figures"], figures)) or "no change")
    append(options.results, result(settings, figures, root=ROOT))


if __name__ == "__main__":
    main()
