"""The command line that benchmarks over the public sets share: sets in, figures printed, compared, kept."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import append, changes, last_like, result
from benchmarks.sets import read_set

from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.evaluation.judgements import Judgement

ROOT = Path(__file__).parents[1]

Report = Callable[[str, Path, list[Judgement], argparse.Namespace, SentenceEncoder], dict[str, Any]]
"""Set, index, questions, options, encoder → figures, printed on the way."""


def run_sets(
    description: str, report: Report, *, names: Sequence[str], documents: int, results: Path
) -> None:
    """Indexes each named set, reports it, compares with the last run like this one, keeps the figures."""
    parser = argparse.ArgumentParser(description=description.split("\n", maxsplit=1)[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--documents", type=int, default=documents, help="of a public set, about")
    parser.add_argument("--only", default=",".join(names), help="names of sets, parted by commas")
    parser.add_argument("--results", type=Path, default=results)
    parser.add_argument("--compare", action="store_true", help="with the last stored run like this")
    parser.add_argument("--work", type=Path, help="keeps the indexes, for a quicker next run")
    parser.add_argument("--llm-url", help="a language model reads too (benchmarks.answers)")
    parser.add_argument("--llm-model")
    options = parser.parse_args()
    encoder = SentenceEncoder()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        for name in options.only.split(","):
            target = work / f"{name}-corpus"
            corpus, judgements = read_set(name, options.sets, target, documents=options.documents)
            build_index(corpus, work / name, encoder=encoder)
            figures = report(name, work / name, judgements, options, encoder)
            settings = {"set": name, "documents": options.documents, "encoder": encoder.name}
            settings |= {"model": options.llm_model} if options.llm_model else {}
            if options.compare:
                _compare(last_like(options.results, settings), figures)
            append(options.results, result(settings, figures, root=ROOT))


def _compare(before: dict[str, Any] | None, figures: dict[str, Any]) -> None:
    if before is None:
        print("no stored run with these settings")
        return
    print(f"against {before['commit']} of {before['date']}:")
    print("\n".join(changes(before["figures"], figures)) or "no change", flush=True)
