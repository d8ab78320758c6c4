"""What the page shows of texts it did not write is text, never markup."""

from __future__ import annotations

import re

import pytest

from bearing_qa.answer.citations import quote
from bearing_qa.document.parse import parse
from bearing_qa.document.raw_text import RawText
from bearing_qa.output.texts import CHINESE, MODULES, WORDS, Words, words_for
from bearing_qa.output.view import AnswerView
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.types import Answer, Citation, Parsed
from bearing_qa.web.answer_markup import (
    render_answer,
    render_passages,
    render_suggestions,
    strength,
)
from bearing_qa.web.document_markup import Open, render_readers
from bearing_qa.web.markup import emphasised

HOSTILE = "一、<script>alert(1)</script>\n正文<img src=x onerror=alert(2)>，增长 3%。\"引号'与&amp;。\u202e倒转\u202c。\n![图](http://x)尾声。"


def _parsed(text: str, **metadata: str) -> Parsed:
    return parse(RawText("x", text, "utf-8"), metadata=metadata, source="x.txt")


def _cited(parsed: Parsed, words: str, score: float = 1.0) -> Citation:
    start = parsed.document.text.index(words)
    section = len(parsed.sections) - 1
    return quote(
        parsed, start=start, end=start + len(words), kind="text", section=section, score=score
    )


def _shown(answer: Answer, parsed: Parsed, *, scope: Scope = EVERYTHING) -> AnswerView:
    return AnswerView(answer, {"x": parsed}, ("增长", "问"), scope, (1, 2))


def test_hostile_text_is_escaped_everywhere_and_marks_hold_exact_slices() -> None:
    parsed = _parsed(HOSTILE, title="<b>题</b>", speaker="<u>人</u>", date="<s>")
    citation = _cited(parsed, "增长 3%")
    answer = Answer("<i>问</i>", "<u>答\u202e</u>[1]。", False, "", 0.9, (citation,), (citation,))
    refusal = Answer("<i>问</i>", "<u>无</u>。", True, "<u>因</u>", 0.1, (), (citation,))
    page = (
        render_answer(_shown(answer, parsed), words=CHINESE)
        + render_answer(_shown(refusal, parsed, scope=Scope(("<i>",))), words=CHINESE)
        + render_passages(_shown(answer, parsed), words=CHINESE)
        + render_suggestions(["<i>'\"问"], ["<i>"], words=CHINESE)
        + render_readers([Open(parsed, ((1, (citation.start, citation.end)),))], words=CHINESE)
    )
    for tag in ("<script", "<img", "<b>题", "<i>", "<u>", "<s>", "\u202e"):
        assert tag not in page
    assert "&lt;U+202E&gt;" in page
    assert "<mark data-cite='1'>增长 3%</mark>" in page
    assert "<mark>增长 3%</mark>" in page
    assert "<b>增长</b>" in page


def test_a_refusal_says_what_was_looked_for_where_why_and_what_to_try() -> None:
    parsed = _parsed("甲乙丙丁增长。")
    answer = Answer("问", "没有找到。", True, "没有<给出>数字", 0.1, (), (_cited(parsed, "增长"),))
    shown = render_answer(_shown(answer, parsed), words=CHINESE)
    for words in ("没有&lt;给出&gt;数字", "增长、问", "全部 1 份文件，2 个段落", "最接近的段落"):
        assert words in shown
    assert "citations" not in shown
    narrow = render_answer(_shown(answer, parsed, scope=Scope((), "2024")), words=CHINESE)
    assert "≥ 2024" in narrow
    assert "放宽" in narrow
    assert "全部" not in narrow


def test_tables_are_tables_and_a_cited_row_is_marked() -> None:
    parsed = _parsed("年份 产量 增速\n2021 233 17.8%\n2022 212 9%\n")
    row = parsed.tables[0].rows[1]
    shown = render_readers([Open(parsed, ((1, (row.start, row.end)),))], words=CHINESE)
    assert "<th scope='col'>产量</th>" in shown
    assert "<tr class='cited' data-cite='1'><td>2022</td>" in shown


def test_a_place_that_several_citations_share_bears_all_their_numbers() -> None:
    notes = ((1, (0, 4)), (2, (0, 4)), (3, (2, 4)))
    shown = render_readers([Open(_parsed("甲乙丙丁。"), notes)], words=CHINESE)
    assert "<mark data-cite='1 2'>甲乙</mark><mark data-cite='1 2 3'>丙丁</mark>" in shown


@pytest.mark.parametrize(
    ("score", "best", "is_answered", "grade"),
    [
        (2.0, 2.0, True, "strong"),
        (1.0, 2.0, True, "fair"),
        (0.1, 2.0, True, "weak"),
        (2.0, 2.0, False, "fair"),
        (-1.0, -1.0, True, "strong"),
        (-2.0, -1.0, True, "weak"),
    ],
)
def test_a_passage_is_graded_by_its_share_of_the_best(
    score: float, best: float, is_answered: bool, grade: str
) -> None:
    assert strength(score, best=best, is_answered=is_answered) == grade


def test_a_figure_is_not_marked_inside_a_longer_one() -> None:
    said = "10家，100家，2.10亿，第 10 条，1,10元"
    assert emphasised(said, ["10", "家"]).count("<b>10</b>") == 2


def test_every_word_has_both_languages_with_the_same_gaps() -> None:
    assert len(WORDS) == sum(len(module.WORDS) for module in MODULES)  # no key stands twice
    for key, (chinese, english) in WORDS.items():
        assert chinese, key
        assert english, key
        gaps = [set(re.findall(r"\{(\w+)\}", words)) for words in (chinese, english)]
        assert gaps[0] == gaps[1], key


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "zh"), ("zh-CN,zh;q=0.9", "zh"), ("*", "zh"), ("en-US,en", "en"), ("fr", "en")],
)
def test_the_language_follows_the_browser_and_is_chinese_first(header: str, language: str) -> None:
    assert words_for(header) == Words(language)  # type: ignore[arg-type]
