"""Scanned pages → pages of lines, as those of a PDF are: PDF pages that are pictures, and picture files."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from bearing_qa.document import pace
from bearing_qa.document.formats.pdf.drawings import Drawings
from bearing_qa.document.formats.pdf.page import PageText
from bearing_qa.document.formats.scan.page import ScannedPage, read_picture

DPI = 150
"""Pixels an inch that a page is drawn with: characters of 10.5 points have 22 then, which the engine reads well; at 300 it took
no other text, and longer."""
MAX_PIXELS = 3000
"""Of a picture's longer side; the engine itself takes 2000."""
MAX_AREA = 100_000_000
"""Pixels of a picture file: an A3 page at 600 dpi has 70 million; more is unpacked to take memory."""
PAGE_HEIGHT = 842.0
"""Points of the longer side of a page whose size is not known: A4."""


def scanned_pages(
    document: pdfium.PdfDocument,
    read: Sequence[PageText],
    numbers: Sequence[int],
    *,
    keeps_typed: bool,
) -> list[PageText]:
    """Pages of a PDF, those with the ``numbers`` (from 1) recognised from what they show; text that the file itself has
    there stays if ``keeps_typed``. Tells how far it is."""
    pages = list(read)
    for done, number in enumerate(numbers):
        pace.tell(done, len(numbers))
        pages[number - 1] = _recognised(
            document[number - 1], read[number - 1], keeps_typed=keeps_typed
        )
    pace.tell(len(numbers), len(numbers))
    return pages


def _recognised(page: pdfium.PdfPage, read: PageText, *, keeps_typed: bool) -> PageText:
    """A page as it is recognised; what the file itself has on it stays, where its place on the picture is known; all stays
    as it was where nothing is recognised."""
    width, height = page.get_size()
    scale = min(DPI / 72, MAX_PIXELS / max(width, height, 1.0))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    is_placed = len(read.parts) == 1 and page.get_rotation() == 0
    typed = read.parts[0][0] if is_placed and keeps_typed else []
    found = read_picture(picture, width=width, typed=typed)
    return _page(found, read.drawings) if found.lines else read


def picture_pages(data: bytes, *, max_pages: int) -> Iterator[PageText]:
    """The pages of a picture file, each recognised.

    Raises ValueError if it is no picture, too large, or has too many pages.
    """
    try:
        with Image.open(io.BytesIO(data)) as file:
            count = getattr(file, "n_frames", 1)
            if count > max_pages:
                raise ValueError(f"it has {count} pages, more than {max_pages} (--max-pages)")
            for done, frame in enumerate(ImageSequence.Iterator(file)):
                pace.tell(done, count)
                yield _page(_of_frame(frame), Drawings((0.0, 0.0, 0.0, 0.0)))
            pace.tell(count, count)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"it is no sound picture ({' '.join(str(error).split())})") from error


def _of_frame(frame: Image.Image) -> ScannedPage:
    if frame.width * frame.height > MAX_AREA:
        raise ValueError(f"it has {frame.width} × {frame.height} pixels; save it smaller")
    upright = ImageOps.exif_transpose(frame)
    flat = Image.new("RGB", upright.size, "white")
    own = upright.convert("RGBA")  # what is clear is white, as on a page
    flat.paste(own, mask=own.getchannel("A"))
    flat.thumbnail((MAX_PIXELS, MAX_PIXELS))
    return read_picture(flat, width=flat.width * PAGE_HEIGHT / max(flat.size))


def _page(found: ScannedPage, drawings: Drawings) -> PageText:
    return PageText(
        parts=((found.lines, found.width),),
        figures_apart=(),
        drawings=drawings,
        short_rules=(),
        is_recognised=True,
        is_unsure=found.is_unsure,
    )
