"""Pages of a Word file, as far as the file says where they begin; files with macros and of the strict form."""

from __future__ import annotations

import zipfile
from pathlib import Path

from bearing_qa.document.parse import parse_file
from bearing_qa.types import Parsed
from tests.word_files import cell, paragraph, row, run, table, write_word


def parsed(path: Path) -> Parsed:
    (item,) = parse_file(path, doc_id="x")
    assert isinstance(item, Parsed)
    return item


def test_pages_are_those_that_word_saw_or_none(tmp_path: Path) -> None:
    seen = "<w:r><w:lastRenderedPageBreak/></w:r>"
    asked = paragraph(more='<w:r><w:br w:type="page"/></w:r>')
    body = (
        paragraph("第一页。")
        + asked
        + f"<w:p>{seen}<w:r><w:t>第二页。</w:t></w:r></w:p>"
        + paragraph("跨页的话，", more=seen + run("说到下页。"))
        + paragraph("第三页。")
    )
    document = parsed(write_word(tmp_path / "a.docx", body, stated_pages="3")).document
    pages = {
        line: document.pages_of(at := document.text.index(line), at + 1)[0]
        for line in document.text.split("\n")
    }
    assert pages == {"第一页。": 1, "第二页。": 2, "跨页的话，说到下页。": 2, "第三页。": 3}
    assert len(parsed(write_word(tmp_path / "b.docx", body, stated_pages="5")).document.pages) == 1
    plain = paragraph("甲。") + asked + paragraph("乙。")
    assert len(parsed(write_word(tmp_path / "c.docx", plain)).document.pages) == 1


def test_a_row_over_two_pages_begins_one_page(tmp_path: Path) -> None:
    seen = "<w:r><w:lastRenderedPageBreak/></w:r>"
    long = cell(paragraph("甲", more=seen + run("甲续")))
    body = table(row("名", "注"), row(long, long), row("乙", "丙")) + paragraph("末。")
    document = parsed(write_word(tmp_path / "a.docx", body, stated_pages="2")).document
    assert [page.number for page in document.pages] == [1, 2]
    assert document.text[document.pages[1].start :].startswith("乙 | 丙")


def test_files_with_macros_and_of_the_strict_form_are_read(tmp_path: Path) -> None:
    body = paragraph("一、总则", properties='<w:outlineLvl w:val="0"/>') + table(
        row("甲", "1"), row("乙", "2")
    )
    plain = write_word(tmp_path / "a.docx", body)
    with_macros = tmp_path / "b.docm"
    with_macros.write_bytes(plain.read_bytes())
    strict = tmp_path / "c.docx"
    office = b"http://schemas.openxmlformats.org"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(strict, "w") as new:
        for item in old.namelist():
            content = old.read(item)
            for usual, named in [
                (b"/wordprocessingml/2006/main", b"/wordprocessingml/main"),
                (b"/officeDocument/2006/relationships", b"/officeDocument/relationships"),
            ]:
                content = content.replace(office + usual, b"http://purl.oclc.org/ooxml" + named)
            new.writestr(item, content)
    texts = {parsed(path).document.text for path in (plain, with_macros, strict)}
    assert texts == {"一、总则\n甲 | 1\n乙 | 2"}
    assert parsed(with_macros).sections[1].marker == "一、"
