"""Words that turn what a clause says: negation, permission, plan, hedge, quantity, condition.

Such a word must not be lost where a sentence says what it governs in the text, nor be added where the text
has none. Bounds of figures (不超过, 约) are ``claims``' matter and turn nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from bearing_qa.answer.claims import Words
from bearing_qa.language.clauses import CLAUSE

# First match wins. The first row holds words with such a sign in them that turn nothing.
_TURNS = (
    (
        "",
        r"不断|不过|不仅|不但|不光|不同|不锈|不管|不论|不动产|不良|不少"
        r"|未来|无人|无缝|无线|无障碍|无害|非公|非常|非洲|没收|可靠|可持续|可再生|可见|可观|可视|认可|许可"
        r"|应用|应对|应急|应变|供应|适应|响应|反应|相应|对应|效应|将军|将近|首都|都市|均衡|平均|人均|一般公共|基本(?:建设|原则|公共|养老|医疗|农田|国情|法)"
        r"|十四五规划|行动计划|专项计划|拟合|(?:重|主|需|必|只|次|首|纲|摘|简|扼|还)要(?=[的性求素点])|要[求素点件害领]|纲要|摘要|重要|必要|首要|次要|扼要"
        r"|除了|除尘|去除|废除|解除|免除|排除|拆除|消除|根除|清除|删除|除草|若干|正式|正确|正常",
    ),  # 不断增强, 未来产业
    ("不足", r"不足|缺乏|缺少"),  # 供给不足
    ("不得", r"不得|不准|不许|不允许|不能|不可|不应|不宜|禁止|严禁|不予|勿"),  # 不得转让
    ("尚未", r"(?:尚|还|仍|从)(?:未|没有?)"),  # 尚未达到
    ("不", r"没有|没|并非|未|不|无|非"),  # 不再新建, 未受影响
    ("力争", r"力争|争取|力求"),  # 力争建成
    ("计划", r"计划|打算|拟"),  # 计划用一年的时间完成
    ("预计", r"预计|预估|预测|预期|有望"),  # 预计突破
    ("可能", r"可能|或许|也许|或将|据称"),  # 可能影响
    ("将", r"即将|将要|将会|必将|将"),  # 将达到
    ("已", r"已经|业已|已"),  # 已实现
    ("正在", r"正在|正"),  # 正在开展
    ("应", r"应当|应该|必须|务必|需要|须|需|应(?![付收])|要"),  # 应当报告
    ("能够", r"能够"),  # 能够生产
    ("可以", r"可以|允许|可"),  # 可以延长
    ("原则上", r"原则上"),
    ("一般", r"一般|通常|往往|基本上?|大体上?|总体"),  # 基本过关
    ("主要", r"主要|大多数?|多数|绝大多数|大部分"),  # 主要依靠进口
    ("部分", r"部分|一些|有些|有的|个别|少数"),  # 部分企业
    ("全部", r"全部|所有|一律|全都|完全|都|均"),  # 已全部实现
    ("仅", r"仅|只有|只|唯一"),  # 仅限
    ("仍", r"仍然|依然|仍|尚"),  # 仍在路上
    ("鼓励", r"鼓励|建议|倡导|提倡"),  # 鼓励采用
    ("以上", r"以上"),  # 规模以上的企业
    ("以下", r"以下(?!简称|统称|称)"),
    ("如果", r"如果|假如|倘若|除非|一旦|若"),  # 如果批准
)
_TURN = re.compile("|".join(f"(?P<k{at}>{words})" for at, (_, words) in enumerate(_TURNS)))
_GAP = "|"
"""What stands for a word that is left out, so that its neighbours do not read as one."""
_CONDITION = re.compile(
    r"^(?:如果|假如|倘若|除非|若|一旦|未经|经.{0,12}(?:批准|同意|许可)|除.*外$)|(?:除外|情况下|前提下|条件下|的)$"
)
"""A clause that narrows the one behind it: 经批准的，可以延长."""
_NARROWED = re.compile(r"(?<=情况下)|(?<=前提下)|(?<=条件下)|(?<=情形下)")
"""Where what narrows a clause ends though no comma stands there: 同等条件下|要优先使用."""
_EXCEPTION = re.compile(r"除外$|不在此限|另有规定")
"""A clause that narrows the one before it: 但节假日除外."""

MIN_ADDED = 2
"""Words that a further clause has to explain, to be one that a sentence draws on: one may be chance."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turning word in a clause: its kind, as written, and the content words behind it."""

    kind: str
    written: str
    governs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its content words, its turning words, and which clauses of its text narrow it."""

    text: str
    words: tuple[str, ...]
    turns: tuple[Turn, ...]
    before: str
    """Its text up to it, from the text's beginning."""
    narrowed_by: tuple[frozenset[str], ...] = ()
    """The words of each."""

    def governs(self, kind: str) -> set[str]:
        """What stands behind turning words of a kind."""
        return {word for turn in self.turns if turn.kind == kind for word in turn.governs}

    def has(self, kind: str) -> bool:
        """Whether a turning word of a kind is in it."""
        return any(turn.kind == kind for turn in self.turns)


