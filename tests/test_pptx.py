"""Slides are read as they are looked at: titles, boxes by place, tables, notes; what is no text is named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Cm

from bearing_qa.document.extract import extract
from bearing_qa.document.formats.slides.text import shown
from bearing_qa.errors import DocumentError
from bearing_qa.types import Unread
from tests.conftest import parse_all
from tests.damaging import damaged, withstands

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def slide_of(deck: Any, title: str = "", body: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[1 if title else 6])
    if title:
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    return slide


def box(
    owner: Any, text: str, left: float, top: float, width: float = 8, height: float = 1.5
) -> Any:
    shape = owner.shapes.add_textbox(Cm(left), Cm(top), Cm(width), Cm(height))
    shape.text_frame.text = text
    return shape


def read(deck: Any, folder: Path) -> tuple[list[str], tuple[Unread, ...]]:
    deck.save(str(folder / "a.pptx"))
    given = extract(folder / "a.pptx")
    text, unread = given.text, given.unread
    return text.split("\n"), unread


def test_slides_are_pages_and_their_titles_headings(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, "河湾市渔业规划", "市农业农村局")
    slide_of(deck, "一、总体要求", "到2025年，水产品总产量达到35.2万吨。\n坚持生态优先。")
    slide_of(deck, "二、主要任务", "建设尾水处理站15座。")
    found, unread = read(deck, tmp_path)
    assert found[:4] == ["# 河湾市渔业规划", "市农业农村局", "\f", "## 一、总体要求"]
    assert unread == ()
    (parsed,) = parse_all(tmp_path / "a.pptx")
    document = parsed.document
    assert document.title == "河湾市渔业规划"
    at = document.text.index("尾水")
    assert document.pages_of(at, at + 2) == (3, 3)
    assert "二、主要任务" in parsed.path(parsed.section_at(at))


def test_boxes_are_read_by_place_columns_one_after_the_other(tmp_path: Path) -> None:
    """Three cards side by side, each a head and a text, put in from the last to the first."""
    deck = Presentation()
    slide = slide_of(deck)
    for at, name in reversed(list(enumerate(["养殖", "捕捞", "加工"]))):
        box(slide, f"{name}的内容。", 1 + 8 * at, 5.2, width=6, height=4)
        box(slide, name, 1 + 8 * at, 4, width=6, height=1)
    box(slide, "三个方面", 1, 1, width=22, height=1)
    assert read(deck, tmp_path)[0] == [
        "三个方面", "养殖", "养殖的内容。", "捕捞", "捕捞的内容。", "加工", "加工的内容。",
    ]  # fmt: skip


def test_rows_of_labels_and_values_are_read_row_by_row(tmp_path: Path) -> None:
    deck = Presentation()
    slide = slide_of(deck)
    for at, (label, value) in enumerate([("总产量", "35.2万吨"), ("总产值", "120亿元")]):
        box(slide, value, 5.1, 3 + 4 * at, width=6)
        box(slide, label, 1, 3 + 4 * at, width=4)
    assert read(deck, tmp_path)[0] == ["总产量", "35.2万吨", "总产值", "120亿元"]


def test_groups_are_read_where_they_stand(tmp_path: Path) -> None:
    deck = Presentation()
    slide = slide_of(deck)
    box(slide, "最后。", 1, 12)
    group = slide.shapes.add_group_shape()
    box(group, "组内第二。", 1, 6)
    box(group, "组内第一。", 1, 4)
    box(slide, "最先。", 1, 1)
    assert read(deck, tmp_path)[0] == ["最先。", "组内第一。", "组内第二。", "最后。"]


def test_tables_are_rows_with_merged_cells(tmp_path: Path) -> None:
    deck = Presentation()
    slide = slide_of(deck, "产量", "")
    table = slide.shapes.add_table(4, 3, Cm(1), Cm(6), Cm(20), Cm(4)).table
    rows = [
        ["年份", "产量", "增长"],
        ["各区", "", ""],
        ["2022", "33.0\n万吨", "4.8%"],
        ["", "35.2", "6.7%"],
    ]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 0).merge(table.cell(1, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    assert read(deck, tmp_path)[0] == [
        "# 产量", "年份 | 产量 | 增长", "各区 |  | ", "2022 | 33.0 万吨 | 4.8%", "2022 | 35.2 | 6.7%",
    ]  # fmt: skip


def test_notes_stand_after_their_slide(tmp_path: Path) -> None:
    deck = Presentation()
    slide = slide_of(deck, "渔业规划", "正文。")
    slide.notes_slide.notes_text_frame.text = "先讲目标。\n再讲任务。"
    slide_of(deck, "结语", "完。")
    assert read(deck, tmp_path)[0] == [
        "# 渔业规划", "正文。", "备注：先讲目标。", "备注：再讲任务。", "\f", "## 结语", "完。",
    ]  # fmt: skip


def test_hidden_slides_are_named_and_keep_their_number(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, "渔业规划", "第一页。")
    slide_of(deck, "备用", "不放映的页。")._element.set("show", "0")
    slide_of(deck, "结语", "第三页。")
    found, unread = read(deck, tmp_path)
    assert "不放映的页。" not in found
    assert unread == (Unread("hidden", "slide 2"),)
    document = parse_all(tmp_path / "a.pptx")[0].document
    at = document.text.index("第三页")
    assert document.pages_of(at, at + 3) == (3, 3)


def test_dates_footers_numbers_and_hidden_boxes_are_left_out(tmp_path: Path) -> None:
    deck = Presentation()
    slide = slide_of(deck, "渔业规划", "正文。")
    for kind, text in [("dt", "2025/1/1"), ("ftr", "内部资料"), ("sldNum", "7")]:
        shape = box(slide, text, 1, 17)
        shape._element.nvSpPr.nvPr.append(etree.fromstring(f'<p:ph {P} type="{kind}"/>'))
    box(slide, "藏起来的框", 1, 10)._element.nvSpPr.cNvPr.set("hidden", "1")
    assert read(deck, tmp_path)[0] == ["# 渔业规划", "正文。"]


def numbered(paragraph: Any, form: str, level: int = 0) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(etree.fromstring(f'<a:buAutoNum {A} type="{form}"/>'))
    paragraph.level = level


def test_automatic_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    deck = Presentation()
    frame = box(
        slide_of(deck), "总体目标\n分目标\n分目标\n保障措施\n没有编号\n又从头", 1, 1
    ).text_frame
    forms = [("ea1ChsPeriod", 0), ("arabicParenR", 1), ("arabicParenR", 1), ("ea1ChsPeriod", 0)]
    for paragraph, (form, level) in zip(frame.paragraphs, forms, strict=False):
        numbered(paragraph, form, level)
    numbered(frame.paragraphs[5], "circleNumDbPlain")
    assert read(deck, tmp_path)[0] == [
        "一.总体目标",
        "1)分目标",
        "2)分目标",
        "二.保障措施",
        "没有编号",
        "①又从头",
    ]
    assert [shown(form, 3) for form in ("arabicPeriod", "arabicParenBoth", "alphaLcPeriod", "romanUcPeriod")] == [
        "3.", "(3)", "c.", "III.",
    ]  # fmt: skip


def test_charts_objects_and_pictures_are_named(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, "渔业规划", "正文。")
    chart: Any = CategoryChartData  # its types are not told
    chart = chart()
    chart.categories = ["2022", "2023"]
    chart.add_series("产量", (33.0, 35.2))
    slide_of(deck, "图表", "").shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, Cm(1), Cm(5), Cm(10), Cm(8), chart
    )
    png = io.BytesIO(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
            "1f15c489"
            "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
        )
    )
    slide = slide_of(deck, "表格截图", "见下图。")
    slide.shapes.add_picture(png, Cm(1), Cm(6), Cm(15), Cm(10))
    slide_of(deck).shapes.add_picture(png, 0, 0, deck.slide_width, deck.slide_height)
    small = slide_of(deck, "只有徽标", "正文。")
    small.shapes.add_picture(png, 0, 0, Cm(2), Cm(2))
    assert read(deck, tmp_path)[1] == (
        Unread("object", "slide 2"), Unread("picture", "slide 3"), Unread("picture_pages", "slide 4"),
    )  # fmt: skip


def diagram(deck: Any, slide: Any, *, is_drawn: bool) -> None:
    """A SmartArt drawing as PowerPoint keeps it: a model, and what was drawn from it."""
    package = slide.part.package
    text = f"<a:p {A}><a:r><a:t>调查</a:t></a:r></a:p><a:p {A}><a:r><a:t>整改</a:t></a:r></a:p>"
    dsp = "http://schemas.microsoft.com/office/drawing/2008/diagram"
    drawing = Part(
        PackURI("/ppt/diagrams/drawing1.xml"),
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
        package,
        f'<dsp:drawing xmlns:dsp="{dsp}">{text}</dsp:drawing>'.encode(),
    )
    kind = "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing"
    drawn = slide.part.relate_to(drawing, kind) if is_drawn else "rId99"
    dgm = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    model = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        package,
        f'<dgm:dataModel xmlns:dgm="{dgm}"><dsp:dataModelExt xmlns:dsp="{dsp}" relId="{drawn}"/></dgm:dataModel>'.encode(),
    )
    data = slide.part.relate_to(
        model, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
    )
    slide.shapes._spTree.append(
        etree.fromstring(
            f'<p:graphicFrame {P} {A} {R}><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/><p:nvPr/>'
            '</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="15000000"/><a:ext cx="900" cy="900"/></p:xfrm><a:graphic>'
            f'<a:graphicData uri="{dgm}"><dgm:relIds xmlns:dgm="{dgm}" r:dm="{data}" r:lo="x" r:qs="x" r:cs="x"/>'
            "</a:graphicData></a:graphic></p:graphicFrame>",
            deck.slides._sldIdLst.makeelement("x").getroottree().parser,
        )
    )


@pytest.mark.parametrize("is_drawn", [True, False], ids=["drawn", "not drawn"])
def test_smart_art_is_read_as_it_was_drawn_or_named(is_drawn: bool, tmp_path: Path) -> None:
    deck = Presentation()
    diagram(deck, slide_of(deck, "渔业规划", "步骤："), is_drawn=is_drawn)
    found, unread = read(deck, tmp_path)
    assert found == ["# 渔业规划", "步骤：", *(["调查", "整改"] if is_drawn else [])]
    assert unread == (() if is_drawn else (Unread("object", "slide 1"),))


def test_a_box_in_two_forms_is_read_in_the_newer_and_its_equation_is_named(tmp_path: Path) -> None:
    deck = Presentation()
    slide = slide_of(deck, "渔业规划", "正文。")
    shape = box(slide, "公式为：", 1, 12)._element
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    shape.txBody.p_lst[0].append(
        etree.fromstring(f'<m:oMath xmlns:m="{math}"><m:r><m:t>x</m:t></m:r></m:oMath>')
    )
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    pair = etree.fromstring(
        f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="a14"/><mc:Fallback/></mc:AlternateContent>'
    )
    shape.getparent().append(pair)
    pair[0].append(shape)
    found, unread = read(deck, tmp_path)
    assert found == ["# 渔业规划", "正文。", "公式为："]
    assert unread == (Unread("equation", "slide 1"),)


def test_encrypted_old_and_unsound_files_get_one_clear_line(tmp_path: Path) -> None:
    for data, told in [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted, or an old .ppt file by another name"),
        (b"PK no", "no sound PowerPoint file"),
    ]:
        (tmp_path / "a.pptx").write_bytes(data)
        with pytest.raises(DocumentError, match=told) as error:
            extract(tmp_path / "a.pptx")
        assert "\n" not in str(error.value)


def test_damaged_files_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    deck = Presentation()
    slide = slide_of(deck, "渔业规划", "正文。")
    slide.shapes.add_table(2, 2, Cm(1), Cm(6), Cm(9), Cm(3)).table.cell(0, 0).text = "年份"
    deck.save(str(tmp_path / "a.pptx"))
    sound = (tmp_path / "a.pptx").read_bytes()
    assert withstands(tmp_path / "b.pptx", damaged(sound, count=100, seed=1)) > 30

    def forms() -> Any:
        with zipfile.ZipFile(tmp_path / "a.pptx") as old:
            parts = {name: old.read(name) for name in old.namelist()}
        for part in damaged(parts["ppt/slides/slide1.xml"], count=100, seed=2):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as new:
                for name, content in parts.items():
                    new.writestr(name, part if name == "ppt/slides/slide1.xml" else content)
            yield out.getvalue()

    withstands(tmp_path / "c.pptx", forms())
