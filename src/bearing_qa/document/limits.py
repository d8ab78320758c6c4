"""What one file may cost. The command line has an option for each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file; what is beyond them is reported and the other files are read."""

    megabytes: int = 64
    """Size of the file; policy documents are far smaller, a larger one is most likely a mistake."""
    pages: int = 3000
    """Pages of a PDF."""
    seconds: int = 60
    """Time to read and parse a document, beside some for each megabyte."""
    expansion: int = 100
    """How many times its size a packed file may unpack to (and to 256 MB at most)."""


DEFAULT_LIMITS = Limits()
