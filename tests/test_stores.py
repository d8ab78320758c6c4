"""What every store has to do, asked of each: a folder, a file of milvus-lite, a server that is named.

A folder's answers are the measure. The others are skipped, with a reason, where the extra is not installed
(``make milvus`` installs it) or no server is named by BEARING_QA_MILVUS_URI (http://HOST:PORT).
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.build.status import index_status
from bearing_qa.cli.stores import place_of
from bearing_qa.errors import EncoderError, QuestionError, StoreError
from bearing_qa.search.scope import make_scope
from bearing_qa.search.understand import understand
from bearing_qa.store import disk
from bearing_qa.store.places import Folder, Place
from bearing_qa.store.protocol import Near
from bearing_qa.types import Answer, Citation
from tests.conftest import TINY, BigramEncoder, write_tiny

URI = os.environ.get("BEARING_QA_MILVUS_URI", "")
QUESTIONS = (
    "公园门票价格不得超过多少元？",
    "新建处理站多少座？",
    "“尾水处理设施”有哪些问题？",
    "国发〔2021〕5号何时施行？",
    "2022年产量是多少？",
    "渔业存在哪些问题，下一步怎么打算？",
    "What is the price of a park ticket?",
    "红烧肉怎么做才好吃？",
)
SCOPES: tuple[dict[str, Any], ...] = (
    {"documents": ["办法"]},
    {"documents": ["函-*", "报告"]},
    {"first": "2021", "last": "2021-08"},
    {"sections": ["第二章"]},
    {"sections": ["第2章", "二、"]},
    {"documents": ["报告"], "sections": ["存在的问题"]},
    {"sections": ['没有"%_的标题']},
    {"first": "2050"},
)


AFAR = pytest.mark.parametrize("shop", ["milvus-lite", "server"], indirect=True)
"""For what is compared with a folder: of a folder it says nothing."""


@dataclass
class Shop:
    """A corpus, the folder it is built in, and the place it is read from."""

    corpus: Path
    folder: Path
    address: str = ""
    encoder: BigramEncoder = field(default_factory=BigramEncoder)

    def build(self, **options: Any) -> Any:
        """Builds, and publishes where there is an address; what was published."""
        build_index(self.corpus, self.folder, encoder=self.encoder)
        if self.address:
            from bearing_qa.store.milvus.publish import publish_folder

            chosen = {"full": False, "keep": 2, "progress": lambda *_: None, **options}
            return publish_folder(self.folder, self.address, **chosen)
        return None

    @property
    def place(self) -> Place:
        return place_of(self.folder, self.address or None)

    def reader(self) -> Library:
        return Library(self.place, encoder=self.encoder)

    def measure(self) -> Library:
        return Library(self.folder, encoder=self.encoder)


@pytest.fixture(scope="session")
def lite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed: make milvus")
    pytest.importorskip("milvus_lite", reason="milvus-lite is not installed: make milvus")
    return tmp_path_factory.mktemp("lite") / "index.db"


@pytest.fixture
def lite(lite_file: Path, tmp_path: Path) -> Shop:
    name = f"t{uuid.uuid4().hex[:12]}"
    address = f"milvus://{lite_file}/{name}"
    return Shop(write_tiny(tmp_path / "corpus"), tmp_path / "index", address)


@pytest.fixture(params=["folder", "milvus-lite", "server"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    if request.param == "milvus-lite":
        yield request.getfixturevalue("lite")
        return
    made = Shop(write_tiny(tmp_path / "corpus"), tmp_path / "index")
    if request.param == "server":
        if not URI:
            pytest.skip("no server is named by BEARING_QA_MILVUS_URI")
        made.address = f"{URI.replace('http', 'milvus', 1)}/t{uuid.uuid4().hex[:12]}"
    yield made
    if made.address:
        remove(made.address)


def remove(address: str) -> None:
    """Takes a test's collections off a server."""
    from bearing_qa.store.milvus.address import read_address
    from bearing_qa.store.milvus.server import Server

    server = Server(read_address(address))
    server.remove_alias()
    for name in server.collections():
        server.drop(name)


def shown(citations: tuple[Citation, ...] | list[Citation]) -> list[dict[str, Any]]:
    """Citations as JSON; scores to the third decimal, since the stores add up in another order."""
    return [c.to_json() | {"score": pytest.approx(c.score, abs=1e-3)} for c in citations]


def same(found: Answer, expected: Answer) -> None:
    assert found.text == expected.text
    assert (found.reason, found.refused) == (expected.reason, expected.refused)
    assert [c.to_json() for c in found.citations] == shown(expected.citations)
    assert [c.to_json() for c in found.passages] == shown(expected.passages)
    assert found.confidence == pytest.approx(expected.confidence, abs=1e-3)


