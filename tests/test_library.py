"""Files in and out of the corpus folder: safe names, nothing written over, what is stale."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.document.files import sidecar_of
from bearing_qa.document.sidecar import read_sidecar, write_sidecar
from bearing_qa.errors import DocumentError
from bearing_qa.output.texts import CHINESE
from bearing_qa.output.view import ask_view
from bearing_qa.store.places import Folder
from bearing_qa.web import corpus_folder
from bearing_qa.web.bin import Bin
from bearing_qa.web.corpus_folder import (
    Item,
    list_items,
    put_files,
    remove_files,
    restore_entry,
    restore_version,
    safe_name,
)
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
    before, bin_ = (tiny_corpus / "办法.txt").read_bytes(), Bin(tmp_path)
    new = _file(tmp_path / "up", "办法.txt")
    assert [o.done for o in put_files(tiny_corpus, [new], replace=False, bin_=bin_)] == [
        "put_exists"
    ]
    assert (tiny_corpus / "办法.txt").read_bytes() == before
    assert [o.done for o in put_files(tiny_corpus, [new], replace=True, bin_=bin_)] == [
        "put_replaced"
    ]
    assert (tiny_corpus / "办法.txt").read_text("utf-8") == "新。"
    assert sorted(p.name for p in tiny_corpus.iterdir()) == ["函.jsonl", "办法.txt", "报告.md"]
    (entry,) = bin_.entries()
    assert bin_.file(entry, "办法.txt").read_bytes() == before


def test_what_cannot_be_taken_is_refused_with_its_reason(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = tmp_path / "up"
    files = [_file(up, "x.exe"), _file(up, "空.txt", ""), _file(up, "办法.md"), _file(up, "好.txt")]
    outcomes = put_files(tiny_corpus, files, replace=False, bin_=Bin(tmp_path))
    assert [o.done for o in outcomes] == [*["put_refused"] * 3, "put_added"]
    assert "办法.txt" in outcomes[2].reason
    monkeypatch.setattr(corpus_folder, "MAX_FILES", 1)
    with pytest.raises(DocumentError, match="at most 1"):
        put_files(tiny_corpus, files, replace=False, bin_=Bin(tmp_path))
    with pytest.raises(DocumentError, match="folder"):
        put_files(tiny_corpus / "好.txt", files[:1], replace=False, bin_=Bin(tmp_path))


def test_only_documents_of_the_folder_are_removed(tiny_corpus: Path, tmp_path: Path) -> None:
    outside, bin_ = _file(tmp_path / "up", "外.txt"), Bin(tmp_path)
    (tiny_corpus / "办法.meta.toml").write_text('title = "题"', encoding="utf-8")
    outcomes = remove_files(tiny_corpus, ["../up/外.txt", str(outside), "办法.txt"], bin_=bin_)
    assert [o.done for o in outcomes] == ["put_refused", "put_refused", "put_removed"]
    assert outside.exists()
    assert sorted(p.name for p in tiny_corpus.iterdir()) == ["函.jsonl", "报告.md"]
    (entry,) = bin_.entries()
    assert sorted(entry.files) == ["办法.meta.toml", "办法.txt"]


def _all(corpus: Path) -> dict[str, bytes]:
    return {
        p.relative_to(corpus).as_posix(): p.read_bytes() for p in corpus.rglob("*") if p.is_file()
    }


def test_what_was_removed_or_replaced_comes_back_byte_for_byte(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    bin_, up = Bin(tmp_path), tmp_path / "up"
    (tiny_corpus / "子 目录").mkdir()
    _file(tiny_corpus / "子 目录", "意见（试行）.txt", "意见。")
    (tiny_corpus / "办法.meta.toml").write_text('title = "题"', encoding="utf-8")
    before = _all(tiny_corpus)
    gone = remove_files(tiny_corpus, ["办法.txt", "子 目录/意见（试行）.txt"], bin_=bin_)
    for outcome in gone:
        back = restore_entry(tiny_corpus, outcome.entry, bin_=bin_)
        assert {o.done for o in back} == {"put_restored"}
    assert _all(tiny_corpus) == before
    assert bin_.entries() == []
    (replaced,) = put_files(tiny_corpus, [_file(up, "办法.txt")], replace=True, bin_=bin_)
    restore_entry(tiny_corpus, replaced.entry, bin_=bin_)
    assert _all(tiny_corpus) == before
    (entry,) = bin_.entries()  # what had been put in its place
    assert bin_.file(entry, "办法.txt").read_text("utf-8") == "新。"
    assert bin_.empty() == 1
    assert bin_.entries() == []


def test_what_came_into_the_place_of_a_removed_file_stays(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    bin_ = Bin(tmp_path)
    (gone,) = remove_files(tiny_corpus, ["办法.txt"], bin_=bin_)
    _file(tiny_corpus, "办法.txt", "别的。")
    assert [o.done for o in restore_entry(tiny_corpus, gone.entry, bin_=bin_)] == ["put_exists"]
    assert (tiny_corpus / "办法.txt").read_text("utf-8") == "别的。"
    assert len(bin_.entries()) == 1
    assert [o.done for o in restore_entry(tiny_corpus, "../../x", bin_=bin_)] == ["put_lost"]


def test_a_sidecar_that_another_file_has_too_stays(tiny_corpus: Path, tmp_path: Path) -> None:
    _file(tiny_corpus, "办法.docx", "不是真的")
    (tiny_corpus / "办法.meta.toml").write_text('title = "题"', encoding="utf-8")
    remove_files(tiny_corpus, ["办法.txt"], bin_=Bin(tmp_path))
    assert (tiny_corpus / "办法.meta.toml").exists()


def test_nothing_leaves_the_folder_if_the_bin_cannot_take_it(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    before = _all(tiny_corpus)
    (tmp_path / "bin").write_text("no folder")
    outcomes = remove_files(tiny_corpus, ["办法.txt"], bin_=Bin(tmp_path))
    outcomes += put_files(
        tiny_corpus, [_file(tmp_path / "up", "办法.txt")], replace=True, bin_=Bin(tmp_path)
    )
    assert [o.done for o in outcomes] == ["put_refused", "put_refused"]
    assert _all(tiny_corpus) == before


def test_going_back_to_a_version_brings_its_files_back(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    bin_, index = Bin(tmp_path / "index"), tmp_path / "index"
    before = _all(tiny_corpus)
    build_index(tiny_corpus, index, encoder=encoder)
    remove_files(tiny_corpus, ["报告.md"], bin_=bin_)
    put_files(tiny_corpus, [_file(tmp_path / "up", "办法.txt")], replace=True, bin_=bin_)
    _file(tiny_corpus, "后来.txt", "后来的通知。")
    (tiny_corpus / "函.jsonl").write_text("changed by hand")
    build_index(tiny_corpus, index, encoder=encoder)
    Folder(index).roll_back()
    outcomes = restore_version(tiny_corpus, Folder(index).manifest()["sources"], bin_=bin_)
    assert {o.name: o.done for o in outcomes} == {
        "办法.txt": "put_restored",
        "报告.md": "put_restored",
        "函.jsonl": "put_lost",
    }
    after = _all(tiny_corpus)
    assert {name: after[name] for name in ("办法.txt", "报告.md")} == {
        name: before[name] for name in ("办法.txt", "报告.md")
    }
    assert "后来.txt" in after


def test_a_file_that_cannot_be_read_stays_in_the_list_with_its_reason(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    (tiny_corpus / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    build_index(tiny_corpus, tmp_path / "index", encoder=encoder)
    reader = Library(tmp_path / "index", encoder=encoder)
    items = {item.source: item for item in list_items(reader.index(), tiny_corpus)}
    assert items["坏.pdf"].state == "unread"
    assert "坏.pdf" in items["坏.pdf"].reason
    assert items["坏.pdf"].reason in html.unescape(
        render_items(list(items.values()), words=CHINESE)
    )
    (tiny_corpus / "坏.pdf").write_bytes(b"%PDF-1.4 broken too")
    items = {item.source: item for item in list_items(reader.index(), tiny_corpus)}
    assert items["坏.pdf"].state != "unread"  # what is said of it may no longer hold


def test_a_sidecar_of_another_make_is_left_as_it_is(tmp_path: Path) -> None:
    path = _file(tmp_path / "corpus", "办法.txt")
    for before in ("[more]\nx = 1\n", 'tags = ["a"]\n', "title = \n"):
        sidecar_of(path).write_text(before, encoding="utf-8")
        with pytest.raises(DocumentError):
            write_sidecar(path, {"title": "新"})
        assert sidecar_of(path).read_text("utf-8") == before


@pytest.mark.parametrize(
    ("before", "facts", "after"),
    [
        (None, {"title": '题"目\\', "date": "2024-05-01"}, {"title": '题"目\\', "date": "2024-05-01"}),
        ('# 注\ntitle = "旧"\nreplaces = "旧办法"\n', {"title": "新\n行"}, {"title": "新\n行", "replaces": "旧办法"}),
        ('title = "旧"\ndate = 2024-05-01\n', {"title": ""}, {"date": "2024-05-01"}),
        ('"奇怪 的键" = 3\n', {"number": "国发〔2024〕1号"}, {"奇怪 的键": "3", "number": "国发〔2024〕1号"}),
    ],
)  # fmt: skip
def test_a_correction_goes_into_the_sidecar_and_leaves_the_rest(
    tmp_path: Path, before: str | None, facts: dict[str, str], after: dict[str, str]
) -> None:
    path = _file(tmp_path / "corpus", "办法.txt")
    if before is not None:
        sidecar_of(path).write_text(before, encoding="utf-8")
    write_sidecar(path, facts)
    assert read_sidecar(path) == after
    assert ("# 注" in sidecar_of(path).read_text("utf-8")) is ("# 注" in (before or ""))
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


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
