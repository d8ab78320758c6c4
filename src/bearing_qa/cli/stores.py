"""The place that a command names: a folder, or a collection in Milvus."""

from __future__ import annotations

from pathlib import Path

from bearing_qa.errors import StoreError
from bearing_qa.store.places import Folder, Place


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
            fix="pip install 'bearing-qa[milvus]'",
        ) from error
    return Collection(address)
