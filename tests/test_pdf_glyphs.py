"""The characters of a PDF page are put together as a reader sees them: marks apart, pages upright, in order."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bearing_qa.document.formats.pdf.order import figures_apart
from bearing_qa.document.formats.pdf.pictures import page_list
from bearing_qa.document.formats.pdf.reader import pdf_lines
from bearing_qa.types import Parsed, Unread
from tests.conftest import parse_all

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
WIDTH, HEIGHT = A4
HEAD = ["区县", "人口（万人）", "面积（公顷）"]
ROWS = [["松江区", "12.5", "1234"], ["平湖区", "87.6", "5678"], ["石门区", "90", "4321"]]
TABLE = [" | ".join(row) for row in (HEAD, *ROWS)]
PROSE = "各区要切实加强组织领导，明确责任分工，每年安排资金120万元。"


def lines_of(draw: Callable[[Canvas], None]) -> tuple[list[str], list[Unread]]:
    """Lines of a PDF without the signs of soft ends, and what of it was not read."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont(FONT, 12)
    draw(canvas)
    canvas.save()
    parts = list(pdf_lines(data.getvalue(), max_pages=100))
    lines = [part.rstrip("\x1f") for part in parts if isinstance(part, str)]
    return lines, [part for part in parts if isinstance(part, Unread)]


def write(canvas: Canvas, y: float, *parts: str | tuple[str, float, float], x: float = 72) -> None:
    """A line of parts: plain ones, and raised ones as (text, rise, size) in shares of the font size."""
    for part in parts:
        text, rise, share = (part, 0.0, 1.0) if isinstance(part, str) else part
        canvas.setFont(FONT, 12 * share)
        canvas.drawString(x, y + 12 * rise, text)
        x += canvas.stringWidth(text, FONT, 12 * share)
    canvas.setFont(FONT, 12)


def up(text: str) -> tuple[str, float, float]:
    return text, 0.35, 0.6


def draw_table(canvas: Canvas, x: float, y: float, rows: Sequence[Sequence[str]] = ()) -> None:
    """A ruled table whose upper left corner is at x, y."""
    rows = rows or [HEAD, *ROWS]
    width, height = 120, 24
    for at in range(len(rows) + 1):
        canvas.line(x, y - at * height, x + len(rows[0]) * width, y - at * height)
    for at in range(len(rows[0]) + 1):
        canvas.line(x + at * width, y, x + at * width, y - len(rows) * height)
    for at, row in enumerate(rows):
        for number, cell in enumerate(row):
            canvas.drawString(x + number * width + 4, y - at * height - 17, cell)


def picture(width: int = 60, height: int = 40) -> ImageReader:
    image = Image.new("RGB", (width, height))
    image.putdata([(at * 7 % 256, at * 13 % 256, 90) for at in range(width * height)])
    return ImageReader(image)


@pytest.mark.parametrize("size", [0.5, 0.6, 0.83])
def test_a_raised_footnote_mark_is_no_digit_of_the_figure_beside_it(size: float) -> None:
    def draw(canvas: Canvas) -> None:
        write(
            canvas,
            760,
            "年末常住人口",
            ("1", 0.35, size),
            "523.07万人，性别比122.44",
            ("3", 0.35, size),
            "。",
        )
        write(
            canvas,
            730,
            "人均产值",
            ("1,2", 0.35, size),
            "8.8万元；出生率",
            ("a", 0.35, size),
            "9‰；",
        )
        write(canvas, 700, "比重", ("2)", 0.35, size), "45%")

    lines, unread = lines_of(draw)
    assert lines == [
        "年末常住人口〔1〕523.07万人，性别比122.44〔3〕。",
        "人均产值〔1,2〕8.8万元；出生率〔a〕9‰；",
        "比重〔2〕45%",
    ]
    assert not unread


def test_powers_ordinals_and_chemical_signs_belong_to_their_word() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 760, "全市面积8569km", up("2"), "，水库2.5×10", up("8"), "m", up("3"), "。")
        write(
            canvas, 730, "细菌10", up("-6"), "克，室温30", up("0"), "C，May 1", up("st"), "开工。"
        )
        low = ("2.5", -0.14, 0.6)
        write(canvas, 700, "PM", low, "35微克，CO", ("2", -0.14, 0.6), "减少。面积9m²。")

    lines, unread = lines_of(draw)
    assert lines == [
        "全市面积8569km2，水库2.5×10^8m3。",
        "细菌10^-6克，室温30°C，May 1st开工。",
        "PM2.5 35微克，CO2减少。面积9m²。",
    ]
    assert not unread


