"""Lists and digests made from the outline, and how they and other passages are cut for the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.answer.units import Readable, of_passage, structures_at
from bearing_qa.document.digests import caption_of, digest_of, lists_of
from bearing_qa.encoders.reader_tokens import room_of_units
from bearing_qa.types import Parsed
from tests.conftest import parse_all


def _said(parsed: Parsed, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [parsed.document.text[start:end] for start, end in spans]


def _section(parsed: Parsed, words: str) -> int:
    return next(s.index for s in parsed.sections if words in s.title)


def test_the_digest_of_a_text_is_its_headings(plan: Parsed) -> None:
    said = _said(plan, digest_of(plan, plan.sections[0]))
    assert [words for words in said if words[0] in "一二三"] == [
        "一、总体要求",
        "二、主要任务",
        "三、申报材料",
    ]


def test_a_digest_has_each_item_in_order_with_its_first_sentence(plan: Parsed) -> None:
    said = _said(plan, digest_of(plan, plan.sections[_section(plan, "主要任务")]))
    text = "".join(said)
    assert text.index("突破关键技术") < text.index("建设产业集群") < text.index("培育人才队伍")
    assert "三年内培训2000人。" in text


def test_no_line_of_a_table_is_in_a_digest_or_a_list(tmp_path: Path) -> None:
    path = tmp_path / "公报.txt"
    rows = "".join(f"产品{at} | {at}0.5 | {at}.1%\n" for at in range(1, 9))
    path.write_text(
        "统计公报\n\n一、工业\n\n全年工业增长5%。\n\n表1 主要产品产量\n产品 | 产量（万吨） | 增速\n"
        f"{rows}\n企业利润增长3%。"
        + "各行业利润有升有降，" * 30
        + "。\n\n二、农业\n\n粮食增产。\n",
        encoding="utf-8",
    )
    parsed = parse_all(path)[0]
    (table,) = parsed.tables
    spans = [s for item in _all(parsed) if item.kind in ("digest", "list") for s in item.units]
    assert any("企业利润增长3%" in parsed.document.text[start:end] for start, end in spans)
    assert not [span for span in spans if span[0] < table.end and table.start < span[1]]


def test_a_list_has_its_lead_and_all_items(plan: Parsed) -> None:
    section = plan.sections[_section(plan, "申报材料")]
    said = [_said(plan, items) for items in lists_of(plan, section)]
    assert said[0][0] == "申报单位应当提交下列材料："
    assert [words[:3] for words in said[0][1:]] == ["（一）", "（二）", "（三）"]


def test_paragraphs_that_begin_alike_are_a_list(plan: Parsed) -> None:
    section = plan.sections[_section(plan, "总体要求")]
    said = [_said(plan, items)[-2:] for items in lists_of(plan, section)]
    assert ["坚持创新驱动。", "坚持绿色发展。"] in said


def test_a_table_knows_what_stands_above_it(plan: Parsed) -> None:
    """Its title here is the heading of its section."""
    assert caption_of(plan, plan.tables[0]) == "单位：万套"
    section = plan.section_at(plan.tables[0].start)
    assert plan.path(section)[-1] == "附件2 2023年度分市产量"


def _all(parsed: Parsed) -> list[Readable]:
    found = [of_passage(parsed, passage) for passage in parsed.passages]
    found += [item for s in parsed.sections for item in structures_at(parsed, s.index)]
    return [item for item in found if item is not None]


def test_every_unit_is_a_slice_in_the_text_s_order(plan: Parsed, speech: Parsed) -> None:
    for parsed in (plan, speech):
        for item in _all(parsed):
            assert list(item.units) == sorted(item.units)
            for (start, end), words in zip(item.units, item.texts, strict=True):
                said = parsed.document.text[start:end]
                assert said == said.strip() != ""
                assert said in words or item.kind != "row"


def test_a_row_is_read_by_its_cells_under_their_heads_and_caption(plan: Parsed) -> None:
    row = next(item for item in _all(plan) if item.kind == "row" and "洛阳" in item.texts[0])
    assert row.texts == ("市 洛阳；", "产量 900；", "增速 4.2%；")
    assert row.path.endswith("附件2 2023年度分市产量 单位：万套")
    assert _said(plan, row.units) == ["洛阳", "900", "4.2%"]


def test_a_heading_alone_is_not_read(plan: Parsed) -> None:
    heads = [passage for passage in plan.passages if passage.kind == "heading"]
    assert heads and all(of_passage(plan, passage) is None for passage in heads)


def test_a_list_that_one_passage_holds_is_not_read_twice(speech: Parsed) -> None:
    passages = [(p.start, p.end) for p in speech.passages if p.kind == "text"]
    for item in _all(speech):
        if item.kind == "list":
            first, last = item.units[0][0], item.units[-1][1]
            assert not any(start <= first and last <= end for start, end in passages)


@pytest.mark.parametrize(
    ("lengths", "most", "expected"),
    [
        ([5, 5], 20, [5, 5]),
        ([30, 5], 20, [15, 5]),
        ([30, 30, 2], 22, [10, 10, 2]),
        ([9] * 9, 20, [2] * 9),
    ],
)
def test_the_longest_units_are_cut_to_one_length(
    lengths: list[int], most: int, expected: list[int]
) -> None:
    assert room_of_units(lengths, most) == expected


def test_files_beside_are_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "空.txt"
    path.write_text("关于放假的通知\n\n各单位：\n五月一日放假一天。\n", encoding="utf-8")
    parsed = parse_all(path)[0]
    assert all(item.units for item in _all(parsed))
