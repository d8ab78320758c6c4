"""The text of a Word paragraph as it is shown, and what hangs on it: text boxes, notes, what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bearing_qa.document.formats.word.equation import linear
from bearing_qa.document.formats.word.fields import Fields
from bearing_qa.document.formats.word.names import NAMESPACES, Element, name, names
from bearing_qa.document.formats.word.styles import Styles
from bearing_qa.document.formats.word.symbols import CHECKED, UNCHECKED, as_shown, symbol
from bearing_qa.types import UnreadKind

_SIGNS = {
    name("w:tab"): " ",
    name("w:ptab"): " ",
    name("w:br"): "\n",
    name("w:cr"): "\n",
    name("w:noBreakHyphen"): "-",
}
_PASSED_OVER = names(
    "w:del w:moveFrom w:pPr w:rPr w:sdtPr w:sdtEndPr w:rt w:rubyPr w:delText w:delInstrText mc:Fallback "
    "w:fldData w:annotationRef"
)
"""What is deleted, properties, the reading beside a character, what an older program would show."""
_LARGE = 1_800_000 * 1_800_000
"""Square English Metric Units: a picture of 5 by 5 centimetres may hold a page's text, a smaller one is a mark."""
_RAISED = re.compile(r"[-−+]?\d+|[a-z]|[①-⑳]")
"""What may be an exponent or the mark of a note."""
_T, _SIZE = name("w:t"), name("a:ext")


