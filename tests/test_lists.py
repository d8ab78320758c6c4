"""Questions for lists: given whole, in the document's order, and no other list in their place."""

from __future__ import annotations

import pytest

from bearing_qa.search.reader import Reader
from tests.conftest import reader_over
from tests.test_answer import check_laws

PLAN = """临海市人民政府办公室关于印发《临海市海藻加工业发展方案》的通知
临政办发〔2019〕14号
各县（区）人民政府，市政府各部门：
《临海市海藻加工业发展方案》已经市政府同意，现印发给你们，请认真组织实施。
临海市人民政府办公室
2019年5月8日
临海市海藻加工业发展方案
为发展海藻加工业，制定本方案。
一、总体要求
（一）指导思想。
坚持绿色发展，建设海藻加工强市。
（二）基本原则。
坚持生态优先。合理安排养殖密度，保护近岸海域。
坚持市场主导。发挥企业主体作用，政府不直接经营。
坚持协同推进。加强部门、县区联动。
二、主要任务
（一）扩大良种供应。
建设两座育苗场，培育海带、紫菜、龙须菜新品种。
（二）改造加工设备。
支持企业更换烘干线，单条补助不超过三十万元。
（三）开拓销售渠道。
组织企业参加展会。
三、工作进度
（一）准备阶段（2019年6月—8月）。
摸清底数。
（二）实施阶段（2019年9月—2020年10月）。
全面改造。
（三）总结阶段（2020年11月—12月）。
开展验收。
四、保障措施
（一）加强领导。成立海藻加工业发展领导小组。
（二）加强考核。对进度落后的县区予以通报。
保留旧烘干线应当符合下列要求：
（一）能耗不高于新线的一点二倍；
（二）排放达到标准；
（三）操作人员持证上岗；
（四）安装在线监测设备；
（五）每季度检修一次；
（六）建立台账并保存五年。
临海市烘干线有下列情形之一的，不予补助：
（一）采购时间早于2018年；
（二）已享受其他财政资金；
（三）存在安全隐患。
附件
海藻加工业发展领导小组成员名单
组　长：沈　澜　　副市长
副组长：许行舟　　市海洋局局长
成　员：陶见山　　市财政局副局长
　　　　齐远帆　　市生态环境局副局长
　　　　罗小满　　市市场监管局副局长
"""


@pytest.fixture(scope="module")
def plan_reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A plan that a notice prints and issues, with a list of names behind it."""
    return reader_over(tmp_path_factory.mktemp("plan"), PLAN)


@pytest.mark.parametrize(
    ("question", "items", "others"),
    [
        ("主要任务有哪些？", ("扩大良种供应", "改造加工设备", "开拓销售渠道"), ("总体要求", "保障措施")),
        # paragraphs that begin alike are a list without marks
        ("基本原则有哪些？", ("坚持生态优先", "坚持市场主导", "坚持协同推进"), ("建设海藻加工强市",)),
        # every item is by its words what is counted
        ("工作分哪几个阶段？", ("准备阶段", "实施阶段", "总结阶段"), ("扩大良种供应",)),
        ("分几个阶段？", ("准备阶段", "实施阶段", "总结阶段"), ()),
        ("领导小组成员有哪些？", ("陶见山", "齐远帆", "罗小满"), ("许行舟",)),
        # one list behind another in a section, and over the passages' ends
        ("保留旧烘干线要符合哪些要求？", ("一点二倍", "达到标准", "持证上岗", "在线监测", "检修一次", "保存五年"), ("采购时间",)),
        ("什么情况下烘干线拿不到补助？", ("早于2018年", "其他财政资金", "安全隐患"), ("持证上岗",)),
        ("第二部分有哪些任务？", ("扩大良种供应", "改造加工设备", "开拓销售渠道"), ()),
        ("这份方案主要讲什么？", ("总体要求", "主要任务", "工作进度", "保障措施"), ()),
    ],
)  # fmt: skip
def test_a_list_is_given_whole_and_alone(
    plan_reader: Reader, question: str, items: tuple[str, ...], others: tuple[str, ...]
) -> None:
    answer = plan_reader.ask(question)
    assert not answer.refused, answer.reason
    places = [answer.text.find(item) for item in items]
    assert -1 not in places and places == sorted(places), answer.text
    assert not [other for other in others if other in answer.text], answer.text
    check_laws(plan_reader, answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("发文机关是谁？", "临海市人民政府办公室"),
        ("方案是由哪个部门印发的？", "临海市人民政府办公室"),
        ("方案什么时候发的？", "2019年5月8日"),
        ("3. 方案的文号是多少？", "临政办发〔2019〕14号"),  # copied with its number
    ],
)
def test_who_issued_a_document_and_when(plan_reader: Reader, question: str, said: str) -> None:
    answer = plan_reader.ask(question)
    assert not answer.refused, answer.reason
    assert said in answer.text
    assert answer.question == question
    check_laws(plan_reader, answer)


def test_of_several_document_numbers_the_unknown_one_is_named(plan_reader: Reader) -> None:
    answer = plan_reader.ask("临政办发〔2019〕14号和临政办发〔2019〕99号分别讲什么？")
    assert answer.refused
    assert "99号" in answer.reason and "14号" not in answer.reason


RULES = """湖区摆渡管理办法
第一条 为规范湖区摆渡，制定本办法。摆渡船并不是游船。摆渡船是在固定码头之间载客往返的机动船。
第二条 湖区摆渡管理委员会下设办公室。办公室设在县航道局，负责日常工作。值班室二十四小时值守。
第三条 发生翻船的，船主应当立即上报县交通局，最迟不超过4个小时。
第四条 摆渡管理要做到统一船型、统一票价、统一标识、统一救生设备，方便游客，保障安全。
第五条 有下列情形之一的，应当停航：
（一）风力七级以上；
（二）能见度不足二百米；
（三）船体受损。
第六条 违反第五条规定开航的，处二千元以上一万元以下的罚款。
第七条 对有下列表现的船主，县交通局应当给予奖励。
（一）三年无事故的；
（二）救助落水者的。
"""


@pytest.fixture(scope="module")
def ferry_reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A regulation with articles that refer to one another, an office of an office, and lists."""
    return reader_over(tmp_path_factory.mktemp("ferry"), RULES)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "违反第五条规定开航的，处多少罚款？",
            "二千元以上一万元以下",
        ),  # a reference, not the matter
        ("第五条规定了什么？", "风力七级以上"),
        ("摆渡管理要做到哪四个统一？", "统一船型、统一票价、统一标识、统一救生设备"),
        ("摆渡管理委员会的办公室设在哪个单位？", "县航道局"),  # not the office itself
        ("翻船最迟几个小时要上报？", "4个小时"),
        ("什么是摆渡船？", "固定码头之间"),
        ("哪些船主能得到奖励？", "救助落水者"),  # a lead may end with a full stop
        ("出现哪些情形要停航？", "船体受损"),
    ],
)
def test_rules_that_refer_count_and_define(ferry_reader: Reader, question: str, said: str) -> None:
    answer = ferry_reader.ask(question)
    assert not answer.refused, answer.reason
    assert said in answer.text
    check_laws(ferry_reader, answer)
