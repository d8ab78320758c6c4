"""Runs a format reader on one file in a child process with limits on time and memory.

As a program: ``python -m bearing_qa.document.extract SUFFIX < FILE`` writes the text as UTF-8, or one line of
complaint on stderr and status 1. A file that hangs or eats memory costs its child, nothing else.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bearing_qa.document.encoding import decode_html
from bearing_qa.errors import DocumentError

SUFFIXES = (".html", ".htm", ".docx", ".pdf")
MAX_SECONDS = 60
"""Time for one file."""
MAX_MEMORY = 2 * 1024**3
"""Address space of the child in bytes."""
MAX_EXPANSION = 100
MAX_UNPACKED = 256 * 1024**2
"""A packed file may unpack to this many bytes, and to this many times its size."""
MIN_RATIO_BYTES = 16 * 1024**2
"""Below this size unpacked a high ratio is no harm."""


def extract(path: Path) -> str:
    """Text of an HTML, Word or PDF file, one block a line, form feeds between pages.

    Raises DocumentError if it is unsound, empty of text, or over the limits.
    """
    suffix = path.suffix.lower()
    command = [sys.executable, "-I", "-m", "bearing_qa.document.extract", suffix]
    try:
        with path.open("rb") as stream:
            ended = subprocess.run(
                command, stdin=stream, capture_output=True, timeout=MAX_SECONDS, check=False
            )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            found=f"{path.name} takes more than {MAX_SECONDS} seconds to read",
            expected="a document of ordinary make",
            mend="save it anew, or as text",
        ) from error
    if ended.returncode:
        lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if ended.returncode == 1 and lines else "its reader died on it"
        raise DocumentError(
            found=f"{path.name} cannot be read: {reason}",
            expected=f"a sound {suffix} file with text, within the limits",
            mend="save it anew, or as text",
        )
    return ended.stdout.decode("utf-8")


def read(suffix: str, data: bytes) -> Iterator[str]:
    """Lines of a file's bytes by its format. Raises ValueError for what is unsound."""
    if suffix == ".pdf":
        from bearing_qa.document.formats.pdf import pdf_lines

        return pdf_lines(data)
    if suffix == ".docx":
        from bearing_qa.document.formats.docx import docx_lines

        check_archive(data)
        return docx_lines(data)
    from bearing_qa.document.formats.html import html_lines

    return html_lines(decode_html(data))


def check_archive(data: bytes) -> None:
    """Raises ValueError if a packed file is none, or unpacks beyond the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [(item.file_size, item.flag_bits & 1) for item in archive.infolist()]
    except zipfile.BadZipFile as error:
        raise ValueError(
            "it is no sound Word file (old .doc files have to be saved as .docx)"
        ) from error
    unpacked = sum(size for size, _ in sizes)
    if any(encrypted for _, encrypted in sizes):
        raise ValueError("it is encrypted")
    is_bomb = unpacked > MIN_RATIO_BYTES and unpacked > MAX_EXPANSION * len(data)
    if unpacked > MAX_UNPACKED or is_bomb:
        raise ValueError(f"it unpacks to {unpacked:,} bytes, over the limit")


def main(suffix: str) -> int:
    """Reads standard input, writes the text; 1 with one line on stderr if it cannot."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    try:
        text = "\n".join(read(suffix, sys.stdin.buffer.read()))
    except MemoryError:
        sys.stderr.write("it needs too much memory\n")
        return 1
    except Exception as error:  # whatever a library raises on an unsound file
        line = " ".join(str(error).split())[:200] or type(error).__name__
        sys.stderr.write(line + "\n")
        return 1
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
