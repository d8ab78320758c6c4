"""Signs of the symbol fonts (Wingdings, Wingdings 2, Symbol) as Unicode: a ticked box is ☑, an empty one □.

A symbol font shows a sign of its own for a letter or for a code from U+F020 on, which says nothing by itself.
"""

from __future__ import annotations

CHECKED, UNCHECKED = "☑", "□"
_PRIVATE = range(0xF000, 0xF100)
"""Where symbol fonts have their signs; the last two digits are the sign's code in the font."""


def _row(first: int, signs: str) -> dict[int, str]:
    """Signs in a row of codes; a blank for a code that is passed over."""
    return {first + at: sign for at, sign in enumerate(signs) if sign != " "}


_WINGDINGS = {
    **_row(0x20, " ✏✂✁ 📖🕯☎✆✉"),
    **_row(0x6C, "●❍■□"),
    **_row(0x70, "□❑❒⬧⧫◆❖⬥⌧"),
    **_row(0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
    **_row(0x9E, "·•▪○"),
    **_row(0xA7, "▪□"),
    **_row(0xAA, "✦★✶✴✹✵"),
    **_row(0xD5, "⌫⌦"),
    **_row(0xD8, "➢"),
    **_row(0xDF, "←→↑↓↖↗↙↘"),
    **_row(0xE7, "⬅➡⬆⬇"),
    **_row(0xEF, "⇦⇨⇧⇩⬄⇳"),
    **_row(0xFB, "✗✓☒☑"),
}
_WINGDINGS_2 = {
    **_row(0x4F, "✗✓☒☑☒☒"),
    **_row(0x69, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
    **_row(0x97, "●"),
    **_row(0xA2, "■□"),
}
_SYMBOL = {
    **_row(0x28, "()"),
    **_row(0x2B, "+,−./0123456789:;<=>?"),
    **_row(0x41, "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]"),
    **_row(0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~"),
    **_row(0xA2, "′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…"),
    **_row(0xC4, "⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇"),
    **_row(0xD5, "∏√⋅¬∧∨⇔⇐⇑⇒⇓◊"),
    0xE5: "∑",
    0xF2: "∫",
    0x20: " ",
    0x22: "∀",
    0x24: "∃",
    0x25: "%",
    0x2A: "∗",
}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
_PICTOGRAMS = frozenset({"wingdings", "wingdings 2", "wingdings 3", "webdings"})
"""Fonts of pictures and arrows: a sign of theirs without a row above is an ornament."""


def is_symbol_font(font: str) -> bool:
    """Whether letters in a font are signs of its own."""
    return font.lower() in _FONTS or font.lower() in _PICTOGRAMS


def symbol(font: str, code: int) -> str | None:
    """The sign that a font shows for a code; empty for an ornament, None where it is not known."""
    is_private = code in _PRIVATE
    table = _FONTS.get(font.lower())
    if table is None and not is_private and not is_symbol_font(font):
        return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else None
    sign = (table or {}).get(code & 0xFF if is_private else code)
    return "" if sign is None and font.lower() in _PICTOGRAMS else sign


def as_shown(text: str, letters: str, signs: str) -> tuple[str, bool]:
    """A text as it is shown with a font for its letters and one for a font's own signs, and whether all signs
    are known; the unknown ones are left out."""
    if not is_symbol_font(letters) and not any(ord(char) in _PRIVATE for char in text):
        return text, True
    shown = [_shown(char, signs if ord(char) in _PRIVATE else letters) for char in text]
    return "".join(sign or "" for sign in shown), None not in shown


def _shown(char: str, font: str) -> str | None:
    """A character in a font; one that no symbol font has a code for (中) stays, and so does a blank."""
    code = ord(char)
    is_sign = code in _PRIVATE or (is_symbol_font(font) and code < 0x100)
    return symbol(font, code) if is_sign and not char.isspace() else char
