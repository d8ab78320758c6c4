"""Files of one folder that differ in their type alone are documents of their own, whichever came first."""

from __future__ import annotations

import itertools
from pathlib import Path

import docx
import pytest

from bearing_qa.build.run import build_index
from bearing_qa.document.files import doc_ids
from bearing_qa.document.ingest import read_corpus
from bearing_qa.document.parse import Rejection
from bearing_qa.store import disk
from bearing_qa.types import Parsed
from bearing_qa.web.bin import Bin
from bearing_qa.web.corpus_folder import remove_files
from tests.conftest import BigramEncoder

NOTICE = "关于渡口更名的通知\n一、更名\n同意将柳林渡口更名为柳林码头，经费320万元。\n"
PAGE = "<meta charset=utf-8><h1>关于渡口停航的公告</h1><p>柳林渡口自六月起停航。</p>"
PLAN = "渡口整修计划"


def write(folder: Path, name: str) -> None:
    """A file of a type, its text another one for each type."""
    if name.endswith("docx"):
        document = docx.Document()
        for text in (PLAN, "一、经费", "整修经费九千元。"):
            document.add_paragraph(text)
        document.save(str(folder / name))
    else:
        (folder / name).write_text(PAGE if "html" in name else NOTICE, encoding="utf-8")


def served(index: Path) -> dict[str, tuple[str, str]]:
    """Id → file and title of the documents of an index, each with its own text."""
    opened = disk.open_index(index)
    found = {}
    for doc_id in opened.catalogue.doc_ids():
        parsed = opened.catalogue.parsed(doc_id)
        assert parsed is not None
        assert {passage.doc_id for passage in parsed.passages} == {doc_id}
        found[doc_id] = parsed.document.source, parsed.document.title
    return found


NAMES = ("渡口.txt", "渡口.html", "渡口.docx")
IDS = {
    "渡口": ("渡口.txt", "关于渡口更名的通知"),
    "渡口.html": ("渡口.html", "关于渡口停航的公告"),
    "渡口.docx": ("渡口.docx", PLAN),
}


@pytest.mark.parametrize("order", list(itertools.permutations(NAMES)))
def test_ids_do_not_hang_on_the_order_in_which_files_come(
    order: tuple[str, ...], tmp_path: Path, encoder: BigramEncoder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for name in order:
        write(corpus, name)
        report = build_index(corpus, index, encoder=encoder)
        assert report.rejections == ()
    assert served(index) == IDS
    build_index(corpus, tmp_path / "full", encoder=encoder)
    assert served(tmp_path / "full") == IDS
    files = [disk.open_index(i).manifest["files"] for i in (index, tmp_path / "full")]
    assert files[0] == files[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_left_alone_has_the_plain_id(
    name: str, tmp_path: Path, encoder: BigramEncoder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for each in NAMES:
        write(corpus, each)
    build_index(corpus, index, encoder=encoder)
    for each in set(NAMES) - {name}:
        (corpus / each).unlink()
    assert build_index(corpus, index, encoder=encoder).encoded == 0
    assert {doc_id: source for doc_id, (source, _) in served(index).items()} == {"渡口": name}


def test_a_moved_file_gets_the_id_of_its_new_place(tmp_path: Path, encoder: BigramEncoder) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    (corpus / "下").mkdir(parents=True)
    for name in ("渡口.txt", "下/渡口.docx"):
        write(corpus, name)
    build_index(corpus, index, encoder=encoder)
    assert set(served(index)) == {"渡口", "下/渡口"}
    (corpus / "下" / "渡口.docx").rename(corpus / "渡口.docx")
    build_index(corpus, index, encoder=encoder)
    assert served(index) == {key: IDS[key] for key in ("渡口", "渡口.docx")}


def test_a_title_that_is_an_id_goes_with_the_id(tmp_path: Path, encoder: BigramEncoder) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "价目.md").write_text("品种 | 价格\n青菜 | 3\n", encoding="utf-8")
    build_index(corpus, index, encoder=encoder)
    (corpus / "价目.txt").write_text("价目说明\n以早市为准。\n", encoding="utf-8")
    build_index(corpus, index, encoder=encoder)
    titles = {"价目": ("价目.txt", "价目说明"), "价目.md": ("价目.md", "价目.md")}
    assert served(index) == titles


def test_no_two_files_have_one_id() -> None:
    names = ["a.md", "a.txt", "a.md.txt", "a.TXT", "a.jsonl", "下/a.pdf", "b.docx", "b"]
    ids = doc_ids(names)
    assert ids == doc_ids(reversed(names))
    assert len(set(ids.values()) - {ids["a.jsonl"]}) == len(names) - 1
    assert (ids["a.TXT"], ids["a.md"], ids["a.md.txt"]) == ("a", "a.md", "a.md.txt")
    assert (ids["下/a.pdf"], ids["b.docx"]) == ("下/a", "b.docx")


def test_an_id_that_a_collection_repeats_is_told_with_its_file_and_the_mend(tmp_path: Path) -> None:
    write(tmp_path, "渡口.txt")
    line = '{"_id": "渡口", "title": "渡口", "text": "重复。"}\n'
    (tmp_path / "渡口.jsonl").write_text(line, encoding="utf-8")
    items = list(read_corpus(tmp_path))
    (rejection,) = (item for item in items if isinstance(item, Rejection))
    assert "was read already, from " in rejection.reason
    assert "渡口." in rejection.reason
    assert "_id" in rejection.reason
    assert sum(isinstance(item, Parsed) for item in items) == 1


def test_a_shared_sidecar_stays_with_the_last_of_its_documents(tmp_path: Path) -> None:
    for name in NAMES[:2]:
        write(tmp_path, name)
    sidecar, bin_ = tmp_path / "渡口.meta.toml", Bin(tmp_path / "index")
    sidecar.write_text('date = "2024-05-06"\n', encoding="utf-8")
    remove_files(tmp_path, [NAMES[0]], bin_=bin_)
    assert sidecar.exists()
    remove_files(tmp_path, [NAMES[1]], bin_=bin_)
    assert not sidecar.exists()
