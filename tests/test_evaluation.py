"""Figures by hand, and reports that hold them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bearing_qa.errors import JudgementError
from bearing_qa.evaluation import metrics
from bearing_qa.evaluation.judgements import Judgement, comparable, read_beir, read_judgements
from bearing_qa.evaluation.report import write_report
from bearing_qa.evaluation.run import evaluate, evaluate_collection
from bearing_qa.index.build import build_index
from bearing_qa.search.reader import Reader
from tests.conftest import BigramEncoder


def judge(*evidence: str, any_: bool = False, keys: tuple[tuple[str, ...], ...] = ()) -> Judgement:
    return Judgement("q", "问？", evidence, any_, "答案", keys, "")


def test_rank_figures_are_those_of_the_field() -> None:
    qrels = {"a": {"x": 1, "y": 1}, "b": {"z": 1}}
    run = {"a": {"n": 3.0, "x": 2.0, "y": 1.0}, "b": {"n": 1.0}}
    found = metrics.rank_figures(qrels, run)
    assert found["hit@1"] == {"a": 0.0, "b": 0.0}
    assert found["hit@3"] == {"a": 1.0, "b": 0.0}
    assert found["MRR@10"] == {"a": 0.5, "b": 0.0}
    assert found["recall@10"] == {"a": 1.0, "b": 0.0}
    assert found["MAP"]["a"] == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_quotes_are_compared_without_blanks_and_width() -> None:
    assert comparable("２１８０ 亿元，“十四五”") == comparable('2180亿元,"十四五"')
    assert metrics.some_evidence(judge("前 100 家"), ["其中前100家占比"])
    assert not metrics.all_evidence(judge("甲", "乙"), ["只有甲"])
    assert metrics.all_evidence(judge("甲", "乙", any_=True), ["只有甲"])


def test_a_right_answer_has_every_key_whole_and_is_short() -> None:
    judged = judge("x", keys=(("2180亿", "两千一百八十亿"), ("2.3%",)))
    assert metrics.is_right(judged, "收入 2180 亿元，下降 2.3%")
    assert not metrics.is_right(judged, "收入 12180 亿元，下降 2.3%")
    assert not metrics.is_right(judged, "收入 2180 亿元，下降 12.3%")
    assert not metrics.is_right(judged, "收入 2180 亿元，下降 2.3%" + "。" * 200)


def test_intervals_hold_the_mean_and_do_not_change() -> None:
    score = metrics.score([1.0] * 8 + [0.0] * 2)
    assert score.value == pytest.approx(0.8)
    assert score.low < score.value < score.high
    assert score == metrics.score([1.0] * 8 + [0.0] * 2)
    assert metrics.score([]).n == 0


def test_broken_lines_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "甲？", "evidence": ["乙"]}\n{"id": 1}\nx\n', encoding="utf-8")
    judgements, complaints = read_judgements(path)
    assert [j.question for j in judgements] == ["甲？"]
    assert len(complaints) == 2
    path.write_text("", encoding="utf-8")
    with pytest.raises(JudgementError, match="no judged question"):
        read_judgements(path)


def test_a_run_over_judged_questions_and_its_report(
    tiny_index: Path, encoder: BigramEncoder, tmp_path: Path
) -> None:
    judgements = [
        Judgement(
            "1",
            "公园门票价格不得超过多少元？",
            ("不得超过20元",),
            False,
            "20元",
            (("20元",),),
            "数字",
        ),
        Judgement("2", "太阳系有几颗行星？", (), False, "", (), "无"),
    ]
    evaluation = evaluate(Reader(tiny_index, encoder=encoder), judgements)
    assert evaluation.figures["hit@1"].value == 1.0
    assert evaluation.figures["answer"].value == 1.0
    assert evaluation.figures["refusal recall"].value == 1.0
    assert evaluation.groups["数字"]["cited"].n == 1
    write_report(evaluation, tmp_path / "report")
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert set(report["metrics"]["hit@1"]) == {"value", "low", "high", "n"}
    assert len(report["questions"]) == 2
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "公园门票" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_beir_folder(tmp_path: Path, encoder: BigramEncoder) -> None:
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "a", "title": "灯塔", "text": "北港灯塔建于1902年。"}\n'
        '{"_id": "b", "title": "渡口", "text": "柳林渡口每日开放。"}\n',
        encoding="utf-8",
    )
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "灯塔建于哪一年"}\n{"_id": "q2", "text": "没有判断"}\n',
        encoding="utf-8",
    )
    with pytest.raises(JudgementError, match="no BEIR folder"):
        read_beir(tmp_path)
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\ta\t1\n", encoding="utf-8"
    )
    collection = read_beir(tmp_path)
    assert list(collection.questions) == ["q1"]
    build_index(collection.corpus, tmp_path / "index", encoder=encoder)
    evaluation = evaluate_collection(Reader(tmp_path / "index", encoder=encoder), collection)
    assert evaluation.figures["hit@1"].value == 1.0
    assert evaluation.figures["nDCG@10"].value == 1.0
