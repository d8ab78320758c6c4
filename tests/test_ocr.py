"""Scanned pages: read with the extra, named without it; what is recognised is marked, what is not sure is no answer."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bearing_qa.answer.citations import quote
from bearing_qa.answer.draft import Draft
from bearing_qa.answer.recognition import what_is_unsure
from bearing_qa.document import extract, parse, parser_process
from bearing_qa.document.extract import joined
from bearing_qa.document.formats.lines import CellLine
from bearing_qa.document.formats.scan import engine, memory
from bearing_qa.document.formats.scan.engine import Found, Recognised
from bearing_qa.document.formats.scan.page import read_picture
from bearing_qa.document.parse import Rejection, parse_file
from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.document.raw_text import RawText
from bearing_qa.document.records import pack, unpack
from bearing_qa.errors import DocumentError
from bearing_qa.output import references
from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.types import Parsed, Unread

FONTS = [
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
]
FONT = next((path for path in FONTS if path.is_file()), None)
SIZE = (1240, 1754)
"""A4 at 150 dpi."""
real = pytest.mark.skipif(
    not (find_spec("rapidocr") and FONT),
    reason="needs rapidocr (pip install 'bearing-qa[ocr]') and a Chinese font to draw a page with",
)
ARTICLES = [
    "第一条　市级财政每年安排公共交通补贴资金3,680万元。",
    "第二条　补贴标准为每车每年8.5万元，自2024年7月1日起执行。",
]
ROWS = [("项目", "2023年", "2024年"), ("运营补贴", "1,120", "1,250.5"), ("场站建设", "", "720")]


@pytest.fixture
def _on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(engine.VARIABLE, "1")
    monkeypatch.setenv("BEARING_QA_CACHE", str(tmp_path / "cache"))


def page(lines: Sequence[str] = ARTICLES, rows: Sequence[Sequence[str]] = ()) -> Image.Image:
    """A page with a title, articles and a ruled table, as a printer would draw it."""
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)

    def write(x: float, y: float, words: str, size: int) -> None:
        draw.text((x, y), words, font=ImageFont.truetype(str(FONT), size, index=2), fill="black")

    write(340, 140, "公共交通补贴办法", 44)
    for at, line in enumerate(lines):
        write(150, 260 + 60 * at, line, 29)
    edges = [150, 450, 750, 1090]
    top = 300 + 60 * len(lines)
    for row in range(len(rows) + 1 if rows else 0):
        draw.line((150, top + 60 * row, 1090, top + 60 * row), fill="black", width=2)
    for x in edges if rows else ():
        draw.line((x, top, x, top + 60 * len(rows)), fill="black", width=2)
    for at, row_ in enumerate(rows):
        for x, cell in zip(edges, row_, strict=False):
            write(x + 16, top + 60 * at + 8, cell, 29)
    return picture


def saved(picture: Image.Image, path: Path, **options: Any) -> Path:
    picture.save(path, **options)
    return path


# without the extra


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
def test_without_the_extra_a_picture_is_named_with_the_command(tmp_path: Path, suffix: str) -> None:
    path = saved(Image.new("RGB", (60, 60), "white"), tmp_path / f"公告{suffix}")
    (item,) = parse_file(path, doc_id="a", source=path.name)
    assert isinstance(item, Rejection)
    assert "pip install 'bearing-qa[ocr]'" in item.reason
    assert "make app OCR=1" in item.reason


def test_without_the_extra_a_scanned_pdf_is_named_with_the_command(tmp_path: Path) -> None:
    path = saved(Image.new("RGB", SIZE, "grey"), tmp_path / "a.pdf", resolution=150)
    with pytest.raises(DocumentError, match=r"pip install 'bearing-qa\[ocr\]'"):
        extract.extract(path)


def test_a_garbled_pdf_is_refused_without_the_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(extract, "is_garbled", lambda text: True)
    monkeypatch.setattr(extract, "read", lambda *_, **__: iter(["乱码"]))
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    with pytest.raises(DocumentError, match=r"garbled.*bearing-qa\[ocr\]"):
        extract.extract(path)


# how what is recognised travels


def scanned(*lines: tuple[str, float | None]) -> Parsed:
    """A document of lines with their confidence, None for a line of the file's own."""
    parts = [text if sure is None else CellLine(text, confidence=sure) for text, sure in lines]
    found = joined(parts)
    raw = RawText("a", found.text, "pdf", title="办法", recognised=found.recognised)
    return parse.parse(raw, metadata={}, source="a.pdf")


