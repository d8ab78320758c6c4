"""What a corpus says on a theme is collected as exact slices, the newest document first, without repeats."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.errors import QuestionError
from bearing_qa.output.collection_file import markdown
from bearing_qa.output.view import parsed_document
from bearing_qa.review.theme import collect, judge
from bearing_qa.search.scope import EVERYTHING, make_scope
from tests.conftest import BigramEncoder, write_tiny

FERRY = "河湾市交通管理办法\n{year}年3月1日\n\n一、渡口安全\n\n渡口安全由乡镇人民政府负责。渡口经营人应当每月检查渡口安全设施。{more}\n\n二、票价\n\n票价由县物价部门核定。学生半价。\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("theme")
    corpus = write_tiny(folder / "corpus")
    for year, more in ((2015, ""), (2023, "夜间渡运应当配备照明，保障渡口安全。")):
        (corpus / f"渡口{year}.txt").write_text(FERRY.format(year=year, more=more), "utf-8")
        (corpus / f"渡口{year}.meta.toml").write_text(f'date = "{year}-03-01"\n', "utf-8")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    return corpus


@pytest.fixture(scope="module")
def library(corpus: Path) -> Library:
    return Library(corpus.parent / "index", encoder=BigramEncoder())


def test_the_newest_comes_first_and_nothing_twice(library: Library) -> None:
    found = collect(library, "渡口安全")
    assert found.documents[0].doc_id == "渡口2023"
    said = [item.text for one in found.documents for item in one.items]
    whole = "".join(said)
    assert whole.count("渡口安全由乡镇人民政府负责") == 1
    assert "夜间渡运应当配备照明" in whole
    assert "学生半价" not in whole
    assert "公园" not in whole


def test_items_are_exact_slices_in_the_text_s_order(library: Library) -> None:
    for depth in ("sentence", "paragraph"):
        for one in collect(library, "渡口安全", depth=depth).documents:
            text = parsed_document(library.index(), one.doc_id).document.text
            assert all(text[item.start : item.end] == item.text for item in one.items)
            assert [i.start for i in one.items] == sorted(i.start for i in one.items)


def test_a_scope_holds_and_an_unknown_theme_finds_nothing(library: Library) -> None:
    old = collect(library, "渡口安全", scope=make_scope(documents=["渡口2015"]))
    assert {one.doc_id for one in old.documents} == {"渡口2015"}
    assert collect(library, "量子计算").documents == ()
    with pytest.raises(QuestionError):
        collect(library, "  ")


def test_markdown_has_every_slice_with_its_reference(library: Library) -> None:
    found = collect(library, "渡口安全")
    index = library.index()
    text = markdown(found, document_of=lambda name: parsed_document(index, name).document)
    count = sum(len(one.items) for one in found.documents)
    assert text.count(f"[{count}\\]") == 2
    assert "河湾市交通管理办法[Z]" in text.replace("\\", "")


def test_word_has_every_slice_and_a_wrong_name_is_refused(library: Library, tmp_path: Path) -> None:
    found = collect(library, "渡口安全")
    word = tmp_path / "d.docx"
    index = library.index()
    from bearing_qa.output.collection_file import write_word

    write_word(found, word, document_of=lambda name: parsed_document(index, name).document)
    said = "\n".join(paragraph.text for paragraph in Document(str(word)).paragraphs)
    assert all(item.text in said for one in found.documents for item in one.items)
    refused = CliRunner().invoke(app, ["digest", "渡口", "--docx", str(tmp_path / "d.txt")])
    assert refused.exit_code == 1
    assert ".docx" in refused.stderr


def test_a_theme_is_collected_from_the_version_that_was_opened(tmp_path: Path) -> None:
    corpus = write_tiny(tmp_path / "corpus")
    (corpus / "渡口.txt").write_text(FERRY.format(year=2015, more=""), "utf-8")
    build_index(corpus, tmp_path / "index", encoder=BigramEncoder())
    library = Library(tmp_path / "index", encoder=BigramEncoder())
    held = library.index()
    (corpus / "渡口.txt").unlink()
    build_index(corpus, tmp_path / "index", encoder=BigramEncoder())
    assert library.index().version != held.version
    found = judge(library, held, "渡口安全", EVERYTHING)
    assert "渡口" in {one.passage.doc_id for one in found}
