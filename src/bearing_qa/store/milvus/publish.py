"""A version on disk → a collection. The builder's folder stays the workshop; Milvus is what is read from.

A new collection is filled, checked, and the alias is switched to it; or, where little has changed, the documents
that changed are added to the serving collection under new numbers, and one row names the new version. What
neither the new version nor the one before it has is removed last. Killed at any point, the version before serves.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bearing_qa.document.records import pack
from bearing_qa.errors import StoreError
from bearing_qa.store import disk
from bearing_qa.store.history import KEPT_VERSIONS
from bearing_qa.store.milvus import state
from bearing_qa.store.milvus.address import read_address
from bearing_qa.store.milvus.pieces import of_field
from bearing_qa.store.milvus.place import Collection
from bearing_qa.store.milvus.remote_index import RemoteIndex, open_serving
from bearing_qa.store.milvus.rows import not_among
from bearing_qa.store.milvus.server import Server
from bearing_qa.store.milvus.state import ROW_BITS, Listed, Serving
from bearing_qa.store.milvus.workshop import Workshop
from bearing_qa.types import Parsed

Progress = Callable[[str, int, int], None]
MAX_CHANGED_SHARE = 0.5
"""Where more of the documents changed, a new collection is filled: removed rows burden an old one."""
PROBES = 20
PROBED_DEPTH = 100
PROBES_SHARE = 0.9
"""Rows that are looked up by their own tokens and vectors, among how many; of all, so many are found."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was written: documents added and removed, and whether a new collection was filled."""

    version: str
    added: int
    removed: int
    is_new: bool


def publish(
    local: disk.Index,
    place: Collection,
    *,
    full: bool = False,
    keep: int = KEPT_VERSIONS,
    progress: Progress = lambda stage, done, total: None,
) -> Published:
    """Makes a version on disk the one that serves at a place; ``keep`` collections stay.

    Raises StoreError if the server does not do it or the result fails its checks; then the version before serves.
    """
    server = place.server
    before = None if full else _before(server)
    workshop = Workshop.of(local)
    if before is not None and before.version == local.version:
        return Published(local.version, 0, 0, is_new=False)
    if before is not None and _fits(before, local):
        change = _change(workshop, before.catalogue.listed, following=before.manifest["numbers"])
        if len(change.fresh) <= MAX_CHANGED_SHARE * len(change.listed):
            return _update(workshop, before, change, progress)
    return _fill(workshop, place, keep=keep, progress=progress)


def publish_folder(
    index: Path, address: str, *, full: bool, keep: int, progress: Progress
) -> Published:
    """Makes the version that serves in a folder the one that serves at an address, see ``publish``."""
    place, local = Collection(read_address(address)), disk.open_index(index)
    try:
        return publish(local, place, full=full, keep=keep, progress=progress)
    finally:
        local.close()
        place.close()


def _before(server: Server) -> RemoteIndex | None:
    """The serving version, None if there is none that can be trusted."""
    try:
        serving = state.read_serving(server)
        return open_serving(server, serving) if serving else None
    except StoreError:
        return None


def _fits(before: RemoteIndex, local: disk.Index) -> bool:
    """Whether vectors of the local version may stand beside those of the collection."""
    return bool(before.manifest["encoder"] == local.manifest["encoder"])


@dataclass(frozen=True, slots=True)
class Change:
    """All documents with their numbers; those that the collection lacks, with their first rows in the local
    version; and the next number that was never given."""

    listed: Sequence[Listed]
    fresh: Sequence[tuple[Listed, int, Parsed]]
    following: int


def _change(workshop: Workshop, old: Sequence[Listed], *, following: int) -> Change:
    known = {(item.doc_id, item.made_of): item.number for item in old}
    listed: list[Listed] = []
    fresh: list[tuple[Listed, int, Parsed]] = []
    for entry in workshop.local.catalogue.entries:
        parsed = workshop.local.catalogue.parsed(entry.doc_id)
        assert parsed is not None
        item = workshop.listed(entry.first, parsed, number=following)
        number = known.get((item.doc_id, item.made_of))
        if number is None:
            fresh.append((item, entry.first, parsed))
            following += 1
        else:
            item = replace(item, number=number)
        listed.append(item)
    return Change(listed, fresh, following)


def _fill(workshop: Workshop, place: Collection, *, keep: int, progress: Progress) -> Published:
    """Writes a new collection and switches to it."""
    server, version = place.server, workshop.local.version
    collection = f"{place.address.name}_{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    server.create(collection, dimension=workshop.local.dense.dimension)
    before = server.serving() or ""
    change = _change(workshop, (), following=0)
    serving = Serving(collection, version, "")
    _write(workshop, server, serving, change, progress)
    state.write_serving(server, serving)
    server.switch(collection)
    _drop_others(server, collection, before=before, keep=keep)
    return Published(version, len(change.fresh), 0, is_new=True)


