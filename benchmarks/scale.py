"""What a corpus costs as it grows, from a thousand passages to a million: a table, rows kept, a plot.

    python -m benchmarks.scale [--sizes 1000,10000,100000,1000000] [--sets ../shared] [--work DIR]

Documents and vectors are made up (see ``synthetic``); the index is built by the product's own writer and asked
by its own search. Each step runs in a process of its own: the build; opening and 100 questions, for memory;
the same questions beside the real encoder's call, each timed apart, since a question costs its encoder's
call and what comes beyond. The dense leg is compared with a comparison of all rows, and so is the fused
ranking. An index that ``--work`` has already is asked again, not built again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from benchmarks import results
from benchmarks.bare import BareEncoder
from benchmarks.engines import in_own_process, status_mb
from benchmarks.growth_plot import draw_growth
from benchmarks.synthetic import SyntheticEncoder, questions, read_matters, write_corpus

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder, Vectors
from bearing_qa.search.fusion import best, fuse
from bearing_qa.search.retrieve import DENSE_WEIGHT, LEXICAL_WEIGHT, Stages, score
from bearing_qa.search.scope import Scope
from bearing_qa.search.understand import understand
from bearing_qa.store.disk import Index, open_index

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "figures" / "scale.jsonl"
PLOT = ROOT / "docs" / "growth.svg"
SIZES = "1000,10000,100000,1000000"
ASKED = 100
COMPARED = 40
"""Questions compared with the look at every row, which takes a second each at a million."""
FIRST = 10
BARE = "sentence-transformers"
SCOPE = Scope(documents=("1*", "2*", "3*"))
"""Three documents of ten, by the first digit of their id."""

Calls = dict[str, Callable[[str], object]]


class TimedEncoder(SyntheticEncoder):
    """Knows how long its calls took, by the clock and of the processor, to be left out."""

    spent = np.zeros(2)

    def encode_question(self, question: str) -> Vectors:
        """See SyntheticEncoder."""
        started = _clocks()
        vector = super().encode_question(question)
        self.spent = self.spent + _clocks() - started
        return vector


def _clocks() -> npt.NDArray[np.float64]:
    """Seconds by the clock, and of the processor in this thread: others may use the machine too."""
    return np.array([time.perf_counter(), time.thread_time()])


def measure_build(folder: Path, passages: int, sets: Path | None) -> dict[str, Any]:
    """Writes a corpus and builds its index; what that took."""
    matters = read_matters(sets, ROOT / "corpus")
    documents = write_corpus(folder / "corpus", matters, passages=passages)
    asked = list(questions(matters, documents=documents, count=ASKED))
    (folder / "questions.json").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    stages: dict[str, float] = {}
    started = at = time.perf_counter()
    last = "read"

    def progress(stage: str, _done: int, _total: int) -> None:
        nonlocal last, at
        now = time.perf_counter()
        stages[last] = stages.get(last, 0.0) + now - at
        last, at = stage, now

    report = build_index(
        folder / "corpus", folder / "index", encoder=SyntheticEncoder(), progress=progress
    )
    taken = time.perf_counter() - started
    files = [path for path in (folder / "index" / "versions").rglob("*") if path.is_file()]
    return {
        "passages": report.passages,
        "documents": report.documents,
        "texts encoded": report.encoded,
        "build s": round(taken, 1),
        "build us a passage": round(1e6 * taken / report.passages),
        "build stages s": {name: round(value, 1) for name, value in stages.items()},
        "build peak MB": round(status_mb("VmHWM:")),
        "index MB": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        "files MB": {path.name: round(path.stat().st_size / 1e6, 1) for path in files},
    }


def measure_memory(folder: Path) -> dict[str, Any]:
    """MB resident after opening and after the questions: all, and what is no mapped file's."""
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    started = time.perf_counter()
    reader = Library(folder / "index", encoder=SyntheticEncoder())
    reader.index()
    figures: dict[str, Any] = {"open s": round(time.perf_counter() - started, 2)}
    figures |= {"open MB": round(status_mb("VmRSS:")), "open own MB": round(status_mb("RssAnon:"))}
    for question in asked:
        reader.search(question)
    return figures | {
        "asked MB": round(status_mb("VmRSS:")),
        "asked own MB": round(status_mb("RssAnon:")),
    }


