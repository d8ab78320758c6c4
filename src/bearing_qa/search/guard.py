"""What an answer must not do: say a figure that no cited span bears.

A computed figure is the exception that is shown as one: 计算：2278 − 2180 = 98. Its operands have to stand
in cited spans, and the sum has to be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, DivisionByZero, InvalidOperation

from bearing_qa.search.quantities import numbers

_MARK = re.compile(r"\[\d+\]")
_NUMBER = r"\(?-?\d+(?:\.\d+)?\)?"
_SUM = rf"{_NUMBER}(?: [−+] {_NUMBER})+"
_EQUATION = re.compile(
    rf"计算：(?:\((?P<over>{_SUM})\) ÷ (?P<base>{_NUMBER}) × 100|(?P<sum>{_SUM})) = (?P<result>-?\d+(?:\.\d+)?)"
)


def without_marks(answer: str) -> str:
    """An answer without its citation marks ``[1]``."""
    return _MARK.sub("", answer)


def unsupported_numbers(answer: str, *, spans: Iterable[str]) -> set[str]:
    """Figures of an answer (marks left out) that stand in none of the cited spans.

    The result of an equation is taken as borne where it is right; its operands have to be cited.
    """
    cited = set().union(*(numbers(span) for span in spans))
    said = numbers(_EQUATION.sub(_operands_if_right, without_marks(answer)))
    return said - cited


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
