"""What is taken away: citations in three forms, answers as Word, Markdown and Excel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from bearing_qa.answer.citations import quote
from bearing_qa.answer.library import Library
from bearing_qa.document.parse import parse
from bearing_qa.document.raw_text import RawText
from bearing_qa.output import references
from bearing_qa.output.batch import answer_batch
from bearing_qa.output.export import file_name, write_answer
from bearing_qa.output.view import AnswerView, ask_view, gather
from bearing_qa.output.workbook import write_workbook
from bearing_qa.search.scope import EVERYTHING
from bearing_qa.types import Answer, Citation, Parsed
from tests.conftest import BigramEncoder

PAGED = "一、总则\n甲乙丙。\f\n丁戊己。\n"


def _document(metadata: Mapping[str, str], text: str = "一、总则\n甲乙丙。\n") -> Parsed:
    return parse(RawText("x", text, "utf-8"), metadata=metadata, source="x.txt")


def _cite(parsed: Parsed, words: str) -> Citation:
    start = parsed.document.text.index(words)
    return quote(parsed, start=start, end=start + len(words), kind="text", section=1, score=1.0)


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (
            {"title": "讲话", "speaker": "周宇（理事长）", "date": "2024-11-24"},
            "周宇. 讲话[Z]. 2024-11-24.",
        ),
        (
            {"title": "意见", "issuer": "国务院", "number": "国发〔2021〕5号"},
            "国务院. 意见: 国发〔2021〕5号[Z].",
        ),
        ({"title": "2023年度报告"}, "2023年度报告[R]."),
        ({"title": "滚动轴承 通用技术规范", "date": "2019"}, "滚动轴承 通用技术规范[S]. 2019."),
        ({"title": "GB/T 307.1 滚动轴承"}, "GB/T 307.1 滚动轴承[S]."),
        ({"title": "题", "issuer": "", "author": "甲部"}, "甲部. 题[Z]."),
    ],
)
def test_a_reference_leaves_out_what_is_not_known(metadata: dict[str, str], expected: str) -> None:
    parsed = _document(metadata)
    assert references.reference(_cite(parsed, "甲乙丙。"), parsed.document) == expected


def test_a_reference_names_its_pages_where_there_are_pages() -> None:
    parsed = _document({"title": "题", "date": "2024-01-02"}, PAGED)
    assert len(parsed.document.pages) == 2
    one = references.reference(_cite(parsed, "丁戊"), parsed.document)
    assert one == "题[Z]. 2024-01-02: 2."
    whole = quote(parsed, start=0, end=len(parsed.document.text), kind="text", section=1, score=1.0)
    assert references.reference(whole, parsed.document) == "题[Z]. 2024-01-02: 1-2."


def test_the_plain_form_is_one_line_with_the_words_themselves() -> None:
    parsed = _document({"title": "题"}, PAGED)
    assert references.plain(_cite(parsed, "丁戊己")) == "题·一、总则·第 2 页·“丁戊己”"


def test_markdown_of_a_citation_holds_no_markup_of_the_document() -> None:
    hostile = "一、<b>\n![图](http://x) *甲* `乙` <script>。\n"
    parsed = _document({"title": "<i>[题](y)"}, hostile)
    shown = references.markdown(_cite(parsed, "![图](http://x) *甲*"), parsed.document)
    assert shown.startswith("> \\!\\[图\\](http://x) \\*甲\\*\n>\n> ")
    assert "\\<i\\>\\[题\\](y)\\[Z\\]" in shown


@pytest.fixture
def tiny_reader(tiny_index: Path, encoder: BigramEncoder) -> Library:
    return Library(tiny_index, encoder=encoder)


def test_word_holds_question_answer_exact_words_and_reference(tiny_reader: Library) -> None:
    shown = ask_view(tiny_reader, "公园门票价格不得超过多少元？", top_k=5)
    assert not shown.answer.refused
    path = write_answer(shown, "docx")
    lines = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert lines[0] == "公园门票价格不得超过多少元？"
    assert shown.answer.text in lines
    for citation in shown.answer.citations:
        assert citation.text in lines
    assert "城市公园管理办法: 国发〔2021〕5号[Z]. 2021-08-15." in lines


def test_a_refusal_takes_its_reason_and_nearest_passages_along(tiny_reader: Library) -> None:
    answer = tiny_reader.ask("公园门票价格不得超过多少元？")
    refused = Answer(answer.question, "没有。", True, "没有数字", 0.1, (), answer.passages)
    shown = gather(tiny_reader.index(), refused)
    text = write_answer(shown, "md").read_text(encoding="utf-8")
    assert "原因：没有数字。" in text
    assert "最接近的段落" in text
    lines = [p.text for p in docx.Document(str(write_answer(shown, "docx"))).paragraphs]
    assert answer.passages[0].text in lines


def test_characters_that_word_cannot_hold_are_left_out() -> None:
    shown = AnswerView(
        Answer("问\x00\x0b", "答\ud800", True, "", 0, (), ()), {}, (), EVERYTHING, (1, 1)
    )
    lines = [p.text for p in docx.Document(str(write_answer(shown, "docx"))).paragraphs]
    assert lines[:2] == ["问", "答"]


def test_a_file_is_named_after_its_question_and_nothing_else() -> None:
    assert file_name("../../etc/公园 门票？") == "etc_公园_门票"
    assert file_name("？？") == "answer"


def test_a_batch_becomes_a_workbook_by_its_suffix(tiny_reader: Library, tmp_path: Path) -> None:
    questions = [
        {"id": "甲", "question": "公园门票价格不得超过多少元？"},
        {"id": 2, "question": "=1+1 火星有几颗卫星？"},
    ]
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in questions)
    (tmp_path / "in.jsonl").write_text(lines + "nonsense\n", encoding="utf-8")
    output = tmp_path / "out.xlsx"
    report = answer_batch(tiny_reader, tmp_path / "in.jsonl", output, top_k=3)
    assert len(report.complaints) == 1
    book = load_workbook(output)
    rows = list(book["回答"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == ["甲", 2, None]
    assert "20元" in str(rows[0][2])
    assert rows[1][3] == "是"
    cited = list(book["引用"].iter_rows(min_row=2, values_only=True))
    text = tiny_reader.index().catalogue.parsed("办法").document.text  # type: ignore[union-attr]
    for row in cited:
        if row[7] == "办法":
            assert row[2] == text[int(str(row[8])) : int(str(row[9]))]
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix in (".xlsx", ".jsonl")) == [
        "in.jsonl",
        "out.xlsx",
    ]
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".out")]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)"])
def test_no_cell_becomes_a_formula(text: str, tmp_path: Path) -> None:
    answer = {
        "id": text,
        "question": text,
        "answer": text + "\x00",
        "refused": False,
        "reason": "",
        "confidence": 0.5,
        "citations": [],
    }
    write_workbook([answer], tmp_path / "x.xlsx")
    row = next(load_workbook(tmp_path / "x.xlsx")["回答"].iter_rows(min_row=2))
    for cell in row[:3]:
        assert cell.value == text
        assert cell.data_type == "s"
        assert cell.quotePrefix
