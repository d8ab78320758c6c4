"""Inputs that nobody meant: damaged files of every format, questions, manifests. Counts what becomes of them.

Each is a good input with bytes or characters turned, cut, doubled or spliced in. It has to be read, or refused in
one line, within the limits; anything else counts as WRONG. Part of ``python -m scripts.torture``.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from tests.conftest import TINY, BigramEncoder, write_tiny

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.build.status import index_status
from bearing_qa.document.limits import Limits
from bearing_qa.document.parse import Rejection
from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.errors import BearingQAError
from bearing_qa.store import disk, signing, versions
from bearing_qa.store.manifest import MANIFEST
from bearing_qa.store.places import Folder
from bearing_qa.types import Parsed

PARSING_SECONDS = 10
"""A text of some kilobytes takes milliseconds; one that takes so long hangs."""
SHARES = {"text": 45, "question": 25, "manifest": 10, "docx": 10, "pdf": 10}
"""Of a hundred inputs."""
QUESTIONS = (
    "公园门票价格不得超过多少元？",
    "2022年水产产量是多少，比2021年增长多少？",
    "存在哪三个问题？",
    "“湖区游船”的票价是多少？国发〔2021〕5号是什么？",
    "Who inspects the park every day?",
)
SPLICES = ("\x00", "\ufeff", "\ud800", "\u202e", "第一章 ", "一、", "|", "\t", "\f", "9" * 400, "[1]", "<table><tr>",
           "](", "```", "〔", "𠀀", "{}", '"', "\\", "年", "%", "-" * 50, "\n" * 40)  # fmt: skip


def fuzz(work: Path, inputs: int, *, chance: random.Random, counts: Counter[str]) -> None:
    """Tries so many inputs; ``counts`` gets what became of them."""
    build_index(write_tiny(work / "corpus"), work / "index", encoder=BigramEncoder())
    reader = Library(work / "index", encoder=BigramEncoder())
    seeds = _seeds()
    with ParsingProcess(Limits(seconds=PARSING_SECONDS)) as process:
        tries: dict[str, Callable[[], str]] = {
            "text": lambda: _try_file(work, process, seeds["text"], chance=chance),
            "docx": lambda: _try_file(work, process, seeds["docx"], chance=chance),
            "pdf": lambda: _try_file(work, process, seeds["pdf"], chance=chance),
            "question": lambda: _try_question(reader, chance=chance),
            "manifest": lambda: _try_manifest(work, chance=chance),
        }
        for kind in chance.choices(list(SHARES), list(SHARES.values()), k=inputs):
            started = time.perf_counter()
            try:
                counts[f"inputs: {kind}, {tries[kind]()}"] += 1
            except BearingQAError as error:
                counts[f"inputs: {kind}, refused in one line"] += 1
                counts["WRONG words of a refusal"] += "\n" in str(error).strip()
            except BaseException as error:
                counts[f"WRONG {type(error).__name__} from a {kind}"] += 1
            took = time.perf_counter() - started
            counts["WRONG an input that hangs"] += took > PARSING_SECONDS


def _seeds() -> dict[str, list[tuple[str, bytes]]]:
    """Good files: name and content."""
    texts = [(name, text.encode()) for name, text in TINY.items()]
    texts.append(("gb.txt", TINY["办法.txt"].encode("gb18030")))
    texts.append(("utf16.txt", TINY["办法.txt"].encode("utf-16")))
    rows = "<tr><th>年份<th>产量</tr><tr><td rowspan=2>2021<td>31.5</tr>"
    page = f"<html><body><h1>规划</h1><table>{rows}</table><p>一、总则</p></body></html>"
    texts.append(("规划.html", page.encode()))
    return {"text": texts, "docx": [("办法.docx", _docx())], "pdf": [("办法.pdf", _pdf())]}


def _docx() -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    for line in TINY["办法.txt"].splitlines():
        document.add_paragraph(line)
    document.add_table(2, 3).cell(0, 0).text = "年份"
    document.save(stream)
    return stream.getvalue()


def _pdf() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas.setFont("STSong-Light", 12)
    for at, line in enumerate(TINY["办法.txt"].splitlines()):
        canvas.drawString(60, 780 - 20 * at, line)
    canvas.save()
    return stream.getvalue()


def _damaged(data: bytes, *, chance: random.Random) -> bytes:
    """Bytes with one to eight changes."""
    for _ in range(chance.choice([1, 1, 2, 8])):
        at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        splice = chance.choice(SPLICES).encode("utf-8", "surrogatepass")
        data = chance.choice(
            [
                data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :],
                data[:at],
                data[:at] + data[end:],
                data[:end] + data[at:end] + data[end:],
                data[:at] + splice + data[at:],
            ]
        )
    return data


def _damaged_inside(data: bytes, *, chance: random.Random) -> bytes:
    """A packed file, whole as such, with damage in one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(stream, "w") as made:
        names = packed.namelist()
        chosen = chance.choice(["word/document.xml", "word/document.xml", *names])
        for name in names:
            part = packed.read(name)
            made.writestr(name, _damaged(part, chance=chance) if name == chosen else part)
    return stream.getvalue()


