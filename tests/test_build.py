"""Versions are built aside, verified, switched in one step; nothing disturbs a reader."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.build.status import index_status
from bearing_qa.errors import StoreError
from bearing_qa.language.segment import Segmenter
from bearing_qa.store import disk, versions
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.history import KEPT_VERSIONS
from bearing_qa.store.indexed_text import indexed_text, text_key
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.manifest import MANIFEST
from bearing_qa.store.places import Folder
from bearing_qa.store.verify import probe_at
from tests.conftest import ROOT, BigramEncoder, Vectors, write_tiny


def test_row_i_is_the_same_passage_everywhere(tiny_index: Path, encoder: BigramEncoder) -> None:
    index = disk.open_index(tiny_index)
    vectors, keys = index.dense.vectors(), index.keys()
    rows = []
    for doc_id in index.catalogue.doc_ids():
        parsed = index.catalogue.parsed(doc_id)
        assert parsed is not None
        for row, passage in zip(index.catalogue.rows_of(doc_id), parsed.passages, strict=True):
            rows.append(row)
            assert index.catalogue.passage(row) == passage
            text = indexed_text(parsed.document.text, passage)
            assert vectors[row] == pytest.approx(encoder.encode_question(text))
            scores = index.lexical.scores(index.segmenter.tokens(text))
            assert scores[row] == scores.max()
            assert keys[row] == text_key(text)
    assert rows == list(range(index.size)) == list(range(len(keys)))


def test_a_catalogue_gives_back_the_document_it_was_given(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    from bearing_qa.document.ingest import read_corpus
    from bearing_qa.types import Parsed

    catalogue = disk.open_index(tiny_index).catalogue
    for parsed in read_corpus(tiny_corpus):
        assert isinstance(parsed, Parsed)
        assert catalogue.parsed(parsed.document.doc_id) == parsed


def test_unchanged_files_are_not_encoded_again(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    again = build_index(tiny_corpus, tiny_index, encoder=encoder)
    assert again.is_unchanged
    text = (tiny_corpus / "办法.txt").read_text(encoding="utf-8")
    (tiny_corpus / "办法.txt").write_text(text.replace("20元", "30元"), encoding="utf-8")
    encoder.encoded.clear()
    changed = build_index(tiny_corpus, tiny_index, encoder=encoder)
    assert not changed.is_unchanged
    assert changed.encoded == 1  # the passage
    assert "30元" in Library(tiny_index, encoder=encoder).ask("公园门票价格不得超过多少元？").text


def test_another_encoder_encodes_everything(tiny_corpus: Path, tiny_index: Path) -> None:
    other = BigramEncoder(salt="other")
    assert build_index(tiny_corpus, tiny_index, encoder=other).encoded > 20


def test_a_reader_keeps_its_version_and_notices_the_next(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    reader = Library(tiny_index, encoder=encoder)
    opened = reader.index()
    (tiny_corpus / "新.txt").write_text("关于新渡口的通知\n新渡口定于三月启用。", encoding="utf-8")
    build_index(tiny_corpus, tiny_index, encoder=encoder)
    assert opened.catalogue.parsed("新") is None
    assert opened.catalogue.passage(0).doc_id
    assert reader.index().catalogue.parsed("新") is not None


class DyingEncoder(BigramEncoder):
    """Fails while passages are encoded, as a killed build does."""

    def encode_passages(self, texts: object, *, progress: object = None) -> Vectors:
        raise KeyboardInterrupt


def test_a_build_that_dies_leaves_the_old_version_serving(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    before = versions.current_version(tiny_index)
    (tiny_corpus / "办法.txt").write_text("全部改写。", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        build_index(tiny_corpus, tiny_index, encoder=DyingEncoder(salt="x"))
    assert versions.current_version(tiny_index) == before
    assert [path.name for path in (tiny_index / "versions").iterdir()] == [before]
    assert (
        not Library(tiny_index, encoder=encoder).ask("六十五岁以上老年人可以免费入园吗？").refused
    )


def test_a_killed_process_leaves_the_old_version_serving(tmp_path: Path) -> None:
    """SIGKILL in the middle of a real build, at the moment before the switch."""
    corpus, index = write_tiny(tmp_path / "corpus"), tmp_path / "index"
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.conftest import BigramEncoder\n"
        "from bearing_qa.build import run; from bearing_qa.store import versions\n"
        "corpus, index = map(Path, sys.argv[1:])\n"
        "run.build_index(corpus, index, encoder=BigramEncoder())\n"
        "versions.switch = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "(corpus / '办法.txt').write_text('全部改写。', encoding='utf-8')\n"
        "run.build_index(corpus, index, encoder=BigramEncoder())\n"
    )
    command = [sys.executable, "-c", program, str(corpus), str(index)]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr.decode()
    answer = Library(index, encoder=BigramEncoder()).ask("公园门票价格不得超过多少元？")
    assert "20元" in answer.text
    report = build_index(corpus, index, encoder=BigramEncoder())
    assert not report.is_unchanged
    assert versions.current_version(index) == report.version


@pytest.mark.parametrize(
    "name", [disk.CATALOGUE, disk.DENSE, disk.KEYS, "lexical/data.csc.index.npy"]
)
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_version_is_refused(tiny_index: Path, name: str, damage: str) -> None:
    path = versions.version_folder(tiny_index) / name
    data = path.read_bytes()
    if damage == "remove":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(data[:-1])
    else:
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(StoreError, match="rebuild"):
        disk.open_index(tiny_index)


def test_a_manifest_of_another_format_and_a_missing_index_say_what_to_do(tiny_index: Path) -> None:
    path = versions.version_folder(tiny_index) / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    with pytest.raises(StoreError, match="format 99"):
        disk.open_index(tiny_index)
    with pytest.raises(StoreError, match="bearing-qa index"):
        disk.open_index(tiny_index / "nowhere")


def test_two_builders_do_not_meet(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    handle = os.open(tiny_index / "LOCK", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(StoreError, match="one build at a time"):
            build_index(tiny_corpus, tiny_index, encoder=encoder, full=True)
    finally:
        os.close(handle)
    assert build_index(tiny_corpus, tiny_index, encoder=encoder, full=True).encoded > 20


def test_a_dead_lexical_leg_fails_the_build(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 9: an index whose BM25 knows nothing of the text is never switched to."""
    alive = LexicalIndex.build
    monkeypatch.setattr(
        LexicalIndex, "build", classmethod(lambda cls, rows: alive(["x"] for _ in rows))
    )
    with pytest.raises(StoreError, match="BM25 does not find"):
        build_index(tiny_corpus, tmp_path / "index", encoder=BigramEncoder())
    assert versions.current_version(tmp_path / "index") is None


