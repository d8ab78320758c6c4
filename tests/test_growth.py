"""More passages than are all compared: a graph of codes finds what a look at every row finds.

The crossover is lowered, so that some hundred passages are many; a second index of the same documents,
in which every row is compared, is the oracle.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from benchmarks.growth_plot import draw_growth
from benchmarks.scale import _agreement
from benchmarks.synthetic import SyntheticEncoder, document, questions, read_matters, write_corpus
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.answer.library import Library
from bearing_qa.build import audit
from bearing_qa.build.run import build_index
from bearing_qa.errors import StoreError
from bearing_qa.search.fusion import best
from bearing_qa.search.scope import Scope
from bearing_qa.store import arrays, dense, disk, lexical, versions
from bearing_qa.store.arrays import new_vectors
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.history import roll_back
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.manifest import read_manifest, write_manifest
from tests.conftest import CORPUS
from tests.test_index_parts import bm25

PASSAGES = 450
CROSSOVER, NEAREST = 150, 80
"""Far below the product's, so that a question sees a part of the rows."""
MATTERS = read_matters(None, CORPUS)
ASKED = list(questions(MATTERS, documents=PASSAGES // 24, count=20))
QUOTED = "北港灯塔管理处"
EVERYWHERE, HALF, ONE = Scope(), Scope(documents=("1*", "2*", "3*", "4*", "5*")), Scope(("7-7",))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("growth") / "corpus"
    write_corpus(folder, MATTERS, passages=PASSAGES)
    for number in range(3):  # files of their own, so that one of them can change
        item = document(1000 + number, MATTERS)
        text = f"{item['title']}\n\n{item['text']}\n\n{QUOTED}须在停航前{number}日公告。\n"
        (folder / f"另{number}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def flat(corpus: Path) -> Library:
    build_index(corpus, corpus.parent / "flat", encoder=SyntheticEncoder())
    return Library(corpus.parent / "flat", encoder=SyntheticEncoder())


@pytest.fixture(autouse=True, scope="module")
def lowered(flat: Library) -> Iterator[None]:
    """After the flat index is built."""
    flat.index()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "FLAT_ROWS", CROSSOVER)
        patch.setattr(dense, "NEAREST", NEAREST)
        patch.setattr(arrays, "BLOCK_ROWS", 100)
        yield


@pytest.fixture(scope="module")
def graph(corpus: Path, lowered: None) -> Library:
    build_index(corpus, corpus.parent / "graph", encoder=SyntheticEncoder())
    return Library(corpus.parent / "graph", encoder=SyntheticEncoder())


@pytest.fixture
def copied(graph: Library, corpus: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Corpus and index to be changed."""
    shutil.copytree(corpus, tmp_path / "corpus")
    shutil.copytree(corpus.parent / "graph", tmp_path / "index")
    return tmp_path / "corpus", tmp_path / "index"


def at_hand(reader: Library) -> disk.Index:
    index = reader.index()
    assert isinstance(index, disk.Index)
    return index


def contents(index: Path) -> dict[str, bytes]:
    """Every file of the serving version but its manifest."""
    folder = versions.version_folder(index)
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_the_crossover_decides_and_the_vectors_are_the_same(flat: Library, graph: Library) -> None:
    assert at_hand(flat).dense.is_flat and not at_hand(graph).dense.is_flat
    assert np.array_equal(at_hand(flat).dense.vectors(), at_hand(graph).dense.vectors())


def test_the_graph_finds_the_nearest_rows_and_score_them_exactly(graph: Library) -> None:
    index, encoder = at_hand(graph).dense, SyntheticEncoder()
    vectors = np.array(index.vectors())
    found = 0
    for text in ASKED:
        question = encoder.encode_question(text)
        oracle = np.array([float(np.dot(row, question)) for row in vectors])
        near = index.nearest(question)
        assert len(near) == NEAREST and (np.diff(near) > 0).all()
        assert index.scores_of(question, near) == pytest.approx(oracle[near], abs=1e-5)
        assert index.spread(question) == pytest.approx((oracle.mean(), oracle.std()), abs=1e-5)
        found += len(set(near.tolist()) & set(np.argsort(-oracle)[:10].tolist()))
    assert found / (10 * len(ASKED)) >= 0.98


@pytest.mark.parametrize("scope", [EVERYWHERE, HALF, ONE], ids=["all", "half", "one document"])
def test_the_ranking_is_that_of_a_look_at_every_row(
    flat: Library, graph: Library, scope: Scope
) -> None:
    """Documents outside the scope stay outside; scores agree, since deviations are over the same rows."""
    common = 0
    for text in ASKED:
        right = flat.search(text, top_k=5, scope=scope)
        found = graph.search(text, top_k=5, scope=scope)
        assert [c.start for c in found[:1]] == [c.start for c in right[:1]]
        assert found[0].score == pytest.approx(right[0].score, abs=1e-3)
        common += len({(c.doc_id, c.start) for c in found} & {(c.doc_id, c.start) for c in right})
        if scope is HALF:
            assert all(c.doc_id[0] in "12345" for c in found)
        if scope is ONE:
            assert [c.start for c in found] == [c.start for c in right]
    assert common / (5 * len(ASKED)) >= 0.98


def test_the_breadth_is_measured_with_sentences_of_the_documents_as_questions(
    corpus: Path, tmp_path: Path
) -> None:
    asked: list[str] = []

    class Listening(SyntheticEncoder):
        def encode_question(self, question: str) -> arrays.Vectors:
            asked.append(question)
            return super().encode_question(question)

    build_index(corpus, tmp_path / "index", encoder=Listening())
    texts = [path.read_text(encoding="utf-8") for path in corpus.iterdir()]
    sentences = [text for text in asked if any(text in other for other in texts)]
    assert 0.95 * dense.ASKED <= len(sentences) <= dense.ASKED


def test_what_is_quoted_comes_first_wherever_it_lies(flat: Library, graph: Library) -> None:
    text = f"{ASKED[0][:-6]}和“{QUOTED}”有什么关系？"
    found = [(c.doc_id, c.start) for c in graph.search(text, top_k=5)]
    assert sorted(doc_id for doc_id, _ in found[:3]) == ["另0", "另1", "另2"]
    assert found == [(c.doc_id, c.start) for c in flat.search(text, top_k=5)]


def test_a_question_in_parts_and_its_answer_are_those_of_every_row(
    flat: Library, graph: Library
) -> None:
    text = f"{ASKED[0]}{ASKED[7]}"
    right, found = flat.ask(text), graph.ask(text)
    assert found.text == right.text and len(found.citations) == len(right.citations) > 0


def test_a_rebuild_has_the_bytes_of_a_full_build_and_can_be_rolled_back(
    copied: tuple[Path, Path], tmp_path: Path
) -> None:
    corpus, index = copied
    before = contents(index)
    path = corpus / "另0.txt"
    path.write_text(
        path.read_text(encoding="utf-8") + "\n\n渡轮停航时应当提前三日公告。\n", encoding="utf-8"
    )
    report = build_index(corpus, index, encoder=SyntheticEncoder())
    assert 0 < report.encoded < 6
    build_index(corpus, tmp_path / "again", encoder=SyntheticEncoder())
    assert contents(index) == contents(tmp_path / "again")
    assert (
        "渡轮停航"
        in Library(index, encoder=SyntheticEncoder()).search("渡轮停航何时公告？")[0].text
    )
    roll_back(index)
    assert contents(index) == before


def test_an_index_grows_over_the_crossover_and_back_without_encoding(
    copied: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, flat: Library
) -> None:
    corpus, index = copied
    (corpus / "另0.txt").unlink()
    monkeypatch.setattr(dense, "FLAT_ROWS", 10_000)
    assert build_index(corpus, index, encoder=SyntheticEncoder()).encoded == 0
    assert disk.open_index(index).dense.is_flat
    shutil.copy(flat.index().manifest["corpus"] + "/另0.txt", corpus)
    monkeypatch.setattr(dense, "FLAT_ROWS", CROSSOVER)
    assert build_index(corpus, index, encoder=SyntheticEncoder()).encoded > 0
    assert contents(index) == contents(Path(flat.index().manifest["corpus"]).parent / "graph")


@pytest.mark.parametrize("name", [dense.VECTORS, disk.DENSE])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_damaged_graphs_and_vectors_are_refused(
    copied: tuple[Path, Path], name: str, damage: str
) -> None:
    path = versions.version_folder(copied[1]) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(data if damage == "flip" else data[:-100])
    with pytest.raises(
        StoreError, match=f"{name} is {'missing' if damage == 'remove' else 'damaged'}"
    ):
        disk.open_index(copied[1])


def test_codes_that_are_not_the_vectors_are_seen(copied: tuple[Path, Path]) -> None:
    """Every checksum fits; the codes are of rows out of step, or there are fewer vectors than codes."""
    folder = versions.version_folder(copied[1])
    vectors = np.load(folder / dense.VECTORS)
    DenseIndex.build(-vectors).save(folder / disk.DENSE)
    write_manifest(folder, read_manifest(folder))
    (finding,) = audit.audit(copied[1], load=lambda name: SyntheticEncoder())
    assert "not found by its own vector" in finding.fault
    np.save(folder / dense.VECTORS, vectors[:-1])
    write_manifest(folder, read_manifest(folder))
    with pytest.raises(StoreError, match="vectors for"):
        disk.open_index(copied[1])


def test_a_build_without_room_leaves_the_old_version(
    copied: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, index = copied

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(StoreError, match="No space left"):
        build_index(corpus, index, encoder=SyntheticEncoder(), full=True)
    assert disk.open_index(index).size > CROSSOVER


def test_a_new_file_of_vectors_is_whole_and_zero(tmp_path: Path) -> None:
    made = new_vectors(tmp_path / "v.npy", 5, dimension=3)
    made[2] = 1.0
    opened = np.load(tmp_path / "v.npy", mmap_mode="r", allow_pickle=False)
    assert opened.tolist() == [[0.0] * 3, [0.0] * 3, [1.0] * 3, [0.0] * 3, [0.0] * 3]


def test_bm25_in_chunks_is_the_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["甲", "乙", "甲"], ["乙"], [], ["丙", "甲"], ["丙", "丙", "丁", "甲"], ["乙", "丁"]]
    monkeypatch.setattr(lexical, "CHUNK_ROWS", 2)
    index = LexicalIndex.build(iter(rows))
    for question in (["甲"], ["乙", "丙"], ["丁", "甲", "乙"]):
        assert index.scores(question) == pytest.approx(bm25(rows, question), abs=1e-6)
    assert index.rows_with(["甲", "丙"]).tolist() == [3, 4]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0]), min_size=1), st.integers(0, 12))
def test_the_best_are_those_of_a_sort(scores: list[float], top_k: int) -> None:
    """Equal scores in row order, however many there are."""
    right = sorted(range(len(scores)), key=lambda row: (-scores[row], row))[:top_k]
    assert [hit.row for hit in best(np.array(scores, np.float32), top_k=top_k)] == right


def test_the_benchmark_compares_with_every_row_and_draws(graph: Library, tmp_path: Path) -> None:
    figures = _agreement(at_hand(graph), ASKED, SyntheticEncoder())
    assert figures["dense recall@10"] >= 0.98 and figures["fused agreement@10"] >= 0.95
    times = {"p50 cpu ms": 2.0, "p95 cpu ms": 3.0}
    sizes = ({"passages": n, "build s": n / 500, "asked MB": 200.0, "asked own MB": 100.0, "search": times} for n in (1000, 10000))  # fmt: skip
    draw_growth(list(sizes), tmp_path / "growth.svg")
    assert "question beyond the encoder" in (tmp_path / "growth.svg").read_text(encoding="utf-8")


def test_made_up_documents_and_vectors_are_the_same_in_every_run() -> None:
    assert json.dumps(document(7, MATTERS)) == json.dumps(document(7, MATTERS))
    one, other = SyntheticEncoder(), SyntheticEncoder()
    near = one.encode_passages(["轴承产业要发展。", "轴承产业发展了。", "公园门票二十元。"])
    assert np.array_equal(near[0], other.encode_question("轴承产业要发展。"))
    assert near[0] @ near[1] > near[0] @ near[2]
