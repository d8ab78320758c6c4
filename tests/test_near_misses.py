"""Questions that a text nearly answers are refused; what it answers in other shapes is found and cited."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.index.build import build_index
from bearing_qa.search.draft import Draft
from bearing_qa.search.fitting import opposition
from bearing_qa.search.reader import Reader
from bearing_qa.search.wording import lead_of
from bearing_qa.types import Parsed
from tests.conftest import BigramEncoder, reader_over
from tests.test_answer import check_laws

RULES = """露营地管理办法
第一章 总则
第一条 露营地占地面积为12.5公顷，附件2列明界址。
第二条 第一类露营地由县文旅局备案，每个营位收费不超过80元，十二岁以下儿童营位收费40元。
第三条 同一营地每年最多办三批活动，每批活动前应当报备。
第四条 营地步道长约15公里，面积达2万8千平方米，连续三届被评为示范营地，禁火期为2至4月。
第二章 罚则
第五条 违反本办法，有下列情形之一的，由县文旅局责令改正，处5万元以上20万元以下的罚款：
（一）未经备案开放露营地的；
（二）擅自改变用途的。
第六条 入营者不得有下列行为：
（一）在林内生火；
（二）攀折花木。
第七条 拆除营地设施造成损失的，应当给予补偿。但是，拆除违法设施的除外。
第八条 营地东侧桥梁由县武装警察部队守卫。违约的押金在30日内退还。
第十条 完善营地医疗救护。推广营地急救培训。（县卫健局、县红十字会负责）
第九条 营位两侧各500米范围内禁止放风筝。
"""


@pytest.fixture
def rules_reader(tmp_path: Path, encoder: BigramEncoder) -> Reader:
    """A regulation with an ordinal, an area, a limit in Chinese numerals and a list behind a lead."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "rules.txt").write_text(RULES, encoding="utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    return Reader(tmp_path / "index", encoder=encoder)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("第二类露营地由哪个部门备案？", "第二类"),  # the text speaks of the first kind
        ("收费90元的营位由谁备案？", "90元"),
        ("每个营位交多少押金？", "押金"),
        ("收费8元的营位由谁备案？", "8元"),  # 80 does not hold it
        ("罚款20万元以上的前2家营地由谁处罚？", "2家"),
    ],
)
def test_what_the_question_names_has_to_be_there(
    rules_reader: Reader, question: str, missing: str
) -> None:
    answer = rules_reader.ask(question)
    assert answer.refused
    assert missing in answer.reason


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("露营地占地多少？", "12.5公顷"),  # not the 2 of 附件2
        ("同一营地每年最多办几批活动？", "三批"),
        ("未满十二岁的儿童营位收费多少元？", "40元"),  # the numeral stands behind a comma
        ("第一类露营地每个营位收费不超过多少元？", "80元"),
        ("营地步道长度约多少公里？", "15公里"),
        ("面积28000平方米的营地，步道长多少公里？", "15公里"),
        ("营地连续三届被评为什么？", "示范营地"),
        ("营地的禁火期是什么时候？", "2至4月"),
        ("营地的东西步道长多少公里？", "15公里"),  # 东西 is no place
    ],
)
def test_amounts_are_found_by_their_measure(rules_reader: Reader, question: str, said: str) -> None:
    answer = rules_reader.ask(question)
    assert not answer.refused, answer.reason
    assert said in answer.text
    check_laws(rules_reader, answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("施工队拆除营地设施造成损失的，应当给予什么？", "补偿"),  # a sort of people, no name
        ("营地的禁火期是哪两个月？", "2至4月"),  # so many are asked for, not taken as said
        ("十二岁以下儿童营位收费多少以内？", "40元"),  # 以内 is no thing
    ],
)
def test_what_is_no_name_need_not_be_said(rules_reader: Reader, question: str, said: str) -> None:
    answer = rules_reader.ask(question)
    assert not answer.refused, answer.reason
    assert said in answer.text


def test_an_item_brings_what_introduces_its_list(rules_reader: Reader) -> None:
    answer = rules_reader.ask("未经备案开放露营地的，处多少罚款？")
    assert "5万元以上20万元以下" in answer.text
    assert "未经备案" in answer.text
    check_laws(rules_reader, answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("入营者不得有什么行为？", "在林内生火[2]；攀折花木[3]"),  # a lead brings its list
        (
            "拆除营地设施造成损失，给不给补偿？",
            "但是，拆除违法设施的除外",
        ),  # and a rule its proviso
        ("东侧桥梁谁在守卫？", "县武装警察部队"),  # 谁 may be a body
        ("营地急救培训由哪个部门负责？", "推广营地急救培训[1]；（县卫健局、县红十字会负责）[1]"),
        ("违约的押金多久退还？", "30日"),
        ("营位两侧三百米范围内放风筝行吗？", "500米"),  # the asker's own figure is in no text
    ],
)
def test_rules_are_quoted_whole(rules_reader: Reader, question: str, said: str) -> None:
    answer = rules_reader.ask(question)
    assert not answer.refused, answer.reason
    assert said in answer.text
    check_laws(rules_reader, answer)