@dataclass(slots=True)
class Content:
    """A paragraph: its text (its lines apart by line ends) and, in order, what hangs on it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)
    """References to footnotes and endnotes."""
    unread: list[UnreadKind] = field(default_factory=list)
    pictures: int = 0
    """Pictures that are large enough for a text."""
    page_breaks: list[bool] = field(default_factory=list)
    """For each page that was seen to begin in it, whether that is before its text."""

    @property
    def text(self) -> str:
        """What a reader sees."""
        return "".join(self.pieces)


def read_paragraph(paragraph: Element, styles: Styles) -> Content:
    """The content of a paragraph, without what is deleted, hidden, an instruction, or said twice."""
    reading = _Reading(paragraph, styles)
    reading.children(paragraph)
    if reading.fields.has_unread:
        reading.content.unread.append("equation")
    return reading.content


class _Reading:
    def __init__(self, paragraph: Element, styles: Styles) -> None:
        self.content, self.fields = Content(), Fields()
        self._paragraph, self._styles = paragraph, styles
        self._fonts, self._is_raised, self._is_behind_figure = ("", ""), False, False

    def children(self, element: Iterable[Element]) -> None:
        for node in element:
            handle = _HANDLERS.get(node.tag)
            if handle is not None:
                handle(self, node)
            elif node.tag not in _PASSED_OVER:
                self.children(node)

    def _add(self, text: str) -> None:
        if text and not self.fields.is_hidden:
            self.content.pieces.append(text)

    def _run(self, run: Element) -> None:
        properties = run.find(name("w:rPr"))
        if self._styles.is_hidden(properties, self._paragraph):
            for node in run.iter(name("w:fldChar")):
                self.fields.mark(node)
            return
        fonts = properties.find(name("w:rFonts")) if properties is not None else None
        raised = properties.find(name("w:vertAlign")) if properties is not None else None
        before = self._fonts, self._is_raised
        self._fonts = _fonts(fonts)
        self._is_raised = raised is not None and raised.get(name("w:val")) == "superscript"
        self.children(run)
        self._fonts, self._is_raised = before

    def _text(self, node: Element) -> None:
        text, is_known = as_shown(node.text or "", *self._fonts)
        if not is_known:
            self.content.unread.append("font")
        if self._is_raised and _RAISED.fullmatch(text):
            self._add(_raised(text, self._last))
            self._is_behind_figure = self._last.isdigit()
        else:
            self._add(self._apart(text))

    @property
    def _last(self) -> str:
        """The last character so far; empty at the start."""
        return self.content.pieces[-1][-1:] if self.content.pieces else ""

    def _apart(self, text: str) -> str:
        """A text, with a blank before a figure that would go on with an exponent or an equation."""
        is_behind = self._is_behind_figure and text[:1].isdigit()
        self._is_behind_figure = False
        return f" {text}" if is_behind else text

    def _instruction(self, node: Element) -> None:
        self.fields.instruct(node.text or "")

    def _box(self, node: Element) -> None:
        self.content.boxes.append(node)

    def _note(self, mark: Element) -> None:
        if not self.fields.is_hidden:
            self.content.notes.append(mark)

    def _chart(self, _: Element) -> None:
        self.content.unread.append("object")

    def _field(self, node: Element) -> None:
        if shown := self.fields.mark(node):
            self.content.pieces.append(shown)

    def _sign(self, node: Element) -> None:
        self._add(_SIGNS[node.tag])

    def _symbol(self, node: Element) -> None:
        code = node.get(name("w:char"), "")
        is_code = 0 < len(code) <= 6 and all(char in "0123456789abcdefABCDEF" for char in code)
        sign = symbol(node.get(name("w:font"), ""), int(code, 16)) if is_code else None
        if sign is None:
            self.content.unread.append("font")
        self._add(sign or "")

    def _control(self, control: Element) -> None:
        """A content control: the sign of a check box, else what is in it."""
        box = control.find(f"{name('w:sdtPr')}/{name('w14:checkbox')}")
        if box is None:
            self.children(control)
            return
        state = box.find(name("w14:checked"))
        value = state.get(name("w14:val"), "1") if state is not None else "0"
        self._add(CHECKED if value not in ("0", "false", "off") else UNCHECKED)

    def _equation(self, equation: Element) -> None:
        written = linear(equation)
        if written is None:
            self.content.unread.append("equation")
            return
        self._add(f" {written}" if self._last.isdigit() and written[:1].isdigit() else written)
        self._is_behind_figure = self._last.isdigit()

    def _equations(self, paragraph: Element) -> None:
        """Equations that stand by themselves, a line each."""
        for at, equation in enumerate(paragraph.findall(name("m:oMath"))):
            self._add("\n" * bool(at))
            self._equation(equation)

    def _alternative(self, element: Element) -> None:
        """One of the forms of a thing: the first that has text, else the first."""
        forms = list(element)
        told = (form for form in forms if next(form.iter(_T), None) is not None)
        chosen = next(told, forms[0] if forms else None)
        if chosen is not None:
            self.children(chosen)

    def _page(self, _: Element) -> None:
        self.content.page_breaks.append(not self.content.text.strip())

    def _object(self, element: Element) -> None:
        """An embedded object, by the program that made it."""
        kinds = (item.get("ProgID", "") for item in element.iter(f"{{{NAMESPACES['o']}}}OLEObject"))
        made_by = next(kinds, "")
        self.content.unread.append("equation" if made_by.startswith("Equation") else "object")

    def _picture(self, element: Element) -> None:
        size = next(element.iter(_SIZE), None)
        sides = [size.get(side, "") for side in ("cx", "cy")] if size is not None else []
        area = int(sides[0]) * int(sides[1]) if all(map(str.isdecimal, sides)) and sides else _LARGE
        self.content.pictures += area >= _LARGE


_HANDLERS: dict[str, Callable[[_Reading, Element], None]] = {
    _T: _Reading._text,
    name("w:r"): _Reading._run,
    name("w:instrText"): _Reading._instruction,
    name("w:fldChar"): _Reading._field,
    name("w:sym"): _Reading._symbol,
    name("w:sdt"): _Reading._control,
    name("m:oMath"): _Reading._equation,
    name("m:oMathPara"): _Reading._equations,
    name("mc:AlternateContent"): _Reading._alternative,
    name("w:footnoteReference"): _Reading._note,
    name("w:endnoteReference"): _Reading._note,
    name("w:lastRenderedPageBreak"): _Reading._page,
    name("w:object"): _Reading._object,
    name("pic:pic"): _Reading._picture,
    name("v:imagedata"): _Reading._picture,
    name("w:txbxContent"): _Reading._box,
    **dict.fromkeys(names("c:chart cx:chart dgm:relIds"), _Reading._chart),
    **dict.fromkeys(_SIGNS, _Reading._sign),
}
"""What is done with each element that is no mere wrapper."""


def _fonts(given: Element | None) -> tuple[str, str]:
    """The fonts of letters and of a font's own signs; empty where a run does not name them."""
    if given is None:
        return "", ""
    letters = given.get(name("w:ascii"), "")
    return letters, given.get(name("w:hAnsi"), letters)


def _raised(sign: str, last: str) -> str:
    """A raised figure or letter so that it is no part of the figure beside it: an exponent behind a figure
    (10^2), as it is behind a letter (m2), else the mark of a note (〔1〕)."""
    if last.isdecimal() or last in (")", "）"):
        return f"^{sign}"
    is_unit = (last.isascii() and last.isalpha()) or sign.isalpha()
    return sign if is_unit else f"〔{sign}〕"
