"""The comparison with other tools: what is handed over comes back, and is scored as our own is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from benchmarks.peers.handover import (
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    Item,
    Task,
    fused,
    read_items,
    read_rankings,
    write_items,
    write_rankings,
)
from benchmarks.peers.rows import ENCODER, OURS, ROWS, TOOLS
from benchmarks.peers.scoring import lead, means, passages_of, scored
from benchmarks.peers.tables import cost_table, quality_table
from benchmarks.peers.use_plain import build, searcher

from bearing_qa.answer.library import Library
from bearing_qa.evaluation.judgements import Judgement, make_judgement
from tests.conftest import ROOT, BigramEncoder

QUESTION, QUOTE = "公园门票价格不得超过多少元？", "公园门票价格不得超过"


def judged(corpus: Path) -> Judgement:
    holding = next(item for item in passages_of(corpus) if QUOTE in item.text)
    evidence = [{"doc_id": holding.id.rsplit(":", 1)[0], "quote": QUOTE}]
    return make_judgement({"question": QUESTION, "evidence": evidence}, default_id="q1")


def task_in(folder: Path, corpus: Path) -> Task:
    folder.mkdir()
    (folder / "store").mkdir()
    write_items(folder / "passages.jsonl", passages_of(corpus))
    write_items(folder / "questions.jsonl", [Item("q1", QUESTION)])
    return Task(
        module="use_plain",
        options={"depth": 50},
        corpus=str(corpus),
        passages=str(folder / "passages.jsonl"),
        questions=str(folder / "questions.jsonl"),
        model="",
        store=str(folder / "store"),
    )


def test_a_tool_gets_files_and_hands_back_rankings_that_are_scored(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    task_in(tmp_path / "work", tiny_corpus).write(tmp_path / "task.json")
    task = Task.read(tmp_path / "task.json")
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        seen.extend(texts)
        return encoder.encode_passages(texts)

    build(task, encode)
    search = searcher(task, encode)
    rankings = {q.id: search(q.text) for q in read_items(task.questions)}
    write_rankings(tmp_path / "rankings.jsonl", rankings)

    assert all(text.startswith(PASSAGE_PROMPT) for text in seen[:-1])
    assert seen[-1] == QUESTION_PROMPT + QUESTION
    figures = scored(tiny_index, [judged(tiny_corpus)], read_rankings(tmp_path / "rankings.jsonl"))
    assert figures["q1"]["hit@1"] == 1.0
    assert means(figures, {"q1"})["nDCG@10"] == 1.0


def test_the_scorer_counts_ranks_as_our_own_evaluation_does(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    judgement = judged(tiny_corpus)
    items = passages_of(tiny_corpus)
    right = next(item.id for item in items if QUOTE in item.text)
    others = [item.id for item in items if QUOTE not in item.text]
    third = scored(tiny_index, [judgement], {"q1": [*others[:2], right]})
    assert third["q1"] == pytest.approx(
        {"nDCG@10": 0.5, "hit@1": 0.0, "hit@3": 1.0, "hit@10": 1.0, "MRR@10": 1 / 3}
    )
    missed = scored(tiny_index, [judgement], {"q1": others[:2]})
    assert set(missed["q1"].values()) == {0.0}
    assert lead(third, missed, {"q1"})["nDCG@10"][0] == pytest.approx(0.5)
    # the passages handed to others are the ones that the product has
    found = Library(tiny_index, encoder=encoder).search(QUESTION, top_k=100)
    names = {f"{hit.doc_id}:{hit.start}-{hit.end}" for hit in found}
    assert names <= {item.id for item in items}
    with pytest.raises(KeyError):
        scored(tiny_index, [judgement], {"q1": ["no such passage"]})


def test_reciprocal_ranks_are_added() -> None:
    assert fused([["a", "b", "c"], ["b", "d"]]) == ["b", "a", "d", "c"]
    assert fused([["a", "b"], ["b"]], top_k=1) == ["b"]


def test_each_tool_has_its_way_of_use_and_pinned_packages() -> None:
    folder = ROOT / "benchmarks" / "peers"
    assert {row.tool for row in ROWS} <= set(TOOLS)
    assert len({row.name for row in ROWS}) == len(ROWS)
    for tool in TOOLS.values():
        assert (folder / f"{tool.module}.py").is_file()
        if tool.name in (OURS, ENCODER):
            continue
        text = (folder / "requirements" / f"{tool.name}.txt").read_text("utf-8")
        pins = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert all("==" in pin for pin in pins)
        assert set(tool.packages) <= {pin.split("==")[0].replace("_", "-").lower() for pin in pins}


def test_a_table_says_where_ours_is_behind() -> None:
    quality = {"nDCG@10": 0.9, "hit@1": 0.8, "hit@3": 0.9, "hit@10": 1.0, "MRR@10": 0.9}
    better = quality | {"hit@1": 0.85, "lead": {"nDCG@10": [0, -0.1, 0.1], "hit@1": [-0.05, -1, 1]}}
    rows = list(quality_table({"ours": quality, "theirs": better}))
    assert rows[-1].endswith("| -0.050 (-1.000 … +1.000) | hit@1 |")
    costs = json.loads(
        '{"build / encoding": 2, "p50 / encoder": 1.5, "p95 / encoder": 1.5, "cold s": 8,'
        ' "build MB": 900, "ask MB": 900, "index MB": 2}'
    )
    theirs = costs | {"cold s": 7}
    rows = list(cost_table({"ours": costs, "theirs": theirs}))
    assert rows[-1].endswith("| cold start s |")


def test_a_task_says_what_it_was_given(tmp_path: Path) -> None:
    task = replace(task_in(tmp_path / "work", tmp_path), reference=("python", "-m", "x"))
    task.write(tmp_path / "task.json")
    assert tuple(Task.read(tmp_path / "task.json").reference) == task.reference
