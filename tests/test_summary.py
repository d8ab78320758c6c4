"""A document at a glance, at the command line and on its page; outlines in answers are whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from bearing_qa.answer.compose import draft_answer
from bearing_qa.answer.library import Library
from bearing_qa.answer.read import Candidate, Said
from bearing_qa.answer.units import structures_at
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.document.ingest import parse_one
from bearing_qa.review.summary import summarise
from bearing_qa.types import Hit, Parsed
from tests.browsing import needs_browser, opened, shown
from tests.conftest import BigramEncoder, write_tiny
from tests.read import asked, parsed_of

NOTICE = (
    "河湾市渡口管理办法\n\n各区县人民政府，市政府各部门：\n\n第一章 总则\n\n第一条 为了加强渡口管理；保障安全，制定本办法。\n\n"
    "第二条 本市渡口的设立和经营，适用本办法。\n\n第二章 经营\n\n第三条 渡口经营人应当投保，保额不低于200万元。\n\n"
    "第四条 经营人应当在2026年6月30日前登记，收到申请之日起20日内办结。\n\n第三章 附则\n\n第五条 本办法自2025年9月1日起施行。\n\n"
    "河湾市人民政府\n2025年7月1日\n"
)


@pytest.fixture(scope="module")
def notice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("summary") / "渡口.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def test_a_summary_says_what_for_for_whom_by_whom_and_until_when(notice: Path) -> None:
    parsed = parse_one(notice)
    found = summarise(parsed)
    assert [one.text for one in found.purpose] == ["为了加强渡口管理；保障安全，制定本办法。"]
    who = [one.text for one in found.who]
    assert "各区县人民政府，市政府各部门：" in who
    assert "河湾市人民政府" in who
    assert any("适用本办法" in one for one in who)
    assert [(row.indicator, row.values[0].mention.value) for row in found.figures] == [
        ("保额", "不低于200万元")
    ]
    assert [due.deadline.date for due in found.deadlines] == ["2025-09-01", "2026-06-30", ""]


def test_every_part_of_a_summary_is_a_slice(notice: Path, speech: Parsed) -> None:
    for parsed in (parse_one(notice), speech):
        found, text = summarise(parsed), parsed.document.text
        cited = [*found.purpose, *found.who]
        cited += [value.citation for row in found.figures for value in row.values]
        cited += [due.citation for due in found.deadlines]
        for item in found.outline:
            cited += [item.heading, *([item.sentence] if item.sentence else [])]
        assert cited
        assert all(text[one.start : one.end] == one.text for one in cited)


def test_the_outline_is_whole_in_order_and_no_heading_is_bare(speech: Parsed) -> None:
    items = summarise(speech).outline
    assert [item.section.index for item in items] == [s.index for s in speech.sections[1:]]
    for item in items:
        assert item.sentence is not None
        assert item.section.start <= item.sentence.start < item.section.tree_end
        assert item.sentence.text != item.heading.text


def test_a_first_sentence_goes_to_its_full_stop(notice: Path) -> None:
    first = next(i for i in summarise(parse_one(notice)).outline if i.section.marker == "第一条")
    assert first.sentence is not None
    assert first.sentence.text.endswith("为了加强渡口管理；保障安全，制定本办法。")


def test_the_command_line_has_the_summary_and_without_it_the_outline_as_before(
    notice: Path,
) -> None:
    runner = CliRunner()
    before = json.loads(runner.invoke(app, ["outline", str(notice), "--json"]).stdout)
    assert set(before) == {"doc_id", "title", "headings", "inline_points", "tables"}
    given = json.loads(runner.invoke(app, ["outline", str(notice), "--json", "--summary"]).stdout)
    assert {key: value for key, value in given.items() if key != "summary"} == before
    assert set(given["summary"]) == {"purpose", "who", "figures", "deadlines", "outline"}
    told = runner.invoke(app, ["outline", str(notice), "--summary"]).stdout
    outline = told[told.index("各部分的第一句") :]
    assert (
        outline.index("第一章 总则") < outline.index("第二章 经营") < outline.index("第三章 附则")
    )
    assert "2026-06-30 | 经营人应当在2026年6月30日前登记" in told
    plain = runner.invoke(app, ["outline", str(notice)]).stdout
    assert "渡口经营人应当投保" not in plain


def _digest(parsed: Parsed, section: int, evidence: dict[str, float]) -> Candidate:
    """The digest of a section as it may be read: evidence by words of its units."""
    item = next(one for one in structures_at(parsed, section) if one.kind == "digest")
    said = [
        Said(span, next((v for words, v in evidence.items() if words in text), -9.0), span)
        for span, text in zip(item.units, item.texts, strict=True)
    ]
    return Candidate(item, Hit(0, 1.0), 1.0, 2.0, tuple(said))


def test_an_answer_by_outline_has_every_part_with_its_first_sentence() -> None:
    parsed = parsed_of(NOTICE)
    top = next(s.parent for s in parsed.sections if s.marker == "第一章")
    draft = draft_answer(
        asked("渡口管理办法讲了什么？"), [_digest(parsed, top, {"第一章": 3.0, "第二章": 2.5})]
    )
    words = [piece for piece, _ in draft.pieces]
    assert [piece.partition("：")[0] for piece in words] == [
        "第一章 总则",
        "第二章 经营",
        "第三章 附则",
    ]
    assert "制定本办法" in words[0]
    assert "渡口经营人应当投保，保额不低于200万元" in words[1]
    assert len(draft.cited) == 3
    for (said, _), (source, _, start, end, _) in zip(draft.pieces, draft.cited, strict=True):
        slice_ = source.document.text[start:end]
        assert all(part in slice_ for part in said.split("：", 1))


def test_one_part_of_an_outline_is_answered_by_that_part() -> None:
    parsed = parsed_of(NOTICE)
    top = next(s.parent for s in parsed.sections if s.marker == "第一章")
    draft = draft_answer(asked("哪一章讲经营？"), [_digest(parsed, top, {"第二章": 3.0})])
    assert [words for words, _ in draft.pieces] == ["第二章 经营"]


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("glance")
    corpus = write_tiny(folder / "corpus")
    (corpus / "渡口.txt").write_text(NOTICE, encoding="utf-8")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    library = Library(folder / "index", encoder=BigramEncoder())
    with (
        shown(library, corpus) as address,
        opened(browser, address, query="/?doc=渡口") as page,
    ):
        yield page


@needs_browser[0]
@needs_browser[1]
def test_the_page_unfolds_a_summary_whose_words_lead_to_their_place(page: Page) -> None:
    expect(page.locator(".reader h2")).to_contain_text("渡口管理办法", timeout=20_000)
    summary = page.locator("#document-summary")
    expect(summary).not_to_be_visible()
    page.locator("#glance button").first.click()
    expect(summary).to_contain_text("适用本办法", timeout=20_000)
    expect(summary.locator("th[scope=row]").first).to_contain_text("保额")
    summary.get_by_role("link", name="不低于200万元", exact=True).click()
    expect(page.locator(".document mark").first).to_contain_text("不低于200万元", timeout=20_000)
    expect(summary).to_contain_text("适用本办法")
