"""Office formats give the same sections and sentences as the text they were made from."""

from __future__ import annotations

import html as markup
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bearing_qa.document.formats.numerals import chinese
from bearing_qa.document.ingest import read_corpus
from bearing_qa.document.parse import Rejection, parse_file
from bearing_qa.types import Parsed
from tests.conftest import parse_all
from tests.test_parser_process import reason

SOFFICE = shutil.which("soffice")
TEXT = """河湾市渔业发展规划
各区人民政府，市政府各部门：
为加快推进“十四五”时期渔业发展，提高水产品供给能力，促进渔民增收，根据有关规定，结合我市实际，制定本规划。本规划所称渔业，包括养殖、捕捞和加工三个方面，由市农业农村局负责组织实施，各区应当在每年12月31日前报告实施情况。
一、总体要求
（一）指导思想。坚持生态优先、绿色发展，推动渔业由数量增长向质量提升转变。到2025年，水产品总产量达到35.2万吨，其中养殖产量占比不低于80%，加工产值突破120亿元，渔民人均收入年均增长6.5%以上。
（二）基本原则。坚持市场主导、政府引导，充分发挥市场在资源配置中的决定性作用，更好发挥政府作用。坚持科技支撑、创新驱动，加强良种选育、病害防控、尾水治理等关键技术研究，提高全要素生产率。
二、主要任务
（一）建设尾水处理设施
两年内新建处理站15座，覆盖全部连片养殖区，对验收合格的给予一次性补助，每座不超过50万元，所需资金由市、区两级财政按照6∶4的比例分担，并纳入年度预算。
1. 明确责任。各区要确定牵头部门和责任人，建立工作台账，实行清单管理，按月调度、按季通报，确保按期完成各项任务，对进展缓慢的要及时约谈提醒。
2. 强化监督。市生态环境局要定期开展水质监测，及时公布监测结果，接受社会监督，发现超标排放的依法查处，并将处理结果向社会公开。
年份 | 产量（万吨） | 同比增长
2022 | 33.0 | 4.8%
2023 | 35.2 | 6.7%
三、组织实施
本规划自印发之日起施行，有效期至2025年12月31日。"""


def lines() -> list[str]:
    return TEXT.split("\n")


def write_html(path: Path) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{markup.escape(c.strip())}</td>" for c in line.split("|")) + "</tr>"
        for line in lines()
        if "|" in line
    )
    body = "".join(
        f"<p><span>{markup.escape(line)}</span></p>" for line in lines() if "|" not in line
    )
    body = body.replace("<p><span>三、", f"<table>{rows}</table><p><span>三、")
    head = "<head><meta charset='gb2312'><title>页</title><style>p{}</style><script>alert('x')</script></head>"
    path.write_bytes(f"<html>{head}<body>{body}</body></html>".encode("gb18030"))


def write_docx(path: Path) -> None:
    document = docx.Document()
    document.styles["Normal"].font.name = "Noto Sans CJK SC"
    rows = [[cell.strip() for cell in line.split("|")] for line in lines() if "|" in line]
    for line in lines():
        if "|" not in line:
            if line.startswith("三、"):
                table = document.add_table(0, 3, style="Table Grid")
                for row in rows:
                    for cell, text in zip(table.add_row().cells, row, strict=True):
                        cell.text = text
            document.add_paragraph(line)
    document.save(str(path))


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def structure(parsed: Parsed) -> tuple[list[tuple[str, ...]], list[str], list[tuple[str, ...]]]:
    """Section paths, sentences of running text, and table rows, blanks aside."""
    text = parsed.document.text
    paths = [tuple(map(plain, parsed.path(section.index))) for section in parsed.sections]
    sentences = [
        plain(text[s.start : s.end])
        for passage in parsed.passages
        if passage.kind == "text"
        for s in passage.sentences
    ]
    return paths, sentences, [row.cells for table in parsed.tables for row in table.rows]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    path = tmp_path_factory.mktemp("text") / "规划.txt"
    path.write_text(TEXT, encoding="utf-8")
    return structure(parse_all(path)[0])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_other_encodings_change_nothing(
    encoding: str, expected: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "规划.txt").write_bytes(TEXT.encode(encoding))
    assert structure(parse_all(tmp_path / "规划.txt")[0]) == expected


