"""What the language tables ask of a corpus: its tokens and how common they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Vocabulary(Protocol):
    """The corpus's tokens with the number of rows that have each."""

    def tokens(self) -> list[str]:
        """All tokens, in a fixed order."""

    def knows(self, token: str) -> bool:
        """Whether any row has the token."""

    def document_frequency(self, token: str) -> int:
        """Number of rows that have the token."""

    def rows_with(self, tokens: Sequence[str]) -> npt.NDArray[np.int64]:
        """Rows that have every one of some tokens, rising; a remote index may leave out all but the first."""