def _try_file(
    work: Path, process: ParsingProcess, seeds: list[tuple[str, bytes]], *, chance: random.Random
) -> str:
    name, data = chance.choice(seeds)
    path = work / name
    is_packed = name.endswith(".docx") and chance.random() < 0.7
    path.write_bytes((_damaged_inside if is_packed else _damaged)(data, chance=chance))
    items = list(process.parse(path, doc_id="x", source=name))
    for item in items:
        if isinstance(item, Parsed):
            _check_slices(item)
        elif "\n" in item.reason.strip():
            raise AssertionError("a rejection of several lines")
    return "refused in one line" if any(isinstance(i, Rejection) for i in items) else "read"


def _check_slices(parsed: Parsed) -> None:
    """Raises AssertionError unless sections tile the text and passages lie in it."""
    text, sections = parsed.document.text, parsed.sections
    assert [s.start for s in sections[1:]] == [s.end for s in sections[:-1]]
    assert sections[0].start == 0
    assert sections[-1].end == len(text)
    assert all(0 <= p.start < p.end <= len(text) for p in parsed.passages)


def _try_question(reader: Library, *, chance: random.Random) -> str:
    data = _damaged(chance.choice(QUESTIONS).encode(), chance=chance)
    question = data.decode("utf-8", chance.choice(["replace", "surrogateescape", "ignore"]))
    answer = reader.ask(question)
    index = reader.index()
    for citation in answer.citations:
        parsed = index.catalogue.parsed(citation.doc_id)
        assert parsed is not None
        assert parsed.document.text[citation.start : citation.end] == citation.text
    return "refused as unanswered" if answer.refused else "answered with exact slices"


def _try_manifest(work: Path, *, chance: random.Random) -> str:
    """A version whose manifest is damaged; sealed again by somebody who knows how, or not."""
    shutil.rmtree(work / "copy", ignore_errors=True)
    shutil.copytree(work / "index", work / "copy")
    path = versions.version_folder(work / "copy") / MANIFEST
    if chance.random() < 0.5:
        path.write_bytes(_damaged(path.read_bytes(), chance=chance))
    else:
        manifest = _changed(json.loads(path.read_text(encoding="utf-8")), chance=chance)
        path.write_text(json.dumps(signing.seal(manifest)), encoding="utf-8")
    index_status(Folder(work / "copy"))
    disk.open_index(work / "copy").close()
    Library(work / "copy", encoder=BigramEncoder()).ask(QUESTIONS[0])
    return "opened and asked"


def _changed(manifest: dict[str, Any], *, chance: random.Random) -> dict[str, Any]:
    """A manifest with a value, at any depth, of another kind."""
    inside: Any = manifest
    while True:
        key = chance.choice(list(inside))
        if isinstance(inside[key], dict) and inside[key] and chance.random() < 0.7:
            inside = inside[key]
            continue
        inside[key] = chance.choice([None, -1, 10**30, "x", "../../etc/passwd", [], {}, True, 0.5])
        return manifest
