"""The page's tab for comparing two documents, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from tests.browsing import needs_browser, opened, shown
from tests.conftest import BigramEncoder, write_tiny

pytestmark = needs_browser
OLD = "# 渡口条例\n\n第一条 渡船每日开行六班。\n\n第二条 乡镇人民政府可以给予补贴。\n\n第三条 码头应当保持整洁。\n"
NEW = OLD.replace("可以", "应当").replace("六班", "六班<script>alert(1)</script>")


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("compare")
    corpus = write_tiny(folder / "corpus")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    library = Library(folder / "index", encoder=BigramEncoder())
    with shown(library, corpus) as address, opened(browser, address) as page:
        page.get_by_role("tab", name="条款对照").click()
        yield page


def test_two_documents_have_to_be_chosen(page: Page) -> None:
    page.locator("#compare").click()
    expect(page.get_by_text("请选两份文件").first).to_be_visible(timeout=20_000)


def test_changes_are_marked_side_by_side_and_can_be_saved(page: Page, tmp_path: Path) -> None:
    for side, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{side}.md").write_text(text, encoding="utf-8")
        page.locator(f"#compare-{side}-file input[type=file]").set_input_files(
            tmp_path / f"{side}.md"
        )
        expect(page.locator(f"#compare-{side}-file")).to_contain_text(side, timeout=20_000)
    page.locator("#compare").click()
    changed = page.locator(".comparison article.c-changed")
    expect(changed).to_have_count(2, timeout=20_000)
    duty = changed.nth(1)
    expect(duty.locator("header")).to_contain_text("义务")
    expect(duty.locator("del")).to_contain_text(["可以"])
    expect(duty.locator("ins")).to_contain_text(["应当"])
    expect(changed.first).to_contain_text("<script>alert(1)</script>")
    same = page.locator(".comparison article.c-same")
    expect(same.first).to_be_hidden()
    page.locator(".comparison .only-changed").uncheck()
    expect(same.first).to_be_visible()
    expect(page.locator("#compare-save")).to_contain_text("docx")
    expect(page.locator("#compare-save")).to_contain_text("xlsx")


def test_an_error_takes_the_place_of_what_was_shown(page: Page, tmp_path: Path) -> None:
    expect(page.locator(".comparison article").first).to_be_attached()
    (tmp_path / "bad.docx").write_bytes(b"no word file")
    page.locator("#compare-old-file").get_by_role("button").first.click()
    page.locator("#compare-old-file input[type=file]").set_input_files(tmp_path / "bad.docx")
    expect(page.locator("#compare-old-file")).to_contain_text("bad", timeout=20_000)
    page.locator("#compare").click()
    expect(page.locator("#comparison .fault")).to_contain_text("bad.docx", timeout=20_000)
    expect(page.locator(".comparison article")).to_have_count(0)
    expect(page.locator("#compare-save")).to_be_hidden()
