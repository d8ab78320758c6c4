"""Versions on disk: kept, gone back to, never taken from a reader; full disks and folders without access."""

from __future__ import annotations

import gc
import os
import re
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.build.status import index_status
from bearing_qa.cli.main import app
from bearing_qa.errors import StoreError
from bearing_qa.store import disk, versions
from bearing_qa.store.history import lineage, roll_back
from bearing_qa.store.locks import LOCK, build_lock
from bearing_qa.store.manifest import MANIFEST
from bearing_qa.store.places import Folder
from tests.conftest import ROOT, BigramEncoder, write_tiny

ASKERS = 64


def build_times(corpus: Path, index: Path, *, times: int, keep: int = 2) -> list[str]:
    made = []
    for number in range(times):
        (corpus / "次.txt").write_text(f"关于第{number}次的通知\n共{number}次。", encoding="utf-8")
        made.append(build_index(corpus, index, encoder=BigramEncoder(), keep=keep).version)
    return made


def on_disk(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "versions").iterdir())


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_so_many_versions_are_kept(keep: int, tiny_corpus: Path, tmp_path: Path) -> None:
    made = build_times(tiny_corpus, tmp_path / "ix", times=4, keep=keep)
    assert on_disk(tmp_path / "ix") == made[-keep:]
    assert lineage(tmp_path / "ix") == made[: -keep - 1 : -1]
    build_index(tiny_corpus, tmp_path / "ix", encoder=BigramEncoder(), keep=1)  # nothing changed
    assert on_disk(tmp_path / "ix") == made[-1:]


def test_going_back_and_on_from_there(tiny_corpus: Path, tmp_path: Path) -> None:
    """What one went back from is never gone back to: the line goes on from where one is."""
    index = tmp_path / "ix"
    one, two, three = build_times(tiny_corpus, index, times=3, keep=3)
    assert (roll_back(index).left, versions.current_version(index)) == (three, two)
    four = build_index(tiny_corpus, index, encoder=BigramEncoder(), keep=3).version
    assert lineage(index) == [four, two, one]
    assert on_disk(index) == [one, two, four]
    assert roll_back(index).version == two
    assert roll_back(index).version == one
    with pytest.raises(StoreError, match="no version before"):
        roll_back(index)
    assert versions.current_version(index) == one