def test_html_and_word_change_nothing(expected: tuple[object, ...], tmp_path: Path) -> None:
    write_html(tmp_path / "a.html")
    write_docx(tmp_path / "b.docx")
    assert structure(parse_all(tmp_path / "a.html")[0]) == expected
    assert structure(parse_all(tmp_path / "b.docx")[0]) == expected


@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice on this machine to make a PDF")
def test_pdf_changes_nothing(expected: tuple[object, ...], tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx")
    command = [str(SOFFICE), "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True)
    (parsed,) = parse_all(tmp_path / "a.pdf")
    assert structure(parsed) == expected


def numbered(document: Any, levels: list[tuple[str, str]], *, restart: bool = False) -> None:
    """Adds number list 91 with its levels; with ``restart`` also 92, which starts it again at 1."""
    numbering = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
        + "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for at, (form, text) in enumerate(levels)
        )
        + "</w:abstractNum>"
    )
    numbering.insert(0, abstract)
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for number, inner in [("91", ""), *([("92", again)] if restart else [])]:
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="90"/>{inner}</w:num>'
            )
        )


def add_numbered(document: Any, text: str, *, level: int = 0, number: int = 91) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number
    document.add_paragraph("正文在这里。")


def outline_of(path: Path) -> list[tuple[int, str, str]]:
    (parsed,) = parse_all(path)
    return [(s.level, s.marker, s.title) for s in parsed.sections[1:]]


def test_automatic_numbers_of_word_are_part_of_the_text(tmp_path: Path) -> None:
    document = docx.Document()
    numbered(document, [("chineseCounting", "%1、"), ("decimal", "%2.")])
    for text, level in [("总体要求", 0), ("目标", 1), ("原则", 1), ("主要任务", 0), ("治水", 1)]:
        add_numbered(document, text, level=level)
    document.save(str(tmp_path / "a.docx"))
    assert outline_of(tmp_path / "a.docx") == [
        (1, "一、", "总体要求"),
        (2, "1.", "目标"),
        (2, "2.", "原则"),
        (1, "二、", "主要任务"),
        (2, "1.", "治水"),
    ]


def test_a_number_list_of_word_may_start_again(tmp_path: Path) -> None:
    document = docx.Document()
    numbered(document, [("decimal", "第%1条")], restart=True)
    for text, number in [("甲为乙。", 91), ("乙为丙。", 91), ("丙为丁。", 92)]:
        add_numbered(document, text, number=number)
    document.save(str(tmp_path / "a.docx"))
    assert [marker for _, marker, _ in outline_of(tmp_path / "a.docx")] == [
        "第1条",
        "第2条",
        "第1条",
    ]


def test_styles_of_word_and_tags_of_html_make_headings_without_markers(tmp_path: Path) -> None:
    document = docx.Document()
    source = "<meta charset=utf-8><h1>河湾市渔业规划</h1>"
    document.add_heading("河湾市渔业规划", level=1)
    for depth, text in [(2, "概述"), (3, "背景"), (2, "一、任务"), (2, "结语")]:
        document.add_heading(text, level=depth)
        document.add_paragraph("正文在这里。")
        source += f"<h{depth}><div>{text}</div></h{depth}><p>正文在这里。</p>"
    document.save(str(tmp_path / "a.docx"))
    (tmp_path / "b.html").write_text(source, encoding="utf-8")
    expected = [(1, "", "概述"), (2, "", "背景"), (1, "一、", "任务"), (1, "", "结语")]
    assert outline_of(tmp_path / "a.docx") == expected
    assert outline_of(tmp_path / "b.html") == expected


