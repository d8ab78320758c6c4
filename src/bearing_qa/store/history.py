"""The versions before the serving one: how many are kept, and going back to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bearing_qa.errors import StoreError
from bearing_qa.store import versions
from bearing_qa.store.locks import build_lock, unwritable
from bearing_qa.store.manifest import MANIFEST, Manifest, read_manifest

KEPT_VERSIONS = 2
"""The serving version and the one before, for going back."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """From which version to which one went back."""

    left: str
    version: str
    built_at: str
    documents: int
    passages: int


def version_before(index: Path, version: str | None) -> str | None:
    """The version that served before ``version``; None if it is not on disk.

    What the manifest says goes first: after going back, the next version's forerunner is not the
    one with the name before. Without that, and for None, the newest that is older.
    """
    names = versions.finished_versions(index)
    try:
        path = index / versions.VERSIONS / (version or "") / MANIFEST
        named = json.loads(path.read_text(encoding="utf-8"))["previous"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        named = None
    if named in names:
        return str(named)
    older = [name for name in names if version is None or name < version]
    return older[-1] if older else None


def lineage(index: Path) -> list[str]:
    """The serving version and those before it, newest first."""
    line: list[str] = []
    name = versions.current_version(index)
    while name is not None and name not in line:
        line.append(name)
        name = version_before(index, name)
    return line


def manifests_before(index: Path) -> list[tuple[str, Manifest]]:
    """The versions before the serving one with what they say of themselves, newest first; without those
    whose manifest cannot be read."""
    found = []
    for name in lineage(index)[1:]:
        try:
            found.append((name, read_manifest(index / versions.VERSIONS / name)))
        except StoreError:
            continue
    return found


def remove_old_versions(index: Path, *, keep: int = KEPT_VERSIONS) -> None:
    """Removes all versions but the serving one, ``keep - 1`` before it, and those in use; and what
    builds that died have left. To be called by the owner of the build lock."""
    versions.remove_left_overs(index)
    kept = lineage(index)[:keep]
    for name in versions.finished_versions(index):
        if name not in kept:
            versions.remove_version(index / versions.VERSIONS / name)


def roll_back(index: Path) -> Rollback:
    """Makes the version before the serving one serve, after its checksums fit: one rename.

    Raises StoreError if there is none, it cannot be trusted, or a build runs.
    """
    from bearing_qa.store import disk  # opens all parts; ``status`` needs none of them

    with build_lock(index):
        left = versions.current_version(index)
        is_there = left in versions.finished_versions(index)
        target = version_before(index, left if is_there else None)
        if target is None:
            raise StoreError(
                found=f"no version before {left or 'the first'} in {index}",
                expected="one that was kept (bearing-qa index --keep N)",
                fix="build from the documents as they were: bearing-qa index CORPUS",
            )
        folder = index / versions.VERSIONS / target
        opened = disk.open_version(folder)
        disk.check_rows(opened)
        manifest = opened.manifest
        opened.close()
        try:
            versions.switch(index, folder)
        except OSError as error:
            raise unwritable(index, error) from error
        counts = manifest["counts"]
        return Rollback(
            left or "nothing", target, manifest["built_at"], counts["documents"], counts["passages"]
        )