def test_a_citation_of_recognised_text_says_so_and_how_surely() -> None:
    parsed = scanned(("第一条 甲补贴3680万元。", None), ("第二条 乙补贴720万元。", 0.978))
    again = unpack(pack(parsed))
    assert again.document.recognised == parsed.document.recognised != ()
    text = again.document.text
    first, second = (
        quote(again, start=text.index(a), end=text.index(a) + 5, kind="text", section=0, score=1.0)
        for a in ("甲补贴", "乙补贴")
    )
    assert first.recognised is None
    assert "source" not in first.to_json()
    assert second.to_json()["source"] == "ocr"
    assert second.to_json()["recognition"] == 0.97
    assert "识别文字，把握 0.97" in references.plain(second, words=CHINESE)
    assert "recognised text, confidence 0.97" in references.plain(second, words=Words("en"))
    assert "识别文字" in references.markdown(second, again.document)
    assert "识别" not in references.markdown(first, again.document)


def test_a_citation_over_several_lines_is_as_sure_as_the_least_sure_one() -> None:
    parsed = scanned(("补贴资金每年3680万元，", 0.99), ("其中运营720万元。", 0.7), ("别的。", 0.6))
    document = parsed.document
    end = document.text.index("别的")
    assert document.recognition_of(0, 5) == 0.99
    assert document.recognition_of(0, end - 1) == 0.7
    assert document.recognition_of(0, 0) is None


def draft_of(parsed: Parsed, words: str) -> Draft:
    start = parsed.document.text.index(words)
    draft = Draft()
    draft.add(words, (parsed, "text", start, start + len(words), 1.0))
    return draft


def test_a_figure_that_was_not_surely_recognised_is_refused_with_its_place() -> None:
    parsed = scanned(("甲补贴3680万元。", 0.96), ("乙补贴720万元。", 0.83), ("丙应当公开。", 0.6))
    assert what_is_unsure(draft_of(parsed, "甲补贴3680万元")) == ""
    assert what_is_unsure(draft_of(parsed, "丙应当公开")) == ""  # no figure
    told = what_is_unsure(draft_of(parsed, "乙补贴720万元"))
    assert "720（《办法》第 1 页，把握 0.83）" in told


def test_a_figure_that_another_citation_has_surely_is_an_answer() -> None:
    parsed = scanned(("甲补贴720万元。", 0.5), ("附表所列补贴720万元。", None))
    draft = draft_of(parsed, "甲补贴720万元")
    draft.add("附表所列补贴720万元", *draft_of(parsed, "附表所列补贴720万元").pieces[0][1])
    assert what_is_unsure(draft) == ""


# how lines become a page


