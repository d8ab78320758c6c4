"""A file that is unsound, endless or deadly costs only itself, and is named in one line."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from bearing_qa.document import parser_process
from bearing_qa.document.limits import Limits
from bearing_qa.document.parse import Rejection, parse_file
from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.types import Parsed


def reason(path: Path) -> str:
    with ParsingProcess() as reading:
        (item,) = reading.parse(path, doc_id="x", source=path.name)
    assert isinstance(item, Rejection)
    assert "\n" not in item.reason
    return item.reason


def test_unsound_files_get_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 not really")
    assert "no sound PDF" in reason(tmp_path / "a.pdf")
    (tmp_path / "a.docx").write_bytes(b"PK not really")
    assert "no sound Word file" in reason(tmp_path / "a.docx")
    (tmp_path / "a.html").write_bytes(b"")
    assert "empty" in reason(tmp_path / "a.html")


def test_archives_that_unpack_without_end_are_refused_unread(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (64 * 1024 * 1024))
    (tmp_path / "a.docx").write_bytes(bomb.getvalue())
    assert "unpacks to" in reason(tmp_path / "a.docx")


def test_a_file_that_takes_too_long_or_kills_its_reader_costs_only_itself(tmp_path: Path) -> None:
    """In one process: a file without end, one whose reader dies, and the sound ones between them."""
    (tmp_path / "a.txt").write_text("一、总则\n正文。", encoding="utf-8")
    os.mkfifo(tmp_path / "b.txt")  # whose end never comes
    (tmp_path / "c.txt").write_text("一、总则\n正文。", encoding="utf-8")
    with ParsingProcess(Limits(seconds=2)) as reading:

        def read(name: str) -> list[Parsed | Rejection]:
            return list(reading.parse(tmp_path / name, doc_id="x", source=name))

        (first,), (late,), (last,) = read("a.txt"), read("b.txt"), read("c.txt")
        assert isinstance(first, Parsed)
        assert isinstance(last, Parsed)
        assert isinstance(late, Rejection)
        assert "more than 2 seconds" in late.reason
        assert reading.child is not None
        os.kill(reading.child.pid, signal.SIGKILL)
        (again,) = read("c.txt")  # killed by accident: asked again
        assert isinstance(again, Parsed)


def test_a_document_that_kills_its_reader_is_named_and_those_behind_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line hangs, one kills; where too many do, it is told that the rest was not read."""
    reader = Path(__file__).with_name("dying_reader.py")
    monkeypatch.setattr(parser_process, "COMMAND", (sys.executable, str(reader)))
    bodies = ["好。", "SLOW", "好。", "DIE", "好。"]
    lines = [json.dumps({"_id": f"d{at}", "text": body}) for at, body in enumerate(bodies)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with ParsingProcess(Limits(seconds=2)) as reading:
        items = list(reading.parse(tmp_path / "a.jsonl", doc_id="a", source="a.jsonl"))
        read = [item.document.doc_id for item in items if isinstance(item, Parsed)]
        assert read == ["d0", "d2", "d4"]
        slow, dead = (item.reason for item in items if isinstance(item, Rejection))
        assert "document 2 in a.jsonl takes more than 2 seconds" in slow
        assert "document 4 in a.jsonl cannot be read: its reader died" in dead
        worse = [json.dumps({"_id": f"e{at}", "text": "DIE"}) for at in range(9)]
        (tmp_path / "b.jsonl").write_text("\n".join(worse), encoding="utf-8")
        *_, last = reading.parse(tmp_path / "b.jsonl", doc_id="b", source="b.jsonl")
        assert isinstance(last, Rejection)
        assert "was not read; split the file" in last.reason


def test_the_reader_ends_with_who_asked_it(tmp_path: Path) -> None:
    """A build that is killed while a file without end is read leaves nothing behind."""
    os.mkfifo(tmp_path / "a.txt")
    program = (
        "import sys; from pathlib import Path\n"
        "from bearing_qa.document.parser_process import ParsingProcess\n"
        "process = ParsingProcess()\n"
        "process._running(); print(process.child.pid, flush=True)\n"
        "list(process.parse(Path(sys.argv[1]), doc_id='a', source='a.txt'))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.txt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asker:
        assert asker.stdout is not None
        reader = int(asker.stdout.readline())
        time.sleep(1)
        os.kill(reader, 0)
        asker.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{reader}/stat").exists():
        if Path(f"/proc/{reader}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.1)
    else:
        assert not Path(f"/proc/{reader}").exists()


def test_a_process_that_nobody_reads_to_the_end_is_not_asked_again(tmp_path: Path) -> None:
    lines = [json.dumps({"_id": f"d{at}", "text": f"第{at}件。"}) for at in range(50)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "b.txt").write_text("正文。", encoding="utf-8")
    with ParsingProcess() as reading:
        items = reading.parse(tmp_path / "a.jsonl", doc_id="a", source="a.jsonl")
        assert isinstance(next(items), Parsed)
        del items
        (item,) = reading.parse(tmp_path / "b.txt", doc_id="b", source="b.txt")
        assert isinstance(item, Parsed)
        assert item.document.doc_id == "b"


def test_large_files_are_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a" * (1024**2 + 1))
    (item,) = parse_file(tmp_path / "a.txt", doc_id="x", limits=Limits(megabytes=1))
    assert isinstance(item, Rejection)
    assert "--max-mb" in item.reason
