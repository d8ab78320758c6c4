"""OFD files, written here as the standard's structure has it, are read as they look."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pytest

from bearing_qa.document.extract import extract
from bearing_qa.errors import DocumentError
from bearing_qa.types import Unread
from tests.conftest import parse_all
from tests.damaging import damaged, withstands

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
EM = 5.0
"""Millimetres of a sign here."""


def text(
    x: float, y: float, words: str, *, size: float = EM, more: str = "", deltas: str = ""
) -> str:
    """A text object whose base line begins at a place of the page, in millimetres from the top left."""
    steps = deltas or (f'DeltaX="g {len(words) - 1} {size:g}"' if len(words) > 1 else "")
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y - size} 180 8" Font="1" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size}" {steps}>{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    box = f"{min(x0, x1)} {min(y0, y1)} {abs(x1 - x0)} {abs(y1 - y0)}"
    return (
        f'<ofd:PathObject ID="8" Boundary="{box}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def table(x: float, y: float, rows: Sequence[Sequence[str]], *, width: float = 40) -> str:
    """A ruled table, rows of 8 mm."""
    down, across = len(rows), len(rows[0])
    parts = [rule(x, y + 8 * at, x + width * across, y + 8 * at) for at in range(down + 1)]
    parts += [rule(x + width * at, y, x + width * at, y + 8 * down) for at in range(across + 1)]
    for r, row in enumerate(rows):
        parts += [
            text(x + 1 + width * c, y + 6.5 + 8 * r, cell) for c, cell in enumerate(row) if cell
        ]
    return "".join(parts)


@dataclass
class Writer:
    """Writes a document of pages, each the objects of its body layer."""

    pages: list[str] = field(default_factory=list)
    template: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    document: str = ""
    resources: str = ""

    def content(self, body: str, *, use: str = "") -> str:
        return (
            f"<ofd:Page {NS}><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>{use}"
            f'<ofd:Content><ofd:Layer ID="2" Type="Body">{body}</ofd:Layer></ofd:Content></ofd:Page>'
        )

    def save(self, path: Path) -> Path:
        use = '<ofd:Template TemplateID="7" ZOrder="Background"/>' if self.template else ""
        listed = (
            '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if self.template else ""
        )
        named = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" if self.resources else ""
        pages = "".join(
            f'<ofd:Page ID="{at}" BaseLoc="Pages/Page_{at}/Content.xml"/>'
            for at in range(len(self.pages))
        )
        parts = {
            "OFD.xml": f'<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea>"
            f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{named}{listed}</ofd:CommonData>"
            f"<ofd:Pages>{pages}</ofd:Pages>{self.document}</ofd:Document>",
            **{
                f"Doc_0/Pages/Page_{at}/Content.xml": self.content(body, use=use)
                for at, body in enumerate(self.pages)
            },
            **(
                {"Doc_0/Tpls/Tpl_0/Content.xml": self.content(self.template)}
                if self.template
                else {}
            ),
            **({"Doc_0/DocumentRes.xml": self.resources} if self.resources else {}),
            **self.extra,
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return path


def written(path: Path, *pages: str) -> str:
    return extract(Writer(list(pages)).save(path / "a.ofd")).text


def reason(path: Path) -> str:
    with pytest.raises(DocumentError) as told:
        extract(path)
    assert "\n" not in str(told.value)
    return str(told.value)


WRAPPED = [
    "　　为加快推进渔业发展，提高水产品供给能力，促进渔民增收，根据有关规",
    "定，结合我市实际，制定本规划。到二〇二五年，全市水产品总产量达到三",
    "十五万吨，其中养殖产量占比不低于百分之八十。",
]


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not(tmp_path: Path) -> None:
    body = text(80, 30, "渔业发展规划", size=7)
    for at, line in enumerate([*WRAPPED, "一、总体要求", "　　坚持生态优先。"]):
        body += text(20, 50 + 9 * at, line)
    Writer([body]).save(tmp_path / "规划.ofd")
    (parsed,) = parse_all(tmp_path / "规划.ofd")
    assert parsed.document.title == "渔业发展规划"
    assert "".join(WRAPPED).strip("　") in parsed.document.text.split("\n")
    assert [parsed.path(s.index)[-1] for s in parsed.sections[1:]][-1] == "一、总体要求"


def test_text_is_read_by_place_whatever_the_order_in_the_file(tmp_path: Path) -> None:
    body = text(20, 60, "第二行在下面。") + text(20, 40, "第一行在上面。")
    assert written(tmp_path, body).split("\n") == ["第一行在上面。", "第二行在下面。"]


def test_signs_drawn_later_and_steps_one_by_one_make_one_line(tmp_path: Path) -> None:
    """Quotation marks of another font come last; steps may be listed, repeated, or left to the font."""
    body = text(20, 40, "坚持十四五规划", deltas='DeltaX="5 10 g 2 5 10 5"') + text(30, 40, "“")
    body += text(50, 40, "”") + text(20, 60, "按字体排", deltas=" ") + text(40, 60, "的字")
    assert written(tmp_path, body).split("\n") == ["坚持“十四五”规划", "按字体排的字"]


def test_matrix_and_stretch_of_a_text_are_heeded(tmp_path: Path) -> None:
    """Signs of size 1 made five times as large; a smaller sign above the base line stays on its line."""
    big = (
        '<ofd:TextObject ID="1" Boundary="20 40 100 8" Font="1" Size="1" CTM="5 0 0 5 0 0">'
        '<ofd:TextCode X="0" Y="1" DeltaX="g 3 1">甲为乙。</ofd:TextCode></ofd:TextObject>'
    )
    assert written(tmp_path, big + text(40, 45, "丙为丁。")) == "甲为乙。丙为丁。"


def test_ruled_tables_are_rows_with_merged_cells(tmp_path: Path) -> None:
    rows = [["年份", "产量（万吨）", "增长"], ["2022", "33.0", "4.8%"], ["2023", "35.2", "6.7%"]]
    body = text(20, 30, "下表为产量。") + table(20, 40, rows) + text(20, 80, "以上为产量。")
    assert written(tmp_path, body).split("\n") == [
        "下表为产量。", "年份 | 产量（万吨） | 增长", "2022 | 33.0 | 4.8%", "2023 | 35.2 | 6.7%", "以上为产量。",
    ]  # fmt: skip
    Writer([body]).save(tmp_path / "b.ofd")
    (parsed,) = parse_all(tmp_path / "b.ofd")
    assert parsed.tables[0].rows[1].cells == ("2023", "35.2", "6.7%")


def test_a_ground_of_colour_is_no_table(tmp_path: Path) -> None:
    ground = (
        '<ofd:PathObject ID="8" Boundary="20 34 100 8" Stroke="false" Fill="true">'
        "<ofd:AbbreviatedData>M 0 0 L 100 0 L 100 8 L 0 8 C</ofd:AbbreviatedData></ofd:PathObject>"
    )
    body = (
        ground
        + ground.replace("20 34", "120 34")
        + text(20, 40, "此行有底色，不是表格，也不能拆开来看。")
    )
    assert "|" not in written(tmp_path, body)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = "".join(text(20, 40 + 9 * at, f"左栏第{at}行，写到栏边为止，") for at in range(6))
    right = "".join(text(110, 40 + 9 * at, f"右栏第{at}行，写到栏边为止，") for at in range(6))
    found = written(tmp_path, left + right)
    assert found.index("左栏第5行") < found.index("右栏第0行")


def test_pages_keep_their_numbers_and_lose_head_and_foot(tmp_path: Path) -> None:
    pages = [
        text(20, 15, "河湾市人民政府公报") + text(20, 60, body) + text(100, 285, f"— {at} —")
        for at, body in enumerate(
            ["第一条 本办法适用于渔业。", "第二条 渔业包括养殖。", "第三条 自印发之日起施行。"], 1
        )
    ]
    Writer(pages).save(tmp_path / "a.ofd")
    (parsed,) = parse_all(tmp_path / "a.ofd")
    document = parsed.document
    assert "公报" not in document.text
    assert "—" not in document.text
    at = document.text.index("第三条")
    assert document.pages_of(at, at + 3) == (3, 3)


def test_templates_belong_to_the_page_and_watermarks_and_hidden_text_do_not(tmp_path: Path) -> None:
    slanted = (
        '<ofd:TextObject ID="1" Boundary="20 100 100 100" Font="1" Size="9" CTM="0.7 -0.7 0.7 0.7 0 0">'
        '<ofd:TextCode X="0" Y="9" DeltaX="g 3 9">内部资料</ofd:TextCode></ofd:TextObject>'
    )
    body = text(60, 40, "张三") + slanted + text(20, 60, "看不见的字", more='Visible="false"')
    path = Writer([body], template=text(20, 40, "申请人姓名：")).save(tmp_path / "a.ofd")
    assert extract(path).text == "申请人姓名： 张三"


def test_drawn_units_of_the_resources_are_read(tmp_path: Path) -> None:
    resources = (
        f'<ofd:Res {NS}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="5" Width="100" Height="9">'
        f"<ofd:Content>{text(0, 5, '单元里的字。')}</ofd:Content></ofd:CompositeGraphicUnit>"
        "</ofd:CompositeGraphicUnits></ofd:Res>"
    )
    body = '<ofd:CompositeObject ID="6" Boundary="20 40 100 9" ResourceID="5"/>' + text(
        20, 60, "页上的字。"
    )
    path = Writer([body], resources=resources).save(tmp_path / "a.ofd")
    assert extract(path).text.split("\n") == ["单元里的字。", "页上的字。"]


def test_a_page_that_lies_on_its_side_or_is_written_downward_is_read(tmp_path: Path) -> None:
    down = "".join(
        text(180 - 9 * at, 40, line, deltas=f'DeltaY="g {len(line) - 1} 5"')
        for at, line in enumerate(["从右边的一列读起，", "再读左边的一列。"])
    )
    assert written(tmp_path, down).split("\n") == ["从右边的一列读起，", "再读左边的一列。"]


def test_bold_by_drawing_twice_is_read_once(tmp_path: Path) -> None:
    body = text(20, 40, "二〇二五年共11吨") + text(20.2, 40, "二〇二五年共11吨")
    assert written(tmp_path, body) == "二〇二五年共11吨"


def glyphs_only(x: float, y: float, code: str = "") -> str:
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - EM} 100 8" Font="3" Size="{EM}">'
        '<ofd:CGTransform CodePosition="0" CodeCount="4" GlyphCount="4"><ofd:Glyphs>11 12 13 14</ofd:Glyphs>'
        f'</ofd:CGTransform><ofd:TextCode X="0" Y="{EM}" DeltaX="g 3 {EM}">{code}</ofd:TextCode></ofd:TextObject>'
    )


@pytest.mark.parametrize("code", ["", "\ue001\ue002\ue003\ue004", "□□□□", "    "], ids=repr)
def test_signs_that_the_font_alone_knows_are_told(code: str, tmp_path: Path) -> None:
    pages = [
        text(20, 40, "第一页能读，也完整。"),
        text(20, 40, "第二页的这一行能读。") + glyphs_only(20, 60, code),
    ]
    given = extract(Writer(pages).save(tmp_path / "a.ofd"))
    found, unread = given.text, given.unread
    assert found == "第一页能读，也完整。\n\f\n第二页的这一行能读。"
    assert unread == (Unread("font", "p. 2"),)


def test_an_unknown_sign_in_a_line_leaves_a_mark_so_that_no_figure_is_made_up(
    tmp_path: Path,
) -> None:
    body = text(20, 40, "到二〇二五年总产量达到3\ue0005.2万吨") + text(20, 60, "\uf06c坚持生态优先")
    body += "".join(text(20, 80 + 9 * at, f"第{at}段写的是别的事情，一字不缺。") for at in range(5))
    given = extract(Writer([body]).save(tmp_path / "a.ofd"))
    found, unread = given.text, given.unread
    assert found.split("\n")[:2] == ["到二〇二五年总产量达到3\ufffd5.2万吨", "坚持生态优先"]
    assert unread == (Unread("font", "p. 1"),)
    assert "use OCR" in reason(Writer([glyphs_only(20, 40)]).save(tmp_path / "b.ofd"))


PICTURE = '<ofd:ImageObject ID="4" Boundary="0 0 210 297" ResourceID="5"/>'


def test_pages_of_pictures_are_told(tmp_path: Path) -> None:
    pages = [
        text(20, 40, "只有第一页有字。"),
        PICTURE,
        PICTURE,
        text(20, 40, "还有第四页。"),
        PICTURE,
    ]
    given = extract(Writer(pages).save(tmp_path / "a.ofd"))
    _, unread = given.text, given.unread
    assert unread == (Unread("picture_pages", "p. 2–3"), Unread("picture_pages", "p. 5"))
    assert "use OCR" in reason(Writer([PICTURE]).save(tmp_path / "b.ofd"))


@pytest.mark.parametrize("after", [0, 1])
def test_pages_keep_their_numbers_behind_pictures(after: int, tmp_path: Path) -> None:
    pages = [PICTURE, PICTURE, text(20, 40, "第三页。"), *[text(20, 40, "第四页。")] * after]
    document = parse_all(Writer(pages).save(tmp_path / "a.ofd"))[0].document
    at = document.text.index("第三页")
    assert document.pages_of(at, at + 3) == (3, 3)


def test_attached_files_are_told(tmp_path: Path) -> None:
    listed = f'<ofd:Attachments {NS}><ofd:Attachment ID="1" Name="清单.xlsx"/></ofd:Attachments>'
    writer = Writer(
        [text(20, 40, "附件另见。")],
        document="<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>",
    )
    writer.extra["Doc_0/Attachs/Attachments.xml"] = listed
    assert extract(writer.save(tmp_path / "a.ofd")).unread == (Unread("object", "清单.xlsx"),)


def test_encrypted_and_unsound_files_get_one_clear_line(tmp_path: Path) -> None:
    writer = Writer([text(20, 40, "正文。")], extra={"Encryptions.xml": "<a/>"})
    assert "it is encrypted" in reason(writer.save(tmp_path / "a.ofd"))
    (tmp_path / "b.ofd").write_bytes(b"no zip")
    assert "no sound OFD file" in reason(tmp_path / "b.ofd")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("other.xml", "<a/>")
    (tmp_path / "c.ofd").write_bytes(packed.getvalue())
    assert "it has no OFD.xml" in reason(tmp_path / "c.ofd")


def test_counts_that_promise_too_much_do_no_harm(tmp_path: Path) -> None:
    body = text(20, 40, "甲为乙。", deltas='DeltaX="g 999999999 5"')
    body += '<ofd:CompositeObject ID="6" Boundary="0 0 9 9" ResourceID="5"/>'
    inner = '<ofd:CompositeObject ID="6" Boundary="0 0 9 9" ResourceID="5"/>'
    resources = (
        f'<ofd:Res {NS}><ofd:CompositeGraphicUnit ID="5"><ofd:Content>{inner}</ofd:Content>'
        "</ofd:CompositeGraphicUnit></ofd:Res>"
    )
    assert extract(Writer([body], resources=resources).save(tmp_path / "a.ofd")).text == "甲为乙。"


def test_damaged_files_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    rows = [["年份", "产量"], ["2022", "33.0"]]
    body = "".join(text(20, 40 + 9 * at, line) for at, line in enumerate(WRAPPED)) + table(
        20, 90, rows
    )
    sound = Writer([body, body]).save(tmp_path / "a.ofd").read_bytes()
    assert withstands(tmp_path / "b.ofd", damaged(sound, count=200, seed=1)) > 100


def test_damaged_content_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    """The same with sound zips around the damage, so that our own reader meets it."""
    body = "".join(text(20, 40 + 9 * at, line) for at, line in enumerate(WRAPPED)) + table(
        20, 90, [["年份", "产量"], ["2022", "33.0"]]
    )

    def forms() -> list[bytes]:
        found = []
        whole = Writer().content(body).encode()
        for part in damaged(whole, count=200, seed=2):
            path = Writer([body]).save(tmp_path / "c.ofd")
            with zipfile.ZipFile(path) as old:
                parts = {name: old.read(name) for name in old.namelist()}
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as new:
                for name, content in parts.items():
                    new.writestr(name, part if name.endswith("Page_0/Content.xml") else content)
            found.append(out.getvalue())
        return found

    withstands(tmp_path / "d.ofd", iter(forms()))
