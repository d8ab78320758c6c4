"""A year or a code that a question names must be named by what answers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.answer.library import Library
from bearing_qa.language.codes import codes_in, holds_code
from bearing_qa.language.dates import calendar_years
from tests.conftest import reader_over

REPORT = """港口统计简报
一、吞吐
2023年货物吞吐量为九百万吨，增长3.2%；2022年为八百七十万吨，下降1.4%。
二、合同
合同编号GK-12-2023-07的疏浚合同金额为四百万元。
咨询电话0571-8800123，联系人周某。
三、设备
编号TB2023K015的拖轮因主机故障停航。
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return reader_over(tmp_path_factory.mktemp("named"), REPORT)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("合同编号HT-88-2024-03的金额", {"ht-88-2024-03"}),
        ("项目2024A015、2024A051", {"2024a015", "2024a051"}),
        ("GB/T 9704—2012 的天头", {"gb/t9704-2012"}),
        ("电话 0123-7654321", {"0123-7654321"}),
        ("20240511面试，2021—2025年，2024.05.11，PM2.5，5G，1000-2000元", set()),
        ("补助5000000元，1,234,567.89元", set()),
        ("How fast did exports grow in 2010, and GDP 2009?", set()),
    ],
)
def test_codes_are_told_from_days_ranges_amounts_and_words(text: str, codes: set[str]) -> None:
    assert codes_in(text) == codes


def test_a_code_is_found_however_its_parts_are_set_apart_but_not_inside_a_longer_one() -> None:
    assert holds_code("通过 ISO 9001 认证", "iso9001")
    assert holds_code("按GB/T9704-2012执行", "gb/t9704-2012")
    assert not holds_code("编号HT-88-2024-031", "ht-88-2024-03")


def test_the_years_of_a_range_are_all_named() -> None:
    assert calendar_years("2021—2023年") == {"2021", "2022", "2023"}
    assert calendar_years("补助2000元，2024年起") == {"2024"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("2022年货物吞吐量增长多少？", "2022年"),
        ("2023年货物吞吐量下降多少？", "2023年"),
        ("2023年货物吞吐量是多少？", "2023年"),
    ],
)
def test_what_is_quoted_names_the_year_that_is_asked_for(
    report: Library, question: str, named: str
) -> None:
    answer = report.ask(question)
    assert not answer.refused
    assert named in answer.text


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("合同编号GK-12-2023-09的金额是多少？", "不是GK-12-2023-09"),
        ("咨询电话0571-8800124的联系人是谁？", "不是0571-8800124"),
        ("编号TB2023K051的拖轮为什么停航？", "不是TB2023K051"),
        ("2019年货物吞吐量是多少？", "不是2019年"),
    ],
)
def test_an_answer_of_another_code_or_year_is_refused(
    report: Library, question: str, reason: str
) -> None:
    answer = report.ask(question)
    assert answer.refused
    assert not answer.citations
    assert reason in answer.reason


@pytest.mark.parametrize(
    "question",
    ["合同编号GK-12-2023-07的金额是多少？", "编号TB2023K015的拖轮为什么停航？"],
)
def test_a_code_that_is_there_is_answered(report: Library, question: str) -> None:
    assert not report.ask(question).refused


BUDGET = """港口预算
一、收入
收入预算如下（单位：万元）。
项目 | 2022年预算数 | 2023年预算数 | 完成比例
停泊费 | 8609.5 | 9120.3 | 98.2%
引航费 | 3302.1 | 3510.8 | 101.4%
拖轮费 | 1200 | 1250 | 99%
"""


@pytest.fixture(scope="module")
def budget(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return reader_over(tmp_path_factory.mktemp("budget"), BUDGET)


@pytest.mark.parametrize("row", ["停泊费", "引航费", "拖轮费"])
@pytest.mark.parametrize("year", ["2022", "2023"])
def test_of_columns_of_years_only_the_one_that_is_named_answers(
    budget: Library, row: str, year: str
) -> None:
    figures = {
        "停泊费": ("8609.5", "9120.3"),
        "引航费": ("3302.1", "3510.8"),
        "拖轮费": ("1200", "1250"),
    }
    right, wrong = figures[row] if year == "2022" else figures[row][::-1]
    answer = budget.ask(f"{row}{year}年预算数是多少？")
    assert wrong not in answer.text
    assert answer.refused or right in answer.text


FLOWS = """港口统计公报
一、主要指标
主要指标如下。
指标 | 单位 | 2023年 | 2024年
货物吞吐量 | 万吨 | 870 | 900
旅客吞吐量 | 万人次 | 120 | 132
财政收入 | 亿元 | 231.8 | 245.9
拖轮收入 | 亿元 | 11.8 | 12.9
"""
PARTS = """泊位统计
一、泊位
各作业区泊位如下。
作业区 | 2024年泊位（个）
东作业区 | 12
西作业区 | 9
南作业区 | …
合计 |
"""


def test_growth_is_worked_out_within_one_row(tmp_path: Path) -> None:
    answer = reader_over(tmp_path, FLOWS).ask("2024年货物吞吐量比上年增长多少？")
    assert "245.9" not in answer.text and "132" not in answer.text
    assert "(900 − 870) ÷ 870 × 100 = 3.45 %" in answer.text


def test_no_total_is_made_where_a_part_of_it_is_not_known(tmp_path: Path) -> None:
    answer = reader_over(tmp_path, PARTS).ask("2024年泊位合计多少个？")
    assert "21" not in answer.text


COSTS = """港口支出表
一、支出
单位：万元
项目 | 2023年支出 | 2024年支出 | 比上年增长
疏浚 | 860.5 | 912.3 | 6.0%
照明 | 33.2 | 35.1 | 5.7%
"""


def test_the_unit_above_a_table_is_said_and_cited(tmp_path: Path) -> None:
    reader = reader_over(tmp_path, COSTS)
    answer = reader.ask("2024年疏浚支出是多少？")
    assert "912.3 万元" in answer.text
    assert any(citation.text == "单位：万元" for citation in answer.citations)
    grown = reader.ask("疏浚支出比上年增长多少？").text
    assert "6.0%" in grown
    assert "6.0% 万元" not in grown
