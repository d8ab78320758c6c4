"""What the page lets one do with an answer, and what it says when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import ask, needs_browser, opened

pytestmark = needs_browser
LIFE = "国产航空轴承的寿命和国外差多少？"
UNKNOWN = "轴承协会一共有多少会员？"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as tab:
        tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield tab


def copied(page: Page) -> str:
    return str(page.evaluate("() => navigator.clipboard.readText()"))


def test_the_whole_answer_is_copied_with_its_citations_and_a_link_that_asks_again(
    page: Page,
) -> None:
    ask(page, LIFE)
    actions = page.locator("section.answer .actions")
    actions.get_by_role("button", name="复制回答和引文").click(timeout=30_000)
    expect(actions).to_contain_text("已复制")
    text = copied(page)
    assert text.startswith(f"问：{LIFE}\n答：")
    assert "[1] 迈向轴承强国的中国轴承工业" in text
    assert "“航空轴承：国内航空轴承使用寿命多在 800 小时左右" in text
    actions.get_by_role("button", name="复制问答链接").click()
    expect(actions.locator("[data-copy-link]")).to_have_text("已复制")
    assert copied(page).endswith(f"/?q={quote(LIFE)}")


def test_a_link_with_a_question_asks_it_in_its_scope(browser: Browser, address: str) -> None:
    query = f"/?q={quote('2023年轴承产量是多少？')}&from=2024-01"
    with opened(browser, address, query=query) as page:
        card = page.locator("article.card").first
        expect(card.locator("table.cells th").first).to_have_text("时间", timeout=60_000)
        expect(card.locator("table.cells td").first).to_have_text("2023")
        expect(page.locator("#from input, #from textarea").first).to_have_value("2024-01")


def test_a_refusal_offers_questions_that_are_answered(page: Page) -> None:
    ask(page, UNKNOWN)
    expect(page.locator("section.answer.refused")).to_contain_text("最接近的在", timeout=30_000)
    offered = page.locator("#following button")
    expect(offered.first).to_be_visible(timeout=60_000)
    assert offered.count() >= 2
    question = offered.first.inner_text()
    offered.first.click()
    expect(page.locator("section.answer:not(.refused)")).to_be_visible(timeout=60_000)
    expect(page.locator("#question textarea, #question input").first).to_have_value(question)


def test_an_english_page_refuses_in_english(browser: Browser, address: str) -> None:
    with opened(browser, address, locale="en-US") as page:
        ask(page, UNKNOWN)
        refused = page.locator("section.answer.refused")
        expect(refused).to_contain_text(
            "The documents do not answer this question.", timeout=30_000
        )
        expect(refused).to_contain_text("none of the passages that were read answers this")
        assert "没有" not in refused.inner_text().replace("《", "").split("nearest one is in")[0]


def test_all_earlier_questions_are_searched_and_deleted_one_by_one(
    browser: Browser, address: str
) -> None:
    """The server renders what the browser remembers: here ten questions that were asked before."""
    with opened(browser, address) as page:
        for number in range(1, 11):
            ask(page, f"第{number}条是怎么规定的？")
            earlier = page.locator("#suggestions .chips", has_text="问过的问题").locator("li").first
            expect(earlier).to_have_text(f"第{number}条是怎么规定的？", timeout=30_000)
        page.reload()
        history = page.locator(".history")
        history.locator("summary").click(timeout=30_000)
        expect(history.locator("li:visible")).to_have_count(10)
        history.get_by_role("searchbox").fill("第10条")
        expect(history.locator("li:visible")).to_have_count(1)
        history.locator("li:visible").get_by_role("button", name="删除").click()
        expect(page.locator(".history li")).to_have_count(9)
        expect(page.locator("#suggestions")).not_to_contain_text("第10条")
