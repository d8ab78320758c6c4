"""What a question asks for, by its words: which kind of thing, and in which unit.

Tables of the language's question words, one row a kind; the first that matches wins.
"""

from __future__ import annotations

import re
from typing import Literal

Asked = Literal[
    "number",
    "date",
    "person",
    "party",
    "organisation",
    "country",
    "region",
    "list",
    "section",
    "document_number",
    "definition",
    "yes_no",
    "reason",
    "other",
]

_TEXTS = "文件|通知|意见|办法|规划|方案|报告|讲话|条例|规定|决定|纲要|法"
WHOLE_IN_PARTS = (
    r"(?:全文|通篇|讲话|文件|报告)\S{0,2}(?<!第)[几一二三四五六七八九十](?:个|大)*(?:部分|块|章)"
    rf"|^(?:请问)?(?:[这本该][份个篇部]?)?(?:《[^》]+》|{_TEXTS})(?:主要|都|大致|总共)*"
    r"(?:(?:[讲说谈写]|规定|包括|包含)(?:了|的是)?(?:些)?(?:什么|哪些)(?:内容|方面|事)?"
    r"|(?:的)?(?:主要|大致)?内容(?:是|有)?(?:什么|哪些)?)[？?。]?$"
    r"|^(?:请问)?主要内容(?:是|有)?(?:什么|哪些)?[？?。]?$"
)
"""Asks for the parts of a text as a whole: 全文三大块各讲什么？ 这份文件主要讲什么？"""

# First match wins: one row a kind, its question words, an example.
_KINDS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    # 主送哪些单位？ 发给谁？
    ("party", re.compile("主送|抄送|(?:发|送|印发)给(?:谁|哪)")),
    # 哪一节谈人才？
    (
        "section",
        re.compile(
            r"哪一?(?:小|大)?(?:节|章|条|部分|段|处|个附件)|第几(?:节|章|条|部分|项|款|点)"
            rf"|{WHOLE_IN_PARTS}|(?:分|有|共)(?:为|成)?[几多少]+(?:个?大?)(?:部分|块|章|节|条)"
            r"|(?:哪里|哪儿|何处)(?:提|谈|讲|说|论|写|分析|介绍|规定)"
        ),
    ),
    # 该看那一节？: 那 for 哪, where nothing else asks
    (
        "section",
        re.compile(
            r"^(?!.*(?:什么|哪|多少|几|谁|怎|如何)).*那一?(?:小|大)?(?:节|章|条|部分|段|处)"
        ),
    ),
    # 从哪三个角度展开？ 有哪些措施？ 具体是哪些？ 分别是什么？
    (
        "list",
        re.compile(
            r"哪[一二两三四五六七八九十\d]{1,2}[个项条类种大方点家块步层句件组批]|哪几|哪些|分别(?:是|有)|有什么(?:措施|特征|特点|要求|做法)"
            r"|(?:怎么|怎样|如何|用什么|靠什么).{0,20}(?:做法|措施|举措|办法|途径|路径|对策)"
        ),
    ),
    # 文号是多少？
    ("document_number", re.compile(r"文号|发文字号|文件(?:编号|号)|第几号令")),
    # 由谁负责？ 谁说了算？ 谁当总指挥？: bodies and offices do these things too
    (
        "party",
        re.compile(
            r"[由归报找向给]谁|(?:机关|单位)(?:是|为|叫)?(?:谁|哪)|谁(?:说了算|[当任来管定批发印办]|发[布文]|印发|签发|制定|决定|批准|审批|负责|牵头|主管)|是谁(?:发|印|批|定|办|管|[报递送交转拨付审查派])"
        ),
    ),
    # 是谁讲的？ 谁最早提出？
    (
        "person",
        re.compile(
            r"(?:是|叫|为)谁|谁(?:是|叫)|何人|哪位|哪个人|\bwho\b"
            r"|谁(?:最[早先]|首[次先]|率先|第一个)?(?:[提讲说写画唱演]|发[明表现言]|创[立办建作始]|主[持演编]|出[任席]|担任|当|致|签)"
        ),
    ),
    # 由谁负责？ 报给谁？ 谁掏钱？
    ("party", re.compile("谁")),
    # 哪家公司造的？
    ("organisation", re.compile(r"哪[个家一]+(?:公司|企业|单位|部门|机构|组织|协会|研究院|厂)")),
    # 出口到哪个国家？
    ("country", re.compile(r"(?:哪个?|什么)国家?")),
    # 在哪个省？ 什么地方 may be a shop or a road as well
    (
        "region",
        re.compile(r"(?:哪[个一]?|什么)(?:省|城市|地区|市(?!场)|县|区(?![别分间域块]))|哪个?地方"),
    ),
    # 哪一年？落款是哪一天？
    (
        "date",
        re.compile(
            r"哪一?[年月日天]|哪个(?:月|季度|年份|时间|日子)|(?:日期|时间)是|何时|何年|什么时[候间]|几[月号日时](?![本内])|\bwhen\b"
        ),
    ),
    # 飞行检查是什么意思？ 什么叫政务新媒体？
    (
        "definition",
        re.compile(
            r"(?:什么|啥)(?:意思|概念|含义)|^(?:请问)?什么[是叫]|何谓|[怎如](?:么|样|何)?(?:界定|定义)|的(?:定义|含义)|指的?(?:是)?(?:什么|啥)"
        ),
    ),
    # 多少亿元？占几成？
    (
        "number",
        re.compile(
            r"多[少大高长远久快重宽深厚]|几(?![乎何])|百分之|\bhow (?:many|much|long|large|big|far)\b|比[例重率]是|第几"
        ),
    ),
    # 为什么？
    ("reason", re.compile(r"为什么|为何|为啥|原因|怎么会|\bwhy\b")),
    # 行得通吗？
    (
        "yes_no",
        re.compile(
            r"(?:吗|(?<!什)么|吧)\s*[？?]?$|[行能对]不[行能对]|是否|能否|是不是|有没有|还是|^(?:do|does|did|is|are|was|can|has|have)\b"
        ),
    ),
)