def test_all_text_of_word_that_a_reader_sees_is_read_and_what_was_deleted_is_not(
    tmp_path: Path,
) -> None:
    document = docx.Document()
    inner = (
        "<w:r><w:t>自</w:t></w:r><w:smartTag><w:r><w:t>2023年1月1日</w:t></w:r></w:smartTag>"
        "<w:ins><w:r><w:t>起</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:sdt><w:sdtContent><w:r><w:t>施行</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>。</w:t>"
        "<w:pict><w:txbxContent><w:p><w:r><w:t>框中之语。</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    block = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件之语。</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    body = document.element.body
    body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))
    body.insert(1, parse_xml(block.replace("<w:sdt>", f"<w:sdt {nsdecls('w')}>", 1)))
    document.save(str(tmp_path / "a.docx"))
    (parsed,) = parse_all(tmp_path / "a.docx")
    assert parsed.document.text == "自2023年1月1日起施行。\n框中之语。\n控件之语。"


def test_numerals() -> None:
    assert [chinese(n) for n in (1, 10, 12, 20, 21, 99, 105)] == [
        "一", "十", "十二", "二十", "二十一", "九十九", "一〇五",
    ]  # fmt: skip


def test_merged_cells_of_html_are_expanded(tmp_path: Path) -> None:
    source = (
        "<table><tr><th rowspan=2>省</th><th colspan=2>任务</th></tr><tr><td>1996年</td><td>1997年</td></tr>"
        "<tr><td colspan=3>一、东部</td></tr><tr><td>江苏</td><td>120</td><td></td></tr></table>"
    )
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8>{source}", encoding="utf-8")
    (table,) = parse_all(tmp_path / "a.html")[0].tables
    assert table.header == ("省", "任务 1996年", "任务 1997年")
    assert [row.cells for row in table.rows] == [("一、东部", "", ""), ("江苏", "120", "")]


def test_text_in_a_form_is_read_and_text_nested_too_deep_is_not_lost_in_silence(
    tmp_path: Path,
) -> None:
    """Whole pages of some sites stand in one form."""
    page = "<form><p>第一条 为加强管理，制定本办法。</p><select><option>选</option></select></form>"
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8>{page}", encoding="utf-8")
    assert parse_all(tmp_path / "a.html")[0].document.text == "第一条 为加强管理，制定本办法。"
    deep = "<div>" * 3000 + "<p>深</p>" + "</div>" * 3000
    (tmp_path / "b.html").write_text(f"<meta charset=utf-8><p>前</p>{deep}", encoding="utf-8")
    assert "nested too deep" in reason(tmp_path / "b.html")


