"""The original page of a file beside its text: a picture of it, drawn in a process of its own.

As a program, ``python -m bearing_qa.document.original_page`` reads one request, a line of JSON, and writes a line of JSON
and then the picture's bytes. A file on which the drawing library dies or hangs costs that process, nothing else.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image, ImageOps

from bearing_qa.document.formats.pdf.page_picture import (
    MAX_HEIGHT,
    MAX_WIDTH,
    PagePicture,
    Place,
    Quote,
    draw_page,
)
from bearing_qa.errors import DocumentError

PICTURES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff")
DRAWN = (".pdf", *PICTURES)
"""Types of files whose pages can be shown as they are."""
SECONDS = 20
"""For one page: a drawing of a whole city took 3."""
MAX_MEMORY = 2 * 1024**3
"""Address space of the process in bytes."""
MAX_QUOTED = 4000
"""Characters of a quotation that are looked for: two full pages."""
COMMAND = (sys.executable, "-I", "-m", "bearing_qa.document.original_page")


@dataclass(frozen=True, slots=True)
class OriginalPage:
    """A page as a WebP picture, how many pages its file has, and where the quotations stand on it."""

    picture: bytes
    page: int
    pages: int
    marks: tuple[Place, ...]


def has_pages(source: str) -> bool:
    """Whether a file is of a type whose pages can be shown."""
    return Path(source).suffix.lower() in DRAWN


def original_page(path: Path, *, page: int, quotes: Sequence[Quote] = ()) -> OriginalPage:
    """Page ``page`` (from 1) of a PDF or a picture file. Raises DocumentError if it cannot be drawn."""
    cut = [asdict(quote) | {"text": quote.text[:MAX_QUOTED]} for quote in quotes]
    request = {"path": str(path.absolute()), "page": page, "quotes": cut}
    try:
        done = subprocess.run(
            COMMAND,
            input=json.dumps(request).encode() + b"\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _undrawn(path, f"it takes more than {SECONDS} seconds") from error
    if done.returncode:
        raise _undrawn(path, "the process that draws it died")
    head, _, picture = done.stdout.partition(b"\n")
    said = json.loads(head)
    if "fault" in said:
        raise _undrawn(path, said["fault"])
    return OriginalPage(picture, page, said["pages"], tuple(map(tuple, said["marks"])))


def _undrawn(path: Path, why: str) -> DocumentError:
    return DocumentError(
        found=f"the page of {path.name} cannot be shown: {why}",
        expected="a sound PDF or picture file",
        fix="open the file itself",
    )


def main() -> None:
    """Answers the one request of standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.loads(sys.stdin.buffer.readline())
    quotes = [Quote(**quote) for quote in request["quotes"]]
    try:
        drawn = _drawn(Path(request["path"]), request["page"], quotes)
    except (OSError, ValueError, MemoryError, Image.DecompressionBombError) as error:
        sys.stdout.buffer.write(json.dumps({"fault": str(error) or type(error).__name__}).encode())
        return
    picture = io.BytesIO()
    drawn.picture.save(picture, "WEBP", quality=85)
    head = json.dumps({"pages": drawn.pages, "marks": drawn.marks}).encode()
    sys.stdout.buffer.write(head + b"\n" + picture.getvalue())


def _drawn(path: Path, page: int, quotes: Sequence[Quote]) -> PagePicture:
    if path.suffix.lower() not in PICTURES:
        return draw_page(path.read_bytes(), page, quotes)
    with Image.open(path) as picture:
        pages = getattr(picture, "n_frames", 1)
        if not 1 <= page <= pages:
            raise ValueError(f"it has {pages} pages, no page {page}")
        picture.seek(page - 1)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((MAX_WIDTH, MAX_HEIGHT))
    return PagePicture(upright, pages, ())


if __name__ == "__main__":
    main()
