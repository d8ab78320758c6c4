"""The error tree. Every message says what was found, what was expected, and what fixes it.

BearingQAError
├── DocumentError      a file that cannot be read as a document
├── StoreError         an index that cannot be built, opened or trusted
│   └── EncoderError   an encoder that cannot be loaded or does not fit the index
├── ModelError         a language model that cannot be asked to word an answer
├── QuestionError      a question that cannot be asked
├── JudgementError     a question file or collection that cannot be evaluated
└── SettingsError      a bearing-qa.toml that cannot be read or names what does not exist
"""


class BearingQAError(Exception):
    """Base of all errors that a user can fix; shown as one line, without a traceback."""

    def __init__(self, *, found: str, expected: str, fix: str) -> None:
        self.found, self.expected, self.fix = found, expected, fix
        super().__init__(
            "; ".join(part for part in (found, expected and f"expected {expected}", fix) if part)
        )


class DocumentError(BearingQAError):
    """A file that cannot be read as a document."""


class StoreError(BearingQAError):
    """An index that cannot be built, opened or trusted."""


class EncoderError(StoreError):
    """An encoder that cannot be loaded, or that is not the one the index was built with."""


class ModelError(BearingQAError):
    """A language model that is named wrongly, cannot be reached or answers nothing of use."""


class QuestionError(BearingQAError):
    """A question that cannot be asked: empty, too long, or a broken batch file."""


class JudgementError(BearingQAError):
    """A question file or collection that cannot be evaluated."""


class SettingsError(BearingQAError):
    """A settings file that cannot be read, or that names a command or an option that does not exist."""
