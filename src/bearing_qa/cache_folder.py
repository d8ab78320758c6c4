"""Where the program keeps, for one user, what can be made again: unpacked models, recognised pages."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """``$BEARING_QA_CACHE``, else ``$XDG_CACHE_HOME/bearing_qa``, else ``~/.cache/bearing_qa``."""
    named = os.environ.get("BEARING_QA_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(named) if named else Path(base) / "bearing_qa"
