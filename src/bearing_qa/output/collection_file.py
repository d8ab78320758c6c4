"""A theme's collection as a Word file (slices with footnotes) or Markdown (slices with numbers), references at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bearing_qa.output import references
from bearing_qa.output.footnotes import Footnotes
from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.output.word_file import clean
from bearing_qa.review.theme import Collection
from bearing_qa.types import Citation, Document

DocumentOf = Callable[[str], Document]
"""The document of an id."""


def numbered(collection: Collection) -> Iterator[tuple[int, Citation]]:
    """The slices of all documents, counted from one."""
    yield from enumerate((item for one in collection.documents for item in one.items), 1)


def write_word(
    collection: Collection, path: Path, *, document_of: DocumentOf, words: Words = CHINESE
) -> None:
    """Writes a heading a document, its slices in order, each with a footnote that says where it stands, and GB/T 7714
    references at the end, each document once."""
    import docx

    file: Any = docx.Document()
    notes = Footnotes(file)
    file.add_heading(clean(collection.theme), level=1)
    for one in collection.documents:
        file.add_heading(clean(heading_of(one.title, one.date)), level=2)
        for item in one.items:
            if item.section:
                file.add_paragraph(clean(" › ".join(item.section)))
            quoted = file.add_paragraph(clean(item.text), style="Quote")
            source = references.noted_reference(item, document_of(item.doc_id), words=words)
            notes.add(quoted, f"{source} {' › '.join(item.section)}")
    file.add_heading(clean(words("digest_references")), level=2)
    for number, reference in enumerate(_works(collection, document_of), 1):
        file.add_paragraph(f"[{number}] {clean(reference)}")
    notes.attach()
    file.save(str(path))


def _works(collection: Collection, document_of: DocumentOf) -> Iterator[str]:
    """The GB/T 7714 reference of each document, without pages: these are in the footnotes."""
    for one in collection.documents:
        whole = replace(one.items[0], is_paged=False)
        yield references.reference(whole, document_of(one.doc_id))


def markdown(collection: Collection, *, document_of: DocumentOf, words: Words = CHINESE) -> str:
    """The same as Markdown; text of the documents is never markup there."""
    escape = references.escape_markdown
    blocks = [f"# {escape(collection.theme)}"]
    numbers = numbered(collection)
    for one in collection.documents:
        blocks.append(f"## {escape(heading_of(one.title, one.date))}")
        for number, item in (next(numbers) for _ in one.items):
            quoted = "\n".join(f"> {escape(line)}" for line in item.text.split("\n"))
            place = f"{escape(' › '.join(item.section))}\n\n" if item.section else ""
            blocks.append(f"{place}{quoted} \\[{number}\\]")
    blocks.append(f"## {words('digest_references')}")
    blocks += [
        f"\\[{number}\\] {escape(references.noted_reference(item, document_of(item.doc_id), words=words))}"
        for number, item in numbered(collection)
    ]
    return "\n\n".join(blocks) + "\n"


def heading_of(title: str, date: str) -> str:
    """A document's title with its date, where that is known."""
    return f"{title}（{date}）" if date else title
