"""What an answer must not do: say a figure that no cited span bears."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bearing_qa.search.quantities import numbers

_MARK = re.compile(r"\[\d+\]")


def without_marks(answer: str) -> str:
    """An answer without its citation marks ``[1]``."""
    return _MARK.sub("", answer)


def unsupported_numbers(answer: str, *, spans: Iterable[str]) -> set[str]:
    """Figures of an answer (marks left out) that stand in none of the cited spans."""
    cited = set().union(*(numbers(span) for span in spans))
    return numbers(without_marks(answer)) - cited