def measure_questions(folder: Path) -> dict[str, Any]:
    """Milliseconds of a question beyond its encoder's call, beside the real encoder's call and the one of
    sentence-transformers."""
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    encoder, real, bare = TimedEncoder(), SentenceEncoder(), BareEncoder()
    plain = Library(folder / "index", encoder=encoder, stages=Stages(rerank=False))
    whole = Library(folder / "index", encoder=encoder)
    calls: Calls = {
        "search": plain.search,
        "search reranked": whole.search,
        "search in scope": lambda question: plain.search(question, scope=SCOPE),
        "ask": whole.ask,
    }
    encoders: Calls = {"encoder": real.encode_question, BARE: bare.encode_question}
    timed = encoders | calls
    for call in timed.values():
        for question in asked[:5]:
            call(question)
    taken: dict[str, list[Any]] = {name: [] for name in timed}
    for question in asked:
        for name, call in timed.items():
            before, started = encoder.spent, _clocks()
            call(question)
            taken[name].append(1000 * (_clocks() - started - (encoder.spent - before)))
    figures = {name: _quantiles(values) for name, values in taken.items()}
    used = {name: figures[name]["p50 cpu ms"] for name in (*encoders, "search")}
    question = used["encoder"] + used["search"]
    return (
        figures
        | {f"search / {name}": round(question / used[name], 2) for name in encoders}
        | _agreement(open_index(folder / "index"), asked, encoder)
    )


def _quantiles(values: Sequence[Any]) -> dict[str, float]:
    """Of milliseconds by the clock, and of the processor."""
    clock, processor = np.percentile(values, [50, 95], axis=0).T.round(2).tolist()
    return dict(
        zip(("p50 ms", "p95 ms", "p50 cpu ms", "p95 cpu ms"), clock + processor, strict=True)
    )


def _agreement(index: Index, asked: Sequence[str], encoder: SyntheticEncoder) -> dict[str, float]:
    """Share of the first ten rows of a look at every row that the dense leg and the fused ranking have."""
    dense, fused = [], []
    for text in asked[:: max(1, len(asked) // COMPARED)]:
        question = understand(index, text)
        vector = encoder.encode_question(question.spoken)
        cosines = index.dense.scores(vector)
        lexical = index.lexical.scores(question.tokens, added=question.added)
        every = fuse([(DENSE_WEIGHT, cosines), (LEXICAL_WEIGHT, lexical)])
        near = score(index, question, vector=vector, stages=Stages(lexical=False)).rows
        tenth = np.partition(cosines, -FIRST)[-FIRST]
        dense.append(min(FIRST, int((cosines[near] >= tenth - 1e-6).sum())) / FIRST)
        ranking = score(index, question, vector=vector)
        found = {hit.row for hit in best(ranking.scores, top_k=FIRST, rows=ranking.rows)}
        right = {hit.row for hit in best(every, top_k=FIRST)}
        fused.append(len(found & right) / FIRST)
    return {
        "dense recall@10": round(statistics.fmean(dense), 4),
        "fused agreement@10": round(statistics.fmean(fused), 4),
    }


def measure(folder: Path, passages: int, sets: Path | None) -> dict[str, Any]:
    """All figures of one size."""
    folder.mkdir(parents=True, exist_ok=True)
    built = folder / "build.json"
    if not built.is_file():
        made = in_own_process(measure_build, folder, passages, sets)
        built.write_text(json.dumps(made), encoding="utf-8")
    figures: dict[str, Any] = json.loads(built.read_text(encoding="utf-8"))
    for step in (measure_memory, measure_questions):
        figures |= in_own_process(step, folder)
    return figures


def show(rows: Sequence[dict[str, Any]]) -> None:
    """The table in Markdown."""
    names = ("build s", "build us a passage", "build peak MB", "index MB", "open s", "open MB", "asked MB",
             "asked own MB")  # fmt: skip
    calls = ("encoder", BARE, "search", "search reranked", "search in scope", "ask")
    last = ("search / encoder", f"search / {BARE}", "dense recall@10", "fused agreement@10")
    lines = {name: [f"{row[name]:,}" for row in rows] for name in names}
    for name in calls:
        for unit in ("ms", "cpu ms"):
            lines[f"{name}, p50 / p95 {unit}"] = [
                f"{row[name][f'p50 {unit}']} / {row[name][f'p95 {unit}']}" for row in rows
            ]
    lines |= {name: [str(row[name]) for row in rows] for name in last}
    print("| passages | " + " | ".join(f"{row['passages']:,}" for row in rows) + " |")
    print("|---|" + "---|" * len(rows))
    for name, values in lines.items():
        print(f"| {name} | " + " | ".join(values) + " |")


def main() -> None:
    """Measures the sizes, smallest first; stores a row for each and draws all of this run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default=SIZES, help="numbers of passages, about")
    parser.add_argument(
        "--sets", type=Path, help="folder with data/*/corpus.jsonl; the corpus alone if none"
    )
    parser.add_argument(
        "--work", type=Path, help="where indexes are made and kept; a new folder if none"
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--plot", type=Path, default=PLOT)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, options.sizes.split(",")):
            folder = (options.work or Path(scratch)) / str(size)
            rows.append(measure(folder, size, options.sets))
            print(json.dumps(rows[-1]), flush=True)
            settings = {"passages": size, "sets": options.sets is not None}
            results.append(options.results, results.result(settings, rows[-1], root=ROOT))
    show(rows)
    draw_growth(rows, options.plot)


if __name__ == "__main__":
    main()
