"""Many different questions, put to the server by many askers at once, and timed."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from benchmarks.server import Server

WORDINGS = ("{q}", "请问，{q}", "第{n}次核对：{q}", "{q}（问题{n}）", "编号{n}，我想知道{q}")
"""The same question in other words; ``n`` makes it one that was never asked."""


def varied(questions: Sequence[str]) -> Iterator[str]:
    """The questions over and over without end, in the next wording each time."""
    for n in itertools.count():
        for question in questions:
            yield WORDINGS[n % len(WORDINGS)].format(q=question, n=n)


def timed(call: Callable[[str], object], question: str) -> tuple[float, str]:
    """Milliseconds of a call, and what went wrong (nothing, as a rule)."""
    began = time.perf_counter()
    try:
        call(question)
        fault = ""
    except (OSError, HTTPException, ValueError, LookupError) as error:
        fault = f"{type(error).__name__}: {error}"
    return 1000 * (time.perf_counter() - began), fault


def crowd(server: Server, questions: Sequence[str], *, askers: int) -> dict[str, float]:
    """Times in ms, questions a second and errors of some askers at once, each with the next question."""
    began = time.perf_counter()
    with ThreadPoolExecutor(askers) as pool:
        taken = list(pool.map(lambda question: timed(server.ask, question), questions))
    seconds = time.perf_counter() - began
    return spread([ms for ms, _ in taken]) | {
        "questions a second": round(len(questions) / seconds, 2),
        "errors": sum(bool(fault) for _, fault in taken),
    }


def spread(taken: Sequence[float]) -> dict[str, float]:
    """Of some milliseconds the first decile, which others on the machine disturb least, p50, p95 and p99."""
    parts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [*taken] * 99
    p10 = sorted(taken)[len(taken) // 10]
    figures = {"p10 ms": p10, "p50 ms": statistics.median(taken)}
    figures |= {"p95 ms": parts[94], "p99 ms": parts[98]}
    return {name: round(ms, 1) for name, ms in figures.items()}
