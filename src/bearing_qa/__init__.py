"""bearing_qa: questions to Chinese policy text, answered with exact quotations.

    from bearing_qa import Library, make_scope

    answer = Library("index").ask("轴承钢的国产化率是多少？")

Importing the package loads nothing heavy: each name below is loaded when it is first used, and torch, faiss, gradio
and jieba by the one module that owns each of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bearing_qa.version import VERSION

__version__ = VERSION
_PUBLIC = {
    "Answer": "types",
    "Citation": "types",
    "Library": "answer.library",
    "Scope": "search.scope",
    "make_scope": "search.scope",
}
__all__ = ["Answer", "Citation", "Library", "Scope", "__version__", "make_scope"]


def __getattr__(name: str) -> Any:
    """A public name, from the module that defines it."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'bearing_qa' has no attribute {name!r}")
    return getattr(import_module(f"bearing_qa.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return __all__