def found(text: str, x: float, y: float, *, sure: float = 0.99, wide: float = 0.0) -> Found:
    right = x + (wide or 29 * sum(0.5 if char.isascii() else 1 for char in text))
    return Found(((x, y), (right, y), (right, y + 36), (x, y + 36)), text, sure)


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The lines of a page of which given ones are recognised, with the rules that are drawn on it."""

    def lines(of: Sequence[Found], picture: Image.Image | None = None) -> list[str]:
        said = Recognised(0, tuple(of))
        monkeypatch.setattr("bearing_qa.document.formats.scan.page.recognised", lambda _: said)
        shown = read_picture(picture or Image.new("RGB", SIZE, "white"), width=595.0)
        return [line.text for line in shown.lines]

    return lines


def table(*, without: int | None = None) -> Image.Image:
    """The rules of a table of three columns and two rows, one of the rules down left out."""
    pytest.importorskip("cv2", reason="needs OpenCV, which comes with bearing-qa[ocr]")
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    for y in (300, 360, 420):
        draw.line((150, y, 1090, y), fill="black", width=2)
    for at, x in enumerate((150, 450, 750, 1090)):
        if at != without:
            draw.line((x, 300, x, 420), fill="black", width=2)
    return picture


HEADS = [found("项目", 160, 312), found("2023年", 460, 312), found("2024年", 760, 312)]


def test_a_ruled_table_is_rows_and_a_blank_cell_stays_blank(show: Callable[..., list[str]]) -> None:
    lines = show([*HEADS, found("运营补贴", 160, 372), found("720", 760, 372)], table())
    assert lines == ["项目 | 2023年 | 2024年", "运营补贴 |  | 720"]


def test_a_table_whose_rule_was_not_seen_is_no_row(show: Callable[..., list[str]]) -> None:
    figures = [found("运营补贴", 160, 372), found("1,120", 460, 372), found("720", 760, 372)]
    lines = show([*HEADS, *figures], table(without=2))
    assert lines == ["项目", "2023年", "2024年", "运营补贴", "1,120", "720"]


def test_a_line_that_reaches_over_a_rule_makes_no_row(show: Callable[..., list[str]]) -> None:
    figures = [found("运营补贴", 160, 372), found("1,120 720", 460, 372, wide=400)]
    lines = show([*HEADS, *figures], table())
    assert "1,120 720" in lines
    assert not any("|" in line for line in lines)


def test_figures_of_two_rows_are_never_one(show: Callable[..., list[str]]) -> None:
    below = [found("运营", 160, 361), found("补贴", 160, 390)]
    lines = show([*HEADS, *below, found("1,1", 460, 340), found("720", 460, 385)], table())
    assert not any("1,1720" in line for line in lines)


def test_lines_stand_in_the_order_of_their_places(show: Callable[..., list[str]]) -> None:
    pytest.importorskip("cv2", reason="needs OpenCV, which comes with bearing-qa[ocr]")
    lines = show([found("三", 160, 800), found("二", 500, 303), found("一", 160, 300)])
    assert lines == ["一", "二", "三"]


def test_what_is_hardly_recognised_is_left_out_and_the_page_named(
    _on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cv2", reason="needs OpenCV, which comes with bearing-qa[ocr]")
    said = Recognised(0, (found("第一条 公开。", 160, 300), found("印章文字", 160, 500, sure=0.3)))
    monkeypatch.setattr(engine, "is_available", lambda: True)
    monkeypatch.setattr(engine, "name", lambda: "of the test")
    monkeypatch.setattr(engine, "recognise", lambda _: said)
    data = io.BytesIO()
    Image.new("RGB", SIZE, "white").save(data, "png")
    read = extract.extract_data("a.png", data.getvalue())
    assert read.text == "第一条 公开。"
    assert read.unread == (Unread("unsure", "p. 1"),)


def test_a_page_that_was_recognised_once_is_not_recognised_again(
    _on: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[int] = []

    def recognise(_: Image.Image) -> Recognised:
        calls.append(1)
        return Recognised(90, (found("第一条", 10, 10),))

    monkeypatch.setattr(engine, "recognise", recognise)
    monkeypatch.setattr(engine, "name", lambda: "of the test")
    white, grey = Image.new("RGB", (40, 40), "white"), Image.new("RGB", (40, 40), "grey")
    first = memory.recognised(white)
    assert memory.recognised(white) == first
    assert len(calls) == 1
    memory.recognised(grey)
    assert len(calls) == 2
    (kept,) = (p for p in (tmp_path / "cache").rglob("*.json") if p == memory._place(white))
    kept.write_text('{"turn": 0}', encoding="utf-8")  # damaged
    assert memory.recognised(white) == first
    assert len(calls) == 3


# the engine itself


@real
@pytest.mark.usefixtures("_on")
def test_a_scanned_pdf_is_read_and_marked(tmp_path: Path) -> None:
    path = saved(page(rows=ROWS), tmp_path / "a.pdf", resolution=150)
    told: list[tuple[int, int]] = []
    with ParsingProcess(recognising=lambda done, total: told.append((done, total))) as process:
        (parsed,) = process.parse(path, doc_id="a", source="a.pdf")
        assert isinstance(parsed, Parsed), parsed
        (again,) = process.parse(path, doc_id="a", source="a.pdf")
    assert told[:2] == [(0, 1), (1, 1)]
    assert again == parsed
    text = parsed.document.text
    assert parsed.document.title == "公共交通补贴办法"
    assert "补贴资金3,680万元" in text
    assert "每车每年8.5万元，自2024年7月1日起执行" in text
    assert "运营补贴 | 1,120 | 1,250.5" in text
    assert "场站建设 |  | 720" in text
    assert parsed.document.unread == ()
    start = text.index("补贴资金")
    cited = quote(parsed, start=start, end=start + 8, kind="text", section=0, score=1.0)
    assert cited.recognised is not None
    assert cited.recognised > 0.9
    (kept,) = (tmp_path / "cache" / memory.FOLDER).rglob("*.json")
    assert json.loads(kept.read_text(encoding="utf-8"))["turn"] == 0


@real
@pytest.mark.usefixtures("_on")
def test_a_pdf_whose_own_text_is_garbled_is_read_from_what_it_shows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.drawImage(ImageReader(page()), 0, 0, 595, 842)
    for at in range(12):
        garbled = canvas.beginText(72, 700 - 20 * at)
        garbled.setFont("STSong-Light", 10)
        garbled.setTextRenderMode(3)  # invisible, as the text layer of a scan
        garbled.textOut("乱码" * 10)
        canvas.drawText(garbled)
    canvas.save()
    monkeypatch.setattr(extract, "is_garbled", lambda text: "乱码" in text)
    read = extract.extract(tmp_path / "a.pdf")
    assert "补贴资金3,680万元" in read.text
    assert "乱码" not in read.text
    assert len(read.recognised) == len(read.text.split("\n"))


@real
@pytest.mark.usefixtures("_on")
def test_a_page_laid_in_askew_upside_down_is_read_upright(tmp_path: Path) -> None:
    picture = page(rows=ROWS).rotate(181.5, fillcolor="white")
    path = saved(picture.convert("L"), tmp_path / "a.jpg", quality=90)
    text = extract.extract(path).text
    assert text.index("公共交通补贴办法") < text.index("3,680万元") < text.index("8.5万元")
    assert "运营补贴 | 1,120 | 1,250.5" in text


def test_the_reader_may_have_more_memory_for_pictures_alone() -> None:
    assert parser_process.MAX_MEMORY < parser_process.MAX_MEMORY_RECOGNISING
