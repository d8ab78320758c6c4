"""Figures, dates and names in Chinese text: where they stand and what unit they carry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bearing_qa.index.cedict import common_words
from bearing_qa.index.segment import person_names
from bearing_qa.index.variants import simplify

_UNITS = (
    "亿美元|万美元|美元|亿元|万元|万亿元|元|亿套|万套|套|亿人|万人|人次|人|亿吨|万吨|吨|平方公里|平方米|公里|千米|厘米|毫米"
    "|米|公顷|万亩|亩|个小时|小时|分钟|个月|个百分点|工作日|个工作日|周年|年|月|日|天|岁|倍|成|万多种|多种|种|万多家|多家|家|个|项"
    "|条|件|次|台|位|名|所|户|亿|万|MW|GW|kW|度|级|章|节|部分|类|批|辆|座|班|届|场|架|艘|份|页|层|栋|幅|千伏|kV|℃|dB|分贝"
)
_QUANTITY = re.compile(
    rf"(?P<number>\d[\d,]*(?:\.\d+)?(?:\s*[-–—~～至]\s*\d[\d,]*(?:\.\d+)?)?|[一二两三四五六七八九十百千]+(?:分之[一二三四五六七八九十]+)?)"
    rf"\s*(?P<scale>[多余几]?[万亿]?[多余]?)\s*(?P<unit>[%％‰]|{_UNITS})?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"[12]\d{3}\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}\s*日?|[12]\d{3}\s*年(?:\s*\d{1,2}\s*月)?"
    r"|\d{1,2}\s*月\s*(?:\d{1,2}\s*日|份)|\d{1,2}\s*[-–—~～至到]\s*\d{1,2}\s*月|[今明去前]年|自[^，。；\n]{1,20}之日|[一二]〇[〇一二三四五六七八九]{2}年"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单"
    "杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫习肖"
)
_TITLES = (
    "主席|总书记|总理|副总理|部长|主任|理事长|会长|院士|教授|局长|司长|书记|秘书长|董事长|总经理|先生|女士|同志|厅长|省长"
    "|市长|委员长|委员|总工程师|研究员|行长|校长|院长|所长|处长|大使|代表"
)
_OFFICE = re.compile(rf"(?:副|常务|原|前)*(?:{_TITLES})")
# 理事长 周宇 / 习近平总书记: a title beside a name of two or three characters.
_PERSON = re.compile(
    rf"(?:{_TITLES})[\s:：]*[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:(?![\u4e00-\u9fff])|(?=兼?任|担任|同志|主持|牵头))"
    r"|由[^，。；]{2,20}?(?:兼任|担任|任)(?!务|何)"
    rf"|(?:(?<![\u4e00-\u9fff])|(?<=[的和与由彻据按向对是请]))[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:{_TITLES})"
)
_USUAL_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪姜范姚谭廖邹熊"
    "陆郝孔崔康邱秦顾侯邵孟段雷钱汤尹黎乔贺赖龚"
)
"""Frequent surnames that hardly ever begin another word."""
# 母亲是邵宸妃，/ 由刘哲题字 / 安德鲁·约翰逊 / 韩　正: a name between marks and little words, a foreign one, one of two
# characters as lists of names print it.
_BARE_NAME = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[为是由任与和及叫]))[{_USUAL_SURNAMES}][\u4e00-\u9fff]{{1,2}}"
    r"(?:(?![\u4e00-\u9fff])|(?=[为是任与和及等于在从之的]))"
    r"|[\u4e00-\u9fff]{1,6}[·•‧・][\u4e00-\u9fff]{1,6}"
    rf"|(?<![\u4e00-\u9fff])[{_SURNAMES}][\u3000 ][\u4e00-\u9fff](?![\u4e00-\u9fff])"
)
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff]{2,}?(?:公司|集团|研究院|研究所|大学|协会|学会|委员会|工信部|发展改革委|(?<![全内外大局干东西南北中上下顶底头胸腹])部|(?<![格布结全时大])局|办公厅|国务院|厂|银行|总署|法院|检察院|政府|机构)"
)
_ROLE = re.compile(
    r"[\u4e00-\u9fff](?:部门|单位|机关|企业|机构|组织|部队|[者方户主员])|患者|职工|个人|业主|由(?![于此])[\u4e00-\u9fff]{2}|(?:[用行申承负托旅经管][\u4e00-\u9fff]{0,2}|当事|责任)人"
)
"""Roles in rules: 由港务所修缮, 中选企业, 医疗机构, 航道管理部门, 托运人, 驾驶人员."""
_COUNTRY = re.compile(
    "美国|日本|德国|法国|英国|韩国|俄罗斯|印度|瑞典|意大利|加拿大|澳大利亚|巴西|墨西哥|越南|泰国|新加坡|马来西亚|印度尼西亚|欧盟"
    "|西班牙|荷兰|瑞士|奥地利|波兰|土耳其|沙特|南非|埃及|哈萨克斯坦|巴基斯坦|朝鲜|蒙古"
)
_REGION = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西"
    "|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,4}[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*(?:第\s*)?\d+\s*号|[令告]\s*(?:[（(]?\d{4}年[）)]?)?\s*第?\s*[\d一二三四五六七八九十百]+\s*号"
)
_STOP_BETWEEN = re.compile("(?<![０-９])，|，(?![０-９])")
"""A wide comma is a separator of thousands between wide digits alone: ２，１８０."""
_ANY_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in a text: its span, its digits as compared, and its unit."""

    start: int
    end: int
    number: str
    unit: str