def test_marks_typed_as_raised_characters_and_in_cells_are_apart_too() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 760, "户数¹761.48万户，比例122.44³。")
        draw_table(canvas, 72, 740, [["指标", "数值"], ["", ""]])
        write(canvas, 740 - 41, "人口", up("1"), x=76)
        write(canvas, 740 - 41, "523.07", up("2"), x=196)

    lines, unread = lines_of(draw)
    assert lines == [
        "户数〔1〕761.48万户，比例122.44〔3〕。",
        "指标 | 数值",
        "人口〔1〕 | 523.07〔2〕",
    ]
    assert not unread


def test_marks_drawn_after_the_rest_of_the_page_stand_in_their_place() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 760, "全市共有")
        write(canvas, 760, "7000户。", x=72 + 48 + 3.4)
        write(canvas, 740, "另一行文字在此，共15项。")
        write(canvas, 760, up("9"), x=72 + 48)

    assert lines_of(draw)[0] == ["全市共有〔9〕7000户。", "另一行文字在此，共15项。"]


def test_lines_of_a_scaled_page_are_not_mixed(tmp_path: Path) -> None:
    """As office programs write it: the page scaled, each quotation mark a text object of another font."""
    texts = [
        ("第七条　各学院统一组织的暑期“文化下乡", "”"),
        ("实践活动满20小时的计2分。", ""),
        ("第八条　经批准自行组织的活动满30小时的计3分。", ""),
    ]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.scale(0.24, 0.24)
    for at, (text, mark) in enumerate(texts):
        y = (760 - 30 * at) / 0.24
        canvas.setFont(FONT, 16 / 0.24)
        canvas.drawString(72 / 0.24, y, text)
        right = 72 / 0.24 + canvas.stringWidth(text, FONT, 16 / 0.24)
        canvas.setFont("Times-Roman", 16 / 0.24)
        canvas.drawString(right, y, mark)
    canvas.save()
    (parsed,) = parse_all(tmp_path / "a.pdf")
    assert isinstance(parsed, Parsed)
    assert "文化下乡”实践活动满20小时的计2分。" in parsed.document.text.replace("\n", "")
    assert [section.marker for section in parsed.sections[1:]] == ["第七条", "第八条"]


def test_a_blank_of_the_file_between_chinese_words_stays_where_it_shows() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 760, "第九条 志愿者应当遵守规定。")

    assert lines_of(draw)[0] == ["第九条 志愿者应当遵守规定。"]


def test_a_line_that_is_spread_keeps_its_figures_whole() -> None:
    def draw(canvas: Canvas) -> None:
        spread = canvas.beginText(72, 760)
        spread.setFont(FONT, 12)
        spread.setCharSpace(6)
        spread.textLine("安排资金1761.48万元。")
        spread.setCharSpace(0)
        canvas.drawText(spread)
        for at, cell in enumerate(["甲区", "1", "2", "3", "4", "5", "6"]):
            canvas.drawString(72 + 30 * at, 720, cell)

    lines, unread = lines_of(draw)
    assert lines == ["安排资金1761.48万元。", "甲区 1 2 3 4 5 6"]
    assert not unread


def draw_sideways(canvas: Canvas, degrees: int) -> None:
    """A table and prose turned against the clock on an upright page."""
    canvas.saveState()
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(degrees)
    write(canvas, 200, "附表一　各区情况", x=-230)
    draw_table(canvas, -230, 180)
    write(canvas, 50, PROSE, x=-230)
    canvas.restoreState()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turned_pages_are_read_upright(rotate: int, degrees: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotate)
        draw_sideways(canvas, degrees)

    lines, unread = lines_of(draw)
    assert lines == ["附表一 各区情况", *TABLE, PROSE]
    assert not unread


def test_a_sideways_table_under_an_upright_head_keeps_both() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 800, "松江统计资料")
        draw_sideways(canvas, 90)

    assert lines_of(draw)[0] == ["附表一 各区情况", *TABLE, PROSE, "松江统计资料"]


