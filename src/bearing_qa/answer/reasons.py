"""Why a question is not answered, or only in part: the sentences, in Chinese as answers carry them, and in English."""

from __future__ import annotations

import re
from functools import cache

NOT_FOUND = "资料中没有找到对这个问题的回答。"
"""What a refusal says."""
REASONS: dict[str, tuple[str, str]] = {
    "nothing": ("没有找到相关的段落", "no passage on this was found"),
    "nearest": (
        "读过的段落都没有回答这个问题；最接近的在{place}",
        "none of the passages that were read answers this; the nearest one is in {place}",
    ),
    "number": (
        "相关文件没有{numbers}这个文号",
        "the nearest document has no document number {numbers}",
    ),
    "figures": ("引文中没有这些数字：{figures}", "the citations lack these figures: {figures}"),
    "words": ("引文中没有这些话：{words}", "the citations lack these words: {words}"),
    "other": (
        "最接近的原文说的是{said}，不是{asked}",
        "the nearest text is about {said}, not {asked}",
    ),
    "code": ("相关文件没有{codes}", "the nearest document does not mention {codes}"),
    "part": ("文中没有{part}", "the document has no {part}"),
    "unsure": (
        "这些数字是从扫描页识别的，没有认清，请核对原件：{figures}",
        "these figures were recognised from a scanned page and are not certain; check the original: {figures}",
    ),
    "model_refused": (
        "语言模型 {model} 读了最接近的 {count} 段，没有找到回答",
        "the language model {model} read the nearest {count} passages and found no answer",
    ),
    "model_refused_of": (
        "语言模型 {model} 读了最接近的 {count} 段，没有找到：{missing}",
        "the language model {model} read the nearest {count} passages and did not find: {missing}",
    ),
    "model_missing": ("没有找到：{missing}", "not found: {missing}"),
    "unanswered": (
        "没有找到对“{question}”的回答：{reason}",
        "no answer was found to “{question}”: {reason}",
    ),
}
"""Key → Chinese, English; ``{name}`` is filled in."""
_GAP = re.compile(r"\\{(\w+)\\}")


def reason(key: str, **values: str) -> str:
    """A reason in Chinese, values filled in."""
    return REASONS[key][0].format(**values)


def in_english(text: str) -> str:
    """A reason, or several that ； divides, in English; what is none of them as it is."""
    for key, (_, english) in REASONS.items():
        found = _pattern(key).fullmatch(text)
        if found:
            values = found.groupdict()
            if "reason" in values:
                values["reason"] = in_english(values["reason"])
            return english.format(**values)
    first, divided, rest = text.partition("；没有找到对“")
    return f"{in_english(first)}; {in_english(f'没有找到对“{rest}')}" if divided else text


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """The Chinese sentence as a pattern; the reason of an unanswered part holds none of another part."""
    pattern = _GAP.sub(r"(?P<\1>.+?)", re.escape(REASONS[key][0]))
    pattern = pattern.replace("(?P<question>.+?)", "(?P<question>(?:(?!”的回答：).)+)")
    pattern = pattern.replace("(?P<reason>.+?)", "(?P<reason>(?:(?!；没有找到对“).)+)")
    return re.compile(pattern, re.DOTALL)  # a question may have several lines
