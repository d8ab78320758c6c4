"""What a user collects on the page stays in the browser, in the order wanted, and leaves it as files that can be trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.errors import QuestionError
from bearing_qa.output.clippings import (
    MAX_CLIPPINGS,
    clippings_of,
    markdown,
    write_word,
    write_workbook,
)
from tests.browsing import ask, needs_browser

LIFE = "国产航空轴承的寿命和国外差多少？"
SENTENCE = "航空轴承：国内航空轴承使用寿命多在 800 小时左右，与国外产品3000-5000 小时相比差距较大。"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, locale="zh-CN", accept_downloads=True
    )
    tab = context.new_page()
    tab.goto(address)
    yield tab
    context.close()


def show_clippings(page: Page) -> None:
    page.get_by_role("tab", name="采集夹").click(timeout=30_000)


def clipped(page: Page) -> Page:
    """The tab of clippings after an answer and its first citation were collected."""
    ask(page, LIFE)
    actions = page.locator("section.answer .actions")
    actions.get_by_role("button", name="采集", exact=True).click(timeout=30_000)
    card = page.locator("article.card").first
    card.get_by_role("button", name="采集", exact=True).click()
    expect(card.get_by_role("button", name="已采集")).to_be_visible()
    page.reload()
    show_clippings(page)
    expect(page.locator("#clippings li")).to_have_count(2, timeout=30_000)
    return page


@pytest.mark.browser
@needs_browser[1]
def test_clippings_outlive_a_reload_and_are_put_in_order_noted_removed_and_brought_back(
    page: Page,
) -> None:
    items = clipped(page).locator("#clippings li")
    expect(items.first.locator("h3")).to_have_text(LIFE)
    items.nth(1).get_by_role("button", name="上移").click()
    expect(items.nth(1).locator("h3")).to_have_text(LIFE)
    expect(items.first.get_by_role("button", name="上移")).to_be_focused()
    items.first.get_by_label("备注").fill("请核对型号")
    items.first.get_by_label("备注").blur()
    items.nth(1).get_by_role("button", name="移除").click()
    expect(items).to_have_count(1)
    page.get_by_role("button", name="撤销移除").click()
    expect(items).to_have_count(2)
    other = page.context.new_page()
    other.goto(page.url)
    show_clippings(other)
    expect(other.locator("#clippings li").first.get_by_label("备注")).to_have_value(
        "请核对型号", timeout=30_000
    )
    other.get_by_role("button", name="全部移除").click()
    expect(page.locator("#clippings li")).to_have_count(0)  # the tabs of a browser agree


@pytest.mark.browser
@needs_browser[1]
def test_clippings_are_exported_as_word_markdown_and_excel(page: Page, tmp_path: Path) -> None:
    clipped(page)
    for suffix in ("docx", "md", "xlsx"):
        with page.expect_download() as saved:
            page.locator(f"#clippings-{suffix}").click()
        saved.value.save_as(tmp_path / f"out.{suffix}")
    paragraphs = [p.text for p in docx.Document(str(tmp_path / "out.docx")).paragraphs]
    assert LIFE in paragraphs
    assert paragraphs.count(SENTENCE) == 2
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert f"## {LIFE}" in text
    assert "迈向轴承强国的中国轴承工业" in text
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == [SENTENCE, SENTENCE]
    assert {row[5] for row in rows[1:]} == {"与原文一致"}


@pytest.mark.browser
@needs_browser[1]
def test_a_backup_comes_back_and_another_file_is_refused(page: Page, tmp_path: Path) -> None:
    clipped(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="存为文件备份").click()
    saved.value.save_as(tmp_path / "clippings.json")
    (tmp_path / "other.json").write_text('{"a": 1}')
    page.get_by_role("button", name="全部移除").click()
    page.locator("#clippings input[type=file]").set_input_files(tmp_path / "other.json")
    expect(page.locator("#clippings [role=alert]")).to_have_text("这个文件不是采集夹的备份。")
    for _ in range(2):  # what is there already is not added again
        page.locator("#clippings input[type=file]").set_input_files(tmp_path / "clippings.json")
        expect(page.locator("#clippings li")).to_have_count(2)
        page.get_by_role("button", name="存为文件备份").wait_for()


@pytest.mark.browser
@needs_browser[1]
def test_a_note_stays_with_its_item_whatever_another_tab_does(page: Page) -> None:
    items = [json.loads(kept(text=text))[0] | {"note": ""} for text in ("甲", "乙")]
    broken = [{"quotations": [None]}, None, "丙"]  # what another version may have kept
    keep = "(items) => localStorage.setItem('bearing-qa-clippings', JSON.stringify(items))"
    page.evaluate(keep, items + broken)
    page.reload()
    show_clippings(page)
    cards = page.locator("#clippings li")
    expect(cards).to_have_count(2, timeout=30_000)
    cards.first.get_by_label("备注").fill("甲的备注")
    other = page.context.new_page()
    other.goto(page.url)
    other.evaluate(keep, items[1:])  # removed there while it is noted here
    cards.first.get_by_label("备注").blur()
    page.reload()
    show_clippings(page)
    expect(cards).to_have_count(2, timeout=30_000)
    expect(cards.first.locator("blockquote")).to_have_text("乙")
    expect(cards.first.get_by_label("备注")).to_have_value("")
    expect(cards.nth(1).locator("blockquote")).to_have_text("甲")
    expect(cards.nth(1).get_by_label("备注")).to_have_value("甲的备注")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    cards.first.get_by_label("备注").fill("放不下的备注")
    cards.first.get_by_label("备注").blur()
    expect(cards.first.get_by_role("alert")).to_contain_text("采集夹已满")


def kept(**changed: object) -> str:
    one = {"doc": "speech", "start": 0, "end": 0, "title": "讲话", "place": "", "text": SENTENCE}
    return json.dumps([{"question": "", "answer": "", "note": "注", "quotations": [one | changed]}])


def test_a_quotation_is_compared_with_the_document_before_it_is_written(
    speech_reader: Library,
    tmp_path: Path,
) -> None:
    index = speech_reader.index()
    (moved,) = clippings_of(index, kept())
    quotation = moved.quotations[0]
    assert quotation.state == "same"  # found again at its new place
    assert quotation.citation is not None
    assert quotation.citation.text == SENTENCE
    twice = index.catalogue.parsed("speech")
    assert twice is not None
    places = [m.start() for m in re.finditer("轴承钢", twice.document.text)]
    near = clippings_of(index, kept(text="轴承钢", start=places[-1] + 1, end=0))[0].quotations[0]
    assert near.citation is not None
    assert near.citation.start == places[-1]  # of several places the nearest
    (changed,) = clippings_of(index, kept(text="航空轴承的寿命是 900 小时。"))
    assert changed.quotations[0].state == "changed"
    assert "原文已改动" in markdown([changed])
    (bare,) = clippings_of(index, '[{"question": "问", "answer": "答", "note": "注"}]')
    write_workbook([bare], tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in list(sheet.rows)[1]][:3] == [1, "问", "答"]
    (gone,) = clippings_of(index, kept(doc="../secret"))
    assert gone.quotations[0].state == "gone"


def test_odd_words_of_a_backup_spoil_no_file(speech_reader: Library, tmp_path: Path) -> None:
    odd = "=1+1 \x00\ud800<b>\n&lt;b&gt;\n- 一\n1. 一\n==="
    items = json.loads(kept(title=odd, text=odd)) + json.loads(kept())
    items[0] |= {"question": odd, "answer": odd, "note": odd}
    items[1] |= {"question": None, "answer": None, "note": None}
    made = clippings_of(speech_reader.index(), json.dumps(items))
    write_word(made, tmp_path / "out.docx")
    write_workbook(made, tmp_path / "out.xlsx")
    (tmp_path / "out.md").write_text(markdown(made), encoding="utf-8")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    first, second = list(sheet.rows)[1:]
    assert [cell.data_type for cell in first] == ["n", *"ssssss"]
    assert not any(second[at].value for at in (1, 2, 6))
    lines = markdown(made).split("\n")
    assert not any(
        line.startswith(("- ", "1. ", "===", "> - ", "> 1. ", "> ===")) for line in lines
    )
    assert not re.search(r"(?<!\\)[<&]", markdown(made[:1]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '[{"quotations": [{}]}]',
        '[{"quotations": 3}]',
        '[{"quotations": ["讲话"]}]',
        "[" * 100_000,
        json.dumps([{"quotations": [{"doc": "a", "start": float("inf"), "end": 0}]}]),
        json.dumps([{}] * (MAX_CLIPPINGS + 1)),
    ],
)
def test_what_is_no_collection_is_refused_in_one_line(speech_reader: Library, text: str) -> None:
    with pytest.raises(QuestionError, match="采集夹无法读取"):
        clippings_of(speech_reader.index(), text)
