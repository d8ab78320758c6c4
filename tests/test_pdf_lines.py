"""Lines of PDFs become paragraphs: at odd edges, indents and heights, over footnotes and running heads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pdf_drawing import LEFT, Pages

PROSE = "各单位要切实加强组织领导，明确责任分工，抓好督促检查，确保按期完成任务，并及时报送进展情况和存在的问题以及下一步的打算。"
LONG = PROSE + PROSE


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(tmp_path / "a.pdf")


def lines(pages: Pages) -> list[str]:
    return pages.read().document.text.split("\n")


def test_a_wide_table_does_not_move_the_left_edge(pages: Pages) -> None:
    pages.text("统计公报", x=260)
    for _ in range(5):
        pages.paragraph(LONG)
    for words in (
        "年份  2016  2017  2018",
        "产量  12.1  13.2  14.3",
        "产值  22.1  23.2  24.3",
    ):
        pages.text(words, x=30)
    pages.paragraph(LONG)
    found = lines(pages)
    assert found.count(LONG) == 6
    assert "产量 12.1 13.2 14.3" in found


@pytest.mark.parametrize(
    ("mark", "first", "hang"),
    [
        ("1、", 21, 45),
        ("（一）", 0, 36),
        ("2.", 0, 24),
        ("●", 24, 36),
        ("注：", 24, 48),
        ("①", 24, 36),
    ],
)
def test_items_whose_further_lines_are_indented_are_whole(
    mark: str, first: float, hang: float, pages: Pages
) -> None:
    pages.text("实习手册", x=260)
    for _ in range(3):
        pages.paragraph(LONG)
    items = [
        f"{mark}{name}{PROSE}" for name in ("甲方负责。乙方配合，", "学生遵守纪律，", "导师指导，")
    ]
    for item in items:
        pages.paragraph(item, first=first, hang=hang)
    pages.paragraph(LONG)
    found = lines(pages)
    assert [line for line in found if line.startswith(mark)] == items
    assert found.count(LONG) == 4


def test_a_numbered_heading_above_an_indented_paragraph_does_not_hang(pages: Pages) -> None:
    pages.text("实施方案", x=260)
    head = "一、关于进一步加强和改进全市各级各类单位安全生产工作的总体要求和目标"
    for _ in range(3):
        pages.paragraph(LONG)
        pages.text(head[:35])
    pages.paragraph(LONG)
    assert lines(pages).count(head[:35]) == 3


def test_figures_in_a_larger_font_do_not_cut_a_paragraph(pages: Pages) -> None:
    pages.text("排版要求", x=260)
    for _ in range(4):
        pages.text("公文的发文机关标志上边缘至版心上边缘的距离是", x=LEFT + 24)
        pages.canvas.setFont("Helvetica", 17)
        pages.canvas.drawString(LEFT + 288, pages.y + 20, "35")
        pages.text("毫米，推荐使用小标宋体字，", x=LEFT + 308, y=pages.y + 20)
        pages.text("颜色是红色，以醒目美观庄重为原则。")
    found = lines(pages)
    assert (
        sum(line.endswith("小标宋体字，颜色是红色，以醒目美观庄重为原则。") for line in found) == 4
    )


@pytest.mark.parametrize(
    "head", ["07 常见错误", "5.2.3 行数和字数", "7.1 一般要求", "10 常见错误之十：", "发文字号"]
)
def test_a_heading_below_a_full_line_stands_alone(head: str, pages: Pages) -> None:
    pages.text("排版要求", x=260)
    full = LONG[: 34 + 36 - 1] + "。"
    for _ in range(3):
        pages.paragraph(full)
        pages.text(head)
    pages.paragraph(LONG)
    found = lines(pages)
    assert found.count(head) == found.count(full) == 3


@pytest.mark.parametrize("rest", ["12月底前完成。", "20 家单位达标。", "5.5万人受益。"])
def test_a_figure_at_the_start_of_a_line_is_no_heading(rest: str, pages: Pages) -> None:
    pages.text("工作报告", x=260)
    first = LONG[:33] + "。"
    for _ in range(4):
        pages.paragraph(LONG)
        pages.text(first, x=LEFT + 24)
        pages.text(rest)
    assert lines(pages).count(first + rest.replace(" ", "")) == 4


def test_running_heads_go_at_any_height_left_and_right_and_by_chapter(tmp_path: Path) -> None:
    for kind in ("moving", "chapters"):
        pages = Pages(tmp_path / f"{kind}.pdf")
        for page in range(8):
            words = "Q/HW 17—2020" if kind == "moving" else f"第{'一二三四'[page // 2]}章 要求"
            at = 800 - (7 * page % 25 if kind == "moving" else 0)
            if kind == "moving" and page in (2, 5):
                pages.text("见上页说明。", x=LEFT + 24, y=822, size=11)
            pages.text(words, x=430 if page % 2 else LEFT, y=at, size=9)
            pages.y = 750
            pages.text(f"{page + 1} {'甲乙丙丁戊己庚辛'[page]}类要求")
            pages.paragraph(f"{'甲乙丙丁戊己庚辛'[page]}类{LONG}")
            pages.paragraph(f"第{page + 1}项按照第{page + 2}款执行。")
            pages.text(f"— {page + 1} —", x=290, y=40, size=9)
            pages.turn()
        parsed = pages.read()
        assert words not in parsed.document.text
        assert parsed.document.title == "1 甲类要求"
        assert [s.title for s in parsed.sections[1:]] == [f"{x}类要求" for x in "甲乙丙丁戊己庚辛"]
        assert all(f"第{at}项按照第{at + 1}款执行。" in parsed.document.text for at in range(1, 9))


@pytest.mark.parametrize("is_ruled", [True, False])
def test_a_sentence_goes_on_over_footnotes_and_a_running_head(is_ruled: bool, pages: Pages) -> None:
    notes = ["① 数据由统计局提供。", "② 不含开发区，见《统计公报》。"]
    for page in range(3):
        pages.text("甲市年鉴 2021", y=815, size=9)
        if page:
            pages.text(LONG[34:70])
            pages.text(LONG[70:])
        for _ in range(3):
            pages.paragraph(f"第{page + 1}页{LONG}")
        pages.text(LONG[:34], x=LEFT + 24)
        if is_ruled:
            pages.across(110, LEFT, 200)
        for at, note in enumerate(notes):
            pages.text(f"{note[:2]}第{page}条{note[2:]}", y=98 - 12 * at, size=9)
        pages.text(str(page + 1), x=290, y=40, size=9)
        pages.turn()
    found = lines(pages)
    assert found.count(LONG) == 2
    assert [line.replace(" ", "") for line in found if line[0] in "①②"] == [
        f"{note[:1]}第{page}条{note[2:]}" for page in range(3) for note in notes
    ]
    at = found.index(LONG)
    assert found[at + 1].startswith("①")


def test_a_landscape_page_has_edges_of_its_own(tmp_path: Path) -> None:
    pages = Pages(tmp_path / "a.pdf")
    for _ in range(4):
        pages.paragraph(LONG)
    pages.turn()
    pages.canvas.setPageSize((842, 595))
    wide = [LONG[at : at + 56] for at in range(0, len(LONG), 56)]
    for _ in range(4):
        pages.y -= 70
        for at, words in enumerate(wide):
            pages.text(words, x=LEFT + (0 if at else 24), y=pages.y - 250)
            pages.y -= 18
    found = lines(pages)
    assert found.count(LONG) == 8


def test_a_count_that_begins_behind_its_first_number_has_all_its_headings(pages: Pages) -> None:
    pages.text("排版要求（节选）", x=220)
    heads = ["5.2.2 字体", "5.2.3 行数", "5.2.4 颜色", "06 错例", "07 错例"]
    for head in heads:
        pages.text(head)
        pages.paragraph(LONG)
    sections = pages.read().sections[1:]
    assert [f"{section.marker} {section.title}" for section in sections] == heads


def test_notes_without_a_rule_or_a_mark_stay_where_they_are(pages: Pages) -> None:
    for _ in range(4):
        pages.paragraph(LONG)
    pages.text("联系人：张某，电话一二三四五。", y=98, size=9)
    pages.turn()
    pages.paragraph(LONG)
    assert lines(pages) == [*[LONG] * 4, "联系人：张某，电话一二三四五。", LONG]


def test_left_and_right_pages_have_margins_of_their_own(pages: Pages) -> None:
    for page in range(4):
        inset = 24 * (page % 2)
        for at in range(4):
            words = f"{'甲乙丙丁'[page]}{'子丑寅卯'[at]}{LONG}"
            pages.text(words[:34], x=LEFT + 24 + inset)
            for start in range(34, len(words), 36):
                pages.text(words[start : start + 36], x=LEFT + inset)
        pages.turn()
    assert lines(pages) == [f"{a}{b}{LONG}" for a in "甲乙丙丁" for b in "子丑寅卯"]
