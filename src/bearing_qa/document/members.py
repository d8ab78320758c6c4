"""A zip file read as a folder: each document in it is a document of its own.

Nothing is unpacked to disk. What is hidden (``__MACOSX``, ``.``, ``~$``) is passed over; what may hold a
document and is not read is told, with the reason.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from bearing_qa.document.extract import check_expansion
from bearing_qa.document.files import FOREIGN_SUFFIXES, doc_ids
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.raw_text import COLLECTION_SUFFIX, SUFFIXES, RawText, check_size, read_data
from bearing_qa.errors import DocumentError

ARCHIVE = ".zip"
MAX_MEMBERS = 5000
"""Files in an archive, those of archives in it included; a folder of so many is better unpacked."""
MIN_CHINESE = "\u2e80"
"""Chinese characters and their marks begin here."""
_UTF8 = 0x800
"""The flag of a name that is written in UTF-8 (APPNOTE 4.4.4, bit 11)."""
_ENCRYPTED = 0x1
_UNSOUND = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What reading a member raises where the archive is damaged, or packed in a way that is not known."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive: its path there, that of the archives around it included."""

    name: str
    info: zipfile.ZipInfo
    archive: zipfile.ZipFile

    def read(self) -> bytes:
        """Its bytes. Raises DocumentError if they cannot be had."""
        try:
            return self.archive.read(self.info)
        except _UNSOUND as error:
            raise _fault(
                self.name, f"cannot be unpacked ({error or type(error).__name__})", "pack it again"
            ) from error


def read_archive(
    path: Path, *, doc_id: str, limits: Limits = DEFAULT_LIMITS, skip: int = 0
) -> Iterator[RawText | DocumentError]:
    """Documents of an archive, or the fault in place of one, in the order of their paths; without the first
    ``skip``, which are not read. Ids are ``doc_id`` and the path in the archive without its suffix.

    Raises DocumentError if the archive itself cannot be read, or is over the limits.
    """
    check_size(path, limits)
    members = list(_members(path.name, path.read_bytes(), limits))
    ids = doc_ids(member.name for member in members if isinstance(member, _Member))
    for member in members:
        if skip and not _holds_many(member):
            skip -= 1
        elif isinstance(member, DocumentError):
            yield member
        else:
            for item in _documents(member, f"{doc_id}/{ids[member.name]}", limits):
                if skip:
                    skip -= 1
                else:
                    yield item


def _holds_many(member: _Member | DocumentError) -> bool:
    return isinstance(member, _Member) and _suffix(member.name) == COLLECTION_SUFFIX


def _documents(member: _Member, doc_id: str, limits: Limits) -> Iterator[RawText | DocumentError]:
    """The documents of a member, with its path in the archive."""
    try:
        for item in read_data(member.name, member.read(), doc_id=doc_id, limits=limits):
            yield replace(item, member=member.name) if isinstance(item, RawText) else item
    except DocumentError as error:
        yield error


def _members(
    name: str, data: bytes, limits: Limits, *, inside: str = "", seen: int = 0
) -> Iterator[_Member | DocumentError]:
    """Members that are read, and the faults of those that cannot be, by their names."""
    archive = _open(name, data, limits)
    named = sorted((_name(info), at) for at, info in enumerate(archive.infolist()))
    if seen + len(named) > MAX_MEMBERS:
        raise _fault(name, f"holds more than {MAX_MEMBERS} files", "unpack it here")
    for inner, at in named:
        info = archive.infolist()[at]
        suffix = _suffix(inner)
        is_document = suffix in SUFFIXES or suffix in FOREIGN_SUFFIXES or suffix == ARCHIVE
        if info.is_dir() or not is_document or _is_hidden(inner):
            continue
        fault = _refused(inner, info, limits, is_inside=bool(inside))
        member = _Member(inside + inner, info, archive)
        if fault is not None:
            yield _fault(member.name, *fault)
        elif suffix == ARCHIVE:
            yield from _nested(member, limits, seen=seen + len(named))
        else:
            yield member


def _nested(member: _Member, limits: Limits, *, seen: int) -> Iterator[_Member | DocumentError]:
    """Members of an archive in an archive."""
    try:
        yield from _members(member.name, member.read(), limits, inside=f"{member.name}/", seen=seen)
    except DocumentError as error:
        yield error


def _open(name: str, data: bytes, limits: Limits) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        check_expansion(archive.infolist(), packed=len(data), expansion=limits.expansion)
    except ValueError as error:
        raise _fault(name, f"cannot be read: {error}", "unpack it here") from error
    except _UNSOUND as error:
        raise _fault(name, f"is no sound zip file ({error})", "pack it again") from error
    return archive


def _refused(
    name: str, info: zipfile.ZipInfo, limits: Limits, *, is_inside: bool
) -> tuple[str, str] | None:
    """Why a member is not read, and the fix; None for one that is."""
    suffix = _suffix(name)
    if _leads_out(name):
        return "has a path that leads out of the archive", "pack it again"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link", "pack the file itself"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted", "unpack it with its password"
    if suffix == ARCHIVE and is_inside:
        return "is an archive in an archive in an archive", "unpack it"
    if suffix in FOREIGN_SUFFIXES:
        return f"is a {suffix} file, which are not read", FOREIGN_SUFFIXES[suffix]
    if info.file_size > limits.megabytes * 1024**2:
        return (
            f"has {info.file_size / 1024**2:.0f} MB, over {limits.megabytes}",
            "split it, or raise --max-mb",
        )
    return None


def _name(info: zipfile.ZipInfo) -> str:
    """A member's path: in UTF-8 where it says so, or is so; else in GBK, as Windows packs Chinese names."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        with suppress(UnicodeError):
            data = name.encode("cp437")
            name = data.decode("utf-8" if _is_utf8(data) else "gb18030")
    return name.replace("\\", "/")


def _is_utf8(data: bytes) -> bool:
    """Whether a name is UTF-8: it fits, and not only by chance, as 通知 in GBK does (as two Hebrew and
    Greek signs); Chinese takes three bytes a sign."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.isascii() or any(char >= MIN_CHINESE for char in text)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(
        part == "__MACOSX" or (part.startswith((".", "~$")) and part != "..") for part in parts
    )


def _leads_out(name: str) -> bool:
    """Whether a path is none inside the archive: absolute, with a drive, up, or no plain words."""
    parts = PurePosixPath(name).parts
    return (
        name.startswith("/")
        or ".." in parts
        or ":" in parts[0]
        or not all(map(str.isprintable, parts))
    )


def _fault(name: str, what: str, fix: str) -> DocumentError:
    shown = "".join(char if char.isprintable() else "?" for char in name)
    return DocumentError(found=f"{shown} {what}", expected="a document that can be read", fix=fix)