def read_clauses(text: str, *, words: Words) -> list[Clause]:
    """The clauses of a normalised text that have content words, in order."""
    pieces = [
        part for found in CLAUSE.finditer(text) for part in _NARROWED.split(found.group()) if part
    ]
    own = [tuple(dict.fromkeys(words(_without_turns(piece)))) for piece in pieces]
    kept = [at for at, content in enumerate(own) if content]
    narrowed: dict[int, list[frozenset[str]]] = {}
    for before, at in pairwise(kept):
        if _CONDITION.search(pieces[before]):
            narrowed.setdefault(at, []).append(frozenset(own[before]))
        if _EXCEPTION.search(pieces[at]):
            narrowed.setdefault(before, []).append(frozenset(own[at]))
    return [
        Clause(
            pieces[at],
            own[at],
            _turns(pieces[at], words),
            "，".join(pieces[:at]),
            tuple(narrowed.get(at, ())),
        )
        for at in kept
    ]


def is_turn(word: str) -> bool:
    """Whether a word is a turning word and nothing else: ``turned_meaning`` asks for its kind, not for the word itself."""
    found = _TURN.fullmatch(word)
    return found is not None and found.lastgroup != "k0"


def _without_turns(piece: str) -> str:
    """A clause without its turning words."""
    return _TURN.sub(lambda found: found.group() if found.lastgroup == "k0" else _GAP, piece)


def _turns(piece: str, words: Words) -> tuple[Turn, ...]:
    return tuple(
        Turn(kind, found.group(), tuple(words(_without_turns(piece[found.end() :]))))
        for found in _TURN.finditer(piece)
        if (kind := _TURNS[int((found.lastgroup or "k0")[1:])][0])
    )


def turned_meaning(sentence: str, *, spans: Sequence[str], words: Words) -> str:
    """How a sentence turns what the spans say, in words; empty if it does not. All texts normalised."""
    said = [clause for span in spans for clause in read_clauses(span, words=words)]
    own = read_clauses(sentence, words=words)
    everything = frozenset(word for clause in own for word in clause.words)
    for clause in own:
        sources = _sources(clause, said)
        fault = (
            _added(clause, sources)
            or _lost(clause, sources)
            or _unnarrowed(everything, sources)
            or _exchanged(clause, sources, spans)
        )
        if fault:
            return fault
    return ""


def _sources(clause: Clause, said: Sequence[Clause]) -> list[tuple[Clause, frozenset[str]]]:
    """The clauses that a clause draws on, each with the words that it is the first to explain.

    The one that shares most words comes first, of several the one with the fewest others; then what is
    said for the most part, by ``MIN_ADDED`` words or more.
    """
    rest = frozenset(clause.words)
    found: list[tuple[Clause, frozenset[str]]] = []
    while rest and said:
        best = max(said, key=lambda other: (len(rest.intersection(other.words)), -len(other.words)))
        shared = rest.intersection(best.words)
        is_said = 2 * len(shared) > len(best.words) and len(shared) >= MIN_ADDED
        if not shared or (found and not is_said):
            break
        found.append((best, shared))
        rest = rest - shared
    return found


Sources = Sequence[tuple[Clause, frozenset[str]]]


def _added(clause: Clause, sources: Sources) -> str:
    for turn in clause.turns:
        governed = set().union(*(source.governs(turn.kind) for source, _ in sources))
        is_there = any(source.has(turn.kind) for source, _ in sources)
        if not is_there or (turn.governs and turn.governs[0] not in governed):
            return f"引文在这件事上没有说“{turn.written}”"
    return ""


def _lost(clause: Clause, sources: Sources) -> str:
    for source, shared in sources:
        for turn in source.turns:
            scope = turn.governs or source.words
            is_moved = scope[0] in shared and scope[0] not in clause.governs(turn.kind)
            if shared.intersection(scope) and (
                not clause.has(turn.kind) or (turn.governs and is_moved)
            ):
                return f"引文说的是“{turn.written}”，句中没有"
    return ""


def _unnarrowed(said: frozenset[str], sources: Sources) -> str:
    narrowing = (words for source, _ in sources for words in source.narrowed_by)
    lost = any(2 * len(words & said) < len(words) for words in narrowing)
    return "漏掉了引文里的条件或例外" if lost else ""


def _exchanged(clause: Clause, sources: Sources, spans: Sequence[str]) -> str:
    """Whether a clause says of one what a span says of another: 民用飞机 for 军用飞机.

    A word that the clause drawn on does not have may come from what stands before it, or from another span;
    it may not come from behind, nor stand where the leading words of that clause are left out.
    """
    if not sources:
        return ""
    source = sources[0][0]
    drawn_on = "，".join(other.text for other, _ in sources)
    put_in = [word for word in clause.words if word not in drawn_on]
    leading = takewhile(lambda word: word not in clause.text, source.words)
    left_out = list(leading)
    own = [span for span in spans if source.text in span]
    elsewhere = "，".join([source.before, *(span for span in spans if span not in own)])
    behind = [
        word for word in put_in if word not in elsewhere and any(word in span for span in own)
    ]
    late = _behind_own(clause, sources, put_in)
    if behind or late or (put_in and left_out):
        return f"“{(behind or late or put_in)[0]}”在引文里不是这样说的"
    return ""


def _behind_own(clause: Clause, sources: Sources, put_in: Sequence[str]) -> list[str]:
    """Words put in from what stands before a clause that the sentence says behind a word which only that clause has: they
    are no subject that it took over (空心杯电机主要选用四点接触球轴承)."""
    source = sources[0][0]
    own = [word for word in source.words if word in clause.words and word not in source.before]
    first = min((clause.text.find(word) for word in own), default=len(clause.text))
    return [w for w in put_in if w in source.before and clause.text.find(w) > first >= 0]
