"""What an index version says of itself, and whether its files are those it was written with.

No library is needed to read it, so that ``bearing-qa status`` is quick.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from bearing_qa.errors import StoreError
from bearing_qa.store import signing, versions
from bearing_qa.store.shape import EVERY, shape_fault

FORMAT = 4
"""Raised whenever a version written before cannot be read as before, or one of now by programs before."""
MANIFEST = "manifest.json"
_RECORDS = {EVERY: {"bytes": int, "sha256": str}}
_SHAPE = {
    "bearing_qa": str,
    "built_at": str,
    "changes": {"reasons": [str]},
    "corpus": str,
    "counts": {"documents": int, "passages": int},
    "encoder": {"name": str, "dimension": int, "prompts": {EVERY: str}, "fingerprint": [float]},
    "encodings": {EVERY: int},
    "files": _RECORDS,
    "limits": {EVERY: int},
    "repairs": {EVERY: int},
    "rejections": [{"source": str, "reason": str}],
    "rules": {"documents": str, "tokens": str},
    "sources": _RECORDS,
}
"""What every manifest holds; its checksum may be right all the same, for anybody can write one."""
Manifest = dict[str, Any]


def read_manifest(folder: Path) -> Manifest:
    """Manifest of a version.

    Raises StoreError if it is missing, damaged, of another format, or not signed as it has to be.
    """
    try:
        manifest: Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found_format = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(
            found=f"the manifest of {folder} cannot be read ({type(error).__name__})",
            expected="a complete index version",
            fix=versions.rebuild(folder),
        ) from error
    if found_format != FORMAT:
        raise StoreError(
            found=f"{folder} has index format {str(found_format)[:20]}",
            expected=f"format {FORMAT}, which this program writes",
            fix=versions.rebuild(folder),
        )
    fault = signing.seal_fault(manifest)
    fault = fault or _content_fault(manifest)
    if fault:
        raise StoreError(
            found=f"{folder.name} cannot be trusted: {fault}",
            expected="a version that this program wrote"
            + (" and signed with your key" if "sign" in fault else ""),
            fix=versions.rebuild(folder),
        )
    return manifest


def _content_fault(manifest: Manifest) -> str:
    """What is wrong with the values of a manifest, in words; empty if nothing is."""
    fault = shape_fault(manifest, _SHAPE)
    if fault:
        return f"in its manifest, {fault}"
    encoder = manifest["encoder"]
    if len(encoder["fingerprint"]) != encoder["dimension"]:
        return "in its manifest, encoder.fingerprint has another length than encoder.dimension"
    return "" if _is_time(manifest["built_at"]) else "in its manifest, built_at is no time"


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Raises StoreError if a file of the version is missing, damaged, or not in the manifest."""
    recorded = manifest["files"]
    present = {path.relative_to(folder).as_posix() for path in _files(folder)} - {MANIFEST}
    for name in sorted(present ^ set(recorded)):
        raise StoreError(
            found=f"{folder.name}/{name} is {'unknown' if name in present else 'missing'}",
            expected="exactly the files of the manifest",
            fix=versions.rebuild(folder),
        )
    for name, expected in recorded.items():
        if file_record(folder / name) != expected:
            raise StoreError(
                found=f"{folder.name}/{name} is damaged (its checksum differs)",
                expected=f"SHA-256 {expected['sha256'][:12]}…",
                fix=versions.rebuild(folder),
            )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes a version's manifest with the records of all its other files."""
    whole = signing.seal({**manifest, "files": _file_records(folder)})
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def file_record(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"bytes": stream.tell(), "sha256": digest}


def _file_records(folder: Path) -> dict[str, dict[str, Any]]:
    names = (path for path in _files(folder) if path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): file_record(path) for path in names}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
