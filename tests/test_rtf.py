"""RTF as Word, WPS and LibreOffice write it is read as it is shown."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bearing_qa.document.extract import extract
from bearing_qa.errors import DocumentError
from bearing_qa.types import Unread
from tests.conftest import parse_all
from tests.damaging import damaged, withstands
from tests.test_formats import structure, write_docx

SOFFICE = shutil.which("soffice")
HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fcharset0 Times New Roman;}"
    r"{\f2\fcharset2 Symbol;}{\f3\fcharset2 Wingdings;}}{\colortbl;\red0\green0\blue0;}"
    r"{\stylesheet{\ql Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}}{\info{\title \'b2\'bb}{\author x}}"
)


def gbk(text: str) -> str:
    """A text as RTF with the bytes of GBK; trail bytes that are letters stand as they are."""
    parts = []
    for char in text:
        for byte in char.encode("gb18030"):
            is_plain = chr(byte).isalnum() and byte < 0x80
            parts.append(chr(byte) if is_plain else f"\\'{byte:02x}")
    return "".join(parts)


def wide(text: str) -> str:
    """A text as RTF in Unicode, a question mark for old readers."""
    units = text.encode("utf-16-le")
    codes = [
        int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)
    ]
    return "".join(f"\\u{code}?" for code in codes)


def lines(body: str, path: Path, *, head: str = HEAD) -> list[str]:
    (path / "a.rtf").write_bytes((head + body + "}").encode("ascii"))
    return extract(path / "a.rtf").text.split("\n")


def unread(path: Path) -> tuple[Unread, ...]:
    return extract(path / "a.rtf").unread


SENTENCE = "第一条 朱镕基为加快推进渔业发展，制定本办法：“甲”。"


@pytest.mark.parametrize("form", [gbk, wide], ids=["bytes", "unicode"])
def test_chinese_in_bytes_and_in_unicode_is_one_text(form: object, tmp_path: Path) -> None:
    assert callable(form)
    assert lines(rf"\pard\f0 {form(SENTENCE)}\par", tmp_path) == [SENTENCE]


def test_a_font_names_its_own_set_and_latin_beside_it_stays(tmp_path: Path) -> None:
    head = HEAD.replace("ansicpg936", "ansicpg1252")
    body = rf"\pard\f0 {gbk('渔业产量')}\f1  caf\'e9 35.2 \f0 {gbk('万吨')}\par"
    assert lines(body, tmp_path, head=head) == ["渔业产量 café 35.2 万吨"]


def test_signs_beyond_sixteen_bits_and_fallbacks_of_two_bytes(tmp_path: Path) -> None:
    body = rf"\pard\uc2 \u20013\'d6\'d0\u22269\'b9\'fa\uc1 {wide('𠮷')}\uc0\u12290\par"
    assert lines(body, tmp_path) == ["中国𠮷。"]


def test_what_is_not_shown_is_left_out(tmp_path: Path) -> None:
    body = (
        rf"{{\header {gbk('页眉')}\par}}{{\footerf {gbk('页脚')}\par}}\pard {gbk('可见')}{{\v {gbk('隐藏')}}}"
        rf"{{\deleted {gbk('删去')}}}{{\field{{\*\fldinst HYPERLINK x}}{{\fldrslt {gbk('的字')}}}}}"
        rf"{{\*\bkmkstart _Toc}}{{\pict\pngblip 89504e47}}{gbk('。')}{{\*\unheard {gbk('没有')}}}\par"
    )
    assert lines(body, tmp_path) == ["可见的字。"]


def test_binary_data_is_passed_over(tmp_path: Path) -> None:
    data = (
        (HEAD + r"\pard {\pict\bin9 ").encode()
        + b"}}}{{{\\\\\\"
        + (rf"}}{gbk('之后。')}\par" + "}").encode()
    )
    (tmp_path / "a.rtf").write_bytes(data)
    assert extract(tmp_path / "a.rtf").text == "之后。"


def test_headings_by_outline_level_and_by_style(tmp_path: Path) -> None:
    body = (
        rf"\pard\s1 {gbk('渔业规划')}\par\pard\s2 {gbk('概述')}\par\pard {gbk('正文在此。')}\par"
        rf"\pard\outlinelevel1 {gbk('结语')}\par\pard\s1\outlinelevel9 {gbk('这是正文。')}\par"
    )
    assert lines(body, tmp_path) == ["# 渔业规划", "## 概述", "正文在此。", "## 结语", "这是正文。"]
    (parsed,) = parse_all(tmp_path / "a.rtf")
    assert parsed.document.title == "渔业规划"
    assert [section.title for section in parsed.sections][-2:] == ["概述", "结语"]


def test_automatic_numbers_are_part_of_the_text_and_bullets_are_not(tmp_path: Path) -> None:
    body = (
        rf"{{\listtext\pard\plain {gbk('一、')}\tab}}\pard {gbk('目标')}\par"
        rf"{{\listtext\pard\plain 1\tab}}\pard {gbk('任务')}\par"
        rf"{{\listtext\pard\plain\f3 \'b7\tab}}\pard {gbk('要点')}\par"
    )
    assert lines(body, tmp_path) == ["一、目标", "1 任务", "要点"]


def row(cells: Sequence[str], edges: Sequence[int], marks: Sequence[str] = ()) -> str:
    shapes = "".join(f"{marks[at] if marks else ''}\\cellx{edge}" for at, edge in enumerate(edges))
    return (
        rf"\trowd{shapes}\pard\intbl " + "".join(gbk(cell) + r"\cell " for cell in cells) + r"\row "
    )


def test_tables_are_rows_and_merged_cells_stand_where_they_cover(tmp_path: Path) -> None:
    body = (
        rf"\pard {gbk('下表：')}\par"
        + row(["年份", "产量（万吨）", "增长"], [1000, 2000, 3000])
        + row(["全部地区"], [3010])
        + row(["2022", "养殖和捕捞"], [1000, 3000])
        + row(["2023", "35.2", "6.7%"], [1000, 2000, 3000], [r"\clvmgf", "", ""])
        + row(["", "36.0", "7.0%"], [1000, 2000, 3000], [r"\clvmrg", "", ""])
        + row(["2024", "合计", ""], [1000, 2000, 3000], ["", r"\clmgf", r"\clmrg"])
        + rf"\pard {gbk('完。')}\par"
    )
    assert lines(body, tmp_path) == [
        "下表：", "年份 | 产量（万吨） | 增长", "全部地区 |  | ", "2022 | 养殖和捕捞 | 养殖和捕捞",
        "2023 | 35.2 | 6.7%", "2023 | 36.0 | 7.0%", "2024 | 合计 | 合计", "完。",
    ]  # fmt: skip


def test_paragraphs_of_a_cell_are_one_and_tables_side_by_side_are_two(tmp_path: Path) -> None:
    body = (
        rf"\trowd\cellx1000\cellx2000\pard\intbl {gbk('甲市')}\par {gbk('财政局')}\cell 2\par 3\cell\row"
        + row(["单列的行", "乙", "丙"], [500, 1500, 2000])
    )
    assert lines(body, tmp_path) == ["甲市财政局 | 2 3", "单列的行 | 乙 | 丙"]


def test_notes_and_text_boxes_come_after_their_paragraph(tmp_path: Path) -> None:
    body = (
        rf"\pard {gbk('正文')}{{\super\chftn{{\footnote\pard\chftn {gbk('注文。')}}}}}{gbk('在此。')}"
        rf"{{\shp{{\*\shpinst\shpleft0{{\sp{{\sn a}}{{\sv b}}}}{{\shptxt\pard {gbk('框内。')}\par}}}}"
        rf"{{\shprslt {gbk('重复')}}}}}\par\pard {gbk('下一段。')}\par"
    )
    assert lines(body, tmp_path) == ["正文在此。", "注文。", "框内。", "下一段。"]


def test_a_break_is_a_page(tmp_path: Path) -> None:
    body = rf"\pard {gbk('第一页。')}\page {gbk('第二页。')}\par\pard\pagebb {gbk('第三页。')}\par"
    assert lines(body, tmp_path) == ["第一页。", "\f", "第二页。", "\f", "第三页。"]


def test_signs_of_symbol_fonts_are_known_or_told(tmp_path: Path) -> None:
    body = rf"\pard {gbk('增长')}{{\f2 \'a3}}5%{gbk('，误差')}{{\f2\u-3919?}}1{gbk('，见')}{{\f3 \'46}}{gbk('号')}\par"
    assert lines(body, tmp_path) == ["增长≤5%，误差±1，见号"]
    assert unread(tmp_path) == (Unread("font", "…增长≤5%，误差±1，见"),)


def test_equations_and_objects_are_told(tmp_path: Path) -> None:
    body = (
        rf"\pard {gbk('公式为')}{{\mmath{{\*\moMath x}}}}{gbk('。')}\par"
        rf"\pard {gbk('附表')}{{\object\objemb{{\*\objdata 00}}{{\result {gbk('图标')}}}}}\par"
    )
    assert lines(body, tmp_path) == ["公式为。", "附表图标"]
    assert unread(tmp_path) == (Unread("equation", "…公式为"), Unread("object", "…附表"))


def test_a_file_that_is_no_rtf_gets_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(b"\x00\x01\x02 no")
    with pytest.raises(DocumentError, match=r"a\.rtf cannot be read: it is no RTF"):
        extract(tmp_path / "a.rtf")


@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice on this machine to make RTF")
def test_rtf_of_libreoffice_changes_nothing(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx")
    command = [str(SOFFICE), "--headless", "--convert-to", "rtf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True)
    assert structure(parse_all(tmp_path / "a.rtf")[0]) == structure(
        parse_all(tmp_path / "a.docx")[0]
    )


def test_damaged_files_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    body = (
        rf"{{\listtext 1.\tab}}\pard\s1 {gbk(SENTENCE)}\par{{\footnote {wide(SENTENCE)}}}"
        + row(["年份", "产量"], [1000, 2000]) * 3
        + rf"\pard {wide(SENTENCE)}\par"
    )
    sound = (HEAD + body + "}").encode()
    withstands(tmp_path / "a.rtf", damaged(sound, count=200, seed=1))
    withstands(
        tmp_path / "a.rtf", iter([b"{\\rtf1" + b"{" * 200_000, b"{\\rtf1" + b"\\cell" * 100_000])
    )
