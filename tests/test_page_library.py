"""The page over several documents that change: scope, library, files in and out, rebuild, read-only."""

from __future__ import annotations

import json
import tomllib
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
WRITERS = {"put", "remove", "rebuild", "roll_back", "restore", "restore_1", "empty", "save"}
"""Events of the library that write."""


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
    expect(page.locator("#version")).to_contain_text("文件 4 份")
    expect(page.locator("#version")).not_to_contain_text(library.reader.index().version)
    built = page.locator("#version time")
    shown_here = "time => new Date(time.dateTime).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'})"
    expect(built).to_have_text(built.evaluate(shown_here))


def test_files_are_added_and_indexed_in_one_act_taken_out_and_brought_back(
    page: Page, library: Shelf, tmp_path: Path
) -> None:
    new, bad = tmp_path / "港口〔2024〕规定.txt", tmp_path / "坏.pdf"
    new.write_text("港口拖轮管理规定\n第一条 港口拖轮每日巡检三次。\n", encoding="utf-8")
    bad.write_bytes(b"%PDF-1.4 broken")
    page.locator("#upload input[type=file]").set_input_files([new, bad])
    expect(page.locator("#upload")).to_contain_text("港口〔2024〕规定", timeout=10_000)
    page.locator("#put").click()
    report = page.locator("#report")
    expect(report).to_contain_text("已加入：港口〔2024〕规定.txt：3 段", timeout=30_000)
    expect(report).to_contain_text("已加入：坏.pdf：未能读取：")
    expect(report).to_contain_text("索引已更新：文件 5 份")
    expect(_row(page, "港口拖轮管理规定").locator(".state")).to_have_text("最新")
    expect(_row(page, "坏.pdf").locator(".state")).to_have_text("未能读取")
    expect(_row(page, "坏.pdf")).to_contain_text("cannot be read")

    (library.corpus / new.name).write_text("港口拖轮管理规定\n第一条 巡检五次。\n", "utf-8")
    page.get_by_role("tab", name="提问").click()
    ask(page, "港口拖轮每日巡检多少次？")
    expect(page.locator("section.answer .stale")).to_contain_text("港口拖轮", timeout=10_000)

    page.get_by_role("tab", name="资料").click()
    expect(_row(page, "港口拖轮管理规定").locator(".state")).to_have_text("已变", timeout=10_000)
    page.locator("#names input").click()
    page.get_by_role("option", name="港口").click()
    page.get_by_role("option", name="坏").click()
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
    expect(report).to_contain_text("已移入回收站：港口〔2024〕规定.txt", timeout=30_000)
    assert "港口〔2024〕规定.txt" in asked[0]
    assert "回收站" in asked[0]
    assert not (library.corpus / new.name).exists()
    expect(page.locator("table.library tbody tr")).to_have_count(4, timeout=10_000)
    take_back(page, library, new.name)


def take_back(page: Page, library: Shelf, name: str) -> None:
    """What was removed is undone; what is left in the bin is deleted for good."""
    report = page.locator("#report")
    report.get_by_role("button", name="撤销 港口〔2024〕规定.txt").click()
    expect(report).to_contain_text("已恢复：港口〔2024〕规定.txt", timeout=30_000)
    assert "五次" in (library.corpus / name).read_text("utf-8")
    expect(_row(page, "港口拖轮管理规定").locator(".state")).to_have_text("最新", timeout=10_000)

    page.locator("#bin button").first.click()
    expect(page.locator("#binned li")).to_contain_text("坏.pdf")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#empty-bin").click()
    expect(report).to_contain_text("1 个文件已删除", timeout=10_000)
    expect(page.locator("#binned")).to_contain_text("回收站是空的")
    page.locator("#names input").click()
    page.get_by_role("option", name="港口").click()
    page.keyboard.press("Escape")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#remove").click()
    expect(page.locator("table.library tbody tr")).to_have_count(4, timeout=30_000)