def test_only_items_stand_between_a_lead_and_its_item() -> None:
    text = "下列情形处罚：\n（一）甲；\n（二）乙。\n另外一段。\n（三）丙。"
    start = text.index("（二）")
    assert text[slice(*lead_of(text, start, first=0) or (0, 0))] == "下列情形处罚："
    assert lead_of(text, start, first=start) is None  # of another section
    assert lead_of(text, text.index("（三）"), first=0) is None
    assert lead_of(text, text.index("另外"), first=0) is None


def test_sentences_side_by_side_are_one_citation(speech: Parsed) -> None:
    """Neighbours in a paragraph are joined, whatever comes first; across paragraphs they are not."""
    passage = next(p for p in speech.passages if p.kind == "text" and len(p.sentences) >= 3)
    one, two, three = passage.sentences[:3]
    draft = Draft()
    for sentence in (two, one):
        words = speech.document.text[sentence.start : sentence.end]
        draft.add(words, (speech, "text", sentence.start, sentence.end, 1.0))
    assert [(start, end) for _, _, start, end, _ in draft.cited] == [(one.start, two.end)]
    assert draft.text.count("[1]") == 2
    other = next(p for p in speech.passages if p.kind == "text" and p.start > three.end + 200)
    draft.add("别处", (speech, "text", other.start, other.end, 1.0))
    assert len(draft.cited) == 2


@pytest.mark.parametrize(
    "question", ["第十四个五年规划里露营地占地多少？", "第三季度同一营地每年最多办几批活动？"]
)
def test_ordinals_that_have_other_names_are_not_missed(rules_reader: Reader, question: str) -> None:
    answer = rules_reader.ask(question)
    assert "没有提到" not in answer.reason


CITIES = {
    "临海": """临海市2024年政府工作报告
一、2024年工作回顾
全年地区生产总值增长5.8%，一般公共预算收入85.3亿元。新增公办幼儿园12所，改造老旧小区46个。
二、2025年工作安排
一般公共预算收入增长4%。新建公园8个，开工建设城西水厂。由市住房城乡建设局负责老旧小区改造。
""",
    "青岚": """青岚市2024年政府工作报告
一、2024年工作回顾
全年地区生产总值增长4.9%，一般公共预算收入62.1亿元，旅游总收入31.7亿元。新增养老床位1500张。
二、2025年工作安排
旅游总收入达到36亿元。建成充电桩900个。由市交通运输局负责农村公路改造。
""",
}


@pytest.fixture
def cities_reader(tmp_path: Path, encoder: BigramEncoder) -> Reader:
    """Reports of two cities, which say their names in their titles alone; a dictionary has one of them."""
    (tmp_path / "corpus").mkdir()
    for name, text in CITIES.items():
        (tmp_path / "corpus" / f"{name}.txt").write_text(text, encoding="utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    return Reader(tmp_path / "index", encoder=encoder)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("临海市2024年旅游总收入是多少？", "临海市"),
        ("临海旅游总收入是多少？", "临海市"),  # a city that a title names is known without 市
        ("青岚市2024年改造老旧小区多少个？", "青岚市"),
        ("青岚2024年改造老旧小区多少个？", "青岚市"),
        ("青岚市由谁负责老旧小区改造？", "青岚市"),
        ("白溪县2024年新增养老床位多少张？", "白溪县"),  # no text names it
    ],
)
def test_another_citys_figure_is_no_answer(
    cities_reader: Reader, question: str, missing: str
) -> None:
    answer = cities_reader.ask(question)
    assert answer.refused, answer.text
    assert missing in answer.reason


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("青岚市2024年旅游总收入是多少？", "31.7亿元"),
        ("临海市2024年一般公共预算收入是多少？", "85.3亿元"),
        ("青岚2024年一般公共预算收入是多少？", "62.1亿元"),
        ("临海市由谁负责老旧小区改造？", "市住房城乡建设局"),
        ("新增养老床位多少张？", "1500张"),
    ],
)
def test_of_two_cities_the_one_that_is_named_answers(
    cities_reader: Reader, question: str, said: str
) -> None:
    answer = cities_reader.ask(question)
    check_laws(cities_reader, answer)
    assert answer.outcome == "answered", answer.reason
    assert said in answer.text
    assert len({citation.doc_id for citation in answer.citations}) == 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("营位押金最少多少元？", "另一头"),  # the text has the most
        ("露营地的护林经费是多少？", "护林经费"),  # neither word is said
        ("露营地营位押金利率多少？", "利率"),  # nor the one before 多少
    ],
)
def test_the_other_bound_and_what_is_not_said_at_all_are_no_answers(
    tmp_path: Path, question: str, reason: str
) -> None:
    text = RULES + "第十一条 营位押金不超过300元，露营地由县财政补助20万元。\n"
    reader = reader_over(tmp_path, text)
    answer = reader.ask(question)
    assert answer.refused, answer.text
    assert reason in answer.reason


