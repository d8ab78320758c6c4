"""What several documents say of one matter stands side by side, the newest first, and is never blended."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.answer.compose import draft_answer
from bearing_qa.answer.documents import documents_beside, labelled, side_by_side
from bearing_qa.answer.guard import unsupported_numbers, unsupported_words
from bearing_qa.answer.library import Library
from bearing_qa.answer.read import Candidate
from bearing_qa.build.run import build_index
from bearing_qa.output.texts import CHINESE
from bearing_qa.output.view import ask_view
from bearing_qa.search.dated_documents import named_by_date
from bearing_qa.search.scope import EVERYTHING, make_scope
from bearing_qa.web.document_panel import sources
from tests.conftest import BigramEncoder
from tests.read import as_read, asked, parsed_of

REPORT = """湖区工作报告
——{date}在湖区代表会议上
湖区负责人  王平
{before}
一、主要目标
今年湖区渔业产值预期目标是增长{target}左右，新增就业{jobs}万人以上。
二、重点工作
加快建设码头，改善渔民生活。
"""
RULES = """湖区渔业管理办法
（2021年3月1日湖区管理委员会发布）
第一条 为了保护湖区渔业资源，制定本办法。
第二条 禁渔期为每年4月1日至6月30日。
"""
TARGETS = {"2021": ("6%", "1.1"), "2023": ("5%", "1.2"), "2022": ("5.5%", "1.3")}
ASKED = "湖区渔业产值的预期目标是增长多少？"


def _report(year: str) -> str:
    target, jobs = TARGETS[year]
    before = f"{int(year) - 1}年湖区渔业产值增长9%，新增就业2万人。"
    return REPORT.format(date=f"{year}年1月8日", target=target, jobs=jobs, before=before)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder, encoder = tmp_path_factory.mktemp("lake"), BigramEncoder()
    corpus = folder / "corpus"
    corpus.mkdir()
    for year in TARGETS:
        (corpus / f"{year}年湖区工作报告.txt").write_text(_report(year), encoding="utf-8")
    (corpus / "办法.txt").write_text(RULES, encoding="utf-8")
    build_index(corpus, folder / "index", encoder=encoder)
    return Library(folder / "index", encoder=encoder)


def _read(year: str, *, sure: float) -> Candidate:
    """A report's target as a reader would have read it that is so sure."""
    words = f"今年湖区渔业产值预期目标是增长{TARGETS[year][0]}左右，"
    return as_read(parsed_of(_report(year), doc_id=year), (words, words), sure=sure)[0]


def test_differing_statements_stand_side_by_side_newest_first() -> None:
    candidates = [_read("2021", sure=3.0), _read("2023", sure=2.9), _read("2022", sure=2.8)]
    groups = [candidates[:1], *documents_beside(candidates)]
    whole = side_by_side([draft_answer(asked(ASKED), own) for own in groups])
    statements = whole.text.rstrip("。").split("；")
    assert [s[: s.index("：")] for s in statements] == [
        "湖区工作报告，2023年1月8日",
        "湖区工作报告，2022年1月8日",
        "湖区工作报告，2021年1月8日",
    ]
    assert [target in s for target, s in zip(("5%", "5.5%", "6%"), statements, strict=True)]
    assert [s[s.index("[") :] for s in statements] == ["[1][2]", "[3][4]", "[5][6]"]
    assert [span[0].document.doc_id for span in whole.cited] == [
        *["2023"] * 2,
        *["2022"] * 2,
        *["2021"] * 2,
    ]
    spans = [span[0].document.text[span[2] : span[3]] for span in whole.cited]
    assert unsupported_numbers(whole.text, spans=spans) == set()
    assert unsupported_words(whole.text, spans=spans) == []


def test_a_document_that_says_it_less_surely_does_not_stand_beside() -> None:
    candidates = [_read("2023", sure=3.0), _read("2022", sure=1.0)]
    assert documents_beside(candidates) == []


