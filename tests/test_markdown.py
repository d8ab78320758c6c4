"""Markdown as converters write it: tables of HTML, figures as formulas, escaped signs and pictures come out as plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.document.formats.latex import plain_formula
from bearing_qa.document.formats.markdown import plain_markdown
from bearing_qa.document.parse import parse_file
from bearing_qa.types import Parsed

TABLE = (
    '<table><tr><td rowspan="2">人员</td><td colspan="2">补贴标准</td></tr><tr><td>第一年</td><td>第二年</td></tr>'
    "<tr><td>高校毕业生</td><td>$8 0 0$元</td><td>50\\%</td></tr><tr><td>退役军人</td><td>900<br>1000</td><td>60%<br/>左右</td></tr></table>"
)


def parsed(source: str, folder: Path, *, encoding: str = "utf-8") -> Parsed:
    path = folder / "a.md"
    path.write_bytes(source.encode(encoding))
    (item,) = parse_file(path, doc_id="a")
    assert isinstance(item, Parsed)
    return item


@pytest.mark.parametrize(
    "wrapped", ["{}", "<html><body>{}</body></html>", "见下表：{}注：略", "  {}"]
)
def test_a_table_of_html_is_a_table(wrapped: str, tmp_path: Path) -> None:
    item = parsed(f"# 补贴办法\n\n## 一、标准\n\n{wrapped.format(TABLE)}\n\n后文在此。\n", tmp_path)
    (table,) = item.tables
    assert table.header == ("人员", "补贴标准 第一年", "补贴标准 第二年")
    assert [row.cells for row in table.rows] == [
        ("高校毕业生", "800元", "50%"),
        ("退役军人", "900 1000", "60%左右"),
    ]
    assert "<" not in item.document.text
    assert item.document.text.endswith("后文在此。")
    assert [item.document.text[s.start : s.head_end] for s in item.sections[1:]] == ["一、标准"]


def test_a_table_over_several_lines_that_is_not_closed_ends_where_it_stops(tmp_path: Path) -> None:
    rows = "<table>\n<tr>\n<td>甲</td>\n<td>1</td>\n</tr>\n<tr><td>乙</td><td>2</td></tr>\n"
    assert parsed(f"{rows}\n后文。", tmp_path).document.text == "甲 | 1\n乙 | 2\n后文。"


FORMULAS = {
    "8 0 0": "800",
    "5 0 \\%": "50%",
    "\\geq 3 0": "≥30",
    "\\leqslant 5 . 5 \\%": "≤5.5%",
    "1 , 2 0 0": "1,200",
    "1 0 \\sim 2 0": "10~20",
    "\\pm 0 . 5": "±0.5",
    "3 \\times 1 0 ^ { - 4 }": "3×10⁻⁴",
    "\\mathrm { k g } / \\mathrm { m } ^ { 3 }": "kg/m³",
    "\\mathrm { P M } _ { 2 . 5 }": "PM2.5",
    "2 5 ^ { \\circ } \\mathrm { C }": "25°C",
    "\\frac { 1 } { 3 }": "1/3",
    "\\textcircled { 2 }": "②",
    "6 0 \\text { 周岁}": "60 周岁",
    "\\mathbf { 8 0 \\% }": "80%",
}


@pytest.mark.parametrize(("formula", "plain"), FORMULAS.items(), ids=FORMULAS.values())
def test_a_figure_written_as_a_formula_is_the_figure(formula: str, plain: str) -> None:
    assert plain_formula(formula) == plain
    assert plain_markdown(f"起付线为 ${formula}$ 元。")[0] == f"起付线为{plain}元。"


@pytest.mark.parametrize(
    "formula", ["x _ 1 0", "1 0 ^ 5 4", "\\sqrt { 2 }", "\\begin{array}{c}1\\end{array}", "a ^ { n }", "{" * 99]
)  # fmt: skip
def test_a_formula_that_is_not_understood_stays_as_it_is(formula: str) -> None:
    assert plain_formula(formula) is None
    assert plain_markdown(f"按 ${formula}$ 计算。")[0] == f"按 ${formula}$ 计算。"


@pytest.mark.parametrize(
    "prices",
    ["价格为 $100 至 $200。", "US$100,US$200", "单价$100、数量$5", "$100（约700元）到 $5 元"],
)
def test_prices_in_dollars_are_no_formulas(prices: str, tmp_path: Path) -> None:
    document = parsed(prices, tmp_path).document
    assert (document.text, document.encoding) == (prices, "utf-8")


def test_escaped_signs_and_breaks_and_entities_are_plain(tmp_path: Path) -> None:
    source = (
        "1\\. 补贴50\\%，\\*注，\\[2019\\]5号，综合\\政务\n\n| 节日 | 日期 |\n|---|---|\n| 元旦\\|新年 | 1月1日<br>至3日 |\n"
        "| 春节 | 10<br/>20 |\n| 元宵 | $1 5 \\%$ |\n\n面积10<sup>4</sup>亩，<font color=red>红线</font>&lt;30&nbsp;亩，p<0.05\n"
    )
    item = parsed(source, tmp_path)
    assert item.document.text.split("\n")[0] == "1. 补贴50%，*注，[2019]5号，综合\\政务"
    assert item.document.text.split("\n")[-1] == "面积10⁴亩，红线<30 亩，p<0.05"
    assert [row.cells for row in item.tables[0].rows] == [
        ("元旦｜新年", "1月1日至3日"), ("春节", "10 20"), ("元宵", "15%"),
    ]  # fmt: skip


def test_pictures_go_and_are_told(tmp_path: Path) -> None:
    source = (
        "甲。\n\n![](images/a.jpg)\n\n![image](b.png){width=\"5in\"}\n\n![图 2][image1]\n\n<img alt='' src='c.jpg'>\n\n"
        "![湖区分布](d.png)\n\n乙。\n\n[image1]: <data:image/png;base64,AAAA>\n"
    )
    document = parsed(source, tmp_path).document
    assert document.text == "甲。\n湖区分布\n乙。"
    assert [(part.kind, part.place) for part in document.unread] == [
        ("picture", place) for place in ("images/a.jpg", "b.png", "image1", "c.jpg", "d.png")
    ]


def test_headings_that_are_underlined_and_quoted_are_headings(tmp_path: Path) -> None:
    source = "补贴办法\n====\n\n> 一、标准\n\n> 每人380元。\n\n总则 {#a .b}\n---\n\n> 30万元以上的报批。\n"
    item = parsed(source.replace(" {#a .b}", ""), tmp_path)
    heads = [item.document.text[s.start : s.head_end] for s in item.sections[1:]]
    assert (item.document.title, heads) == ("补贴办法", ["一、标准", "总则"])
    assert "每人380元。\n" in item.document.text
    assert "> 30万元以上的报批。" in item.document.text


def test_a_file_that_needs_nothing_is_the_file(tmp_path: Path) -> None:
    source = "---\ntitle: 甲\n---\n# 办法\n\n**第一条** 甲[^1]。\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n- 乙\n\n```\n$8 0$ \\% <b>\n```\n\n<!-- $8 0$ -->\n\n[^1]: 注\n"
    assert plain_markdown(source) == (source, ())
    document = parsed(source, tmp_path, encoding="gb18030").document
    assert document.encoding == "gb18030"
    assert all(
        source[document.raw_offset(at)] == char
        for at, char in enumerate(document.text)
        if char != "\n"
    )


def test_offsets_count_in_what_the_reader_gives(tmp_path: Path) -> None:
    source = f"# 办法\n\n起付线为 $8 0 0$ 元，\\*注。\n\n{TABLE}\n\n**第一条** 乙。\n"
    document = parsed(source, tmp_path).document
    raw = plain_markdown(source)[0]
    assert document.encoding == "md"
    assert all(
        raw[document.raw_offset(at)] == char
        for at, char in enumerate(document.text)
        if char != "\n"
    )


def test_odd_files_are_read() -> None:
    for part in ("`", "![", "[", "\\(", "<p ", "<!--", "```\n", "\\text{"):
        assert len(plain_markdown(part * 200)[0]) >= len(part) * 100
        plain_formula(part * 50)
