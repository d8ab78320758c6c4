"""What the answers are worth, on public sets: right, cited, refused where the corpus is silent, by set and by type.

    python -m benchmarks.answers SETS [--documents 110] [--only speech,questions-held-back] [--compare] [--work DIR]
                                      [--llm-url URL --llm-model NAME]

SETS is a folder with ``gold/`` and ``data/`` (see ``sets``). Of a reading set some documents are indexed; the
questions on as many others are asked too, whose gold document is not there: they are to be refused. Answers with one
figure, year, negation or hedge changed show what the guard catches. A line a set is appended to ``--results``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.falsified import falsified
from benchmarks.runs import run_sets
from benchmarks.sets import PARAPHRASES, POLICY, QUESTION_SETS, READING_SETS, parts_of
from training.data import flat_name

from bearing_qa.answer.guard import unsupported_numbers, unsupported_words
from bearing_qa.answer.library import Library
from bearing_qa.answer.second_reader import SecondReader
from bearing_qa.cli.model_options import make_second_reader
from bearing_qa.encoders.encoder import Encoder, SentenceEncoder
from bearing_qa.evaluation.judgements import Judgement, make_judgement
from bearing_qa.evaluation.metrics import score
from bearing_qa.evaluation.run import Record, evaluate, figures_of, refusal_curve
from bearing_qa.types import Answer, Score

RESULTS = Path(__file__).parent / "figures" / "answers.jsonl"
NAMES = ("speech", *READING_SETS, POLICY, *QUESTION_SETS)
SHOWN = ("hit@1", "hit@3", "all@5", "cited", "answer", "refusal recall", "false refusal")
SURE, WRONG_SURE = 0.9, "wrong at 0.9"
"""Of the answers that are given with this confidence, the share that is not right."""
FALSIFIED = 200
"""Changed answers that are shown to the guard, at most."""
LLM_SECONDS = 120.0
"""Waited for each reply of a language model: a benchmark is in no hurry."""


class Recorder(Library):
    """A reader that keeps its answers: what is cited and said is checked after the run."""

    def __init__(
        self, index: Path, *, encoder: Encoder, second: SecondReader | None = None
    ) -> None:
        super().__init__(index, encoder=encoder, second=second)
        self.answers: list[Answer] = []

    def ask(self, question: str, **options: Any) -> Answer:
        """See Library."""
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


def scores_of(records: Sequence[Record]) -> dict[str, Score]:
    """The shown figures over some questions, with their intervals."""
    known = figures_of(records)
    figures = {name: known[name] for name in SHOWN if name in known}
    sure = [r for r in records if r["judged"] and not r["refused"] and r["confidence"] >= SURE]
    return figures | ({WRONG_SURE: score([float(not is_right(r)) for r in sure])} if sure else {})


def is_right(record: Record) -> bool:
    """Whether an answer that was given is right: by its words where they are judged, else by what it cites."""
    figures = record["figures"]
    said = figures.get("answer", figures.get("cited", 0.0))
    return not record["unanswerable"] and bool(said)


def by_type(records: Sequence[Record]) -> Iterator[tuple[str, dict[str, Score]]]:
    """The figures of each type of question."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["tags"].get("type", "")].append(record)
    if len(groups) > 1:
        for name, own in sorted(groups.items()):
            yield f"{name} ({len(own)})", scores_of(own)


def checks_of(reader: Recorder) -> dict[str, float]:
    """Over the answers given: exact slices, figures and words supported, length of citations, falsified caught."""
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


def model_figures(reader: Recorder) -> dict[str, float]:
    """What a language model did, where one was asked: share of its answers used, sentences dropped, seconds and tokens each."""
    made = [answer.model_reading for answer in reader.answers if answer.model_reading]
    if not made:
        return {}
    return {
        "model used": statistics.mean(one.is_used for one in made),
        "model sentences dropped": sum(len(one.dropped) for one in made),
        "model seconds, median": statistics.median(one.seconds for one in made),
        "model tokens, median": statistics.median(one.tokens or 0 for one in made),
    }


def is_caught(text: str, answer: Answer) -> bool:
    """Whether the guard finds a fault in a text as the words of an answer."""
    spans = [citation.text for citation in answer.citations]
    return bool(unsupported_numbers(text, spans=spans) or unsupported_words(text, spans=spans))


def paraphrase_share(reader: Library, docs: set[str]) -> Score:
    """Of the other wordings of judged questions on some documents, the share that is answered from the same place
    (or refused) as the first one."""
    same = []
    for item in _lines(PARAPHRASES):
        if Path(flat_name(item["doc"])).stem in docs:
            first = reader.ask(item["question"])
            same += [float(is_same(first, reader.ask(words))) for words in item["wordings"]]
    return score(same)


def is_same(one: Answer, other: Answer) -> bool:
    """Whether two answers are both refusals, or cite a common place."""
    if one.refused or other.refused:
        return one.refused and other.refused
    return any(
        a.doc_id == b.doc_id and a.start < b.end and b.start < a.end
        for a in one.citations
        for b in other.citations
    )


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
    second = make_second_reader(
        options.llm_url, options.llm_model, key_file=None, seconds=LLM_SECONDS
    )
    reader = Recorder(folder, encoder=encoder, second=second)
    run = evaluate(reader, [*present, *absent], progress=_show_progress)
    figures: dict[str, Any] = {}
    for part, ids in parts_of(name, present).items():
        silent = {judgement.id for judgement in absent if judgement.tags.get("half", part) == part}
        asked = ids | silent
        records = [record for record in run.questions if record["id"] in asked]
        found = scores_of(records)
        print(f"\n{name}, {part} ({len(ids)} + {len(silent)} without an answer)")
        _show_scores(found)
        figures[part] = {figure: round(value.value, 4) for figure, value in found.items()}
        for kind, values in by_type(records):
            said = "  ".join(f"{figure} {value.value:.2f}" for figure, value in values.items())
            print(f"    {kind:<24}{said}")
    if name in QUESTION_SETS:
        asked_of = set(reader.index().catalogue.doc_ids())
        share = paraphrase_share(reader, asked_of)
        _show_scores({"paraphrases with the same answer": share})
        figures["paraphrases"] = round(share.value, 4)
    figures["checks"] = checks_of(reader) | model_figures(reader)
    for figure, value in figures["checks"].items():
        print(f"  {figure:<34}{value:>8.3f}")
    print("threshold   false refusal   refusal recall")
    for threshold, false, recall in refusal_curve(run.questions)[1::2]:
        print(f"{threshold:>9.2f}{false:>16.3f}{recall:>17.3f}", flush=True)
    return figures


def _show_progress(done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        print(f"{done} of {total} questions asked", file=sys.stderr, flush=True)


def _show_scores(figures: dict[str, Score]) -> None:
    for name, value in figures.items():
        print(f"  {name:<34}{value.value:>8.3f}  [{value.low:.3f}, {value.high:.3f}] of {value.n}")


def main() -> None:
    """Measures the named sets."""
    run_sets(__doc__ or "", report, names=NAMES, documents=110, results=RESULTS)


if __name__ == "__main__":
    main()
