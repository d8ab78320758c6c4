"""Whether a sentence in other words is entailed by what it cites: true ones are, falsified ones are not."""

from __future__ import annotations

import pytest

from bearing_qa.answer.entailment import fault_of
from bearing_qa.answer.library import Library


@pytest.mark.parametrize(
    ("said", "source", "stands"),
    [
        ("原则上不再新建炼油项目", "炼油项目原则上不再新建。", True),
        ("不再新建炼油项目", "炼油项目原则上不再新建。", False),
        ("已建成处理站15座", "力争两年内建成处理站15座。", False),
        ("可以延长三年", "经国务院批准的，可以延长三年。", False),
        ("经国务院批准，可以延长三年", "经国务院批准的，可以延长三年。", True),
        ("票价10元", "票价10元，但节假日除外。", False),
        ("国内产品达标", "国内产品未达标，国外产品达标。", False),
        ("国外产品达标", "国内产品未达标，国外产品达标。", True),
        ("出口18.17亿套", "进口18.17亿套，出口53.44亿套。", False),
        ("出口53.44亿套，进口18.17亿套", "进口18.17亿套，出口53.44亿套。", True),
        ("民用飞机主要用国产轴承", "军用飞机主要用国产轴承，民用飞机轴承靠进口。", False),
        ("军用飞机轴承靠进口", "军用飞机主要用国产轴承，民用飞机轴承靠进口。", False),
        ("到2025年达到1.5万亿元", "预计到 2025 年，市场规模将达到 1.5 万亿元。", False),
        ("自2021年1月10日起施行", "本办法自2021年10月1日起施行。", False),
        ("处五千元以上五万元以下罚款", "处五千元以上五万元以下罚款。", True),
        ("处5000元以上50000元以下罚款", "处五千元以上五万元以下罚款。", True),
        ("处五万元以上罚款", "处五千元以上五万元以下罚款。", False),
        ("企业有15000家", "企业有1.5万家。", True),
        ("企业有15000家", "企业约有1.5万家。", False),
        ("收入同比下降2.3%", "收入同比增长 -2.3%。", True),
        ("收入同比增长2.3%", "收入同比增长 -2.3%。", False),
        ("落款为2024年11月24日", "落款为 2024.11.24。", True),
        ("实施三大任务", "实施四大任务", False),
        ("占百分之三", "占 3％", True),
    ],
)
def test_what_entails_a_sentence(
    speech_reader: Library, said: str, source: str, stands: bool
) -> None:
    segmenter = speech_reader.index().segmenter
    assert (fault_of(said, spans=[source], segmenter=segmenter) == "") is stands
