"""An index in Milvus as a place to read from, and to go back in."""

from __future__ import annotations

import threading
import time
from functools import cached_property

from bearing_qa.errors import StoreError
from bearing_qa.store.history import Rollback
from bearing_qa.store.manifest import Manifest
from bearing_qa.store.milvus import state
from bearing_qa.store.milvus.address import Address
from bearing_qa.store.milvus.remote_index import RemoteIndex, open_serving
from bearing_qa.store.milvus.server import Server

LOOK_SECONDS = 2.0
"""How often the server is asked at most which version serves."""


class Collection:
    """The index of a name at a server; connects when it is first asked."""

    def __init__(self, address: Address, *, lexical: bool = True) -> None:
        self.address = address
        self._lexical = lexical
        self._connecting = threading.Lock()
        self._looked_at = -LOOK_SECONDS
        self._seen: str | None = None

    @cached_property
    def server(self) -> Server:
        """The connection."""
        with self._connecting:
            return Server(self.address, lexical=self._lexical)

    def current(self) -> str | None:
        """Name of the serving version, as it was LOOK_SECONDS ago at most; None if nothing was built yet."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            found = state.read_serving(self.server)
            self._looked_at, self._seen = now, found.version if found else None
        return self._seen

    def serving(self) -> state.Serving:
        """The serving version. Raises StoreError if nothing was built yet."""
        found = state.read_serving(self.server)
        if found is None:
            raise StoreError(
                found=f"no index named {self.address.name} at {self.address.uri}",
                expected="a built index",
                fix=f"build it: bearing-qa index CORPUS --store {self.address.text}",
            )
        return found

    def open(self) -> RemoteIndex:
        """The serving version."""
        return open_serving(self.server, self.serving())

    def manifest(self) -> Manifest:
        """What the serving version says of itself."""
        return state.read_manifest(self.server, self.serving())

    def lineage(self) -> list[str]:
        """The serving version and the one before it in the same collection."""
        serving = self.serving()
        return [name for name in (serving.version, serving.previous) if name]

    def roll_back(self) -> Rollback:
        """Makes the version before serve: of the same collection, else of the one before it.

        Raises StoreError if there is none or it cannot be trusted.
        """
        left = self.serving()
        target = left
        if left.previous:
            target = state.Serving(left.collection, left.previous, "")
        else:
            older = [name for name in self.server.collections() if name < left.collection]
            found = state.read_in(self.server, older[-1]) if older else None
            if found is None or self.address.is_file:
                raise StoreError(
                    found=f"no version before {left.version} at {self.address.text}",
                    expected="one that was kept (bearing-qa index --keep N)",
                    fix="build from the documents as they were: bearing-qa index CORPUS",
                )
            target = found
        manifest = open_serving(self.server, target).manifest
        if target.collection == left.collection:
            state.write_serving(self.server, target)
        else:
            self.server.switch(target.collection)
        counts = manifest["counts"]
        return Rollback(
            left.version,
            target.version,
            manifest["built_at"],
            counts["documents"],
            counts["passages"],
        )

    def close(self) -> None:
        """Ends the connection."""
        self.server.close()
