"""PDFs as offices make them are read in order; hostile ones end in one clear line."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    TableStyle,
)
from reportlab.platypus.flowables import Flowable

from bearing_qa.document.limits import Limits
from bearing_qa.document.parse import Rejection
from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.types import Parsed
from tests.conftest import parse_all

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
WIDTH, HEIGHT = A4
PROSE = "各地要切实加强组织领导，明确责任分工，有关部门要按照职责抓好督促检查，确保2025年前新建处理站15座。"
PARAGRAPHS = [f"第{at}组：" + PROSE * 3 for at in range(1, 13)]


def style(**changes: Any) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    base = {"fontName": "STSong-Light", "fontSize": 12, "leading": 18, "wordWrap": "CJK"}
    return ParagraphStyle("body", **(base | {"firstLineIndent": 24} | changes))


def furniture(canvas: Canvas, template: Any) -> None:
    canvas.setFont("STSong-Light", 9)
    canvas.drawString(72, HEIGHT - 40, f"河湾市人民政府公报 2025年第{canvas.getPageNumber()}期")
    canvas.drawCentredString(WIDTH / 2, 30, f"— {canvas.getPageNumber()} —")


def write_pdf(path: Path, story: list[Flowable], *, columns: int = 1, **options: Any) -> None:
    width = (WIDTH - 144 - 20 * (columns - 1)) / columns
    frames = [
        Frame(72 + at * (width + 20), 60, width, HEIGHT - 120, 0, 0, 0, 0) for at in range(columns)
    ]
    document = BaseDocTemplate(str(path), pagesize=A4, **options)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=furniture))
    document.build(story)


def ruled_table(rows: list[list[str]], *extra: Any, widths: list[float] | None = None) -> LongTable:
    cells = [[Paragraph(cell, style(firstLineIndent=0)) for cell in row] for row in rows]
    rules = [("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)), *extra]
    return LongTable(cells, widths or [70, 190, 190], repeatRows=1, style=TableStyle(rules))


def read(path: Path) -> Parsed:
    (parsed,) = parse_all(path)
    return parsed


def reason(path: Path, **limits: int) -> str:
    with ParsingProcess(Limits(**limits)) as process:
        (item,) = process.parse(path, doc_id="x", source=path.name)
    assert isinstance(item, Rejection)
    assert "\n" not in item.reason
    return item.reason


@pytest.mark.parametrize("columns", [1, 2])
def test_paragraphs_come_whole_and_in_order_without_furniture(columns: int, tmp_path: Path) -> None:
    story = [Paragraph(text, style()) for text in PARAGRAPHS]
    write_pdf(tmp_path / "a.pdf", story, columns=columns)
    document = read(tmp_path / "a.pdf").document
    assert document.text.split("\n") == PARAGRAPHS
    assert len(document.pages) > 1
    assert document.repairs["wrapped"] > len(PARAGRAPHS)


def test_ruled_tables_keep_cells_merged_blank_and_over_pages(tmp_path: Path) -> None:
    header = ["地区", "任务", "说明"]
    rows = [[f"第{at}区", f"新建处理站{at}座", "" if at % 3 else PROSE] for at in range(1, 40)]
    rows[4][0] = ""
    merged = ("SPAN", (0, 4), (0, 5))
    table = ruled_table([header, *rows], merged)
    story = [Paragraph(PROSE, style()), table, Paragraph("二、以上任务按期完成。", style())]
    write_pdf(tmp_path / "a.pdf", story)
    (found,) = read(tmp_path / "a.pdf").tables
    rows[4][0] = rows[3][0]
    assert found.header == tuple(header)
    assert [list(row.cells) for row in found.rows] == rows


def test_a_row_cut_by_the_end_of_a_page_is_one_row(tmp_path: Path) -> None:
    long = "，".join(f"第{at}项要抓紧落实到位" for at in range(60)) + "。"
    head = ["地区", "任务", "说明"]
    first = ruled_table([head, ["甲区", long[:300], "全市"]])
    second = ruled_table([head, ["", long[300:], ""], ["乙区", "维护。", "全市"]])
    write_pdf(tmp_path / "a.pdf", [Paragraph(PROSE, style()), first, PageBreak(), second])
    parsed = read(tmp_path / "a.pdf")
    assert len(parsed.document.pages) > 1
    rows = [["甲区", long, "全市"], ["乙区", "维护。", "全市"]]
    assert [list(row.cells) for row in parsed.tables[0].rows] == rows


def test_figures_of_two_rows_are_never_joined(tmp_path: Path) -> None:
    rows = [["年份", "产量", "说明"], *[[str(2000 + at), str(100 + at), ""] for at in range(60)]]
    rows += [["", "777", "合计"]]
    write_pdf(tmp_path / "a.pdf", [ruled_table(rows)])
    cells = [list(row.cells) for table in read(tmp_path / "a.pdf").tables for row in table.rows]
    assert cells == rows[1:]


def test_a_contents_list_with_leaders_stays_a_list(tmp_path: Path) -> None:
    heads = ["前言", "一、形势", "二、任务", "结语"]
    names = [f"{head}{'.' * 90} {at + 1}" for at, head in enumerate(heads)]
    flat = style(firstLineIndent=0)
    story = [Paragraph("河湾规划", flat), Paragraph("目 录", flat)]
    story += [Paragraph(name, style(firstLineIndent=0, fontSize=9)) for name in names]
    story += [PageBreak()]
    for head in heads:
        story += [Paragraph(head, flat), *(Paragraph(text, style()) for text in PARAGRAPHS[:2])]
    write_pdf(tmp_path / "a.pdf", story)
    sections = read(tmp_path / "a.pdf").sections[1:]
    assert [(s.level, s.marker + s.title) for s in sections] == [(1, head) for head in heads]


def test_latin_words_broken_at_a_hyphen_are_made_whole_only_if_they_stand_elsewhere(
    tmp_path: Path,
) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    lines = ["The bearing manufacturing sector is large, and so is manufac-", "turing of well-"]
    lines += [
        "known parts.",
        "",
        *["This is a full line of plain words which is as long as that one"] * 9,
    ]
    for at, line in enumerate(lines):
        canvas.drawString(72, 700 - 14 * at, line)
    canvas.save()
    text = read(tmp_path / "a.pdf").document.text
    assert "so is manufacturing of" in text
    assert "well-known" in text.replace("\n", "")


def test_encrypted_and_imageonly_and_truncated_files_say_so(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "locked.pdf"), encrypt="secret")
    canvas.drawString(72, 700, "hidden")
    canvas.save()
    assert "encrypted" in reason(tmp_path / "locked.pdf")
    canvas = Canvas(str(tmp_path / "image.pdf"))
    canvas.rect(72, 72, 200, 200, fill=1)
    canvas.showPage()
    canvas.save()
    assert "OCR" in reason(tmp_path / "image.pdf")
    write_pdf(tmp_path / "whole.pdf", [Paragraph(PROSE, style())])
    data = (tmp_path / "whole.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[:200])
    assert "no sound PDF" in reason(tmp_path / "cut.pdf")
    assert "more than 1" in reason_of_pages(tmp_path)


def reason_of_pages(folder: Path) -> str:
    write_pdf(folder / "long.pdf", [Paragraph(text, style()) for text in PARAGRAPHS])
    return reason(folder / "long.pdf", pages=1)


def raw_pdf(objects: list[bytes]) -> bytes:
    """A PDF of numbered objects, the first being its catalogue."""
    out, offsets = io.BytesIO(b""), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Root 1 0 R /Size %d >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), head, content)


def test_circles_and_bombs_end_in_one_line_within_their_time(tmp_path: Path) -> None:
    circle = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 2 0 R >>",
    ]
    circle += [b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources 3 0 R >>"]
    (tmp_path / "circle.pdf").write_bytes(raw_pdf(circle))
    assert reason(tmp_path / "circle.pdf", seconds=10)
    depth, width = 12, 10
    bomb = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    bomb += [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>"
    ]
    bomb += [stream(b"/F Do " * width)]
    for at in range(depth):
        form = (
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /F %d 0 R >> >>"
            % (6 + at)
        )
        bomb.append(stream(b"/F Do " * width, form))
    bomb.append(stream(b"0 0 10 10 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]"))
    (tmp_path / "bomb.pdf").write_bytes(raw_pdf(bomb))
    assert reason(tmp_path / "bomb.pdf", seconds=5)


def test_text_of_a_font_without_a_map_is_refused(tmp_path: Path) -> None:
    codes = "".join(f"{0x2000 + 37 * at % 0x5000:04x}" for at in range(400))
    content = f"BT /F 10 Tf 20 700 Td <{codes}> Tj ET".encode()
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    objects += [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9000 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    ]
    objects += [stream(content), font]
    objects += [
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
    ]
    (tmp_path / "a.pdf").write_bytes(raw_pdf(objects))
    assert "garbled" in reason(tmp_path / "a.pdf")


def test_a_list_of_names_is_read(tmp_path: Path) -> None:
    names = [f"{family}{given}" for family in "王李张刘陈杨黄赵" for given in "婷琪喆璐英兰"]
    write_pdf(tmp_path / "a.pdf", [Paragraph(name, style()) for name in names * 5])
    text = read(tmp_path / "a.pdf").document.text
    assert all(name in text for name in names)