_UNITS = (
    r"亿?美元|[万亿]?元|[万亿]?套|[万亿]?人次?|[万亿]?吨|平方公里|平方米|公顷|亩|公里|千米|小时|分钟|毫米|厘米|米|周年|年|个工作日|工作日"
    r"|个月|个百分点|个|家|种|位|岁|天|日|倍|成|项|条|次|台|辆|批|件|户|名|所|座|级|度|班|届|场|架|艘|份|页|层|栋|亿|万"
)
_UNIT = re.compile(rf"(?:多少|几)(?:个(?=人|小时|钟头))?({_UNITS})")
_PERCENT = re.compile(
    rf"百分之|比例|比重|占比|占(?:了|到|有)?(?:多少|几)(?!{_UNITS}|钱|资金)|份额|增速|增长率|同比|几成|百分点|[几少]个点|(?:增长|增加|上升|提高|下降|减少|降低|回落|涨|跌|降)(?:了|幅)?(?:多少|几)(?!{_UNITS})"
)

# What is asked for by a noun alone (价格是多少) has the noun's unit.
_NOUN_UNITS = (
    (
        re.compile(
            r"(?:收入|营收|产值|金额|总额|市值|价格|售价|投资|资金|费用|补贴|预算|税额|进口额|出口额)\S{0,4}多少"
        ),
        "元",
    ),
    (re.compile(r"(?:多少|几)(?:的)?(?:补贴|资金|投资|费用|钱)"), "元"),
    (re.compile(r"(?:人口|人数|从业人员)\S{0,4}多少"), "人"),
    (re.compile(r"(?:面积|占地)\S{0,4}多[少大]"), "面积"),
    (re.compile(r"多大面积"), "面积"),
    (re.compile(r"多久|多长时间|多少时间"), "时间"),
)


def kind_of(folded: str) -> Asked:
    """What kind of thing a normalised question asks for."""
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), "other")


def unit_of(folded: str) -> str:
    """The unit that a normalised question wants its figure in; empty if it names none."""
    if _PERCENT.search(folded):
        return "%"
    found = _UNIT.search(folded)
    if found:
        return found.group(1)
    return next((unit for nouns, unit in _NOUN_UNITS if nouns.search(folded)), "")


def names_unit(folded: str, at: int) -> bool:
    """Whether 多少 at a place is followed by a unit: 多少元."""
    return _UNIT.match(folded, at) is not None


def asks_percent(word: str) -> bool:
    """Whether a word asks for a share or a change in per cent: 占比, 增速."""
    return _PERCENT.search(word) is not None
