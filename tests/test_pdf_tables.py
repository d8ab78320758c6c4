"""Tables of PDFs as programs draw them: in pieces, without vertical rules, over highlights and page ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.types import Parsed
from tests.pdf_drawing import STEP, Pages

XS = (76.0, 200.0, 300.0, 400.0)
"""Where the cells of four columns begin."""
ROWS = [["东山区", "31.5", "16.2", "15.3"], ["西河区", "42.7", "20.1", "22.6"]]
HEAD = ["地区", "总人口", "男性", "女性"]


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(tmp_path / "a.pdf")


def table(parsed: Parsed, number: int = 0) -> list[list[str]]:
    """Head and rows of a table."""
    found = parsed.tables[number]
    return [list(found.header), *(list(row.cells) for row in found.rows)]


def open_table(pages: Pages, rows: list[list[str]], *, bottom: bool = True) -> None:
    """A table with rules above and below its head, and at its bottom."""
    pages.across(pages.y + 15)
    pages.row(HEAD, XS)
    pages.across(pages.y + 15)
    for row in rows:
        pages.row(row, XS, right=True)
    if bottom:
        pages.across(pages.y + 15)
    pages.y -= STEP


def ruled(pages: Pages, *, top: float, rows: int, xs: tuple[float, ...]) -> None:
    for at in range(rows + 1):
        pages.across(top - at * STEP)
    for x in xs:
        pages.down(x, top, top - rows * STEP)


def test_merged_cells_are_known_where_vertical_rules_are_drawn_row_by_row(pages: Pages) -> None:
    pages.text("奖励标准")
    top, xs = 750.0, (72.0, 150.0, 250.0, 350.0)
    for at in range(7):
        full = at in (0, 1, 6)
        pages.across(top - at * STEP, xs[0] if full else xs[1] if at == 4 else xs[2], xs[-1])
    for row in range(6):
        for x in xs:
            pages.down(x, top - row * STEP - 0.3, top - (row + 1) * STEP + 0.3)
    for place, words in {
        (76, 735): "类别",
        (154, 735): "等级",
        (254, 735): "分值",
        (76, 685): "竞赛",
        (154, 700): "省级",
        (154, 650): "市级",
        **{(254, 715 - 20 * at): str(9 - at) for at in range(5)},
    }.items():
        pages.text(words, x=place[0], y=place[1], size=10.5)
    assert table(pages.read()) == [
        ["类别", "等级", "分值"],
        *[["竞赛", "省级", str(9 - at)] for at in range(3)],
        *[["竞赛", "市级", str(9 - at)] for at in (3, 4)],
    ]


def stroke(pages: Pages, kind: str, at: float, low: float, high: float, *, is_down: bool) -> None:
    """A rule of a kind: a line, two lines, a thin box, or dashes that are boxes."""
    if kind in ("double", "open"):
        for offset in (0, 2) if kind == "double" else (0,):
            ends = (at + offset, low, at + offset, high)
            pages.canvas.line(*(ends if is_down else (low, at + offset, high, at + offset)))
        return
    length = 1.5 if kind == "dashed" else high - low
    start = low
    while start < high:
        box = (at, start, 0.5, length) if is_down else (start, at, length, 0.5)
        pages.canvas.rect(*box, stroke=0, fill=1)
        start += 2 * length


@pytest.mark.parametrize("kind", ["thin", "dashed", "double", "open"])
def test_rules_of_all_makes_are_rules(kind: str, pages: Pages) -> None:
    pages.text("情况表")
    xs = (72.0, 190.0, 290.0, 390.0, 480.0)
    for at in range(4):
        stroke(pages, kind, 750 - at * STEP, 72, 480, is_down=False)
    for x in xs[1:-1] if kind == "open" else xs:
        stroke(pages, kind, x, 690, 750, is_down=True)
    pages.y = 736
    for cells in (HEAD, *ROWS):
        pages.row(cells, (76, 196, 296, 396))
    assert table(pages.read()) == [HEAD, *ROWS]


def test_a_highlight_is_no_table(pages: Pages) -> None:
    pages.text("申报安排")
    for words, y in (("（一）网上申报2026.3.1—3.15", 740), ("（二）现场核查2026.4.1—4.10", 724)):
        pages.box(72, y - 3, 36, 16)
        pages.box(108, y - 3, 48, 16)
        pages.box(156, y - 3, 90, 16)
        pages.text(words, y=y)
    parsed = pages.read()
    titles = [section.title for section in parsed.sections[1:]]
    assert titles == ["网上申报2026.3.1—3.15", "现场核查2026.4.1—4.10"]
    assert "|" not in parsed.document.text


def test_a_highlight_inside_a_cell_does_not_cut_it(pages: Pages) -> None:
    pages.text("情况表")
    ruled(pages, top=750, rows=3, xs=(72, 190, 290, 390, 480))
    pages.box(196, 713, 12, 14)
    pages.box(208, 713, 12, 14)
    pages.y = 736
    for cells in (HEAD, ["东山区", "约三千", "16", "15"], ROWS[1]):
        pages.row(cells, (76, 196, 296, 396))
    assert table(pages.read())[1] == ["东山区", "约三千", "16", "15"]


def test_grounds_of_cells_in_rows_and_columns_are_a_table(pages: Pages) -> None:
    pages.text("情况表")
    for row in range(3):
        for left, right in ((72, 190), (190, 290), (290, 390), (390, 480)):
            pages.box(left, 730 - row * STEP, right - left, STEP)
    pages.y = 736
    for cells in (HEAD, *ROWS):
        pages.row(cells, (76, 196, 296, 396))
    assert table(pages.read()) == [HEAD, *ROWS]


def test_tables_without_vertical_rules_keep_their_heads_captions_and_notes(pages: Pages) -> None:
    pages.text("人口公报")
    for number in (1, 2):
        pages.text(f"表{number} 各区人口", x=230)
        pages.text("单位：万人", x=430, size=9)
        open_table(pages, ROWS)
        pages.text("注：数据为年末数。", size=9)
    parsed = pages.read()
    assert table(parsed, 0) == table(parsed, 1) == [HEAD, *ROWS]
    lines = parsed.document.text.split("\n")
    assert lines.count("注：数据为年末数。") == lines.count("单位：万人") == 2


def test_heads_on_two_lines_are_whole_and_a_blank_corner_stays_blank(pages: Pages) -> None:
    pages.text("人口公报")
    pages.across(755)
    pages.y = 740
    pages.row(["", "常住人口", "占全市", "人口"], XS)
    pages.row(["", "（万人）", "比重（%）", "密度"], XS)
    pages.across(715)
    pages.y = 700
    for row in ROWS:
        pages.row(row, XS)
    pages.across(675)
    head = ["", "常住人口（万人）", "占全市比重（%）", "人口密度"]
    assert table(pages.read()) == [head, *ROWS]


@pytest.mark.parametrize("is_ruled", [True, False])
def test_a_head_over_several_columns_is_repeated_over_them(is_ruled: bool, pages: Pages) -> None:
    pages.text("人口公报")
    xs = (76.0, 180.0, 260.0, 360.0, 440.0)
    pages.across(755)
    pages.canvas.setFont("STSong-Light", 10.5)
    pages.canvas.drawCentredString(231, 740, "2020年")
    pages.canvas.drawCentredString(411, 740, "2021年")
    if is_ruled:
        pages.across(733, 170, 290)
        pages.across(733, 350, 480)
    pages.y = 720
    pages.row(["地区", "人数", "占比", "人数", "占比"], xs)
    pages.across(713)
    pages.y = 698
    rows = [["东山区", "31", "40", "33", "41"], ["西河区", "46", "60", "47", "59"]]
    for row in rows:
        pages.row(row, xs)
    pages.across(673)
    head = ["地区", "2020年 人数", "2020年 占比", "2021年 人数", "2021年 占比"]
    assert table(pages.read()) == [head, *rows]


@pytest.mark.parametrize(
    "heads", [["地区", "", "人数与占比合计", ""], ["地区", "总人口", "", "女性"]]
)
def test_where_a_head_is_not_sure_no_figure_stands_under_it(heads: list[str], pages: Pages) -> None:
    pages.text("人口公报")
    pages.across(755)
    pages.y = 740
    pages.row(heads, (76, 200, 330, 400))
    pages.across(735)
    pages.y = 718
    for row in ROWS:
        pages.row(row, XS)
    pages.across(690)
    parsed = pages.read()
    assert all(not any(found.header) for found in parsed.tables)
    assert "东山区 31.5 16.2 15.3" in parsed.document.text
    assert heads[0] in parsed.document.text


def test_labels_on_two_lines_are_of_one_row(pages: Pages) -> None:
    pages.text("收入公报")
    pages.across(755)
    pages.y = 740
    pages.row(["指标", "2020年", "2021年", "增长"], XS)
    pages.across(735)
    for y, label, figures in (
        (718, "城镇居民人均", ""),
        (705, "可支配收入", "4383"),
        (670, "全体居民", "3218"),
    ):
        pages.y = y
        pages.row([label, figures, figures, figures], XS)
    pages.y = 690
    pages.row(["合计", "1", "2", "3"], XS)
    pages.across(655)
    rows = table(pages.read())[1:]
    assert rows[0] == ["城镇居民人均可支配收入", "4383", "4383", "4383"]
    assert rows[1:] == [["合计", "1", "2", "3"], ["全体居民", "3218", "3218", "3218"]]


def test_a_table_without_vertical_rules_goes_on_over_the_page_end(pages: Pages) -> None:
    rows = [[f"第{at}街道", f"{at}1.5", f"{at}2.5", f"{at}3.5"] for at in range(1, 9)]
    pages.text("人口公报")
    pages.y = 180
    open_table(pages, rows[:5], bottom=False)
    pages.turn()
    pages.text("续表")
    open_table(pages, rows[5:])
    pages.text("以上数据由统计局提供。")
    parsed = pages.read()
    assert table(parsed) == [HEAD, *rows]
    assert "续表" not in parsed.document.text


def test_a_head_of_two_rows_that_is_repeated_goes_whole(pages: Pages) -> None:
    xs = (72.0, 190.0, 290.0, 390.0)

    def part(rows: list[list[str]]) -> None:
        count = len(rows) + 2
        for at in range(count + 1):
            pages.across(pages.y + 14 - at * STEP, xs[1] if at == 1 else xs[0], xs[-1])
        for x in xs:
            pages.down(x, pages.y + 14 - (STEP if x == 290 else 0), pages.y + 14 - count * STEP)
        for cells in (["地区", "人口", ""], ["", "男", "女"], *rows):
            pages.row(cells, (76, 194, 294))

    pages.text("人口公报")
    pages.y = 200
    part([["甲", "1", "2"], ["乙", "3", "4"]])
    pages.turn()
    part([["丙", "5", "6"], ["丁", "7", "8"]])
    found = table(pages.read())
    assert found[1:] == [["甲", "1", "2"], ["乙", "3", "4"], ["丙", "5", "6"], ["丁", "7", "8"]]


def test_lines_of_a_cell_that_are_clauses_are_parted_and_wrapped_ones_joined(pages: Pages) -> None:
    pages.text("加分办法")
    for y in (760, 740, 680):
        pages.across(y, 72, 420)
    for x in (72, 160, 280, 420):
        pages.down(x, 760, 680)
    pages.y = 746
    pages.row(["项目", "办法", "说明"], (76, 164, 284))
    pages.y = 726
    lines = [
        ["专利", "首位：5分", "由两名以上教师共同完"],
        ["成果", "次位：2分", "成的，按贡献分配。"],
    ]
    for cells in lines:
        pages.row(cells, (76, 164, 284))
    parsed = pages.read()
    assert parsed.document.title == "加分办法"
    assert table(parsed)[1] == [
        "专利成果",
        "首位：5分；次位：2分",
        "由两名以上教师共同完成的，按贡献分配。",
    ]


def test_rows_without_rules_between_them_are_known_by_their_figures(pages: Pages) -> None:
    pages.text("奖励标准")
    for y in (760, 740, 680):
        pages.across(y, 72, 420)
    for x in (72, 160, 280, 420):
        pages.down(x, 760, 680)
    pages.y = 746
    pages.row(["类别", "等级", "分值"], (76, 164, 284))
    pages.text("省级竞赛", x=76, y=706, size=10.5)
    pages.y = 726
    for cells in (["", "一等奖", "8"], ["", "二等奖", "5"], ["", "三等奖", "3"]):
        pages.row(cells, (76, 164, 284))
    rows = [["省级竞赛", "一等奖", "8"], ["省级竞赛", "二等奖", "5"], ["省级竞赛", "三等奖", "3"]]
    assert table(pages.read())[1:] == rows


def test_underlines_and_text_between_rules_are_no_table(pages: Pages) -> None:
    pages.text("会议通知")
    prose = "各单位要认真组织学习，按时报送材料，确保会议取得实效，各项工作落到实处。"
    for _ in range(4):
        pages.across(pages.y + 14)
        pages.text(prose[:34])
    assert "|" not in pages.read().document.text


def test_the_foot_of_a_letter_between_rules_is_no_table(pages: Pages) -> None:
    pages.text("关于报送材料的函")
    pages.text("请按时报送。")
    for y in (120, 100, 80):
        pages.across(y)
    pages.text("抄送：市发展改革委、市财政局。", y=105)
    pages.text("甲市人民政府办公室", x=80, y=85)
    pages.text("2024年3月5日印发", x=380, y=85)
    assert pages.read().document.text.split("\n")[2:] == [
        "抄送：市发展改革委、市财政局。",
        "甲市人民政府办公室 2024年3月5日印发",
    ]


def test_rules_below_each_row_keep_groups_blanks_and_wrapped_prose(pages: Pages) -> None:
    pages.text("任务清单")
    pages.across(755)
    rows = [
        ["项目", "任务", "数量"],
        ["一、基础设施"],
        ["道路", "改造提升", "12"],
        ["桥梁", "", "3"],
    ]
    pages.y = 740
    for cells in rows:
        pages.row(cells, (76.0, 200.0, 330.0)[: len(cells)])
        pages.across(pages.y + 15)
    found = table(pages.read())
    assert found[0] == rows[0]
    assert found[1:] == [["一、基础设施", "", ""], *rows[2:]]


def test_wrapped_words_of_a_table_without_vertical_rules_stay_in_their_cell(pages: Pages) -> None:
    pages.text("指标解释")
    pages.across(755)
    pages.y = 740
    pages.row(["指标", "单位", "解释"], (76, 180, 260))
    pages.across(735)
    for top, label in ((718, "总产值"), (680, "增加值"), (642, "劳动力")):
        pages.y = top
        pages.row([label, "万元", "报告期内以货币形式表现的全部"], (76, 180, 260))
        pages.y = top - 14
        pages.row(["", "", f"{label}的合计数。"], (76, 180, 260))
    pages.across(618)
    words = "报告期内以货币形式表现的全部"
    assert table(pages.read())[1:] == [
        [label, "万元", f"{words}{label}的合计数。"] for label in ("总产值", "增加值", "劳动力")
    ]
