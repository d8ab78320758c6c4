"""Questions in parts, and those that go on from the one before: what is asked, and which part is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.answer.guard import unsupported_numbers
from bearing_qa.answer.library import Library
from bearing_qa.answer.read import gather as gather_readables
from bearing_qa.answer.refuse import MIN_CONFIDENCE
from bearing_qa.answer.subquestions import follow_up, split_question, with_matter
from bearing_qa.build.run import build_index
from bearing_qa.output.texts import CHINESE
from bearing_qa.output.view import gather
from bearing_qa.search.numbered_parts import missing_part, nth_part
from bearing_qa.types import Hit
from bearing_qa.web.answer_markup import render_answer
from tests.conftest import BigramEncoder, reader_over
from tests.read import asked, parsed_of

PLAN = """海岛渔业发展规划
一、发展基础
近年来全岛渔业稳步发展，各项指标见下表。
年份 总产值（万元） 增长 产量（吨） 增长
2021 5200 6.1% 830 3.2%
2022 5460 5.0% 861 3.7%
2023 5320 -2.6% 842 -2.2%
二、存在困难
码头设施老化。冷链能力不足。
三、保障举措
（一）修缮码头
由港务所修缮东码头，工期两年。
（二）扩建冷库
新建冷库三座，总容量九百吨。冷库由渔业合作社运营。
"""


@pytest.fixture
def plan_reader(tmp_path: Path, encoder: BigramEncoder) -> Library:
    """A plan with a table of years and sections."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "plan.txt").write_text(PLAN, encoding="utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    return Library(tmp_path / "index", encoder=encoder)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("冷库建几座，由谁运营？", ("冷库建几座", "由谁运营")),
        ("规划是谁编的，冷库不足在哪里？", ("规划是谁编的", "冷库不足在哪里")),
        ("存在什么困难？又有哪些举措？", ("存在什么困难", "又有哪些举措")),
        # 呢 asks of another matter, or of another year, what was asked before.
        ("2021年产量是多少？收入目标呢？", ("2021年产量是多少", "2021年收入目标是多少")),
        ("2021年的产量是多少，2022年呢？", ("2021年的产量是多少", "2022年的产量是多少")),
        ("什么时候开始申请？截止时间呢？", ("什么时候开始申请", "截止时间是什么时候")),
        ("修码头有什么好处呢？", ()),
        # What stands before is the matter of the question behind it.
        ("谈到冷库时，规划提了哪些要求？", ()),
        ("想了解码头修得怎么样，该看哪一节？", ()),
        ("码头怎么修，规划在哪一节写的？", ()),
        # One thing asked, then asked on about what answers it.
        ("这份规划是谁印发的，他是什么职务？", ()),
        ("2023年的产量是多少？", ()),
    ],
)
def test_a_question_in_parts_is_split_where_it_asks_anew(
    question: str, parts: tuple[str, ...]
) -> None:
    assert split_question(question) == parts


def test_both_parts_are_answered_each_with_its_citation(plan_reader: Library) -> None:
    answer = plan_reader.ask("2022年的产量是多少，东码头由谁修缮？")
    assert answer.outcome == "answered"
    assert "861" in answer.text
    assert "港务所" in answer.text
    cited = [citation.text for citation in answer.citations]
    assert any("861" in text for text in cited)
    assert any("港务所修缮东码头" in text for text in cited)


def test_an_unanswered_part_is_named(plan_reader: Library) -> None:
    answer = plan_reader.ask("2022年的产量是多少，2019年的总产值又是多少？")
    assert not answer.refused
    assert "861" in answer.text
    assert "2019年的总产值又是多少" in answer.reason
    assert answer.outcome == "partial"
    shown = render_answer(gather(plan_reader.index(), answer), words=CHINESE)
    assert answer.reason in shown
    assert "部分未能回答" in shown


def test_the_guard_works_an_equation_out_again() -> None:
    spans = ["2021 5200 6.1% 830", "2022 5460 5.0% 861"]
    assert not unsupported_numbers("计算：861 − 830 = 31 吨[1][2]", spans=spans)
    assert not unsupported_numbers("计算：(5460 − 5200) ÷ 5200 × 100 = 5.00 %", spans=spans)
    assert unsupported_numbers("计算：861 − 830 = 32 吨", spans=spans) == {"32"}
    assert unsupported_numbers("计算：862 − 830 = 32 吨", spans=spans) == {"862"}
    assert unsupported_numbers("多了 31 吨", spans=spans) == {"31"}


@pytest.mark.parametrize(
    ("part", "first", "whole"),
    [
        ("什么时候能用上", "监管平台由哪个部门牵头建", "监管平台，什么时候能用上"),
        ("几天内必须办完", "收到退车要求后，几天内必须答复", "收到退车要求后，几天内必须办完"),
        ("冷库由谁运营", "码头怎么修", "冷库由谁运营"),  # it names its own
    ],
)
def test_a_part_without_a_subject_has_that_of_the_first(part: str, first: str, whole: str) -> None:
    assert with_matter(part, first=first) == whole


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("2022年轴承的产量是多少？", "2023年呢？", "2023年轴承的产量是多少？"),
        ("2022年轴承的产量是多少？", "那么收入呢", "2022年收入是多少？"),
        ("码头由谁管理？2021年产量是多少？", "2022年呢？", "2022年产量是多少？"),
        ("2022年轴承的产量是多少？", "为什么会下降呢？", "为什么会下降呢？"),
        ("2022年轴承的产量是多少？", "谁负责？", "谁负责？"),
        ("轴承钢", "产量呢？", "产量呢？"),
        ("", "产量呢？", "产量呢？"),
        ("产量是多少？", "收入呢？利润是多少？", "收入呢？利润是多少？"),
    ],
)
def test_a_question_of_another_matter_or_year_goes_on_from_the_one_before(
    before: str, text: str, whole: str
) -> None:
    assert follow_up(text, before=before) == whole


