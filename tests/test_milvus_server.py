"""The second store on a real server: Milvus 2.3.5 from PyPI, started, killed and started again.

It is too old for BM25, so that the program refuses it; what is tested is all but the lexical leg: vectors by HNSW,
scopes of documents and dates, adding and removing, the alias, going back, death. Long, so ``make test`` leaves it
out. The server listens on every interface, so it is started only where there is no network: ``make milvus``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.cli.stores import place_of
from bearing_qa.errors import StoreError
from bearing_qa.search.retrieve import Stages
from bearing_qa.search.scope import make_scope
from bearing_qa.store import disk
from bearing_qa.store.protocol import Near
from tests.conftest import BigramEncoder, write_tiny

pytestmark = pytest.mark.long
PORT = 19530
START_SECONDS = 300.0
"""After a kill it waits for the lease of its dead self to run out: 40 s on a quiet machine."""
VECTORS_ALONE = Stages(lexical=False)
QUESTIONS = ("公园门票价格不得超过多少元？", "新建处理站多少座？", "水产养殖面积有多大？")


class Milvus:
    """A server with its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, again if it gives up at once, and waits until it answers."""
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                self._launch()
            assert time.monotonic() < until, "the server does not start"
            time.sleep(1)

    def _launch(self) -> None:
        command = Path(sys.executable).with_name("milvus-server")
        arguments = [str(command), "--data", str(self._folder), "--proxy-port", str(PORT)]
        with (self._folder.parent / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                arguments, stdout=log, stderr=log, start_new_session=True
            )

    def _answers(self) -> bool:
        from pymilvus import MilvusClient
        from pymilvus.exceptions import MilvusException

        try:
            client = MilvusClient(f"http://127.0.0.1:{PORT}", timeout=3)
            for name in client.list_collections():
                client.query(name, filter="", output_fields=["count(*)"])
            client.close()
        except MilvusException:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to the wrapper and the server: it stops by nothing else."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milvus]:
    pytest.importorskip("pymilvus", reason="the extra milvus-test is not installed: make milvus")
    if shutil.which("milvus-server", path=Path(sys.executable).parent) is None:
        pytest.skip("the package milvus is not installed: make milvus")
    if [name for _, name in socket.if_nameindex()] != ["lo"]:
        pytest.skip("the server would listen on every interface: make milvus gives it none")
    milvus = Milvus(tmp_path_factory.mktemp("server") / "data")
    milvus.start()
    yield milvus
    milvus.kill()


@pytest.fixture
def work(server: Milvus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    monkeypatch.setattr("bearing_qa.store.milvus.rows.BACKGROUND", 10)
    monkeypatch.setattr("bearing_qa.store.milvus.remote_index.NEAREST", 6)
    made = Work(tmp_path)
    yield made
    made.remove()


class Work:
    """A corpus, its folder, and its place at the server."""

    def __init__(self, folder: Path) -> None:
        from bearing_qa.store.milvus.address import read_address
        from bearing_qa.store.milvus.place import Collection

        self.corpus, self.index = write_tiny(folder / "corpus"), folder / "index"
        for name in ("一", "二", "三"):
            (self.corpus / f"决定{name}.txt").write_text(f"决定{name}\n照办。\n", encoding="utf-8")
        self.encoder = BigramEncoder()
        address = read_address(f"milvus://127.0.0.1:{PORT}/t{time.monotonic_ns()}")
        self.place = Collection(address, lexical=False)

    def build(self, **options: Any) -> Any:
        from bearing_qa.store.milvus.publish import publish

        build_index(self.corpus, self.index, encoder=self.encoder)
        return publish(disk.open_index(self.index), self.place, **options)

    def readers(self) -> tuple[Library, Library]:
        """Over the server, and over the folder, by vectors alone."""
        return (
            Library(self.place, encoder=self.encoder, stages=VECTORS_ALONE),
            Library(self.index, encoder=self.encoder, stages=VECTORS_ALONE),
        )

    def check(self) -> None:
        """The best passage is the folder's, and every vector that was named scores as there."""
        ours, measure = self.readers()
        for question in QUESTIONS:
            first = ours.search(question, top_k=3)[0].to_json()
            assert first | {"score": 0} == measure.search(question)[0].to_json() | {"score": 0}
        for options in ({"documents": ["报告"]}, {"first": "2021", "last": "2021"}):
            scope = make_scope(**options)
            found = {(h.doc_id, h.start) for h in ours.search("水产", top_k=50, scope=scope)}
            whole = {(h.doc_id, h.start) for h in measure.search("水产", top_k=50, scope=scope)}
            assert found and found <= whole

    def remove(self) -> None:
        self.place.server.remove_alias()
        for name in self.place.server.collections():
            self.place.server.drop(name)


def test_a_server_before_bm25_is_refused_in_one_line(server: Milvus, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"is Milvus v?2\.3\.5.*expected Milvus 2\.5 or newer"):
        place_of(tmp_path, f"milvus://127.0.0.1:{PORT}/policy").current()


def test_vectors_are_found_by_hnsw(work: Work) -> None:
    work.build()
    work.check()
    opened, local = work.place.open(), disk.open_index(work.index)
    for question in QUESTIONS:
        vector = work.encoder.encode_question(question)
        found = opened.legs(vector, [])
        assert isinstance(found, Near) and len(found.dense.nearest) < opened.size
        best = np.sort(local.dense.scores(vector))[::-1][: len(found.dense.nearest)]
        scores = found.dense.of(found.dense.nearest)
        assert np.sort(scores)[::-1] == pytest.approx(best, abs=1e-5)


def test_documents_come_and_go_and_come_back(work: Work) -> None:
    assert work.build().is_new
    first = work.place.serving().version
    (work.corpus / "函.jsonl").unlink()
    (work.corpus / "通知.txt").write_text("灯会定于正月十五举行。\n", encoding="utf-8")
    done = work.build()
    assert (done.added, done.removed, done.is_new) == (1, 2, False)
    work.check()
    assert work.build().added == 0, "the same version is not written twice"
    (work.corpus / "通知.txt").unlink()
    assert work.build(full=True).is_new
    work.check()
    assert len(work.place.server.collections()) == 2
    work.place.roll_back()  # the alias, to the collection before
    assert "通知" in work.place.open().catalogue.doc_ids()
    work.place.roll_back()  # within that collection
    assert work.place.serving().version == first
    assert "函-1" in work.place.open().catalogue.doc_ids()


def test_the_server_dies_while_it_is_written_to(work: Work, server: Milvus) -> None:
    work.build()
    before = [work.readers()[0].ask(question) for question in QUESTIONS]
    for at in range(40):
        (work.corpus / f"批{at}.txt").write_text(f"批{at}\n第{at}批照办。\n", encoding="utf-8")
    killer: list[threading.Thread] = []

    def strike(stage: str, done: int, total: int) -> None:
        if done == 5 and not killer:
            killer.append(threading.Thread(target=server.kill))
            killer[0].start()

    with pytest.raises(StoreError, match="Milvus at"):
        work.build(progress=strike, full=True)
    killer[0].join()
    server.start()
    assert [work.readers()[0].ask(question) for question in QUESTIONS] == before
    work.build()
    work.check()
    assert work.place.open().size == disk.open_index(work.index).size
