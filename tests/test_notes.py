"""What is told beside an answer: another document repeals or changes the one cited, its file has changed, a part is not read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.document import parse as parsing
from bearing_qa.document.raw_text import RawText
from bearing_qa.document.records import pack, unpack
from bearing_qa.output.notes import note_words, unread_words
from bearing_qa.output.texts import CHINESE, ENGLISH
from bearing_qa.output.view import gather
from bearing_qa.search.relations import mentions_of, newer_entry
from bearing_qa.types import Citation, Document, Note, NoteKind, Unread, UnreadKind
from bearing_qa.web.answer_markup import render_answer
from tests.conftest import BigramEncoder

HARBOUR = """港口拖轮管理办法
港政发〔2012〕8号
2012年5月1日
第一条 拖轮费每次三百元。
第二条 拖轮作业应当提前一天申请。
"""
REPEALS = """港口管理局关于清理文件的通知
2022年3月1日
下列文件自本通知印发之日起废止：
1.《港口拖轮管理办法》（港政发〔2012〕8号）
2.《渔船登记规定》（港政发〔1999〕2号）
"""
OTHER_NUMBER = REPEALS.replace("港政发〔2012〕8号", "港政发〔2003〕1号")
EARLIER = REPEALS.replace("2022年3月1日", "2009年3月1日")
KEEPS = """港口管理局关于文件清理结果的通知
2022年3月1日
《港口拖轮管理办法》继续有效。
"""
CHANGES = """港口管理局关于修改《港口拖轮管理办法》的决定
2020年7月1日
一、将第一条中的“三百元”修改为“四百元”。
二、删去第二条。
"""


def library_of(folder: Path, texts: dict[str, str]) -> Library:
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in texts.items():
        (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
    encoder = BigramEncoder()
    build_index(corpus, folder / "index", encoder=encoder)
    return Library(folder / "index", encoder=encoder)


def document(library: Library, doc_id: str) -> Document:
    parsed = library.index().catalogue.parsed(doc_id)
    assert parsed is not None
    return parsed.document


@pytest.mark.parametrize(
    ("other", "kinds"),
    [
        (REPEALS, ["repealed"]),
        (CHANGES, ["amended"]),
        (OTHER_NUMBER, []),  # another edition of that title
        (EARLIER, []),  # what came before cannot repeal it
        (KEEPS, []),
        ("渔船登记规定\n2022年3月1日\n第一条 依照《港口拖轮管理办法》收费。\n", []),
    ],
)
def test_what_another_document_says_of_one_is_found(
    tmp_path: Path, other: str, kinds: list[str]
) -> None:
    library = library_of(tmp_path, {"拖轮": HARBOUR, "其他": other})
    found = list(mentions_of(library.index(), document(library, "拖轮")))
    assert [mention.kind for mention in found] == kinds
    for mention in found:
        assert "港口拖轮管理办法" in document(library, mention.doc_id).text[slice(*mention.span)]
    assert not list(mentions_of(library.index(), document(library, "其他")))


def test_an_answer_says_that_its_document_is_repealed_and_where_that_stands(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"拖轮": HARBOUR, "清理": REPEALS})
    answer = library.ask("拖轮费每次多少钱？")
    (note,) = answer.notes
    assert (note.kind, note.doc_id) == ("repealed", "拖轮")
    assert note.citation is not None
    source = document(library, note.citation.doc_id)
    assert source.text[note.citation.start : note.citation.end] == note.citation.text
    assert "港口拖轮管理办法" in note.citation.text
    shown = render_answer(gather(library.index(), answer), words=ENGLISH)
    assert "is repealed by" in shown and "港口拖轮管理办法" in shown


def test_the_change_of_the_article_that_is_cited_is_quoted(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"拖轮": HARBOUR, "决定": CHANGES})
    (note,) = library.ask("拖轮费每次多少钱？").notes
    assert note.kind == "amended"
    assert note.citation is not None and "四百元" in note.citation.text


def test_a_newer_document_of_the_title_is_named(tmp_path: Path) -> None:
    newer = HARBOUR.replace("2012年5月1日", "2023年2月1日").replace("三百", "五百")
    library = library_of(tmp_path, {"旧": HARBOUR, "新": newer.replace("〔2012〕8", "〔2023〕3")})
    entry = newer_entry(library.index(), document(library, "旧"))
    assert entry is not None and entry.doc_id == "新"
    assert newer_entry(library.index(), document(library, "新")) is None


@pytest.mark.parametrize(
    ("sentence", "is_told"),
    [
        ("第三条 本办法自2012年6月1日起施行，有效期5年。", True),
        ("第三条 本办法自印发之日起施行，有效期至2017年5月31日。", True),
        ("第三条 拖轮许可证有效期五年。", False),
    ],
)
def test_how_long_a_rule_is_in_force_is_told_in_its_words(
    tmp_path: Path, sentence: str, is_told: bool
) -> None:
    library = library_of(tmp_path, {"拖轮": f"{HARBOUR}{sentence}\n"})
    notes = library.ask("拖轮费每次多少钱？").notes
    assert [note.kind for note in notes] == (["expires"] if is_told else [])
    for note in notes:
        assert note.citation is not None
        assert note.citation.text in sentence and "有效期" in note.citation.text


def test_a_sidecar_says_what_a_document_replaces_and_when_one_expires(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "拖轮.txt").write_text(HARBOUR, encoding="utf-8")
    (corpus / "拖轮.meta.toml").write_text('expires = "2020-12-31"', encoding="utf-8")
    (corpus / "新规.txt").write_text("港口作业规定\n第一条 作业应当报备。\n", encoding="utf-8")
    (corpus / "新规.meta.toml").write_text('replaces = "港口拖轮管理办法"', encoding="utf-8")
    encoder = BigramEncoder()
    build_index(corpus, tmp_path / "index", encoder=encoder)
    answer = Library(tmp_path / "index", encoder=encoder).ask("拖轮费每次多少钱？")
    assert [(n.kind, n.date) for n in answer.notes] == [("repealed", ""), ("expires", "2020-12-31")]
    assert answer.notes[0].citation is not None
    assert answer.notes[0].citation.doc_id == "新规"


def test_a_changed_file_is_told_by_every_way_of_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bearing_qa.answer.library.SentenceEncoder", BigramEncoder)
    library_of(tmp_path, {"拖轮": HARBOUR})
    (tmp_path / "corpus" / "拖轮.txt").unlink()
    asked = ["ask", "拖轮费每次多少钱？", "--index", str(tmp_path / "index")]
    said = CliRunner().invoke(app, asked)
    assert "注意：《港口拖轮管理办法》的文件在建立索引后已被改动或移走" in said.output
    given = json.loads(CliRunner().invoke(app, [*asked, "--json"]).output)
    assert given["notes"] == [{"kind": "stale", "doc_id": "拖轮", "title": "港口拖轮管理办法"}]


def test_a_changed_file_is_told_by_check_compare_and_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bearing_qa.answer.library.SentenceEncoder", BigramEncoder)
    library_of(tmp_path, {"拖轮": HARBOUR, "决定": CHANGES})
    changed = HARBOUR.replace("三百", "九百")
    (tmp_path / "corpus" / "拖轮.txt").write_text(changed, encoding="utf-8")
    (tmp_path / "稿.txt").write_text("“拖轮费每次三百元”。", encoding="utf-8")
    for words in (
        ["check", str(tmp_path / "稿.txt")],
        ["compare", "拖轮", "决定"],
        ["digest", "拖轮费"],
    ):
        said = CliRunner().invoke(app, [*words, "--index", str(tmp_path / "index")])
        assert "《港口拖轮管理办法》的文件在建立索引后已被改动或移走" in said.stderr, words


def test_every_kind_of_what_is_not_read_and_of_note_has_words() -> None:
    for kind in get_args(UnreadKind):
        part = Unread(kind, "p. 2")
        assert all(unread_words(part, words) for words in (CHINESE, ENGLISH))
    source = Citation("b", "清理通知", (), (1, 1), False, "text", 0, 2, "废止", 0.0)
    for note_kind in set(get_args(NoteKind)) - {"unread"}:
        note = Note(note_kind, "拖轮", "港口拖轮管理办法", citation=source)
        assert all("港口拖轮管理办法" in note_words(note, words) for words in (CHINESE, ENGLISH))


def test_a_part_that_was_not_read_stays_with_the_document_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Unread("picture_pages", "p. 2–3")
    raw = RawText(doc_id="拖轮", text=HARBOUR, encoding="pdf", unread=(part,))
    parsed = parsing.parse(raw, metadata={}, source="拖轮.pdf")
    assert unpack(pack(parsed)).document.unread == (part,)
    note = Note("unread", "拖轮", "港口拖轮管理办法", unread=part)
    assert note.to_json()["place"] == "p. 2–3"
    library = library_of(tmp_path, {"拖轮": HARBOUR})
    answer = replace(library.ask("拖轮费每次多少钱？"), notes=(note,))
    shown = render_answer(gather(library.index(), answer), words=CHINESE)
    assert "有一部分没有读到：整页是图片，没有文字（p. 2–3）" in shown