@pytest.mark.parametrize(
    "body",
    [
        "13-docx-whole-row-merged-and-cell-paragraphs",
        "见 GB/T 33190-2016，占3.5%。",
        "全市水产养殖面积12.5万亩，比上年增加3.2%。",
    ],
)
def test_what_is_looked_up_to_check_the_lexical_leg_is_made_of_whole_words(body: str) -> None:
    """A piece of a word is no token: looked up, it would look as if the leg were dead."""
    segmenter = Segmenter()
    known = set(segmenter.words(body))
    for at in range(len(body)):
        latin = [word for word in segmenter.words(probe_at(body, at)) if word.isascii()]
        assert set(latin) <= known, at


def test_wrong_vectors_fail_the_build(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 4: FAISS rows that are not the catalogue's are noticed."""
    right = DenseIndex.build
    monkeypatch.setattr(
        DenseIndex, "build", classmethod(lambda cls, v, **_: right(np.roll(v, 1, axis=0)))
    )
    with pytest.raises(StoreError, match="vector"):
        build_index(tiny_corpus, tmp_path / "index", encoder=BigramEncoder())


def test_old_versions_go_and_the_one_before_stays(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    for _ in range(3):
        build_index(tiny_corpus, tiny_index, encoder=encoder, full=True)
    names = sorted(path.name for path in (tiny_index / "versions").iterdir())
    assert len(names) == KEPT_VERSIONS
    assert names[-1] == versions.current_version(tiny_index)


def test_status_names_stale_files(tiny_corpus: Path, tiny_index: Path) -> None:
    assert index_status(Folder(tiny_index))["stale"] == {"added": [], "changed": [], "removed": []}
    (tiny_corpus / "办法.txt").write_text("改了。", encoding="utf-8")
    (tiny_corpus / "新.txt").write_text("新的。", encoding="utf-8")
    (tiny_corpus / "报告.md").unlink()
    stale = index_status(Folder(tiny_index))["stale"]
    assert stale == {"added": ["新.txt"], "changed": ["办法.txt"], "removed": ["报告.md"]}
    shutil.rmtree(tiny_corpus)
    assert len(index_status(Folder(tiny_index))["stale"]["removed"]) == 3


def test_an_empty_corpus_is_refused(tmp_path: Path, encoder: BigramEncoder) -> None:
    (tmp_path / "corpus").mkdir()
    with pytest.raises(StoreError, match="no readable document"):
        build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)


def test_an_index_inside_its_corpus_is_refused(tiny_corpus: Path, encoder: BigramEncoder) -> None:
    with pytest.raises(StoreError, match="lies in the corpus"):
        build_index(tiny_corpus, tiny_corpus / "sub" / "index", encoder=encoder)
    assert not (tiny_corpus / "sub").exists()


def test_same_corpus_same_question_same_bytes(tmp_path: Path) -> None:
    """Law 5: two processes with different hash seeds print the same answers."""
    corpus = write_tiny(tmp_path / "corpus")
    program = (
        "import json, sys; from pathlib import Path\n"
        "from tests.conftest import BigramEncoder\n"
        "from bearing_qa.build.run import build_index\n"
        "from bearing_qa.answer.library import Library\n"
        "build_index(Path(sys.argv[1]), Path(sys.argv[2]), encoder=BigramEncoder())\n"
        "reader = Library(Path(sys.argv[2]), encoder=BigramEncoder())\n"
        "for q in ['存在哪些问题？', '2022年产量是多少？', '灯塔经费多少？', '太阳多大？']:\n"
        "    print(json.dumps(reader.ask(q).to_json(), ensure_ascii=False))\n"
    )
    outputs = []
    for seed in ("1", "2"):
        command = [sys.executable, "-c", program, str(corpus), str(tmp_path / f"index{seed}")]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ended = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        outputs.append(ended.stdout)
    assert outputs[0] == outputs[1] != b""