def test_a_label_turned_within_a_table_is_in_its_cell() -> None:
    def draw(canvas: Canvas) -> None:
        draw_table(canvas, 72, 700, [["类别", "金额"], ["", "100"]])
        for at in range(3):
            canvas.line(72 + 120 * at, 652, 72 + 120 * at, 600)
        canvas.line(72, 600, 312, 600)
        canvas.drawString(200, 620, "200")
        canvas.saveState()
        canvas.translate(130, 603)
        canvas.rotate(90)
        canvas.drawString(0, 0, "补助金")
        canvas.restoreState()

    assert lines_of(draw)[0] == ["类别 | 金额", " | 100", "补助金 | 200"]


@pytest.mark.parametrize("colour", [(0.8, 0.8, 0.8), (1.0, 0.1, 0.1)])
def test_slanted_watermarks_do_not_fall_into_cells(colour: tuple[float, float, float]) -> None:
    def draw(canvas: Canvas) -> None:
        draw_table(canvas, 72, 700)
        canvas.translate(90, 600)
        canvas.rotate(25)
        canvas.setFillColorRGB(*colour)
        canvas.setFont(FONT, 34)
        canvas.drawString(0, 0, "松江局内部资料789")

    lines, unread = lines_of(draw)
    assert lines == TABLE
    assert not unread


@pytest.mark.parametrize("alpha", [1.0, 0.15])
def test_light_watermarks_that_lie_level_across_cells_are_left_out(alpha: float) -> None:
    def draw(canvas: Canvas) -> None:
        shade = 0.85 if alpha == 1 else 0.0
        canvas.setFillColorRGB(shade, shade, shade, alpha=alpha)
        canvas.setFont(FONT, 30)
        canvas.drawString(100, 640, "内部资料2024严禁外传")
        canvas.setFillColorRGB(0, 0, 0, alpha=1)
        canvas.setFont(FONT, 12)
        draw_table(canvas, 72, 700)

    assert lines_of(draw)[0] == TABLE


