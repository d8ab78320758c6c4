"""The page over several documents that change: scope, library, files in and out, rebuild, read-only."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from tests.browsing import ask, needs_browser, opened, shown
from tests.conftest import BigramEncoder, write_tiny

pytestmark = needs_browser


@dataclass(frozen=True)
class Shelf:
    address: str
    corpus: Path
    reader: Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("library")
    corpus = write_tiny(folder / "corpus")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    reader = Library(folder / "index", encoder=BigramEncoder())
    with shown(reader, corpus) as address:
        yield Shelf(address, corpus, reader)


@pytest.fixture
def page(browser: Browser, library: Shelf) -> Iterator[Page]:
    with opened(browser, library.address) as tab:
        tab.get_by_role("tab", name="资料").click()
        expect(tab.locator("table.library")).to_be_visible(timeout=10_000)
        yield tab


def _call(address: str, *values: Any) -> str:
    """What the endpoint /ask gives to a plain HTTP call."""
    url = f"{address}/gradio_api/call/ask"
    body = json.dumps({"data": values}).encode()
    posted = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(posted, timeout=30) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{url}/{event}", timeout=30) as reply:
        lines = reply.read().decode().split("\n")
    assert lines[0] == "event: complete"
    return str(json.loads(lines[1].removeprefix("data: "))[0])


def test_a_question_asked_of_one_document_and_section(browser: Browser, library: Shelf) -> None:
    question = "渔业养殖面积是多少？"
    with opened(browser, library.address) as tab:
        expect(tab.locator("#section")).to_be_hidden()
        tab.locator("#scope button").first.click()
        tab.locator("#documents input").click()
        tab.get_by_role("option", name="城市公园管理办法").click()
        tab.locator("#section").get_by_label("章节").fill("第二章")
        ask(tab, question)
        expect(tab.locator("section.refused")).to_be_visible(timeout=30_000)
        expect(tab.locator("#passages")).to_contain_text("24小时内处理")
        expect(tab.locator("#passages")).not_to_contain_text("水产")
        tab.locator("#from").get_by_label("日期自").fill("2030")
        ask(tab, question)
        expect(tab.locator("#answer [role=alert]")).to_contain_text("2030-01-01", timeout=30_000)
    assert "12.5万亩" in _call(library.address, question)
    assert "没有找到" in _call(library.address, question, ["办法"], "2021", "2021-08", "")


def _row(page: Page, title: str) -> Any:
    return page.locator("table.library tbody tr", has_text=title)


def test_documents_are_listed_with_what_is_known_of_them(page: Page, library: Shelf) -> None:
    row = _row(page, "城市公园管理办法")
    expect(row.locator("td").nth(2)).to_have_text("2021-08-15")
    expect(row.locator(".state")).to_have_text("最新")
    expect(page.locator("table.library tbody tr")).to_have_count(4)
    expect(page.locator("#limits")).to_contain_text(".docx")
    expect(page.locator("#limits")).to_contain_text("64 MB")
    expect(page.locator("#version")).to_contain_text(library.reader.index().version)


def test_a_file_is_put_in_built_asked_changed_and_taken_out(
    page: Page, library: Shelf, tmp_path: Path
) -> None:
    new = tmp_path / "港口〔2024〕规定.txt"
    new.write_text("港口拖轮管理规定\n第一条 港口拖轮每日巡检三次。\n", encoding="utf-8")
    (tmp_path / "坏.exe").write_bytes(b"x")
    page.locator("#upload input[type=file]").set_input_files([new])
    expect(page.locator("#upload")).to_contain_text("港口〔2024〕规定", timeout=10_000)
    page.locator("#put").click()
    report = page.locator("#report")
    expect(report).to_contain_text("已加入：港口〔2024〕规定.txt", timeout=10_000)
    expect(_row(page, "港口〔2024〕规定").locator(".state")).to_have_text("新增")
    page.locator("#rebuild").click()
    expect(report).to_contain_text("新增：港口〔2024〕规定.txt", timeout=30_000)
    expect(_row(page, "港口拖轮管理规定").locator(".state")).to_have_text("最新")

    (library.corpus / new.name).write_text("港口拖轮管理规定\n第一条 巡检五次。\n", "utf-8")
    page.get_by_role("tab", name="提问").click()
    ask(page, "港口拖轮每日巡检多少次？")
    expect(page.locator("section.answer .stale")).to_contain_text("港口拖轮", timeout=10_000)

    page.get_by_role("tab", name="资料").click()
    expect(_row(page, "港口拖轮管理规定").locator(".state")).to_have_text("已变", timeout=10_000)
    page.locator("#names input").click()
    page.get_by_role("option", name="港口").click()
    page.keyboard.press("Escape")
    asked: list[str] = []

    def decline(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", decline)
    page.locator("#remove").click()
    page.wait_for_timeout(500)
    assert (library.corpus / new.name).exists()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#remove").click()
    expect(report).to_contain_text("已移除：港口〔2024〕规定.txt", timeout=10_000)
    assert "港口〔2024〕规定.txt" in asked[0]
    assert not (library.corpus / new.name).exists()
    page.locator("#rebuild").click()
    expect(page.locator("table.library tbody tr")).to_have_count(4, timeout=30_000)


def test_the_version_before_is_shown_and_gone_back_to(browser: Browser, tmp_path: Path) -> None:
    corpus = write_tiny(tmp_path / "corpus")
    notice = corpus / "通知.txt"
    versions = []
    for price in (20, 30):
        notice.write_text(f"渡口票价通知\n渡口票价为{price}元。\n", encoding="utf-8")
        versions.append(build_index(corpus, tmp_path / "index", encoder=BigramEncoder()).version)
    reader = Library(tmp_path / "index", encoder=BigramEncoder())
    with shown(reader, corpus) as address, opened(browser, address) as tab:
        tab.get_by_role("tab", name="资料").click()
        serving = tab.locator("p.version")
        expect(serving).to_contain_text(versions[1], timeout=10_000)
        tab.get_by_text("以前的版本").click()
        expect(tab.locator("details.version li")).to_contain_text(versions[0])
        asked: list[str] = []

        def decline(dialog: Dialog) -> None:
            asked.append(dialog.message)
            dialog.dismiss()

        tab.once("dialog", decline)
        tab.locator("#roll-back").click()
        tab.wait_for_timeout(500)
        assert versions[0] in asked[0]
        expect(serving).to_contain_text(versions[1])
        tab.once("dialog", lambda dialog: dialog.accept())
        tab.locator("#roll-back").click()
        expect(tab.locator("#report")).to_contain_text(f"恢复到版本 {versions[0]}", timeout=10_000)
        expect(serving).to_contain_text(versions[0], timeout=10_000)
        expect(tab.locator("#roll-back")).to_be_hidden()
        assert "20元" in reader.ask("渡口票价是多少？").text
        tab.locator("#rebuild").click()
        expect(serving).not_to_contain_text(versions[0], timeout=30_000)
        assert "30元" in reader.ask("渡口票价是多少？").text


def test_only_long_work_waits_in_the_queue(library: Shelf) -> None:
    """The queue's stream may end before an event that joins it: what it gives would never be shown."""
    config = json.load(urllib.request.urlopen(f"{library.address}/config", timeout=10))
    waiting = {
        item["api_name"]
        for item in config["dependencies"]
        if item["backend_fn"] and item["queue"] is not False and item["api_visibility"] != "public"
    }
    reading = {"ask", "follow", "check_draft", "compare_documents", "collect_theme", "evaluate"}
    made = {"save_theme", "tables_of_theme"}
    assert waiting == reading | made | {"put", "remove", "rebuild", "roll_back"}


def test_a_read_only_page_writes_nothing_by_hand_or_by_program(
    browser: Browser, library: Shelf
) -> None:
    with shown(library.reader, library.corpus, read_only=True) as address:
        with opened(browser, address) as tab:
            tab.get_by_role("tab", name="资料").click()
            expect(tab.locator("table.library")).to_be_visible(timeout=10_000)
            expect(tab.get_by_text("这个页面是只读的")).to_be_visible()
            for part in ("#upload", "#put", "#remove", "#rebuild", "#roll-back"):
                expect(tab.locator(part)).to_have_count(0)
        for writes, locked in ((True, library.address), (False, address)):
            config = json.load(urllib.request.urlopen(f"{locked}/config", timeout=10))
            names = {item["api_name"] for item in config["dependencies"]}
            assert ({"put", "remove", "rebuild", "roll_back"} <= names) is writes
        request = urllib.request.Request(
            f"{address}/gradio_api/call/rebuild",
            b'{"data": []}',
            {"Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=10)
