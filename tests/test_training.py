"""How judged questions become training: what counts as saying it, what an edited question is, what is exported."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from training.data import Question, places_of, question_of, split_of
from training.edits import edited
from training.groups import Shelf, group_of, marked

from bearing_qa.answer.units import Readable, of_passage, structures_at
from bearing_qa.types import Parsed
from tests.conftest import PLAN, parse_all


@pytest.fixture(scope="module")
def shelf(plan: Parsed) -> Shelf:
    return Shelf({"规划.txt": plan})


def _items(plan: Parsed) -> list[Readable]:
    found = [of_passage(plan, passage) for passage in plan.passages]
    found += [item for s in plan.sections for item in structures_at(plan, s.index)]
    return [item for item in found if item is not None]


def test_a_quote_is_found_over_blanks_and_line_ends() -> None:
    assert places_of("第一条 本市\n公园免费。", "第一条本市公园") == [(0, 9)]
    assert places_of("甲", "") == []
    assert len(places_of("年" * 9, "年")) == 4  # more say nothing


def test_a_clause_that_holds_the_quote_says_it_whole(plan: Parsed) -> None:
    doc = plan.document.doc_id
    told = [marked(item, [(doc, "培训2000人")], "2000人") for item in _items(plan)]
    texts = [m for m in told if m and m["kind"] == "text"]
    assert texts and texts[0]["share"] == 1.0
    unit, start, end = texts[0]["gold"][0]
    assert texts[0]["units"][unit][start:end] == "三年内培训2000人。"


def test_a_list_has_a_larger_share_than_a_part_of_it(plan: Parsed) -> None:
    doc = plan.document.doc_id
    quotes = [(doc, "突破关键技术"), (doc, "建设产业集群"), (doc, "培育人才队伍")]
    told = [m for item in _items(plan) if (m := marked(item, quotes, ""))]
    best = max(told, key=lambda m: m["share"])
    assert best["kind"] == "digest" and best["share"] == 1.0
    assert all(m["share"] < 1.0 for m in told if m["kind"] == "text")


def test_of_a_row_the_cell_that_the_answer_says_is_marked(plan: Parsed) -> None:
    doc = plan.document.doc_id
    (row,) = [
        m
        for item in _items(plan)
        if (m := marked(item, [(doc, "洛阳 | 900 | 4.2%")], "900万套")) and m["kind"] == "row"
    ]
    assert [row["units"][unit] for unit, _, _ in row["gold"]] == ["产量 900；"]


def test_a_group_has_what_answers_first_and_no_passage_twice(plan: Parsed, shelf: Shelf) -> None:
    asked = question_of(
        {
            "doc": "规划.txt",
            "type": "list",
            "question": "申报单位要交哪些材料",
            "answer": "三种",
            "evidence": ["申请书", "营业执照复印件", "近三年的审计报告"],
        },
        "q1",
    )
    group = group_of(asked, shelf, {"规划.txt": plan})
    units = [tuple(p["units"]) for p in group["passages"] if p.get("share")]
    rest = [tuple(p["units"]) for p in group["passages"] if not p.get("share")]
    assert not group["none"] and units and not set(units) & set(rest)
    assert max(p.get("share", 0) for p in group["passages"]) == 1.0


def test_a_near_miss_has_its_look_alike_and_no_answer(plan: Parsed, shelf: Shelf) -> None:
    asked = Question(
        "q2", "规划.txt", "unanswerable", "洛阳产量占全国多少", "", (), "洛阳 | 900 | 4.2%"
    )
    group = group_of(asked, shelf, {"规划.txt": plan})
    assert group["none"] and any(p.get("share") for p in group["passages"])


def test_an_edited_question_asks_what_its_passage_does_not_say() -> None:
    passage = {
        "title": "甘肃省2021年政府工作报告",
        "path": "一、目标",
        "units": ["2021年出口增长6.5%。"],
    }
    found = edited("甘肃2021年出口增长多少", [passage], seed="x")
    assert found == edited("甘肃2021年出口增长多少", [passage], seed="x")
    said = "".join(["甘肃省2021年政府工作报告", "一、目标", "2021年出口增长6.5%。"])
    assert any("甘肃" not in question for question in found)
    assert any("进口" in question for question in found)
    for question in found:
        changed = set(question) - set("甘肃2021年出口增长多少")
        assert changed and not all(char in said for char in changed)
    assert edited("谁负责", [], seed="x") == []


def test_editions_and_file_names_split_alike() -> None:
    names = [f"laws/条例{n}(20{n % 20:02}-01-01).md" for n in range(300)]
    assert {split_of(name) for name in names} == {"train", "tuning", "held back"}
    assert split_of("laws/预算法(2014-08-31).md") == split_of("pairs/预算法_2018-12-29.md")


def test_a_token_knows_whether_the_other_side_has_its_words() -> None:
    from training.train import tokenizer

    from bearing_qa.encoders.reader_tokens import (
        ABOVE,
        ASKED,
        NAMED_ABOVE,
        NO_WORD,
        OTHER,
        OTHER_NUMBER,
        READ,
        SHARED_CHARACTER,
        SHARED_WORD,
        tokens_of,
    )

    cutter = tokenizer()
    read = tokens_of(
        cutter,
        question="湖区2022年禁渔多少天？",
        title="湖区通告（2022年）",
        path="",
        units=("全年禁渔90天。", "违者罚款2019元。"),
    )
    assert len(read.kinds) == len(read.ids)
    kinds: dict[str, set[int]] = {}
    for number, kind in zip(read.ids, read.kinds, strict=True):
        kinds.setdefault(str(cutter.id_to_token(number)).strip("▁"), set()).add(kind)
    assert kinds["2022"] == {ASKED + NAMED_ABOVE, ABOVE + SHARED_WORD}
    assert kinds["2019"] == {READ + OTHER_NUMBER}
    assert kinds["罚款"] == {READ + OTHER}
    assert kinds["天"] == {ASKED + SHARED_CHARACTER, READ + SHARED_CHARACTER}
    assert READ + SHARED_WORD in set.union(*(kinds[name] for name in kinds if "渔" in name))
    assert kinds["</s>"] == {NO_WORD}
    cut = tokens_of(cutter, question="禁渔", title="", path="", units=("禁渔90天。",) * 60, most=40)
    assert len(cut.kinds) == len(cut.ids) == cut.begins + 40 + 1


def test_a_title_is_read_with_the_year_that_it_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "通告.txt"
    for title, read in (("湖区通告", "湖区通告（2022年）"), ("2022年通告", "2022年通告")):
        path.write_text(f"{title}\n2022年1月8日\n\n第一条 湖区禁渔。\n", encoding="utf-8")
        (parsed,) = parse_all(path)
        assert {item.title for item in _items(parsed)} == {read}


def test_the_fitted_order_and_confidence_follow_what_tells() -> None:
    from training.calibrate import fit_confidence, fit_order, in_order

    chance = random.Random(0)

    def candidate(share: float, *, answers: float) -> dict[str, object]:
        own = {"kind": "text", "share": share, "answerable": answers}
        return own | {
            "relevance": chance.gauss(0, 1),
            "fused": chance.gauss(0, 1),
            "units": [[chance.gauss(0, 1), 1]],
        }

    lines = [
        {
            "none": none,
            "candidates": [
                candidate(0.0, answers=-2.0),
                candidate(1.0, answers=-1.0 if none else 2.0),
            ],
        }
        for none in (True, False)
        for _ in range(40)
    ]
    order = fit_order(lines)
    assert all(in_order(line, order)[0]["share"] == 1.0 for line in lines)
    bias, answerable, relevance, evidence = fit_confidence(lines, order)
    assert answerable > 5 * max(abs(relevance), abs(evidence))
    assert bias - answerable < 0 < bias + 2 * answerable


def test_the_mean_of_two_checkpoints_lies_between_them() -> None:
    import torch
    from training.export import average

    one = {"weight": torch.tensor([0.0, 3.0]), "count": torch.tensor(7)}
    other = {"weight": torch.tensor([3.0, 0.0]), "count": torch.tensor(9)}
    found = average(one, other, share=1 / 3)
    assert found["weight"].tolist() == pytest.approx([1.0, 2.0])
    assert found["count"] == 7


def test_a_question_and_its_edited_form_are_learned_together() -> None:
    from training.train import together

    rows = [
        {"id": "a", "type": "date"},
        {"id": "ae0", "of": "a", "type": "edited"},
        {"id": "ae1", "of": "a", "type": "edited"},
        {"id": "b", "type": "who"},
    ]
    found = together(rows, random.Random(0))
    assert [[row["id"][:1] for row in own] for own in found] == [["a", "a"], ["b"]]
    assert found[0][1]["type"] == "edited"


def test_the_exported_graph_gives_what_the_network_gives(tmp_path: Path) -> None:
    import torch
    from onnx import save
    from training.export import make_graph, with_weights
    from training.model import Encoded, Reader
    from training.train import tokenizer

    from bearing_qa.encoders.reader_tokens import tokens_of
    from bearing_qa.encoders.reading_model import ReadingModel, Text

    torch.manual_seed(0)
    network = Reader(1).eval()
    torch.nn.init.normal_(network.match.weight)
    save(with_weights(make_graph(1), network.body_state()), str(tmp_path / "reader.onnx"))
    model, cutter = ReadingModel(tmp_path / "reader.onnx"), tokenizer()
    chance = random.Random(0)
    for most in (5, 40):
        units = tuple("".join(chance.sample(PLAN, most)) for _ in range(3))
        tokens = tokens_of(cutter, question="多少材料？", title="规划", path="", units=units)
        with torch.inference_mode():
            evidence, judge = network.read(
                [Encoded(tokens.ids, tokens.kinds, tokens.asked, tokens.begins)]
            )
        (told,) = model.read("多少材料？", [Text("规划", "", units, is_outline=False)])
        assert [told.relevance, told.answerable] == pytest.approx(judge[0].tolist(), abs=1e-3)
        said = evidence[0, tokens.begins : tokens.begins + len(tokens.unit)]
        assert np.abs(said.numpy() - [mark.evidence for mark in told.marks]).max() < 1e-3
