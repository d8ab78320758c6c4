"""Where an index is: a folder of versions, or a collection in Milvus. A place says which version serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bearing_qa.errors import StoreError
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


def place_of(index: Path, store: str | None = None) -> Place:
    """The place that a command names: ``store`` (milvus://…) if it is given, else the folder ``index``.

    Raises StoreError if the address cannot be read.
    """
    if store is None:
        return Folder(index)
    from bearing_qa.store.milvus.address import read_address

    address = read_address(store)
    try:
        from bearing_qa.store.milvus.place import Collection
    except ImportError as error:
        raise StoreError(
            found=f"the store {store} needs the package pymilvus",
            expected="the extra milvus",
            mend="pip install 'bearing-qa[milvus]'",
        ) from error
    return Collection(address)
