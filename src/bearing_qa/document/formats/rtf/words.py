"""Words of RTF: which are signs, which begin groups that are shown, kept apart, or passed over."""

from __future__ import annotations

import re

from bearing_qa.document.formats.lines import fold

SIGNS = {
    "tab": " ", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": " | ",
}  # fmt: skip
ESCAPED = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\u00a0", b"_": "-", b"\n": "\r", b"\r": "\r"}
_PASSED_OVER_TEXT = """
colortbl info pict objdata header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc
ftncn aftnsep aftnsepc aftncn shprslt sp nonshppict pn pntxta pntxtb annotation atnid atnauthor
atrfstart atrfend bkmkstart bkmkend tc xe rxe template private listtable listoverridetable revtbl filetbl
nonesttables upr
"""
PASSED_OVER = frozenset(_PASSED_OVER_TEXT.split())
KEPT = frozenset({"shpinst", "do", "footnote", "fldinst", "nesttableprops"})
"""Groups for newer readers (``*``) that hold what is shown."""
GROUPS_OF = {
    "footnote": "text", "shptxt": "text", "dptxbxtext": "text", "listtext": "number", "pntext": "number",
    "fldinst": "field",
}  # fmt: skip
"""Groups whose text stands apart: it comes after the paragraph, is a number before it, or is for a program."""
TABLES_OF = {"fonttbl": "fonts", "stylesheet": "styles", "nesttableprops": "inner"}
_HEADING = re.compile(r"(?:heading|标题) ?([1-6])", re.IGNORECASE)
"""Names of the styles that are headings by Word's own definition."""


def list_number(text: str) -> str:
    """The number before a paragraph of a list, as it is shown; a bullet says nothing."""
    text = fold(text)
    if not any(char.isalnum() or char in "①②③④⑤⑥⑦⑧⑨⑩" for char in text):
        return ""
    return text if text[-1] in "、.．)）" else f"{text} "


def heading_level(style: str) -> int | None:
    """The outline level of a style by its name, from 0 on; None for a style that is no heading."""
    named = _HEADING.fullmatch(style.strip().rstrip(";"))
    return int(named.group(1)) - 1 if named else None
