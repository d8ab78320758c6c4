"""Spreadsheets: what a sheet shows, and where it stands. tests/data/prices.xls was made once, for these tests."""

from __future__ import annotations

import random
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from bearing_qa.answer.citations import quote
from bearing_qa.document.formats.spreadsheet import xlsx
from bearing_qa.document.formats.spreadsheet.number_format import show_number, show_text
from bearing_qa.document.formats.spreadsheet.xlsx import xlsx_sheets
from bearing_qa.document.formats.spreadsheet.xlsx_drawing import read_drawing
from bearing_qa.document.parse import Rejection, parse_file
from bearing_qa.document.records import pack, unpack
from bearing_qa.output import references
from bearing_qa.types import Citation, Parsed
from tests.conftest import parse_all

OLD = Path(__file__).parent / "data" / "prices.xls"
Fill = Callable[[Any], None]


def book(path: Path, fill: Fill, *, name: str = "Sheet1") -> Path:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = name
    fill(made.active)
    made.save(path)
    return path


def rows(*values: Sequence[object], merged: Sequence[str] = ()) -> Fill:
    def fill(sheet: Any) -> None:
        for row in values:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)

    return fill


def parsed(path: Path) -> Parsed:
    (only,) = parse_all(path)
    return only


def lines(path: Path) -> list[str]:
    return parsed(path).document.text.split("\n")


def cited(whole: Parsed, text: str) -> Citation:
    start = whole.document.text.index(text)
    section = whole.section_at(start)
    return quote(whole, start=start, end=start + len(text), kind="row", section=section, score=1.0)


def budget(sheet: Any) -> None:
    rows(
        ["河湾市2023年一般公共预算收入表"],
        ["编制单位：河湾市财政局", None, None, "单位：万元"],
        ["项目", "预算数", None, "完成比例"],
        [None, "2022年", "2023年", None],
        ["一、税收收入", 8609.500000001, 9000, 1.0111],
        ["　增值税", 4000, 4100.456, 0.9876],
        ["合计", None, 13100.456, None],
        ["注：执行数为快报数。"],
        merged=["A1:D1", "A3:A4", "B3:C3", "D3:D4", "A8:D8"],
    )(sheet)
    for row in sheet["B5:C7"]:
        for cell in row:
            cell.number_format = "#,##0.00"
    for (cell,) in sheet["D5:D7"]:
        cell.number_format = "0.0%"


def test_a_budget_is_a_title_its_unit_a_table_with_one_head_a_column_and_a_note(
    tmp_path: Path,
) -> None:
    whole = parsed(book(tmp_path / "预算.xlsx", budget))
    assert whole.document.title == "河湾市2023年一般公共预算收入表"
    assert whole.document.text.split("\n") == [
        "河湾市2023年一般公共预算收入表",
        "编制单位：河湾市财政局　单位：万元",
        "项目 | 预算数 | 预算数 | 完成比例",
        "项目 | 2022年 | 2023年 | 完成比例",
        "一、税收收入 | 8,609.50 | 9,000.00 | 101.1%",
        "增值税 | 4,000.00 | 4,100.46 | 98.8%",
        "合计 |  | 13,100.46 |",
        "注：执行数为快报数。",
    ]
    (table,) = whole.tables
    assert table.header == ("项目", "预算数 2022年", "预算数 2023年", "完成比例")
    assert table.rows[0].cells == ("一、税收收入", "8,609.50", "9,000.00", "101.1%")
    assert len(table.rows) == 3


