"""A municipal plan: targets by year, tasks with whose they are, fines by degree, lists within a sentence."""

from __future__ import annotations

import pytest

from bearing_qa.document.passages import split_sentences
from bearing_qa.search.fitting import wanted_quantities
from bearing_qa.search.parts import with_matter
from bearing_qa.search.quantities import has_date, has_person, numbers
from bearing_qa.search.question import parse_question
from bearing_qa.search.reader import Reader
from tests.conftest import reader_over
from tests.test_answer import check_laws
from tests.test_search import SEGMENTER

PLAN = """石湾市渡槽修缮行动方案
一、年度指标
渡槽修缮年度指标见下表。
指标 | 单位 | 2024年（基期） | 2025年 | 2026年 | 2027年
当年修缮渡槽数 | 座 | 12 | 41 | 33 | 17
渡槽完好率 | % | 31.5 | 57 | 79 | 96
市级补助资金 | 万元 | 880 | 3650 | 2790 | 1680
二、重点任务
1. 建设渡槽监测平台。依托水利专网建设渡槽监测平台，2026年6月底前上线运行。（牵头单位：市水务局；配合单位：市数据局）
2. 规范夜间放水。在老城区设置不超过8处的放水口。（责任单位：市城管局）
三、资金支持
有下列情形之一的，不予补助，已经拨付的予以追回：提供虚假材料的；一年内发生垮塌的；擅自改变用途的。
渡槽维护单位应当办理责任保险。
四、保障措施
成立渡槽修缮工作专班，专班办公室主任由市水务局局长周海宁兼任。
更换后的闸门，其保修期自更换之日起重新计算。
擅自拆除渡槽的，由市水务局责令改正，可以处200元以下的罚款；情节严重的，处2000元以上2万元以下的罚款。
附件1
第一批修缮名单
东岭区（2处）：石桥渡槽、柳荫渡槽
西坪区（3处）：岭南渡槽、红星渡槽、松涛渡槽
北塘区（1处）：中心渡槽
附件2
进度安排
序号 | 工作内容 | 完成时限 | 责任单位
1 | 完成全市渡槽安全鉴定 | 5月31日前 | 市住建局
2 | 印发渡槽修缮改造图集 | 6月20日前 | 市水务局
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A plan with a table whose columns are years, a table of words, lists and fines."""
    return reader_over(tmp_path_factory.mktemp("tasks"), PLAN)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        # columns that are years, and a column of units
        ("到2027年渡槽完好率要达到多少？", "渡槽完好率：2027年 96 %"),
        ("2026年的渡槽完好率比2025年高多少个百分点？", "79 − 57 = 22 个百分点"),
        ("当年修缮渡槽数从2025年到2027年减少多少座？", "41 − 17 = 24 座"),
        ("渡槽完好率从2024年到2026年提高多少个百分点？", "79 − 31.5 = 47.5 个百分点"),
        ("2027年市级补助资金比2025年减少多少万元？", "3650 − 1680 = 1970 万元"),
        ("哪一年市级补助资金最多，是多少？", "2025年 3650 万元"),
        ("2025年到2027年一共修缮渡槽多少座？", "41 + 33 + 17 = 91 座"),
        # a table of words
        ("全市渡槽安全鉴定什么时候完成，由谁负责？", "责任单位 市住建局"),
        # what a sentence must not be quoted without
        ("擅自拆除渡槽会被罚多少钱？", "情节严重的，处2000元以上2万元以下"),
        ("哪些情形不予补助？", "擅自改变用途的"),
        ("渡槽监测平台由哪个部门牵头，什么时候上线？", "（牵头单位：市水务局；配合单位：市数据局）"),
        ("规范夜间放水归哪个部门管？", "市城管局"),
        # a part without a subject of its own
        ("渡槽监测平台由哪个部门牵头，什么时候上线？", "2026年6月底前上线运行"),
        # kinds of things
        ("专班办公室主任是谁？", "周海宁"),
        ("更换后的闸门，保修期从什么时候开始算？", "自更换之日起重新计算"),
        # one item of a list by its name
        ("西坪区第一批修缮的是哪几处渡槽？", "岭南渡槽、红星渡槽、松涛渡槽"),
    ],
)  # fmt: skip
def test_a_plan_is_quoted_right(reader: Reader, question: str, said: str) -> None:
    answer = reader.ask(question)
    assert not answer.refused, answer.reason
    assert said in answer.text
    check_laws(reader, answer)


def test_one_item_is_not_the_whole_list(reader: Reader) -> None:
    assert "东岭区" not in reader.ask("西坪区第一批修缮的是哪几处渡槽？").text


def test_a_fine_is_no_price(reader: Reader) -> None:
    fee = parse_question("渡槽责任保险最低保额是多少元？", segmenter=SEGMENTER)
    fine = parse_question("擅自拆除渡槽罚多少元？", segmenter=SEGMENTER)
    said = "由市水务局责令改正，可以处200元以下的罚款"
    assert not wanted_quantities(fee, said)
    assert wanted_quantities(fine, said)
    assert reader.ask("渡槽责任保险最低保额是多少元？").refused


def test_a_comma_of_the_sentence_joins_no_figures() -> None:
    assert numbers("2025年 58，2026年 80") == {"2025", "58", "2026", "80"}
    assert numbers("1,234.5万元和12,345,678元") == {"1234.5", "12345678"}


def test_a_stop_within_brackets_ends_no_sentence() -> None:
    text = "建设平台。（牵头单位：甲局；配合单位：乙局）另建网站；再建App。"
    said = [text[s.start : s.end] for s in split_sentences(text, start=0, end=len(text))]
    assert said == ["建设平台。", "（牵头单位：甲局；配合单位：乙局）另建网站；", "再建App。"]


def test_dates_and_people_in_other_words() -> None:
    assert has_date("自更换之日起重新计算")
    assert has_person("由市政府分管副市长任召集人") and has_person("由市水务局局长周海宁兼任")
    assert not has_person("由县级人民政府承担任务")
    assert parse_question("融合飞行和隔离飞行有什么区别？", segmenter=SEGMENTER).asked == "other"
    assert parse_question("补贴是在哪个区发的？", segmenter=SEGMENTER).asked == "region"


@pytest.mark.parametrize(
    ("part", "first", "asked"),
    [
        ("什么时候能用上", "监管平台由哪个部门牵头建", "监管平台，什么时候能用上"),
        ("几天内必须办完", "收到退车要求后，几天内必须答复", "收到退车要求后，几天内必须办完"),
        ("冷库由谁运营", "码头怎么修", "冷库由谁运营"),  # it names its own
    ],
)
def test_a_part_without_a_subject_has_that_of_the_first(part: str, first: str, asked: str) -> None:
    assert with_matter(part, first=first) == asked
