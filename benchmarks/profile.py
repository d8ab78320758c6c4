"""Where the processor's time of ``index`` and ``ask`` goes: our own Python, segmenting, the encoder, libraries.

    python -m benchmarks.profile SETS [--documents 6] [--questions 100] [--work DIR]

SETS is a folder with ``data/policy_docs/corpus.jsonl``; every k-th document of it is indexed, and every other
drafted question on them is asked after the rest, so that all is warm. A sampler of the standard library: a timer
of the processor's time interrupts the program every two milliseconds, and the sample weighs what was used since
the last one, so that a long call of C counts whole. (cProfile charges every call of Python about a microsecond, which makes our own code
look larger beside a library in C.) What our own code calls in C without a frame of Python between (a regular
expression, SQLite, an array) counts as our own.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.micro import ONE_THREAD, ROOT
from benchmarks.results import append, result

RESULTS = Path(__file__).parent / "figures" / "profile.jsonl"
TICK = 0.002
"""Seconds of the processor between two samples."""
OURS = f"{os.sep}bearing_qa{os.sep}"
SEGMENTING = (f"{OURS}language{os.sep}segment.py", f"{os.sep}jieba{os.sep}")
ENCODING = (f"{OURS}encoders{os.sep}",)
MADE = "<string>"
"""The file of what a dataclass makes: it counts as the code that calls it."""
LONGEST = 16
"""Functions that are named."""
WANTED = 0.05
"""Highest share of our own Python outside segmenting and the encoder."""


def place_of(frames: list[tuple[str, str]]) -> tuple[str, str]:
    """Area and function of a sample, by file and function of its frames, innermost first.

    Areas: ``imports`` ``encoder`` ``segmenting`` ``own`` ``library`` ``outside``.
    """
    frames = [frame for frame in frames if frame[0] != MADE]
    files = [file for file, _ in frames]
    ours = next((at for at, file in enumerate(files) if OURS in file), None)
    if ours is None:
        return "outside", "outside"
    function = f"{files[ours].rpartition(OURS)[2]} {frames[ours][1]}"
    if any(file.startswith("<frozen importlib") for file in files):
        return "imports", function
    for area, marks in (("encoder", ENCODING), ("segmenting", SEGMENTING)):
        if any(mark in file for file in files for mark in marks):
            return area, area
    return (
        ("own", function) if ours == 0 else ("library", f"{_library(files[ours - 1])} < {function}")
    )


def _library(file: str) -> str:
    """Name of the package or module that a file is of."""
    path = Path(file.rpartition(f"site-packages{os.sep}")[2])
    if "site-packages" in file:
        return path.parts[0]
    return path.parent.name if path.stem == "__init__" else path.stem


@contextmanager
def sampled() -> Iterator[Counter[tuple[str, str]]]:
    """Seconds of the processor by area and function, of what runs inside in the main thread."""
    spent: Counter[tuple[str, str]] = Counter()
    last = time.process_time()

    def sample(_signal: int, frame: FrameType | None) -> None:
        nonlocal last
        frames = []
        while frame is not None:
            frames.append((frame.f_code.co_filename, frame.f_code.co_qualname))
            frame = frame.f_back
        now = time.process_time()
        spent[place_of(frames)] += now - last  # type: ignore[assignment]
        last = time.process_time()  # without what the sample itself took

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
    try:
        yield spent
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def shares(spent: Counter[tuple[str, str]]) -> dict[str, Any]:
    """Seconds, the share of each area, and the longest functions of our own and calls of libraries.

    What is imported at its first use is no share: it is told in seconds.
    """
    imports = sum(seconds for (area, _), seconds in spent.items() if area == "imports")
    total = sum(spent.values()) - imports or 1.0
    areas: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for (area, function), seconds in spent.items():
        areas[area] += seconds
        if area == "own":
            modules[function.split()[0]] += seconds
    named = [(key, s) for key, s in spent.most_common() if key[0] in ("own", "library")]
    return {
        "seconds": round(total, 2),
        "imports s": round(imports, 2),
        "areas": {a: round(s / total, 4) for a, s in areas.most_common() if a != "imports"},
        "modules": {m: round(s / total, 4) for m, s in modules.most_common(LONGEST)},
        "longest": {f"{a}: {f}": round(s / total, 4) for (a, f), s in named[:LONGEST]},
    }


def show(name: str, figures: dict[str, Any]) -> None:
    """Prints the shares in percent."""
    own = figures["areas"].get("own", 0.0)
    verdict = "within" if own <= WANTED else "over"
    asked = f", {figures['questions']} questions" if "questions" in figures else ""
    print(
        f"\n{name}{asked}: {figures['seconds']} s of the processor; own Python {verdict} {WANTED:.0%}"
    )
    for kind in ("areas", "modules", "longest"):
        print(f"  {kind}")
        for place, share in figures[kind].items():
            print(f"    {place:<56}{share:8.2%}", flush=True)


def measure(call: Callable[[], object]) -> dict[str, Any]:
    """The shares of a call."""
    with sampled() as spent:
        call()
    return shares(spent)


def main() -> None:
    """Profiles a build in full, and questions after as many others; prints and keeps the shares."""
    for variable in ONE_THREAD:
        os.environ[variable] = "1"
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--documents", type=int, default=6, help="public ones that are indexed")
    parser.add_argument("--questions", type=int, default=100, help="at most, drafted")
    parser.add_argument("--only", default="index,ask", help="a kept index is asked with ask alone")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--work", type=Path, help="keeps the index")
    options = parser.parse_args()
    from benchmarks.micro_inputs import make_real

    from bearing_qa.answer.library import Library
    from bearing_qa.build.run import build_index
    from bearing_qa.encoders.encoder import SentenceEncoder
    from bearing_qa.evaluation.drafts import draft_questions

    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        make_real(work, options)
        corpus, index, encoder = work / "documents", work / "index", SentenceEncoder()
        encoder.encode_question("？")  # loaded before
        if "index" in options.only:
            figures["index"] = measure(
                lambda: build_index(corpus, index, encoder=encoder, full=True)
            )
            show("index", figures["index"])
        if "ask" in options.only:
            build_index(corpus, index, encoder=encoder)  # unless it is there
            reader = Library(index, encoder=encoder)
            drafts = draft_questions(reader.index(), count=2 * options.questions)
            for draft in drafts[1::2]:
                reader.ask(draft["question"])  # what is loaded once is no question's time
            asked = [draft["question"] for draft in drafts[::2]]
            figures["ask"] = measure(lambda: [reader.ask(question) for question in asked])
            figures["ask"]["questions"] = len(asked)
            show("ask", figures["ask"])
    settings = {"documents": options.documents, "questions": options.questions}
    append(options.results, result(settings, figures, root=ROOT))


if __name__ == "__main__":
    main()