def test_going_back_from_a_broken_pointer_and_never_to_a_broken_version(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    index = tmp_path / "ix"
    one, two = build_times(tiny_corpus, index, times=2)
    (index / "CURRENT").write_bytes(b"\xff\xfe../..")
    with pytest.raises(StoreError, match="--rollback"):
        disk.open_index(index)
    assert roll_back(index).version == two
    (index / "versions" / one / disk.DENSE).write_bytes(b"x")
    with pytest.raises(StoreError, match="damaged"):
        roll_back(index)
    assert versions.current_version(index) == two


def test_a_folder_in_place_of_the_pointer_gets_one_line_and_readers_go_on(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    index = tmp_path / "ix"
    one, two = build_times(tiny_corpus, index, times=2)
    reader = Library(index, encoder=BigramEncoder())
    assert reader.index().version == two
    (index / "CURRENT").unlink()
    (index / "CURRENT").mkdir()
    for command in (disk.open_index, lambda folder: index_status(Folder(folder)), roll_back):
        with pytest.raises(StoreError, match="CURRENT cannot be read"):
            command(index)
    assert reader.index().version == two
    (index / "CURRENT").rmdir()
    assert roll_back(index).version == two
    (index / "versions" / two / MANIFEST).write_text("[" * 200_000, encoding="utf-8")
    assert roll_back(index).version == one


def test_rollback_at_the_command_line(tiny_corpus: Path, tmp_path: Path) -> None:
    one, two = build_times(tiny_corpus, tmp_path / "ix", times=2)
    command = ["index", "--rollback", "--index", str(tmp_path / "ix")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert f"{two} → {one}" in done.stdout
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 1
    assert "no version before" in again.stderr
    assert again.stderr.count("\n") == 1


def test_a_version_in_use_is_not_removed_by_another_process(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    index = tmp_path / "ix"
    (held,) = build_times(tiny_corpus, index, times=1)
    program = (
        "import sys; from pathlib import Path\n"
        "from bearing_qa.store import disk\n"
        "opened = disk.open_index(Path(sys.argv[1])); print('open', flush=True)\n"
        "sys.stdin.readline(); print(opened.catalogue.passage(0).doc_id, opened.size)\n"
    )
    command = [sys.executable, "-c", program, str(index)]
    reader = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    made = build_times(tiny_corpus, index, times=3, keep=1)
    assert on_disk(index) == [held, made[-1]]
    assert reader.communicate("\n", timeout=30)[0].startswith("函-1 ")
    build_index(tiny_corpus, index, encoder=BigramEncoder(), full=True, keep=1)
    assert held not in on_disk(index)


def test_what_dead_builds_left_goes_and_what_is_not_ours_stays(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    folder = tiny_index / "versions"
    for name in (".building-20200101T000000000000", ".removing-20200101T000000000000", "backup"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("x", encoding="utf-8")
    build_index(tiny_corpus, tiny_index, encoder=BigramEncoder(), full=True)
    left = [name for name in on_disk(tiny_index) if not re.fullmatch(r"\d{8}T\d{12}", name)]
    assert left == ["backup"]


def test_the_lock_says_who_builds_and_is_free_when_its_owner_is_dead(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    owner = (
        rf"process {os.getpid()} on {re.escape(socket.gethostname())} since \d{{4}}-.* is building"
    )
    with (
        build_lock(tiny_index),
        pytest.raises(StoreError, match=owner),
        build_lock(tiny_index),
    ):
        pass
    (tiny_index / LOCK).write_text("process 1 on elsewhere since long ago\n", encoding="utf-8")
    assert build_index(tiny_corpus, tiny_index, encoder=BigramEncoder(), full=True).encoded


def test_many_askers_during_rebuilds_see_no_fault(tmp_path: Path) -> None:
    """64 threads ask while another process rebuilds and keeps one version only; of two short documents, so that an
    answer costs little and many are given."""
    corpus, index = tmp_path / "corpus", tmp_path / "ix"
    corpus.mkdir()
    (corpus / "办法.txt").write_text(
        "城市公园管理办法\n公园门票价格不得超过20元。\n", encoding="utf-8"
    )
    build_times(corpus, index, times=1)
    reader = Library(index, encoder=BigramEncoder())
    first = reader.ask("公园门票价格不得超过多少元？").to_json()
    faults: list[object] = []
    seen: set[str] = set()
    begun, done = threading.Event(), threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answer = reader.ask("公园门票价格不得超过多少元？").to_json()
                seen.add(reader.index().version)
                begun.set()
                if answer["answer"] != first["answer"]:
                    faults.append(answer)
            except BaseException as error:
                faults.append(error)

    program = (
        "import sys; from pathlib import Path\n"
        "from tests.test_versions import build_times\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "build_times(Path(sys.argv[1]), Path(sys.argv[2]), times=3, keep=1)\n"
    )
    command = [sys.executable, "-c", program, str(corpus), str(index)]
    pipe = subprocess.PIPE
    rebuilder = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert rebuilder.stdout is not None
    assert rebuilder.stdout.readline() == "ready\n"  # nobody asks while it loads
    threads = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    begun.wait()
    _, said = rebuilder.communicate("\n")
    done.set()
    for thread in threads:
        thread.join()
    assert rebuilder.returncode == 0, said
    assert faults == []
    assert len(seen) > 1
    assert reader.index().version == versions.current_version(index)


def test_readers_keep_what_they_have_when_the_next_version_cannot_be_trusted(
    tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    reader = Library(tiny_index, encoder=encoder)
    reader.ask("公园门票价格不得超过多少元？")
    serving = reader.index().version
    build_times(tiny_corpus, tiny_index, times=1)
    path = versions.version_folder(tiny_index) / disk.CATALOGUE
    path.write_bytes(path.read_bytes()[:-100])
    assert reader.index().version == serving
    assert "20元" in reader.ask("公园门票价格不得超过多少元？").text
    build_index(tiny_corpus, tiny_index, encoder=BigramEncoder(salt="other"))
    assert reader.index().version == serving  # this reader's encoder does not fit that version
    last = build_index(tiny_corpus, tiny_index, encoder=encoder).version
    assert reader.index().version == last


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here ({error})")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_version_serving(mounted: Path, tmp_path: Path) -> None:
    corpus, index, encoder = write_tiny(tmp_path / "corpus"), mounted / "ix", BigramEncoder()
    before = build_index(corpus, index, encoder=encoder).version
    long = "".join(f"第{n}条 第{n}号码头长{n}米。\n" for n in range(2000))
    (corpus / "长.txt").write_text("码头条例\n" + long, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(StoreError, match="make room"):
            build_index(corpus, index, encoder=encoder)
    assert on_disk(index) == [before]
    assert "20元" in Library(index, encoder=encoder).ask("公园门票价格不得超过多少元？").text
    (corpus / "长.txt").unlink()
    assert build_index(corpus, index, encoder=encoder).version == before


def test_a_folder_without_write_access_serves_and_is_not_built_in(
    mounted: Path, tmp_path: Path
) -> None:
    corpus, index, encoder = write_tiny(tmp_path / "corpus"), mounted / "ix", BigramEncoder()
    build_index(corpus, index, encoder=encoder)
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    (corpus / "新.txt").write_text("新。", encoding="utf-8")
    with pytest.raises(StoreError, match=r"cannot be written .*--index DIR"):
        build_index(corpus, index, encoder=encoder)
    assert "20元" in Library(index, encoder=encoder).ask("公园门票价格不得超过多少元？").text


def test_a_file_where_the_index_should_be_gets_one_line(tiny_corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        build_index(tiny_corpus, tmp_path / "file", encoder=BigramEncoder())
    with pytest.raises(StoreError, match="no index"):
        disk.open_index(tmp_path / "file")


def test_a_version_that_nobody_reads_any_more_goes_from_memory_at_once(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    build_index(tiny_corpus, tmp_path / "ix", encoder=BigramEncoder())
    reader = Library(tmp_path / "ix", encoder=BigramEncoder())
    reader.ask("公园门票价格不得超过多少元？")
    opened = reader.index()
    assert isinstance(opened, disk.Index)
    parts = (opened.catalogue, opened.lexical, opened.dense, opened.spelling, opened.hold)
    left = [weakref.ref(part) for part in parts]
    del opened, parts
    (tiny_corpus / "新.txt").write_text("新办法\n第一条 全新的一条。\n", encoding="utf-8")
    gc.collect()
    gc.disable()  # where much is loaded, what waits for it waits for long
    try:
        build_index(tiny_corpus, tmp_path / "ix", encoder=BigramEncoder())
        reader.ask("公园门票价格不得超过多少元？")
        assert [ref() for ref in left] == [None] * len(left)
    finally:
        gc.enable()


def test_what_is_loaded_once_is_loaded_before_the_first_question(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    """The dictionaries of Chinese, of slips of the pen and of English."""
    reader = Library(tiny_index, encoder=encoder)
    reader.warm()
    index = reader.index()
    parts = (index.segmenter, index.spelling, index.english)
    loaded = [set(vars(part)) for part in parts]
    for question in ("公园门票多少钱？", "公圆门票多少钱？", "How much is a ticket?"):
        reader.ask(question)
    assert [set(vars(part)) for part in parts] == loaded
