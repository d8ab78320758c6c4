"""The section tree is the author's: right headings, right depth, and it tiles the text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.document.contents import missing_headings
from bearing_qa.document.outline import find_points, parse_outline
from bearing_qa.document.repair import repair
from bearing_qa.document.tables import find_tables
from bearing_qa.language.numbers import number_of
from bearing_qa.types import Parsed
from tests.conftest import parse_all, shared


def tree(text: str) -> list[tuple[int, str, str]]:
    sections = parse_outline(text, tables=find_tables(text))
    return [(section.level, section.marker, section.title) for section in sections[1:]]


def test_common_schemes_nest() -> None:
    text = "一、总体要求\n正文。\n（一）指导思想\n正文。\n1. 目标\n正文。\n（1）近期\n正文。\n二、任务\n正文。"
    assert tree(text) == [
        (1, "一、", "总体要求"),
        (2, "（一）", "指导思想"),
        (3, "1.", "目标"),
        (4, "（1）", "近期"),
        (1, "二、", "任务"),
    ]


def test_a_heading_may_begin_with_a_year() -> None:
    text = "一、2021年工作回顾\n正文。\n二、2022年总体要求\n正文。\n三、任务\n正文。"
    assert [marker for _, marker, _ in tree(text)] == ["一、", "二、", "三、"]


def test_a_scheme_used_again_inside_itself_ends_before_the_outer_number_goes_on() -> None:
    text = (
        "1. 基本现状\n正文。\n2. 保障水平\n正文。\n3. 问题成因\n"
        "1. 主机研发与零部件研发相脱节\n正文。\n2. 跟跑意识根深蒂固难以改变\n正文。\n"
        "3. 别国是技术规则的制定者\n正文。\n4. 解决思路\n正文。"
    )
    assert [level for level, _, _ in tree(text)] == [1, 1, 1, 2, 2, 2, 1]


def test_numbers_may_count_on_across_parents() -> None:
    text = "一、甲\n1. 子甲\n正文。\n2. 子乙\n正文。\n二、乙\n3. 子丙\n正文。\n4. 子丁\n正文。"
    assert [level for level, _, _ in tree(text)] == [1, 2, 2, 1, 2, 2]


def test_chapters_and_articles_keep_their_order() -> None:
    text = "第一章 总则\n第一条 为了规范管理，制定本法。\n第二条 本法适用于全国。\n第二章 管理\n第三条 依照第一条规定执行。"
    assert tree(text) == [
        (1, "第一章", "总则"),
        (2, "第一条", ""),
        (2, "第二条", ""),
        (1, "第二章", "管理"),
        (2, "第三条", ""),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "87.48 %的企业是民营企业",
        "2025 年实现正式装车",
        "2024.11.24",
        "第三条规定的情形除外",
        "依照第十二条的规定处理",
        "一是以重点领域为突破口，率先实现国产替代。",
        "首先，要找准着力点：三性两化达到国际先进水平。",
        "（1）数字化和智能化：强调利用信息技术。这意味着可以实时监测。",
        "① 2024 年，商业航天首次写入政府工作报告。我国企业加快布局。",
        "1.5 万亿元的市场规模",
        "三年内完成全部任务",
    ],
)
def test_these_lines_are_no_headings(line: str) -> None:
    assert tree(f"开头的一段话。\n{line}\n后面的一段话。") == []


def test_weak_markers_head_a_section_only_alone_on_their_line() -> None:
    text = "一是强化产业基础，解决共性技术\n重视发挥平台作用。\n二是拓宽场景应用\n把握机遇。"
    assert [title for _, _, title in tree(text)] == ["强化产业基础，解决共性技术", "拓宽场景应用"]


def test_run_in_heads_end_at_their_full_stop() -> None:
    sections = parse_outline("（一）加强组织领导。各地要成立专班，抓好落实。")
    assert (sections[1].title, sections[1].head_end) == (
        "加强组织领导",
        len("（一）加强组织领导。"),
    )


def test_table_lines_are_no_headings() -> None:
    text = "年份 产量 增速\n1. 233 17.8%\n2. 212 9%\n3. 202 4%\n一、正题\n正文。"
    assert tree(text) == [(1, "一、", "正题")]


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("③", 3), ("7", 7), ("再有", 3)],
)
def test_numbers_of_markers(text: str, number: int) -> None:
    assert number_of(text) == number


def test_inline_points_are_found_inside_a_paragraph() -> None:
    text = "要做好三件事：一是治水。二是种树，要成片。三是修路。"
    points = find_points(text, sections=parse_outline(text))
    assert [(p.marker, p.title) for p in points] == [
        ("一是", "治水"),
        ("二是", "种树"),
        ("三是", "修路"),
    ]
    assert text[points[1].start : points[1].end] == "二是种树，要成片。"


def headings_of(node: dict[str, Any]) -> list[tuple[str, str, int]]:
    own = [(node["marker"], node["title"], node["level"])] if node["kind"] == "heading" else []
    return own + [item for child in node["children"] for item in headings_of(child)]


def test_the_outline_of_the_speech_is_the_one_marked_by_hand(speech: Parsed) -> None:
    gold = json.loads(shared("gold", "speech_outline.json").read_text(encoding="utf-8"))
    found = [(s.marker, s.title, s.level) for s in speech.sections[1:]]

    def plain(items: list[tuple[str, str, int]]) -> list[tuple[str, int]]:
        return [(re.sub(r"\s", "", marker + title), level) for marker, title, level in items]

    assert plain(found) == plain(headings_of(gold))


def test_headings_of_policy_documents_marked_by_hand() -> None:
    """Every heading is found, at its level, and nothing else."""
    for path in sorted(Path(shared("gold", "outlines")).glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        name = Path(gold["path"]).name
        parsed = parse_all(shared("gold", "outlines", "docs", name))[0]
        found = {parsed.document.raw_offset(s.start): s.level for s in parsed.sections[1:]}
        assert found == {heading["start"]: heading["level"] for heading in gold["headings"]}, name


MARKED = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "一、",
                "二、",
                "（一）",
                "（二）",
                "1.",
                "2.",
                "（1）",
                "①",
                "第一条 ",
                "附件",
                "其一，",
                "",
            ]
        ),
        st.text(alphabet="轴承发展，。：", max_size=12),
    ),
    max_size=25,
).map(lambda lines: "\n".join(marker + rest for marker, rest in lines))


@given(st.one_of(st.text(), MARKED))
def test_any_text_is_tiled_by_its_sections(text: str) -> None:
    sections = parse_outline(text, tables=find_tables(text))
    assert "".join(text[s.start : s.end] for s in sections) == text
    for section in sections[1:]:
        parent = sections[section.parent]
        assert section.level == parent.level + 1
        assert parent.start <= section.start <= section.head_end <= section.end
        assert section.tree_end <= parent.tree_end


def test_decimal_numbers_are_as_deep_as_their_parts() -> None:
    text = (
        "1 总则\n1.1 编制目的\n为了应急。\n1.2 适用范围\n全国。\n2 组织\n2.1 指挥部\n正文。\n"
        "2.1.1 职责\n正文。\n2.2 办公室\n正文。\n3.5 万元以上的项目另行规定"
    )
    assert [(level, marker) for level, marker, _ in tree(text)] == [
        (1, "1"), (2, "1.1"), (2, "1.2"), (1, "2"), (2, "2.1"), (3, "2.1.1"), (2, "2.2"),
    ]  # fmt: skip


def test_contents_lists_are_no_headings() -> None:
    text = "某某条例\n目 录\n第一章 总则\n第二章 管理\n第一章 总则\n第一条 为了管理。\n第二章 管理\n第二条 略。"
    assert [marker for _, marker, _ in tree(text)] == ["第一章", "第一条", "第二章", "第二条"]


def test_members_of_an_enumeration_are_no_headings() -> None:
    text = (
        "一、保留\n（一）符合下列要求的予以保留。\n1.遵守国家法律法规。\n2.有规范的名称。\n"
        "（二）其余的予以撤销，并依法处理善后事宜。\n注：\n1.本表由各省填报。每年一次。\n2.单位为万元。"
    )
    assert [marker for _, marker, _ in tree(text)] == ["一、", "（一）", "（二）"]


def test_steps_with_bodies_below_an_announcement_are_headings() -> None:
    text = "步骤安排如下：\n（一）第一阶段为自查阶段。\n4月前完成。\n（二）第二阶段为审查阶段。\n8月前完成。"
    assert [title for _, _, title in tree(text)] == ["第一阶段为自查阶段。", "第二阶段为审查阶段。"]


def test_numbered_paragraphs_without_a_head_are_nodes_without_a_title() -> None:
    text = "一、组织领导\n（一）各级部门要在党委和政府领导下，认真履行职责，制定实施办法。\n（二）清理工作结束后，要做好检查验收，并上报结果。"
    assert tree(text)[1:] == [(2, "（一）", ""), (2, "（二）", "")]


def test_texts_printed_in_one_document_start_anew() -> None:
    text = (
        "关于印发两个规定的通知\n各省：\n现印发给你们。\n企业转制的规定\n一、资产\n（一）清查。正文正文。\n"
        "二、人员\n正文。\n支持企业发展的规定\n一、税收\n正文。"
    )
    assert [(level, title) for level, _, title in tree(text)] == [
        (1, "企业转制的规定"),
        (2, "资产"),
        (3, "清查"),
        (2, "人员"),
        (1, "支持企业发展的规定"),
        (2, "税收"),
    ]


def test_items_below_an_article_are_no_headings() -> None:
    text = "第一条 包括：\n（一）达成垄断协议；\n（二）滥用市场地位。\n第二条 略。"
    assert [marker for _, marker, _ in tree(text)] == ["第一条", "第二条"]


def test_lists_that_never_count_do_not_nest_without_end() -> None:
    levels = [level for level, _, _ in tree("1. 甲乙\n" * 500)]
    assert len(levels) == 500
    assert max(levels) <= 2


def styled(raw: str) -> list[tuple[int, str, str]]:
    repaired = repair(raw, markdown=True)
    sections = parse_outline(repaired.text, depths=repaired.depths)
    assert "#" not in repaired.text
    return [(section.level, section.marker, section.title) for section in sections[1:]]


def test_headings_that_the_file_styles_need_no_marker() -> None:
    text = "# 河湾规划\n\n## 概述\n正文。\n### 背景\n正文。\n## 主要任务\n**一、治水**\n正文。\n二、种树\n正文。\n## 附则\n正文。"
    assert styled(text) == [
        (1, "", "概述"),
        (2, "", "背景"),
        (1, "", "主要任务"),
        (2, "一、", "治水"),
        (2, "二、", "种树"),
        (1, "", "附则"),
    ]


def test_styles_and_markers_agree_and_a_style_keeps_a_marker_below_its_heading() -> None:
    text = "# 一、总则\n## 1. 目的\n正文。\n## 2. 范围\n正文。\n# 二、任务\n## 1. 治水\n正文。\n# 名录\n## 1. 甲\n正文。"
    assert [level for level, _, _ in styled(text)] == [1, 2, 2, 1, 2, 1, 2]


def test_a_paragraph_in_the_style_of_a_heading_is_none() -> None:
    text = "# 规划\n## 概述\n" + "## " + "这是一段很长的正文，" * 12 + "\n正文。"
    assert styled(text) == [(1, "", "概述")]


def test_unmarked_headings_are_known_by_the_contents_list() -> None:
    text = (
        "某某规划\n目 录\n前 言.......1\n一、形势.......2\n二、任务.......5\n结 语 9\n"
        "前言\n正文。\n一、形势\n正文。\n（一）机遇\n正文。\n二、任务\n正文。\n结语\n正文。"
    )
    assert tree(text) == [
        (1, "", "前言"),
        (1, "一、", "形势"),
        (2, "（一）", "机遇"),
        (1, "二、", "任务"),
        (1, "", "结语"),
    ]
    assert missing_headings(text, parse_outline(text)) == []
    assert missing_headings(
        text.replace("\n结语\n", "\n"), parse_outline(text.replace("\n结语\n", "\n"))
    ) == ["结 语 9"]


def test_a_contents_list_without_a_name_is_known_by_its_page_numbers() -> None:
    text = "规划\n一、形势 1\n二、任务 3\n三、保障 12\n一、形势\n正文。\n二、任务\n正文。\n三、保障\n正文。"
    assert [title for _, _, title in tree(text)] == ["形势", "任务", "保障"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("附件", ""),
        ("附件1", ""),
        ("附表二：", ""),
        ("附录A 术语和定义", "术语和定义"),
        ("附：", ""),
    ],
)
def test_attachments_close_everything(line: str, title: str) -> None:
    text = f"一、甲\n正文。\n（一）乙\n正文。\n{line}\n一、丙\n正文。"
    assert [(level, name) for level, _, name in tree(text)][2:] == [(1, title), (2, "丙")]


def test_lists_of_attachments_and_final_provisions_are_none() -> None:
    text = "一、甲\n正文。\n附件：1.申请表\n附件1 申请表\n附件2 审批表\n附 则\n正文。"
    assert [title for _, _, title in tree(text)] == ["甲"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a lone 第X条 is a reference at the start of a line, and hides nothing that follows
        ("一、甲\n第十二条　企业应当备案。\n二、乙\n正文。", ["一、", "二、"]),
        # excerpts begin in the middle of a count; a number typed twice is a sibling
        ("二、甲\n正文。\n三、乙\n正文。", ["二、", "三、"]),
        ("一、甲\n正文。\n二、乙\n正文。\n二、丙\n正文。\n三、丁\n正文。", ["一、", "二、", "二、", "三、"]),
        # numbers that are referred to
        ("一、甲\n（二）项规定的情形，由局认定。\n一、二两项自批复之日起执行。", ["一、"]),
        # standards: whole numbers with and without parts
        ("1 范围\n正文。\n2 术语\n正文。\n3 要求\n正文。\n3.1 尺寸\n正文。\n4 规则\n正文。", ["1", "2", "3", "3.1", "4"]),
        ("1 月份产量为20。\n2 月份产量为30。", []),
        # a list on one line heads nothing
        ("一、甲\n1、加强领导；2、加大投入；3、强化督查。", ["一、"]),
        ("第一篇 开篇\n正文。\n第一章 环境\n正文。\n第二篇 次篇\n正文。", ["第一篇", "第一章", "第二篇"]),
        ("㈠ 甲\n正文。\n㈡ 乙\n正文。", ["㈠", "㈡"]),
        ("一. 甲\n正文。\n二. 乙\n正文。", ["一.", "二."]),
        ("壹、甲\n正文。\n贰、乙\n正文。", ["壹、", "贰、"]),
        ("一、甲\n1. 乙\n正文。\n专栏1 重大工程\n1. 丙\n正文。\n二、丁\n正文。", ["一、", "1.", "专栏1", "1.", "二、"]),
    ],
)  # fmt: skip
def test_markers_found_and_passed_over(text: str, expected: list[str]) -> None:
    assert [marker for _, marker, _ in tree(text)] == expected


def test_a_box_stands_beside_the_items_before_it_and_above_its_own() -> None:
    text = "一、甲\n正文。\n1. 乙\n正文。\n专栏1 工程\n1. 丙\n正文。\n专栏2 项目\n1. 丁\n正文。"
    assert [level for level, _, _ in tree(text)] == [1, 2, 2, 3, 2, 3]


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("会议议定：\n1.由工信局牵头。\n2.由财政局安排资金。", ["1.", "2."]),
        ("名单如下：\n1）甲厂。\n2）乙厂。", ["1）", "2）"]),
        ("甲。1、加强领导；2、加大投入；3、强化督查。", ["1、", "2、", "3、"]),
        ("一要压实责任。二要强化考核，狠抓落实。", ["一要", "二要"]),
        ("第一件事，抓项目。\n第二、要有责任心。", ["第一件事，", "第二、"]),
        ("——坚持创新驱动。\n——坚持绿色发展。", ["——", "——"]),
        ("按（二）项规定办理。\n（三）项规定的情形除外。", []),
    ],
)
def test_points_of_lists(text: str, markers: list[str]) -> None:
    points = find_points(text, sections=parse_outline(text), tables=find_tables(text))
    assert [point.marker for point in points] == markers


def test_lines_of_tables_and_contents_hold_no_points() -> None:
    text = "规划\n目 录\n一、甲....1\n（一）乙....2\n一、甲\n（一）乙\n正文。\n序号 | 任务\n1. 丙 | 3\n2. 丁 | 4"
    sections, tables = parse_outline(text, tables=find_tables(text)), find_tables(text)
    assert find_points(text, sections=sections, tables=tables) == ()


def paths(text: str) -> list[tuple[str, ...]]:
    """The headings from the top down to each section."""
    sections = parse_outline(text, tables=find_tables(text))
    found: list[tuple[str, ...]] = [()]
    for section in sections[1:]:
        found.append((*found[section.parent], text[section.start : section.head_end]))
    return found[1:]


def test_an_article_is_called_by_its_name_too() -> None:
    text = (
        "渡口管理办法\n第一章 总则\n第一条 目的和依据\n为了加强渡口管理，制定本办法。\n"
        "第二条　渡运条件\n1. 船只检验合格。\n2. 船员持证上岗。\n"
        "第三条 解释\n本办法由海事局负责解释。"
    )
    assert paths(text)[1:] == [
        ("第一章 总则", "第一条 目的和依据"),
        ("第一章 总则", "第二条　渡运条件"),
        ("第一章 总则", "第三条 解释"),
    ]
    assert [title for _, _, title in tree(text)] == ["总则", "目的和依据", "渡运条件", "解释"]


def test_the_name_of_an_article_may_stand_in_brackets() -> None:
    text = (
        "渡口管理条例\n第一条（立法目的）\n为了加强渡口管理，制定本条例。\n"
        "第二条【适用范围】 本条例适用于本市渡口。\n第三条 渡口每日巡查。\n"
        "第三条（二）项规定的除外。"
    )
    assert tree(text) == [
        (1, "第一条", "立法目的"),
        (1, "第二条", "适用范围"),
        (1, "第三条", ""),
    ]
    assert paths(text)[:2] == [("第一条（立法目的）",), ("第二条【适用范围】",)]


def test_a_torn_sentence_is_no_name_of_an_article() -> None:
    text = (
        "渡口管理办法\n第一条 为了加强渡口管理，制定本办法。\n第二条 渡口管理单位应当\n"
        "每日巡查。\n第三条 渡口夜间停航。\n第四条 大风停航。"
    )
    assert [title for _, _, title in tree(text)] == ["", "", "", ""]


SCALE = "项目 | 分值\n甲等 | 6\n乙等 | 4\n"


def test_a_list_behind_the_last_article_is_a_section_of_its_own() -> None:
    text = (
        "关于印发办法的通知\n各学院：\n现印发。\n云港大学\n2016年6月24日\n云港大学学分办法\n"
        f"第一条 各学院组织认定。\n第二条 标准如下：\n认定标准表\n{SCALE}第三条 本办法自印发之日起施行。\n"
        f"云港大学学分认定标准一览表\n一、竞赛\n{SCALE}二、科研\n{SCALE}申请表（样式）\n单位：份\n{SCALE}"
    )
    assert paths(text) == [
        ("第一条",),
        ("第二条",),
        ("第三条",),
        ("云港大学学分认定标准一览表",),
        ("云港大学学分认定标准一览表", "一、竞赛"),
        ("云港大学学分认定标准一览表", "二、科研"),
        ("申请表（样式）",),
    ]


def test_a_list_behind_a_signature_is_a_section_of_its_own() -> None:
    text = f"关于招生的通知\n一、计划\n按下表招生。\n招生计划表\n{SCALE}二、时间\n五月报名。\n云港大学\n2016年6月24日\n分省招生名单\n{SCALE}"
    assert paths(text) == [("一、计划",), ("二、时间",), ("分省招生名单",)]


def test_captions_and_titles_of_marked_attachments_are_no_sections_of_their_own() -> None:
    text = (
        f"渡口办法\n第一条 停航。\n第二条 收费见下表。\n收费标准表\n{SCALE}附件1\n渡口名单\n{SCALE}"
    )
    assert paths(text) == [("第一条",), ("第二条",), ("附件1",)]
    assert paths(f"渡口名单\n2024年3月1日\n北区渡口表\n{SCALE}") == []


def test_numbers_glued_to_their_words_count_sections() -> None:
    text = (
        "云港市2023年统计公报\n01综合\n全年生产总值120亿元。\n一、速度\n增长5%。\n02 农业\n全年粮食产量30万吨。\n"
        "12月末存栏8万头。\n03工业和建筑业\n全年工业增加值50亿元。"
    )
    assert paths(text) == [
        ("01综合",),
        ("01综合", "一、速度"),
        ("02 农业",),
        ("03工业和建筑业",),
    ]
    assert tree(text)[0] == (1, "01", "综合")
    plain = "渡口标准\n1总则\n本标准适用于渡口。\n2术语\n渡口指过河处。\n3要求\n每日巡查。"
    assert paths(plain) == [("1总则",), ("2术语",), ("3要求",)]


@pytest.mark.parametrize(
    "text",
    [
        "先进个人名单\n1王海\n2李江\n3张河\n4陈湖",
        "先进个人名单\n01王海\n02李江\n03张河\n04陈湖",
        "渡口安排\n3月开航\n正文在此。\n5月停航\n正文在此。",
        "渡口安排\n1号渡口\n正文在此。\n3号渡口\n正文在此。",
    ],
)
def test_numbered_lists_and_figures_are_no_glued_headings(text: str) -> None:
    assert tree(text) == []
