"""Numbers as Word writes them before paragraphs: by the number of the form ([MS-OSHARED] 2.2.1.3)."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_OLD_FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹貳參肆伍陸柒捌玖拾佰仟")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_SERIES = {
    18: "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", 28: "①②③④⑤⑥⑦⑧⑨⑩", 26: "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    27: "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", 29: "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", 30: _STEMS, 31: _BRANCHES,
    3: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4: "abcdefghijklmnopqrstuvwxyz",
}  # fmt: skip
"""Forms that are a row of signs."""
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
DECIMAL, UPPER_ROMAN, LOWER_ROMAN, LEADING_ZERO = 0, 1, 2, 22
_BY_DIGIT, _COUNTING, _WHOLE = frozenset({10, 36}), frozenset({11, 33, 37}), frozenset({13, 35, 39})
FORMAL, OLD_FORMAL = frozenset({38}), frozenset({34})


def shown(number: int, form: int) -> str:
    """A number in a form; in figures for a form that is not known, or that has none so large."""
    if form in _SERIES and 0 < number <= len(_SERIES[form]):
        return _SERIES[form][number - 1]
    if form in (UPPER_ROMAN, LOWER_ROMAN) and 0 < number < 4000:
        return roman(number) if form == UPPER_ROMAN else roman(number).lower()
    if form in _BY_DIGIT or (form in _COUNTING and number >= 100):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if form in _COUNTING | _WHOLE | FORMAL | OLD_FORMAL and 0 < number < 10_000:
        whole = chinese(number)
        if form in FORMAL | OLD_FORMAL:
            whole = "一" + whole if whole.startswith("十") else whole
            return whole.translate(_FORMAL if form in FORMAL else _OLD_FORMAL)
        return whole
    return f"{number:02}" if form == LEADING_ZERO else str(number)


def chinese(number: int) -> str:
    """A number below ten thousand in Chinese numerals: 十二, 一百零一, 一千二百."""
    text, is_gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if is_gap and text else "") + _DIGITS[digit] + name
        is_gap = not digit
        if not number:
            break
    return text.removeprefix("一") if text.startswith("一十") else text


def roman(number: int) -> str:
    """A number below four thousand in Roman numerals."""
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text
