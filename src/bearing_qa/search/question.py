"""A question as retrieval and the tables' arithmetic need it: its words, numbers and years.

What it asks for is for the reader to say (see ``answer.read``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bearing_qa.errors import QuestionError
from bearing_qa.language.dates import YEAR, YEAR_RANGE
from bearing_qa.language.document_numbers import NAMED
from bearing_qa.language.numbers import digit_strings
from bearing_qa.language.segment import Segmenter, normalise
from bearing_qa.language.variants import simplify
from bearing_qa.search.quotations import outside_quotes
from bearing_qa.search.scope import EVERYTHING, Scope

MAX_CHARS = 500
"""Longest question in characters; more is a document, not a question."""

_NUMBERED = re.compile(
    r"^(?:[（(]\d{1,3}[)）]|\d{1,3}[、．.](?!\d)|[Qq]\d{0,3}[:：.]|问题?\d{0,3}[:：])\s*"
)
"""What a question has that was copied from a list: 3. 问："""
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
# Words that ask and say nothing of the matter; taken out before words are looked up.
_ASKING = re.compile(
    r"哪[一个家]{0,2}(?:部门|单位|机构|机关|组织)|"
    r"是?在?(?:什么时[候间]|何时)|是?(?:多少|多大|多高|多长|多远|多久)|百分之几|百分之多少"
    r"|(?:都|各|分别|具体|主要|大约|大概)?(?:是|有|为)?(?:什么|哪[一二两三四五六七八九十几个些家类种项条年月天位]*|几)"
    rf"|比(?={YEAR}|[上去前]一?年|同期)"  # 产量比2022年: jieba has 产量比 as a word
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
    rf"(?<!\d){YEAR}(?=年|[-—–~～至])|^{YEAR}(?=[\u4e00-\u9fff]{{2}})(?![多余几]?[万亿]?[元个家人套吨米公平美次名种项条户辆台件度])|(?<=\b(?:in|of|by) ){YEAR}\b"
)
MAX_YEARS = 20


@dataclass(frozen=True, slots=True)
class Question:
    """A question as retrieval and arithmetic need it. ``words`` are its content words, ``numbers`` its figures.

    ``others`` are, word by word, what else the documents may call it; ``added`` are BM25 tokens beside the
    question's own, with their weights. Both are filled by ``understand``.
    """

    text: str
    words: tuple[str, ...]
    tokens: tuple[str, ...]
    numbers: frozenset[str]
    years: frozenset[str]
    is_chinese: bool
    scope: Scope = EVERYTHING
    """The part of the corpus that it is asked of."""
    asked: str = ""
    """The question as it was typed, where ``text`` has lost what became its scope: what the reader reads."""
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
    rf"{YEAR}\s*年?(?:\s*\d{{1,2}}\s*月?(?:份)?\s*[-~—–至到]+\s*\d{{1,2}}\s*月(?:份)?|\s*\d{{1,2}}\s*月(?:份)?)?"
    r"|[前第][一二三四1-4]个?季度|[上下]半年|[前上头去]一?年(?:同期)?"
)
"""When: taken out before the words are looked up."""


def check_question(text: str) -> str:
    """A question as it is read: simplified characters, single blanks, without its number in a list.

    Raises QuestionError if it is empty or longer than MAX_CHARS.
    """
    text = simplify(" ".join(text.encode("utf-8", "ignore").decode("utf-8").split()))
    if not any(char.isalnum() for char in text):
        raise QuestionError(
            found="还没有输入问题 / a question without words",
            expected="至少一个词 / some words",
            fix="请输入问题，如：讲话是谁作的？ / type a question, for example 讲话是谁作的？",
        )
    if len(text) > MAX_CHARS:
        raise QuestionError(
            found=f"问题有 {len(text)} 个字 / a question of {len(text)} characters",
            expected=f"至多 {MAX_CHARS} 个 / at most {MAX_CHARS}",
            fix="请缩短 / shorten it",
        )
    return _NUMBERED.sub("", text, count=1) or text


def parse_question(text: str, *, segmenter: Segmenter, scope: Scope = EVERYTHING) -> Question:
    """A question's words, figures and years.

    Raises QuestionError if it is empty or longer than MAX_CHARS.
    """
    text = check_question(text)
    folded = _COLLOQUIAL.sub(lambda found: _PLAIN[found.group()], normalise(text))
    plain = outside_quotes(_ASKING, folded)
    bare = NAMED.sub(" ", plain)  # which document, not what of it
    words = next(
        filter(
            None, (_content_words(segmenter.words(t)) for t in (_TIME.sub(" ", bare), bare, plain))
        ),
        (),
    )
    return Question(
        text=text,
        words=words,
        tokens=tuple(segmenter.tokens(plain if plain.strip() else folded)),
        numbers=frozenset(digit_strings(folded)),
        years=_years(folded),
        is_chinese=bool(re.search(r"[\u3400-\u9fff]", folded)),
        scope=scope,
    )


def _years(folded: str) -> frozenset[str]:
    """Years that a question names, those inside a range (2021—2023年) too."""
    years = set(_YEAR.findall(folded))
    for first, last in YEAR_RANGE.findall(folded):
        years.update(map(str, range(int(first), min(int(last), int(first) + MAX_YEARS) + 1)))
    return frozenset(years)


def _content_words(words: Sequence[str]) -> tuple[str, ...]:
    """Words that say something, once each; single characters only where there is nothing longer."""
    kept = list(dict.fromkeys(word for word in words if word not in STOP_WORDS))
    long = tuple(word for word in kept if len(word) > 1 or word.isdigit())
    return long or tuple(kept)
