"""The page of the original file beside its text: drawn as it is, the cited words marked where they stand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.document.original_page import OriginalPage, original_page
from bearing_qa.document.page_quotes import page_at, quotes_on
from bearing_qa.errors import DocumentError
from bearing_qa.types import Parsed
from tests.browsing import needs_browser, shown
from tests.conftest import BigramEncoder
from tests.pdf_drawing import FONT, LEFT, SIZE, Pages

WIDTH, HEIGHT = A4
TWICE = "公园管理单位应当每日巡查。"
LONG = "发现设施损坏的，应当在二十四小时内处理；不能及时处理的，应当设置警示标志，并向主管部门报告，直到修复为止。"
TITLE = "城市公园管理办法"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("originals")
    drawn(corpus / "办法.pdf").canvas.save()
    return corpus


def drawn(path: Path) -> Pages:
    """Two pages: the first says a sentence twice, the second has a table and a long sentence."""
    pages = Pages(path)
    pages.text(TITLE, size=18)
    pages.paragraph(f"第一条 {TWICE}")
    pages.paragraph("第二条 公园门票价格不得超过20元，六十五岁以上老年人免费入园。")
    pages.paragraph(f"第三条 {TWICE}节假日应当增加巡查次数。")
    pages.turn()
    pages.paragraph(f"第四条 {LONG}")
    return pages


@pytest.fixture(scope="module")
def parsed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    return drawn(tmp_path_factory.mktemp("read") / "办法.pdf").read()


def marks_of(path: Path, parsed: Parsed, words: str, *, nth: int = 0) -> OriginalPage:
    """The page on which some words of a document stand, with their marks."""
    start = -1
    for _ in range(nth + 1):
        start = parsed.document.text.index(words, start + 1)
    number = page_at(parsed, start)
    return original_page(
        path, page=number, quotes=quotes_on(parsed, number, (start, start + len(words)))
    )


def test_a_sentence_that_stands_twice_is_marked_where_it_was_cited(
    folder: Path, parsed: Parsed
) -> None:
    path = folder / "办法.pdf"
    first, second = (marks_of(path, parsed, TWICE, nth=nth).marks for nth in (0, 1))
    inset = LEFT + 24 + pdfmetrics.stringWidth("第一条 ", FONT, SIZE)
    for marks, base in ((first, 760.0), (second, 720.0)):
        ((left, top, right, bottom),) = marks
        assert left * WIDTH == pytest.approx(inset, abs=3)
        assert (right - left) * WIDTH == pytest.approx(SIZE * len(TWICE), abs=6)
        assert top < 1 - (base + SIZE / 2) / HEIGHT < bottom


def test_a_sentence_over_several_lines_has_a_mark_a_line(folder: Path, parsed: Parsed) -> None:
    page = marks_of(folder / "办法.pdf", parsed, LONG)
    assert (page.page, page.pages, len(page.marks)) == (2, 2, 2)
    assert page.marks[0][1] < page.marks[1][1]  # from the top down
    picture = Image.open(io.BytesIO(page.picture))
    assert picture.width / picture.height == pytest.approx(WIDTH / HEIGHT, rel=0.01)


def test_the_ink_of_the_cited_words_lies_in_the_marks_of_a_turned_page(tmp_path: Path) -> None:
    pages = Pages(tmp_path / "横.pdf")
    pages.canvas.setPageRotation(90)
    pages.text("第一条 为了加强管理，制定本办法。", y=300)
    parsed = pages.read()
    page = marks_of(pages.path, parsed, "为了加强管理，制定本办法。")
    picture = Image.open(io.BytesIO(page.picture)).convert("L")
    ((left, top, right, bottom),) = page.marks
    width, height = picture.size
    edges = (left * width, top * height, right * width, bottom * height)
    assert edges[3] - edges[1] > 5 * (edges[2] - edges[0])  # the line runs down the picture
    inside = picture.crop(edges).histogram()
    dark = sum(picture.histogram()[:128])
    assert 0.6 * dark < sum(inside[:128]) < dark  # all but 第一条


def test_a_row_of_a_table_is_marked_by_its_cells(tmp_path: Path) -> None:
    pages = Pages(tmp_path / "表.pdf")
    pages.text("附件1 2023年各市产量")
    xs = [72.0, 200.0, 330.0]
    for cells in (
        ["城市", "产量（万吨）", "增长（%）"],
        ["甲市", "31.5", "4.1"],
        ["乙市", "33.0", "4.8"],
    ):
        pages.row(cells, [x + 4 for x in xs])
    for y in (786, 772, 752, 732, 712):
        pages.across(y - 7, 72, 460)
    for x in (*xs, 460.0):
        pages.down(x, 765, 705)
    parsed = pages.read()
    (table,) = parsed.tables
    row = table.rows[-1]
    number = page_at(parsed, row.start)
    page = original_page(
        pages.path, page=number, quotes=quotes_on(parsed, number, (row.start, row.end))
    )
    assert len(page.marks) == 3
    assert max(mark[1] for mark in page.marks) < min(mark[3] for mark in page.marks)  # one line


@pytest.mark.parametrize("kind", ["damaged", "no page", "gone", "no picture"])
def test_a_page_that_cannot_be_drawn_is_one_clear_line(kind: str, tmp_path: Path) -> None:
    path = tmp_path / ("bild.png" if kind == "no picture" else "文件.pdf")
    if kind != "gone":
        path.write_bytes(b"%PDF-1.4 broken")
    if kind == "no page":
        drawn(path).canvas.save()
    with pytest.raises(DocumentError, match=r"cannot be shown"):
        original_page(path, page=9)


def test_pages_of_a_picture_file_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "扫描.tif"
    first, second = (Image.new("RGB", (400, 600), colour) for colour in ("white", "black"))
    first.save(path, save_all=True, append_images=[second])
    page = original_page(path, page=2)
    assert page.pages == 2
    assert Image.open(io.BytesIO(page.picture)).getpixel((200, 300)) == (0, 0, 0)


@pytest.fixture(scope="module")
def page(
    folder: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    index = tmp_path_factory.mktemp("index")
    build_index(folder, index, encoder=BigramEncoder())
    with shown(Library(index, encoder=BigramEncoder()), folder) as address:
        tab = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        tab.goto(address)
        yield tab
        tab.close()


@pytest.mark.browser
@needs_browser[1]
def test_the_original_stands_beside_the_text_follows_citations_and_closes_with_escape(
    page: Page, folder: Path
) -> None:
    page.goto(f"{page.url.partition('?')[0]}?doc=办法&start=10&end=20")
    button = page.get_by_role("button", name="原件", exact=True)
    button.click(timeout=30_000)
    panel = page.get_by_role("dialog", name="原件")
    expect(panel.locator("output")).to_have_text("原件第 1 页，共 2 页")
    expect(panel.locator("figure i").first).to_be_visible()
    assert (
        panel.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        == 1200
    )
    expect(panel.get_by_role("button", name="上一页")).to_be_disabled()
    panel.get_by_role("button", name="下一页").click()
    expect(panel.locator("output")).to_have_text("原件第 2 页，共 2 页")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(button).to_be_focused()


@pytest.mark.browser
@needs_browser[1]
def test_a_file_that_was_changed_since_is_not_shown_as_if_it_were_what_is_cited(
    page: Page, folder: Path
) -> None:
    path = folder / "办法.pdf"
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"\n")
        page.get_by_role("button", name="原件", exact=True).click(timeout=30_000)
        panel = page.get_by_role("dialog", name="原件")
        expect(panel.get_by_role("alert")).to_contain_text("有改动")
        expect(panel.locator("img")).to_have_count(0)
        path.unlink()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="原件", exact=True).click()
        expect(panel.get_by_role("alert")).to_contain_text("不在文件夹中")
    finally:
        path.write_bytes(before)
