"""Files in and out of the corpus folder: safe names, nothing written over, what is stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.answer.library import Library
from bearing_qa.errors import DocumentError
from bearing_qa.output.texts import CHINESE
from bearing_qa.output.view import ask_view
from bearing_qa.store.places import Folder
from bearing_qa.web import corpus_folder
from bearing_qa.web.corpus_folder import Item, list_items, put_files, remove_files, safe_name
from bearing_qa.web.library_markup import MAX_ROWS, render_items
from tests.conftest import BigramEncoder


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/通知.txt", "通知.txt"),
        ("C:\\temp\\通知.DOCX", "通知.DOCX"),
        (".隐藏.txt", "隐藏.txt"),
        ("国发〔2021〕5号 意见（试行）.pdf", "国发〔2021〕5号 意见（试行）.pdf"),
        ("a\x00\u202eb.txt", "ab.txt"),
        ("办法.meta.toml", "办法.meta.toml"),
    ],
)
def test_a_name_is_kept_without_path_and_control_characters(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    "name",
    [
        "x.exe",
        ".txt",
        "..",
        "",
        "synonyms.txt",
        "x.toml",
        "题" * 80 + ".txt",
        "x.txt/",
        ".meta.toml",
    ],
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(DocumentError):
        safe_name(name)


def _file(folder: Path, name: str, text: str = "新。") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_is_written_over_unless_asked(tiny_corpus: Path, tmp_path: Path) -> None:
    before = (tiny_corpus / "办法.txt").read_bytes()
    new = _file(tmp_path / "up", "办法.txt")
    assert [o.done for o in put_files(tiny_corpus, [new], replace=False)] == ["put_exists"]
    assert (tiny_corpus / "办法.txt").read_bytes() == before
    assert [o.done for o in put_files(tiny_corpus, [new], replace=True)] == ["put_replaced"]
    assert (tiny_corpus / "办法.txt").read_text("utf-8") == "新。"
    assert sorted(p.name for p in tiny_corpus.iterdir()) == ["函.jsonl", "办法.txt", "报告.md"]


def test_what_cannot_be_taken_is_refused_with_its_reason(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = tmp_path / "up"
    files = [_file(up, "x.exe"), _file(up, "空.txt", ""), _file(up, "办法.md"), _file(up, "好.txt")]
    outcomes = put_files(tiny_corpus, files, replace=False)
    assert [o.done for o in outcomes] == [*["put_refused"] * 3, "put_added"]
    assert "办法.txt" in outcomes[2].reason
    monkeypatch.setattr(corpus_folder, "MAX_FILES", 1)
    with pytest.raises(DocumentError, match="at most 1"):
        put_files(tiny_corpus, files, replace=False)
    with pytest.raises(DocumentError, match="folder"):
        put_files(tiny_corpus / "好.txt", files[:1], replace=False)


def test_only_documents_of_the_folder_are_removed(tiny_corpus: Path, tmp_path: Path) -> None:
    outside = _file(tmp_path / "up", "外.txt")
    (tiny_corpus / "办法.meta.toml").write_text('title = "题"', encoding="utf-8")
    outcomes = remove_files(tiny_corpus, ["../up/外.txt", str(outside), "办法.txt"])
    assert [o.done for o in outcomes] == ["put_refused", "put_refused", "put_removed"]
    assert outside.exists()
    assert sorted(p.name for p in tiny_corpus.iterdir()) == ["函.jsonl", "报告.md"]


def test_each_document_has_its_state(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    reader = Library(tiny_index, encoder=encoder)
    assert {item.state for item in list_items(reader.index(), tiny_corpus)} == {"current"}
    (tiny_corpus / "办法.txt").unlink()
    (tiny_corpus / "报告.meta.toml").write_text('date = "2024"', encoding="utf-8")
    (tiny_corpus / "新.txt").write_text("新。", encoding="utf-8")
    items = {item.source: item for item in list_items(reader.index(), tiny_corpus)}
    assert {source: item.state for source, item in items.items()} == {
        "办法.txt": "removed",
        "报告.md": "changed",
        "函.jsonl": "current",
        "新.txt": "added",
    }
    assert items["办法.txt"].pages == 1
    shown = ask_view(reader, "公园门票价格不得超过多少元？", top_k=3)
    assert [(n.kind, n.doc_id) for n in shown.answer.notes] == [("stale", "办法")]


def test_a_long_library_names_what_it_leaves_out() -> None:
    items = [Item(f"{n}", f"{n}", "<b>", "", "", 1, 1, "current") for n in range(MAX_ROWS + 7)]
    shown = render_items(items, words=CHINESE)
    assert "另有 7 份" in shown
    assert "<b>" not in shown


def test_the_page_rebuilds_from_the_index_s_own_corpus(tiny_index: Path, tiny_corpus: Path) -> None:
    """Without --corpus: from any other folder one click would empty the index."""
    assert Folder(tiny_index).manifest()["corpus"] == str(tiny_corpus.resolve())
