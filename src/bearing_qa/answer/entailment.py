"""Whether a sentence in other words stands on the spans that it cites.

The answer's own guard (``guard``) asks for slices. Here wording may differ, so more is looked at: figures with
unit, bound and direction; what turns a clause (不, 力争, 原则上); and every word that says something has to stand
in the spans. Nothing less will do: with nine words of ten, one exchanged word in a long clause gets through
(see docs/decisions/008-second-reader.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.answer.claims import (
    claims,
    misplaced_claims,
    unsupported_claims,
    without_claims,
)
from bearing_qa.answer.modality import is_turn, turned_meaning
from bearing_qa.language.dates import days_in_words
from bearing_qa.language.document_numbers import fold, numbers_in
from bearing_qa.language.segment import Segmenter, normalise

_FREE_TEXT = """
的 了 是 在 和 与 及 或 也 而 就 又 被 把 对 从 到 由 于 为 以 有 其 之 所 并 等 地 得 着 给 让 使 该 此 这 那 它 其中 以及 还 即 则 如
并且 而且 同时 此外 另外 但 但是 然而 虽然 尽管 而是 例如 比如 包括 分别 共 共有 一共 总共 各 达 达到 占 至 比 较 相比 方面 情况 中 时 来
去 会 能 够 个 一 项 条 种 类 年 月 日 具体 来看 根据 按照 依据 关于 对于 至于 上述 如下 文件 资料 原文 文中 引文 讲话 指出 提到 提出 说明
说 称 第
"""
"""Words that say nothing by themselves: little words, and those by which an answer speaks of its source.
因此 and 为了 are not among them, since a cause that the text does not give is an invention."""
_FREE = frozenset(_FREE_TEXT.split())


def fault_of(sentence: str, *, spans: Sequence[str], segmenter: Segmenter, around: str = "") -> str:
    """Why a sentence (without marks) does not stand on the spans it cites, in words; empty if it does.

    ``around`` is where the spans stand, title and headings: words of the sentence may come from there, figures may not.
    """
    plain = days_in_words(normalise(sentence))
    cited = [days_in_words(normalise(span)) for span in spans]
    figures = [*unsupported_claims(plain, spans=cited), *_unborne_document_numbers(sentence, spans)]
    if figures:
        return f"引文中没有{'、'.join(dict.fromkeys(figures))}"

    def words(text: str) -> list[str]:
        return content_words(text, segmenter=segmenter)

    plain_words = without_claims(plain)
    cited_words = [without_claims(span) for span in cited]
    turned = turned_meaning(plain_words, spans=cited_words, words=words)
    if turned:
        return turned
    misplaced = misplaced_claims(plain, spans=cited, words=words)
    if misplaced:
        return f"引文中的{'、'.join(misplaced)}说的不是这件事"
    if not words(plain_words) and not claims(plain):
        return "没有说出什么"
    known = [*cited_words, normalise(around)]
    owned = [(text, words(text)) for text in known]
    said = [word for word in words(plain_words) if not is_turn(word)]
    missing = [word for word in said if not any(_holds(*own, word) for own in owned)]
    return f"引文中没有{'、'.join(dict.fromkeys(missing))}" if missing else ""


def _holds(text: str, words: Sequence[str], word: str) -> bool:
    """Whether a text has a word, and not only inside a longer one of its words: 轴承 is not 轴承钢."""
    if word not in text:
        return False
    rest, at = "", 0
    for own in words:
        start = text.find(own, at)
        if start >= 0 and own != word and word in own:
            rest, at = rest + text[at:start] + "|", start + len(own)
    return word in rest + text[at:]


def content_words(text: str, *, segmenter: Segmenter) -> list[str]:
    """Words of a text that say something, in order; figures are not among them."""
    return [word for word in segmenter.words(text) if word not in _FREE]


def _unborne_document_numbers(sentence: str, spans: Sequence[str]) -> list[str]:
    known = {number for span in spans for number in numbers_in(fold(span))}
    said = numbers_in(fold(sentence))
    return [f"{n.code}{n.year}{n.serial}号" for n in said if n not in known]
