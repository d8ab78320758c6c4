"""Questions on the outline of a document, made from the outline: how many parts, what a part says, which part has it.

The written questions teach it too little: a few hundred of them ask for a document's parts, and each of these has one
digest that answers among dozens that only look like it. Wordings are drawn at random; what answers is exact.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from bearing_qa.document.digests import children, digest_of, trimmed
from bearing_qa.types import Parsed, Section
from training.data import Question

PARTS, CONTENTS, PLACES = 2, 2, 2
"""Questions of a document on its parts, on what a part says, on which part says something."""
MIN_PARTS, MAX_PARTS = 3, 14
MAX_QUOTE = 60
"""Characters of a heading that is asked for; longer ones are sentences."""
_LABEL = re.compile(
    r"^(?:第[^\s　]{1,4}[章节编条][\s　]*|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十\d]+[、.．\s　]+)"
)
_FRAME = re.compile(r"中华人民共和国|[（(][^）)]*[）)]|[《》“”]")
_ABOUT = re.compile(r"^.*?关于(?:印发)?(.+?)(?:的(?:意见|通知|决定|办法|规定|公告|报告|批复|函))?$")

_PARTS = """
{name}分几{part} | {name}一共几{part}，都叫什么 | {name}由哪几{part}构成？ | {name}讲了哪几个方面 | {name}大框架分几块 | {name}的目录
{name}的结构是怎样的？ | {name}有多少{part}，各{part}标题是什么？ | {name}主要包括哪些内容？ | 概括{name}的主要内容 | {name}从哪些方面作出规定
{name}总共多少{part} 各管啥 | {name}章节目录 | {name}大致分哪几块 | {name}几{part}组成 各讲啥 | 请列出{name}的各{part}标题 | {name}整体上怎么安排的
How many parts does {name} have, and what are they? | what are the main sections of {name}
"""
_CONTENTS = """
{name}里“{topic}”这一部分讲了哪几点？ | {name}{topic}主要讲什么 | 概括{name}关于{topic}的内容 | {topic}包括哪些方面？ | {topic}有哪些要求
{name}的{topic}分几点讲的 | {name}{topic}都提了啥 | {topic}的主要内容 | {topic}从哪几个方面展开？ | {name}怎么讲{topic}的，列一下
{topic}下面有哪几条 | What does the part on {topic} of {name} cover?
"""
_PLACES = """
{name}哪一{part}讲{topic}？ | {name}第几{part}讲{topic} | {topic}在{name}的哪个部分 | {name}里讲{topic}的是哪一{part}？ | {topic}写在哪一{part}
{name}哪儿讲{topic}的 | {name}的哪部分规定了{topic}？ | 要看{topic}该翻{name}哪一{part} | which part of {name} deals with {topic}
"""


def _wordings(lines: str) -> list[str]:
    return [words.strip() for line in lines.strip().splitlines() for words in line.split("|")]


def outline_questions(doc: str, parsed: Parsed) -> list[Question]:
    """Questions on a document's outline with the headings that answer them, the same for the same document."""
    rng = random.Random(doc)
    top = children(parsed, parsed.sections[0])
    if len(top) == 1:  # the title is a heading
        top = children(parsed, top[0])
    named = [s for s in top if s.title and len(s.title) <= MAX_QUOTE]
    found = [
        *_ask(rng, _PARTS, PARTS, [(top, "")] * PARTS if _is_outline(named, top) else []),
        *_ask(rng, _CONTENTS, CONTENTS, _contents(parsed, named)),
        *_ask(rng, _PLACES, PLACES, [([s], topic) for s in named if (topic := topic_of(s.title))]),
    ]
    questions = []
    for number, (words, sections, topic) in enumerate(found):
        parent = parsed.sections[sections[0].parent]
        quotes = [quote for s in sections if (quote := _quote(parsed, parent, s))]
        marker = sections[0].marker
        asked = words.format(
            name=rng.choice(names_of(parsed.document.title, has_topic=bool(topic))),
            topic=topic,
            part="章" if marker.startswith("第") and marker.endswith("章") else "部分",
        )
        if quotes:
            evidence = tuple((doc, quote) for quote in quotes)
            questions.append(
                Question(f"outline-{doc}-{number}", doc, "outline", asked, "", evidence)
            )
    return questions


def _ask(
    rng: random.Random,
    wordings: str,
    count: int,
    asked: Sequence[tuple[Sequence[Section], str]],
) -> Iterator[tuple[str, Sequence[Section], str]]:
    """Some of what can be asked, each in a wording of its own."""
    chosen = rng.sample(list(asked), min(count, len(asked)))
    words = rng.sample(_wordings(wordings), len(chosen))
    for (sections, topic), wording in zip(chosen, words, strict=True):
        yield wording, sections, topic


def _is_outline(named: Sequence[Section], top: Sequence[Section]) -> bool:
    return MIN_PARTS <= len(top) <= MAX_PARTS and len(named) == len(top)


def _contents(parsed: Parsed, named: Sequence[Section]) -> list[tuple[Sequence[Section], str]]:
    """Parts whose digest has what is below them."""
    found: list[tuple[Sequence[Section], str]] = []
    for section in named:
        below, topic = children(parsed, section), topic_of(section.title)
        if topic and MIN_PARTS <= len(below) <= MAX_PARTS and len(digest_of(parsed, section)) > 1:
            found.append((below, topic))
    return found


def topic_of(heading: str) -> str:
    """What a heading is about, without its number; empty where that says nothing (总则)."""
    topic = re.sub(r"[\s　]+", "", _LABEL.sub("", heading.strip(), count=1)).rstrip("。：:；")
    return topic if 2 < len(topic) <= 30 else ""


def names_of(title: str, *, has_topic: bool) -> list[str]:
    """Ways to name a document; one of them not at all where a topic tells it apart."""
    short = _FRAME.sub("", title).strip() or title
    about = _ABOUT.sub(r"\1", short) or short
    return [
        f"《{title}》",
        short,
        about,
        about + "那份文件",
        *([""] if has_topic else ["这份文件"]),
    ]


def _quote(parsed: Parsed, parent: Section, section: Section) -> str:
    """What the parent's digest has of a section: its heading, or where that says nothing the first sentence with it."""
    text, at = parsed.document.text, trimmed(parsed.document.text, (section.start, section.end))[0]
    spans = [span for span in digest_of(parsed, parent) if span[0] == at]
    return text[slice(*spans[0])][:MAX_QUOTE] if spans else ""