@pytest.mark.parametrize(
    "question",
    ["第" + "一" * 40 + "条是什么？", "一亿亿亿亿元的轴承？", "一" + "亿" * 300 + "元？"],
)
def test_a_figure_beyond_all_reckoning_is_asked_like_any_other(
    question: str, tiny_index: Path, encoder: BigramEncoder
) -> None:
    assert Library(tiny_index, encoder=encoder).ask(question).question == question


LAW = """渔业管理条例
第一章 总则
第一条 为了加强渔业管理，制定本条例。
第二章 许可
第二条 有下列情形之一的，应当申请捕捞许可：
（一）在江河捕捞的；
（二）在近海捕捞的。
第三条 违反第二条规定的，处五百元罚款。
"""


@pytest.mark.parametrize(
    ("question", "part", "missing"),
    [
        ("渔业管理条例第二条规定了什么？", "第二条", ""),
        ("第二章讲什么？", "第二章", ""),
        ("第2条的内容是什么？", "第二条", ""),
        ("违反第二条规定的，处多少罚款？", "", ""),  # a reference, not the matter
        ("渔业管理条例第十一条规定了什么？", "", "第十一条"),
        ("第九章的内容是什么？", "", "第九章"),
    ],
)
def test_an_article_is_found_by_its_number_and_one_that_is_not_there_is_named(
    question: str, part: str, missing: str
) -> None:
    documents = [parsed_of(LAW)]
    found = nth_part(documents, asked(question))
    assert (found[1].marker if found else "") == part
    assert missing_part(documents, asked(question)) == missing


AMENDED = """渔业管理条例
第九条　在禁渔期捕捞的，处五百元罚款。
第九条之一　在禁渔区钓鱼的，处五十元罚款。
第九条之二　在禁渔区潜水的，处一百元罚款。
第十条　本条例自2024年1月1日起施行。
"""


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("渔业管理条例第九条之一规定了什么？", "五十元", "五百元"),
        ("第9条之2罚多少？", "一百元", "五十元"),
        ("第九条规定了什么？", "五百元", "五十元"),
    ],
)
def test_an_article_put_in_behind_another_is_told_from_it(
    tmp_path: Path, question: str, said: str, not_said: str
) -> None:
    answer = reader_over(tmp_path, AMENDED).ask(question)
    assert said in answer.text
    assert not_said not in answer.text


STALLS = """集市管理办法
第一章 摊位
第一条 摊位费每月二十元。
第二条 摊位每季度抽签一次。
第二章 秩序
第三条 收摊时间不晚于晚上九点。
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("第一条规定了什么？", "二十元"),
        ("集市管理办法第三条的内容是什么？", "九点"),
        ("第2条怎么规定的？", "抽签"),
    ],
)
def test_what_an_article_says_is_quoted_however_sure_the_reader_is(
    tmp_path: Path, question: str, said: str
) -> None:
    answer = reader_over(tmp_path, STALLS).ask(question)
    assert said in answer.text
    assert answer.confidence >= MIN_CONFIDENCE


RULES = """港口停泊管理办法
（{date}港口管理局公布）
第一条 停泊应当提前{days}日申请。
第二条 违反本办法的，责令限期改正；逾期不改正的，处{fine}万元罚款。情节严重的，吊销许可证。
"""


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("港口停泊管理办法第二条规定了什么？", ("责令限期改正", "五万元", "吊销"), "三万元"),
        ("第一条的内容是什么？", ("七日",), "三日"),
        ("2016年的停泊管理办法第二条规定了什么？", ("三万元", "吊销"), "五万元"),
    ],
)
def test_an_article_is_quoted_whole_from_the_newest_edition_or_that_of_the_year_named(
    tmp_path: Path, question: str, said: tuple[str, ...], not_said: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, date, days, fine in (
        ("旧", "2016年4月1日", "三", "三"),
        ("新", "2023年4月1日", "七", "五"),
    ):
        text = RULES.format(date=date, days=days, fine=fine)
        (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
    encoder = BigramEncoder()
    build_index(corpus, tmp_path / "index", encoder=encoder)
    answer = Library(tmp_path / "index", encoder=encoder).ask(question)
    assert all(words in answer.text for words in said), answer.text
    assert not_said not in answer.text


def test_an_article_put_in_that_is_not_there_is_named(tmp_path: Path) -> None:
    answer = reader_over(tmp_path, AMENDED).ask("第九条之三规定了什么？")
    assert answer.refused
    assert "第九条之三" in answer.reason


def test_the_article_that_is_asked_for_comes_first(tmp_path: Path) -> None:
    hits = reader_over(tmp_path, LAW).search("渔业管理条例第二条规定了什么？", top_k=3)
    assert hits[0].section[-1].startswith("第二条")


def test_the_digest_of_a_part_that_is_named_is_read_whatever_is_found(tmp_path: Path) -> None:
    reader = reader_over(tmp_path, PLAN)
    index = reader.index()
    parsed = index.catalogue.parsed(index.catalogue.entries[0].doc_id)
    assert parsed is not None
    question = asked("第三部分讲了什么？")
    part = nth_part([parsed], question)
    assert part is not None and "保障举措" in part[1].title
    found = [item for item, _ in gather_readables(index, question, [Hit(0, 1.0)], part)]
    assert any(item.kind == "digest" and item.section == part[1].index for item in found)
