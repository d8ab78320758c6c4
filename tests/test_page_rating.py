"""Answers are rated on the page, kept in the browser, and taken away as questions that ``evaluate`` reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.evaluation.question_files import read_questions
from bearing_qa.evaluation.report_page import FAULTS, faults
from bearing_qa.evaluation.run import evaluate
from tests.browsing import ask, needs_browser

pytestmark = needs_browser
LIFE, MARS, STEEL = (
    "国产航空轴承的寿命和国外差多少？",
    "火星上有多少人？",
    "哪家企业的轴承钢产量全球第一？",
)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, locale="zh-CN", accept_downloads=True
    )
    tab = context.new_page()
    tab.goto(address)
    yield tab
    context.close()


def rate(page: Page, question: str, rating: str, why: str = "") -> None:
    ask(page, question)
    group = page.locator("section.answer").get_by_role("group", name="这个回答有用吗")
    expect(page.locator("#answer")).to_be_visible(timeout=30_000)
    button = group.get_by_role("button", name=rating)
    button.click(timeout=30_000)
    expect(button).to_have_attribute("aria-pressed", "true")
    if why:
        group.get_by_role("textbox").fill(why)


def test_rated_answers_are_taken_away_as_questions(
    page: Page, speech_reader: Library, tmp_path: Path
) -> None:
    rate(page, LIFE, "有用")
    rate(page, MARS, "有用")  # rightly refused
    rate(page, STEEL, "有用")
    rate(page, STEEL, "没用", "太长")  # the last word counts
    page.reload()
    page.get_by_role("tab", name="评测").click()
    expect(page.locator(".rated")).to_contain_text("有用 2，没用 1", timeout=30_000)
    with page.expect_download() as saved:
        page.get_by_role("button", name="存为评测题").click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    assert path.name == "评价过的问题.jsonl"
    assert "太长" in path.read_text("utf-8")
    read = read_questions(path)
    assert read.complaints == []
    records = {r["question"]: r for r in evaluate(speech_reader, read.judgements).questions}
    assert records[LIFE]["figures"]["cited"] == 1.0
    assert records[MARS]["figures"]["refusal recall"] == 1.0
    assert not records[STEEL]["judged"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="清除评价").click()
    expect(page.locator(".rated")).to_be_hidden()


def test_the_template_is_a_question_file(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="评测").click()
    link = page.get_by_role("link", name="下载评测题模板")
    text = unquote(str(link.get_attribute("href", timeout=30_000)).partition(",")[2])
    assert next(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == [
        "编号",
        "问题",
        "依据",
        "答案",
        "无答案",
    ]
    (tmp_path / "题.csv").write_text(text, encoding="utf-8")
    read = read_questions(tmp_path / "题.csv")
    assert [j.unanswerable for j in read.judgements] == [False, True]
    assert read.complaints == []


def test_an_answer_that_cites_something_else_is_among_the_faults() -> None:
    record = {"figures": {"hit@1": 1.0, "hit@10": 1.0, "cited": 0.0}, "complaints": []}
    assert faults(record) == ["uncited"]
    assert set(faults(record)) <= set(FAULTS)