def quantities(text: str) -> Iterator[Quantity]:
    """Figures of a text in order. Chinese numerals count only with a unit behind them."""
    for found in _QUANTITY.finditer(simplify(text)):
        unit = (found["scale"] or "") + (found["unit"] or "")
        if not found["number"][0].isdigit() and not found["unit"] and "分之" not in found["number"]:
            continue
        number = re.sub(r"[\s,]", "", found["number"])
        yield Quantity(found.start(), found.end(), number, unicodedata.normalize("NFKC", unit))


def numbers(text: str) -> set[str]:
    """All digit strings of a text, full-width ones folded, thousands separators left out."""
    apart = _STOP_BETWEEN.sub("、", text)  # NFKC would make a separator of a stop of the sentence
    folded = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", unicodedata.normalize("NFKC", apart))
    return set(_ANY_NUMBER.findall(folded))


def has_date(text: str) -> bool:
    """Whether a text names a day, a month, a year, or 今年/明年."""
    return bool(_DATE.search(simplify(text)))


def has_document_number(text: str) -> bool:
    """Whether a text names a document by its number (发文字号): 国办发〔2018〕129号, 国务院令第722号."""
    return bool(DOCUMENT_NUMBER.search(simplify(text)))


def offices(text: str) -> list[str]:
    """Offices and titles that a text names: 理事长, 副理事长, 主任."""
    return [found.group() for found in _OFFICE.finditer(simplify(text))]


def has_person(text: str) -> bool:
    """Whether a text names a person: a title beside a name, or what by itself looks like a name."""
    text = simplify(text)
    if _PERSON.search(text) or _BARE_NAME.search(text):
        return True
    tagged = (name for name in person_names(text) if name[0] in _USUAL_SURNAMES)
    return any(len(name) in (2, 3) and name not in common_words() for name in tagged)


def has_party(text: str) -> bool:
    """Whether a text names somebody who may have to do a thing: a body, a person, or a role (患者, 托运人)."""
    return bool(_ROLE.search(simplify(text))) or has_organisation(text) or has_person(text)


def has_organisation(text: str) -> bool:
    """Whether a text names a company, an office, a school or an association."""
    return bool(_ORGANISATION.search(simplify(text)))


def organisations(text: str) -> list[str]:
    """Companies, offices, schools and associations that a text names, each with what stands before it."""
    return _ORGANISATION.findall(simplify(text))


def has_enumeration(text: str) -> bool:
    """Whether a text names several things side by side."""
    return bool(re.search(r"、|[和及与]|以及|；", text))


def has_country(text: str) -> bool:
    """Whether a text names a country or union of countries other than China."""
    return bool(_COUNTRY.search(simplify(text)))


def has_region(text: str) -> bool:
    """Whether a text names a province, a city, a county or a district."""
    return bool(_REGION.search(simplify(text)))
