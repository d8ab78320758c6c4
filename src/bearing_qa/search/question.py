"""What a question asks for: its kind, its content words, numbers, and the unit it wants.

All of it from tables of the language's question words; nothing is learned here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bearing_qa.document.markers import number_of
from bearing_qa.errors import QuestionError
from bearing_qa.index.segment import Segmenter, normalise
from bearing_qa.index.variants import simplify
from bearing_qa.search.phrases import outside_quotes
from bearing_qa.search.quantities import numbers
from bearing_qa.search.scope import EVERYTHING, Scope

MAX_CHARS = 500
"""Longest question in characters; more is a document, not a question."""

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
    ("region", re.compile(r"(?:哪[个一]?|什么)(?:省|城市|地区|市|县|区)|哪个?地方")),
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

_NUMBERED = re.compile(
    r"^(?:[（(]\d{1,3}[)）]|\d{1,3}[、．.](?!\d)|[Qq]\d{0,3}[:：.]|问题?\d{0,3}[:：])\s*"
)
"""What a question bears that was copied from a list: 3. 问："""
_PLAIN = {
    "发文机关": "印发机关",
    "发文单位": "印发单位",
    "发文部门": "印发机关",
    "啥": "什么",
    "咋样": "怎么样",
    "咋": "怎么",
    "哪儿": "哪里",
}
"""Words of everyday speech, and of forms, for what front matter is indexed with."""
_COLLOQUIAL = re.compile("|".join(_PLAIN))
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{0,4}[发函字办电令规][〔\[(]\d{4}[〕\])]第?\d+号")
"""国办发〔2018〕128号"""
# Words that ask and say nothing of the matter; taken out before words are looked up.
_ASKING = re.compile(
    r"哪[一个家]{0,2}(?:部门|单位|机构|机关|组织)|"
    r"是?在?(?:什么时[候间]|何时)|是?(?:多少|多大|多高|多长|多远|多久)|百分之几|百分之多少"
    r"|(?:都|各|分别|具体|主要|大约|大概)?(?:是|有|为)?(?:什么|哪[一二两三四五六七八九十几个些家类种项条年月天位]*|几)"
    r"|比(?=(?:19|20)\d{2}|[上去前]一?年|同期)"  # 产量比2022年: jieba has 产量比 as a word
    r"|为什么|为何|怎么样?|如何|是否|能否|是不是|有没有|谁|吗|呢|吧|[？?！!。]"
    r"|请问|请|告诉我|一下|(?:这|本|该)?(?:篇|份|个|次)?(?:讲话(?![人者])|文件|文章|通知|意见|文中|报告)(?:里|中|说|提到|指出|给出的?|认为|归纳了?)*"
)
_STOP_TEXT = """
的 了 是 在 和 与 及 或 也 都 而 就 还 又 被 把 对 从 到 由 于 为 以 有 个 上 下 里 中 这 那 其 之 所 将 会 能 可以
我国 我们 现在 目前 眼下 一共 总共 大约 约 达到 进行 情况 方面 要 得 去 该 用 做 来 给 让 等 比 更 最 一 不 没
角度 展开 归纳 概括 盘点 列举 列出 逐一 点名 提到 谈到 讲到 介绍 主题 内容
做法 部分 集中 交代 论述 阐述 讲述 分析 小节 章节 段落 了解 想 看 说 讲 谈
the a an of in is are was does do did what which who how many much to for and it its that by on with can
"""
"""Words without weight: function words, hedges, words about the text and not of its matter."""
STOP_WORDS = frozenset(_STOP_TEXT.split())
_YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?=年|[-—–~～至])|^(?:19|20)\d{2}(?=[\u4e00-\u9fff]{2})(?![多余几]?[万亿]?[元个家人套吨米公平美次名种项条户辆台件度])|(?<=\b(?:in|of|by) )(?:19|20)\d{2}\b"
)
_YEAR_RANGE = re.compile(r"((?:19|20)\d{2})年?\s*[-—–~～至到]+\s*((?:19|20)\d{2})年?")
MAX_YEARS = 20
_COMMON_NAMES = frozenset(
    {"中国", "国内", "国外", "全国", "我国", "国家", "外国", "海外", "本国", "各国"}
)
"""Names that a text need not repeat, being about them throughout."""
_COUNT = re.compile(r"[哪这那]([一二两三四五六七八九十\d]{1,2})[个项条类种大方点家块步层句件组批]")
_UNIT = re.compile(
    r"(?:多少|几)(?:个(?=人|小时|钟头))?(亿?美元|[万亿]?元|[万亿]?套|[万亿]?人次?|[万亿]?吨|平方公里|平方米|公顷|亩|公里|千米|小时|分钟|毫米|厘米|米|周年|年|个工作日|工作日"
    r"|个月|个百分点|个|家|种|位|岁|天|日|倍|成|项|条|次|台|辆|批|件|户|名|所|座|级|度|班|届|场|架|艘|份|页|层|栋|亿|万)"
)
_BOUNDS = frozenset({"以内", "以上", "以下", "以外", "左右", "之内", "之间"})
_AMOUNT_OF = re.compile(r"多少(?:的)?")
_PERCENT = re.compile(
    r"百分之|比例|比重|占比|占(?:了|到|有)?(?:多少|几)|份额|增速|增长率|同比|几成|百分点|[几少]个点|(?:增长|增加|上升|提高|下降|减少|降低|回落|涨|跌|降)(?:了|幅)?(?:多少|几)(?![万亿]?(?:元|个|家|人|套|吨|米))"
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


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what it asks for. ``words`` are its content words, ``numbers`` its figures.

    ``measured`` is what an amount is asked of (多少租金). ``others`` are, word by word, what else the
    documents may call it; ``added`` are BM25 tokens beside the question's own, with their weights. Both
    are filled by ``understand``.
    """

    text: str
    asked: Asked
    words: tuple[str, ...]
    tokens: tuple[str, ...]
    numbers: frozenset[str]
    years: frozenset[str]
    names: tuple[str, ...]
    count: int
    counted: str
    unit: str
    measured: str
    is_chinese: bool
    scope: Scope = EVERYTHING
    """The part of the corpus that it is asked of."""
    others: tuple[tuple[str, ...], ...] = ()
    added: tuple[tuple[str, float], ...] = ()

    @property
    def spoken(self) -> str:
        """What is encoded: the question, and the best Chinese word for each of another language."""
        chinese = [] if self.is_chinese else [known[0] for known in self.others if known]
        return " ".join([self.text, *chinese])

    def meanings(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each content word with what else it may be called."""
        return list(zip(self.words, self.others or ((),) * len(self.words), strict=True))


_TIME = re.compile(
    r"(?:19|20)\d{2}\s*年?(?:\s*\d{1,2}\s*月?(?:份)?\s*[-~—–至到]+\s*\d{1,2}\s*月(?:份)?|\s*\d{1,2}\s*月(?:份)?)?"
    r"|[前第][一二三四1-4]个?季度|[上下]半年|[前上头去]一?年(?:同期)?"
)
"""When: years are weighed by themselves, and the sentence that answers need not say them again."""


def check_question(text: str) -> str:
    """A question as it is read: simplified characters, single blanks, without the number it bears in a list.

    Raises QuestionError if it is empty or longer than MAX_CHARS.
    """
    text = simplify(" ".join(text.encode("utf-8", "ignore").decode("utf-8").split()))
    if not any(char.isalnum() for char in text):
        raise QuestionError(
            found="问题里没有字 / a question without words",
            expected="至少一个词 / some words",
            mend="请写出问题 / type a question, for example 讲话是谁作的？",
        )
    if len(text) > MAX_CHARS:
        raise QuestionError(
            found=f"问题有 {len(text)} 个字 / a question of {len(text)} characters",
            expected=f"至多 {MAX_CHARS} 个 / at most {MAX_CHARS}",
            mend="请缩短 / shorten it",
        )
    return _NUMBERED.sub("", text, count=1) or text


def parse_question(text: str, *, segmenter: Segmenter, scope: Scope = EVERYTHING) -> Question:
    """A question's kind, words and wanted unit.

    Raises QuestionError if it is empty or longer than MAX_CHARS.
    """
    text = check_question(text)
    folded = _COLLOQUIAL.sub(lambda found: _PLAIN[found.group()], normalise(text))
    asked: Asked = next((kind for kind, pattern in _KINDS if pattern.search(folded)), "other")
    plain = outside_quotes(_ASKING, folded)
    bare = _DOCUMENT.sub(" ", plain)  # which document, not what of it
    words = next(
        filter(
            None, (_content_words(segmenter.words(t)) for t in (_TIME.sub(" ", bare), bare, plain))
        ),
        (),
    )
    counted = _COUNT.search(folded)
    return Question(
        text=text,
        asked=asked,
        words=words,
        tokens=tuple(segmenter.tokens(plain if plain.strip() else folded)),
        numbers=frozenset(numbers(folded)),
        years=_years(folded),
        names=tuple(name for name in segmenter.proper_nouns(text) if name not in _COMMON_NAMES),
        count=number_of(counted.group(1)) if counted else 0,
        counted=counted.group()[1:] if counted else "",
        unit=_wanted_unit(folded),
        measured=_measured(folded, segmenter),
        is_chinese=bool(re.search(r"[\u3400-\u9fff]", folded)),
        scope=scope,
    )


def _years(folded: str) -> frozenset[str]:
    """Years that a question names, those inside a range (2021—2023年) too."""
    years = set(_YEAR.findall(folded))
    for first, last in _YEAR_RANGE.findall(folded):
        years.update(map(str, range(int(first), min(int(last), int(first) + MAX_YEARS) + 1)))
    return frozenset(years)


def _content_words(words: Sequence[str]) -> tuple[str, ...]:
    """Words that say something, once each; single characters only where there is nothing longer."""
    kept = list(dict.fromkeys(word for word in words if word not in STOP_WORDS))
    long = tuple(word for word in kept if len(word) > 1 or word.isdigit())
    return long or tuple(kept)


def _measured(folded: str, segmenter: Segmenter) -> str:
    """What 多少 asks the amount of where it is named right behind it: 租金 of 多少租金; else empty."""
    found = _AMOUNT_OF.search(folded)
    if found is None or _UNIT.match(folded, found.start()):
        return ""
    behind = folded[found.end() :]
    words = segmenter.words(behind)[:1]
    words = [w for w in words if len(w) > 1 and w not in STOP_WORDS and w not in _BOUNDS]
    kept = (w for w in words if not _PERCENT.search(w))
    return next(kept, "")


def _wanted_unit(folded: str) -> str:
    if _PERCENT.search(folded):
        return "%"
    found = _UNIT.search(folded)
    if found:
        return found.group(1)
    return next((unit for nouns, unit in _NOUN_UNITS if nouns.search(folded)), "")


def coverage(question: Question, weights: Sequence[float], *, text: str) -> float:
    """Share of the content words' weight that a normalised text holds, by the word itself or by
    another for it; 0 without words."""
    total = sum(weights)
    others = question.others or ((),) * len(question.words)
    held = sum(
        [  # asked of every sentence that is looked at: no generator where there is nothing to generate
            weight
            for word, known, weight in zip(question.words, others, weights, strict=True)
            if word in text or (known and any(other in text for other in known))
        ]
    )
    return held / total if total else 0.0
