"""Figures and deadlines of a theme as tables: slices of the text, of the year that it says, nothing worked out."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook
from typer.testing import CliRunner

from bearing_qa.answer.citations import quote
from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.document.formats.word.reader import docx_lines
from bearing_qa.document.ingest import parse_one
from bearing_qa.output.collection_file import write_word
from bearing_qa.output.figure_tables import write_workbook
from bearing_qa.output.view import parsed_document
from bearing_qa.review.deadlines import deadlines
from bearing_qa.review.indicators import mentions
from bearing_qa.review.mention import Mention
from bearing_qa.review.theme import collect
from bearing_qa.review.theme_tables import Tables, make_tables, tables_of
from bearing_qa.types import Parsed
from tests.conftest import BigramEncoder, write_tiny
from tests.read import parsed_of

OLD = (
    "河湾市渡口公报\n2022年2月1日\n\n一、渡口客运\n\n2021年，渡口客运量120万人次，比上年增长5%。渡口从业人员300人。\n\n"
    "渡口改造应当于2023年底前完成，到2030年全部建成，竣工之日起15个工作日内验收。\n"
)
NEW = (
    "河湾市渡口公报\n2023年2月1日\n\n一、渡口客运\n\n2021年，渡口客运量118万人次。渡口客运量和票价见下表。\n\n"
    "渡口 | 2021年客运量（万人次） | 2022年客运量（万人次）\n北渡口 | 60 | 64\n南渡口 | 58 | 66\n"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("tables")
    corpus = write_tiny(folder / "corpus")
    for year, text in ((2022, OLD), (2023, NEW)):
        (corpus / f"渡口{year}.txt").write_text(text, "utf-8")
        (corpus / f"渡口{year}.meta.toml").write_text(f'date = "{year}-02-01"\n', "utf-8")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    return Library(folder / "index", encoder=BigramEncoder())


@pytest.fixture(scope="module")
def tables(library: Library) -> Tables:
    """The tables of all that both communiqués say, the newer first."""
    index = library.index()
    documents = [parsed_document(index, name) for name in ("渡口2023", "渡口2022")]
    return make_tables(
        (parsed, quote(parsed, start=p.start, end=p.end, kind=p.kind, section=p.section, score=0.0))
        for parsed in documents
        for p in parsed.passages
        if p.kind in ("text", "row")
    )


def said_in(parsed: Parsed) -> list[Mention]:
    """The figures of a document."""
    return [
        one
        for passage in parsed.passages
        if passage.kind in ("text", "row")
        for span in (
            [(passage.start, passage.end)]
            if passage.kind == "row"
            else [(s.start, s.end) for s in passage.sentences]
        )
        for one in mentions(parsed, span, kind=passage.kind)
    ]


def figures_of(sentence: str, *, date: str = "") -> list[tuple[str, str, str]]:
    """Indicator, year and value of the figures of a sentence below a heading."""
    parsed = parsed_of(f"工作情况\n{date}\n一、总体情况\n{sentence}\n")
    return [(one.indicator, one.year.text, one.value) for one in said_in(parsed)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("2023年，全市主营业务收入达到2180亿元。", [("全市主营业务收入", "2023", "2180亿元")]),
        ("到2025年，城镇化率达到65%以上。", [("城镇化率", "2025", "65%以上")]),
        ("对企业给予不超过100万元的奖励。", [("对企业给予", "", "不超过100万元")]),
        ("2022年新增30个公园。", [("新增 · 公园", "2022", "30个")]),
        ("2023年增速为-2.3%，2022年增速为1%。", [("总体情况 · 增速", "2023", "-2.3%"), ("总体情况 · 增速", "2022", "1%")]),
        ("2023年一产、二产分别增长5%、6%。", [("一产、二产分别增长", "2023", "5%、6%")]),
        ("轴承寿命为3000-5000小时。", [("轴承寿命", "", "3000-5000小时")]),
        (
            "2023年收入10,000万元，比2022年增长5.2%；出口50亿元。",
            [("收入", "2023", "10,000万元"), ("收入 · 比2022年增长", "2023", "5.2%"), ("出口", "2023", "50亿元")],
        ),
        ("2023年上半年，粮食产量20万吨。", [("上半年 · 粮食产量", "2023", "20万吨")]),
        (
            "全市2023年产量5万吨，北区2022年产量3万吨。",
            [("全市 · 产量", "2023", "5万吨"), ("北区 · 产量", "2022", "3万吨")],
        ),
        (
            "2020年、2021年分别实现收入1亿元、2亿元。",
            [("分别实现收入", "2020、2021", "1亿元、2亿元")],
        ),
        (
            "合格率由2020年的95%提高到2023年的98%。",
            [("合格率由", "2020", "95%"), ("合格率由 · 提高到", "2023", "98%")],
        ),
        ("年产值100亿元以上的企业达到12家。", [("年产值", "", "100亿元以上"), ("年产值100亿元以上的企业", "", "12家")]),
        ("与2015年相比，浓度下降30%。", [("与2015年相比 · 浓度下降", "", "30%")]),
        (
            "对新办企业，奖励20万元；对老企业奖励10万元，30家企业入选。",
            [("对新办企业 · 奖励", "", "20万元"), ("对老企业奖励", "", "10万元"), ("企业入选", "", "30家")],
        ),
        ("造成损失的，处5万元罚款。", [("造成损失的 · 处 · 罚款", "", "5万元")]),
    ],
)  # fmt: skip
def test_a_figure_is_of_the_words_and_of_the_year_that_the_text_gives(
    sentence: str, expected: list[tuple[str, str, str]]
) -> None:
    found = figures_of(sentence)
    assert [one[2] for one in found] == [one[2] for one in expected]
    assert [one[1] for one in found] == [one[1] for one in expected]
    for (indicator, _, _), (wanted, _, _) in zip(found, expected, strict=True):
        assert indicator == wanted


def test_every_part_of_an_indicator_and_every_value_is_a_slice(plan: Parsed) -> None:
    parsed = parsed_of(OLD)
    found = [*said_in(parsed)]
    assert len(found) >= 3
    for one in found:
        assert parsed.document.text[one.start : one.end] == one.value
        assert one.source[0] <= one.start < one.end <= one.source[1]
        assert all(part in parsed.document.text for part in one.indicator.split(" · "))


@pytest.mark.parametrize(
    "sentence",
    [
        "深入贯彻党的二十大和二十届三中全会精神。",
        "依据《关于支持500家企业的意见》（国发〔2021〕5号）第十二条。",
        "树牢“四个意识”。",
        "2023年11月4日召开会议。",
        "表102023年主要产品产量",
        "在这四年里行业稳步发展。",
        "按照收入统计，前100家居前列。",
        "支出总数为七六六·四亿元。",
        "比重为百分之五·九。",
        "过去五年工作回顾。",
        "组织了三、六四四个互助组。",
    ],
)
def test_names_dates_and_what_is_not_read_whole_are_no_figures(sentence: str) -> None:
    assert figures_of(sentence) == []


def test_the_year_of_a_title_that_a_sentence_names_is_not_a_figure_s() -> None:
    ((_, year, _),) = figures_of("《2035年远景目标纲要》提出，安排资金20亿元。")
    assert year == ""


def test_last_year_is_not_worked_out_nor_taken_for_the_document_s() -> None:
    parsed = parsed_of("工作报告\n一、情况\n去年培训工人2000人次。今年培训工人3000人次。\n")
    dated = {**parsed.document.metadata, "date": "2024-01-10"}
    object.__setattr__(parsed.document, "metadata", dated)
    last, now = said_in(parsed)
    assert (last.year.text, last.year.source) == ("", "")
    assert (now.year.text, now.year.source) == ("2024", "date")


def test_cells_are_of_their_row_and_column_and_the_year_of_the_head(tables: Tables) -> None:
    rows = {(row.indicator, row.year): row for row in tables.figures}
    cell = rows["北渡口 · 2022年客运量", "2022"].values[0]
    assert (cell.mention.value, cell.mention.unit) == ("64", "万人次")
    assert cell.citation.text == "北渡口 | 60 | 64"


def test_growth_beside_growth_in_a_table_is_not_one_indicator() -> None:
    parsed = parsed_of(
        "渔业规划\n一、基础\n各项指标见下表。\n年份 总产值（万元） 增长 产量（吨） 增长\n"
        "2021 5200 6.1% 830 3.2%\n2022 5460 5.0% 861 3.7%\n"
    )
    grown = [one for one in said_in(parsed) if "%" in one.value and one.year.text == "2021"]
    assert [(one.indicator, one.value) for one in grown] == [
        ("总产值 · 增长", "6.1%"),
        ("产量 · 增长", "3.2%"),
    ]


def test_values_of_one_indicator_and_year_stand_side_by_side(tables: Tables) -> None:
    (row,) = [row for row in tables.figures if row.indicator == "渡口客运量"]
    assert row.year == "2021"
    assert row.differs
    assert [(v.citation.doc_id, v.mention.value) for v in row.values] == [
        ("渡口2023", "118万人次"),
        ("渡口2022", "120万人次"),
    ]


def test_a_year_that_the_sentence_does_not_say_is_marked(tables: Tables) -> None:
    (row,) = [row for row in tables.figures if row.indicator == "渡口从业人员"]
    assert row.year == "2021"
    assert row.year_sources == ("paragraph",)


def test_deadlines_come_in_order_of_date_and_periods_last(tables: Tables) -> None:
    assert [due.deadline.date for due in tables.deadlines] == ["2023", "2030", ""]
    first, _, period = tables.deadlines
    assert first.text == "渡口改造应当于2023年底前完成"
    assert "15个工作日内验收" in period.text
    assert all(due.text in due.citation.text for due in tables.deadlines)


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("各地应当于2025年6月30日前报送。", ["2025-06-30"]),
        ("本办法自二〇二五年三月一日起施行。", ["2025-03-01"]),
        ("截至2023年底，全市共有渡口30个。", []),
        ("从2021年到2023年渡口增加。", []),
        ("近3年内未受处罚。", []),
        ("自收到申请之日起二十日内答复。", [""]),
        ("2019年底前已经完成。", []),
    ],
)
def test_what_bounds_a_date_makes_it_a_deadline(sentence: str, dates: list[str]) -> None:
    parsed = parsed_of(f"管理办法\n一、期限\n{sentence}\n")
    object.__setattr__(parsed.document, "metadata", {"date": "2022-01-01"})
    spans = [(s.start, s.end) for p in parsed.passages if p.kind == "text" for s in p.sentences]
    found = [one for span in spans for one in deadlines(parsed, span, kind="text")]
    assert [one.date for one in found] == dates


def test_the_workbook_has_each_source_in_a_comment(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    write_workbook(tables, path)
    book = load_workbook(path)
    assert book.sheetnames == ["指标", "期限"]
    heads, *rows = list(book["指标"].iter_rows())
    assert [cell.value for cell in heads[:4]] == ["指标（原文）", "年份", "单位", "异同"]
    (row,) = [row for row in rows if row[0].value == "渡口客运量"]
    assert [cell.value for cell in row[:4]] == ["渡口客运量", "2021", "万人次", "不同"]
    sources = {cell.value: cell.comment.text for cell in row[4:] if cell.comment}
    assert sources["118万人次"] == "河湾市渡口公报 › 一、渡口客运\n2021年，渡口客运量118万人次。"
    assert set(sources) == {"118万人次", "120万人次"}
    dues = list(book["期限"].iter_rows(min_row=2))
    assert [row[0].value for row in dues] == ["2023", "2030", "（时段）"]
    notes = [row[1].comment.text for row in dues if row[1].comment]
    assert len(notes) == len(dues)
    assert all("渡口改造应当于2023年底前完成" in note for note in notes)


def test_the_command_gives_the_tables_as_json_and_text(library: Library, tmp_path: Path) -> None:
    index = library.index()
    found = collect(library, "渡口客运量")
    given = tables_of(found, parsed_of=lambda doc_id: parsed_document(index, doc_id)).to_json()
    figure = next(one for one in given["figures"] if one["indicator"] == "渡口客运量")
    assert set(figure) == {"indicator", "year", "unit", "values"}
    for value in figure["values"]:
        citation = value["citation"]
        text = parsed_document(index, citation["doc_id"]).document.text
        assert text[value["start"] : value["end"]] == value["value"]
        assert text[citation["start"] : citation["end"]] == citation["text"]
    refused = CliRunner().invoke(app, ["digest", "渡口", "--xlsx", str(tmp_path / "t.csv")])
    assert refused.exit_code == 1
    assert ".xlsx" in refused.stderr
    assert json.dumps(given, ensure_ascii=False)


def test_the_word_file_has_real_footnotes_and_each_work_once(
    library: Library, tmp_path: Path
) -> None:
    index = library.index()
    found = collect(library, "渡口客运量")
    path = tmp_path / "汇编.docx"
    write_word(found, path, document_of=lambda name: parsed_document(index, name).document)
    items = [item for one in found.documents for item in one.items]
    space = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    with ZipFile(path) as file:
        notes, body, settings, styles = (
            etree.fromstring(file.read(f"word/{name}.xml"))
            for name in ("footnotes", "document", "settings", "styles")
        )
        assert b"footnotes+xml" in file.read("[Content_Types].xml")
    ids = [note.get(f"{{{space['w']}}}id") for note in notes.findall("w:footnote", space)]
    assert ids == ["-1", "0", *(str(at) for at in range(1, len(items) + 1))]
    marks = [
        one.get(f"{{{space['w']}}}id") for one in body.iterfind(".//w:footnoteReference", space)
    ]
    assert marks == ids[2:]
    order = [child.tag.rpartition("}")[2] for child in settings]
    assert order.index("footnotePr") < order.index("compat")
    named = {style.get(f"{{{space['w']}}}styleId") for style in styles.findall("w:style", space)}
    assert {"FootnoteText", "FootnoteReference"} <= named
    assert len(Document(str(path)).paragraphs) > len(items)
    lines = list(docx_lines(path.read_bytes()))
    assert sum("河湾市渡口公报[R]. 2022-02-01. 一、渡口客运" in str(line) for line in lines) >= 1
    assert [str(line)[:3] for line in lines[-len(found.documents) :]] == [
        f"[{at}]" for at in range(1, len(found.documents) + 1)
    ]
    assert parse_one(path).document.text.count("参考文献") == 1
