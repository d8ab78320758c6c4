"""Evaluation as the command line and the page run it: which questions, which index, which stages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bearing_qa.answer.library import Library, make_reranker
from bearing_qa.build.run import build_index
from bearing_qa.cli.stores import place_of
from bearing_qa.encoders.encoder import DEFAULT_ENCODER, SentenceEncoder
from bearing_qa.errors import JudgementError
from bearing_qa.evaluation.drafts import draft_questions, kinds_of
from bearing_qa.evaluation.ir_collections import read_beir, read_topics
from bearing_qa.evaluation.judgements import Judgement
from bearing_qa.evaluation.question_files import Questions, read_questions
from bearing_qa.evaluation.run import Evaluation, evaluate
from bearing_qa.search.retrieve import ALL_STAGES, Stages
from bearing_qa.store.places import Folder, Place

StageProgress = Callable[[str, int, int], None]
LEGS = ("lexical", "dense")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to evaluate: a question file, a BEIR folder, or TREC topics with their qrels; the index;
    the stages of retrieval; another encoder than the index's; only some of the questions; a reranker."""

    index: Path
    questions: Path | None = None
    beir: Path | None = None
    topics: Path | None = None
    qrels: Path | None = None
    stages: Stages = ALL_STAGES
    encoder: str | None = None
    only: tuple[str, str] | None = None
    limit: int | None = None
    reranker: str | None = None
    store: str | None = None


def make_stages(legs: str | None, *, rerank: bool) -> Stages:
    """Stages from the names of legs, parted by commas (None: all). Raises ValueError for others."""
    names = [name.strip() for name in legs.split(",")] if legs is not None else list(LEGS)
    if not names or not set(names) <= set(LEGS):
        raise ValueError(f"legs are {', '.join(LEGS)}; not {legs!r}")
    return Stages(lexical="lexical" in names, dense="dense" in names, rerank=rerank)


def run_plan(plan: Plan, *, progress: StageProgress) -> Evaluation:
    """The evaluation of a plan.

    Raises BearingQAError if there are no questions, none that counts, no index or no such encoder.
    """
    rejected: list[str] = []
    place = place_of(plan.index, plan.store)
    reranker = make_reranker(plan.reranker)
    chosen_encoder = SentenceEncoder(plan.encoder or DEFAULT_ENCODER)
    if plan.beir is not None:
        corpus, questions = read_beir(plan.beir)
        index = _own_index(plan.index, f"beir/{_slug(plan.beir.resolve().name)}", plan.encoder)
        built = build_index(corpus, index, encoder=chosen_encoder, progress=progress)
        place = Folder(index)
        rejected = [f"{item.source}: {item.reason}" for item in built.rejections]
    else:
        questions = _read(plan)
        if plan.encoder is not None:
            corpus = Path(place.manifest()["corpus"])
            index = _own_index(plan.index, "encoders", plan.encoder)
            build_index(corpus, index, encoder=chosen_encoder, progress=progress)
            place = Folder(index)
    chosen = _chosen(questions, plan)
    library = Library(place, reranker=reranker, stages=plan.stages)
    library.encoder(library.index())
    evaluation = evaluate(
        library,
        chosen,
        progress=lambda done, total: progress("evaluate", done, total),
        complaints=[*questions.complaints, *rejected],
    )
    if not evaluation.figures:
        raise JudgementError(
            found=f"none of {len(chosen)} questions counts for a figure"
            + (f" ({evaluation.complaints[0]})" if evaluation.complaints else ""),
            expected="evidence that is in the indexed documents, answers, or unanswerable marks",
            fix="check the question file against the index",
        )
    return evaluation


def _read(plan: Plan) -> Questions:
    if plan.topics is not None and plan.qrels is not None:
        return read_topics(plan.topics, plan.qrels)
    return read_questions(plan.questions or Path())


def _own_index(index: Path, kind: str, encoder: str | None) -> Path:
    """The folder of an index that only evaluation uses, beside the versions of the named one."""
    folder = index / kind
    return folder / _slug(encoder) if encoder else folder


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name).strip("._") or "encoder"


def _chosen(questions: Questions, plan: Plan) -> list[Judgement]:
    judgements = questions.judgements
    if plan.only is not None:
        tag, value = plan.only
        judgements = [j for j in judgements if j.tags.get(tag) == value]
        if not judgements:
            tags = sorted({name for j in questions.judgements for name in j.tags})
            values = sorted({j.tags[tag] for j in questions.judgements if tag in j.tags})
            if not values:
                raise JudgementError(
                    found=f"no question has a tag {tag!r}",
                    expected=f"one of {', '.join(tags[:8])}" if tags else "questions with tags",
                    fix="name another",
                )
            raise JudgementError(
                found=f"no question has {tag}={value}",
                expected=f"one of {', '.join(values[:8])}",
                fix="name another",
            )
    return judgements[: plan.limit]


def write_drafts(place: Place, output: Path, *, count: int) -> dict[str, int]:
    """Writes ``count`` drafted questions to a JSONL file; how many there are of each type.

    Raises JudgementError if the file is there already (somebody may have edited it) or nothing can be
    drafted.
    """
    if output.exists():
        raise JudgementError(
            found=f"{output} is there already",
            expected="a new file, since yours may hold your edits",
            fix="name another with --output",
        )
    drafts = draft_questions(place.open(), count=count)
    if not drafts:
        raise JudgementError(
            found="the corpus gives no question to draft",
            expected="headings, lists, tables or sentences with figures",
            fix="write questions by hand",
        )
    output.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(draft, ensure_ascii=False) + "\n" for draft in drafts)
    output.write_text("".join(lines), encoding="utf-8", errors="replace")
    return kinds_of(drafts)
