"""The page's styles and scripts: every file of ``styles/`` and ``scripts/`` is served, none is named twice."""

from __future__ import annotations

from pathlib import Path

from bearing_qa.evaluation import report_page

_FOLDER = Path(__file__).parent
_BASE = _FOLDER / "styles" / "base.css"
"""Colours and the frame; comes first, so that a view's own style wins."""
_PAPER = _FOLDER / "styles" / "print.css"
"""For paper alone; gradio would put its own prefix before each rule, so it stands in the head."""


def styles() -> list[Path]:
    """The style sheets for gradio, in the order in which they count: the base, then a view each."""
    views = sorted(_FOLDER.glob("styles/*.css"))
    return [_BASE, *(path for path in views if path not in (_BASE, _PAPER))]


def head() -> str:
    """What goes into the page's head: the scripts, each in a scope of its own, and the style for paper."""
    scripts = "".join(
        f"<script>{path.read_text(encoding='utf-8')}</script>"
        for path in (*sorted(_FOLDER.glob("scripts/*.js")), report_page.SCRIPT)
    )
    return f"{scripts}<style media='print'>{_PAPER.read_text(encoding='utf-8')}</style>"
