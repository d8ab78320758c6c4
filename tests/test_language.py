"""The language tables: one table a notion, each compared with what people write."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.language import clauses, dates, document_numbers, units
from bearing_qa.language.figures import figures
from bearing_qa.language.numbers import digit_strings, number_of, spellings, value_of
from bearing_qa.language.segment import normalise


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_every_spelling_of_a_number_has_its_value(number: int) -> None:
    for written in spellings(Decimal(number)):
        assert value_of(written) == number, written


@given(st.integers(min_value=1, max_value=199))
def test_the_number_of_a_marker_is_that_of_its_spellings(number: int) -> None:
    chinese = spellings(Decimal(number))[-1]
    assert number_of(chinese) == number_of(str(number)) == number_of(f"第{chinese}") == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("３，２００万元，占 12.5％", {"3200", "12.5"}),
        ("１２，３４", {"12", "34"}),
        ("2,180 亿元", {"2180"}),
        ("没有", set()),
    ],
)
def test_digit_strings(text: str, expected: set[str]) -> None:
    assert digit_strings(text) == expected


@pytest.mark.parametrize("unit", sorted(units.UNITS))
def test_a_unit_is_known_to_every_part(unit: str) -> None:
    """钟头 was known to one table and missing in another."""
    (found,) = [one for one in figures(normalise(f"共 37{unit}")) if one.written == "37"]
    assert found.unit == units.UNITS[unit]
    assert re.fullmatch(units.COUNTED, unit)
    assert re.fullmatch(units.COUNTED, f"万{unit}")


def test_counters_are_no_units() -> None:
    assert not set(units.COUNTERS) & set(units.UNITS)
    for word in units.COUNTERS:
        assert re.fullmatch(units.COUNTED, word)


def test_one_day_in_all_its_spellings() -> None:
    for text in (
        "2024年11月4日",
        "2024.11.04",
        "2024-11-4",
        "二〇二四年十一月四日",
        "二○二四年十一月四日",
    ):
        assert [iso for _, _, iso in dates.dates_in(f"（{text}）")] == ["2024-11-04"]
        plain = dates.years_in_figures(text)
        assert len(plain) == len(text)
        assert list(dates.day_tokens(plain)) == ["#2024-11", "#2024-11-4"]
    assert dates.days_in_words("2024.11.04") == "2024年11月4日"
    assert [iso for _, _, iso in dates.dates_in("2024年13月4日")] == [""]
    assert dates.years_in("2021至2023年，12024") == {"2021", "2023"}


def test_one_document_number_in_all_its_brackets() -> None:
    asked = document_numbers.numbers_in(document_numbers.fold("国办发〔2019〕5号"))[0]
    for left, right in ("〔〕", "[]", "（）", "()", "【】"):
        written = f"国办发{left}2019{right}5号"
        folded = document_numbers.fold(f"根据{written}的规定")
        assert document_numbers.holds_number(folded, asked), written
        if left not in "【":
            assert document_numbers.WRITTEN.search(written)
            assert document_numbers.LINE.fullmatch(written)
            assert document_numbers.NAMED.search(normalise(written))
    for other in ("国发〔2019〕5号", "国办发〔2020〕5号", "国办发〔2019〕15号"):
        assert not document_numbers.holds_number(document_numbers.fold(other), asked)


def test_bounds_are_read_longest_first_and_never_cut_off() -> None:
    signs = {
        "不得超过": "≤", "不超过": "≤", "超过": ">", "不低于": "≥", "低于": "<", "约": "≈",
    }  # fmt: skip
    for words, sign in signs.items():
        found = next(
            s for s, pattern in clauses.BOUNDS_BEFORE if re.search(f"(?:{pattern})$", words)
        )
        assert found == sign, words
    for before, behind in product(("不", "原则上", "约", "超过"), ("以上", "左右")):
        assert clauses.LOST_BEFORE.search(before)
        assert clauses.LOST_BEHIND.match(behind)
    assert clauses.CLAUSE.findall("甲，乙；丙。") == ["甲", "乙", "丙"]


def test_raised_and_ringed_digits_do_not_join_the_figure_beside_them() -> None:
    assert (
        normalise("常住人口①761.48万人，262.6¹，10⁴ km²") == "常住人口1 761.48万人,262.6^1,10^4 km2"
    )
    assert digit_strings("人口①761.48万人，262.6¹") == {"1", "761.48", "262.6"}
