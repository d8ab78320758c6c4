"""Tables in text: rows with their cells, two-line headers, blank cells in place."""

from __future__ import annotations

import pytest

from bearing_qa.document.passages import describe_row
from bearing_qa.document.tables import caption_above, find_tables
from bearing_qa.types import Parsed


def test_the_table_of_the_speech(speech: Parsed) -> None:
    (table,) = speech.tables
    assert table.header == (
        "时间",
        "主营业务收入（亿元）",
        "主营业务收入 同比增长",
        "轴承产量（亿套）",
        "轴承产量 同比增长",
    )
    assert [row.cells for row in table.rows] == [
        ("2021", "2278", "16.5%", "233", "17.8%"),
        ("2022", "2232", "-2%", "212", "-9%"),
        ("2023", "2180", "-2.3%", "202", "-4.7%"),
        ("2024（1—9月）", "", "6.67%", "", "18.36%"),
    ]
    text = speech.document.text
    assert text[table.rows[2].start : table.rows[2].end] == "2023 2180 -2.3% 202 -4.7%"
    assert describe_row(table, table.rows[3]) == (
        "时间 2024（1—9月）；主营业务收入 同比增长 6.67%；轴承产量 同比增长 18.36%"
    )


def test_pipe_tables_keep_empty_cells_and_skip_the_rule() -> None:
    text = "正文。\n指标 | 目标 | 性质\n--- | --- | ---\n森林覆盖率 | 24.1% | 约束性\n人均寿命 |  | 预期性\n正文。"
    (table,) = find_tables(text)
    assert table.header == ("指标", "目标", "性质")
    assert [row.cells for row in table.rows] == [
        ("森林覆盖率", "24.1%", "约束性"),
        ("人均寿命", "", "预期性"),
    ]


def test_prose_with_figures_is_no_table() -> None:
    text = (
        "全行业共有企业 10000 家，其中 1400 多家规模以上。\n前 100 家占 42.8 %，前 1000 家占 90 %。"
    )
    assert find_tables(text) == ()
    assert find_tables("") == ()


def test_a_heading_between_two_tables_of_one_width_is_no_row() -> None:
    text = "序号 | 任务\n1 | 平台\n2 | 技术\n二、指标\n指标 | 2025年\n产值 | 300\n产量 | 20"
    first, second = find_tables(text)
    assert [row.cells for row in first.rows] == [("1", "平台"), ("2", "技术")]
    assert second.header == ("指标", "2025年")


def test_blank_cells_at_the_edges_keep_their_place() -> None:
    (table,) = find_tables("地区 | 任务 | 说明\n甲 | 120 |\n | 130 | 合计")
    assert [row.cells for row in table.rows] == [("甲", "120", ""), ("", "130", "合计")]


def test_markdown_tables_end_where_the_next_header_begins_and_keep_their_bars() -> None:
    text = "| 甲 | 乙 |\n|---|---|\n| a \\| b | 1 |\n| 丙 | 丁 |\n|---|---|\n| c | 2 |"
    first, second = find_tables(text)
    assert (first.header, [r.cells for r in first.rows]) == (("甲", "乙"), [("a | b", "1")])
    assert (second.header, [r.cells for r in second.rows]) == (("丙", "丁"), [("c", "2")])


def test_a_caption_over_the_whole_width_is_no_header() -> None:
    (table,) = find_tables(
        "表2 分工表 | |\n任务 | 单位 | 时限\n平台 | 甲局 | 2025\n技术 | 乙局 | 2026"
    )
    assert table.header == ("任务", "单位", "时限")


@pytest.mark.parametrize(
    ("above", "caption"),
    [
        ("正文。\n表1 渔业产量\n单位：万吨\n", "表1 渔业产量 单位：万吨"),
        ("表1 渔业产量\n\n", "表1 渔业产量"),
        ("正文一句。\n（单位：万吨）\n", "（单位：万吨）"),
        ("产量见下表，\n", ""),
        ("渔业产量逐年提高。\n", ""),
        ("表1 渔业产量\n\n正文。\n", ""),
        (f"{'渔业产量' * 16}\n", ""),
        ("", ""),
    ],
)
def test_a_caption_is_the_short_lines_right_above(above: str, caption: str) -> None:
    text = f"{above}年份 | 产量\n2022 | 120\n2023 | 130"
    (table,) = find_tables(text)
    assert caption_above(text, 0, table) == caption
    assert caption_above(text, table.start, table) == ""