@AFAR
def test_answers_and_passages_are_those_of_a_folder(shop: Shop) -> None:
    shop.build()
    reader, measure = shop.reader(), shop.measure()
    for question in QUESTIONS:
        same(reader.ask(question), measure.ask(question))
        found = [hit.to_json() for hit in reader.search(question, top_k=100)]
        assert found == shown(measure.search(question, top_k=100)), question
    opened = reader.index()
    for citation in reader.search("公园", top_k=100):
        parsed = opened.catalogue.parsed(citation.doc_id)
        assert parsed is not None
        assert parsed.document.text[citation.start : citation.end] == citation.text


@AFAR
def test_scopes_hold_what_they_hold_in_a_folder(shop: Shop) -> None:
    shop.build()
    reader, measure = shop.reader(), shop.measure()
    for options in SCOPES:
        scope = make_scope(**options)
        try:
            expected = measure.search("有哪些规定？", top_k=100, scope=scope)
        except QuestionError as error:
            with pytest.raises(QuestionError, match=re.escape(str(error))):
                reader.search("有哪些规定？", top_k=100, scope=scope)
            continue
        found = reader.search("有哪些规定？", top_k=100, scope=scope)
        assert [hit.to_json() for hit in found] == shown(expected), options
        same(reader.ask("有哪些规定？", scope=scope), measure.ask("有哪些规定？", scope=scope))


def test_documents_come_and_go(shop: Shop) -> None:
    for name in ("一", "二"):
        (shop.corpus / f"决定{name}.txt").write_text(f"决定{name}\n照办。\n", encoding="utf-8")
    shop.build()
    reader = shop.reader()
    held = reader.index()
    before = reader.ask("公园门票价格不得超过多少元？", index=held)
    changed = TINY["办法.txt"].replace("20元", "35元")
    (shop.corpus / "办法.txt").write_text(changed, encoding="utf-8")
    (shop.corpus / "通知.txt").write_text(
        "关于灯会的通知\n灯会定于正月十五举行。\n", encoding="utf-8"
    )
    (shop.corpus / "函.jsonl").unlink()
    done = shop.build()
    assert reader.ask("公园门票价格不得超过多少元？", index=held) == before, "readers keep theirs"
    reader = shop.reader()
    assert "35元" in reader.ask("公园门票价格不得超过多少元？").text
    asked = ("灯会定于何时举行？", "灯塔修缮经费多少？", *QUESTIONS)
    for question in asked if shop.address else ():
        same(reader.ask(question), shop.measure().ask(question))
    assert reader.index().catalogue.doc_ids() == ["决定一", "决定二", "办法", "报告", "通知"]
    if done is not None:
        assert (done.added, done.removed, done.is_new) == (2, 3, False), "the others stay"
        assert shop.build().added == 0