FIGURES = """海东市统计公报
一、综合
年末常住人口为412.6万人，比上年末减少1.3万人。常住人口城镇化率为68.4%，比上年末提高0.9个百分点。
二、卫生
年末共有医疗卫生机构2318个，其中医院96个。
三、老年人
对80—89周岁老年人每人每月发放50元，90—99周岁每人每月发放150元。
四、检查
去年有一家企业一年接受检查27次。同一企业一年内接受的行政检查原则上不超过4次。
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("常住人口减少了多少人？", "1.3万人"),  # not what rose
        ("医院有多少家？", "96个"),
        ("95岁的老年人每人每月发放多少元？", "150元"),  # in a range
        ("一家企业一年最多检查几次？", "不超过4次"),  # not what was once
    ],
)
def test_direction_range_bound_and_what_bodies_are_counted_in(
    tmp_path: Path, question: str, said: str
) -> None:
    reader = reader_over(tmp_path, FIGURES)
    answer = reader.ask(question)
    assert answer.outcome == "answered", answer.reason
    assert said in answer.text


@pytest.mark.parametrize(
    ("question", "text", "opposed"),
    [
        ("人口减少了多少？", "城镇化率提高0.9个百分点", 1.0),
        ("人口减少了多少？", "人口减少1.3万人，收入增加", 0.0),
        ("产量增加多少吨？", "产量下降2.3%", 1.0),
        ("怎样减少污染？", "提高排放标准", 0.0),  # asks no amount
        ("最少签几年？", "期限不超过3年", 1.0),
        ("最多签几年？", "期限不超过3年", 0.0),
        ("最多签几年？", "去年签了3年", 0.5),
        ("检查最多的企业查了几次？", "检查27次", 0.0),  # no bound, but a record
    ],
)
def test_opposites_of_direction_and_bound(question: str, text: str, opposed: float) -> None:
    assert opposition(question, text) == opposed


GOALS = """禾城市生态修复规划
一、目标
到2025年，森林覆盖率达到47%，修复矿山30处。到2030年，森林覆盖率达到49%，恢复湿地10平方公里。
二、投入
县级财政投入8.7亿元，社会资本10.6亿元。专职巡护人员不少于20名。
"""


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("2025年森林覆盖率达到多少？", "47%", "49%"),
        ("2030年森林覆盖率达到多少？", "49%", "47%"),
        ("社会资本占多少钱？", "10.6亿元", "%"),  # an amount, no share
        ("专职巡护人员有几个？", "20名", "30处"),
    ],
)
def test_goals_of_other_years_and_units_by_another_name(
    tmp_path: Path, question: str, said: str, unsaid: str
) -> None:
    reader = reader_over(tmp_path, GOALS)
    answer = reader.ask(question)
    assert answer.outcome == "answered", answer.reason
    assert said in answer.text
    assert unsaid not in answer.text


SCHOOLS = """学生健康和就业扶持意见
一、减负
小学不布置书面家庭作业，初中书面作业平均完成时间不超过90分钟。明年招聘乡村教师800名。
二、贷款
小型微型企业创业担保贷款最高额度为400万元。
"""


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("高中书面作业平均完成时间不超过多少分钟？", "高中"),
        ("去年招聘乡村教师多少名？", "去年"),
        ("大型企业创业担保贷款最高额度是多少？", "大型企业"),
    ],
)
def test_what_is_said_of_one_kind_is_not_said_of_another(
    tmp_path: Path, question: str, missing: str
) -> None:
    reader = reader_over(tmp_path, SCHOOLS)
    answer = reader.ask(question)
    assert answer.refused, answer.text
    assert missing in answer.reason
    assert "90分钟" in reader.ask("初中书面作业平均完成时间不超过多少分钟？").text
    assert "400万元" in reader.ask("小微企业创业担保贷款最高额度是多少？").text
