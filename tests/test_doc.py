"""Old Word files are read as they are shown; files of other formats under their name by what they hold."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from bearing_qa.document.extract import extract
from bearing_qa.document.formats.numerals import numeral
from bearing_qa.document.formats.old_word.lists import FORMS, KEEPS_ON, LEGAL
from bearing_qa.errors import DocumentError
from bearing_qa.types import Unread
from tests.conftest import parse_all
from tests.damaging import damaged, withstands
from tests.test_formats import structure, write_docx, write_html
from tests.test_rtf import HEAD, gbk
from tests.word97_writer import (
    DELETED,
    HIDDEN,
    IN_TABLE,
    Word97,
    compound,
    heading,
    listed,
    row_end,
    sprm,
)

SOFFICE = shutil.which("soffice")
RICH = Word97(
    paragraphs=[
        ("河湾市渔业规划\r", heading(0)), ("为加快推进渔业发展，制定“十四五”规划，共35.2万吨。\r", b""),
        ("总体要求\r", heading(1)), ("坚持生态优先。\r", b""), ("年份\x07", IN_TABLE), ("产量\x07", IN_TABLE),
        ("\x07", row_end([1000, 2000])), ("2022\x07", IN_TABLE), ("33.0\x07", IN_TABLE),
        ("\x07", row_end([1000, 2000])), ("完。\r", b""),
    ]
)  # fmt: skip


def read(
    document: Word97, folder: Path, name: str = "a.doc"
) -> tuple[list[str], tuple[Unread, ...]]:
    (folder / name).write_bytes(document.data())
    given = extract(folder / name)
    text, unread = given.text, given.unread
    return text.split("\n"), unread


def reason(path: Path) -> str:
    with pytest.raises(DocumentError) as told:
        extract(path)
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize("name", ["a.doc", "a.wps"])
def test_paragraphs_headings_and_tables_are_read(name: str, tmp_path: Path) -> None:
    found, unread = read(RICH, tmp_path, name)
    assert found == [
        "# 河湾市渔业规划", "为加快推进渔业发展，制定“十四五”规划，共35.2万吨。", "## 总体要求", "坚持生态优先。",
        "年份 | 产量", "2022 | 33.0", "完。",
    ]  # fmt: skip
    assert unread == ()
    (parsed,) = parse_all(tmp_path / name)
    assert parsed.document.title == "河湾市渔业规划"
    assert parsed.tables[0].rows[0].cells == ("2022", "33.0")


def test_text_in_one_byte_a_sign_is_read(tmp_path: Path) -> None:
    document = Word97([("Plan “2025”\r", b""), ("café – 35.2\r", b"")], narrow=True)
    assert read(document, tmp_path)[0] == ["Plan “2025”", "café – 35.2"]


def test_merged_cells_stand_where_they_cover(tmp_path: Path) -> None:
    cells = [
        ["甲", "乙", "丙"],
        ["全部地区"],
        ["2022", "33.0", "4.8%"],
        ["", "35.2", "6.7%"],
        ["2024", "合计", ""],
    ]
    ends = [
        row_end([1000, 2000, 3000]), row_end([3005]), row_end([1000, 2000, 3000], [0x60, 0, 0]),
        row_end([1000, 2000, 3000], [0x20, 0, 0]), row_end([1000, 2000, 3000], [0, 1, 2]),
    ]  # fmt: skip
    paragraphs = []
    for row, end in zip(cells, ends, strict=True):
        paragraphs += [(f"{cell}\x07", IN_TABLE) for cell in row] + [("\x07", end)]
    assert read(Word97(paragraphs), tmp_path)[0] == [
        "甲 | 乙 | 丙", "全部地区 |  | ", "2022 | 33.0 | 4.8%", "2022 | 35.2 | 6.7%", "2024 | 合计 | 合计",
    ]  # fmt: skip


def test_paragraphs_of_a_cell_are_one_and_a_frame_of_one_cell_is_none(tmp_path: Path) -> None:
    paragraphs = [
        ("甲市\r", IN_TABLE), ("财政局\x07", IN_TABLE), ("2\x07", IN_TABLE), ("\x07", row_end([1000, 2000])),
        ("框外。\r", b""), ("一、标准\r", IN_TABLE), ("每月2200元。\x07", IN_TABLE), ("\x07", row_end([2000])),
    ]  # fmt: skip
    assert read(Word97(paragraphs), tmp_path)[0] == [
        "甲市财政局 | 2",
        "框外。",
        "一、标准",
        "每月2200元。",
    ]


def test_automatic_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    document = Word97(
        [
            (f"{text}\r", listed(level))
            for text, level in [("目标", 0), ("任务", 1), ("步骤", 1), ("保障", 0)]
        ],
        levels=[(37, "\x00、"), (0, "\x00.\x01"), (23, "·")],
    )
    assert read(document, tmp_path)[0] == ["一、目标", "一.1 任务", "一.2 步骤", "二、保障"]
    document.level_flags = LEGAL
    assert read(document, tmp_path)[0] == ["1、目标", "1.1 任务", "1.2 步骤", "2、保障"]


def test_articles_are_counted_on_through_the_chapters(tmp_path: Path) -> None:
    levels = [("总则", 0), ("甲为乙。", 1), ("乙为丙。", 1), ("附则", 0), ("丙为丁。", 1)]
    paragraphs = [(f"{text}\r", listed(level)) for text, level in levels]
    document = Word97(paragraphs, levels=[(39, "第\x00章"), (39, "第\x01条")], level_flags=KEEPS_ON)
    assert read(document, tmp_path)[0] == [
        "第一章 总则",
        "第一条 甲为乙。",
        "第二条 乙为丙。",
        "第二章 附则",
        "第三条 丙为丁。",
    ]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (101, 39, "一百零一"), (110, 39, "一百一十"), (1010, 39, "一千零一十"), (101, 37, "一〇一"), (12, 37, "十二"),
        (10, 38, "壹拾"), (21, 38, "贰拾壹"), (3, 30, "丙"), (4, 18, "④"), (5, 27, "⑸"), (9, 2, "ix"), (7, 22, "07"),
        (30, 28, "30"), (5, 99, "5"), (1000, 39, "一千"),
    ],
)  # fmt: skip
def test_numbers_in_their_forms(number: int, form: int, text: str) -> None:
    assert numeral(number, FORMS.get(form, "decimal")) == text


def test_notes_come_after_their_paragraph(tmp_path: Path) -> None:
    document = Word97([("正文\x02在此。\r", b""), ("下一段。\r", b"")], notes=[(2, "\x02注文。\r")])
    assert read(document, tmp_path)[0] == ["正文在此。", "注文。", "下一段。"]


def test_what_is_not_shown_is_left_out(tmp_path: Path) -> None:
    document = Word97(
        [
            ("可见隐藏删去的\x13 HYPERLINK x \x14链接\x15字。\r", b""),
            ("第一页。\x0c", b""),
            ("第二页。\r", b""),
        ],
        runs={"隐藏": HIDDEN, "删去": DELETED},
    )
    assert read(document, tmp_path)[0] == ["可见的链接字。", "第一页。", "\f", "第二页。"]


def test_equations_objects_and_signs_of_symbol_fonts_are_told(tmp_path: Path) -> None:
    paragraphs = [
        ("公式\x13 EQ \\f(1,2)\x15为。\r", b""), ("附表\x13 EMBED Excel.Sheet.8 \x14\x01\x15。\r", b""),
        ("见\uf046号\r", b""), ("\uf0d8要点\r", b""), ("一\x13EQ \\* jc2 \\o\\ad(\\s\\up 10(hun),荤)\x15一素。\r", b""),
    ]  # fmt: skip
    found, unread = read(Word97(paragraphs), tmp_path)
    assert found == ["公式为。", "附表。", "见号", "要点", "一荤一素。"]
    assert unread == (Unread("equation", "…公式"), Unread("object", "…附表"), Unread("font", "…见"))


def test_encrypted_and_older_and_other_files_get_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(Word97([("正文。\r", b"")], flags=0x300).data())
    assert "it is encrypted" in reason(path)
    path.write_bytes(compound({"EncryptedPackage": b"x"}))
    assert "it is encrypted" in reason(path)
    path.write_bytes(Word97([("正文。\r", b"")], version=0x68).data())
    assert "it is of Word 6, 95 or older, which is not read; save it as .docx" in reason(path)
    path.write_bytes(compound({"Workbook": b"x"}))
    assert "it holds no Word text" in reason(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0 no more")
    assert "no sound Office file" in reason(path)
    path.write_bytes(
        b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'
    )
    assert "it is Word's XML of 2003" in reason(path)
    path.write_bytes(bytes(range(256)) * 4)
    assert "it is no Word file, and no text" in reason(path)


def test_a_doc_that_is_another_format_is_read_as_that(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx")
    write_html(tmp_path / "a.html")
    expected = structure(parse_all(tmp_path / "a.docx")[0])
    (tmp_path / "b.doc").write_bytes((tmp_path / "a.docx").read_bytes())
    (tmp_path / "c.doc").write_bytes((tmp_path / "a.html").read_bytes())
    page = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
    (tmp_path / "d.doc").write_bytes(page + (tmp_path / "a.html").read_bytes() + b"\r\n--x--\r\n")
    for name in ("b.doc", "c.doc", "d.doc"):
        assert structure(parse_all(tmp_path / name)[0]) == expected
    (tmp_path / "e.doc").write_text(HEAD + gbk("正文在此。") + r"\par}")
    assert extract(tmp_path / "e.doc").text == "正文在此。"
    (tmp_path / "f.doc").write_bytes("一、总则\n正文在此。".encode("gb18030"))
    assert extract(tmp_path / "f.doc").text == "一、总则\n正文在此。"


def test_properties_that_promise_too_much_do_no_harm(tmp_path: Path) -> None:
    """A table of more cells than there are, a value that is cut off, lengths beyond the text."""
    paragraphs = [
        ("甲\x07", IN_TABLE),
        ("\x07", row_end([1000, 2000, 3000])),
        ("乙\r", sprm(0xC615, b"\xff")),
    ]
    assert read(Word97(paragraphs), tmp_path)[0] == ["甲", "乙"]
    data = bytearray(RICH.data())
    place = data.index(struct.pack("<H", 0xA5EC)) + 0x4C
    struct.pack_into("<i", data, place, 2**31 - 1)
    (tmp_path / "a.doc").write_bytes(bytes(data))
    assert "a part of its text is missing" in reason(tmp_path / "a.doc")


@pytest.mark.skipif(
    SOFFICE is None, reason="no LibreOffice on this machine to make an old Word file"
)
def test_old_word_files_of_libreoffice_change_nothing(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx")
    command = [str(SOFFICE), "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True)
    assert structure(parse_all(tmp_path / "a.doc")[0]) == structure(
        parse_all(tmp_path / "a.docx")[0]
    )


def test_damaged_files_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    listed_too = Word97(
        [*RICH.paragraphs, ("目标\r", listed(0))], levels=[(37, "\x00、")], notes=[(2, "注。\r")]
    )
    withstands(tmp_path / "a.doc", damaged(listed_too.data(), count=100, seed=1))
    sound = listed_too.data()
    start = sound.index(struct.pack("<H", 0xA5EC))
    heads = (
        sound[:start] + part.ljust(0x300, b"\0")[:0x300] + sound[start + 0x300 :]
        for part in damaged(sound[start : start + 0x300], count=100, seed=2)
    )
    assert withstands(tmp_path / "a.doc", heads) > 10
    tables = (
        sound[: len(sound) - 4096] + part.ljust(4096, b"\0")
        for part in damaged(sound[-4096:-3500], count=100, seed=3)
    )
    withstands(tmp_path / "a.doc", tables)