def test_cells_are_cited_by_their_addresses(tmp_path: Path) -> None:
    whole = parsed(book(tmp_path / "预算.xlsx", budget, name="收入"))
    cell = cited(whole, "4,100.46")
    assert (cell.cell, cell.text) == ("收入!C6", "4,100.46")
    row = cited(whole, "合计 |  | 13,100.46 |")
    assert (row.cell, row.to_json()["cell"]) == ("收入!A7:D7", "收入!A7:D7")
    assert cited(whole, "单位：万元").cell == "收入!D2"
    assert whole.document.cell_at(whole.document.text.index("8,609.50") + 3) == "收入!B5"
    assert references.plain(cell) == f"{cell.title}·收入!C6·“4,100.46”"
    assert "收入!C6" in references.reference(cell, whole.document)
    assert unpack(pack(whole)).document == whole.document
    head = whole.document.text.index("收入")
    assert whole.document.cell_at(head) == ""  # the sheet's name is in no cell


def test_other_documents_have_no_cells(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("公园门票价格不得超过20元。", encoding="utf-8")
    whole = parsed(tmp_path / "a.txt")
    assert "cell" not in cited(whole, "20元").to_json()
    assert b"addresses" not in pack(whole)


def test_sheets_are_sections_and_what_is_hidden_is_named(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    first: Any = made.active
    first.title = "报告"
    rows(["地区", "类别", "标准"], ["城区", "低保", 780], [None, "特困", 1120], ["底稿", "x", 1])(
        first
    )
    first.merge_cells("A2:A3")
    first.row_dimensions[4].hidden = True
    second = made.create_sheet("支出")
    rows(["项目", "内部", "金额"], ["水利", 3, 12.5])(second)
    second.column_dimensions["B"].hidden = True
    second["C3"] = "=C2*2"
    made.create_sheet("空白")
    made.create_sheet("密").sheet_state = "hidden"
    made["密"]["A1"] = "不给人看"
    made.save(tmp_path / "a.xlsx")
    whole = parsed(tmp_path / "a.xlsx")
    assert [whole.path(section.index) for section in whole.sections[1:]] == [("报告",), ("支出",)]
    assert whole.tables[0].rows[1].cells == ("城区", "特困", "1120")
    assert whole.tables[1].header == ("项目", "金额")
    assert "底稿" not in whole.document.text and "不给人看" not in whole.document.text
    assert {(part.kind, part.place) for part in whole.document.unread} == {
        ("hidden", "报告!4:4"),
        ("hidden", "支出!B:B"),
        ("hidden", "密"),
        ("formula", "支出!C3"),
    }
    assert whole.document.title == "a"  # no sheet has a title line


@pytest.mark.parametrize(
    ("values", "merged", "headers"),
    [
        (  # a blank row parts tables
            [["区县", "额"], ["东区", 12.5], [], ["项目", "数量", "单价"], ["水泵", 3, 1200]],
            [],
            [("区县", "额"), ("项目", "数量", "单价")],
        ),
        (  # a blank row for the eye parts none
            [["项目", "2022"], ["甲", 1], [], ["乙", 3], [], ["合计", 4]],
            [],
            [("项目", "2022")],
        ),
        (  # two tables below each other, each with its caption
            [["表1 人口"], ["地区", "男"], ["甲", 3], ["表2 收入"], ["地区", "工资"], ["甲", 30]],
            ["A1:B1", "A4:B4"],
            [("地区", "男"), ("地区", "工资")],
        ),
        (  # a line over the whole width names a group of rows
            [["类别", "标准"], ["城市"], ["低保", 780], ["农村"], ["低保", 620]],
            ["A2:B2", "A4:B4"],
            [("类别", "标准")],
        ),
        (  # two tables side by side
            [["序号", "姓名", None, "序号", "姓名"], [1, "张三", None, 2, "李四"]],
            [],
            [("序号", "姓名"), ("序号", "姓名")],
        ),
        (  # the first column has its head in the second row only
            [[None, "预算", None], ["项目", "上年", "本年"], ["甲", 1.5, 2.5], ["乙", 1, 2]],
            ["B1:C1"],
            [("项目", "预算 上年", "预算 本年")],
        ),
        (  # three rows of heads
            [["地区", "收入", None], [None, "税收", None], [None, "增值", "所得"], ["东", 1, 2.5]],
            ["A1:A3", "B1:C1", "B2:C2"],
            [("地区", "收入 税收 增值", "收入 税收 所得")],
        ),
        ([["甲", 780], ["乙", 620]], [], [("", "")]),  # figures are no heads
        (  # a merged head over cells of data is no row of heads
            [
                ["姓名", "联系方式", None],
                ["张三", "李处长", "办公室"],
                ["王五", "赵处长", "财务处"],
            ],
            ["B1:C1"],
            [("姓名", "联系方式", "联系方式")],
        ),
    ],
)
def test_tables_and_their_heads(
    values: list[list[object]],
    merged: list[str],
    headers: list[tuple[str, ...]],
    tmp_path: Path,
) -> None:
    whole = parsed(book(tmp_path / "a.xlsx", rows(*values, merged=merged)))
    assert [table.header for table in whole.tables] == headers


@pytest.mark.parametrize(
    ("above", "title", "plain"),
    [
        (["附件1"], "", ["附件1"]),
        (["附件2：滨河市救助标准"], "滨河市救助标准", ["附件2：滨河市救助标准"]),
        (["云岭市2024年3月粮油价格表"], "云岭市2024年3月粮油价格表", ["云岭市2024年3月粮油价格表"]),
        (["填报单位：甲局", None, "单位：元"], "", ["填报单位：甲局　单位：元"]),
        (["单位：", "元"], "", ["单位：　元"]),
        (["2024年3月"], "", ["2024年3月"]),
    ],
)
def test_what_stands_above_a_table(
    above: list[object], title: str, plain: list[str], tmp_path: Path
) -> None:
    fill = rows(above, ["品种", "规格", "价格"], ["米", "散装", 2.5], ["面", "袋装", 3])
    whole = parsed(book(tmp_path / "文件.xlsx", fill))
    assert whole.document.title == (title or "文件")
    assert whole.document.text.split("\n")[:1] == plain
    assert [table.header for table in whole.tables] == [("品种", "规格", "价格")]


def test_signs_that_mean_something_in_markdown_stay(tmp_path: Path) -> None:
    fill = rows(["公示名单"], ["#", "电话"], ["001", "138****1234"], ["a|b", "139****5678"])
    assert lines(book(tmp_path / "a.xlsx", fill)) == [
        "公示名单",
        "# | 电话",
        "001 | 138****1234",
        "a｜b | 139****5678",
    ]


FORMATS = [
    (8609.500000001, "General", "8609.5"),
    (0.1 + 0.2, "General", "0.3"),
    (12345678901, "General", "12345678901"),
    (123456789012, "General", "1.23457E+11"),
    (1 / 3, "General", "0.333333333"),
    (1.005, "0.00", "1.01"),
    (1234567.891, "#,##0", "1,234,568"),
    (-5.5, "0.0_);[红色](0.0)", "(5.5)"),
    (-5.5, "0.00;[Red]-0.00", "-5.50"),
    (0.0256, "0.0%", "2.6%"),
    (3.25, "0.0‰", "3.3‰"),
    (123456, "0!.0,", "12.3"),
    (123456, '0\\.0,"万"', "12.3万"),
    (15000, '[>=10000]0!.0,"万";0', "1.5万"),
    (150, '[>=10000]0!.0,"万";0', "150"),
    (5, "00000", "00005"),
    (5551234, "000-0000", "555-1234"),
    (12345, "0.00E+00", "1.23E+04"),
    (2.3333333, "# ?/?", "2 1/3"),
    (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
    (1234567, "[$￥-804]#,##0.00", "￥1,234,567.00"),
    (3, ";;;", ""),
    (110101199001011000.0, "0", "110101199001011000"),
    (45291, 'yyyy"年"m"月"d"日"', "2023年12月31日"),
    (45291, "yyyy\\-mm\\-dd", "2023-12-31"),
    (45291, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇二三年十二月三十一日"),
    (45291, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2023年12月31日"),
    (45291.999999999, "yyyy-mm-dd hh:mm:ss", "2024-01-01 00:00:00"),
    (45291.4, '上午/下午h"时"mm"分"', "上午9时36分"),
    (1.5, "[h]:mm", "36:00"),
    (12.5, '[DBNum2]G/通用格式"元"', "壹拾贰.伍元"),
    (-1, "yyyy/m/d", "########"),
    (45291, "yyyy/m/d;@", "2023/12/31"),
    (0, "0.0;-0.0;@", "0.0"),
    (20, "@", "20"),
]


@pytest.mark.parametrize(("value", "code", "shown"), FORMATS)
def test_a_figure_is_as_its_sheet_shows_it(value: float, code: str, shown: str) -> None:
    assert show_number(value, code) == shown


def test_built_in_dates_texts_and_errors(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        rows(["项目", "值"], ["日期", 45291], ["长日期", 45291], ["编号", "007"], ["差", None])(
            sheet
        )
        sheet["B2"].number_format = "mm-dd-yy"  # 14: the short date of who reads
        sheet["B5"].value, sheet["B5"].data_type = "#DIV/0!", "e"

    path = book(tmp_path / "a.xlsx", fill)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/styles.xml":  # 31 is 2023年12月31日 in Chinese Excel
                data = data.replace(b"</cellXfs>", b'<xf numFmtId="31"/></cellXfs>')
            target.writestr(name, data.replace(b'r="B3"', b'r="B3" s="2"'))
    assert lines(tmp_path / "b.xlsx")[1:] == [
        "日期 | 2023/12/31",
        "长日期 | 2023年12月31日",
        "编号 | 007",
        "差 | #DIV/0!",
    ]
    assert show_text("甲", '0;0;0;@"级"') == "甲级"


def test_an_old_workbook_reads_the_same_and_goes_by_content(tmp_path: Path) -> None:
    whole = parsed(OLD)
    assert whole.document.title == "云岭市2024年粮油价格表"
    assert whole.tables[0].header == (
        "品种",
        "平均价格 本月",
        "平均价格 上月",
        "涨跌幅",
        "采集日期",
    )
    assert [row.cells for row in whole.tables[0].rows] == [
        ("晚籼米", "2.68", "2.70", "-0.7%", "2024年3月5日"),
        ("菜籽油", "13.50", "13.25", "1.9%", "2024年3月6日"),
        ("面粉", "(1.50)", "3.20", "0.0%", "2024年3月8日"),
    ]
    assert whole.tables[1].rows[1].cells == ("河口县", "西库", "012", "8609.5")
    assert {(part.kind, part.place) for part in whole.document.unread} == {
        ("hidden", "价格!7:7"),
        ("hidden", "底稿"),
        ("formula", "仓库!D4"),
    }
    assert cited(whole, "012").cell == "仓库!C3"
    shutil.copy(OLD, tmp_path / "a.et")
    assert parsed(tmp_path / "a.et").document.text == whole.document.text
    shutil.copy(book(tmp_path / "预算.xlsx", budget), tmp_path / "b.et")
    assert lines(tmp_path / "b.et") == lines(tmp_path / "预算.xlsx")
    (tmp_path / "c.xls").write_text("项目\t金额\n甲\t1,200.50\n", encoding="gb18030")
    assert lines(tmp_path / "c.xls") == ["项目 | 金额", "甲 | 1,200.50"]


@pytest.mark.parametrize(
    ("name", "text", "encoding", "expected"),
    [
        (
            "a.csv",
            '项目,金额\r\n甲,"1,200.50"\r\n乙,="007"\r\n',
            "utf-8-sig",
            ["甲 | 1,200.50", "乙 | 007"],
        ),
        ("b.csv", "项目;金额\n甲;1,5\n乙;2,5\n", "gb18030", ["甲 | 1,5", "乙 | 2,5"]),
        ("c.tsv", '项目\t金额\n甲\t"多\n行"\n乙\t5" 管\n', "utf-16", ["甲 | 多行", '乙 | 5" 管']),
        ("d.csv", '项目,金额\n管,"5" 寸\n板,3\n', "utf-8", ['管 | "5" 寸', "板 | 3"]),
    ],
)
def test_separated_values(
    name: str, text: str, encoding: str, expected: list[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(text.encode(encoding))
    assert lines(tmp_path / name)[1:] == expected
    assert cited(parsed(tmp_path / name), expected[0]).cell == "A2:B2"


def test_charts_are_named(tmp_path: Path) -> None:
    from openpyxl.chart import BarChart, Reference

    def fill(sheet: Any) -> None:
        rows(["月份", "产量"], ["1月", 2], ["2月", 3])(sheet)
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3))
        sheet.add_chart(chart, "D4")

    whole = parsed(book(tmp_path / "a.xlsx", fill))
    assert [(part.kind, part.place) for part in whole.document.unread] == [("object", "Sheet1!D4")]


def test_text_boxes_are_lines_at_their_cells() -> None:
    box = (
        "<xdr:wsDr xmlns:xdr='x' xmlns:a='a' xmlns:mc='m'><xdr:twoCellAnchor><xdr:from><xdr:col>3</xdr:col>"
        "<xdr:row>4</xdr:row></xdr:from><mc:AlternateContent>{}</mc:AlternateContent></xdr:twoCellAnchor></xdr:wsDr>"
    )
    said = "<xdr:sp><a:p><a:r><a:t>填表</a:t></a:r><a:r><a:t>说明</a:t></a:r></a:p><a:p/></xdr:sp>"
    both = f"<mc:Choice>{said}</mc:Choice><mc:Fallback>{said}</mc:Fallback>"
    found = list(read_drawing(etree.fromstring(box.format(both))))
    assert found == [("text", 5, 4, ["填表说明"])]


def test_a_workbook_of_too_many_cells_is_refused_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MAX_CELLS", 5)
    path = book(tmp_path / "a.xlsx", rows(["甲", 1], ["乙", 2], ["丙", 3]))
    (refused,) = parse_file(path, doc_id="a")
    assert isinstance(refused, Rejection)
    assert "more than 5 cells" in refused.reason


def test_a_sheet_that_is_formatted_to_its_last_row_costs_its_data_only(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", rows(["项目", "金额"], *([f"甲{n}", n] for n in range(100))))
    blank = "".join(f'<row r="{n}" s="1"><c r="A{n}" s="0"/></row>' for n in range(200, 60_200))
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for name in source.namelist():
            data = source.read(name).replace(b"</sheetData>", blank.encode() + b"</sheetData>")
            target.writestr(name, data, zipfile.ZIP_DEFLATED)
    (sheet,) = xlsx_sheets((tmp_path / "b.xlsx").read_bytes())
    assert len(sheet.cells) == 101
    assert lines(tmp_path / "b.xlsx") == lines(path)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"PK\x03\x04 and no more", "no sound Excel file"),
        (bytes(range(256)) * 9, "no sound Excel file"),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_line(data: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    (refused,) = parse_file(tmp_path / "a.xlsx", doc_id="a")
    assert isinstance(refused, Rejection)
    assert why in refused.reason and "\n" not in refused.reason


def damaged(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.25:
        return data[: chance.randrange(len(data))]
    broken = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_a_damaged_workbook_is_read_or_refused_in_a_line(suffix: str, tmp_path: Path) -> None:
    path = OLD if suffix == ".xls" else book(tmp_path / "whole.xlsx", budget)
    sound, chance = path.read_bytes(), random.Random(7)
    target, refused = tmp_path / f"a{suffix}", 0
    for _ in range(100):
        target.write_bytes(damaged(sound, chance))
        for item in parse_file(target, doc_id="a"):
            if isinstance(item, Rejection):
                refused += 1
                assert re.fullmatch(r"[^\n]{20,600}", item.reason)
    assert refused > 20
