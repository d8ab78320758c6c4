"""The document beside the answer: what is cited leads into it, and it is read there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import ask, needs_browser, opened

pytestmark = needs_browser
TWO_PLACES = "2023年的主营业务收入比2022年少了多少？"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as tab:
        yield tab


def test_the_outline_leads_to_a_section_and_follows_the_reader(page: Page) -> None:
    outline = page.locator(".outline")
    outline.get_by_text("4. 解决思路").click()
    expect(page.locator(".document").get_by_text("4. 解决思路")).to_be_in_viewport()
    expect(outline.locator("a[aria-current]")).to_have_text("4. 解决思路")
    page.locator(".document").hover()
    page.mouse.wheel(0, 3000)
    expect(outline.locator("a[aria-current]")).not_to_have_text("4. 解决思路")
    expect(outline.locator("a[aria-current]")).to_be_in_viewport()


def test_pages_are_marked_and_tables_are_tables(page: Page) -> None:
    expect(page.locator(".document .page").first).to_have_text("第 1 页")
    expect(page.locator(".document .page")).to_have_count(16)
    expect(page.locator(".document th").nth(1)).to_contain_text("主营业务收入")


def test_one_steps_from_citation_to_citation(page: Page) -> None:
    ask(page, TWO_PLACES)
    at = page.locator(".cite-at")
    expect(at).to_have_text(re.compile(r"^1 / [2-9]$"), timeout=30_000)
    count = at.inner_text().split()[-1]
    page.get_by_role("button", name="下一处引用").click()
    expect(at).to_have_text(f"2 / {count}")
    for _ in range(2):
        page.get_by_role("button", name="上一处引用").click()
    expect(at).to_have_text(f"{count} / {count}")
    expect(page.locator(".document .current")).to_have_attribute("data-cite", count)
    expect(page.locator(".document .current")).to_be_in_viewport()


def test_text_is_found_and_counted_with_the_keyboard_alone(page: Page) -> None:
    box, at = page.get_by_role("searchbox", name="在文中查找"), page.locator(".find-at")
    box.fill("新型工业化")
    expect(at).to_have_text("1 / 16")
    box.press("Enter")
    expect(at).to_have_text("2 / 16")
    box.press("Shift+Enter")
    box.press("Shift+Enter")
    expect(at).to_have_text("16 / 16")
    seen = """() => { const at = [...CSS.highlights.get('found-now')][0].getBoundingClientRect(),
        box = document.querySelector('.document').getBoundingClientRect();
        return at.top > box.top && at.bottom < box.bottom }"""
    assert page.evaluate(seen)
    box.fill("没有这样的词")
    expect(at).to_have_text("0 / 0")


def test_a_link_opens_the_document_at_its_place(browser: Browser, address: str) -> None:
    with opened(browser, address) as first:
        ask(first, "国产航空轴承的寿命和国外差多少？")
        link = first.locator("article.card a.open").first.get_attribute("href")
        assert link
    with opened(browser, address, query=f"/{link}") as tab:
        place = tab.locator(".document .current")
        expect(place).to_contain_text("国内航空轴承使用寿命多在 800 小时左右", timeout=10_000)
        expect(place).to_be_in_viewport()


@pytest.mark.parametrize("query", ["/?doc=nothing", "/?doc=speech&start=5&end=999999999999"])
def test_a_link_to_nothing_harms_nothing(browser: Browser, address: str, query: str) -> None:
    with opened(browser, address, query=query) as tab:
        if query.endswith("nothing"):
            expect(tab.get_by_role("alert")).to_have_text(
                "索引里没有文件 nothing。", timeout=10_000
            )
        ask(tab, "国产航空轴承的寿命和国外差多少？")
        expect(tab.locator("section.answer")).to_contain_text("800 小时", timeout=30_000)


@pytest.mark.parametrize(
    ("quote_", "said", "marks"),
    [
        ("国内航空轴承使用寿命多在 800 小时左右", "引文的位置变了", 1),
        ("已经删去的话", "已没有这段引文", 0),
    ],
)
def test_a_link_finds_its_quotation_again_after_the_document_has_changed(
    browser: Browser, address: str, quote_: str, said: str, marks: int
) -> None:
    link = "/?" + urlencode(
        {"doc": "speech", "start": 40, "end": 40 + len(quote_), "quote": quote_}
    )
    with opened(browser, address, query=link) as tab:
        expect(tab.locator("#source .note")).to_contain_text(said, timeout=10_000)
        expect(tab.locator(".document mark")).to_have_count(marks)
        if marks:
            expect(tab.locator(".document mark")).to_have_text(quote_)


def test_a_passage_that_is_not_cited_can_be_opened_beside_the_citations(page: Page) -> None:
    ask(page, "国产航空轴承的寿命和国外差多少？")
    expect(page.locator(".cite-at")).to_have_text("1 / 1", timeout=30_000)
    page.get_by_text("检索到的段落").click()
    passage = page.locator(".passages > li").nth(3)
    said = passage.locator("blockquote").inner_text()
    passage.locator("a.open").click()
    expect(page.locator(".cite-at")).to_have_text("1 / 2", timeout=10_000)
    expect(page.locator(".document .current").first).to_contain_text(said.split("\n")[0][:20])


def test_a_citation_s_link_is_copied(browser: Browser, address: str) -> None:
    with opened(browser, address) as tab:
        tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(tab, "国产航空轴承的寿命和国外差多少？")
        button = tab.locator("article.card").get_by_role("button", name="复制链接")
        button.click()
        expect(tab.locator("article.card footer")).to_contain_text("已复制")
        copied = tab.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"{address}/?doc=speech&start=")


def test_on_a_phone_contents_are_folded_and_there_is_a_way_back_to_the_answer(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, width=390) as tab:
        ask(tab, "国产航空轴承的寿命和国外差多少？")
        tab.locator("article.card a.open").first.click(timeout=30_000)
        expect(tab.locator(".document mark").first).to_be_in_viewport(timeout=10_000)
        assert not tab.locator("details.outline").evaluate("outline => outline.open")
        expect(tab.locator("section.answer")).not_to_be_in_viewport()
        tab.get_by_role("link", name="回到回答").click()
        expect(tab.locator("section.answer")).to_be_in_viewport()
        tab.locator("details.outline summary").click()
        expect(tab.locator(".outline a").first).to_be_visible()
