"""What a Word paragraph shows besides its letters: notes, equations, signs, boxes, fields; what is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.word_files import (
    cell,
    level,
    lines_of,
    listed,
    numbering,
    paragraph,
    row,
    run,
    table,
    unread_of,
)


def field(instruction: str, result: str = "") -> str:
    """A field as Word writes it, in runs."""
    marks = [
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    ]
    told = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return marks[0] + told + (marks[1] + run(result) if result else "") + marks[2]


def math(xml: str) -> str:
    return f"<m:oMath>{xml}</m:oMath>"


def mr(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def fraction(above: str, below: str) -> str:
    return f"<m:f><m:num>{mr(above)}</m:num><m:den>{mr(below)}</m:den></m:f>"


# --- notes


def test_endnotes_and_footnotes_follow_what_they_explain_once_each(tmp_path: Path) -> None:
    mark = '<w:r><w:{}Reference w:id="2"/></w:r>'
    body = (
        paragraph("困境老人", more=mark.format("endnote") + run("每月补助二百元，由街道") + mark.format("footnote") + run("发放。"))
        + paragraph("困境老人", more=mark.format("endnote") + run("名单每年核定。"))
    )  # fmt: skip
    notes = (
        '<w:{0} w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:{0}><w:{0} w:id="2">{1}</w:{0}>'
    )
    told = lines_of(
        tmp_path,
        body,
        endnotes=notes.format(
            "endnote", paragraph("困境老人：指失能、独居的老人。") + paragraph("另见附表。")
        ),
        footnotes=notes.format("footnote", paragraph("街道：含乡镇。")),
    )
    assert told == [
        "困境老人每月补助二百元，由街道发放。", "困境老人：指失能、独居的老人。", "另见附表。", "街道：含乡镇。",
        "困境老人名单每年核定。",
    ]  # fmt: skip


def test_a_note_of_a_cell_stands_behind_the_table(tmp_path: Path) -> None:
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = table(
        row("对象", "标准"), row(cell(paragraph("遗属", more=mark)), "900"), row("烈属", "1300")
    )
    notes = f'<w:footnote w:id="1">{paragraph("遗属：2024年共12户。")}</w:footnote>'
    told = lines_of(tmp_path, body, footnotes=notes)
    assert told == ["对象 | 标准", "遗属 | 900", "烈属 | 1300", "遗属：2024年共12户。"]


# --- equations


@pytest.mark.parametrize(
    ("xml", "line"),
    [
        (mr("补贴=") + fraction("a+b", "2") + mr("×") + mr("k"), "补贴=(a+b)/2×k"),
        (mr("2") + fraction("1", "2"), "2(1/2)"),
        (fraction("1", "2") + mr("x"), "(1/2)x"),
        (mr("a÷") + fraction("b", "c"), "a÷(b/c)"),
        (f"<m:sSup><m:e>{mr('10')}</m:e><m:sup>{mr('4')}</m:sup></m:sSup>", "10^4"),
        (f"<m:sSub><m:e>{mr('P')}</m:e><m:sub>{mr('基准')}</m:sub></m:sSub>", "P_基准"),
        (f"<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/><m:e>{mr('x+1')}</m:e></m:rad>", "√(x+1)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{mr("i=1")}</m:sub><m:sup>{mr("n")}</m:sup>'
            f"<m:e>{mr('q')}</m:e></m:nary>",
            "∑_(i=1)^n q",
        ),
        (f"<m:d><m:e>{mr('a+b')}</m:e></m:d>", "(a+b)"),
        (f"<m:func><m:fName>{mr('ln')}</m:fName><m:e>{mr('x')}</m:e></m:func>", "ln x"),
    ],
)
def test_equations_are_lines(xml: str, line: str, tmp_path: Path) -> None:
    assert lines_of(tmp_path, paragraph(more=math(xml))) == [line]
    assert unread_of(tmp_path, paragraph(more=math(xml))) == []


def test_an_equation_beside_words_and_figures(tmp_path: Path) -> None:
    body = paragraph(
        "不低于", more=math(mr("0.6")) + run("，共3") + math(fraction("1", "2")) + run("份。")
    )
    assert lines_of(tmp_path, body) == ["不低于0.6，共3 1/2份。"]


def test_equations_by_themselves_are_a_line_each(tmp_path: Path) -> None:
    both = math(mr("a=1")) + math("<m:r><m:t>b=2</m:t><w:br/><m:t>c=3</m:t></m:r>")
    body = paragraph(more=f"<m:oMathPara>{both}</m:oMathPara>")
    assert lines_of(tmp_path, body) == ["a=1", "b=2", "c=3"]


def test_what_no_line_can_say_is_reported_where_it_stands(tmp_path: Path) -> None:
    matrix = math(f"<m:m><m:mr><m:e>{mr('1')}</m:e><m:e>{mr('2')}</m:e></m:mr></m:m>")
    binomial = math(
        f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{mr("n")}</m:num><m:den>{mr("k")}</m:den></m:f>'
    )
    old = '<w:r><w:object><o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r>'
    sheet = '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    chart = '<w:r><w:drawing><a:graphic><a:graphicData><c:chart r:id="x"/></a:graphicData></a:graphic></w:drawing></w:r>'
    body = (
        paragraph("权重按下式确定：", more=matrix)
        + paragraph("组合数", more=binomial)
        + paragraph(more=old)
        + table(row("一", cell(paragraph("附表见", more=sheet))), row("二", "三"))
        + paragraph("走势如图", more=chart)
    )
    assert unread_of(tmp_path, body) == [
        ("equation", "权重按下式确定："),
        ("equation", "组合数"),
        ("equation", "组合数"),
        ("object", "附表见"),
        ("object", "走势如图"),
    ]


# --- signs


def test_ticked_and_empty_boxes_of_symbol_fonts_and_forms(tmp_path: Path) -> None:
    def sign(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    def control(state: str) -> str:
        return (
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent>{run('☒' if state == '1' else '☐')}</w:sdtContent></w:sdt>"
        )

    def form(state: str) -> str:
        begin = f'<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar>'
        return f'<w:r>{begin}</w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'

    fonts = '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'
    boxes = [
        sign("Wingdings", "F0FE"), sign("Wingdings", "F06F"), sign("Wingdings 2", "0052"), sign("Wingdings 2", "F0A3"),
        run("R", fonts), run("\uf0a3", fonts), control("1"), control("0"), form("<w:checked/>"),
        form('<w:default w:val="0"/>'), sign("MS Gothic", "2611"),
    ]  # fmt: skip
    told = lines_of(tmp_path, paragraph("选：", more="".join(f"{box}{run('项')}" for box in boxes)))
    assert told == ["选：☑项□项☑项□项☑项□项☑项□项☑项□项☑项"]
    assert unread_of(tmp_path, paragraph("甲", more=sign("某字体", "F0AB"))) == [("font", "甲")]


def test_fields_show_their_results_not_their_instructions(tmp_path: Path) -> None:
    nested = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
        + field("MERGEFIELD 等级", "不给人看")
        + '<w:r><w:instrText> = 1</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("一级")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    hidden_end = field("XE 词").replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>", 3)
    body = (
        paragraph("见", more=field("REF _a \\h", "第三条") + run("，按") + nested + run("办理。"))
        + paragraph("步骤", more=field("eq \\o\\ac(○,3)") + run("占") + field("EQ \\F(1,3)"))
        + paragraph("温度", more=field('SYMBOL 179 \\f "Symbol" \\s 10') + run("40度"))
        + paragraph("索引", more=hidden_end + run("仍在。"))
        + paragraph("后文仍在。")
    )
    assert lines_of(tmp_path, body) == [
        "见第三条，按一级办理。",
        "步骤③占1/3",
        "温度≥40度",
        "索引仍在。",
        "后文仍在。",
    ]


def test_hyphens_tabs_breaks_and_readings_beside_characters(tmp_path: Path) -> None:
    ruby = f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('jì')}</w:rt><w:rubyBase>{run('稷')}</w:rubyBase></w:ruby></w:r>"
    signs = "<w:r><w:t>0532</w:t><w:noBreakHyphen/><w:t>8800</w:t><w:softHyphen/><w:t>1234</w:t><w:tab/><w:t>转1</w:t><w:br/><w:t>次行</w:t></w:r>"
    assert lines_of(
        tmp_path, paragraph("社", more=ruby + run("祭祀")) + paragraph("电话", more=signs)
    ) == [
        "社稷祭祀",
        "电话0532-88001234 转1",
        "次行",
    ]


def test_a_raised_figure_is_no_part_of_the_figure_beside_it(tmp_path: Path) -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    body = (
        paragraph("常住人口", more=run("1", raised) + run("761.48万人，"))
        + paragraph("造林10", more=run("4", raised) + run("亩"))
        + paragraph("占地300m", more=run("2", raised) + run("。"))
        + paragraph("户数", more=run("③", raised) + run("12万户"))
        + paragraph("按(1+r)", more=run("n", raised) + run("计"))
    )
    assert lines_of(tmp_path, body) == [
        "常住人口〔1〕761.48万人，",
        "造林10^4亩",
        "占地300m2。",
        "户数〔③〕12万户",
        "按(1+r)^n计",
    ]


# --- boxes and what is not shown


def test_text_boxes_come_once_in_the_body_and_in_cells(tmp_path: Path) -> None:
    inner = f"<w:txbxContent>{paragraph('咨询电话：8800')}</w:txbxContent>"
    modern = (
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing></mc:Choice>'
    )
    old = f"<w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
    both = f"<w:r><mc:AlternateContent>{modern}<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    empty = f'<w:r><mc:AlternateContent><mc:Choice Requires="wpx"><w:drawing/></mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>'
    body = (
        paragraph("大厅在二楼。", more=both)
        + paragraph("窗口三个。", more=f"<w:r>{old}</w:r>")
        + paragraph("周末不休。", more=empty)
        + table(row("环节", "时限"), row(cell(paragraph("受理", more=both)), "一日"))
    )
    box = "咨询电话：8800"
    assert lines_of(tmp_path, body) == [
        "大厅在二楼。", box, "窗口三个。", box, "周末不休。", box, "环节 | 时限", f"受理 {box} | 一日",
    ]  # fmt: skip


def test_a_paragraph_with_a_deleted_end_goes_on_in_the_next(tmp_path: Path) -> None:
    cut = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>本办法自发布</w:t></w:r></w:p>"
    body = cut + listed("之日起施行。")
    lists = numbering({0: level("decimal", "第%1条")}, {1: (0, "")})
    assert lines_of(tmp_path, body, numbering=lists) == ["第1条 本办法自发布之日起施行。"]


def test_text_hidden_by_a_style_or_commented_on_is_as_word_shows_it(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Also"><w:basedOn w:val="Gone"/></w:style>'
    )
    more = (
        run("藏一", '<w:rStyle w:val="Also"/>')
        + run("藏二", "<w:vanish/>")
        + run("可见", '<w:rStyle w:val="Gone"/><w:vanish w:val="0"/>')
        + run("目录页", "<w:webHidden/>")
        + '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
    )
    assert lines_of(tmp_path, paragraph("文", more=more), styles=styles) == ["文可见目录页"]


def test_pictures_are_reported_where_there_is_hardly_any_text(tmp_path: Path) -> None:
    def picture(side: int) -> str:
        size = f'<pic:spPr><a:xfrm><a:ext cx="{side}" cy="{side}"/></a:xfrm></pic:spPr>'
        return f"<w:r><w:drawing><pic:pic>{size}</pic:pic></w:drawing></w:r>"

    scanned = paragraph("扫描件", more=picture(5_000_000)) + paragraph(more=picture(5_000_000))
    assert unread_of(tmp_path, scanned) == [("picture", "1–2")]
    assert unread_of(tmp_path, paragraph("印章如上", more=picture(400_000))) == []
    assert unread_of(tmp_path, paragraph("有文有图。" * 40, more=picture(5_000_000))) == []
