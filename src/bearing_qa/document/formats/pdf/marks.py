"""Small signs above and below the line of a PDF: powers and ordinals stay, marks of footnotes are set apart.

A mark is written 〔1〕, so that it can never be read as a digit of the figure beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from itertools import groupby, pairwise

from bearing_qa.document.formats.pdf.glyphs import Glyph
from bearing_qa.document.markers import UNITS

MAX_RAISED_SIZE = 0.85
"""Share of its neighbour's font size that a raised or lowered sign has at most (HTML's ``sup`` has 0.83)."""
MIN_RISE = 0.2
"""Share of the neighbour's font size that a raised sign stands higher at least; one that is centred beside larger
text stands up to a sixth higher."""
MIN_DROP = 0.08
"""The same for a lowered sign (Word lowers them by 0.14)."""
GAP_SHARE = 0.25
"""Two characters further apart than this share of their height have a blank between them."""
TYPED_SHARE = 0.15
"""The same where the file has a blank between two Chinese characters: 第一条 总则. Without a gap that can be seen it
is the doing of a program."""

MIN_SPREAD = 7
"""A line of so many characters may be spread; two or three words may stand in cells of their own."""
SPREAD_SHARE = 0.1
"""Share of the font size that all characters of a spread line stand apart at least."""
MAX_ORDINAL = 11
"""Characters of the number of a heading, at most."""

_ORDINAL = re.compile(r"\d{1,2}(?:\.\d{1,2})*")
"""A number that may begin a heading: 07, 5.2.3."""
_WORD = re.compile(r"[\u3400-\u9fff]{2}")
_FIRST_CHINESE = "\u2e80"
_NUMBER = r"[0-9]{1,3}|[a-z]"
_MARK = re.compile(rf"(?:{_NUMBER})(?:[,，、\-–~～](?:{_NUMBER}))*[)）]?")
_SIGNED = re.compile(r"[-−–+][0-9]{1,3}")
_TEN = re.compile(r"(?<![0-9.,])10$")
_UNIT = re.compile(r"(?<![A-Za-zμµ&])[A-Za-zμµ]{1,2}$|(?<!平方)(?<!立方)米$")
"""What a square or cube may stand at: m, km, cm, 米; GDP² is the mark of a footnote."""
_RAISED = re.compile(r"[⁰¹²³⁴-⁹]+")


class Level(Enum):
    """Where a sign stands against the line."""

    RAISED = 1
    ON_LINE = 0
    LOWERED = -1


def levels(ordered: Sequence[Glyph]) -> list[Level]:
    """The level of each glyph of a line, in order from the left; a sign is small beside the one that it clings to."""
    if not ordered:
        return []
    beside = body(ordered)
    found = []
    for glyph in ordered:
        level = _level(glyph, beside)
        if level is Level.ON_LINE:
            beside = glyph
        found.append(level)
    return found


def is_raised(glyph: Glyph, beside: Glyph) -> bool:
    """Whether a glyph is a small one above the line of another."""
    return _level(glyph, beside) is Level.RAISED


def body(glyphs: Sequence[Glyph]) -> Glyph:
    """A glyph of the size that most of them have, the larger where two are as frequent."""
    of_size = {glyph.size: glyph for glyph in reversed(glyphs)}
    counts = Counter(glyph.size for glyph in glyphs)
    return of_size[max(counts, key=lambda size: (counts[size], size))]


def _level(glyph: Glyph, beside: Glyph) -> Level:
    if _RAISED.fullmatch(glyph.char):
        return Level.RAISED
    rise = glyph.base - beside.base
    if glyph.size <= MAX_RAISED_SIZE * beside.size:
        if rise >= MIN_RISE * beside.size:
            return Level.RAISED
        if rise <= -MIN_DROP * beside.size:
            return Level.LOWERED
    return Level.ON_LINE


def line_text(ordered: Sequence[Glyph]) -> str:
    """Text of the glyphs of a line in order from the left. A gap is a blank."""
    ordered = closed_up(ordered)
    pairs = zip(ordered, levels(ordered), strict=True)
    runs = [
        (level, [glyph for glyph, _ in run])
        for level, run in groupby(pairs, key=lambda pair: pair[1])
    ]
    text = ""
    for number, (level, run) in enumerate(runs):
        written = _joined(run)
        if level is Level.RAISED:
            after = runs[number + 1][1][0].char if number + 1 < len(runs) else ""
            written = _raised(text, written, after)
        if number and _is_blank(runs[number - 1][1][-1], run[0], text[-1:], written[:1]):
            written = f" {written}"
        text += written
    return text


def closed_up(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """Glyphs of a line; where each stands apart from the next (a spread line), without what they all stand apart."""
    chars = "".join(glyph.char for glyph in glyphs)
    if len(glyphs) < MIN_SPREAD or not _WORD.search(chars):
        return glyphs
    spread = min(glyph.left - before.right for before, glyph in pairwise(glyphs))
    if spread <= SPREAD_SHARE * glyphs[0].size:
        return glyphs
    return [replace(one, right=one.right + spread, is_spaced=one.is_typed) for one in glyphs]


def _joined(run: Sequence[Glyph]) -> str:
    parts = [run[0].char]
    for at, (before, glyph) in enumerate(pairwise(run), 1):
        is_apart = _is_gap(before, glyph) or (at <= MAX_ORDINAL and _begins(parts, glyph))
        parts.append(f" {glyph.char}" if is_apart else glyph.char)
    return "".join(parts)


def _begins(parts: Sequence[str], glyph: Glyph) -> bool:
    """Whether a number that may begin a heading, and a blank, stand before a glyph that is no unit."""
    is_word = "\u3400" <= glyph.char <= "\u9fff" and glyph.char not in UNITS
    return glyph.is_typed and is_word and bool(_ORDINAL.fullmatch("".join(parts)))


def _is_gap(before: Glyph, glyph: Glyph) -> bool:
    if _is_wide(before, glyph):
        return True
    if before.char.isascii() or glyph.char.isascii():
        return glyph.is_spaced and before.char.isascii() and glyph.char.isascii()
    are_words = before.char.isalpha() and glyph.char.isalpha()
    return glyph.is_typed and are_words and glyph.left - before.right > TYPED_SHARE * glyph.size


def _is_wide(before: Glyph, glyph: Glyph) -> bool:
    return glyph.left - before.right > GAP_SHARE * max(glyph.height, before.height)


def _is_blank(before: Glyph, glyph: Glyph, last: str, first: str) -> bool:
    """Whether a blank stands between two levels, written with these signs: two figures are never one."""
    are_figures = last.isdecimal() and first.isdecimal()
    return (
        are_figures
        or (_is_gap(before, glyph) and (last + first).isascii())
        or _is_wide(before, glyph)
    )


def plain_digits(text: str) -> str:
    """Text with figures that are typed as raised characters (²) as plain ones."""
    return _RAISED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _raised(before: str, raised: str, after: str) -> str:
    """A raised sign as it is written between what stands before and after it on the line."""
    plain = plain_digits(raised).replace(" ", "")
    is_power = bool(_UNIT.search(before)) and plain in ("2", "3") and not after.isdecimal()
    if is_power:
        return raised
    if _SIGNED.fullmatch(plain):
        return f"^{plain}"
    if _TEN.search(before) and plain.isdecimal() and plain not in ("0", "1"):
        return f"^{plain}"
    if before[-1:].isdecimal() and plain in ("0", "o") and after in ("C", "c", "℃"):
        return "°"
    is_word = before[-1:].isalpha() and before[-1:] < _FIRST_CHINESE and plain.isalpha()
    if is_word or (after in ("/", "⁄") and plain.isdecimal()) or not _MARK.fullmatch(plain):
        return raised
    return f"〔{plain.rstrip(')）')}〕"
