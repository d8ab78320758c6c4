"""What the serving version is, and which source files have changed since it was built."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bearing_qa.errors import DocumentError
from bearing_qa.index.changes import source_records
from bearing_qa.index.history import lineage
from bearing_qa.index.manifest import Manifest, read_manifest
from bearing_qa.index.versions import version_folder


def index_status(index: Path) -> dict[str, Any]:
    """What ``describe`` says of the serving version in a folder, with those that can be gone back to.

    Raises StoreError if there is no index.
    """
    folder = version_folder(index)
    return describe(read_manifest(folder), version=folder.name, line=lineage(index))


def describe(manifest: Manifest, *, version: str, line: Sequence[str]) -> dict[str, Any]:
    """Version, age in seconds, counts, encoder, corpus, encodings, repairs, stale files, rejections;
    what changed since the version before; ``line`` has the versions, the serving one first."""
    built = datetime.fromisoformat(manifest["built_at"])
    return {
        "version": version,
        "built_at": manifest["built_at"],
        "age_seconds": int((datetime.now(UTC) - built).total_seconds()),
        "counts": manifest["counts"],
        "encoder": {key: manifest["encoder"][key] for key in ("name", "dimension", "prompts")},
        "corpus": manifest["corpus"],
        "encodings": manifest["encodings"],
        "repairs": manifest["repairs"],
        "stale": stale_files(manifest),
        "rejections": manifest["rejections"],
        "changes": manifest["changes"],
        "versions": list(line),
    }


def stale_files(manifest: Manifest) -> dict[str, list[str]]:
    """Source files added, changed or removed since the build, by the corpus folder as it is now."""
    recorded = manifest["sources"]
    try:
        now = source_records(Path(manifest["corpus"]))
    except DocumentError:
        now = {}
    return {
        "added": sorted(now.keys() - recorded.keys()),
        "changed": sorted(n for n in now.keys() & recorded.keys() if now[n] != recorded[n]),
        "removed": sorted(recorded.keys() - now.keys()),
    }
