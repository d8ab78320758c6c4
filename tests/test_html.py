"""What the page shows of texts it did not write is text, never markup."""

from __future__ import annotations

from bearing_qa.document.ingest import parse
from bearing_qa.document.reading import RawText
from bearing_qa.interface import html
from bearing_qa.search.answer import quote
from bearing_qa.types import Answer

HOSTILE = "一、<script>alert(1)</script>\n正文<img src=x onerror=alert(2)>，增长 3%。\"引号'与&amp;。\n尾声。"


def test_hostile_text_is_escaped_everywhere_and_marks_hold_exact_slices() -> None:
    parsed = parse(RawText("x", HOSTILE, "utf-8"), metadata={"title": "<b>题</b>"}, source="x.txt")
    text = parsed.document.text
    start = text.index("增长")
    citation = quote(parsed, start=start, end=start + 5, kind="text", section=1, score=1.0)
    answer = Answer("<i>问</i>", "<u>答</u>[1]。", False, "", 0.9, (citation,), (citation,))
    shown = (
        html.render_answer(answer)
        + html.render_citations(answer, [parsed])
        + html.render_passages(answer.passages)
        + html.render_document(parsed, cited=[(1, (start, start + 5))])
    )
    for tag in ("<script", "<img", "<b>", "<i>", "<u>"):
        assert tag not in shown
    assert "<mark><span class='target' id='source-1'></span>增长 3%</mark>" in shown
    assert 'href="#source-1"' in shown


def test_a_refusal_says_why() -> None:
    answer = Answer("问", "没有找到。", True, "没有<给出>数字", 0.1, (), ())
    shown = html.render_answer(answer)
    assert "没有&lt;给出&gt;数字" in shown
    assert html.render_citations(answer, []) == ""


def test_tables_are_tables_and_a_cited_row_is_marked() -> None:
    text = "年份 产量 增速\n2021 233 17.8%\n2022 212 9%\n"
    parsed = parse(RawText("x", text, "utf-8"), metadata={}, source="x.txt")
    row = parsed.tables[0].rows[1]
    shown = html.render_document(parsed, cited=[(1, (row.start, row.end))])
    assert "<th scope='col'>产量</th>" in shown
    assert "<tr class='cited'><td><span class='target' id='source-1'></span>2022</td>" in shown


def test_citations_of_one_span_have_a_target_each() -> None:
    parsed = parse(RawText("x", "甲乙丙丁。", "utf-8"), metadata={}, source="x.txt")
    shown = html.render_document(parsed, cited=[(1, (0, 4)), (2, (0, 4)), (3, (2, 4))])
    assert all(f"id='source-{n}'" in shown for n in (1, 2, 3))
