"""Files in, documents out; what cannot be read gets one clear line and the rest is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.document.encoding import decode
from bearing_qa.document.frontmatter import find_date, find_number, find_title
from bearing_qa.document.ingest import read_corpus
from bearing_qa.document.parse import Rejection
from bearing_qa.errors import DocumentError
from bearing_qa.types import Parsed

TEXT = "关于加强轴承产业发展的通知\r\n各地要高度重视，抓好落实。\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_common_encodings_are_told_apart(encoding: str) -> None:
    text, _ = decode(TEXT.encode(encoding), name="x.txt")
    assert text == TEXT.replace("\r\n", "\n")


def test_big5_is_not_taken_for_gb18030() -> None:
    text = "關於加強軸承產業發展的通知，各地要高度重視，國家的發展是為了人民。" * 5
    assert decode(text.encode("big5"), name="x.txt") == (text, "big5")


@pytest.mark.parametrize("data", [b"", b"  \n ", bytes(range(32)) * 8])
def test_what_is_no_text_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(data, name="x.txt")
    assert "x.txt" in str(caught.value)
    assert "expected" in str(caught.value)


def test_a_folder_is_read_in_order_and_bad_files_do_not_stop_it(tiny_corpus: Path) -> None:
    (tiny_corpus / "空.txt").write_bytes(b"")
    (tiny_corpus / "子目录").mkdir()
    (tiny_corpus / "子目录" / "通知.txt").write_text(
        "关于放假的通知\n五月一日放假。", encoding="utf-8"
    )
    (tiny_corpus / "图片.png").write_bytes(b"\x89PNG")
    items = list(read_corpus(tiny_corpus))
    ids = [item.document.doc_id for item in items if isinstance(item, Parsed)]
    assert ids == ["函-1", "函-2", "办法", "子目录/通知", "报告"]
    rejected = [item for item in items if isinstance(item, Rejection)]
    assert [item.source for item in rejected] == ["图片.png", "空.txt"]


def test_a_broken_line_of_jsonl_is_reported_with_its_number(tmp_path: Path) -> None:
    lines = '{"_id": "a", "text": "第一份。"}\nnot json\n{"_id": "b", "text": "第二份。"}\n'
    (tmp_path / "c.jsonl").write_text(lines, encoding="utf-8")
    items = list(read_corpus(tmp_path))
    assert [item.document.doc_id for item in items if isinstance(item, Parsed)] == ["a", "b"]
    (bad,) = [item for item in items if isinstance(item, Rejection)]
    assert "line 2" in bad.reason


def test_a_second_document_of_one_id_is_rejected(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"_id": "x", "text": "一份。"}\n', encoding="utf-8")
    kinds = [type(item) for item in read_corpus(tmp_path)]
    assert kinds == [Parsed, Rejection]


def test_files_that_may_hold_documents_are_named_with_the_mend(tmp_path: Path) -> None:
    for name in ("通知.txt", "旧文.odt", "扫描.PNG", "附件.rar", "style.css", "~$旧文.odt"):
        (tmp_path / name).write_text("第一条 公园门票二十元。")
    told = [f"{i.source}: {i.reason}" for i in read_corpus(tmp_path) if isinstance(i, Rejection)]
    assert told == [
        "扫描.PNG: 扫描.PNG is a picture; expected a document, or a scanned page and what recognises it; for scanned pages: "
        "pip install 'bearing-qa[ocr]' (make app OCR=1)",
        "旧文.odt: .odt files are not read; save it as .docx, .pdf or .txt",
        "附件.rar: .rar files are not read; unpack it here",
    ]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不该读到。", encoding="utf-8")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "link.txt").symlink_to(secret)
    (corpus / "a.txt").write_text("可以读。", encoding="utf-8")
    items = list(read_corpus(corpus))
    assert [item.document.doc_id for item in items if isinstance(item, Parsed)] == ["a"]
    assert [item.source for item in items if isinstance(item, Rejection)] == ["link.txt"]


def test_a_sidecar_gives_title_and_date(tiny_corpus: Path) -> None:
    (tiny_corpus / "办法.meta.toml").write_text(
        'title = "公园办法"\ndate = "2021-08-15"\n', encoding="utf-8"
    )
    parsed = {p.document.doc_id: p for p in read_corpus(tiny_corpus) if isinstance(p, Parsed)}
    assert parsed["办法"].document.title == "公园办法"
    assert parsed["办法"].document.metadata["date"] == "2021-08-15"
    assert parsed["报告"].document.title == "河湾市渔业发展报告"


def test_a_document_is_read_without_a_sidecar_that_is_broken(tiny_corpus: Path) -> None:
    (tiny_corpus / "办法.meta.toml").write_text("title = 公园", encoding="utf-8")
    items = list(read_corpus(tiny_corpus))
    (rejection,) = (item for item in items if isinstance(item, Rejection))
    assert "办法.meta.toml is not TOML" in rejection.reason
    assert "read without it" in rejection.reason
    titles = [item.document.title for item in items if isinstance(item, Parsed)]
    assert "城市公园管理办法" in titles


def test_titles_over_several_lines_are_joined() -> None:
    text = "国务院关于在市场监管领域全面推行\n部门联合监管的意见\n国发〔2019〕5号\n各省："
    assert find_title(text) == "国务院关于在市场监管领域全面推行部门联合监管的意见"


def test_an_order_has_the_title_of_what_it_puts_in_force() -> None:
    order = (
        "中华人民共和国国务院令\n第706号\n《专利代理条例》已经修订通过，现予公布。\n2018年11月6日\n"
    )
    assert find_title(order + "专利代理条例\n第一章 总则\n") == "专利代理条例"
    assert find_title(order) == "中华人民共和国国务院令"


@pytest.mark.parametrize(
    ("text", "number", "date"),
    [
        (
            "关于放假的通知\n国办发〔2019〕5号\n各省：\n正文。\n国务院办公厅\n2019年1月12日",
            "国办发〔2019〕5号",
            "2019-01-12",
        ),
        (
            "复函\n国办函〔2004〕80号\n正文。\n二〇〇四年十一月四日\n附件1",
            "国办函〔2004〕80号",
            "2004-11-04",
        ),
        ("反垄断法\n2007年8月30日 通过\n2022年6月24日 修正\n第一条 略。", "", "2022-06-24"),
        ("政府工作报告\n第十二届人大二次会议，2014年3月5日\n各位代表：", "", "2014-03-05"),
        ("讲话\n正文在2023年1月1日之后。\n2024.11.24", "", "2024-11-24"),
        ("没有日期的文件\n正文。2024年", "", ""),
    ],
)
def test_number_and_date_are_found_in_the_text(text: str, number: str, date: str) -> None:
    assert (find_number(text), find_date(text)) == (number, date)


def test_utf16_without_a_mark_and_a_few_bad_bytes_are_read() -> None:
    text = "关于加强轴承产业发展的通知\n各地要高度重视，一是抓好落实。\n" * 8
    assert decode(text.encode("utf-16-le"), name="x.txt") == (text, "utf-16-le")
    assert decode(text.encode("utf-16-be"), name="x.txt") == (text, "utf-16-be")
    broken = text.encode("utf-8") + b"\xe5\x85"
    read, encoding = decode(broken, name="x.txt")
    assert read.startswith(text)
    assert encoding == "utf-8, 1 unreadable"


@pytest.mark.parametrize(("data", "what"), [(b"%PDF-1.7", "a PDF"), (b"PK\x03\x04", "a Word")])
def test_files_by_another_name_say_what_they_are(data: bytes, what: str) -> None:
    with pytest.raises(DocumentError, match=what):
        decode(data + b"x" * 99, name="x.txt")
