"""Reasons are said in Chinese in every answer, and in English on an English page."""

from __future__ import annotations

import re

import pytest

from bearing_qa.answer.reasons import REASONS, in_english, reason


@pytest.mark.parametrize("key", sorted(REASONS))
def test_every_reason_has_its_english(key: str) -> None:
    gaps = re.findall(r"\{(\w+)\}", REASONS[key][0])
    values = {gap: f"《甲》“乙{at}”，\n1.5" for at, gap in enumerate(gaps)}
    assert in_english(reason(key, **values)) == REASONS[key][1].format(**values)


def test_reasons_inside_reasons_and_side_by_side() -> None:
    nearest = reason("nearest", place="《甲》“乙”")
    first = reason("unanswered", question="谁？", reason=nearest)
    second = reason("unanswered", question="几个？", reason=reason("nothing"))
    said = in_english(f"{first}；{second}")
    assert said == (
        "no answer was found to “谁？”: none of the passages that were read answers this; the nearest one is in 《甲》“乙”; "
        "no answer was found to “几个？”: no passage on this was found"
    )


def test_what_is_no_known_reason_stays() -> None:
    assert in_english("没有采用语言模型的改写") == "没有采用语言模型的改写"
