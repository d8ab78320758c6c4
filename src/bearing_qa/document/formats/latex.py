"""A formula of LaTeX as plain text, where every sign of it is understood: ``8 0 0`` is 800, ``\\geq 3 0`` is ≥30.

Converters write figures of running text as formulas, digit by digit. A formula that holds anything else than figures, units
and signs is left to whoever reads it as it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES_TEXT = r"""
geq ≥ ge ≥ geqslant ≥ leq ≤ le ≤ leqslant ≤ times × div ÷ pm ± mp ∓ sim ~ approx ≈ neq ≠ ne ≠ equiv ≡ cdot · circ ° degree °
rightarrow → to → leftarrow ← Rightarrow ⇒ ldots … cdots … dots … infty ∞ alpha α beta β gamma γ delta δ Delta Δ lambda λ mu μ
pi π rho ρ sigma σ Sigma Σ theta θ phi φ omega ω Omega Ω sum ∑ S § bullet • star ★ blacktriangle ▲ triangle △ bigcirc ○ square □
checkmark ✓ textperthousand ‰ permil ‰ prime ′ lbrack [ rbrack ] langle 〈 rangle 〉 colon : lt < gt > vert | mid | textasciitilde ~
yen ¥ textyen ¥ percent % surd √ because ∵ therefore ∴
"""
_WORDS = _NAMES_TEXT.split()
_SIGNS = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
"""Commands that are one sign."""
_FONTS = frozenset(
    ["mathrm", "mathbf", "mathit", "mathsf", "mathnormal", "boldsymbol", "operatorname", "bf", "rm"]
)
_TEXTS = frozenset(["text", "textrm", "textbf", "textit", "mbox", "hbox"])
"""Commands whose argument is running text: its blanks stay."""
_FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac"])
_NOTHING = frozenset(
    ["left", "right", "displaystyle", "textstyle", "limits", "big", "Big", "bigl", "bigr"]
)
_BLANK_COMMANDS = frozenset(["quad", "qquad", "\\", " "])
_THIN = frozenset([",", "!", ":", ";"])
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_RAISABLE = re.compile(r"[+−-]?\d{1,3}")
_NOTE = re.compile(r"\[\d{1,3}\]|[①-⑳*]")
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|([{}^_])|([\s~]+)|(.)", re.DOTALL)
_PLAIN = re.compile(
    r"[0-9A-Za-z+\-−–—=<>()\[\]/.,:;!'*%‰℃°×÷±≥≤≠≈~～→·\"?&@\u0370-\u03ff①-⑳〔〕（）【】，、：；。％/]"
)
_WORD = re.compile(r"[A-Za-z]{3,}")
MAX_CHARS = 400
"""A longer formula is no figure of running text."""
MAX_DEPTH = 8
"""Groups within groups; deeper ones are no figure of running text."""


class _NotUnderstood(Exception):
    """The formula holds what is not known here."""


@dataclass(slots=True)
class _Reader:
    """The tokens of a formula and the place in them."""

    tokens: list[tuple[str, str]]
    at: int = 0
    depth: int = 0

    def group(self) -> str:
        """The next argument: what stands between braces, or one sign. Running text keeps its blanks."""
        self._skip_blanks()
        if self.at >= len(self.tokens):
            raise _NotUnderstood
        if self.tokens[self.at] != ("mark", "{"):
            return self._one()
        self.at += 1
        return self._until_brace()

    def _until_brace(self) -> str:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _NotUnderstood
        text = self.all(inside=True)
        self.at += 1
        self.depth -= 1
        return text

    def all(self, *, inside: bool = False) -> str:
        """Everything up to the end, or to the brace that closes a group. Raises _NotUnderstood."""
        parts: list[str] = []
        while self.at < len(self.tokens):
            if self.tokens[self.at] == ("mark", "}"):
                if inside:
                    return "".join(parts)
                raise _NotUnderstood
            parts.append(self._one(parts))
        if inside:
            raise _NotUnderstood
        return "".join(parts)

    def _one(self, before: list[str] | None = None) -> str:
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "name":
            return self._command(value)
        if kind == "escape":
            return _escaped(value)
        if kind == "blank":
            return ""
        if kind == "sign":
            if not _PLAIN.fullmatch(value):
                raise _NotUnderstood
            return value
        if value == "{":
            return self._until_brace()
        return self._raised() if value == "^" else self._lowered(before or [])

    def _command(self, name: str) -> str:
        if name in _SIGNS:
            return _SIGNS[name]
        if name in _NOTHING:
            return ""
        if name in _BLANK_COMMANDS:
            return " "
        if name in _FONTS:
            return self.group()
        if name in _TEXTS:
            return self._running_text()
        if name in _FRACTIONS:
            above, below = self.group(), self.group()
            return f"{_closed(above)}/{_closed(below)}"
        if name == "textcircled":
            number = self.group()
            if number.isdecimal() and 1 <= int(number) <= 20:
                return chr(0x2460 + int(number) - 1)
        raise _NotUnderstood

    def _running_text(self) -> str:
        """The argument of \\text as it is written; it may hold no commands."""
        self._skip_blanks()
        if self.tokens[self.at : self.at + 1] != [("mark", "{")]:
            raise _NotUnderstood
        stop = next(
            (n for n in range(self.at, len(self.tokens)) if self.tokens[n] == ("mark", "}")), -1
        )
        inner = self.tokens[self.at + 1 : stop]
        if stop < 0 or any(kind in ("name", "mark") for kind, _ in inner):
            raise _NotUnderstood
        self.at = stop + 1
        return "".join(_escaped(value) if kind == "escape" else value for kind, value in inner)

    def _raised(self) -> str:
        text = self.group()
        if text in ("°", "′") or _NOTE.fullmatch(text):
            return text
        if not _RAISABLE.fullmatch(text) or self._next()[:1].isdecimal():
            raise _NotUnderstood
        return text.translate(_RAISED)

    def _lowered(self, before: list[str]) -> str:
        """A lowered figure behind a letter, as in PM2.5, that no other figure follows."""
        text = self.group()
        is_name = "".join(before)[-1:].isalpha()
        if (
            not is_name
            or self._next()[:1].isdecimal()
            or not re.fullmatch(r"[\d.A-Za-z]{1,5}", text)
        ):
            raise _NotUnderstood
        return text

    def _next(self) -> str:
        """The next sign or command that is no blank; empty at the end."""
        self._skip_blanks()
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _skip_blanks(self) -> None:
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "blank":
            self.at += 1


def _escaped(sign: str) -> str:
    if sign in _THIN:
        return ""
    if sign in _BLANK_COMMANDS:
        return " "
    if sign in "%$&#_{}|":
        return sign
    raise _NotUnderstood


def _closed(text: str) -> str:
    """A part of a fraction, in brackets where it is more than one figure or word."""
    return text if re.fullmatch(r"[\w.%]+", text) else f"({text})"


def plain_formula(source: str) -> str | None:
    """The text of a formula (without its dollar signs); None if it is not understood as a whole."""
    if len(source) > MAX_CHARS or _WORD.search(re.sub(r"\\[A-Za-z]+|\{[^{}]*\}", " ", source)):
        return None
    kinds = ("name", "escape", "mark", "blank", "sign")
    tokens = []
    for found in _TOKEN.finditer(source):
        number = found.lastindex or 1
        tokens.append((kinds[number - 1], found[number]))
    try:
        text = _Reader(tokens).all().strip()
    except (_NotUnderstood, IndexError):
        return None
    return text or None
