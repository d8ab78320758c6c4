"""Whether a sentence holds the kind of thing that a question asks for, or the opposite of what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from bearing_qa.index.segment import normalise
from bearing_qa.search import quantities
from bearing_qa.search.question import Question

_ORDINAL_BEFORE = re.compile(r"(?:第|附件|附表|专栏|图|表)\s*$")
"""What stands before a figure that counts nothing: 附件2, 第3."""
_DENIAL = re.compile(r"不得|不予|不应|不能|不视为|不适用|不需要?|不[必用]|无[需须]|免[于予]")
_NEGATIVE = re.compile("[不没无免禁]")
"""How a text denies, and how a question does, in whatever words."""
_ASKS_FINE = re.compile("[罚惩]|违[反法规]|处分|后果|法律责任|什么责任|代价|严重")
_FINED = re.compile(r"(?:以[上下])?(?:[^，。；、\n]{0,12})的?罚款")
"""A fine is no price, fee or sum insured: it answers only who asks what happens."""
_DEFINES = re.compile("所称|所谓|[是系即]指|指的是|，指|是一种|又称|简称")
"""How a text says what a word means: 本意见所称政务新媒体，是指……"""
KEPT_QUESTIONS = 64
"""Questions whose opposites are kept: each is held against some fifty sentences."""
AREA_UNITS = ("平方公里", "平方千米", "平方米", "公顷", "亩")
TIME_UNITS = ("年", "月", "日", "天", "周", "小时", "分钟", "周年", "岁")


def row_fits(question: Question, shown: str) -> bool:
    """Whether a row, with its column heads, holds the asked unit (it stands in a head), or whom is asked for."""
    if question.asked in ("person", "party", "organisation"):
        return fits(question, shown)
    core = question.unit.lstrip("万亿") or question.unit
    return core in shown or (core == "面积" and any(unit in shown for unit in AREA_UNITS))


LIKE_UNITS: Mapping[str, tuple[str, ...]] = {
    "家": ("家", "所", "个"), "所": ("家", "所", "个"), "座": ("座", "处", "个"), "处": ("处", "座", "个"),
    "名": ("名", "人", "位", "个"), "位": ("位", "名", "人", "个"), "个": ("个", "名"),
}  # fmt: skip
"""What may be counted in one or another: 医院多少家, 96个."""
_OF_DATES = ("", "年", "月", "日", "号")
_HOLDS: Mapping[str, Callable[[str], bool]] = {
    "date": quantities.has_date,
    "person": quantities.has_person,
    "party": quantities.has_party,
    "organisation": quantities.has_organisation,
    "list": quantities.has_enumeration,
    "country": quantities.has_country,
    "region": quantities.has_region,
    "document_number": quantities.has_document_number,
    "definition": lambda text: _DEFINES.search(text) is not None,
}
"""What a sentence has to hold to answer each kind of question; the other kinds take any."""


_ISSUING = re.compile(
    "落款|[印下签颁转]发|发[布出文表的]|签署|成文|公布|颁布|通过|日期|[讲演]|报告|致辞|写|修[订正改]|[施实]行|生效|[批答回]复|出台|制定|会议|大会|座谈会|开会|召开|举行"
)
"""What is done with a document or speech as a whole: its front matter and signature say when."""


_IN_FORCE = re.compile("[施实执]行|实施|生效|起效")
"""A rule is adopted on one day and in force from another."""


def asks_of_issuing(question: Question) -> bool:
    """Whether a question asks who did, or when, what is done with a document as a whole: 由哪个部门印发."""
    asks = question.asked in ("date", "party", "organisation", "person")
    return asks and _ISSUING.search(question.text) is not None


def denies(question: Question, text: str) -> bool:
    """Whether a text denies (不得, 无需) where a question does not, in whatever words (拿不到)."""
    return _DENIAL.search(text) is not None and _NEGATIVE.search(question.text) is None


def front_fits(question: Question, shown: str) -> bool:
    """Whether front matter, or a signature, holds what is asked: a date only of what is done with the document."""
    if question.asked == "date" and not _ISSUING.search(question.text):
        return False
    if _IN_FORCE.search(question.text) and not _IN_FORCE.search(shown):
        return False
    if question.asked == "number":  # its years and days are no amounts
        return any(q.unit not in _OF_DATES for q in wanted_quantities(question, shown))
    return fits(question, shown)


def fits(question: Question, text: str) -> bool:
    """Whether a sentence holds the kind of thing that the question asks for."""
    if question.asked == "number":
        return bool(wanted_quantities(question, text))
    if question.asked == "person" and not all(
        office in text for office in quantities.offices(question.text)
    ):
        return False
    if question.asked == "definition" and any(_is_said_of(word, text) for word in question.words):
        return True
    if question.asked == "organisation":
        return any(not _is_asked_of(name, question.text) for name in quantities.organisations(text))
    return question.asked not in _HOLDS or _HOLDS[question.asked](text)


def _is_said_of(word: str, text: str) -> bool:
    """Whether a text says what something is: 烘干线是以热泵加热的设备, not 烘干线不是…… nor 并不是……."""
    return re.search(rf"{re.escape(word)}(?:\([^()]*\))?是(?![否不])", normalise(text)) is not None


def _is_asked_of(organisation: str, question: str) -> bool:
    """Whether a question is about an organisation itself: 国家粮食应急工作指挥部 where 粮食指挥部 is set up with 哪个单位."""
    pairs = [organisation[at : at + 2] for at in range(len(organisation) - 2)]
    return organisation[-2:] in question and any(pair in question for pair in pairs)


# Pairs of which a text that answers has to say the asked one, and pairs that may go unsaid.
_DEPUTY = re.compile(r"副([\u4e00-\u9fff]{2,4})")
_SAID_OPPOSITES = (("进口", "出口"), ("收入", "支出"), ("最大", "最小"), ("最高", "最低"))
_UNSAID_OPPOSITES = (
    ("国内", "国外"), ("境内", "境外"), ("军用", "民用"), ("增长", "下降"), ("增加", "减少"), ("上限", "下限"),
    ("城镇", "农村"), ("中央", "地方"),
)  # fmt: skip


def opposition(question: str, text: str) -> float:
    """How far a text says the opposite of what a question asks: 1 for 进口 where 出口 is asked, 0.5
    for neither, 0 where the asked word stands or nothing of the kind is asked."""
    turned = max(bound_opposition(question, text), _direction_opposition(question, text))
    opposites = _opposites_in(question)
    if not opposites and "副" not in question + text:  # most sentences: nothing to compare
        return turned
    text = _apart(text)
    if is_other_post(question, text):
        return 1.0
    return (
        max(
            (
                0.0 if asked in text else 1.0 if other in text else neither
                for asked, other, neither in opposites
            ),
            default=0.0,
        )
        or turned
    )


_NOT = "不(?:得|能|应|准|可|许)?"
_AMOUNT = "[^，。；？?]{0,12}(?:多[少大高长久]|几|百分之)"
_ASKS_LEAST = re.compile(f"(?:最[少低短小](?!的)|至少|起码|下限|不[少低]于){_AMOUNT}")
_ASKS_MOST = re.compile(f"(?:最[多高长大](?!的)|[至顶]多|上限|封顶|不超过){_AMOUNT}")
_SAYS_LEAST = re.compile(f"最[少低短小]|至少|起码|下限|以上|{_NOT}(?:低于|少于|小于|短于)")
_SAYS_MOST = re.compile(
    f"最[多高长大]|至多|上限|封顶|为限|以[内下]|之内|{_NOT}(?:超过|高于|多于|大于)"
)
"""The two ends of what is allowed, asked for and said."""
_RISE = "增长|增加|上升|提升|提高|上涨|扩大|新增|增产"
_FALL = "下降|降低|减少|下跌|缩小|回落|下滑|减产"
_ASKS_RISE, _ASKS_FALL = (
    re.compile(rf"(?:{words})(?:了|幅度?)?(?:是|有|为)?(?:多少|几|百分之)")
    for words in (_RISE, _FALL)
)
_SAYS_RISE, _SAYS_FALL = re.compile(_RISE), re.compile(_FALL)


def bound_opposition(question: str, text: str) -> float:
    """How far a text says another end of what is allowed than is asked: 1 for 不超过3年 where 最少几年 is, 0.5 where it says
    neither."""
    asked, other = _asked_end(question)
    if asked is None or other is None:
        return 0.0
    return 0.0 if asked.search(text) else 1.0 if other.search(text) else 0.5


@lru_cache(maxsize=KEPT_QUESTIONS)
def _asked_end(question: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """How the end of what is allowed that a question asks for is said, and how the other is; None if it asks for none, or both."""
    least, most = _ASKS_LEAST.search(question), _ASKS_MOST.search(question)
    if bool(least) == bool(most):
        return None, None
    return (_SAYS_LEAST, _SAYS_MOST) if least else (_SAYS_MOST, _SAYS_LEAST)


def _direction_opposition(question: str, text: str) -> float:
    """1 where a text says only a rise and a fall is asked (减少了多少), or the other way; else 0."""
    asked, other = _asked_direction(question)
    if asked is None or other is None:
        return 0.0
    return 1.0 if other.search(text) and not asked.search(text) else 0.0


@lru_cache(maxsize=KEPT_QUESTIONS)
def _asked_direction(question: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """How the direction that a question asks for is said, and how the other is; None if it asks for none, or both."""
    rise, fall = _ASKS_RISE.search(question), _ASKS_FALL.search(question)
    if bool(rise) == bool(fall):
        return None, None
    return (_SAYS_RISE, _SAYS_FALL) if rise else (_SAYS_FALL, _SAYS_RISE)


def is_other_post(question: str, text: str) -> bool:
    """Whether a text has the deputy where a question asks for the head, or the head for the deputy: 副总指挥 for 总指挥."""
    for one, other in ((question, text), (text, question)):
        for found in _DEPUTY.finditer(one):
            post = next((found[1][:n] for n in (4, 3, 2) if found[1][:n] in other), "")
            if post and f"副{post}" not in other and not re.search(rf"(?<!副){post}", one):
                return True
    return False


@lru_cache(maxsize=KEPT_QUESTIONS)
def _opposites_in(question: str) -> tuple[tuple[str, str, float], ...]:
    """Words of a question that have an opposite which it lacks, with that, and what a text is worth that
    says neither."""
    question = _apart(question)
    turned = (
        (asked, other, 0.5 if pair in _SAID_OPPOSITES else 0.0)
        for pair in (*_SAID_OPPOSITES, *_UNSAID_OPPOSITES)
        for asked, other in (pair, pair[::-1])
    )
    return tuple(item for item in turned if item[0] in question and item[1] not in question)


def _apart(text: str) -> str:
    """A normalised text where 进出口 is neither of its halves."""
    return normalise(text).replace("进出口", "贸易")


def wanted_quantities(question: Question, text: str) -> list[quantities.Quantity]:
    """Figures of a sentence that may be the asked one: not said by the question, of its unit, and
    no ordinal (附件2) unless one is asked (排第几)."""
    found = [q for q in quantities.quantities(text) if q.number not in question.numbers]
    if not _ASKS_FINE.search(question.text):
        found = [q for q in found if not _FINED.match(text, q.end)]
    if "第几" not in question.text:
        found = [q for q in found if not _ORDINAL_BEFORE.search(text[: q.start])]
    return [q for q in found if is_unit(q.unit, question.unit)]


def is_unit(unit: str, wanted: str) -> bool:
    """Whether a figure's unit answers for the wanted one: 9 个 for 几个, 22.59 % for 几成."""
    if not wanted:
        return True
    if wanted == "%":
        return unit in ("%", "‰", "倍", "成") or unit == ""
    core = wanted.lstrip("万亿") or wanted
    if core == "面积":
        return unit.endswith(AREA_UNITS)
    if core == "时间":
        return unit.endswith(TIME_UNITS)
    if core == "人":
        return unit.endswith(("人", "万", "名", "位"))
    if core in ("天", "日"):
        return unit.endswith(("天", "日"))
    if core in LIKE_UNITS:
        return unit.endswith(LIKE_UNITS[core])
    return unit.endswith(core) or (core in ("倍",) and unit == "%")
