"""Laws 1 and 2: passages and sentences are exact slices of one section and lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bearing_qa.document.ingest import read_corpus
from bearing_qa.document.parse import parse
from bearing_qa.document.passages import MAX_CHARS, split_sentences
from bearing_qa.document.raw_text import RawText
from bearing_qa.types import Parsed
from tests.conftest import CORPUS, parse_all, shared, write_tiny


def parse_text(text: str, *, source: str = "x.txt") -> Parsed:
    return parse(RawText("x", text, "utf-8"), metadata={}, source=source)


def check_laws(parsed: Parsed) -> None:
    text = parsed.document.text
    assert "".join(text[s.start : s.end] for s in parsed.sections) == text
    covered = bytearray(len(text))
    for section in parsed.sections:
        covered[section.start : section.head_end] = b"\1" * (section.head_end - section.start)
    for passage in parsed.passages:
        section = parsed.sections[passage.section]
        body = text[passage.start : passage.end]
        assert body == body.strip() != ""
        assert section.start <= passage.start < passage.end <= section.end
        assert len(body) <= MAX_CHARS or passage.kind in ("row", "table", "heading")
        covered[passage.start : passage.end] = b"\1" * len(body)
        reached = passage.start
        for sentence in passage.sentences:
            assert reached <= sentence.start < sentence.end <= passage.end
            assert not text[reached : sentence.start].strip()
            reached = sentence.end
        assert not text[reached : passage.end].strip()
    lost = [char for at, char in enumerate(text) if not covered[at] and not char.isspace()]
    assert not lost


@pytest.mark.parametrize("corpus", ["speech", "tiny"])
def test_laws_on_small_corpora(corpus: str, tmp_path: Path) -> None:
    folder = CORPUS if corpus == "speech" else write_tiny(tmp_path)
    for parsed in read_corpus(folder):
        assert isinstance(parsed, Parsed)
        check_laws(parsed)


def test_laws_on_policy_documents() -> None:
    folder = shared("data", "policy_docs")
    files = [*sorted(folder.glob("*/*.txt")), *sorted(folder.glob("*/*.md"))]
    for path in [*files, *sorted(folder.glob("*/*.html"))[::6]]:
        (parsed,) = parse_all(path)
        check_laws(parsed)


@settings(max_examples=60)
@given(st.text(alphabet="轴承发展，。；：“”！？、（一）1.\n 兲A|%", max_size=900))
def test_laws_on_any_text(text: str) -> None:
    check_laws(parse_text(text))


def test_sentences_end_at_marks_with_their_closing_quotes_and_not_inside_figures() -> None:
    text = "他说：“可以。”增长1.5%；不得超过3.2万元！为什么？\n下一行"
    spans = split_sentences(text, start=0, end=len(text))
    assert [text[s.start : s.end] for s in spans] == [
        "他说：“可以。”",
        "增长1.5%；",
        "不得超过3.2万元！",
        "为什么？",
        "下一行",
    ]


def test_long_paragraphs_are_divided_evenly_at_sentence_ends() -> None:
    sentence = "这是一个用来测试分段的句子，它有二十几个字。"
    parsed = parse_text(sentence * 40)
    lengths = [passage.end - passage.start for passage in parsed.passages]
    assert max(lengths) <= MAX_CHARS
    assert min(lengths) >= 0.5 * max(lengths)
    text = parsed.document.text
    assert all(text[p.start : p.end].endswith("。") for p in parsed.passages)


def test_text_without_any_mark_is_divided_too() -> None:
    check_laws(parse_text("发" * 5000))
    check_laws(parse_text("发展，" * 3000 + "。"))


def test_short_paragraphs_of_a_section_are_taken_together_but_never_across_sections() -> None:
    parsed = parse_text("一、甲\n短句一。\n短句二。\n二、乙\n短句三。")
    bodies = [parsed.document.text[p.start : p.end] for p in parsed.passages if p.kind == "text"]
    assert bodies == ["短句一。\n短句二。", "短句三。"]


def test_front_matter_and_closing_date_are_passages_of_their_own(speech: Parsed) -> None:
    text = speech.document.text
    fronts = [text[p.start : p.end] for p in speech.passages if p.kind == "front"]
    assert fronts[0].endswith("中国轴承工业协会理事长  周宇")
    assert fronts[1] == "2024.11.24"


def test_a_row_is_indexed_with_its_tables_caption() -> None:
    """Neither a heading nor a row of the table before is a caption, and without one there is no blank."""
    text = (
        "渔业年报\n\n渔业年报说明全年情况。\n一、产量\n表1：海水产品\n年份 产量 增长\n2022 120 5%\n2023 130 8%\n"
        "表2：淡水产品\n单位：万吨\n年份 产量 增长\n2022 60 1%\n2023 70 2%\n二、船只\n年份 艘数 增长\n2022 9 1%\n2023 8 2%\n"
    )
    parsed = parse_text(text)
    contexts = [passage.context for passage in parsed.passages if passage.kind == "row"]
    assert contexts[::2] == [
        "渔业年报 一、产量 表1：海水产品 年份 2022；产量 120；增长 5%",
        "渔业年报 一、产量 表2：淡水产品 单位：万吨 年份 2022；产量 60；增长 1%",
        "渔业年报 二、船只 年份 2022；艘数 9；增长 1%",
    ]


def test_a_stop_within_brackets_ends_no_sentence() -> None:
    text = "建设平台。（牵头单位：甲局；配合单位：乙局）另建网站；再建App。"
    said = [text[s.start : s.end] for s in split_sentences(text, start=0, end=len(text))]
    assert said == ["建设平台。", "（牵头单位：甲局；配合单位：乙局）另建网站；", "再建App。"]


NOTICE = """云港市人民政府办公室关于加强
潮汐电站运行管理工作的通知
云政办发〔2017〕38号
各县（区）人民政府，市政府各部门：
为规范潮汐电站运行，经市政府同意，现就有关事项通知如下。
一、明确范围
本通知所称潮汐电站，是指利用海水涨落发电、装机容量1兆瓦以上的设施。潮汐电站全年运行不少于200天。
潮汐电站应当配备观测设备。坝体附近水流湍急，稍有风浪就难以停靠。故暂不开放游船观光。
二、加强领导
成立潮汐电站工作领导小组，负责统筹协调。
总指挥：市水务局主要负责人。
副总指挥：市水务局分管负责人、市海事局主要负责人。
组　长：韩　岚　　副市长
副组长：丁学海　　市政府副秘书长
　　　　林若溪　　市水务局局长
成　员：何建川　　市海事局副局长
（一）各县（区）主管部门要明确一位负责同志分管潮汐电站工作。
（二）各电站要建立值班制度。值班记录保存三年。
云港市人民政府办公室
2017年9月6日
（此件公开发布）
附件：潮汐电站巡检要点
巡检内容包括闸门、水轮机和电缆。
（云港市海事局　二〇一七年八月二十日）
本要点自发布之日起施行。
云港市水务局
二〇一七年八月二十一日
"""


def test_addressees_and_signatures_are_front_matter_wherever_they_stand() -> None:
    parsed = parse_text(NOTICE)
    text = parsed.document.text
    front = [text[p.start : p.end] for p in parsed.passages if p.kind == "front"]
    assert front[1:] == [
        "各县（区）人民政府，市政府各部门：",
        "云港市人民政府办公室\n2017年9月6日\n（此件公开发布）",
        "（云港市海事局　二〇一七年八月二十日）",
        "云港市水务局\n二〇一七年八月二十一日",
    ]


def test_whom_a_document_is_copied_to_is_no_part_of_its_last_section() -> None:
    text = (
        "渡口管理办法\n第一条 渡口每日巡查。\n第二条 本办法由海事局解释。\n云港市海事局\n2024年3月1日\n"
        "抄送：市委办公室，市人大办公室。\n云港市海事局办公室　2024年3月2日印发\n"
    )
    parsed = parse_text(text)
    check_laws(parsed)
    said = [(p.kind, parsed.document.text[p.start : p.end]) for p in parsed.passages]
    assert said[-3:] == [
        ("text", "本办法由海事局解释。"),
        ("front", "云港市海事局\n2024年3月1日"),
        ("front", "抄送：市委办公室，市人大办公室。\n云港市海事局办公室　2024年3月2日印发"),
    ]
