"""What the answers are worth, on public sets: right, cited, exact, refused where the corpus is silent.

    python -m benchmarks.answers SETS [--documents 110] [--only speech,cmrc2018] [--compare] [--work DIR]

SETS is a folder with ``gold/`` and ``data/`` (see ``sets``). Of a reading set some documents are indexed; the
questions on as many others are asked too, whose gold document is not there: they are to be refused. Answers with one
figure, year, negation or hedge changed show what the guard catches. A line a set is appended to ``--results``.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.falsified import falsified
from benchmarks.runs import run_sets
from benchmarks.sets import POLICY, READING_SETS, parts_of

from bearing_qa.evaluation.judgements import Judgement, make_judgement
from bearing_qa.evaluation.run import Record, evaluate, refusal_curve
from bearing_qa.index.encoder import Encoder, SentenceEncoder
from bearing_qa.search.guard import unsupported_numbers, unsupported_words
from bearing_qa.search.reader import Reader
from bearing_qa.types import Answer

RESULTS = Path(__file__).parent / "figures" / "answers.jsonl"
NAMES = ("speech", *READING_SETS, POLICY)
FALSIFIED = 200
"""Changed answers that are shown to the guard, at most."""


class Recorder(Reader):
    """A reader that keeps its answers: what is cited and said is checked after the run."""

    def __init__(self, index: Path, *, encoder: Encoder) -> None:
        super().__init__(index, encoder=encoder)
        self.answers: list[Answer] = []

    def ask(self, question: str, **options: Any) -> Answer:
        """See Reader."""
        found = super().ask(question, **options)
        self.answers.append(found)
        return found


def unanswerable(name: str, folder: Path, judgements: Sequence[Judgement]) -> list[Judgement]:
    """As many questions as there are judgements, on documents of a reading set that they do not name."""
    if name not in READING_SETS:
        return []
    source = folder / "data" / name
    known = {evidence.doc_id for judgement in judgements for evidence in judgement.evidence}
    texts = {item["_id"]: item["text"] for item in _lines(source / "queries.jsonl")}
    others = [item for item in _lines(source / "answers.jsonl") if item["doc"] not in known]
    step = max(1, len(others) // max(len(judgements), 1))
    return [
        make_judgement(
            {"id": item["_id"], "question": texts[item["_id"]], "unanswerable": True},
            default_id=item["_id"],
        )
        for item in others[::step][: len(judgements)]
    ]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def figures_of(records: Sequence[Record]) -> dict[str, float]:
    """Shares over some questions: right and cited of those that have an answer, refused of both kinds."""
    present = [record for record in records if record["judged"] and not record["unanswerable"]]
    absent = [record for record in records if record["unanswerable"]]
    first = [record for record in present if record["rank"] == 1]
    figures = {
        "answer": _mean(r["figures"]["answer"] for r in present if "answer" in r["figures"]),
        "cited": _mean(r["figures"]["cited"] for r in present if "cited" in r["figures"]),
        "cited, right passage first": _mean(r["figures"]["cited"] for r in first),
        "false refusal": _mean(float(r["refused"]) for r in present),
        "refusal recall": _mean(float(r["refused"]) for r in absent),
    }
    return {name: round(value, 4) for name, value in figures.items() if value is not None}


def _mean(values: Any) -> float | None:
    values = list(values)
    return statistics.fmean(values) if values else None


def checks_of(reader: Recorder) -> dict[str, float]:
    """Over the answers given: exact slices, figures and words borne, length of citations, falsified caught."""
    given = [answer for answer in reader.answers if not answer.refused]
    citations = [citation for answer in given for citation in answer.citations]
    catalogue = reader.index().catalogue
    exact = 0
    for citation in citations:
        parsed = catalogue.parsed(citation.doc_id)
        text = parsed.document.text if parsed else ""
        exact += citation.text == text[citation.start : citation.end]
    changed = [(false, answer) for answer in given for false in falsified(answer.text)][:FALSIFIED]
    caught = sum(is_caught(false, answer) for false, answer in changed)
    return {
        "answers": len(given),
        "exact slices": exact / max(len(citations), 1),
        "true answers passed": 1 - sum(is_caught(a.text, a) for a in given) / max(len(given), 1),
        "median citation characters": statistics.median([len(c.text) for c in citations] or [0]),
        "falsified": len(changed),
        "falsified caught": caught / max(len(changed), 1),
    }


def is_caught(text: str, answer: Answer) -> bool:
    """Whether the guard finds a fault in a text as the words of an answer."""
    spans = [citation.text for citation in answer.citations]
    return bool(unsupported_numbers(text, spans=spans) or unsupported_words(text, spans=spans))


def report(
    name: str,
    folder: Path,
    judgements: list[Judgement],
    options: argparse.Namespace,
    encoder: SentenceEncoder,
) -> dict[str, Any]:
    """Prints and returns the figures of one set."""
    absent = [judgement for judgement in judgements if judgement.unanswerable]
    present = [judgement for judgement in judgements if not judgement.unanswerable]
    absent += unanswerable(name, options.sets, judgements)
    reader = Recorder(folder, encoder=encoder)
    run = evaluate(reader, [*present, *absent])
    figures: dict[str, Any] = {}
    for part, ids in parts_of(name, present).items():
        silent = {judgement.id for judgement in absent if judgement.tags.get("half", part) == part}
        asked = ids | silent
        figures[part] = figures_of([record for record in run.questions if record["id"] in asked])
        print(f"\n{name}, {part} ({len(ids)} + {len(silent)} without an answer)")
        _show(figures[part])
    figures["checks"] = checks_of(reader)
    _show(figures["checks"])
    print("threshold   false refusal   refusal recall")
    for threshold, false, recall in refusal_curve(run.questions)[1::2]:
        print(f"{threshold:>9.2f}{false:>16.3f}{recall:>17.3f}", flush=True)
    return figures


def _show(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        print(
            f"  {name:<30}{value:>8.3f}" if isinstance(value, float) else f"  {name:<30}{value:>8}"
        )


def main() -> None:
    """Measures the named sets."""
    run_sets(__doc__ or "", report, names=NAMES, documents=110, results=RESULTS)


if __name__ == "__main__":
    main()
