"""Every version on disk, looked at: files, rows, and whether vectors and words are their passages'."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bearing_qa.build.reuse import rules
from bearing_qa.encoders.encoder import Encoder
from bearing_qa.encoders.identity import check_same
from bearing_qa.errors import BearingQAError, StoreError
from bearing_qa.store import disk, versions
from bearing_qa.store.indexed_text import indexed_text, text_key
from bearing_qa.store.verify import ROW_CHECKS, check_vectors, self_test


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one version; sound if ``fault`` is empty."""

    version: str
    is_serving: bool
    fault: str
    files: int = 0
    rows: int = 0
    encoded_again: int = 0

    def to_json(self) -> dict[str, Any]:
        """The form that the command line prints."""
        return {
            "version": self.version,
            "serving": self.is_serving,
            "sound": not self.fault,
            "fault": self.fault,
            "files": self.files,
            "rows": self.rows,
            "encoded_again": self.encoded_again,
        }


def audit(index: Path, *, load: Callable[[str], Encoder]) -> list[Finding]:
    """Findings on all versions, oldest first. ``load`` gives an encoder by its name.

    Raises StoreError if there is no index.
    """
    names = versions.finished_versions(index)
    serving = versions.current_version(index)
    if serving is None and not names:
        versions.version_folder(index)
    findings = [_look(index / versions.VERSIONS / name, name == serving, load) for name in names]
    if serving not in names:
        try:
            versions.version_folder(index)
        except StoreError as error:
            findings.append(Finding(serving or "none", True, str(error)))
    return findings


def _look(folder: Path, is_serving: bool, load: Callable[[str], Encoder]) -> Finding:
    opened = None
    try:
        opened = disk.open_version(folder)
        disk.check_rows(opened)
        _check_keys(opened)
        made_by = opened.manifest["encoder"]
        encoder = load(made_by["name"])
        check_same(encoder, expected=made_by)
        chance = random.Random(0)
        check_vectors(opened, encoder=encoder, chance=chance)
        self_test(opened, chance=chance)
        files = len(opened.manifest["files"]) + 1
        again = min(ROW_CHECKS, opened.size)
        return Finding(folder.name, is_serving, "", files, opened.size, again)
    except BearingQAError as error:
        return Finding(folder.name, is_serving, str(error))
    finally:
        if opened is not None:
            opened.close()


def _check_keys(opened: disk.Index) -> None:
    """Raises StoreError unless every vector was made from the text of its passage.

    Only where the program's rules for texts are those of the version.
    """
    if opened.manifest["rules"] != rules():
        return
    keys: list[bytes] = []
    for doc_id in opened.catalogue.doc_ids():
        parsed = opened.catalogue.parsed(doc_id)
        for passage in parsed.passages if parsed else ():
            assert parsed is not None
            keys.append(text_key(indexed_text(parsed.document.text, passage)))
    if keys != opened.keys():
        raise StoreError(
            found=f"{opened.version} has vectors of other texts than its passages'",
            expected="row i to be one passage in every part",
            fix=versions.rebuild(opened.folder),
        )
