"""Fields inside a paragraph: their results are text, their instructions are not; forms and EQ have no result."""

from __future__ import annotations

import re

from bearing_qa.document.formats.numerals import numeral
from bearing_qa.document.formats.word.names import Element, child_value, is_on, name, number
from bearing_qa.document.formats.word.symbols import CHECKED, UNCHECKED, symbol

_KIND = name("w:fldCharType")
_CIRCLE = re.compile(
    r"eq\s*\\o\s*(?:\\a[clr]\s*)?\(\s*[○〇◯]\s*[,，;；]\s*([^(),]{1,3})\s*\)", re.IGNORECASE
)
_FRACTION = re.compile(r"eq\s*\\f\s*\(([\w.%]+)[,，;；]([\w.%]+)\)", re.IGNORECASE)
_SYMBOL = re.compile(
    r'symbol\s+(\d{1,5}|0x[0-9a-f]{1,4})\b(?:.*?\\f\s*"?([^"\\]+)"?)?', re.IGNORECASE
)


class Fields:
    """The fields that are open at a place in a paragraph."""

    def __init__(self) -> None:
        self._instructions: list[str | None] = []
        """The instruction of each open field as far as it is read; None once its result is reached."""
        self.has_unread = False
        """Whether a field set an equation that a line cannot say."""

    @property
    def is_hidden(self) -> bool:
        """Whether text here belongs to an instruction."""
        return any(instruction is not None for instruction in self._instructions)

    def instruct(self, text: str) -> None:
        """Takes a piece of an instruction in."""
        if self._instructions and self._instructions[-1] is not None:
            self._instructions[-1] += text

    def mark(self, element: Element) -> str:
        """What Word shows where a field begins, reaches its result or ends: the box or the choice of a form,
        the sign or the equation of a field without a result; mostly nothing."""
        kind = element.get(_KIND)
        if kind == "begin":
            shown = "" if self.is_hidden else _form_shown(element)
            self._instructions.append("")
            return shown
        if not self._instructions:
            return ""
        if kind == "separate":
            self._instructions[-1] = None
        elif kind == "end":
            instruction = self._instructions.pop()
            return self._result(instruction) if instruction and not self.is_hidden else ""
        return ""

    def _result(self, instruction: str) -> str:
        """What a field without a result shows."""
        told = instruction.strip()
        if found := _CIRCLE.fullmatch(told):
            inner = found.group(1)
            return (
                numeral(int(inner), "decimalEnclosedCircle") if inner.isdecimal() else f"○{inner}"
            )
        if found := _FRACTION.fullmatch(told):
            return f"{found.group(1)}/{found.group(2)}"
        if found := _SYMBOL.match(told):
            return symbol((found.group(2) or "Symbol").strip(), int(found.group(1), 0)) or ""
        self.has_unread |= told.lower().startswith("eq")
        return ""


def _form_shown(begin: Element) -> str:
    """The box or the choice of a form field."""
    box = begin.find(f"{name('w:ffData')}/{name('w:checkBox')}")
    if box is not None:
        states = (is_on(box.find(name(f"w:{tag}"))) for tag in ("checked", "default"))
        return (
            CHECKED if next((state for state in states if state is not None), False) else UNCHECKED
        )
    choices = begin.find(f"{name('w:ffData')}/{name('w:ddList')}")
    if choices is None:
        return ""
    entries = [item.get(name("w:val"), "") for item in choices.findall(name("w:listEntry"))]
    chosen = number(child_value(choices, "w:result") or child_value(choices, "w:default"), 0)
    return entries[chosen] if chosen < len(entries) else ""
