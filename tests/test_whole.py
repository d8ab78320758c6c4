"""What a quoted unit is not quoted without: its sentence, its list with the lead, the edition that is asked for."""

from __future__ import annotations

import pytest

from bearing_qa.answer.compose import draft_answer
from bearing_qa.answer.library import Library
from bearing_qa.answer.whole import lead_of, whole_list, whole_sentence
from bearing_qa.build.run import build_index
from bearing_qa.types import Parsed, Span
from tests.conftest import BigramEncoder
from tests.read import as_read, asked, parsed_of

RULES = parsed_of(
    "灯塔管理办法\n第一条 灯塔由值守人看管。擅自熄灯的，责令改正；拒不改正的，处2000元罚款。罚款上缴县库。\n"
    "第二条 有下列情形之一的，予以警告；情节严重的，撤销看管资格：\n"
    "（一）擅自离岗；\n（二）不记录灯况；\n（三）让他人代管；\n（四）损坏灯具。\n"
    "第三条 本办法自印发之日起施行。\n"
)


def span_of(parsed: Parsed, words: str) -> Span:
    start = parsed.document.text.index(words)
    return start, start + len(words)


def text_at(parsed: Parsed, span: Span) -> str:
    return parsed.document.text[slice(*span)]


def test_a_penalty_is_cited_with_what_it_is_for() -> None:
    span = span_of(RULES, "拒不改正的，处2000元罚款。")
    sentence = "擅自熄灯的，责令改正；拒不改正的，处2000元罚款。"
    assert text_at(RULES, whole_sentence(RULES, span)) == sentence
    item = span_of(RULES, "（二）不记录灯况；")
    assert whole_sentence(RULES, item) == item  # a line of its own


def test_half_of_a_list_brings_the_rest_and_one_item_does_not() -> None:
    items = [
        span_of(RULES, words)
        for words in ("（一）擅自离岗；", "（二）不记录灯况；", "（三）让他人代管；")
    ]
    found = whole_list(RULES, items[:2], items)
    assert [text_at(RULES, own) for own in found][3:] == ["（四）损坏灯具。"]
    assert whole_list(RULES, items[:1], items) == []


def test_an_item_is_led_by_its_sentence() -> None:
    item = span_of(RULES, "（二）不记录灯况；")
    lead = lead_of(RULES, [item])
    assert lead is not None
    assert text_at(RULES, lead) == "有下列情形之一的，予以警告；情节严重的，撤销看管资格："
    assert lead_of(RULES, [span_of(RULES, "罚款上缴县库。")]) is None


def test_an_answer_from_one_item_says_what_it_leads_to() -> None:
    question = "不记录灯况会怎么样？"
    draft = draft_answer(asked(question), as_read(RULES, ("不记录灯况", "不记录灯况")))
    assert "予以警告；情节严重的，撤销看管资格" in draft.text
    assert "（二）不记录灯况" in draft.text
    assert "损坏灯具" not in draft.text


def test_an_exception_in_the_same_sentence_is_said_with_its_rule() -> None:
    rules = parsed_of(
        "押金办法\n第一条 经营者缴纳押金，每户2000元；但小微企业除外；押金存入专户。外地经营者不适用前款。\n"
        "第二条 本办法自印发之日起施行。\n"
    )
    draft = draft_answer(asked("押金交多少？"), as_read(rules, ("每户2000元", "每户2000元")))
    assert draft.text == "经营者缴纳押金，每户2000元[1]；但小微企业除外[1]。"
    ((_, _, start, end, _),) = draft.cited
    assert text_at(rules, (start, end)).startswith("经营者缴纳押金")
    assert text_at(rules, (start, end)).endswith("押金存入专户。")


def test_a_clause_is_said_though_a_later_one_of_its_sentence_was_said_before() -> None:
    penalty, order = "拒不改正的，处2000元罚款", "擅自熄灯的，责令改正"
    candidates = as_read(RULES, (penalty, penalty), (order, order))
    draft = draft_answer(asked("擅自熄灯会怎么样？"), candidates)
    assert order in draft.text
    assert penalty in draft.text


PLAN = parsed_of(
    "港口工作报告\n一、今年的工作\n（一）抓好四大通道建设。\n畅通铁路、公路、管道和数据四大通道，总投资72亿元。\n"
    "（二）整治码头环境。\n关停旧码头三座。\n（三）改善船员生活。\n新建宿舍两栋。\n"
)


def test_a_heading_that_points_is_quoted_with_the_text_below_it() -> None:
    heading, below = "（一）抓好四大通道建设。", "畅通铁路、公路、管道和数据四大通道，"
    candidates = as_read(PLAN, (f"{heading}", "（三）改善船员生活", heading), (below, below))
    pointing = candidates[0]
    assert pointing.readable.kind in ("list", "digest")
    draft = draft_answer(asked("四大通道是哪几条？"), candidates)
    assert "抓好四大通道建设" in draft.text
    assert "铁路、公路、管道和数据" in draft.text
    assert "码头环境" not in draft.text


LAW = """灯塔管理条例
（{date}县人民政府发布）
第一条 为了加强灯塔管理，制定本条例。
第二条 擅自熄灯的罚款上限为{fine}元。
第三条 灯塔每{often}天检修一次。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder, encoder = tmp_path_factory.mktemp("lights"), BigramEncoder()
    corpus = folder / "corpus"
    corpus.mkdir()
    for date, fine, often in (
        ("2009年3月1日", 500, 40),
        ("2016年5月2日", 800, 30),
        ("2022年6月3日", 2000, 15),
    ):
        (corpus / f"{date[:4]}.txt").write_text(
            LAW.format(date=date, fine=fine, often=often), "utf-8"
        )
    build_index(corpus, folder / "index", encoder=encoder)
    return Library(folder / "index", encoder=encoder)


@pytest.mark.parametrize(
    "question",
    [
        "2009年和2022年的灯塔管理条例，擅自熄灯的罚款上限各是多少元？",
        "擅自熄灯的罚款上限，2009年版和2022年版灯塔管理条例有什么不同？",
    ],
)
def test_editions_named_by_their_years_are_asked_one_by_one(
    library: Library, question: str
) -> None:
    answer = library.ask(question)
    assert "500元" in answer.text
    assert "2000元" in answer.text
    assert "800元" not in answer.text
    assert {citation.doc_id for citation in answer.citations} == {"2009", "2022"}


def test_a_note_in_brackets_is_quoted_with_what_it_is_a_note_to() -> None:
    parsed = parsed_of(
        "关于加大激励支持力度的通知\n一、对养老服务成效明显的省份，安排补助资金时予以倾斜。（民政部、财政部负责）\n"
        "二、对农村人居环境整治成效明显的县，给予奖励。（农业农村部负责）\n"
    )
    sentence = whole_sentence(parsed, span_of(parsed, "（民政部、财政部负责）"))
    said = parsed.document.text[slice(*sentence)]
    assert said.endswith("安排补助资金时予以倾斜。（民政部、财政部负责）")
    assert "农村" not in said