def test_light_text_that_covers_nothing_is_text() -> None:
    """White heads on a dark ground, also below a watermark, grey notes, and a slanted stamp beside the text."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.1, 0.2, 0.5)
        canvas.rect(72, 676, 360, 24, fill=1)
        canvas.setFillGray(1)
        canvas.setFont(FONT, 15)
        for at, cell in enumerate(HEAD):
            canvas.drawString(76 + at * 120, 683, cell)
        canvas.setFillGray(0)
        canvas.setFont(FONT, 12)
        draw_table(canvas, 72, 700, [["", "", ""], *ROWS])
        canvas.setFillGray(0.6)
        canvas.drawString(72, 560, "注：数据为2023年。")
        canvas.saveState()
        canvas.translate(100, 640)
        canvas.rotate(30)
        canvas.setFillGray(0.85)
        canvas.setFont(FONT, 40)
        canvas.drawString(0, 0, "内部资料")
        canvas.restoreState()
        canvas.setFillGray(0)
        canvas.translate(300, 300)
        canvas.rotate(20)
        canvas.drawString(0, 0, "已作废")

    assert lines_of(draw)[0] == [*TABLE, "注：数据为2023年。", "已作废"]


def test_tables_inside_nested_forms_are_tables() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("inner", 0, 0, 600, 800)
        canvas.setFont(FONT, 12)
        draw_table(canvas, 0, 400)
        canvas.endForm()
        canvas.beginForm("outer", 0, 0, 900, 900)
        canvas.translate(30, 100)
        canvas.scale(0.8, 0.8)
        canvas.doForm("inner")
        canvas.endForm()
        canvas.setFont(FONT, 12)
        canvas.drawString(72, 780, "表一　各区情况")
        canvas.drawString(72, 300, PROSE)
        canvas.translate(40, 200)
        canvas.scale(1.1, 1.1)
        canvas.doForm("outer")

    assert lines_of(draw)[0] == ["表一 各区情况", *TABLE, PROSE]


def test_pages_that_are_pictures_are_named_and_seals_are_not() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(6):
            canvas.setFont(FONT, 12)
            if page in (1, 2, 4):
                canvas.drawImage(picture(60 + page), 60, 200, 480, 500)
            if page == 2:
                canvas.drawString(72, 780, "图一　各区分布")
            if page in (0, 3, 5):
                for at in range(12):
                    canvas.drawString(72, 760 - 24 * at, f"{page}{at}、{PROSE}")
                canvas.drawImage(picture(90), 380, 380, 110, 110)
            if page == 3:
                canvas.drawImage(picture(70), 72, 100, 400, 250)
            canvas.showPage()

    lines, unread = lines_of(draw)
    assert unread == [Unread("picture_pages", "p. 2–3, 5")]
    assert "图一 各区分布" in lines


def test_the_paper_behind_the_text_is_no_picture_page() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(2):
            canvas.setFont(FONT, 12)
            canvas.drawImage(picture(), 0, 0, WIDTH, HEIGHT)
            for at in range(12):
                if page == 0 or at == 5:
                    canvas.drawString(72 + page, 760 - 24 * at - page, f"{page}{at}、{PROSE}")
            canvas.showPage()

    assert lines_of(draw)[1] == []


def test_a_file_of_pictures_only_is_refused() -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(2):
            canvas.drawImage(picture(), 60, 100, 480, 600)
            canvas.showPage()

    with pytest.raises(ValueError, match="OCR"):
        lines_of(draw)


ARTICLES = [f"第{at}条　{PROSE}" for at in "一二三四五六"]


@pytest.mark.parametrize("order", [(5, 4, 3, 2, 1, 0), (0, 5, 1, 3, 2, 4), (4, 5, 2, 3, 0, 1)])
def test_a_page_drawn_out_of_order_is_read_from_the_top(order: Sequence[int]) -> None:
    def draw(canvas: Canvas) -> None:
        for at in order:
            canvas.drawString(72, 760 - 24 * at, ARTICLES[at])
        draw_table(canvas, 72, 500)
        canvas.drawString(300, 300, "松江市人民政府")
        canvas.drawString(220, 800, "松江市管理办法")

    lines = lines_of(draw)[0]
    expected = ["松江市管理办法", *(article.replace("　", " ") for article in ARTICLES)]
    assert lines == [*expected, *TABLE, "松江市人民政府"]


def test_columns_stay_whole_whatever_is_drawn_first() -> None:
    texts = [[f"第{column}栏第{at}行" for at in range(6)] for column in range(3)]

    def draw(canvas: Canvas) -> None:
        canvas.drawCentredString(WIDTH / 2, 30, "表格之下的说明")
        for column, lines in enumerate(texts):
            for at, line in enumerate(lines):
                canvas.drawString(60 + 170 * column, 760 - 20 * at, line)

    assert lines_of(draw)[0] == [*(line for lines in texts for line in lines), "表格之下的说明"]


def test_figures_that_the_file_gives_otherwise_are_named() -> None:
    """Two lines of a cell that is just as wide may be one figure or two."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 780, PROSE)
        canvas.showPage()
        canvas.setFont(FONT, 12)
        for x in (72, 132, 166):
            canvas.line(x, 700, x, 620)
        for y in (700, 660, 620):
            canvas.line(72, y, 166, y)
        for at, year in enumerate(("2019", "2020")):
            canvas.drawString(137, 684 - 16 * at, year)
        canvas.drawString(76, 675, "年份")
        canvas.drawString(76, 635, "户数")
        canvas.drawString(137, 635, "45")

    _, unread = lines_of(draw)
    assert unread == [Unread("order", "p. 2: 20192020")]


def test_figures_are_compared_as_whole_figures() -> None:
    assert figures_apart(["总额1761.48万元", "其中12户"], "总额1 761.48万元，12户") == ["1761.48"]
    assert figures_apart(["1 761.48"], "1761.48") == ["1", "761.48"]
    assert figures_apart(["1,234,567", "3.14"], "1,234,\n567 3\n.14") == []
    assert figures_apart(["1,234,567.8"], "1,2\n34,5\n67.8") == []
    assert figures_apart(["20192020"], "2019\n2020") == ["20192020"]


def test_page_numbers_are_given_as_spans() -> None:
    assert page_list([1, 2, 5, 7, 8, 9]) == "p. 1–2, 5, 7–9"


@pytest.mark.parametrize("first", [0, 1])
def test_the_title_that_running_heads_repeat_is_kept(first: int) -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(4):
            canvas.setFont(FONT, 9)
            if page >= first:
                canvas.drawCentredString(WIDTH / 2, 810, "松江市管理办法")
            canvas.setFont(FONT, 20)
            if not page:
                canvas.drawCentredString(WIDTH / 2, 760, "松江市管理办法")
            canvas.setFont(FONT, 12)
            for at in range(page, page + 9):
                canvas.drawString(72, 720 - 24 * at, ARTICLES[at % 6])
            canvas.showPage()

    assert [line for line in lines_of(draw)[0] if "管理办法" in line] == ["松江市管理办法"]
