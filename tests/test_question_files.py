"""Question files and judged collections: read as people write them; broken lines cost only themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import JudgementError
from bearing_qa.evaluation.ir_collections import read_beir, read_qrels, read_topics
from bearing_qa.evaluation.judgements import Evidence, make_judgement
from bearing_qa.evaluation.question_files import read_questions
from bearing_qa.evaluation.report import write_report
from bearing_qa.evaluation.run import evaluate
from tests.conftest import BigramEncoder

QUESTION = "公园门票价格不得超过多少元？"


QUOTE = "不得超过20元"


def test_broken_lines_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    lines = [
        '{"question": "甲？", "evidence": ["乙"]}',
        '{"id": 1}',
        "x",
        '{"question": " "}',
        "[1]",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    questions = read_questions(path)
    assert [j.question for j in questions.judgements] == ["甲？"]
    assert len(questions.complaints) == 4
    assert all("line" in complaint for complaint in questions.complaints)
    path.write_text(" ", encoding="utf-8")
    with pytest.raises(JudgementError):
        read_questions(path)


def test_repeated_ids_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "question": "甲？"}\n' * 3, encoding="utf-8")
    questions = read_questions(path)
    assert [j.id for j in questions.judgements] == ["a", "a#2", "a#3"]
    (complaint,) = questions.complaints
    assert "'a' comes again, 2 times; now a#2 to a#3" in complaint
    ids = ("a", "a#2", "a", "a#2")
    lines = [json.dumps({"id": id_, "question": "甲？"}) for id_ in ids]
    path.write_text("\n".join(lines), encoding="utf-8")
    mixed = read_questions(path)
    assert [j.id for j in mixed.judgements] == ["a", "a#2", "a#3", "a#2#2"]
    assert len(mixed.complaints) == 2


def test_lines_of_odd_shapes_cost_only_themselves(tmp_path: Path) -> None:
    """Numbers beyond any text, nesting without end, parts of another kind: a line of words for each."""
    path = tmp_path / "q.jsonl"
    span = '{"question": "甲？", "spans": [{"doc_id": "办法", "start": %s, "end": %s}]}'
    odd = [
        "[" * 100_000,
        '{"question": "甲？", "tags": ' + "[" * 900 + "]" * 900 + "}",
        span % (0, "1e309"),
        span % (True, 5),
        span % (-1, 5),
        span % (0, "9" * 4000),
        '{"question": "甲？", "spans": [7]}',
        '{"question": "甲？", "key_alts": "乙", "answer_keys": ["丙"]}',
        '{"question": "甲？", "tags": 3}',
    ]
    path.write_text("\n".join([*odd, span % (0, 4)]), encoding="utf-8")
    questions = read_questions(path)
    assert [j.evidence[0].span for j in questions.judgements] == [(0, 4)]
    assert len(questions.complaints) == len(odd)
    assert not any("object has no attribute" in complaint for complaint in questions.complaints)


def test_a_sheet_with_a_cell_at_its_far_corner_is_told_and_not_walked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    sheet.cell(3, 16384).value = "远"
    book.save(tmp_path / "wide.xlsx")
    assert len(read_questions(tmp_path / "wide.xlsx").judgements) == 3
    sheet.cell(1_048_576, 16384).value = "远"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(JudgementError, match="more than 100,000 rows"):
        read_questions(tmp_path / "a.xlsx")


ROWS = [
    ["编号", "问题", "依据", "答案", "无答案", "难度"],
    ["1", QUESTION, f"{QUOTE}||门票价格", "20元", "", "易"],
    ["2", "太阳系有几颗行星？", "", "", "是", "难"],
    ["", "", "", "", "", ""],
    ["3", "渡口叫什么？", "", "", "", ""],
]


def test_tables_are_read_as_people_write_them(tmp_path: Path) -> None:
    lines = "\n".join(",".join(row) for row in ROWS)
    (tmp_path / "a.csv").write_bytes(lines.encode("gb18030"))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append([int(row[0]) if row[0].isdigit() else row[0], *row[1:]])
    book.save(tmp_path / "b.xlsx")
    (tmp_path / "e.csv").write_text(lines.replace(",", ";"), encoding="utf-8-sig")
    for name in ("a.csv", "b.xlsx", "e.csv"):
        first, second, third = read_questions(tmp_path / name).judgements
        assert [e.quote for e in first.evidence] == [QUOTE, "门票价格"]
        assert (first.id, first.answer, first.tags) == ("1", "20元", {"难度": "易"})
        assert second.unanswerable
        assert not third.unanswerable
        assert not third.is_answerable
    (tmp_path / "c.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(JudgementError, match="no column question"):
        read_questions(tmp_path / "c.csv")
    (tmp_path / "d.xlsx").write_bytes(b"PK no")
    with pytest.raises(JudgementError, match="no sound Excel"):
        read_questions(tmp_path / "d.xlsx")


def test_the_most_exact_evidence_counts() -> None:
    item = {"question": "甲？", "evidence": ["乙"], "sections": [["一、丙"]], "doc_id": "丁"}
    assert make_judgement(item, default_id="1").evidence == (Evidence("丁", "乙"),)
    del item["evidence"]
    assert make_judgement(item, default_id="1").evidence == (Evidence("丁", section=("一、丙",)),)
    del item["sections"]
    assert make_judgement(item, default_id="1").evidence == (Evidence("丁"),)
    with pytest.raises(ValueError, match="yet with evidence"):
        make_judgement(item | {"unanswerable": True}, default_id="1")
    assert make_judgement({"question": "甲？", "evidence": []}, default_id="1").unanswerable
    assert not make_judgement({"question": "甲？"}, default_id="1").unanswerable


def write_collection(folder: Path) -> None:
    texts = {"a": ("灯塔", "北港灯塔建于1902年。"), "b": ("渡口", "柳林渡口每日开放。")}
    lines = (json.dumps({"_id": i, "title": t, "text": x}) for i, (t, x) in texts.items())
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    asked = {"q1": "灯塔建于哪一年", "q2": "没有判断", "q3": "渡口何时开放"}
    lines = (json.dumps({"_id": i, "text": x, "split": "dev"}) for i, x in asked.items())
    (folder / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_beir_folders_and_trec_files(tmp_path: Path, encoder: BigramEncoder) -> None:
    write_collection(tmp_path)
    with pytest.raises(JudgementError, match="no BEIR folder"):
        read_beir(tmp_path)
    (tmp_path / "qrels").mkdir()
    qrels = tmp_path / "qrels" / "test.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\n", encoding="utf-8")
    with pytest.raises(JudgementError, match="judges none"):
        read_beir(tmp_path)
    qrels.write_text("query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\tb\t0\nq3\tb\t1\n", encoding="utf-8")
    corpus, questions = read_beir(tmp_path)
    assert [(j.id, dict(j.tags)) for j in questions.judgements] == [
        ("q1", {"split": "dev"}),
        ("q3", {"split": "dev"}),
    ]
    build_index(corpus, tmp_path / "index", encoder=encoder)
    evaluation = evaluate(Library(tmp_path / "index", encoder=encoder), questions.judgements)
    assert evaluation.figures["hit@1"].value == 1.0
    assert evaluation.figures["nDCG@10"].value == 1.0
    assert evaluation.qrels == {"q1": {"a": 2}, "q3": {"b": 1}}
    write_report(evaluation, tmp_path / "r")
    assert read_qrels(tmp_path / "r" / "qrels.trec", []) == evaluation.qrels
    (tmp_path / "topics.txt").write_text("q1\t灯塔建于哪一年\nq9\t别的\n", encoding="utf-8")
    topics = read_topics(tmp_path / "topics.txt", tmp_path / "r" / "qrels.trec")
    assert [j.evidence for j in topics.judgements] == [(Evidence("a", grade=2),)]
    classic = "<top>\n<num> Number: q3\n<title> 渡口何时开放\n<desc> x\n</top>"
    (tmp_path / "old.txt").write_text(classic, encoding="utf-8")
    old = read_topics(tmp_path / "old.txt", tmp_path / "r" / "qrels.trec")
    assert [j.question for j in old.judgements] == ["渡口何时开放"]


@pytest.mark.parametrize(
    "item",
    [
        {"question": 5},
        {"unanswerable": "maybe"},
        {"evidence": [{"quote": "x", "grade": 1.5}]},
        {"evidence": [{"quote": "x", "grade": 0}]},
        {"evidence": [42]},
        {"evidence": ["x", ""]},
        {"evidence_mode": "most"},
        {"documents": {"a": 0}},
    ],
)
def test_values_that_mean_nothing_are_refused(item: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        make_judgement({"question": "甲？"} | item, default_id="1")


def test_an_emptied_draft_is_unanswerable_and_paths_may_be_one_text() -> None:
    emptied = make_judgement({"question": "甲？", "evidence": [], "doc_id": "丁"}, default_id="1")
    assert emptied.unanswerable
    assert emptied.evidence == ()
    for form in ({"sections": ["一、甲 > 2. 乙"]}, {"section": ["一、甲", "2. 乙"]}):
        judged = make_judgement({"question": "甲？"} | form, default_id="1")
        assert judged.evidence == (Evidence(section=("一、甲", "2. 乙")),)


def test_made_up_ids_leave_given_ones_alone(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "甲？"}\n{"id": "1", "question": "乙？"}\n', encoding="utf-8")
    questions = read_questions(path)
    assert [j.id for j in questions.judgements] == ["line-1", "1"]
    assert questions.complaints == []


def test_broken_tables_lose_their_broken_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text(
        'Question,ID,zone\n甲？,a,东\n乙？,b,西,多,余\n"丙？,c,南\n丁？,d,北\n', encoding="utf-8"
    )
    questions = read_questions(path)
    assert [(j.id, j.tags["zone"]) for j in questions.judgements] == [("a", "东")]
    assert len(questions.complaints) == 2
    path.write_text("question,问题\n甲？,乙？\n", encoding="utf-8")
    with pytest.raises(JudgementError, match="several columns for question"):
        read_questions(path)


def test_broken_qrels_are_named(tmp_path: Path) -> None:
    write_collection(tmp_path)
    (tmp_path / "qrels.tsv").write_text(
        "q\tc\ts\nq1\ta\t1\nbroken\tx\nq1\tb\t--5\nq1\tb\t²\n" + f"q1\tb\t{'9' * 5000}\nq9\tb\t1\n",
        encoding="utf-8",
    )
    *lines, last = read_beir(tmp_path)[1].complaints
    assert [f"line {number}" in line for number, line in enumerate(lines, 3)] == [True] * 4
    assert "q9" in last
