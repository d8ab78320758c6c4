"""What the serving version is, and which source files have changed since it was built."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bearing_qa.build.changes import source_records
from bearing_qa.errors import DocumentError
from bearing_qa.store.manifest import Manifest
from bearing_qa.store.places import Place


def index_status(place: Place) -> dict[str, Any]:
    """What ``bearing-qa status --json`` prints: version, age in seconds, counts, encoder, corpus, encodings,
    repairs, stale files, rejections, parts of files that are not read; what changed since the version before; the versions, the serving one first.

    Raises StoreError if there is no index.
    """
    line, manifest = place.lineage(), place.manifest()
    built = datetime.fromisoformat(manifest["built_at"])
    return {
        "version": line[0] if line else "",
        "built_at": manifest["built_at"],
        "age_seconds": int((datetime.now(UTC) - built).total_seconds()),
        "counts": manifest["counts"],
        "encoder": {key: manifest["encoder"][key] for key in ("name", "dimension", "prompts")},
        "corpus": manifest["corpus"],
        "encodings": manifest["encodings"],
        "repairs": manifest["repairs"],
        "stale": stale_files(manifest),
        "rejections": manifest["rejections"],
        "unread": manifest.get("unread", []),
        "changes": manifest["changes"],
        "versions": line,
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
