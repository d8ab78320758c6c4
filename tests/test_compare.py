"""Two runs compared, and gates."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import JudgementError
from bearing_qa.evaluation.compare import (
    Comparison,
    compare,
    difference,
    parse_gate,
    randomisation_test,
    read_run,
)
from bearing_qa.evaluation.judgements import Evidence, Judgement
from bearing_qa.evaluation.report import as_json
from bearing_qa.evaluation.run import Evaluation, evaluate
from bearing_qa.search.retrieve import Stages
from bearing_qa.types import Parsed
from tests.conftest import BigramEncoder

QUESTION = "公园门票价格不得超过多少元？"
QUOTE = "不得超过20元"


def judge(*quotes: str, **fields: Any) -> Judgement:
    return Judgement("q", QUESTION, tuple(Evidence(quote=quote) for quote in quotes), **fields)


@pytest.fixture
def reader(tiny_index: Path, encoder: BigramEncoder) -> Library:
    return Library(tiny_index, encoder=encoder)


def run_of(reader: Library, *judgements: Judgement) -> Evaluation:
    return evaluate(reader, [replace(j, id=str(n)) for n, j in enumerate(judgements, 1)])


def documents(reader: Library) -> list[Parsed]:
    catalogue = reader.index().catalogue
    found = [catalogue.parsed(doc_id) for doc_id in catalogue.doc_ids()]
    return [parsed for parsed in found if parsed is not None]


def test_two_runs_of_the_same_are_equal(reader: Library) -> None:
    first, second = (run_of(reader, judge(QUOTE), judge("8万人")) for _ in range(2))
    comparison = compare(as_json(first), as_json(second))
    assert not comparison.won
    assert not comparison.lost
    for found in comparison.differences.values():
        assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    values = {name: score.value for name, score in first.figures.items()}
    assert missed(["no worse than baseline", "hit@1>=0.5"], values, comparison) == []


def questions_on_everything(reader: Library) -> list[Judgement]:
    """A question for each sentence of the corpus: its own words, in another order of clauses."""
    judgements: list[Judgement] = []
    for parsed in documents(reader):
        text = parsed.document.text
        for passage in parsed.passages:
            for sentence in passage.sentences if passage.kind == "text" else ():
                quote = text[sentence.start : sentence.end]
                asked = "，".join(reversed(quote.rstrip("。；").split("，")))
                evidence = (Evidence(parsed.document.doc_id, quote),)
                judgements.append(Judgement(str(len(judgements)), asked, evidence))
    return judgements


def test_a_run_with_a_leg_off_is_worse_and_the_gate_says_so(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    whole = Library(tiny_index, encoder=encoder)
    judgements = questions_on_everything(whole)
    blind = BigramEncoder()
    blind._vector = lambda text: np.full(256, 1 / 16, np.float32)  # type: ignore[method-assign]
    before = evaluate(whole, judgements)
    crippled = Library(tiny_index, encoder=encoder, stages=Stages(lexical=False, rerank=False))
    crippled.encoder = lambda index: blind  # type: ignore[method-assign]
    after = evaluate(crippled, judgements)
    comparison = compare(as_json(after), as_json(before))
    found = comparison.differences["MRR@10"]
    assert found.high < 0
    assert found.p < 0.05
    assert comparison.lost
    values = {name: score.value for name, score in after.figures.items()}
    assert missed(["MRR@10 no worse than baseline"], values, comparison)
    assert missed(["mrr@10>=0.999"], values, None)


def test_runs_over_other_questions_or_documents_are_not_compared(
    reader: Library, tmp_path: Path, encoder: BigramEncoder
) -> None:
    run = as_json(run_of(reader, judge(QUOTE)))
    with pytest.raises(JudgementError, match="other questions"):
        compare(as_json(run_of(reader, judge("8万人"))), run)
    corpus = tmp_path / "other"
    corpus.mkdir()
    (corpus / "a.txt").write_text(f"公园管理办法\n门票价格{QUOTE}。", encoding="utf-8")
    build_index(corpus, tmp_path / "other-index", encoder=encoder)
    other = Library(tmp_path / "other-index", encoder=encoder)
    with pytest.raises(JudgementError, match="other documents"):
        compare(as_json(run_of(other, judge(QUOTE))), run)
    with pytest.raises(JudgementError, match="holds no run"):
        read_run(tmp_path)


def missed(texts: list[str], values: dict[str, float], comparison: Comparison | None) -> list[str]:
    return [line for text in texts for line in parse_gate(text).missed(values, comparison)]


@pytest.mark.parametrize(
    "gate", ["hit@1", "nothing>=1", "hit@7 no worse than baseline", ">=1", "hit@1>=x", "hit@1=>1"]
)
def test_gates_that_mean_nothing_are_refused(gate: str) -> None:
    with pytest.raises(ValueError, match=r"gate|figure"):
        parse_gate(gate)


def test_a_figure_that_no_question_counts_for_is_a_missed_gate() -> None:
    assert missed(["refusal precision>=0.5"], {"hit@1": 1.0}, None) == [
        "refusal precision: no question counts for it"
    ]


def test_the_randomisation_test_counts_patterns() -> None:
    """Against all patterns: of 2**10 swaps of ten equal differences two are as extreme."""
    pairs = np.array([[0.0] * 10 + [1.0] * 5, [1.0] * 10 + [1.0] * 5])
    assert randomisation_test(pairs) == pytest.approx(2 / 2**10, abs=0.002)
    assert difference([0, 1, 0, 1], [1, 0, 1, 0]).p == pytest.approx(1.0)
    assert difference([0.0] * 9, [1.0] * 9).low == 1.0


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, math.nan])] * 2), min_size=2, max_size=7))
def test_differences_of_figures_that_count_in_one_run_only(
    pairs: list[tuple[float, float]],
) -> None:
    """Against every swap of every pair (a slow oracle)."""
    kept = [pair for pair in pairs if not all(map(math.isnan, pair))]
    sides = list(zip(*kept, strict=True))
    if not sides or any(all(map(math.isnan, side)) for side in sides):
        return
    found = difference(*sides)
    means = [float(np.nanmean(side)) for side in sides]
    assert (found.before, found.after, found.value) == pytest.approx((*means, means[1] - means[0]))
    changed = [pair for pair in kept if not np.array_equal(pair[0], pair[1], equal_nan=True)]
    if not changed:
        assert found.p == 1.0
        return

    def apart(swaps: tuple[bool, ...]) -> float:
        swapped = [pair[::-1] if swap else pair for pair, swap in zip(kept, swaps, strict=True)]
        before, after = (np.array(side) for side in zip(*swapped, strict=True))
        sums = [np.nansum(side) / max((~np.isnan(side)).sum(), 1) for side in (before, after)]
        return abs(float(sums[1] - sums[0]))

    actual = apart((False,) * len(kept))
    every = [apart(swaps) for swaps in itertools.product((False, True), repeat=len(kept))]
    share = sum(value >= actual - 1e-9 for value in every) / len(every)
    assert found.p == pytest.approx(share, abs=0.03)


def test_refusal_precision_of_a_run_that_refuses_more_is_worse(reader: Library) -> None:
    judgements = [judge(QUOTE), Judgement("u", "太阳系有几颗行星？", unanswerable=True)]
    before = as_json(run_of(reader, *judgements))
    after = json.loads(json.dumps(before))
    record = after["questions"][0]
    record["figures"]["refusal precision"] = 0.0
    found = compare(after, before).differences["refusal precision"]
    assert (found.before, found.after, found.n) == (1.0, 0.5, 2)
