"""Styles of a Word file: what a paragraph takes from its style and from those that it is based on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bearing_qa.document.formats.word.names import Element, child_value, is_on, name, number

MAX_DEPTH = 6
"""Deeper outline levels are body text in all but name."""
MAX_STYLES = 12
"""A style is based on at most this many others; more are a circle."""
_PROPERTIES, _RUN_PROPERTIES, _VANISH = name("w:pPr"), name("w:rPr"), name("w:vanish")
_ID, _TYPE, _DEFAULT = name("w:styleId"), name("w:type"), name("w:default")


class Styles:
    """The styles part, by id; ``root`` is None for a file without one."""

    def __init__(self, root: Element | None) -> None:
        found = root.iter(name("w:style")) if root is not None else ()
        self._styles = {style.get(_ID, ""): style for style in found}
        self._default = next(
            (
                style_id
                for style_id, style in self._styles.items()
                if style.get(_TYPE) == "paragraph" and style.get(_DEFAULT) in ("1", "true", "on")
            ),
            "",
        )
        self._hides = cache(self._find_hiding)

    def properties(self, paragraph: Element) -> Iterator[tuple[str, Element]]:
        """Paragraph properties with the id of the style that gives them: the paragraph's own (no id)
        first, then its style's, then those of the styles that that one is based on."""
        own = paragraph.find(_PROPERTIES)
        if own is not None:
            yield "", own
        for style_id, style in self._chain(self._style_of(paragraph)):
            if (given := style.find(_PROPERTIES)) is not None:
                yield style_id, given

    def numbering_of(self, style_id: str) -> str | None:
        """The number list that a list style stands for; None for none."""
        style = self._styles.get(style_id)
        properties = style.find(_PROPERTIES) if style is not None else None
        listed = properties.find(name("w:numPr")) if properties is not None else None
        return child_value(listed, "w:numId")

    def heading_depth(self, paragraph: Element) -> int:
        """1 to 6 for a paragraph with an outline level, its own or its style's; else 0."""
        for _, properties in self.properties(paragraph):
            level = properties.find(name("w:outlineLvl"))
            if level is not None:
                depth = number(level.get(name("w:val")), MAX_DEPTH) + 1
                return depth if depth <= MAX_DEPTH else 0
        return 0

    def is_hidden(self, run_properties: Element | None, paragraph: Element) -> bool:
        """Whether a run is hidden text: by itself, its own style or its paragraph's."""
        if run_properties is not None:
            own = is_on(run_properties.find(_VANISH))
            if own is not None:
                return own
            if style_id := child_value(run_properties, "w:rStyle"):
                return self._hides(style_id) or self._hides(self._style_of(paragraph))
        return self._hides(self._style_of(paragraph))

    def _style_of(self, paragraph: Element) -> str:
        return child_value(paragraph.find(_PROPERTIES), "w:pStyle") or self._default

    def _find_hiding(self, style_id: str) -> bool:
        for _, style in self._chain(style_id):
            properties = style.find(_RUN_PROPERTIES)
            vanish = is_on(properties.find(_VANISH)) if properties is not None else None
            if vanish is not None:
                return vanish
        return False

    def _chain(self, style_id: str) -> Iterator[tuple[str, Element]]:
        """A style and those that it is based on."""
        for _ in range(MAX_STYLES):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style_id, style
            style_id = child_value(style, "w:basedOn") or ""
