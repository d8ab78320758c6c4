"""Numbers as Word writes them in lists: 一百零一, 壹拾, 甲, 子, IV, AA, ③, ⑴, ０１ … (ISO/IEC 29500-1, 17.18.59)."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PARENTHESISED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_FULL_STOPPED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_PARENTHESISED_IDEOGRAPHS = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_CIRCLED_IDEOGRAPHS = "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_MYRIAD = 10_000
"""What is counted in the numerals' own words; larger numbers are written digit by digit."""
MAX_LETTERS = 780
"""Word repeats a letter (AA, BBB) this far at most: 30 times the alphabet."""
MAX_ROMAN = 32_767
"""Word counts no list further."""


def numeral(value: int, form: str) -> str:
    """A number in a form that Word names (``w:numFmt``); in digits where the form has no sign for it, and
    where the form is of no Chinese or Latin use. Empty for ``none`` and bullets."""
    write = _FORMS.get(form)
    return write(value) if write is not None else str(value)


def is_form(form: str) -> bool:
    """Whether a form has a way of its own to write numbers."""
    return form in _FORMS


def chinese(value: int) -> str:
    """A number below a hundred in Chinese numerals: 十二, 二十一; larger ones digit by digit."""
    if value >= 100 or value < 1:
        return _by_digit(value)
    tens, ones = divmod(value, 10)
    head = {0: "", 1: "十"}.get(tens, f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")


def _by_digit(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


def _counted(value: int, digits: str, places: str, *, spoken: bool = False) -> str:
    """A number in words: 一百零一. ``digits`` begin with zero, ``places`` are ten, hundred, thousand;
    ``spoken``: ten is 十, not 一十, where the number begins with it."""
    if not 0 < value < _MYRIAD:
        return "".join(digits[int(digit)] for digit in str(value))
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            words += (digits[0] if gap and words else "") + digits[digit]
            words += places[place - 1] if place else ""
            gap = False
        else:
            gap = True
    return words.removeprefix(digits[1]) if spoken and 10 <= value < 20 else words


def _japanese(value: int, digits: str = _DIGITS, places: str = "十百千") -> str:
    """A number as Japanese counts: 百一. Nothing stands for zero, nor one before ten, hundred and thousand."""
    if not 0 < value < _MYRIAD:
        return _by_digit(value)
    pairs = [(value // 10**place % 10, place) for place in (3, 2, 1, 0)]
    return "".join(
        (digits[digit] if digit > 1 or not place else "") + (places[place - 1] if place else "")
        for digit, place in pairs
        if digit
    )


def _roman(value: int) -> str:
    if not 0 < value <= MAX_ROMAN:
        return str(value)
    written = ""
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        written += sign * count
    return written


def _letter(value: int) -> str:
    """A … Z, AA, BB …"""
    if not 0 < value <= MAX_LETTERS:
        return str(value)
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _ordinal(value: int) -> str:
    suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10)
    return f"{value}{suffix or 'th'}"


def _sexagenary(value: int) -> str:
    """甲子, 乙丑 … of the cycle of sixty."""
    at = value - 1
    return _STEMS[at % 10] + _BRANCHES[at % 12] if 0 < value <= 60 else str(value)


def _sign(signs: str) -> Callable[[int], str]:
    """One sign a number, digits beyond the last one."""
    return lambda value: signs[value - 1] if 0 < value <= len(signs) else str(value)


def _legal(digits: str, places: str) -> Callable[[int], str]:
    return lambda value: _counted(value, digits, places)


def _thousand(value: int) -> str:
    return _counted(value, "零一二三四五六七八九", "十百千", spoken=True)


def _nothing(value: int) -> str:
    return ""


_FORMS: dict[str, Callable[[int], str]] = {
    "none": _nothing,
    "bullet": _nothing,
    "decimalZero": "{:02d}".format,
    "001, 002, 003, ...": "{:03d}".format,
    "0001, 0002, 0003, ...": "{:04d}".format,
    "00001, 00002, 00003, ...": "{:05d}".format,
    "numberInDash": "- {} -".format,
    "ordinal": _ordinal,
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda value: _letter(value).lower(),
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _sign(_CIRCLED),
    "decimalEnclosedCircleChinese": _sign(_CIRCLED),
    "decimalEnclosedParen": _sign(_PARENTHESISED),
    "decimalEnclosedFullstop": _sign(_FULL_STOPPED),
    "ideographEnclosedCircle": _sign(_CIRCLED_IDEOGRAPHS),
    "ideographParenthesised": _sign(_PARENTHESISED_IDEOGRAPHS),
    "ideographTraditional": _sign(_STEMS),
    "ideographZodiac": _sign(_BRANCHES),
    "ideographZodiacTraditional": _sexagenary,
    "ideographDigital": _by_digit,
    "japaneseDigitalTenThousand": _by_digit,
    "taiwaneseDigital": _by_digit,
    "koreanDigital2": _by_digit,
    "chineseCounting": chinese,
    "taiwaneseCounting": chinese,
    "chineseCountingThousand": _thousand,
    "taiwaneseCountingThousand": _thousand,
    "japaneseCounting": _japanese,
    "chineseLegalSimplified": _legal("零壹贰叁肆伍陆柒捌玖", "拾佰仟"),
    "ideographLegalTraditional": _legal("零壹貳參肆伍陸柒捌玖", "拾佰仟"),
    "japaneseLegal": _legal("零壱弐参四伍六七八九", "拾百阡"),
}
