"""A notice as offices issue it: who signed, when, under which number; posts, terms, reasons; what it does not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.document.parse import parse_file
from bearing_qa.index.build import build_index
from bearing_qa.search.quantities import has_document_number, has_person
from bearing_qa.search.reader import Reader
from bearing_qa.types import Parsed
from tests.conftest import BigramEncoder
from tests.test_answer import check_laws

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


@pytest.fixture
def notice_reader(tmp_path: Path, encoder: BigramEncoder) -> Reader:
    """A notice that forwards an annex; both are signed."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "notice.txt").write_text(NOTICE, encoding="utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    return Reader(tmp_path / "index", encoder=encoder)


def test_addressees_and_signatures_are_front_matter_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    parsed = next(iter(parse_file(path, doc_id="notice")))
    assert isinstance(parsed, Parsed)
    text = parsed.document.text
    front = [text[p.start : p.end] for p in parsed.passages if p.kind == "front"]
    assert front[1:] == [
        "各县（区）人民政府，市政府各部门：",
        "云港市人民政府办公室\n2017年9月6日\n（此件公开发布）",
        "（云港市海事局　二〇一七年八月二十日）",
        "云港市水务局\n二〇一七年八月二十一日",
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("这份通知落款是哪一天？", "2017年9月6日"),
        ("通知什么时候印发的？", "2017年9月6日"),
        ("通知的文号是多少？", "云政办发〔2017〕38号"),
        ("这份通知是谁印发的？", "云港市人民政府办公室"),
        ("谁当总指挥？", "总指挥：市水务局主要负责人"),
        ("领导小组的组长是谁？", "韩　岚"),  # names of two characters are printed wide
        (
            "云政办发〔2017〕38号的落款日期是什么？",
            "2017年9月6日",
        ),  # the number says which, not what
        ("海事局的要点是啥时候写的？", "二〇一七年八月二十日"),
        ("巡检要点从什么时候起施行？", "自发布之日起施行"),  # not the day of the signature
        ("领导小组的副组长有哪些人？", "林若溪"),  # on the line behind, without a label
        ("通知主送哪些单位？", "各县（区）人民政府，市政府各部门"),
        ("什么是潮汐电站？", "利用海水涨落发电"),
        ("潮汐电站为什么不开放游船观光？", "稍有风浪就难以停靠"),
        ("谁来分管潮汐电站工作？", "明确一位负责同志分管"),  # a paragraph that is also a heading
    ],
)
def test_what_a_notice_says_of_itself_and_of_its_posts(
    notice_reader: Reader, question: str, said: str
) -> None:
    answer = notice_reader.ask(question)
    assert not answer.refused, answer.reason
    assert said in answer.text
    check_laws(notice_reader, answer)


def test_a_deputy_is_not_the_office(notice_reader: Reader) -> None:
    assert "副总指挥" not in notice_reader.ask("谁当总指挥？").text
    assert "市海事局" in notice_reader.ask("谁当副总指挥？").text


@pytest.mark.parametrize(
    "question",
    [
        "潮汐电站的验收标准哪天修好？",  # the date of the signature is not that of all things
        "海岛风电每度补贴多少元？",
        "游船票价多少元？",
        "云政办发〔2019〕38号的落款日期是什么？",  # no document bears this number
    ],
)
def test_a_date_or_figure_of_other_things_is_no_answer(
    notice_reader: Reader, question: str
) -> None:
    answer = notice_reader.ask(question)
    assert answer.refused, answer.text


def test_names_and_numbers_as_notices_print_them() -> None:
    assert has_person("组　长：韩　正　　国务院副总理")
    assert not has_person("总指挥：市水务局主要负责人")
    assert has_document_number("国办发〔2018〕129号")
    assert has_document_number("中华人民共和国国务院令第722号")
    assert not has_document_number("2018年12月30日，第129号楼")
