"""Questions in parts, for a section, over table rows: what is found, cited and worked out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.index.build import build_index
from bearing_qa.interface.html_answer import render_answer
from bearing_qa.interface.shown import gather
from bearing_qa.interface.words import CHINESE
from bearing_qa.search.guard import unsupported_numbers
from bearing_qa.search.parts import follow_up, split_question
from bearing_qa.search.reader import Reader
from tests.conftest import BigramEncoder, reader_over
from tests.test_answer import check_laws

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
def plan_reader(tmp_path: Path, encoder: BigramEncoder) -> Reader:
    """A plan with a table of years, two kinds of sections and a list of headings."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "plan.txt").write_text(PLAN, encoding="utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    return Reader(tmp_path / "index", encoder=encoder)


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


def test_both_parts_are_answered_each_with_its_citation(plan_reader: Reader) -> None:
    answer = plan_reader.ask("2022年的产量是多少，东码头由谁修缮？")
    assert answer.outcome == "answered"
    assert "861" in answer.text
    assert "港务所" in answer.text
    cited = [citation.text for citation in answer.citations]
    assert any("861" in text for text in cited)
    assert any("港务所修缮东码头" in text for text in cited)


def test_an_unanswered_part_is_named(plan_reader: Reader) -> None:
    answer = plan_reader.ask("2022年的产量是多少，2019年的总产值又是多少？")
    assert not answer.refused
    assert "861" in answer.text
    assert "2019年的总产值又是多少" in answer.reason
    assert answer.outcome == "partial"
    shown = render_answer(gather(plan_reader.index(), answer), words=CHINESE)
    assert answer.reason in shown
    assert "只回答了一部分" in shown


@pytest.mark.parametrize(
    ("question", "equation", "cited"),
    [
        ("2023年的产量比2022年少了多少吨？", "861 − 842 = 19 吨", ["2022 5460", "2023 5320"]),
        ("从2021年到2023年产量增加多少吨？", "842 − 830 = 12 吨", ["2021 5200", "2023 5320"]),
        (
            "2022年全岛渔业的产量比前一年多了多少吨？",
            "861 − 830 = 31 吨",
            ["2021 5200", "2022 5460"],
        ),
        ("2021年、2022年和2023年的产量合计多少吨？", "830 + 861 + 842 = 2533 吨", ["2021", "2023"]),
    ],
)
def test_what_is_worked_out_from_cells_is_shown_as_an_equation_of_cited_ones(
    plan_reader: Reader, question: str, equation: str, cited: list[str]
) -> None:
    answer = plan_reader.ask(question)
    check_laws(plan_reader, answer)
    assert f"计算：{equation}" in answer.text
    for words in cited:
        assert any(citation.text.startswith(words) for citation in answer.citations)


def test_the_greatest_of_a_column_is_named(plan_reader: Reader) -> None:
    answer = plan_reader.ask("哪一年的产量最高？")
    check_laws(plan_reader, answer)
    assert answer.text.startswith("2022：产量 861 吨")


def test_the_greatest_fall_of_a_column_of_changes_is_named(speech_reader: Reader) -> None:
    answer = speech_reader.ask("2021到2023年，产量同比跌得最厉害的是哪年？")
    check_laws(speech_reader, answer)
    assert answer.text.startswith("2022：轴承产量 同比增长 -9%")


def test_the_guard_works_an_equation_out_again() -> None:
    spans = ["2021 5200 6.1% 830", "2022 5460 5.0% 861"]
    assert not unsupported_numbers("计算：861 − 830 = 31 吨[1][2]", spans=spans)
    assert not unsupported_numbers("计算：(5460 − 5200) ÷ 5200 × 100 = 5.00 %", spans=spans)
    assert unsupported_numbers("计算：861 − 830 = 32 吨", spans=spans) == {"32"}
    assert unsupported_numbers("计算：862 − 830 = 32 吨", spans=spans) == {"862"}
    assert unsupported_numbers("多了 31 吨", spans=spans) == {"31"}


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("冷库的内容在哪一节？", "三、保障举措 › （二）扩建冷库"),
        ("对策写在哪一节？", "三、保障举措"),  # by another word of the same meaning
        ("短板在哪里谈到？", "二、存在困难"),
    ],
)
def test_a_section_is_found_by_its_heading_and_by_what_it_says(
    plan_reader: Reader, question: str, path: str
) -> None:
    answer = plan_reader.ask(question)
    check_laws(plan_reader, answer)
    assert answer.text.startswith(path)
    first = answer.passages[0]
    assert " › ".join(first.section).startswith(path)


