"""The page as its user meets it: a real server, a real Chromium, the real index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from bearing_qa.answer.library import Library
from bearing_qa.evaluation.compare import compare
from bearing_qa.evaluation.judgements import Evidence, Judgement
from bearing_qa.evaluation.report import as_json, write_report
from bearing_qa.evaluation.run import evaluate
from tests.browsing import ask, needs_browser, opened

pytestmark = needs_browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as tab:
        yield tab


def test_ask_see_the_answer_the_proof_and_the_source(page: Page) -> None:
    ask(page, "国产航空轴承的寿命和国外差多少？")
    expect(page.locator("section.answer")).to_contain_text("800 小时", timeout=30_000)
    card = page.locator("article.card").first
    expect(card.locator("mark")).to_contain_text("3000-5000 小时")
    expect(card).to_contain_text("第 7 页")
    expect(card).to_contain_text("2024-11-24")
    expect(card.locator("ol.breadcrumb")).to_contain_text("2. 保障水平")
    card.locator("a.open").click()
    source = page.locator(".document mark[data-cite='1']")
    expect(source).to_be_in_viewport()
    expect(source).to_have_text(
        "航空轴承：国内航空轴承使用寿命多在 800 小时左右，与国外产品3000-5000 小时相比差距较大。"
    )


def test_a_mark_lights_its_sentence_and_leads_to_its_card(page: Page) -> None:
    ask(page, "国产航空轴承的寿命和国外差多少？")
    mark = page.locator("section.answer a.mark")
    expect(mark).to_have_attribute("aria-label", "引用 1", timeout=30_000)
    sentence = page.locator(".document mark[data-cite='1']")
    mark.hover()
    expect(sentence).to_have_class(re.compile(r"\blit\b"))
    page.mouse.move(0, 0)
    expect(sentence).not_to_have_class(re.compile(r"\blit\b"))
    mark.focus()
    expect(sentence).to_have_class(re.compile(r"\blit\b"))
    page.keyboard.press("Enter")
    expect(page.locator("#citation-1")).to_be_focused()


def test_a_table_answer_marks_its_row(page: Page) -> None:
    ask(page, "2023年轴承行业的主营业务收入是多少？")
    expect(page.locator("section.answer")).to_contain_text("2180 亿元", timeout=30_000)
    expect(page.locator(".document tr.cited td").first).to_have_text("2023")


def test_passages_say_where_when_and_how_near_they_are(page: Page) -> None:
    ask(page, "2023年轴承行业的主营业务收入是多少？")
    page.get_by_text("检索到的段落").click(timeout=30_000)
    passages = page.locator("ol.passages > li")
    expect(passages).to_have_count(5)
    expect(passages.first.locator(".strength")).to_have_text("很相关")
    expect(passages.first).to_contain_text("第 1 页 2024-11-24")
    expect(passages.first.locator("b", has_text="2023").first).to_be_visible()


def test_a_refusal_looks_like_an_answer_and_shows_the_nearest_passages(page: Page) -> None:
    ask(page, "轴承行业2030年出口额的目标是多少？")
    refusal = page.locator("section.refused")
    expect(refusal).to_contain_text("没有找到", timeout=30_000)
    expect(refusal).to_contain_text("读过的段落都没有回答这个问题")
    expect(refusal.locator("dd").first).to_have_text("轴承、行业、出口额、目标、2030")
    expect(page.locator("ol.passages > li")).to_have_count(5)
    expect(page.locator("ol.passages > li").first).to_be_visible()
    expect(page.locator(".strength", has_text="很相关")).to_have_count(0)
    expect(page.locator(".document .current")).to_be_in_viewport()


def test_earlier_questions_are_kept_asked_again_and_forgotten(page: Page) -> None:
    ask(page, "国产航空轴承的寿命和国外差多少？")
    earlier = page.locator(".chips", has_text="问过的问题")
    expect(earlier.locator("li")).to_have_count(1, timeout=30_000)
    ask(page, "全文分几个部分？")
    expect(earlier.locator("li").first).to_have_text("全文分几个部分？", timeout=30_000)
    page.reload()
    earlier.get_by_role("button", name="国产航空轴承").click()
    expect(page.locator("section.answer")).to_contain_text("800 小时", timeout=30_000)
    expect(earlier.locator("li").first).to_have_text("国产航空轴承的寿命和国外差多少？")
    earlier.get_by_role("button", name="清空").click()
    expect(earlier).to_have_count(0)


def test_a_question_goes_on_from_the_one_before(page: Page) -> None:
    ask(page, "2022年轴承行业的主营业务收入是多少？")
    expect(page.locator("section.answer")).to_contain_text("2232 亿元", timeout=30_000)
    expect(page.locator(".asked")).to_have_count(0)
    ask(page, "那2023年呢？")
    expect(page.locator("section.answer")).to_contain_text("2180 亿元", timeout=30_000)
    expect(page.locator(".asked")).to_have_text("接上一问：2023年轴承行业的主营业务收入是多少？")
    first = page.locator(".chips", has_text="问过的问题").locator("li").first
    expect(first).to_have_text("2023年轴承行业的主营业务收入是多少？")


@pytest.mark.parametrize(("name", "suffix"), [("存为 Word", ".docx"), ("存为 Markdown", ".md")])
def test_the_answer_is_saved_as_a_file(page: Page, name: str, suffix: str, tmp_path: Path) -> None:
    expect(page.get_by_role("button", name=name)).to_have_count(0)
    ask(page, "国产航空轴承的寿命和国外差多少？")
    with page.expect_download() as saved:
        page.get_by_role("button", name=name).click(timeout=30_000)
    assert saved.value.suggested_filename == f"国产航空轴承的寿命和国外差多少{suffix}"
    saved.value.save_as(tmp_path / f"a{suffix}")
    if suffix == ".docx":
        text = "\n".join(p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    else:
        text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "与国外产品3000-5000 小时相比差距较大。" in text
    assert "周宇. 迈向轴承强国" in text
    ask(page, "2023年轴承行业的主营业务收入是多少？")
    expect(page.locator("section.answer")).to_contain_text("2180 亿元", timeout=30_000)
    expect(page.locator("#suggestions .chips li").first).to_have_text(
        "2023年轴承行业的主营业务收入是多少？"
    )
    expect(page.locator("#take button:visible")).to_have_text(["存为 Word", "存为 Markdown"])


def test_a_citation_is_copied_as_words_and_as_a_reference(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "国产航空轴承的寿命和国外差多少？")
    card = page.locator("article.card").first
    card.get_by_role("button", name="复制引文").click(timeout=30_000)
    expect(card.locator("footer")).to_contain_text("已复制")
    words = page.evaluate("navigator.clipboard.readText()")
    assert "·第 7 页·“航空轴承：国内航空轴承" in words
    card.get_by_role("button", name="GB/T 7714").click()
    page.wait_for_function("navigator.clipboard.readText().then(t => t.endsWith('2024-11-24: 7.'))")


def test_a_stroke_leads_back_to_the_question(page: Page) -> None:
    ask(page, "全文分几个部分？")
    page.locator("section.answer").click(timeout=30_000)
    page.keyboard.press("/")
    expect(page.locator("#question textarea, #question input").first).to_be_focused()


def test_an_example_question_can_be_clicked_and_asked(page: Page) -> None:
    page.get_by_role("button", name="新型工业化的关键特征和核心内容有哪些？").click()
    expect(page.locator("section.answer")).to_contain_text("人机协同", timeout=30_000)


def test_hostile_questions_are_text(page: Page) -> None:
    said: list[str] = []

    def hear(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    ask(page, "<img src=x onerror=alert(1)> 轴承 {{constructor}} ${alert(2)}")
    expect(page.locator("section.answer")).to_be_visible(timeout=30_000)
    assert said == []
    assert page.locator("#answer img").count() == 0


def test_an_empty_question_says_what_to_do(page: Page) -> None:
    page.locator("#ask").click()
    expect(page.locator("#answer [role=alert]")).to_contain_text("请输入问题", timeout=10_000)


def test_what_cannot_be_asked_takes_the_place_of_the_answer_before(page: Page) -> None:
    """An error never stands beside an old answer, as if that answered the new question."""
    ask(page, "2023年的轴承产量是多少亿套？")
    expect(page.locator("section.answer")).to_contain_text("202", timeout=30_000)
    page.locator("#scope button").first.click()
    page.locator("#from input, #from textarea").fill("后天")
    page.locator("#ask").click()
    alert = page.locator("#answer [role=alert]")
    expect(alert).to_contain_text("“后天”不是日期", timeout=30_000)
    expect(alert).to_contain_text("请写成")
    assert "is not a date" not in alert.inner_text()
    expect(page.locator("#answer .card, #passages .passage")).to_have_count(0)
    expect(page.locator("#take")).to_be_hidden()
    page.locator("#from input, #from textarea").fill("2024年")
    page.locator("#ask").click()
    expect(page.locator("section.answer")).to_contain_text("202", timeout=30_000)


def test_an_answer_goes_when_the_next_question_is_asked(page: Page) -> None:
    ask(page, "2023年的轴承产量是多少亿套？")
    expect(page.locator("section.answer")).to_contain_text("202", timeout=30_000)
    page.route("**/gradio_api/queue/**", lambda route: route.abort())
    ask(page, "新型工业化的关键特征有哪些？")
    expect(page.locator("#answer")).not_to_contain_text("202", timeout=10_000)


def test_questions_are_evaluated_on_the_page(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="评测").click()
    rows = "问题,依据,无答案\n轴承行业2023年的产量是多少？,202 亿套,\n太阳系有几颗行星？,,是\n<b>甲</b>？,哪里也没有的话,\n"
    (tmp_path / "题.csv").write_text(rows, encoding="utf-8")
    page.locator("#questions input[type=file]").set_input_files(tmp_path / "题.csv")
    page.locator("#evaluate").click()
    summary = page.locator("#summary")
    expect(summary.locator(".card").first).to_be_visible(timeout=60_000)
    expect(summary).to_contain_text("3 题")
    expect(summary).to_contain_text("题目文件中有 1 处不能使用")
    assert summary.locator("img").count() >= 3
    expect(summary.locator(".card").first).to_contain_text("第一段即含依据")
    expect(summary.locator(".questions > details:visible", has_text="太阳系")).to_have_count(
        0
    )  # right
    expect(summary.locator(".questions > details:visible", has_text="甲")).to_contain_text(
        "评测题有误"
    )
    summary.get_by_role("button", name="全部").click()
    expect(summary.locator(".questions > details:visible")).to_have_count(3)
    expect(page.locator("#reports a[href*='report.html']")).to_be_visible()


def test_a_run_that_is_stopped_gives_no_figures(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="评测").click()
    lines = "".join(f'{{"question": "第{at}个问题是什么？"}}\n' for at in range(2000))
    (tmp_path / "q.jsonl").write_text(lines, encoding="utf-8")
    page.locator("#questions input[type=file]").set_input_files(tmp_path / "q.jsonl")
    expect(page.locator("#questions a[href$='q.jsonl']")).to_be_visible(timeout=30_000)
    page.locator("#evaluate").click()
    page.wait_for_timeout(2000)
    page.locator("#stop-evaluation").click()
    expect(page.locator("#summary")).to_contain_text("已停止", timeout=30_000)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_report_fits_its_window_and_filters_the_failures(
    browser: Browser, speech_reader: Library, tmp_path: Path, width: int
) -> None:
    questions = [
        Judgement("right", "2023年的轴承产量是多少亿套？", answer="202 亿套"),
        Judgement("wrong", "轴承产量是多少？", (Evidence(quote="特种轴承"),), answer="从来没有"),
    ]
    evaluation = evaluate(speech_reader, questions)
    comparison = compare(as_json(evaluation), as_json(evaluation))
    write_report(evaluation, tmp_path, comparison=comparison)
    tab = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((tmp_path / "report.html").as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    expect(tab.locator(".questions > details:visible")).to_have_count(1)
    tab.locator(".filter button", has_text="全部").click()
    expect(tab.locator(".questions > details:visible")).to_have_count(2)
    tab.locator(".settings").scroll_into_view_if_needed()
    lines = tab.locator(".settings th").evaluate_all(
        "keys => keys.map(key => {const range = document.createRange();"
        " range.selectNodeContents(key); return range.getClientRects().length})"
    )
    assert set(lines) == {1}, "a key stands on one line"
    assert all(url.startswith(("file:", "data:")) for url in asked)
    tab.close()


def test_one_document_is_no_choice(page: Page) -> None:
    page.locator("#scope button").first.click()
    expect(page.locator("#section")).to_be_visible()
    expect(page.locator("#documents")).to_have_count(0)
