"""What several documents say of one matter stands side by side, the newest first, and is never blended."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.index.build import build_index
from bearing_qa.interface.shown import ask_shown
from bearing_qa.interface.ui_read import sources
from bearing_qa.interface.words import CHINESE
from bearing_qa.search.guard import unsupported_numbers, unsupported_words
from bearing_qa.search.named import named_by_date
from bearing_qa.search.reader import Reader
from bearing_qa.search.scope import EVERYTHING, make_scope
from tests.conftest import BigramEncoder

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


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder, encoder = tmp_path_factory.mktemp("lake"), BigramEncoder()
    corpus = folder / "corpus"
    corpus.mkdir()
    years = (("2021", "6%", "1.1"), ("2023", "5%", "1.2"), ("2022", "5.5%", "1.3"))
    for year, target, jobs in years:
        before = f"{int(year) - 1}年湖区渔业产值增长9%，新增就业2万人。"
        report = REPORT.format(date=f"{year}年1月8日", target=target, jobs=jobs, before=before)
        (corpus / f"{year}年湖区工作报告.txt").write_text(report, encoding="utf-8")
    (corpus / "办法.txt").write_text(RULES, encoding="utf-8")
    build_index(corpus, folder / "index", encoder=encoder)
    return Reader(folder / "index", encoder=encoder)


def test_differing_statements_stand_side_by_side_newest_first(reader: Reader) -> None:
    answer = reader.ask("湖区渔业产值的预期目标是增长多少？")
    assert not answer.refused
    statements = answer.text.rstrip("。").split("；")
    assert [s[: s.index("：")] for s in statements] == [
        "湖区工作报告，2023年1月8日",
        "湖区工作报告，2022年1月8日",
        "湖区工作报告，2021年1月8日",
    ]
    assert [target in s for target, s in zip(("5%", "5.5%", "6%"), statements, strict=True)]
    spans = [citation.text for citation in answer.citations]
    assert unsupported_numbers(answer.text, spans=spans) == set()
    assert unsupported_words(answer.text, spans=spans) == []
    marks = [s[s.index("[") :] for s in statements]
    assert marks == ["[1][2]", "[3][4]", "[5][6]"]
    years = [answer.citations[at].doc_id[:4] for at in range(6)]
    assert years == ["2023", "2023", "2022", "2022", "2021", "2021"]


def test_a_year_that_is_named_leaves_the_other_documents_out(reader: Reader) -> None:
    answer = reader.ask("2022年湖区渔业产值的预期目标是增长多少？")
    assert "5.5%" in answer.text
    assert {citation.doc_id for citation in answer.citations} == {"2022年湖区工作报告"}


@pytest.mark.parametrize(
    "question", ["2022年湖区渔业产值的预期目标是增长多少？", "2022年的报告提出加快建设什么？"]
)
def test_of_documents_of_one_title_the_answer_names_its_own(reader: Reader, question: str) -> None:
    answer = reader.ask(question)
    assert answer.text.startswith("湖区工作报告，2022年1月8日：")
    assert "2022年1月8日" in answer.citations[0].text
    alone = reader.ask(question, scope=make_scope(documents=("2022年湖区工作报告",)))
    assert "湖区工作报告" not in alone.text


def test_the_document_opens_at_what_it_says_not_at_its_title(reader: Reader) -> None:
    shown = ask_shown(reader, "2022年湖区渔业产值的预期目标是增长多少？", top_k=3)
    assert len(shown.answer.citations) == 2
    assert 'data-first="2"' in sources(shown, words=CHINESE)


def test_what_a_year_aimed_at_is_its_own_document_s(reader: Reader) -> None:
    """The report of 2023 says what came of 2022."""
    asked = "2022年湖区渔业产值的增长目标是多少？"
    answer = reader.ask(asked)
    assert "5.5%" in answer.text
    assert {citation.doc_id for citation in answer.citations} == {"2022年湖区工作报告"}
    assert "9%" in reader.ask("2022年湖区渔业产值增长了多少？").text


def test_a_report_is_named_by_its_year(reader: Reader) -> None:
    answer = reader.ask("2022年的工作报告提出今年新增就业多少万人以上？")
    assert "1.3万人" in answer.text
    assert {citation.doc_id for citation in answer.citations} == {"2022年湖区工作报告"}
    assert "王平" not in reader.ask("王平的报告提出今年新增就业多少万人以上？").reason


def test_a_word_that_begins_as_a_kind_of_text_names_none(tmp_path: Path) -> None:
    """Both documents have 法 in their title: 法院 is not one of them, 办法 is."""
    for year in (2021, 2022):
        text = f"码头管理办法\n（{year}年3月1日发布）\n第一条 法院每年收案{year}件。\n"
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    index = tmp_path.parent / "courts"
    build_index(tmp_path, index, encoder=BigramEncoder())
    catalogue = Reader(index, encoder=BigramEncoder()).index().catalogue
    courts = "2022年的法院收案多少件？"
    assert named_by_date(catalogue, courts, scope=EVERYTHING) == (courts, EVERYTHING)
    asked, scope = named_by_date(catalogue, "2022年的管理办法说了什么？", scope=EVERYTHING)
    assert asked == "管理办法说了什么？"
    assert scope.documents == ("2022",)


def test_a_part_may_name_another_document(reader: Reader) -> None:
    answer = reader.ask("2021年的工作报告提出新增就业预期是多少万人以上？2022年呢？")
    first, second = answer.text.split("湖区工作报告，2022年1月8日：")
    assert first.startswith("湖区工作报告，2021年1月8日：")
    assert "1.1万人" in first
    assert "1.3万人" in second


def test_chapters_are_members_of_nothing(tmp_path: Path) -> None:
    text = "湖区渔业管理办法\n第一章 总则\n第一条 渔业扶持项目一共有鱼苗、渔具、冷库等三项。\n"
    text += "第二章 渔业扶持项目\n第二条 鱼苗由湖区发放。\n第三章 附则\n第三条 自发布之日起施行。\n"
    (tmp_path / "办法.txt").write_text(text, encoding="utf-8")
    encoder = BigramEncoder()
    build_index(tmp_path, tmp_path.parent / "chapters", encoder=encoder)
    answer = Reader(tmp_path.parent / "chapters", encoder=encoder).ask("渔业扶持项目一共有哪几项？")
    assert "鱼苗、渔具、冷库" in answer.text
    assert "附则" not in answer.text


def test_the_newest_of_one_title_is_found(reader: Reader) -> None:
    question = "最新的工作报告里渔业产值的预期目标是增长多少？新增就业多少人？"
    answer = reader.ask(question)
    assert "5%" in answer.text
    assert "1.2万人" in answer.text
    assert {citation.doc_id for citation in answer.citations} == {"2023年湖区工作报告"}
    assert answer.question == question
    assert reader.search("最近一份工作报告的渔业产值", top_k=1)[0].doc_id == "2023年湖区工作报告"
    assert not reader.ask("最新的管理办法规定禁渔期为每年什么时候？").refused


def test_parts_of_two_documents_say_whose_they_are(reader: Reader) -> None:
    answer = reader.ask("禁渔期是什么时候？2022年湖区渔业产值的预期目标是增长多少？")
    said = [part[: part.index("：")] for part in answer.text.split("；")]
    assert said == ["湖区渔业管理办法，2021年3月1日", "湖区工作报告，2022年1月8日"]


def test_what_one_document_says_needs_no_label(reader: Reader) -> None:
    answer = reader.ask("禁渔期是什么时候？")
    assert answer.text == "禁渔期为每年4月1日至6月30日[1]。"
