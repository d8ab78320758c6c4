"""What our own code adds to the libraries beneath it: one table, each row a ratio to the library's bare call.

    python -m benchmarks.micro SETS [--passages 10000] [--documents 6] [--only segment,bm25] [--compare] [--work DIR]

SETS is a folder with ``data/*/corpus.jsonl`` and ``queries.jsonl``. Ours and the bare call take turns on the same
input in one process with one thread; what is told is the processor's time, and of the turns' ratios the
median, so that what else the machine does counts little. Each row has a process of its own. ``build`` and
``cold ask`` use an index of ``--documents`` public documents under the default encoder; ``bm25``, ``fusion`` and
``search`` one of ``--passages`` made-up passages and vectors (see ``scale``), where a question is encoded by the
real encoder, and then by the made-up one, whose time counts as ours.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.engines import in_own_process
from benchmarks.results import append, changes, last_like, result

RESULTS = Path(__file__).parent / "figures" / "micro.jsonl"
ROOT = Path(__file__).parents[1]
ROUNDS = 7
"""Turns of each row, unless it says otherwise; the median of them is told."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Set to 1: threads that wait for one another on a busy machine count as work."""
TARGETS = {"encode": 1.05, "build": 1.05, "search": 1.3, "cold ask": 1.3}
"""Highest ratio wanted; 1.05 is a throughput of 0.95."""

Call = Callable[[], object]


def compare(ours: Call, bare: Call, *, rounds: int = ROUNDS) -> dict[str, float]:
    """Milliseconds of the processor that two calls take, in turn, and the median of the turns' ratios.

    Each is called once before, so that what is loaded once is not told.
    """
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    ours()
    bare()
    for _ in range(rounds):
        for name, call in (("ours", ours), ("bare", bare)):
            started = time.process_time()
            call()
            taken[name].append(1000 * (time.process_time() - started))
    return summary(taken["ours"], taken["bare"])


def summary(ours: list[float], bare: list[float]) -> dict[str, float]:
    """Medians of milliseconds, and the median of the ratios of those that were taken in one turn."""
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    return {
        "ours ms": round(statistics.median(ours), 2),
        "bare ms": round(statistics.median(bare), 2),
        "ratio": round(statistics.median(ratios), 3),
        "least": round(min(ratios), 3),
        "most": round(max(ratios), 3),
    }


def show(rows: Mapping[str, Mapping[str, float]]) -> None:
    """The table in Markdown."""
    print("| row | against | ours, ms | bare, ms | ratio (least to most) | wanted |")
    print("|---|---|---|---|---|---|")
    from benchmarks.micro_rows import AGAINST

    for name, row in rows.items():
        wanted = f"≤ {TARGETS[name]}" if name in TARGETS else ""
        spread = f"{row['ratio']:.2f} ({row['least']:.2f} to {row['most']:.2f})"
        print(
            f"| {name} | {AGAINST[name]} | {row['ours ms']:.2f} | {row['bare ms']:.2f} | {spread} | {wanted} |"
        )


def main() -> None:
    """Measures the named rows, prints the table, keeps the figures."""
    for variable in ONE_THREAD:
        os.environ[variable] = "1"
    from benchmarks.micro_rows import NEEDED, ROWS

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--passages", type=int, default=10_000, help="made up, about")
    parser.add_argument("--documents", type=int, default=6, help="public ones that are encoded")
    parser.add_argument("--only", default=",".join(ROWS), help="names of rows, parted by commas")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--compare", action="store_true", help="with the last stored run like this")
    parser.add_argument("--work", type=Path, help="keeps the indexes, for a quicker next run")
    options = parser.parse_args()
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for name in options.only.split(","):
            for make in NEEDED.get(name, ()):
                in_own_process(make, work, options)
            rows[name] = in_own_process(ROWS[name], work, options)
            print(f"{name}: {json.dumps(rows[name])}", flush=True)
    show(rows)
    settings = {"passages": options.passages, "documents": options.documents, "rows": options.only}
    before = last_like(options.results, settings) if options.compare else None
    if before:
        print(f"against {before['commit']} of {before['date']}:")
        print("\n".join(changes(before["figures"], rows)) or "no change")
    append(options.results, result(settings, rows, root=ROOT))


if __name__ == "__main__":
    main()