def test_a_reader_notices_the_next_version(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.build()
    reader = shop.reader()
    first = reader.index().version
    (shop.corpus / "报告.md").unlink()
    shop.build()
    if shop.address:
        monkeypatch.setattr("bearing_qa.store.milvus.place.LOOK_SECONDS", 0.0)
    assert reader.index().version != first
    assert reader.index().version == shop.place.current()
    assert "报告" not in reader.index().catalogue.doc_ids()


def test_going_back(shop: Shop) -> None:
    shop.build()
    first = shop.place.current()
    (shop.corpus / "报告.md").unlink()
    shop.build()
    done = shop.place.roll_back()
    assert (done.version, shop.place.current()) == (first, first)
    assert "15座" in shop.reader().ask("新建处理站多少座？").text
    if not shop.address:
        return
    (shop.corpus / "通知.txt").write_text("灯会定于正月十五举行。\n", encoding="utf-8")
    shop.build()
    same(shop.reader().ask("灯会定于何时举行？"), shop.measure().ask("灯会定于何时举行？"))
    with pytest.raises(StoreError, match="no version before"):
        for _ in range(4):
            shop.place.roll_back()


@AFAR
def test_status_says_the_same(shop: Shop) -> None:
    shop.build()
    ours, measure = index_status(shop.place), index_status(Folder(shop.folder))
    assert list(ours) == list(measure)
    assert ours | {"age_seconds": 0} == measure | {"age_seconds": 0}


def test_another_encoder_is_refused(shop: Shop) -> None:
    shop.build()
    reader = Library(shop.place, encoder=BigramEncoder(salt="other"))
    with pytest.raises(EncoderError, match="does not fit the index"):
        reader.ask("公园门票价格不得超过多少元？")


def test_an_index_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(StoreError, match=r"no index.*build it: bearing-qa index"):
        shop.reader().ask("公园门票价格不得超过多少元？")
    assert shop.place.current() is None


# What only a store that is afar has to do.


def test_the_server_names_the_rows_that_are_best(
    lite: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With small samples and short lists: scores are those of brute force, the best rows are there."""
    monkeypatch.setattr("bearing_qa.store.milvus.rows.BACKGROUND", 10)
    monkeypatch.setattr("bearing_qa.store.milvus.remote_index.NEAREST", 6)
    lite.build()
    reader, local = lite.reader(), disk.open_index(lite.folder)
    opened = reader.index()
    rows = {
        row: at
        for doc_id in local.catalogue.doc_ids()
        for row, at in zip(
            opened.catalogue.rows_of(doc_id), local.catalogue.rows_of(doc_id), strict=True
        )
    }
    spans = [(entry.first, entry.stop) for entry in opened.catalogue.entries]
    everything = opened.catalogue.part(spans, sections=())
    for text in QUESTIONS[:6]:
        question = understand(local, text)
        vector = lite.encoder.encode_question(question.spoken)
        found = opened.legs(vector, question.tokens, added=question.added)
        assert isinstance(found, Near)
        sample = [rows[int(row)] for row in everything.rows]
        dense = local.dense.scores(vector)
        lexical = local.lexical.scores(question.tokens, added=question.added)
        for leg, scores in ((found.dense, dense), (found.lexical, lexical)):
            at = np.asarray([rows[int(row)] for row in leg.nearest])
            assert len(at) < opened.size and len(sample) == 10
            assert leg.of(leg.nearest) == pytest.approx(scores[at], abs=1e-4)
            every = np.asarray(list(rows))
            assert leg.of(every) == pytest.approx(scores[list(rows.values())], abs=1e-4), "fetched"
            spread = (scores[sample].mean(), scores[sample].std())
            assert (leg.mean, leg.deviation) == pytest.approx(spread, abs=1e-4)
        for scores in (dense, lexical):
            least = np.sort(scores)[-6]
            assert set(np.flatnonzero(scores > least + 1e-6)) <= set(at.tolist()), text
    measure = lite.measure()
    for text in QUESTIONS:
        assert reader.ask(text).text == measure.ask(text).text
    for options in SCOPES[:-2]:
        scope = make_scope(**options)
        whole = {(h.doc_id, h.start) for h in measure.search("规定", top_k=100, scope=scope)}
        inside = {(h.doc_id, h.start) for h in reader.search("规定", top_k=100, scope=scope)}
        assert inside and inside <= whole, options


def test_a_publication_that_is_stopped_changes_nothing(lite: Shop) -> None:
    lite.build()
    before = lite.reader().ask("公园门票价格不得超过多少元？")
    (lite.corpus / "通知.txt").write_text("灯会定于正月十五举行。\n" * 3, encoding="utf-8")
    (lite.corpus / "通知二.txt").write_text("灯会改于正月十六举行。\n", encoding="utf-8")

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    for options in ({}, {"full": True}):
        with pytest.raises(KeyboardInterrupt):
            lite.build(progress=stop, **options)
        same(lite.reader().ask("公园门票价格不得超过多少元？"), before)
    done = lite.build()
    assert (done.added, done.is_new) == (2, False)
    same(lite.reader().ask("灯会定于何时举行？"), lite.measure().ask("灯会定于何时举行？"))
    done = lite.build(full=True)
    assert done.is_new
    same(lite.reader().ask("灯会定于何时举行？"), lite.measure().ask("灯会定于何时举行？"))


def test_a_new_encoder_fills_a_new_collection(lite: Shop) -> None:
    lite.build()
    lite.encoder = BigramEncoder(salt="other")
    assert lite.build().is_new
    same(lite.reader().ask(QUESTIONS[0]), lite.measure().ask(QUESTIONS[0]))


def test_what_is_damaged_is_refused(lite: Shop) -> None:
    from bearing_qa.store.milvus.place import Collection

    lite.build()
    place = lite.place
    assert isinstance(place, Collection)
    serving = place.serving()
    opened = place.open()
    number = next(d.number for d in opened.catalogue.listed if d.doc_id == "办法")
    place.server.write(serving.collection, {f"documents/{number}/text": b"[]"})
    with pytest.raises(StoreError, match="办法 is not as it was written"):
        opened.catalogue.parsed("办法")
    place.server.write(serving.collection, {f"versions/{serving.version}/terms.txt": b"x"})
    with pytest.raises(StoreError, match=r"terms.txt is damaged.*--full"):
        place.open()
    assert lite.build(full=True).is_new


@pytest.mark.parametrize(
    "address", ["milvus://host/name", "milvus://h:1/a-b", "http://h:1/a", "milvus:///name", ""]
)
def test_an_address_that_is_none_gets_one_line(address: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="milvus://HOST:PORT/COLLECTION"):
        place_of(tmp_path, address)


def test_without_the_extra_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("bearing_qa.store.milvus.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(StoreError, match=r"pip install 'bearing-qa\[milvus\]'"):
        place_of(tmp_path, "milvus://127.0.0.1:1/policy")


def test_a_server_that_is_not_there_gets_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed: make milvus")
    monkeypatch.setattr("bearing_qa.store.milvus.server.CONNECT_SECONDS", 1.0)
    with pytest.raises(StoreError, match=r"Milvus at http://127.0.0.1:1 "):
        place_of(tmp_path, "milvus://127.0.0.1:1/policy").current()
