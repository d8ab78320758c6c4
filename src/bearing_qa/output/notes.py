"""What to know of a document beside an answer, in words."""

from __future__ import annotations

from bearing_qa.output.texts import Words
from bearing_qa.types import Note, Unread

MAX_QUOTE_CHARS = 80
"""A longer sentence is shown in part; its citation has it whole."""


def note_words(note: Note, words: Words) -> str:
    """A note as a sentence in the language of ``words``."""
    if note.unread is not None:
        what = unread_words(note.unread, words)
        return words("unread", title=note.title, what=what, place=note.unread.place)
    if note.kind == "expires":
        said = f"“{note.citation.text}”" if note.citation else ""
        return words("expires", title=note.title, quote=said or note.date)
    if note.citation is None:
        return words(note.kind, title=note.title)
    said = note.citation.text
    quote = said if len(said) <= MAX_QUOTE_CHARS else f"{said[:MAX_QUOTE_CHARS]}…"
    return words(
        note.kind, title=note.title, source=note.citation.title, quote=quote, date=note.date
    )


def unread_words(part: Unread, words: Words) -> str:
    """What kind of part a reader could not read."""
    return words(f"unread_{part.kind}")
