"""The page for everyone: both languages, small screens, assistive technology, paper; hostile documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from tests.browsing import ask, go_to, needs_browser, opened, shown
from tests.conftest import BigramEncoder

pytestmark = needs_browser
QUESTION = "国产航空轴承的寿命和国外差多少？"
REFUSED = "轴承行业2030年出口额的目标是多少？"
HOSTILE = (
    "港口<script>alert(1)</script>条例\n第一条 <img src=x onerror=alert(2)>港口拖轮每日巡检三次。\n"
    "第二条 ![图](http://example.com/x.png) [链](javascript:alert(3)) {{constructor}} ${alert(4)}。\n"
)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as tab:
        yield tab


def _faults(page: Page) -> list[str]:
    """What axe-core holds against the page that keeps people out, once it has stopped fading."""
    expect(page.locator(".html-container.pending")).to_have_count(0, timeout=30_000)
    page.evaluate(
        "Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished))"
    )
    found = Axe().run(page).response["violations"]
    return [
        f"{item['id']}: {item['nodes'][0]['html'][:120]}"
        for item in found
        if item["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_nothing_keeps_people_out_and_nothing_runs_over_the_edge(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    with opened(browser, address, width=width, scheme=scheme) as tab:
        for question, shows in ((QUESTION, "article.card"), (REFUSED, "section.refused")):
            ask(tab, question)
            expect(tab.locator(shows).first).to_be_visible(timeout=30_000)
            expect(tab.locator("#suggestions .chips li").first).to_have_text(
                question, timeout=30_000
            )
            expect(tab.locator("section.answer")).to_be_in_viewport()
            assert _faults(tab) == []
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
        for name, part in (("评测", "#evaluate"), ("资料", "table.library")):
            go_to(tab, name)
            expect(tab.locator(part)).to_be_visible(timeout=10_000)
            assert _faults(tab) == []
            assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_an_english_browser_reads_english(browser: Browser, address: str) -> None:
    with opened(browser, address, locale="en-US") as tab:
        expect(tab.get_by_role("heading", level=1)).to_have_text("Ask policy documents")
        ask(tab, QUESTION)
        card = tab.locator("article.card").first
        expect(card).to_contain_text("p. 7", timeout=30_000)
        expect(card.get_by_role("button", name="Copy link")).to_be_visible()
        expect(tab.get_by_role("searchbox", name="Find in document")).to_be_visible()
        tab.get_by_role("tab", name="Library").click()
        expect(tab.locator("table.library .state").first).to_have_text("up to date", timeout=10_000)


def test_the_keyboard_alone_leads_from_question_to_proof(page: Page) -> None:
    box = page.locator("#question textarea, #question input").first
    expect(box).to_be_focused(timeout=10_000)
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("article.card").first).to_be_visible(timeout=30_000)
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('section.answer a.mark')"):
            break
    mark = page.locator("section.answer a.mark")
    expect(mark).to_be_focused()
    assert mark.evaluate("mark => getComputedStyle(mark).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#citation-1")).to_be_focused()


def test_paper_holds_answer_citations_and_source_and_no_buttons(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.locator("article.card").first).to_be_visible(timeout=30_000)
    page.emulate_media(media="print")
    for shows in ("section.answer", "article.card", ".reader h2", ".document"):
        expect(page.locator(shows).first).to_be_visible()
    assert page.locator("button:visible").count() == 0
    assert page.locator(".document").evaluate("it => it.scrollHeight <= it.clientHeight + 1")


def test_hostile_documents_are_text(browser: Browser, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "条例.txt").write_text(HOSTILE, encoding="utf-8")
    build_index(corpus, tmp_path / "index", encoder=BigramEncoder())
    reader = Library(tmp_path / "index", encoder=BigramEncoder())
    with shown(reader, corpus) as address, opened(browser, address) as tab:
        said: list[str] = []

        def hear(dialog: Dialog) -> None:
            said.append(dialog.message)
            dialog.dismiss()

        tab.on("dialog", hear)
        ask(tab, "港口拖轮每日巡检多少次？")
        expect(tab.locator("section.answer")).to_contain_text("三次", timeout=30_000)
        expect(tab.locator(".document")).to_contain_text("{{constructor}} ${alert(4)}")
        for part in ("#answer", "#passages", "#source", "#suggestions"):
            assert tab.locator(f"{part} :is(img, script, [onerror])").count() == 0
        assert said == []
