"""Equations (Office Math) as linear text: a/b, x_i, 10^2, √(x), ∑_(i=1)^n; None where a line cannot say them."""

from __future__ import annotations

import re

from bearing_qa.document.formats.word.names import Element, name, names

_OPERATORS = frozenset("=<>≤≥≠≈≡±×+-−*·⋅,，;；:：。()（）[]{}|∑∏√ ")
"""What may stand beside a fraction without a doubt which part of the line is the fraction."""
_ATOM = re.compile(r"[\w.%％]+|[(（][^()（）]*[)）]")
"""What needs no parentheses: one name or figure, or what has them."""
_FRACTION, _TEXT, _BREAKS = name("m:f"), names("m:t w:t"), names("w:br w:cr")
_THROUGH = names(
    "m:oMath m:oMathPara m:r m:e m:num m:den m:sub m:sup m:deg m:lim m:fName m:box m:borderBox m:groupChr "
    "w:ins w:moveTo w:hyperlink w:sdt w:sdtContent w:smartTag w:r"
)
_UNREAD = names("m:m m:phant m:sPre w:object w:drawing w:pict w:sym")
"""Matrices, room for something unseen, pictures: no line says them."""


class _UnreadableError(Exception):
    """An equation that has no linear form here."""


def linear(equation: Element) -> str | None:
    """An equation in a line; None where it holds what a line cannot say."""
    try:
        return _members(equation).strip()
    except _UnreadableError:
        return None


def _members(element: Element | None) -> str:
    """The members of an element in a row; a fraction stands in parentheses beside a name or a figure, so that
    2 and 1/2 are not 21/2."""
    children = list(element) if element is not None else []
    parts = [(part, child.tag == _FRACTION) for child in children if (part := _written(child))]
    row = ""
    for at, (part, is_fraction) in enumerate(parts):
        left = parts[at - 1][0][-1] if at else " "
        right = parts[at + 1][0][0] if at + 1 < len(parts) else " "
        is_apart = left in _OPERATORS and right in _OPERATORS
        row += f"({part})" if is_fraction and not is_apart else part
    return row


def _written(element: Element) -> str:
    if element.tag in _TEXT:
        return element.text or ""
    if element.tag in _BREAKS:
        return "\n"
    if element.tag in _UNREAD:
        raise _UnreadableError
    if element.tag in _THROUGH:
        return _members(element)
    write = _WRITERS.get(element.tag)
    return write(element) if write is not None else ""


def _part(element: Element, tag: str) -> str:
    return _members(element.find(name(tag)))


def _atom(text: str) -> str:
    """A text with parentheses where more than one thing is in it."""
    return text if _ATOM.fullmatch(text) else f"({text})"


def _property(element: Element, path: str, default: str) -> str:
    """A value from the properties of an element: ``m:fPr/m:type``."""
    found = element.find("/".join(map(name, path.split("/"))))
    return default if found is None else found.get(name("m:val"), default)


def _fraction(element: Element) -> str:
    if _property(element, "m:fPr/m:type", "bar") == "noBar":
        raise _UnreadableError
    return f"{_atom(_part(element, 'm:num'))}/{_atom(_part(element, 'm:den'))}"


def _script(element: Element) -> str:
    """A base with what stands below and above it."""
    below = _part(element, "m:sub") or (_part(element, "m:lim") if _is(element, "m:limLow") else "")
    above = _part(element, "m:sup") or (_part(element, "m:lim") if _is(element, "m:limUpp") else "")
    return _atom(_part(element, "m:e")) + _scripts(below, above)


def _is(element: Element, tag: str) -> bool:
    return bool(element.tag == name(tag))


def _scripts(below: str, above: str) -> str:
    return (f"_{_atom(below)}" if below else "") + (f"^{_atom(above)}" if above else "")


def _radical(element: Element) -> str:
    degree, body = _part(element, "m:deg"), _part(element, "m:e")
    return f"{_atom(body)}^(1/{_atom(degree)})" if degree else f"√({body})"


def _nary(element: Element) -> str:
    """A sum, a product, an integral with its bounds."""
    sign = _property(element, "m:naryPr/m:chr", "∫")
    bounds = _scripts(_part(element, "m:sub"), _part(element, "m:sup"))
    body = _part(element, "m:e")
    return f"{sign}{bounds} {body}" if bounds else f"{sign}{_atom(body)}"


def _delimiter(element: Element) -> str:
    first = _property(element, "m:dPr/m:begChr", "(")
    last = _property(element, "m:dPr/m:endChr", ")")
    between = _property(element, "m:dPr/m:sepChr", "|")
    return first + between.join(map(_members, element.findall(name("m:e")))) + last


def _array(element: Element) -> str:
    return "； ".join(map(_members, element.findall(name("m:e"))))


def _function(element: Element) -> str:
    called, of = _part(element, "m:fName"), _part(element, "m:e")
    return called + (of if of[:1] in ("(", "（", "{", "[") else f" {of}")


def _marked(element: Element) -> str:
    """A letter with an accent or a bar over it, the sign behind it as Unicode has it."""
    body = _part(element, "m:e")
    is_bar = _is(element, "m:bar")
    if len(body) != 1 or (is_bar and _property(element, "m:barPr/m:pos", "bot") != "top"):
        raise _UnreadableError
    return body + ("\u0304" if is_bar else _property(element, "m:accPr/m:chr", "\u0302"))


_WRITERS = {
    _FRACTION: _fraction,
    name("m:rad"): _radical,
    name("m:nary"): _nary,
    name("m:d"): _delimiter,
    name("m:eqArr"): _array,
    name("m:func"): _function,
    name("m:acc"): _marked,
    name("m:bar"): _marked,
    **dict.fromkeys(names("m:sSub m:sSup m:sSubSup m:limLow m:limUpp"), _script),
}
