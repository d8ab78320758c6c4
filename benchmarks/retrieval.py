"""What each part of retrieval gives, on public sets: one table, with paired intervals.

    python benchmarks/retrieval.py SETS [--documents 160] [--output FILE.json]

SETS is a folder with ``gold/questions.jsonl`` (judged questions on the documents of ``corpus/``) and
``data/NAME/{corpus.jsonl,queries.jsonl,answers.jsonl}`` (reading comprehension: the passage that holds an
answer is the right one). Of the latter every k-th document is taken, so that there are ``--documents``.
Each stage is compared with the best single leg: a stage that does not earn its place shows here.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bearing_qa.evaluation.compare import difference
from bearing_qa.evaluation.files import read_questions
from bearing_qa.evaluation.judgements import Judgement, make_judgement
from bearing_qa.evaluation.report import quantile
from bearing_qa.evaluation.run import Evaluation, evaluate, latencies
from bearing_qa.index.build import build_index
from bearing_qa.index.encoder import SentenceEncoder
from bearing_qa.search.reader import Reader
from bearing_qa.search.retrieve import Stages

ROOT = Path(__file__).parents[1]
STAGES = {
    "BM25": Stages(dense=False, rerank=False),
    "vectors": Stages(lexical=False, rerank=False),
    "fused": Stages(rerank=False),
    "fused + reranked": Stages(),
}
FIGURES = ("hit@1", "hit@3", "hit@10", "MRR@10", "nDCG@10")
READING_SETS = ("cmrc2018", "drcd")


def reading_set(folder: Path, target: Path, *, documents: int) -> list[Judgement]:
    """Writes every k-th document of a reading set to ``target``; its questions, judged by answers."""
    lines = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    kept = lines[:: max(1, len(lines) // documents)][:documents]
    target.mkdir(parents=True)
    text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in kept)
    (target / "corpus.jsonl").write_text(text, encoding="utf-8")
    names = {item["_id"] for item in kept}
    queries = (json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8"))
    questions = {item["_id"]: item["text"] for item in queries}
    answers = (json.loads(line) for line in (folder / "answers.jsonl").open(encoding="utf-8"))
    return [
        make_judgement(
            {
                "id": item["_id"],
                "question": questions[item["_id"]],
                "evidence": [{"doc_id": item["doc"], "quote": a} for a in item["answers"]],
                "evidence_mode": "any",
            },
            default_id=item["_id"],
        )
        for item in answers
        if item["doc"] in names
    ]


def measure(index: Path, judgements: list[Judgement]) -> Iterator[tuple[str, Evaluation]]:
    """The evaluation of each of STAGES."""
    for name, stages in STAGES.items():
        yield name, evaluate(Reader(index, stages=stages), judgements)


def against(run: Evaluation, other: Evaluation, name: str) -> str:
    """The paired difference of a figure from another run, in words."""
    before = {record["id"]: record["figures"] for record in other.questions}
    pairs = [
        (before[record["id"]][name], record["figures"][name])
        for record in run.questions
        if name in record["figures"] and name in before[record["id"]]
    ]
    found = difference(*zip(*pairs, strict=True))
    return f"{found.value:+.3f} ({found.low:+.3f} … {found.high:+.3f}, p={found.p:.3f})"


def report(name: str, index: Path, judgements: list[Judgement]) -> dict[str, Any]:
    """Prints the table of one set; its figures."""
    runs = dict(measure(index, judgements))
    legs = sorted(("BM25", "vectors"), key=lambda leg: -runs[leg].figures["hit@1"].value)
    print(f"\n{name}: {runs['BM25'].figures['hit@1'].n} questions")
    print(
        f"{'':<18}"
        + "".join(f"{figure:>9}" for figure in FIGURES)
        + "   p50 ms   hit@1 over "
        + legs[0]
    )
    table: dict[str, Any] = {}
    for stage, run in runs.items():
        values = {figure: run.figures[figure].value for figure in FIGURES}
        p50 = quantile(list(latencies(run.questions)), 0.5)
        change = "" if stage == legs[0] else against(run, runs[legs[0]], "hit@1")
        print(
            f"{stage:<18}"
            + "".join(f"{value:>9.3f}" for value in values.values())
            + f"{p50:>9.1f}   {change}"
        )
        table[stage] = values | {"p50_ms": p50, "hit@1 over best leg": change}
    return table


def main() -> None:
    """Measures every set that is there and writes the figures with the commit they are of."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--documents", type=int, default=160)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    encoder = SentenceEncoder()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        gold = options.sets / "gold" / "questions.jsonl"
        if gold.is_file():
            build_index(ROOT / "corpus", Path(folder) / "speech", encoder=encoder)
            judgements = read_questions(gold).judgements
            figures["speech"] = report("speech", Path(folder) / "speech", judgements)
        for name in READING_SETS:
            source = options.sets / "data" / name
            if source.is_dir():
                corpus = Path(folder) / f"{name}-corpus"
                judgements = reading_set(source, corpus, documents=options.documents)
                build_index(corpus, Path(folder) / name, encoder=encoder)
                figures[name] = report(name, Path(folder) / name, judgements)
    if options.output:
        command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
        commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        text = json.dumps({"commit": commit, "sets": figures}, ensure_ascii=False, indent=1)
        options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
