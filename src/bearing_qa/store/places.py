"""Where an index is: a folder of versions, or a collection in Milvus. A place says which version serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bearing_qa.store import versions
from bearing_qa.store.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    from bearing_qa.store.history import Rollback
    from bearing_qa.store.protocol import Index


class Place(Protocol):
    """What a reader asks of a place. Each raises StoreError if there is no index or it cannot be trusted."""

    def current(self) -> str | None:
        """Name of the serving version, None if nothing was built yet."""

    def open(self) -> Index:
        """The serving version, opened."""

    def manifest(self) -> Manifest:
        """What the serving version says of itself."""

    def lineage(self) -> list[str]:
        """Names of the serving version and of those that one can go back to, newest first."""

    def roll_back(self) -> Rollback:
        """Makes the version before serve; raises StoreError if there is none."""


class Folder:
    """Versions on this machine's disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> str | None:
        """Name of the serving version."""
        return versions.current_version(self.path)

    def open(self) -> Index:
        """The serving version."""
        from bearing_qa.store import disk

        return disk.open_index(self.path)

    def manifest(self) -> Manifest:
        """Manifest of the serving version; its other files are not looked at."""
        return read_manifest(versions.version_folder(self.path))

    def lineage(self) -> list[str]:
        """The serving version and those before it that are on disk."""
        from bearing_qa.store import history

        return history.lineage(self.path)

    def roll_back(self) -> Rollback:
        """Makes the version before serve."""
        from bearing_qa.store.history import roll_back

        return roll_back(self.path)
