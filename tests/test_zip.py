"""A zip file is read as a folder would be, within limits, and says what of it is not read."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from bearing_qa.build.run import build_index
from bearing_qa.build.status import stale_files
from bearing_qa.cli.main import app
from bearing_qa.document import members, parser_process
from bearing_qa.document.ingest import read_corpus
from bearing_qa.document.limits import Limits
from bearing_qa.document.parse import Rejection, parse_file
from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.errors import DocumentError
from bearing_qa.store import disk
from bearing_qa.types import Parsed
from bearing_qa.web.corpus_folder import list_items
from tests.conftest import BigramEncoder
from tests.damaging import damaged, withstands

TEXT = "关于{}的通知\n一、总则\n门票不得超过{}元。\n"


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def by_windows(data: bytes, *, encoding: str = "gb18030") -> bytes:
    """An archive whose names are in GBK without a flag, as Windows packs them."""
    out = data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name = info.filename.encode()
            assert len(name) == len(info.filename.encode(encoding)) or encoding == "utf-8"
            out = out.replace(name, info.filename.encode(encoding))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = out.find(mark)
        while place >= 0:
            flags = int.from_bytes(out[place + at : place + at + 2], "little") & ~0x800
            out = out[: place + at] + flags.to_bytes(2, "little") + out[place + at + 2 :]
            place = out.find(mark, place + 4)
    return out


def read(path: Path, *, limits: Limits | None = None) -> tuple[dict[str, Parsed], list[str]]:
    items = list(parse_file(path, doc_id=path.stem, limits=limits or Limits()))
    documents = {item.document.doc_id: item for item in items if isinstance(item, Parsed)}
    assert all("\n" not in item.reason for item in items if isinstance(item, Rejection))
    return documents, [item.reason for item in items if isinstance(item, Rejection)]


def test_documents_of_an_archive_are_read_as_those_of_a_folder(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "公园.txt": TEXT.format("公园", 20),
        "附件/渔业.docx": word("渔业发展规划。"),
        "附件/甲.md": "# 办法\n正文。",
    }
    (tmp_path / "汇编.zip").write_bytes(packed(files))
    items = [item for item in read_corpus(tmp_path) if isinstance(item, Parsed)]
    assert [(item.document.doc_id, item.document.source) for item in items] == [
        ("汇编/公园", "汇编.zip/公园.txt"), ("汇编/附件/渔业", "汇编.zip/附件/渔业.docx"), ("汇编/附件/甲", "汇编.zip/附件/甲.md"),
    ]  # fmt: skip
    assert items[0].document.title == "关于公园的通知"
    assert items[2].document.title == "办法"


@pytest.mark.parametrize("name", ["政策文件汇编.txt", "a/通知.txt"])
def test_names_in_gbk_are_read(name: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    raw = name.encode("gb18030").decode("cp437")
    info = zipfile.ZipInfo("x")
    with zipfile.ZipFile(out, "w") as archive:
        info.filename = "".join("x" for _ in raw)
        archive.writestr(info, TEXT)
    data = out.getvalue().replace(info.filename.encode(), name.encode("gb18030"))
    (tmp_path / "a.zip").write_bytes(data)
    assert list(read(tmp_path / "a.zip")[0]) == [f"a/{name.removesuffix('.txt')}"]


def test_names_in_utf8_without_its_flag_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(by_windows(packed({"公园通知.txt": TEXT}), encoding="utf-8"))
    assert list(read(tmp_path / "a.zip")[0]) == ["a/公园通知"]


def test_what_is_hidden_is_passed_over_and_what_is_not_read_is_named(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "__MACOSX/._通知.txt": "x", ".DS_Store": "x", "~$通知.docx": "x", "style.css": "x", "通知.txt": TEXT,
        "扫描.png": "x", "../越界.txt": TEXT, "C:/盘.txt": TEXT, "坏.docx": b"PK no", "空.txt": "",
    }  # fmt: skip
    (tmp_path / "a.zip").write_bytes(packed(files))
    documents, reasons = read(tmp_path / "a.zip")
    assert list(documents) == ["a/通知"]
    assert [reason.partition(";")[0] for reason in reasons] == [
        "../越界.txt has a path that leads out of the archive",
        "C:/盘.txt has a path that leads out of the archive",
        "坏.docx cannot be read: it is no sound Word file",
        "扫描.png is a picture",
        "空.txt is empty",
    ]


def test_encrypted_members_are_named_and_the_others_read(tmp_path: Path) -> None:
    data = packed({"a.txt": TEXT, "b.txt": TEXT})
    place = data.rfind(b"PK\x01\x02")
    locked = data[: place + 8] + bytes([data[place + 8] | 1]) + data[place + 9 :]
    (tmp_path / "a.zip").write_bytes(locked)
    documents, reasons = read(tmp_path / "a.zip")
    assert list(documents) == ["a/a"]
    assert reasons == [
        "b.txt is encrypted; expected a document that can be read; unpack it with its password"
    ]


def test_an_archive_in_an_archive_is_read_and_one_in_that_is_named(tmp_path: Path) -> None:
    deepest = packed({"丙.txt": TEXT})
    inner = packed({"乙.txt": TEXT, "最里.zip": deepest})
    (tmp_path / "a.zip").write_bytes(packed({"甲.txt": TEXT, "里.zip": inner, "坏.zip": b"PK no"}))
    documents, reasons = read(tmp_path / "a.zip")
    assert list(documents) == ["a/甲", "a/里.zip/乙"]
    assert "坏.zip is no sound zip file" in reasons[0]
    assert "里.zip/最里.zip is an archive in an archive in an archive" in reasons[1]


def test_lines_of_jsonl_in_an_archive_are_documents(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"_id": f"d{at}", "text": TEXT}) for at in range(3))
    (tmp_path / "a.zip").write_bytes(packed({"a.jsonl": lines, "b.txt": TEXT}))
    documents, _ = read(tmp_path / "a.zip")
    assert list(documents) == ["d0", "d1", "d2", "a/b"]
    for skip in range(5):
        items = list(parse_file(tmp_path / "a.zip", doc_id="a", skip=skip))
        assert len(items) == 4 - min(skip, 4)


def test_bombs_and_archives_of_too_many_files_are_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_bytes(packed({"a.txt": b"0" * (64 * 1024 * 1024)}))
    assert "unpacks to" in read(tmp_path / "a.zip")[1][0]
    bomb = packed({"里.txt": b"0" * (64 * 1024 * 1024)})
    (tmp_path / "b.zip").write_bytes(packed({"里.zip": bomb, "好.txt": TEXT}))
    documents, reasons = read(tmp_path / "b.zip")
    assert list(documents) == ["b/好"]
    assert "unpacks to" in reasons[0]
    monkeypatch.setattr(members, "MAX_MEMBERS", 3)
    (tmp_path / "c.zip").write_bytes(packed({f"{at}.txt": TEXT for at in range(4)}))
    assert "holds more than 3 files" in read(tmp_path / "c.zip")[1][0]
    inner = packed({"x.txt": TEXT, "y.txt": TEXT})
    (tmp_path / "d.zip").write_bytes(packed({"a.txt": TEXT, "b.zip": inner}))
    assert "b.zip holds more than 3 files" in read(tmp_path / "d.zip")[1][0]


def test_a_large_member_is_named(tmp_path: Path) -> None:
    data = {"大.txt": os.urandom(2 * 1024**2), "小.txt": TEXT.encode()}
    (tmp_path / "a.zip").write_bytes(packed(data))
    documents, reasons = read(tmp_path / "a.zip", limits=Limits(megabytes=1, expansion=100))
    assert documents == {}
    assert "a.zip has 2 MB" in reasons[0]
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("大.txt", "门票" * 400_000)
        archive.writestr("小.txt", TEXT)
    documents, reasons = read(tmp_path / "b.zip", limits=Limits(megabytes=1))
    assert list(documents) == ["b/小"]
    assert "大.txt has 2 MB, over 1" in reasons[0]


def test_a_sidecar_of_an_archive_says_what_holds_for_all_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        packed({"甲.txt": TEXT.format("公园", 20), "乙.txt": TEXT.format("博物馆", 30)})
    )
    (tmp_path / "a.meta.toml").write_text('title = "汇编"\ndate = "2021-08-15"\n', encoding="utf-8")
    documents = read(tmp_path / "a.zip")[0].values()
    assert {item.document.metadata["date"] for item in documents} == {"2021-08-15"}
    assert {item.document.title for item in documents} == {"关于公园的通知", "关于博物馆的通知"}


def test_a_member_that_kills_its_reader_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Path(__file__).with_name("dying_reader.py")
    monkeypatch.setattr(parser_process, "COMMAND", (sys.executable, str(reader)))
    files = {f"{at}.txt": body for at, body in enumerate(["好。", "SLOW", "好。", "DIE", "好。"])}
    (tmp_path / "a.zip").write_bytes(packed(files))
    with ParsingProcess(Limits(seconds=2)) as reading:
        items = list(reading.parse(tmp_path / "a.zip", doc_id="a", source="a.zip"))
    assert [i.document.doc_id for i in items if isinstance(i, Parsed)] == ["a/0", "a/2", "a/4"]
    slow, dead = (item.reason for item in items if isinstance(item, Rejection))
    assert "document 2 in a.zip takes more than 2 seconds" in slow
    assert "document 4 in a.zip cannot be read: its reader died" in dead
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_an_archive_is_taken_over_changed_and_moved_as_one_file(
    tmp_path: Path, encoder: BigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    files = {"甲.txt": TEXT.format("公园", 20), "乙.txt": TEXT.format("博物馆", 30), "丙.png": "x"}
    (corpus / "a.zip").write_bytes(packed(files))
    (corpus / "b.txt").write_text(TEXT.format("渡口", 5), encoding="utf-8")
    seen: list[str] = []
    real = ParsingProcess.parse

    def counted(process: ParsingProcess, path: Path, *, doc_id: str, source: str) -> object:
        seen.append(path.name)
        return real(process, path, doc_id=doc_id, source=source)

    monkeypatch.setattr(ParsingProcess, "parse", counted)

    def built() -> tuple[list[str], list[str]]:
        seen.clear()
        report = build_index(corpus, index, encoder=encoder)
        entries = disk.open_index(index).catalogue.entries
        assert [rejection.source for rejection in report.rejections] == [archive]
        return [entry.doc_id for entry in entries], list(seen)

    archive = "a.zip"
    assert built() == (["a/乙", "a/甲", "b"], ["a.zip", "b.txt"])
    (corpus / "b.txt").write_text(TEXT.format("渡口", 6), encoding="utf-8")
    assert built() == (["a/乙", "a/甲", "b"], ["b.txt"])
    serving = disk.open_index(index)
    assert [(item.file, item.state) for item in list_items(serving, corpus)][:2] == [
        ("a.zip", "current")
    ] * 2
    (corpus / "a.zip").write_bytes(packed(files | {"甲.txt": TEXT.format("公园", 25)}))
    assert stale_files(serving.manifest)["changed"] == ["a.zip"]
    assert {item.state for item in list_items(serving, corpus) if item.file == "a.zip"} == {
        "changed"
    }
    assert built() == (["a/乙", "a/甲", "b"], ["a.zip"])
    (corpus / "a.zip").rename(corpus / "c.zip")
    archive = "c.zip"
    assert built() == (["b", "c/乙", "c/甲"], ["c.zip"])


def test_damaged_archives_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    sound = packed({"甲.txt": TEXT, "里/乙.md": TEXT, "内.zip": packed({"丙.txt": TEXT})})

    def read_all(path: Path) -> None:
        for item in parse_file(path, doc_id="a"):
            if isinstance(item, Rejection):
                assert "\n" not in item.reason
                raise DocumentError(found=item.reason, expected="", fix="")

    assert withstands(tmp_path / "a.zip", damaged(sound, count=200, seed=1), read_all) > 100


def test_the_outline_of_an_archive_shows_each_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("甲.txt", "港口通知\n一、停航\n大风停航。\n")
        archive.writestr("乙.txt", "渔业通知\n一、休渔\n七月休渔。\n")
        archive.writestr("丙.odt", b"x")
    shown = CliRunner().invoke(app, ["outline", str(tmp_path / "a.zip")])
    assert "一、停航" in shown.output and "一、休渔" in shown.output
    assert "丙.odt" in shown.output
    given = CliRunner().invoke(app, ["outline", str(tmp_path / "a.zip"), "--json"])
    assert [item["title"] for item in json.loads(given.stdout)] == ["渔业通知", "港口通知"]