def _drop_others(server: Server, collection: str, *, before: str, keep: int) -> None:
    """Removes the collections between the one that served ``before`` and the new one, which nobody goes
    back to: they died, or one went back from them. Of those before, ``keep - 1`` stay."""
    others = [name for name in server.collections() if name != collection]
    older = [name for name in others if name <= before]
    for name in others:
        if name not in older[max(len(older) - (keep - 1), 0) :]:
            server.drop(name)


def _update(
    workshop: Workshop,
    before: RemoteIndex,
    change: Change,
    progress: Progress,
) -> Published:
    """Adds what changed to the serving collection, names the new version, removes what two versions lack."""
    server, was = before.server, before.serving
    serving = Serving(was.collection, workshop.local.version, was.version)
    _remove(server, was.collection, f"document >= {before.manifest['numbers']}")  # never finished
    _write(workshop, server, serving, change, progress)
    if state.read_serving(server) != was:
        raise StoreError(
            found=f"another build has changed {was.collection} meanwhile",
            expected="one build at a time",
            fix="build again",
        )
    state.write_serving(server, serving)
    now, earlier = ({d.number for d in c} for c in (change.listed, before.catalogue.listed))
    _remove(server, serving.collection, not_among(sorted(now | earlier)))
    for version in state.versions(server, serving.collection):
        if version not in (serving.version, serving.previous):
            server.erase(serving.collection, f"versions/{version}/")
    return Published(serving.version, len(change.fresh), len(earlier - now), is_new=False)


def _remove(server: Server, collection: str, where: str) -> None:
    """Removes the documents that have a row for which a condition holds."""
    while ids := server.ids(collection, where):
        numbers = sorted({row >> ROW_BITS for row in ids})
        for number in numbers:
            server.erase(collection, f"documents/{number}/")
        server.delete(collection, numbers)


def _write(
    workshop: Workshop,
    server: Server,
    serving: Serving,
    change: Change,
    progress: Progress,
) -> None:
    """Writes the documents that are new and the version's small files, and checks them.

    Rows go first and are removed last: by them one knows what was left by a publication that died.
    """
    for done, (item, first, parsed) in enumerate(change.fresh, 1):
        server.insert(serving.collection, workshop.rows(item, first, parsed))
        server.write(serving.collection, {state.text_of(item.number): pack(parsed)})
        progress("publish", done, len(change.fresh))
    local = workshop.local
    parts = {
        state.DOCUMENTS: state.format_listed(change.listed),
        state.TOKENS: _tokens(local),
        state.TERMS: (local.folder / disk.TERMS).read_bytes(),
        state.SYNONYMS: (local.folder / disk.SYNONYMS).read_bytes(),
    }
    manifest = {**local.manifest, "version": local.version, "numbers": change.following}
    state.write_version(server, serving.collection, manifest, parts)
    verify(open_serving(server, serving))


def _tokens(local: disk.Index) -> bytes:
    lexical = local.lexical
    words = {
        "size": lexical.size,
        "average": lexical.average_length,
        "rows": {token: lexical.document_frequency(token) for token in lexical.tokens() if token},
    }
    return json.dumps(words, ensure_ascii=True).encode("ascii")


def verify(opened: RemoteIndex) -> None:
    """Raises StoreError unless all rows are there and both legs find rows by what they hold."""
    server, collection = opened.server, opened.serving.collection
    found = server.count(collection, opened.catalogue.everything)
    if found != opened.size:
        raise _failed(opened, f"it has {found} rows, not {opened.size}")
    whole = opened.catalogue.whole.rows.tolist()
    rows = random.Random(0).sample(whole, min(PROBES, len(whole)))
    where, missed = opened.catalogue.everything, []
    for row in server.rows(collection, rows, ["vector", "tokens"]):
        near = server.nearest(collection, row["vector"], where=where, limit=PROBED_DEPTH)
        tokens = of_field(row["tokens"])
        like = (
            []
            if not server.lexical
            else server.matching(collection, tokens, where=where, limit=PROBED_DEPTH)
        )
        if row["id"] not in near or (tokens and server.lexical and row["id"] not in like):
            missed.append(row["id"])
    if len(missed) > (1 - PROBES_SHARE) * len(rows):
        raise _failed(opened, f"{len(missed)} of {len(rows)} rows are not found by what they hold")


def _failed(opened: RemoteIndex, what: str) -> StoreError:
    return StoreError(
        found=f"the collection {opened.serving.collection} fails its check: {what}",
        expected="all rows, found by their vectors and by their tokens",
        fix="report it with this line; the version before still serves",
    )
