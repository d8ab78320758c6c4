"""True answers with one thing changed: what a guard has to catch."""

from __future__ import annotations

import re


def falsified(answer: str) -> list[str]:
    """An answer with one figure, year, negation or hedge changed, each way once."""
    ways = [
        re.sub(r"(?<!\[)\d+", lambda m: str(int(m.group()) + 1), answer, count=1),
        re.sub(r"20(\d)\d(?!\])", r"20\g<1>x", answer, count=1).replace("x", "9"),
        re.sub(r"不(?!断)", "", answer, count=1),
        re.sub(r"(?<=[\u4e00-\u9fff])(达到|超过|占|是|有|可)", r"不\1", answer, count=1),
        re.sub(r"主要|基本|还|尚|约|左右", "", answer, count=1),
    ]
    return [way for way in dict.fromkeys(ways) if way != answer]