def test_what_is_below_the_section_just_asked_for(plan_reader: Reader) -> None:
    answer = plan_reader.ask("对策写在哪一节，下面又分哪两块？")
    assert "三、保障举措" in answer.text
    assert "修缮码头" in answer.text
    assert "扩建冷库" in answer.text


def test_a_list_shorter_than_the_stated_count_is_no_answer(plan_reader: Reader) -> None:
    answer = plan_reader.ask("规划扩建的9个冷库分别是哪些？")
    assert answer.refused
    assert "9个" in answer.reason


REGIONS = """各区产值
一、工业
各区产值见下表。
地区 产值（亿元） 失业率（%） 增速
东区 1350.5 5.2 12.5%
西区 1020 5.0 4.1%
北区 405 4.8 -3.0%
合计 2775.5 5.1 6.0%
"""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("哪个地区产值最高？", "东区：产值 1350.5 亿元"),  # the total is no region
        ("哪个地区产值最低？", "北区：产值 405 亿元"),
        ("西区的产值是多少亿元？", "西区：产值 1020 亿元"),
    ],
)
def test_rows_that_are_names(
    tmp_path: Path, encoder: BigramEncoder, question: str, words: str
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "regions.txt").write_text(REGIONS, encoding="utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    answer = Reader(tmp_path / "index", encoder=encoder).ask(question)
    assert answer.text.startswith(words)


def test_a_figure_that_shrank_is_a_difference(plan_reader: Reader) -> None:
    answer = plan_reader.ask("2023年的总产值比上一年缩水多少万元？")
    check_laws(plan_reader, answer)
    assert "计算：5460 − 5320 = 140 万元" in answer.text


def test_a_share_of_change_has_its_sign_and_goes_by_amounts(plan_reader: Reader) -> None:
    answer = plan_reader.ask("2023年的产量比2022年下降了百分之几？")
    check_laws(plan_reader, answer)
    assert "计算：(842 − 861) ÷ 861 × 100 = -2.21 %" in answer.text


@pytest.mark.parametrize(
    ("before", "text", "asked"),
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
    before: str, text: str, asked: str
) -> None:
    assert follow_up(text, before=before) == asked


@pytest.mark.parametrize(
    "question",
    ["第" + "一" * 40 + "条是什么？", "一亿亿亿亿元的轴承？", "一" + "亿" * 300 + "元？"],
)
def test_a_figure_beyond_all_reckoning_is_asked_like_any_other(
    question: str, tiny_index: Path, encoder: BigramEncoder
) -> None:
    assert Reader(tiny_index, encoder=encoder).ask(question).question == question


PRAWNS = """海虾养殖业发展情况
一、概况
近年来海虾产业的情况见下表。
年份 主营业务收入（万元） 增长 海虾产量（吨） 增长
2021 5200 6.1% 830 3.2%
2022 5460 5.0% 861 3.7%
"""


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        # The subject, 海虾产业, shares more characters with the column 海虾产量 than the matter does with its own.
        ("2022年海虾产业的收入是多少？", "主营业务收入 5460 万元", "861"),
        ("2022年海虾产业收入多少亿元？", "主营业务收入 5460 万元", "861"),
        ("2022年海虾产业的营收情况怎么样？", "主营业务收入 5460 万元", "861"),
        ("2022年海虾业务的产量是多少？", "海虾产量 861 吨", "5460"),
        ("2022年海虾业务收获多少吨？", "海虾产量 861 吨", "5460"),
    ],
)
def test_a_column_is_chosen_by_what_is_asked_of_the_subject_and_by_its_unit(
    tmp_path: Path, question: str, said: str, unsaid: str
) -> None:
    reader = reader_over(tmp_path, PRAWNS)
    answer = reader.ask(question)
    assert answer.outcome == "answered", answer.reason
    assert said in answer.text
    assert unsaid not in answer.text


@pytest.mark.parametrize("matter", ["出口", "企业", "价格", "粮食产值"])
def test_what_no_column_is_headed_by_is_not_answered_with_another_column(
    tmp_path: Path, matter: str
) -> None:
    reader = reader_over(tmp_path, PRAWNS)
    answer = reader.ask(f"2022年海虾{matter}是多少？")
    assert answer.refused, answer.text


def test_what_a_text_asks_itself_is_answered_by_its_next_sentence(tmp_path: Path) -> None:
    text = "渔港建设问答\n一、问答\n渔港为什么要扩建？近年来渔船数量成倍增加。渔港由谁管理？由港务所管理。\n"
    reader = reader_over(tmp_path, text)
    answer = reader.ask("渔港为什么要扩建？")
    check_laws(reader, answer)
    assert "渔船数量成倍增加" in answer.text
