"""The page's tab for collecting a theme, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from tests.browsing import needs_browser, opened, shown
from tests.conftest import BigramEncoder, write_tiny

pytestmark = needs_browser
TEXT = "渡口安全管理办法\n\n一、渡口安全\n\n渡口安全由乡镇人民政府负责。渡口经营人应当每月检查渡口安全设施。\n\n二、票价\n\n票价由县物价部门核定，不得影响渡口安全。\n\n渡口安全改造应当于2030年底前完成，渡口安全投入2000万元。\n"


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("theme")
    corpus = write_tiny(folder / "corpus")
    (corpus / "渡口.txt").write_text(TEXT, encoding="utf-8")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    library = Library(folder / "index", encoder=BigramEncoder())
    with shown(library, corpus) as address, opened(browser, address) as page:
        page.get_by_role("tab", name="专题汇编").click()
        yield page


def test_the_page_collects_and_saves_what_is_left_ticked(page: Page) -> None:
    page.locator("#theme textarea, #theme input").first.fill("渡口安全")
    page.locator("#digest").click()
    boxes = page.locator("#digest-items input[type=checkbox]")
    expect(boxes.first).to_be_checked(timeout=20_000)
    expect(page.locator("#digest-count")).to_contain_text("1 份文件")
    boxes.first.uncheck()
    page.locator("#digest-save").click()
    expect(page.locator("#digest-files")).to_contain_text("docx", timeout=20_000)
    expect(page.locator("#digest-files")).to_contain_text("md")


def test_the_page_shows_figures_and_deadlines_as_tables(page: Page) -> None:
    page.locator("#theme textarea, #theme input").first.fill("渡口安全改造")
    page.locator("#digest").click()
    expect(page.locator("#digest-items input[type=checkbox]").first).to_be_checked(timeout=20_000)
    page.locator("#digest-table").click()
    tables = page.locator("#digest-tables")
    expect(tables.locator("th[scope=row]")).to_contain_text("渡口安全投入", timeout=20_000)
    expect(tables.get_by_role("link", name="2000万元", exact=True)).to_have_attribute(
        "href", re.compile(r"\?doc=.*start=\d+")
    )
    expect(tables).to_contain_text("2030")
    expect(tables).to_contain_text("没有推算")
    page.locator("#digest-save").click()
    expect(page.locator("#digest-files")).to_contain_text("xlsx", timeout=20_000)
