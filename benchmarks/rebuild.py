"""What a rebuild costs after one of a hundred documents changed, as a share of the full build.

python -m benchmarks.rebuild FOLDER [--documents 100] [--max-kb 1000] [--encoder NAME] [--work DIR] [--compare]

FOLDER holds documents of any kind that is read; every k-th of those up to some size is copied, and the copy is changed. Four builds in
one process, with the encoder loaded before: full, without a change, with one sentence more in one document,
with one document moved. ``--compare`` builds the same files once more in full and tells how many answers are the
same to the byte, and to the fourth decimal of a score.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.sets import every_kth

from bearing_qa.answer.library import Library
from bearing_qa.answer.suggestions import example_questions
from bearing_qa.build.run import BuildReport, build_index
from bearing_qa.document.files import corpus_files
from bearing_qa.encoders.encoder import DEFAULT_ENCODER, Encoder, SentenceEncoder

SENTENCE = "\n本年度新增专项经费三百二十万元，用于灯塔修缮。\n"
QUESTIONS = ("灯塔修缮的经费是多少？", "何时起施行？", "主要任务有哪些？", "谁负责监督检查？")


def copy_corpus(folder: Path, target: Path, *, documents: int, max_kb: int) -> None:
    """Copies every k-th document of a folder of those that are not too large; of one that is there in
    several file types, one."""
    files = [path for path in corpus_files(folder) if path.suffix != ".jsonl"]
    small = [path for path in files if path.stat().st_size <= max_kb * 1024]
    apart = {path.with_suffix(""): path for path in small}
    for path in every_kth(list(apart.values()), documents):
        place = target / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)


def timed(name: str, corpus: Path, index: Path, *, encoder: Encoder, full: bool = False) -> float:
    """Seconds of a build; prints a row."""
    started = time.perf_counter()
    report: BuildReport = build_index(corpus, index, encoder=encoder, full=full)
    seconds = time.perf_counter() - started
    counts = f"{report.documents:9} {report.passages:8} {report.encoded:7}"
    print(f"{name:24} {counts} {seconds:9.2f}", flush=True)
    return seconds


def answers(index: Path, encoder: Encoder) -> list[dict[str, Any]]:
    """Answers to QUESTIONS and to the index's own examples."""
    reader = Library(index, encoder=encoder)
    asked = [*QUESTIONS, *example_questions(reader.index())]
    return [reader.ask(question).to_json() for question in asked]


def alike(ones: Sequence[Any], others: Sequence[Any], *, places: int) -> float:
    """Share of answers that are the same with scores rounded to some decimal places."""

    def rounded(item: dict[str, Any]) -> str:
        return json.dumps(
            json.loads(json.dumps(item), parse_float=lambda x: f"{float(x):.{places}f}")
        )

    return sum(rounded(a) == rounded(b) for a, b in zip(ones, others, strict=True)) / len(ones)


def main() -> None:
    """Prints the table and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--max-kb", type=int, default=1000)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="rebuild-"))
    corpus, index = work / "corpus", work / "index"
    copy_corpus(options.folder, corpus, documents=options.documents, max_kb=options.max_kb)
    encoder = SentenceEncoder(options.encoder)
    encoder.encode_question("")
    print(f"{'build':24} documents passages encoded   seconds")
    first = timed("full", corpus, index, encoder=encoder)
    again = timed("nothing changed", corpus, index, encoder=encoder)
    changed = next(path for path in corpus_files(corpus) if path.suffix in (".txt", ".md"))
    changed.write_bytes(changed.read_bytes() + SENTENCE.encode())
    one = timed("one changed", corpus, index, encoder=encoder)
    told = answers(index, encoder)
    changed.rename(changed.with_name(f"moved-{changed.name}"))
    moved = timed("one moved", corpus, index, encoder=encoder)
    changed.with_name(f"moved-{changed.name}").rename(changed)
    for name, seconds in (("nothing", again), ("one changed", one), ("one moved", moved)):
        print(f"{name} / full: {seconds / first:.2%}")
    if options.compare:
        timed("the same, full", corpus, work / "other", encoder=encoder)
        fresh = answers(work / "other", encoder)
        print(f"{len(told)} answers, as after a full build:", end=" ")
        print(f"{alike(told, fresh, places=6):.0%} to the last digit,", end=" ")
        print(f"{alike(told, fresh, places=4):.0%} to the fourth decimal")
    if options.work is None:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
