"""Where an index is: a folder of versions, or a collection in Milvus. A place says which version serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bearing_qa.errors import StoreError
from bearing_qa.index import versions
from bearing_qa.index.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    from bearing_qa.index.history import Rollback
    from bearing_qa.index.protocol import Index


class Place(Protocol):
    """What a reader asks of a place. Each raises StoreError if there is no index or it cannot be trusted."""

    def current(self) -> str | None:
        """Name of the serving version, None if nothing was built yet."""

    def open(self) -> Index:
        """The serving version, opened."""

    def manifest(self) -> Manifest:
        """What the serving version says of itself."""

    def status(self) -> dict[str, Any]:
        """What ``bearing-qa status --json`` prints."""

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
        from bearing_qa.index import store

        return store.open_index(self.path)

    def manifest(self) -> Manifest:
        """Manifest of the serving version; its other files are not looked at."""
        return read_manifest(versions.version_folder(self.path))

    def status(self) -> dict[str, Any]:
        """The serving version and the source files as they are now."""
        from bearing_qa.index.status import index_status

        return index_status(self.path)

    def roll_back(self) -> Rollback:
        """Makes the version before serve."""
        from bearing_qa.index.history import roll_back

        return roll_back(self.path)


def place_of(index: Path, store: str | None = None) -> Place:
    """The place that a command names: ``store`` (milvus://…) if it is given, else the folder ``index``.

    Raises StoreError if the address cannot be read.
    """
    if store is None:
        return Folder(index)
    from bearing_qa.index.milvus.address import read_address

    address = read_address(store)
    try:
        from bearing_qa.index.milvus.place import Collection
    except ImportError as error:
        raise StoreError(
            found=f"the store {store} needs the package pymilvus",
            expected="the extra milvus",
            mend="pip install 'bearing-qa[milvus]'",
        ) from error
    return Collection(address)
