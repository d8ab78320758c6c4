"""The old name of ``bearing_qa.Library``: works until the next release, with a warning."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """``Reader`` of the first edition."""
    if name != "Reader":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(
        "bearing_qa.search.reader.Reader is now bearing_qa.Library; the old name goes with the next release",
        DeprecationWarning,
        stacklevel=2,
    )
    return import_module("bearing_qa.answer.library").Library
