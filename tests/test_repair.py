"""Repair fixes what is broken, keeps what is not, and its offset map is exact."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.document.formats.lines import table_lines
from bearing_qa.document.glyphs import GLYPHS, QUOTES
from bearing_qa.document.repair import repair
from bearing_qa.types import Parsed
from tests.conftest import CORPUS, parse_all, shared

PAGED = "\n".join(
    [
        " 关于加强河道管理的意见 ",
        "",
        "河道是重要的基础设施，各地要高度重视，把河道管理摆在更加突出的位置，切",
        "",
        "实负起责任，建立长效机制，确保行洪安全和供水安全，为发展提供有力的支",
        "",
        "撑。 ",
        "",
        "各级主管部门要按照职责分工，密切配合，形成合力，共同做好各项工作，及",
        " 时总结经验，推广好的做法，对工作不力的地方要通报批评，限期整改，直至问",
        "",
        "题解决。 ",
        "",
        "一、总体要求 ",
        "",
        "坚持节水优先，统筹兼顾。 ",
    ]
)


def without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text)


def comes_from(repaired: str, raw: str) -> bool:
    """Law 3: apart from blanks, every repaired character is a raw one, in order."""
    rest = iter(without_blanks(raw))
    return all(
        any(
            char == source or GLYPHS.get(source) == char or char in QUOTES.get(source, "")
            for source in rest
        )
        for char in without_blanks(repaired)
    )


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("兲键仸务的配臵", "关键任务的配置", "glyph"),
        ("⼯业⻓期发展", "工业长期发展", "glyph"),
        ("‚十四五‛规划", "“十四五”规划", "quote"),
        ("作为‚新增长引擎‚写入", "作为“新增长引擎”写入", "quote"),
        ("要“重点发展‛；", "要“重点发展”；", "quote"),
        (
            "机器人产业发展很快，服务机器人和工业机器人都在增长。人形机器 人各环节所用的轴承 种类多样，前景广阔。",
            "机器人产业发展很快，服务机器人和工业机器人都在增长。人形机器人各环节所用的轴承 种类多样，前景广阔。",
            "stray",
        ),
    ],
)
def test_each_rule_mends_its_fault_and_counts_it(before: str, after: str, rule: str) -> None:
    repaired = repair(before)
    assert repaired.text == after
    assert repaired.counts[rule] > 0


def test_page_numbers_that_count_up_go_and_make_pages() -> None:
    text = "\n".join(f"第{at}页上的话说完了。\n— {at} —" for at in range(1, 5))
    repaired = repair(text)
    assert repaired.text.split("\n") == [f"第{at}页上的话说完了。" for at in range(1, 5)]
    assert repaired.counts["furniture"] == 4
    assert [repaired.text[start:][:3] for start in repaired.page_starts] == [
        "第1页",
        "第2页",
        "第3页",
        "第4页",
    ]


def test_headers_at_page_marks_go_and_rows_of_figures_stay() -> None:
    pages = [
        f"河湾公报 第{at}期\n20{at} 12 34\n第{at}句话。\n20{at} 56 78\n{at}" for at in range(10, 15)
    ]
    repaired = repair("\f".join(pages))
    assert repaired.text.split("\n") == [
        line for at in range(10, 15) for line in (f"20{at} 12 34", f"第{at}句话。", f"20{at} 56 78")
    ]


def test_lines_like_page_numbers_that_do_not_count_up_stay() -> None:
    text = "甲方：\n— 7 —\n乙方：\n— 3 —\n丙方：\n— 9 —"
    assert repair(text).text == text


def test_broken_latin_words_are_made_whole_only_where_the_whole_word_is_known() -> None:
    prose = "The manufacturing of bearings is old; the well-"
    lines = ["bearing manufac-\x1f", "turing in a well-\x1f", "known city.", prose]
    repaired = repair("\n".join(lines))
    assert repaired.text == f"bearing manufacturing in a well-known city.\n{prose}"
    assert repaired.counts["hyphen"] == 1


def test_markup_goes_and_its_depths_stay() -> None:
    repaired = repair("# 规划\n<!-- 注 -->\n## **一、总则**\n本**规划**共3*4=12项。", markdown=True)
    assert repaired.text == "规划\n一、总则\n本规划共3*4=12项。"
    assert repaired.depths == {0: 1, 3: 2}


def test_marks_and_invisible_characters_go_together() -> None:
    text = "**轴承**产\u200b业见[附\u200b件](a\u200b.md)"
    assert repair(text, markdown=True).text == "轴承产业见附件"


def test_invisible_characters_go() -> None:
    assert repair("轴\u200b承\u00ad产\u202e业").text == "轴承产业"


def test_a_single_rare_character_may_be_meant() -> None:
    text = "仸先生说：“兲”字少见。"
    assert repair("仸先生说字少见。").text == "仸先生说字少见。"
    assert repair(text).text == "任先生说：“关”字少见。"


def test_wrapped_lines_are_joined_where_the_file_wraps_and_pages_are_kept() -> None:
    repaired = repair(PAGED)
    assert repaired.text.split("\n") == [
        "关于加强河道管理的意见",
        "河道是重要的基础设施，各地要高度重视，把河道管理摆在更加突出的位置，切实负起责任，"
        "建立长效机制，确保行洪安全和供水安全，为发展提供有力的支撑。",
        "各级主管部门要按照职责分工，密切配合，形成合力，共同做好各项工作，及时总结经验，"
        "推广好的做法，对工作不力的地方要通报批评，限期整改，直至问题解决。",
        "一、总体要求",
        "坚持节水优先，统筹兼顾。",
    ]
    second = repaired.page_starts[1]
    assert repaired.text[second:].startswith("时总结经验")


def test_lines_of_a_file_that_does_not_wrap_are_left_alone() -> None:
    text = "\n".join(f"第{number}项工作要抓紧落实到位，不得拖延" for number in range(10, 30))
    assert repair(text).text == text


def test_prose_wrapped_at_one_width_is_joined() -> None:
    prose = (
        "各地要切实加强组织领导，明确责任分工。有关部门要按照职责抓好督促检查，确保任务落到实处" * 8
    )
    lines = [prose[at : at + 30] for at in range(0, len(prose), 30)]
    assert repair("一、组织领导\n" + "\n".join(lines) + "。").text == f"一、组织领导\n{prose}。"


def test_form_feeds_are_page_marks() -> None:
    repaired = repair("第一页的话。\n\f第二页的话。\f第三页的话。\n\f")
    assert [repaired.text[start:][:3] for start in repaired.page_starts] == [
        "第一页",
        "第二页",
        "第三页",
    ]


def test_the_speech_has_sixteen_pages_and_every_offset_leads_home(speech: Parsed) -> None:
    document = speech.document
    raw = (CORPUS / "speech.txt").read_text(encoding="utf-8")
    assert [page.number for page in document.pages] == list(range(1, 17))
    for at, char in enumerate(document.text):
        source = raw[document.raw_offset(at)]
        same = char == source or GLYPHS.get(source) == char or char in QUOTES.get(source, "")
        assert same or char == "\n" or (char == " " and source == "\n")
    assert comes_from(document.text, raw)


def test_the_speech_equals_its_hand_checked_repair(speech: Parsed) -> None:
    gold = shared("gold", "speech_repaired.txt").read_text(encoding="utf-8")
    assert without_blanks(speech.document.text) == without_blanks(gold)
    assert len(speech.document.text.split("\n")) == len(gold.strip().split("\n"))


LINES = st.lists(
    st.text(alphabet="轴承发展，。‚‛“”兲 一二（）1.\f\u3000A%\t", max_size=40), max_size=30
).map("\n".join)


@given(st.one_of(st.text(), LINES))
def test_any_text_is_repaired_once_and_for_all_and_nothing_is_invented(raw: str) -> None:
    repaired = repair(raw)
    assert repair(repaired.text).text == repaired.text
    assert comes_from(repaired.text, raw)
    assert repaired.page_starts[0] == 0
    assert list(repaired.page_starts) == sorted(set(repaired.page_starts))


@given(st.integers(min_value=10, max_value=40), st.integers(min_value=8, max_value=30))
def test_evenly_wrapped_text_is_repaired_once_and_for_all(width: int, lines: int) -> None:
    prose = "发展轴承产业链。各地要抓好落实，" * width * lines
    raw = "\n".join(prose[at * width : (at + 1) * width] for at in range(lines))
    once = repair(raw).text
    assert repair(once).text == once


def test_policy_documents_keep_their_lines() -> None:
    """Texts with one paragraph a line are not joined, whatever their line lengths."""
    for path in sorted(Path(shared("data", "policy_docs")).glob("*/*.txt"))[::7]:
        raw = path.read_text(encoding="utf-8")
        repaired = repair(raw)
        assert "wrapped" not in repaired.counts, path.name
        assert comes_from(repaired.text, raw), path.name


def test_markdown_that_is_no_text_goes_and_code_holds_no_headings() -> None:
    raw = "---\ntitle: 规划\n---\n## 一、总则 ##\n见[附件](a.md)，~~作废~~。\n```\n# 注\n```\n<!--\n# 藏\n-->\n__二、附则__"
    repaired = repair(raw, markdown=True)
    assert repaired.text == "一、总则\n见附件，作废。\n```\n# 注\n```\n二、附则"
    assert repaired.depths == {0: 2}


@pytest.mark.parametrize("end", ["\v", "\x85", "\u2028", "\u2029", "\n\v", "\r\n\u2028"])
def test_every_sign_that_ends_a_line_does_and_offsets_lead_home(end: str, tmp_path: Path) -> None:
    said = ["渡口管理规定", "第一条 渡口每日巡查。", "第二条 夜间停航。", "第三条 大风停航。"]
    raw = end.join(said)
    assert repair(raw.replace("\r", "")).text.split("\n") == said
    (tmp_path / "a.txt").write_bytes(raw.encode())
    (parsed,) = parse_all(tmp_path / "a.txt")
    document = parsed.document
    assert [section.marker for section in parsed.sections[1:]] == ["第一条", "第二条", "第三条"]
    kept = raw.replace("\r\n", "\n")
    homes = [kept[document.raw_offset(at)] for at, char in enumerate(document.text) if char != "\n"]
    assert homes == [char for char in document.text if char != "\n"]


def test_a_form_feed_inside_the_text_ends_a_line() -> None:
    assert repair("渡口管理规定\f第一条 停航。\v第二条 略。").text.count("\n") == 2


def test_line_ends_inside_a_cell_do_not_tear_its_row() -> None:
    rows = [["渡口", "时间"], ["柳林\v渡口", "6时\u2028至20时"]]
    assert list(table_lines(rows)) == ["渡口 | 时间", "柳林 渡口 | 6时 至20时"]


def test_line_ends_inside_a_value_of_json_do_not_tear_its_line(tmp_path: Path) -> None:
    line = '{"_id": "a", "title": "渡口", "text": "第一条 停航。\u2028第二条 复航。\\u000b第三条 略。"}'
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    (parsed,) = parse_all(tmp_path / "a.jsonl")
    assert [section.marker for section in parsed.sections[1:]] == ["第一条", "第二条", "第三条"]