def test_what_is_known_of_a_document_is_corrected_on_the_page(page: Page, library: Shelf) -> None:
    page.locator("#corrections button").first.click()
    page.locator("#correct-which input").click()
    page.get_by_role("option", name="城市公园管理办法").click()
    title = page.locator("#fact-title textarea, #fact-title input")
    expect(title).to_have_value("城市公园管理办法", timeout=10_000)
    issuer = page.locator("#fact-issuer textarea, #fact-issuer input")
    day = page.locator("#fact-date textarea, #fact-date input")
    day.fill("昨天")
    page.locator("#correct-save").click()
    report = page.locator("#report")
    expect(report.get_by_role("alert")).to_contain_text("“昨天”不是日期", timeout=10_000)
    assert not (library.corpus / "办法.meta.toml").exists()
    issuer.fill("河湾市人民政府")
    day.fill("2021年8月16日")
    page.locator("#correct-save").click()
    expect(report).to_contain_text("已更正：办法.txt", timeout=30_000)
    row = _row(page, "城市公园管理办法")
    expect(row.locator("td").nth(1)).to_have_text("河湾市人民政府", timeout=10_000)
    expect(row.locator("td").nth(2)).to_have_text("2021-08-16")
    assert tomllib.loads((library.corpus / "办法.meta.toml").read_text("utf-8")) == {
        "issuer": "河湾市人民政府",
        "date": "2021-08-16",
    }
    for field in (issuer, day):
        field.fill("")
    page.locator("#correct-save").click()
    expect(row.locator("td").nth(2)).to_have_text("2021-08-15", timeout=30_000)


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
        expect(serving).to_contain_text("文件 5 份", timeout=10_000)
        tab.get_by_text("以前的版本").click()
        expect(tab.locator("details.version li")).to_contain_text("文件 5 份")
        moments = [one.get_attribute("datetime") for one in tab.locator("#version time").all()]
        asked: list[str] = []

        def decline(dialog: Dialog) -> None:
            asked.append(dialog.message)
            dialog.dismiss()

        tab.once("dialog", decline)
        tab.locator("#roll-back").click()
        tab.wait_for_timeout(500)
        assert "恢复上一版本" in asked[0]
        assert reader.index().version == versions[1]
        tab.once("dialog", lambda dialog: dialog.accept())
        tab.locator("#roll-back").click()
        expect(tab.locator("#report")).to_contain_text("已恢复", timeout=10_000)
        expect(tab.locator("#report")).to_contain_text("回收站里没有，未能恢复：通知.txt")
        expect(serving.locator("time")).to_have_attribute(
            "datetime", str(moments[1]), timeout=10_000
        )
        expect(tab.locator("#roll-back")).to_be_hidden()
        assert "20元" in reader.ask("渡口票价是多少？").text
        tab.locator("#rebuild").click()
        expect(tab.locator("#report")).to_contain_text("索引已更新", timeout=30_000)
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
    assert waiting == reading | made | WRITERS


def test_a_read_only_page_writes_nothing_by_hand_or_by_program(
    browser: Browser, library: Shelf
) -> None:
    with shown(library.reader, library.corpus, read_only=True) as address:
        with opened(browser, address) as tab:
            tab.get_by_role("tab", name="资料").click()
            expect(tab.locator("table.library")).to_be_visible(timeout=10_000)
            expect(tab.get_by_text("这个页面是只读的")).to_be_visible()
            for part in (
                "#upload",
                "#put",
                "#remove",
                "#rebuild",
                "#roll-back",
                "#bin",
                "#corrections",
            ):
                expect(tab.locator(part)).to_have_count(0)
        for writes, locked in ((True, library.address), (False, address)):
            config = json.load(urllib.request.urlopen(f"{locked}/config", timeout=10))
            names = {item["api_name"] for item in config["dependencies"]}
            assert (names >= WRITERS) is writes
        request = urllib.request.Request(
            f"{address}/gradio_api/call/rebuild",
            b'{"data": []}',
            {"Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=10)
