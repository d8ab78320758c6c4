"""What stands above a document's body: its title, number and date, and where the front matter ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.document.frontmatter import find_date, find_number, find_title
from bearing_qa.document.parse import parse
from bearing_qa.document.raw_text import RawText
from bearing_qa.types import Parsed
from tests.conftest import parse_all

PRICES = "品种 | 价格（元） | 产地\n青菜 | 3.20 | 东山\n萝卜 | 1.80 | 西山"


def parsed_text(text: str, source: str = "价目.txt") -> Parsed:
    return parse(RawText("价目", text, "utf-8"), metadata={}, source=source)


def kinds(parsed: Parsed) -> list[tuple[str, str]]:
    text = parsed.document.text
    return [(p.kind, text[p.start : p.end].partition("\n")[0]) for p in parsed.passages]


TABLE = [
    ("table", "品种 | 价格（元） | 产地"),
    ("row", "青菜 | 3.20 | 东山"),
    ("row", "萝卜 | 1.80 | 西山"),
]


@pytest.mark.parametrize(
    ("above", "front"),
    [
        ("云港市蔬菜价格\n", [("front", "云港市蔬菜价格")]),
        ("云港市蔬菜价格\n2023年5月6日\n", [("front", "云港市蔬菜价格")]),
        ("云港市蔬菜价格\n单位：元\n", [("front", "云港市蔬菜价格")]),
        ("云港市蔬菜价格\n（云港市物价局　2023年5月6日）\n", [("front", "云港市蔬菜价格")]),
        ("", []),
    ],
)
def test_the_rows_of_a_table_right_under_the_title_are_passages(
    above: str, front: list[tuple[str, str]]
) -> None:
    parsed = parsed_text(above + PRICES)
    assert kinds(parsed) == [*front, *TABLE]
    rows = [p.context for p in parsed.passages if p.kind == "row"]
    assert rows[0].endswith("品种 青菜；价格（元） 3.20；产地 东山")
    assert rows[0].count("云港市蔬菜价格") == bool(above)


def test_notes_and_further_tables_below_the_first_one_are_read_too() -> None:
    text = f"云港市蔬菜价格\n{PRICES}\n注：以早市为准。\n水果\n{PRICES.replace('青菜', '苹果')}"
    found = kinds(parsed_text(text))
    assert [line for kind, line in found if kind == "row"] == [
        "青菜 | 3.20 | 东山",
        "萝卜 | 1.80 | 西山",
        "苹果 | 3.20 | 东山",
        "萝卜 | 1.80 | 西山",
    ]
    assert ("text", "注：以早市为准。") in found


def test_a_table_of_figures_between_blanks_does_not_take_the_title_for_its_header() -> None:
    parsed = parsed_text("渔业产量\n年份 产量 增长\n2022 120 5%\n2023 130 8%")
    assert parsed.document.title == "渔业产量"
    assert [p.context for p in parsed.passages if p.kind == "row"] == [
        "渔业产量 年份 2022；产量 120；增长 5%",
        "渔业产量 年份 2023；产量 130；增长 8%",
    ]


@pytest.mark.parametrize("name", ["价目.md", "价目.html"])
def test_the_same_is_so_where_the_file_marks_its_title(name: str, tmp_path: Path) -> None:
    row = "<tr><td>{}</td><td>{}</td><td>{}</td></tr>"
    cells = [line.split(" | ") for line in PRICES.split("\n")]
    html = f"<h1>云港市蔬菜价格</h1><table>{''.join(row.format(*line) for line in cells)}</table>"
    (tmp_path / name).write_text(
        f"# 云港市蔬菜价格\n\n{PRICES}" if name.endswith("md") else f"<meta charset=utf-8>{html}",
        encoding="utf-8",
    )
    (parsed,) = parse_all(tmp_path / name)
    assert parsed.document.title == "云港市蔬菜价格"
    assert kinds(parsed) == [("front", "云港市蔬菜价格"), *TABLE]


def test_a_table_alone_is_called_by_its_caption_or_its_file() -> None:
    assert parsed_text(PRICES).document.title == "价目"
    assert parsed_text(f"云港市蔬菜价格 | |\n{PRICES}").document.title == "云港市蔬菜价格"
    behind = parsed_text(f"{PRICES}\n云港市蔬菜价格管理办法\n第一条 为了稳定价格，制定本办法。")
    assert behind.document.title == "云港市蔬菜价格管理办法"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("附件1\n云港市2022年教师招聘考试大纲\n为便于报考者了解考试，制定本大纲。", "云港市2022年教师招聘考试大纲"),
        ("附件\n渡口名单\n柳林渡口\n北港渡口", "渡口名单"),
        ("附件2-1：\n渡口名单\n柳林渡口", "渡口名单"),
        ("（附件3）\n渡口安全检查表\n一、船只", "渡口安全检查表"),
        ("附表二 收费标准\n项目\n金额", "收费标准"),
        ("附件1：渡口名单\n柳林渡口", "渡口名单"),
        ("大纲4\n云港市海事局\n2022年船员考试大纲\n一、考试目的\n考察船员。", "云港市海事局2022年船员考试大纲"),
        ("附件一览表\n柳林渡口", "附件一览表"),
        ("附件管理办法\n第一条 略。", "附件管理办法"),
        ("附件", "附件"),
    ],
)  # fmt: skip
def test_the_title_stands_behind_the_mark_of_an_attachment(text: str, title: str) -> None:
    assert find_title(text) == title


@pytest.mark.parametrize("source", ["a.md", "a.docx"])
def test_a_mark_that_the_file_styles_as_a_heading_is_no_title(source: str) -> None:
    text = "# 附件1\n云港市船员考试大纲\n## 一、考试目的\n考察船员。"
    assert parsed_text(text, source).document.title == "云港市船员考试大纲"


@pytest.mark.parametrize(
    "head",
    [
        "云港大学文件\n云大〔2016〕15号\n",
        "云港大学文件 云大〔2016〕15号\n",
        "云港大学文件云大〔2016〕15号\n",
        "云港大学文件云大〔2016〕15号",
        "云大〔2016〕15号\n",
        "机密★1年\n特急\n云港大学教务处\n云大〔2016〕15号　签发人：王海\n",
        "云港市教育局\n云港市财政局　文件\n云大〔2016〕15号\n",
    ],
)
def test_the_title_stands_behind_who_issues_it_and_its_number(head: str) -> None:
    text = f"{head}关于印发《云港大学学分\n认定办法》的通知\n各学院：\n现印发给你们。"
    assert find_title(text) == "关于印发《云港大学学分认定办法》的通知"
    assert find_number(text) == "云大〔2016〕15号"


def test_a_title_above_its_number_or_about_documents_stays() -> None:
    text = "云港市2024年工作要点\n云政发〔2024〕3号\n为做好工作，印发通知"
    assert find_title(text) == "云港市2024年工作要点"
    assert find_title("清理规范性文件\n正文。") == "清理规范性文件"
    assert find_title("国发〔2021〕5号文件解读\n正文。") == "国发〔2021〕5号文件解读"


@pytest.mark.parametrize(
    "line", ["★2024年3月1日", "〔2024年3月1日〕", "【2024-03-01】", "★ 二〇二四年三月一日"]
)
def test_a_date_may_have_a_mark_or_a_bracket_before_it(line: str) -> None:
    assert find_date(f"柳林渡口公告\n渡口停用。\n{line}") == "2024-03-01"


def test_the_mark_of_a_file_that_is_one_attachment_is_front_matter() -> None:
    one = parsed_text("附件1\n云港市船员考试大纲\n一、考试目的\n考察船员。")
    assert kinds(one)[:2] == [("front", "附件1"), ("heading", "一、考试目的")]
    assert one.path(1) == ("一、考试目的",)
    table = parsed_text(f"附件2\n云港市蔬菜价格\n{PRICES}")
    assert kinds(table) == [("front", "附件2"), *TABLE]
    two = parsed_text("附件1\n船员考试大纲\n一、目的\n考察。\n附件2\n渡口名单\n柳林渡口")
    assert [two.path(at)[0] for at in (1, 3)] == ["附件1", "附件2"]
