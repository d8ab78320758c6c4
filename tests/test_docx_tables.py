"""Tables of Word: each cell in its column, frames and inner tables as what they are."""

from __future__ import annotations

from pathlib import Path

from bearing_qa.document.parse import parse_file
from bearing_qa.types import Parsed
from tests.word_files import cell, lines_of, paragraph, row, table, write_word


def controlled(xml: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{xml}</w:sdtContent></w:sdt>"


def span(count: int) -> str:
    return f'<w:gridSpan w:val="{count}"/>'


def parsed(path: Path, body: str) -> Parsed:
    (item,) = parse_file(write_word(path / "a.docx", body), doc_id="x")
    assert isinstance(item, Parsed)
    return item


def test_cells_and_rows_in_content_controls_are_in_their_columns(tmp_path: Path) -> None:
    body = table(
        row("镇", "村", "户数"),
        row("河口镇", controlled(cell("前村")), "120"),
        controlled(controlled(row("山前镇", controlled(cell("后村")), "85"))),
        row("滩头镇", cell(controlled(paragraph("中村"))), controlled(cell("66"))),
    )
    assert lines_of(tmp_path, body) == [
        "镇 | 村 | 户数",
        "河口镇 | 前村 | 120",
        "山前镇 | 后村 | 85",
        "滩头镇 | 中村 | 66",
    ]


def test_rows_that_begin_later_or_end_earlier_keep_their_columns(tmp_path: Path) -> None:
    body = table(
        row("类别", "对象", "标准", "备注"),
        row("抚恤", "军人", "1500", "按月"),
        row("遗属", "900", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
    )
    (found,) = parsed(tmp_path, body).tables
    assert [found.cells for found in found.rows] == [
        ("抚恤", "军人", "1500", "按月"),
        ("", "遗属", "900", ""),
    ]


def test_merged_cells_are_in_each_place_that_they_cover(tmp_path: Path) -> None:
    first, further = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    old_first, old_further = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    body = table(
        row(cell("区", properties=first), cell("任务", properties=span(2))),
        row(cell("", properties=further), "栽树", "清淤"),
        row("东区", cell("30", properties=old_first), cell("", properties=old_further)),
        row("合计", "30", "30", properties="<w:ins/>"),
        row("旧行", "9", "9", properties="<w:del/>"),
    )
    assert lines_of(tmp_path, body) == [
        "区 | 任务 | 任务",
        "区 | 栽树 | 清淤",
        "东区 | 30 | 30",
        "合计 | 30 | 30",
    ]


def test_a_frame_is_read_as_the_document_itself(tmp_path: Path) -> None:
    heading = paragraph("重点工程", properties='<w:outlineLvl w:val="1"/>')
    inner = table(row("县", "泵站（座）"), row("甲县", "7"), row("乙县", "4"))
    frame = table(
        row("专栏2　水利工程"),
        row(cell(heading, "1. 泵站。新建泵站11座。", "2. 水库。加固水库3座。", inner)),
    )
    whole = parsed(
        tmp_path,
        paragraph("水利规划")
        + paragraph("一、任务", properties='<w:outlineLvl w:val="0"/>')
        + frame
        + paragraph("尾。"),
    )
    assert whole.document.text.split("\n") == [
        "水利规划", "一、任务", "专栏2　水利工程", "重点工程", "1. 泵站。新建泵站11座。", "2. 水库。加固水库3座。",
        "县 | 泵站（座）", "甲县 | 7", "乙县 | 4", "尾。",
    ]  # fmt: skip
    assert [found.cells for found in whole.tables[0].rows] == [("甲县", "7"), ("乙县", "4")]
    assert "重点工程" in [section.title for section in whole.sections]


def test_a_notice_in_a_frame_in_a_frame(tmp_path: Path) -> None:
    notice = cell("关于调整水价的通知", "一、水价", "每吨三元。", "二、时间", "自五月起。")
    whole = parsed(tmp_path, table(row(cell(table(row(notice))))))
    assert whole.document.title == "关于调整水价的通知"
    assert [section.title for section in whole.sections[1:]] == ["水价", "时间"]


def test_a_table_inside_a_table_is_a_table_of_its_own(tmp_path: Path) -> None:
    inner = table(row("科目", "金额", "年度"), row("设备", "30", "2024"), row("差旅", "5", "2024"))
    body = table(
        row("申请单位", "甲公司", "乙类"),
        row("项目预算", cell("单位：万元", inner), ""),
        row("联系人", "李某", "无"),
    )
    whole = parsed(tmp_path, body + paragraph("以上属实。"))
    budget = next(found for found in whole.tables if "科目" in found.header)
    assert budget.header == ("科目", "金额", "年度")
    assert [found.cells for found in budget.rows] == [("设备", "30", "2024"), ("差旅", "5", "2024")]
    text = whole.document.text
    assert (
        text.index("联系人 | 李某") < text.index("项目预算 单位：万元") < text.index("科目 | 金额")
    )
    outer = [found.cells for found in whole.tables[0].rows]
    assert ("联系人", "李某", "无") in outer
    assert not any("设备" in cells for cells in outer)


def test_inner_tables_of_whole_row_cells_stay_apart_from_the_rows(tmp_path: Path) -> None:
    inner = table(row("科目", "金额"), row("设备", "30"))
    whole = row(cell("一、预算", inner, properties=span(2)))
    body = table(
        whole, row("联系人", "李某"), row("电话", "8800"), row(cell(inner, properties=span(2)))
    )
    document = parsed(tmp_path, body)
    assert [found.header for found in document.tables] == [
        ("科目", "金额"),
        ("联系人", "李某"),
        ("科目", "金额"),
    ]


def test_an_inner_table_of_one_column_is_text_of_its_cell(tmp_path: Path) -> None:
    body = table(row("指标", "值"), row("产值", cell(table(row("300")))))
    assert lines_of(tmp_path, body) == ["指标 | 值", "产值 | 300"]


def test_tables_of_different_widths_one_after_the_other_stay_apart(tmp_path: Path) -> None:
    first = table(row("人员", "人数"), row("教师", "40"), row("职工", "12"))
    second = table(row("学校", "班级", "学生"), row("一小", "6", "240"), row("二小", "5", "200"))
    whole = parsed(tmp_path, first + paragraph() + second)
    assert [found.header for found in whole.tables] == [("人员", "人数"), ("学校", "班级", "学生")]
    assert whole.tables[1].rows[0].cells == ("一小", "6", "240")


def test_whole_row_cells_stand_once_and_the_head_is_behind_them(tmp_path: Path) -> None:
    body = table(
        row(cell("附件2", properties=span(3))),
        row(cell("2023年乙县招录计划表", properties=span(3))),
        row("岗位", "人数", "学历"),
        row(cell("一、机关", properties=span(3))),
        row("文秘", "2", "本科"),
        row(cell("二、事业单位", properties=span(3))),
        row("会计", "1", "专科"),
        row(cell("注：人数可按报名情况调整。", properties=span(3))),
    )
    whole = parsed(tmp_path, body)
    assert whole.document.text.split("\n")[:3] == [
        "附件2",
        "2023年乙县招录计划表",
        "岗位 | 人数 | 学历",
    ]
    assert whole.document.text.split("\n")[-1] == "注：人数可按报名情况调整。"
    (found,) = whole.tables
    assert found.header == ("岗位", "人数", "学历")
    assert ("会计", "1", "专科") in [item.cells for item in found.rows]
    assert ("一、机关", "", "") in [item.cells for item in found.rows]


def test_lines_of_a_cell_run_on_unless_they_are_items(tmp_path: Path) -> None:
    broken = cell("<w:p><w:r><w:t>乙县</w:t><w:br/><w:t>水务局</w:t></w:r></w:p>")
    body = table(
        row(cell("招考", "人数", "（人）"), "单位", "条件"),
        row("2", cell("乙县", "教育局"), cell("1.本科；", "2.中共党员")),
        row("3", broken, cell("（一）专科", "（二）两年经历")),
        row("4", "丙局", cell("Word", "Excel", "熟练")),
    )
    assert lines_of(tmp_path, body) == [
        "招考人数（人） | 单位 | 条件",
        "2 | 乙县教育局 | 1.本科； 2.中共党员",
        "3 | 乙县水务局 | （一）专科 （二）两年经历",
        "4 | 丙局 | Word Excel 熟练",
    ]


def test_a_floating_table_stands_where_it_is_anchored(tmp_path: Path) -> None:
    floating = table(row("甲", "1"), row("乙", "2")).replace(
        "<w:tblPr/>", "<w:tblPr><w:tblpPr/></w:tblPr>"
    )
    assert lines_of(tmp_path, paragraph("前。") + floating + paragraph("后。")) == [
        "前。",
        "甲 | 1",
        "乙 | 2",
        "后。",
    ]
