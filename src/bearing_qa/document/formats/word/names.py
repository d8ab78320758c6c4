"""Names of WordprocessingML: a prefixed name as lxml writes it, and attributes that hold numbers or switches."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

_OFFICE = "http://schemas.openxmlformats.org"
NAMESPACES = {
    "w": f"{_OFFICE}/wordprocessingml/2006/main",
    "m": f"{_OFFICE}/officeDocument/2006/math",
    "r": f"{_OFFICE}/officeDocument/2006/relationships",
    "a": f"{_OFFICE}/drawingml/2006/main",
    "c": f"{_OFFICE}/drawingml/2006/chart",
    "pic": f"{_OFFICE}/drawingml/2006/picture",
    "dgm": f"{_OFFICE}/drawingml/2006/diagram",
    "mc": f"{_OFFICE}/markup-compatibility/2006",
    "cx": "http://schemas.microsoft.com/office/drawing/2014/chartex",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
_OFF = ("0", "false", "off")
MAX_DIGITS = 9
"""Digits of a number in an attribute; longer ones are no sound numbers."""


@cache
def name(prefixed: str) -> str:
    """``w:p`` as lxml names it."""
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def names(prefixed: str) -> frozenset[str]:
    """Several names, with blanks between, as lxml writes them."""
    return frozenset(map(name, prefixed.split()))


VAL = name("w:val")


def child_value(element: Element | None, child: str) -> str | None:
    """``w:val`` of a child by its prefixed name; None where there is no such child or value."""
    found = element.find(name(child)) if element is not None else None
    return found.get(VAL) if found is not None else None


def is_on(element: Element | None) -> bool | None:
    """Whether a switch such as ``w:vanish`` is on; None where it is not there."""
    return None if element is None else element.get(VAL, "true") not in _OFF


def number(text: str | None, default: int) -> int:
    """The whole number that an attribute holds, or what stands for one that is none."""
    return int(text) if text and len(text) <= MAX_DIGITS and text.isdecimal() else default
