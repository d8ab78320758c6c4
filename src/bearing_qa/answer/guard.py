"""What an answer must not do: say a figure, or any words, that no cited span supports.

A computed figure is the exception that is shown as one: 计算：2278 − 2180 = 98. Its operands have to be
in cited spans, and the sum has to be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation

from bearing_qa.language.clauses import LOST_BEFORE, LOST_BEHIND
from bearing_qa.language.numbers import digit_strings
from bearing_qa.language.segment import normalise

_MARK = re.compile(r"\[\d+\]")
_PIECE = re.compile(r"(?P<words>.+?)(?P<marks>(?:\[\d+\])+)[；。]?", re.DOTALL)
"""A piece of an answer with the marks of the spans that support it."""
_JOINT = re.compile(r"[：，、；。:,;›]+")
"""What may join slices in a piece: cells with their heads, headings of a path."""
WORKED_OUT = "计算："
_NUMBER = r"\(?-?\d+(?:\.\d+)?\)?"
_SUM = rf"{_NUMBER}(?: [−+] {_NUMBER})+"
_EQUATION = re.compile(
    rf"计算：(?:\((?P<over>{_SUM})\) ÷ (?P<base>{_NUMBER}) × 100|(?P<sum>{_SUM})) = (?P<result>-?\d+(?:\.\d+)?)"
)


def without_marks(answer: str) -> str:
    """An answer without its citation marks ``[1]``."""
    return _MARK.sub("", answer)


def pieces(answer: str) -> Iterator[tuple[str, list[int]]]:
    """The pieces of an answer of slices: their words, and the numbers of the citations that support them."""
    for piece in _PIECE.finditer(answer):
        yield piece["words"], [int(mark[1:-1]) for mark in _MARK.findall(piece["marks"])]


def unsupported_numbers(answer: str, *, spans: Iterable[str]) -> set[str]:
    """Figures of an answer (marks left out) that are in none of the cited spans.

    The result of an equation is taken as supported where it is right; its operands have to be cited.
    """
    cited = set().union(*(digit_strings(span) for span in spans))
    return cited_figures(answer) - cited


def cited_figures(answer: str) -> set[str]:
    """Figures of an answer that have to be cited: without marks, and of an equation that is right its operands alone."""
    return digit_strings(_EQUATION.sub(_operands_if_right, without_marks(answer)))


def unsupported_words(answer: str, *, spans: Sequence[str]) -> list[str]:
    """Words of an answer that are no slice of the spans its marks name, in order.

    An answer is made of slices, so that nothing may differ: a changed figure, a lost 不 or 原则上 shows.
    Equations are not words of a text; their figures are checked by ``unsupported_numbers``.
    """
    said = [_plain(span) for span in spans]
    wrong: list[str] = []
    end = 0
    for piece in _PIECE.finditer(answer):
        end = piece.end()
        marked = [int(mark[1:-1]) for mark in _MARK.findall(piece["marks"])]
        if piece["words"].startswith(WORKED_OUT):
            continue
        borne_by = [said[number - 1] for number in marked if 0 < number <= len(said)]
        pieces = map(str.strip, _JOINT.split(piece["words"]))
        wrong.extend(words for words in pieces if words and not _is_supported(words, borne_by))
    unmarked = answer[end:].strip("。； ")
    return [*wrong, unmarked] if unmarked else wrong


def _is_supported(words: str, spans: Sequence[str]) -> bool:
    """Whether a span has the words; those of a cell (主营业务收入 2278 亿元) may be in its row and its head."""
    if any(_says(span, _plain(words)) for span in spans):
        return True
    parts = words.split()
    return len(spans) > 1 and len(parts) > 1 and all(_is_supported(part, spans) for part in parts)


def _says(span: str, words: str) -> bool:
    """Whether a span has the words, at a place where nothing is cut off that turns their meaning."""
    at = span.find(words)
    while at >= 0:
        if not LOST_BEFORE.search(span[:at]) and not LOST_BEHIND.match(span[at + len(words) :]):
            return True
        at = span.find(words, at + 1)
    return False


def _plain(text: str) -> str:
    return "".join(normalise(text).split())


def _operands_if_right(found: re.Match[str]) -> str:
    """An equation's operands without its result if it is right, else the equation as it stands."""
    operands = found.group().rsplit(" = ", 1)[0].replace(" × 100", "")
    return operands if _is_right(found) else found.group()


def _is_right(found: re.Match[str]) -> bool:
    """Whether an equation holds, to the digits that its result gives."""
    result = Decimal(found["result"])
    try:
        if found["sum"]:
            return _value_of(found["sum"]) == result
        share = _value_of(found["over"]) / _decimal(found["base"]) * 100
        return share.quantize(Decimal(1).scaleb(int(result.as_tuple().exponent))) == result
    except (DivisionByZero, InvalidOperation):
        return False


def _value_of(terms: str) -> Decimal:
    first, *rest = re.split(r" ([−+]) ", terms)
    total = _decimal(first)
    for sign, term in zip(rest[::2], rest[1::2], strict=True):
        total += _decimal(term) if sign == "+" else -_decimal(term)
    return total


def _decimal(number: str) -> Decimal:
    return Decimal(number.strip("()"))
