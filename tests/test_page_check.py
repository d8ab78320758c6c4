"""The page's tab for checking a draft, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from tests.browsing import needs_browser, opened, shown
from tests.conftest import BigramEncoder, write_tiny

pytestmark = needs_browser
DRAFT = "通知说，“公园门票价格不得超过30元”。灯塔修缮所需经费320万元。<script>alert(1)</script>\n"


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("check")
    corpus = write_tiny(folder / "corpus")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    library = Library(folder / "index", encoder=BigramEncoder())
    with shown(library, corpus) as address, opened(browser, address) as page:
        page.get_by_role("tab", name="核对稿件").click()
        yield page


def test_a_draft_is_marked_and_its_findings_lead_to_their_sources(page: Page) -> None:
    page.locator("#draft textarea").fill(DRAFT)
    page.locator("#check").click()
    findings = page.locator(".review .findings > li")
    expect(findings).to_have_count(2, timeout=20_000)
    expect(findings.first).to_contain_text("数字不同")
    expect(findings.first.locator("del")).to_have_text("30")
    expect(findings.first.locator("ins")).to_have_text("20")
    expect(findings.nth(1)).to_contain_text("一致")
    expect(page.locator(".review .draft")).to_contain_text("<script>alert(1)</script>")
    mark = page.locator(".review .draft a.v-number_differs")
    expect(mark).to_have_text("公园门票价格不得超过30元#")
    link = findings.first.locator("a.place").get_attribute("href") or ""
    assert link.startswith("?doc=")
    expect(page.locator("#check-word")).to_contain_text("docx")


def test_nothing_to_check_is_said(page: Page) -> None:
    page.locator("#draft textarea").fill("   ")
    page.locator("#check").click()
    expect(page.get_by_text("请先粘贴稿件或选择文件").first).to_be_visible(timeout=20_000)
