"""Automatic numbers of Word: what stands before a paragraph on the page stands before it in the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.document.formats.numerals import numeral
from tests.word_files import (
    cell,
    level,
    lines_of,
    listed,
    numbering,
    paragraph,
    row,
    table,
)

CHAPTERS = level("chineseCountingThousand", "第%1章")


def test_articles_are_counted_on_through_the_chapters(tmp_path: Path) -> None:
    articles = level("japaneseCounting", "第%2条", at=1, more='<w:lvlRestart w:val="0"/>')
    items = level("chineseCounting", "（%3）", at=2)
    body = (
        listed("总则")
        + listed("为管好河道，制定本规定。", level=1)
        + listed("河道由水务局管理。", level=1)
        + listed("采砂")
        + listed("禁止下列行为：", level=1)
        + listed("夜间采砂；", level=2)
        + listed("无证采砂。", level=2)
        + listed("违者处三万元罚款，有下列情形的加倍：", level=1)
        + listed("再犯的；", level=2)
    )
    told = lines_of(
        tmp_path, body, numbering=numbering({0: CHAPTERS + articles + items}, {1: (0, "")})
    )
    assert told == [
        "第一章 总则", "第一条 为管好河道，制定本规定。", "第二条 河道由水务局管理。", "第二章 采砂",
        "第三条 禁止下列行为：", "（一）夜间采砂；", "（二）无证采砂。",
        "第四条 违者处三万元罚款，有下列情形的加倍：", "（一）再犯的；",
    ]  # fmt: skip


def test_a_level_may_start_again_below_one_level_alone(tmp_path: Path) -> None:
    """Chapters do not start the articles again, parts (编) do."""
    levels = (
        level("chineseCounting", "第%1编")
        + level("chineseCounting", "第%2章", at=1)
        + level("chineseCounting", "第%3条", at=2, more='<w:lvlRestart w:val="1"/>')
    )
    body = "".join(listed("文", level=at) for at in (0, 1, 2, 2, 1, 2, 0, 1, 2))
    told = lines_of(tmp_path, body, numbering=numbering({0: levels}, {1: (0, "")}))
    assert [line.split()[0] for line in told] == [
        "第一编", "第一章", "第一条", "第二条", "第二章", "第三条", "第二编", "第一章", "第一条",
    ]  # fmt: skip


def test_each_number_is_in_the_form_of_its_own_level(tmp_path: Path) -> None:
    levels = (
        level("upperRoman", "Part %1")
        + level("lowerLetter", "%1-%2)", at=1)
        + level("decimal", "%1.%2.%3", at=2, more="<w:isLgl/>")
        + level("decimal", "%1.%2.%4", at=3, more='<w:isLgl w:val="0"/>')
    )
    body = "".join(listed("文", level=at) for at in (0, 0, 1, 1, 2, 3))
    told = lines_of(tmp_path, body, numbering=numbering({0: levels}, {1: (0, "")}))
    assert told == ["Part I 文", "Part II 文", "II-a)文", "II-b)文", "2.2.1 文", "II.b.1 文"]


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("chineseCountingThousand", 10, "十"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 203, "二百零三"),
        ("chineseCountingThousand", 1008, "一千零八"),
        ("taiwaneseCountingThousand", 15, "十五"),
        ("japaneseCounting", 101, "百一"),
        ("ideographDigital", 12, "一二"),
        ("chineseLegalSimplified", 16, "壹拾陆"),
        ("chineseLegalSimplified", 105, "壹佰零伍"),
        ("ideographTraditional", 10, "癸"),
        ("ideographTraditional", 11, "11"),
        ("ideographZodiac", 12, "亥"),
        ("ideographZodiacTraditional", 13, "丙子"),
        ("upperLetter", 28, "BB"),
        ("lowerLetter", 3, "c"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerRoman", 4, "iv"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircleChinese", 3, "③"),
        ("decimalEnclosedParen", 3, "⑶"),
        ("decimalEnclosedFullstop", 11, "⒒"),
        ("ideographEnclosedCircle", 2, "㊁"),
        ("numberInDash", 5, "- 5 -"),
        ("ordinal", 22, "22nd"),
        ("ordinal", 112, "112th"),
        ("001, 002, 003, ...", 9, "009"),
        ("none", 3, ""),
        ("bullet", 3, ""),
        ("someday", 3, "3"),
    ],
)
def test_numerals_are_as_word_writes_them(form: str, value: int, shown: str) -> None:
    assert numeral(value, form) == shown


def test_a_list_style_stands_for_its_list(tmp_path: Path) -> None:
    link = '<w:numStyleLink w:val="公文"/>'
    own = '<w:styleLink w:val="公文"/>' + level("chineseCounting", "%1、")
    style = (
        '<w:style w:type="numbering" w:styleId="公文"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr>'
        "</w:style>"
    )
    lists = numbering({0: link, 1: own}, {5: (0, ""), 7: (1, "")})
    body = listed("放宽准入", number=5) + listed("减轻税费", number=5)
    assert lines_of(tmp_path, body, numbering=lists, styles=style) == [
        "一、放宽准入",
        "二、减轻税费",
    ]
    assert lines_of(tmp_path, body, numbering=lists) == ["一、放宽准入", "二、减轻税费"]


def styled(style: str, text: str, *, more: str = "") -> str:
    return paragraph(text, properties=f'<w:pStyle w:val="{style}"/>{more}')


def test_styles_give_the_list_and_the_level_also_to_those_based_on_them(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Plain"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Deep"><w:basedOn w:val="Base"/><w:pPr><w:numPr><w:ilvl w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="Tied"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Off"><w:basedOn w:val="Base"/><w:pPr><w:numPr><w:numId w:val="0"/>'
        "</w:numPr></w:pPr></w:style>"
    )
    tied = '<w:pStyle w:val="Tied"/>'
    levels = (
        level("chineseCounting", "%1、")
        + level("decimal", "%2.", at=1)
        + level("decimal", "（%3）", at=2, more=tied)
    )
    off = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
    body = (
        styled("Plain", "甲") + styled("Deep", "乙") + styled("Tied", "丙") + styled("Off", "丁")
        + styled("Plain", "戊", more=off) + styled("Plain", "己")
    )  # fmt: skip
    told = lines_of(tmp_path, body, styles=styles, numbering=numbering({0: levels}, {1: (0, "")}))
    assert told == ["一、甲", "1.乙", "（1）丙", "丁", "戊", "二、己"]


def test_a_list_may_define_a_level_for_itself_and_start_where_it_says(tmp_path: Path) -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level("chineseCounting", "（%1）")}</w:lvlOverride>'
    from_five = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    lists = numbering(
        {0: level("decimal", "%1.")}, {1: (0, ""), 2: (0, own), 3: (0, from_five), 4: (0, "")}
    )
    numbers = (1, 1, 2, 2, 3, 3, 4)
    told = lines_of(tmp_path, "".join(listed("文", number=n) for n in numbers), numbering=lists)
    assert told == ["1.文", "2.文", "（一）文", "（二）文", "5.文", "6.文", "7.文"]


def test_cells_have_numbers_too_and_the_rows_count_on(tmp_path: Path) -> None:
    lists = numbering(
        {0: level("decimal", "%1"), 1: level("decimal", "%1、")}, {1: (0, ""), 2: (1, "")}
    )
    duties = cell(listed("巡河", number=2), listed("清障", number=2))
    body = table(
        row("序号", "单位", "职责"),
        row(cell(listed("")), "水务局", duties),
        row(cell(listed("")), "交通局", "疏导"),
    )
    assert lines_of(tmp_path, body, numbering=lists) == [
        "序号 | 单位 | 职责",
        "1 | 水务局 | 1、巡河 2、清障",
        "2 | 交通局 | 疏导",
    ]


def test_what_stands_between_a_number_and_its_text(tmp_path: Path) -> None:
    """Nothing, where Word shows nothing; but never so that a figure comes of two, or an article is none."""
    glued = '<w:suff w:val="nothing"/>'
    lists = numbering(
        {0: level("decimal", "附件%1", more=glued), 1: level("decimal", "第%1条", more=glued), 2: level("decimal", "（%1）　")},
        {1: (0, ""), 2: (1, ""), 3: (2, "")},
    )  # fmt: skip
    body = (
        listed("：名单")
        + listed("2024年名单")
        + listed("规定如下。", number=2)
        + listed("甲", number=3)
    )
    assert lines_of(tmp_path, body, numbering=lists) == [
        "附件1：名单",
        "附件2 2024年名单",
        "第1条 规定如下。",
        "（1）　甲",
    ]


def test_what_is_deleted_or_hidden_is_not_counted(tmp_path: Path) -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>旧条</w:delText></w:r></w:del></w:p>"
    )
    unseen = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr></w:pPr>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>"
    )
    lists = numbering({0: level("chineseCounting", "第%1条")}, {1: (0, "")})
    body = listed("甲。") + gone + unseen + listed("乙。")
    assert lines_of(tmp_path, body, numbering=lists) == ["第一条 甲。", "第二条 乙。"]


def test_bullets_and_broken_lists_show_no_number(tmp_path: Path) -> None:
    unseen = level("decimal", "%1.", more="<w:rPr><w:vanish/></w:rPr>")
    lists = numbering(
        {
            0: level("bullet", "●") + level("decimal", "%1%2.", at=1),
            1: level("none", "注："),
            2: level("none", "%1."),
            3: unseen + level("decimal", "%1.%2", at=1),
        },
        {1: (0, ""), 2: (1, ""), 3: (2, ""), 4: (99, ""), 6: (3, "")},
    )
    body = "".join(listed("甲", number=n) for n in (1, 2, 3, 4, 5)) + listed("乙", level=7)
    body += listed("丙", level=1) + listed("第一章", number=6) + listed("丁", number=6, level=1)
    told = lines_of(tmp_path, body, numbering=lists)
    assert told == ["甲", "注：甲", "甲", "甲", "甲", "乙", "1.丙", "第一章", "1.1 丁"]


def test_a_level_that_nothing_was_at_is_at_its_start(tmp_path: Path) -> None:
    levels = level("decimal", "%1") + level("decimal", "%1.%2", at=1)
    body = listed("甲", level=1) + listed("乙") + listed("丙", level=1)
    told = lines_of(tmp_path, body, numbering=numbering({0: levels}, {1: (0, "")}))
    assert told == ["1.1 甲", "2 乙", "2.1 丙"]