def test_a_label_is_given_once_and_only_where_the_text_bears_its_title() -> None:
    draft = draft_answer(asked(ASKED), [_read("2023", sure=3.0)])
    named = labelled(draft)
    assert named.text.startswith("湖区工作报告，2023年1月8日：")
    assert labelled(named) is named
    parsed = parsed_of("第一条 禁渔期为四月至六月。\n", doc_id="无题")
    bare = draft_answer(asked("禁渔期？"), as_read(parsed, ("禁渔期", "禁渔期为四月至六月。")))
    assert "无题" not in labelled(bare).text


@pytest.mark.parametrize(
    ("question", "doc_id"),
    [
        ("2022年湖区渔业产值的预期目标是增长多少？", ""),  # a year of the matter names no document
        ("2022年的报告提出加快建设什么？", "2022年湖区工作报告"),
        ("2022年的工作报告提出今年新增就业多少万人以上？", "2022年湖区工作报告"),
        ("最近一份工作报告的渔业产值", "2023年湖区工作报告"),
        ("最新的工作报告里渔业产值的预期目标是增长多少？", "2023年湖区工作报告"),
        ("最新的管理办法规定禁渔期为每年什么时候？", "办法"),
    ],
)
def test_a_document_is_named_by_its_year_or_as_the_newest(
    reader: Library, question: str, doc_id: str
) -> None:
    found = {hit.doc_id for hit in reader.search(question, top_k=50)}
    assert found == {doc_id} if doc_id else len(found) > 1


def test_a_word_that_begins_as_a_kind_of_text_names_none(tmp_path: Path) -> None:
    """Both documents have 法 in their title: 法院 is not one of them, 办法 is."""
    for year in (2021, 2022):
        text = f"码头管理办法\n（{year}年3月1日发布）\n第一条 法院每年收案{year}件。\n"
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    index = tmp_path.parent / "courts"
    build_index(tmp_path, index, encoder=BigramEncoder())
    catalogue = Library(index, encoder=BigramEncoder()).index().catalogue
    courts = "2022年的法院收案多少件？"
    assert named_by_date(catalogue, courts, scope=EVERYTHING) == (courts, EVERYTHING)
    asked_, scope = named_by_date(catalogue, "2022年的管理办法说了什么？", scope=EVERYTHING)
    assert asked_ == "管理办法说了什么？"
    assert scope.documents == ("2022",)


def test_of_documents_of_one_title_the_answer_names_its_own(reader: Library) -> None:
    question = "2022年的报告提出今年新增就业多少万人以上？"
    answer = reader.ask(question)
    assert answer.text.startswith("湖区工作报告，2022年1月8日：")
    assert "2022年1月8日" in answer.citations[0].text
    alone = reader.ask(question, scope=make_scope(documents=("2022年湖区工作报告",)))
    assert "湖区工作报告" not in alone.text


def test_the_document_opens_at_what_it_says_not_at_its_title(reader: Library) -> None:
    shown = ask_view(reader, "2022年的报告提出今年新增就业多少万人以上？", top_k=3)
    assert len(shown.answer.citations) > 1
    assert 'data-first="2"' in sources(shown, words=CHINESE)


def test_a_part_may_name_another_document(reader: Library) -> None:
    answer = reader.ask("2021年的工作报告提出新增就业预期是多少万人以上？2022年呢？")
    first, second = answer.text.split("湖区工作报告，2022年1月8日：")
    assert first.startswith("湖区工作报告，2021年1月8日：")
    assert "1.1万人" in first
    assert "1.3万人" in second


def test_parts_of_two_documents_say_whose_they_are(reader: Library) -> None:
    answer = reader.ask("禁渔期是什么时候？2022年的报告提出今年新增就业多少万人以上？")
    labels = ("湖区渔业管理办法，2021年3月1日：", "湖区工作报告，2022年1月8日：")
    places = [answer.text.find(label) for label in labels]
    assert places[0] == 0 < places[1]


def test_what_one_document_says_needs_no_label(reader: Library) -> None:
    answer = reader.ask("禁渔期是什么时候？")
    assert "4月1日至6月30日" in answer.text
    assert "湖区渔业管理办法" not in answer.text
