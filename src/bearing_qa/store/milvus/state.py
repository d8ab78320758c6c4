"""What a version in a collection is made of: which documents, which words; small files beside its rows.

    current                               the version that serves and the one before it
    versions/<version>/manifest.json      sealed as a folder's; its ``files`` are those beside it
    versions/<version>/documents.json     a ``Listed`` for each document, in the order of the corpus
    versions/<version>/tokens.json        number of rows of each token, and their average length
    versions/<version>/terms.txt, synonyms.txt
    documents/<number>/text               a document with its passages

A document that changes gets a new number, and a row's id is its document's number and its place in it. So a
version is a set of numbers: rows of the next version may be added, and rows of the one before may stay, without
either being seen by who reads this one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bearing_qa.errors import StoreError
from bearing_qa.store import signing
from bearing_qa.store.manifest import FORMAT, Manifest
from bearing_qa.store.milvus.faults import damaged
from bearing_qa.store.milvus.server import CURRENT, Server

ROW_BITS = 24
"""Of an id: its lowest bits count the passages of a document, which are 16 million at most."""
DOCUMENTS, TOKENS, TERMS, SYNONYMS = "documents.json", "tokens.json", "terms.txt", "synonyms.txt"
PARTS = (DOCUMENTS, TOKENS, TERMS, SYNONYMS)


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of a version. ``sha256`` is that of its text as it was packed, ``made_of`` tells whether
    anything of its rows is otherwise than in another version."""

    number: int
    doc_id: str
    title: str
    source: str
    metadata: Mapping[str, str]
    passages: int
    pages: int
    sha256: str
    made_of: str

    @property
    def first(self) -> int:
        """Id of its first row."""
        return self.number << ROW_BITS


@dataclass(frozen=True, slots=True)
class Serving:
    """The version that serves in a collection, and the one before it there (empty if there is none)."""

    collection: str
    version: str
    previous: str


def text_of(number: int) -> str:
    """Name of the file that has a document with its passages."""
    return f"documents/{number}/text"


def read_serving(server: Server) -> Serving | None:
    """The serving version, None if nothing was built yet."""
    collection = server.serving()
    if collection is None:
        return None
    found = read_in(server, collection)
    if found is None:
        raise damaged(collection, "no version is named in it")
    return found


def read_in(server: Server, collection: str) -> Serving | None:
    """The version that serves in a collection, None if the collection was never finished."""
    data = server.read(collection, [CURRENT]).get(CURRENT)
    if data is None:
        return None
    names = json.loads(data)
    return Serving(collection, str(names["version"]), str(names["previous"]))


def write_serving(server: Server, serving: Serving) -> None:
    """Names the version that serves in a collection: one row, so that it is the old or the new."""
    names = {"version": serving.version, "previous": serving.previous}
    server.write(serving.collection, {CURRENT: json.dumps(names).encode("ascii")})


def read_manifest(server: Server, serving: Serving) -> Manifest:
    """Manifest of a version. Raises StoreError if it is missing, damaged or not signed as it has to be."""
    name = f"versions/{serving.version}/manifest.json"
    data = server.read(serving.collection, [name]).get(name, b"{}")
    manifest: Manifest = json.loads(data)
    fault = signing.seal_fault(manifest)
    if not fault and manifest["format"] != FORMAT:
        fault = f"it has index format {manifest['format']}, this program reads {FORMAT}"
    if fault:
        raise damaged(serving.collection, fault)
    return manifest


def read_parts(server: Server, serving: Serving, manifest: Manifest) -> dict[str, bytes]:
    """The files beside a manifest, by name. Raises StoreError unless their checksums are the manifest's."""
    folder = f"versions/{serving.version}/"
    found = server.read(serving.collection, [folder + name for name in PARTS])
    parts = {name: found.get(folder + name, b"") for name in PARTS}
    for name, data in parts.items():
        if record(data) != manifest["files"].get(name):
            raise damaged(serving.collection, f"{name} is damaged (its checksum differs)")
    return parts


def write_version(
    server: Server, collection: str, manifest: Manifest, parts: Mapping[str, bytes]
) -> None:
    """Writes a version's manifest, sealed, with the files beside it."""
    version = manifest["version"]
    sealed = signing.seal({**manifest, "files": {name: record(parts[name]) for name in PARTS}})
    data = json.dumps(sealed, ensure_ascii=False).encode("utf-8")
    files = {**parts, "manifest.json": data}
    server.write(collection, {f"versions/{version}/{name}": files[name] for name in files})


def record(data: bytes) -> dict[str, Any]:
    """Size in bytes and SHA-256."""
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def read_listed(data: bytes) -> tuple[Listed, ...]:
    """Documents of a version."""
    return tuple(Listed(**item) for item in json.loads(data))


def format_listed(listed: Sequence[Listed]) -> bytes:
    """Documents as ``read_listed`` reads them."""
    return json.dumps([asdict(item) for item in listed], ensure_ascii=True).encode("ascii")


def check_dimension(server: Server, serving: Serving, manifest: Manifest) -> None:
    """Raises StoreError unless the collection's vectors are of the length of the manifest's encoder."""
    found, expected = server.dimension(serving.collection), int(manifest["encoder"]["dimension"])
    if found != expected:
        raise StoreError(
            found=f"{serving.collection} has vectors of length {found}",
            expected=f"{expected}, as the encoder {manifest['encoder']['name']} gives",
            fix="write it again: bearing-qa index CORPUS --store … --full",
        )


def versions(server: Server, collection: str) -> set[str]:
    """Versions whose manifests are in a collection."""
    return {name.split("/")[1] for name in server.names(collection, "versions/")}