def test_attributes_of_word_files_that_are_no_sound_numbers_are_passed_over(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        body = archive.read("word/document.xml").decode()
        relations = archive.read("word/_rels/document.xml.rels").decode()
    told = parse_all(tmp_path / "a.docx")[0].document.text
    note = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    outside = (
        f'<Relationship Id="rId98" Type="{note}" TargetMode="External" '
        'Target="http://example.invalid/x"/></Relationships>'
    )
    wide = body.replace("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="100000000"/>', 1)
    wide = wide.replace("<w:pPr>", '<w:pPr><w:outlineLvl w:val="x"/>', 1)
    assert wide.count("gridSpan") > body.count("gridSpan")
    rewritten(
        tmp_path / "a.docx",
        {
            "word/document.xml": wide.encode(),
            "word/_rels/document.xml.rels": relations.replace("</Relationships>", outside).encode(),
        },
    )
    text = parse_all(tmp_path / "a.docx")[0].document.text
    assert text.splitlines()[0] == told.splitlines()[0]
    assert len(text) < 200 * len(told)


def test_html_that_names_another_encoding_than_its_own_is_read(tmp_path: Path) -> None:
    page = "<meta charset=gb2312><p>柳林渡口</p><p>北港灯塔</p><p>东山码头</p>"
    for encoding in ("utf-8", "gb18030"):
        (tmp_path / "a.html").write_bytes(page.encode(encoding))
        (parsed,) = parse_all(tmp_path / "a.html")
        assert parsed.document.text == "柳林渡口\n北港灯塔\n东山码头"


def test_hostile_html_is_only_text(tmp_path: Path) -> None:
    source = (
        "<![foo[<p>甲</p><!DOCTYPE x [<!ENTITY a 'aaaa'>]><p>&a;</p>"
        + "<div>" * 1000
        + "<p>乙<script>丙()</script></p><img src='http://example.invalid/x'><iframe src='file:///etc/passwd'>"
    )
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8>{source}", encoding="utf-8")
    (parsed,) = parse_all(tmp_path / "a.html")
    assert "乙" in parsed.document.text
    assert "丙" not in parsed.document.text
    assert "root" not in parsed.document.text


def rewritten(path: Path, changes: dict[str, bytes]) -> None:
    """Replaces or adds parts of a Word file."""
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(path, "w") as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes.get(name) or old.read(name))


def test_word_files_with_lost_parts_are_read_and_entities_are_not_expanded(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
        document = archive.read("word/document.xml").decode()
    image = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    lost = f'<Relationship Id="rId99" Type="{image}" Target="media/lost.png"/></Relationships>'
    changes = {"word/_rels/document.xml.rels": relations.replace("</Relationships>", lost).encode()}
    rewritten(tmp_path / "a.docx", changes)
    assert "渔业发展规划" in parse_all(tmp_path / "a.docx")[0].document.text
    layers = "".join(f"<!ENTITY e{at} '{f'&e{at - 1};' * 10}'>" for at in range(1, 12))
    bomb = (
        f"<!DOCTYPE x [<!ENTITY e0 'aaaaaaaaaa'>{layers}<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    )
    body = document.partition("?>")[2].replace("河湾市", "&e11;&f;河湾市", 1)
    rewritten(tmp_path / "a.docx", {"word/document.xml": f"{bomb}{body}".encode()})
    items = list(parse_file(tmp_path / "a.docx", doc_id="x"))
    texts = [item.document.text for item in items if isinstance(item, Parsed)]
    assert all("root:" not in text and len(text) < 5000 for text in texts)


def test_encrypted_and_old_word_files_say_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "encrypted, or an old .doc" in reason(tmp_path / "a.docx")


def test_huge_lines_deep_headings_and_odd_names_are_read(tmp_path: Path) -> None:
    odd = tmp_path / "关于 [2019] #5 &amp; \u202e号'\"%.md"
    odd.write_text("\n".join(f"{'#' * (1 + at % 6)} 第{at}层\n正文。" for at in range(50)), "utf-8")
    (parsed,) = parse_all(odd)
    assert len(parsed.sections) == 51
    (tmp_path / "long.txt").write_text("一、甲\n" + "轴承，" * 300_000 + "。", encoding="utf-8")
    (parsed,) = parse_all(tmp_path / "long.txt")
    assert max(p.end - p.start for p in parsed.passages) <= 350


def test_documents_of_foreign_types_are_named_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一、甲\n正文。", encoding="utf-8")
    (tmp_path / "旧文.odt").write_bytes(b"x")
    (tmp_path / "扫描.png").write_bytes(b"x")
    (tmp_path / "style.css").write_bytes(b"x")
    items = list(read_corpus(tmp_path))
    named = {item.source for item in items if isinstance(item, Rejection)}
    assert named == {"旧文.odt", "扫描.png"}


def test_line_breaks_and_hidden_text_of_word(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("一、总体要求\n坚持创新。\n二、重点任务")
    hidden = document.add_paragraph("三、保障").add_run("不给人看的话")
    hidden.font.hidden = True
    document.save(str(tmp_path / "a.docx"))
    (parsed,) = parse_all(tmp_path / "a.docx")
    assert parsed.document.text == "一、总体要求\n坚持创新。\n二、重点任务\n三、保障"


def test_hidden_parts_and_tables_in_cells_of_html(tmp_path: Path) -> None:
    source = (
        "<meta charset=utf-8><p>导航</p><h1>关于轴承的意见</h1><p style='display:none'>二、藏</p>"
        "<table><tr><td>指标</td><td>值</td></tr><tr><td>产值</td><td><table><tr><td>300</td></tr></table>"
        "</td></tr></table><footer><h3>友情链接</h3></footer>"
    )
    (tmp_path / "a.html").write_text(source, encoding="utf-8")
    (parsed,) = parse_all(tmp_path / "a.html")
    assert parsed.document.title == "关于轴承的意见"
    assert "藏" not in parsed.document.text
    assert "友情" not in parsed.document.text
    (table,) = parsed.tables
    assert [row.cells for row in table.rows] == [("产值", "300")]
