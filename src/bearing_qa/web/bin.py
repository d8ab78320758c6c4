"""The library's bin: files that were removed or replaced on the page, kept beside the index until they are wanted back.

An entry is a folder with the files as they lay in the corpus and ``entry.json``. It is written whole before anything leaves the
corpus, so that a crash at any point leaves each file in the corpus, in the bin, or in both.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bearing_qa.store.manifest import file_record

Why = Literal["removed", "replaced"]
FOLDER = "bin"
"""Its name in the index's folder."""
_ENTRY, _FILES = "entry.json", "files"


@dataclass(frozen=True, slots=True)
class Binned:
    """What left the corpus in one act: paths there with their SHA-256, why, and when (ISO, UTC)."""

    id: str
    files: dict[str, str]
    why: Why
    at: str


class Bin:
    """The bin of an index."""

    def __init__(self, index: Path) -> None:
        self.folder = index / FOLDER

    def entries(self) -> list[Binned]:
        """What is in it, the newest first; an entry that cannot be read is passed over."""
        found = []
        for path in sorted(self.folder.glob(f"*/{_ENTRY}"), reverse=True):
            try:
                items = json.loads(path.read_text(encoding="utf-8"))
                found.append(Binned(path.parent.name, items["files"], items["why"], items["at"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def keep(self, corpus: Path, names: Sequence[str], *, why: Why) -> Binned:
        """Copies files of the corpus into a new entry. Raises OSError if that cannot be done; the corpus is as it was."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        records = {name: str(file_record(corpus / name)["sha256"]) for name in names}
        aside = Path(tempfile.mkdtemp(dir=self.folder, prefix=".new-"))
        try:
            for name in names:
                target = aside / _FILES / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(corpus / name, target)
            at = now.isoformat(timespec="seconds")
            entry = {"files": records, "why": why, "at": at}
            (aside / _ENTRY).write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
            name = now.strftime("%Y%m%dT%H%M%S%f")
            aside.rename(self.folder / name)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        return Binned(name, records, why, at)

    def named(self, entry_id: str) -> Binned | None:
        """The entry of an id."""
        return next((entry for entry in self.entries() if entry.id == entry_id), None)

    def file(self, entry: Binned, name: str) -> Path:
        """A file of an entry."""
        return self.folder / entry.id / _FILES / name

    def find(self, sha256: str) -> Path | None:
        """A file of this content."""
        for entry in self.entries():
            for name, own in entry.files.items():
                if own == sha256 and self.file(entry, name).is_file():
                    return self.file(entry, name)
        return None

    def drop(self, entry: Binned) -> None:
        """Removes an entry with its files."""
        shutil.rmtree(self.folder / entry.id, ignore_errors=True)

    def empty(self) -> int:
        """Removes all entries for good; says how many files."""
        entries = self.entries()
        for entry in entries:
            self.drop(entry)
        return sum(len(entry.files) for entry in entries)


def put_back(source: Path, target: Path, *, replace: bool) -> None:
    """Copies a file to its place, whole or not at all. Raises FileExistsError if one is there and may not be replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".upload-") as aside:
        whole = Path(shutil.copy2(source, Path(aside) / ("." + target.name)))
        if replace:
            whole.replace(target)
        else:
            os.link(whole, target)
