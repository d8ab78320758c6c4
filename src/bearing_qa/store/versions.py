"""Names of index versions: which one serves, the switch to another, and holding one open.

``CURRENT`` names the version that serves; it changes by one rename. Whoever has a version open holds a
shared lock on its folder, which the kernel lets go when the process ends; only a folder that nobody
holds is removed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from pathlib import Path

from bearing_qa.errors import StoreError

CURRENT = "CURRENT"
VERSIONS = "versions"
BUILDING, REMOVING = ".building-", ".removing-"
"""Prefixes of folders that are no versions yet, or no longer."""
_NAME = re.compile(r"\d{8}T\d{12}")
_LEFT_OVER = re.compile(rf"(?:{re.escape(BUILDING)}|{re.escape(REMOVING)})\d{{8}}T\d{{12}}")


class Hold:
    """A version's folder held open: while it is, the version is not removed.

    Raises StoreError if the folder is not there or is just being removed.
    """

    def __init__(self, folder: Path) -> None:
        self._handle = -1
        try:
            self._handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _gone(folder) from error
        except OSError as error:
            if self._handle < 0:
                raise _gone(folder) from error  # else: a file system without locks

    def close(self) -> None:
        """Lets go of the version."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __del__(self) -> None:
        """An index that nobody uses any more is let go."""
        self.close()


def _gone(folder: Path) -> StoreError:
    return StoreError(found=f"{folder} is not there", expected="a version", fix=rebuild(folder))


def rebuild(folder: Path) -> str:
    """The command that fixes a version in ``INDEX/versions/``."""
    return f"rebuild: bearing-qa index CORPUS --index {folder.parent.parent} --full"


def current_version(index: Path) -> str | None:
    """Name of the serving version, None if nothing was built yet.

    Raises StoreError if what should name it cannot be read.
    """
    try:
        return (index / CURRENT).read_bytes().decode("utf-8", "replace").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(
            found=f"{index / CURRENT} cannot be read ({error.strerror or error})",
            expected="a file that names a version",
            fix=f"remove it, then build: bearing-qa index CORPUS --index {index}",
        ) from error


def version_folder(index: Path) -> Path:
    """Folder of the serving version.

    Raises StoreError if there is none.
    """
    version = current_version(index)
    if version is None:
        raise StoreError(
            found=f"no index in {index}",
            expected="a built index",
            fix=f"build it: bearing-qa index --index {index}",
        )
    folder = index / VERSIONS / version
    if not _NAME.fullmatch(version) or not folder.is_dir():
        raise StoreError(
            found=f"{index / CURRENT} names version {version[:40]!r}, which is not there",
            expected="one of the folders in versions/",
            fix=f"rebuild: bearing-qa index CORPUS --index {index} --full, or go back: "
            f"bearing-qa index --rollback --index {index}",
        )
    return folder


def finished_versions(index: Path) -> list[str]:
    """Names of all versions on disk, oldest first."""
    try:
        folders = list((index / VERSIONS).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(path.name for path in folders if _NAME.fullmatch(path.name) and path.is_dir())


def switch(index: Path, folder: Path) -> None:
    """Makes ``folder`` the serving version: everything synced, then one rename of ``CURRENT``."""
    inside = list(folder.rglob("*"))
    for path in (*inside, folder, folder.parent):
        _sync(path)
    aside = index / f".{CURRENT}-{os.getpid()}"
    aside.write_text(folder.name + "\n", encoding="utf-8")
    _sync(aside)
    aside.replace(index / CURRENT)
    _sync(index)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_version(folder: Path) -> bool:
    """Removes a version unless somebody holds it open; says whether it did."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        aside = folder.with_name(REMOVING + folder.name)
        folder.rename(aside)  # in one step no version any more, wherever the removal is stopped
        shutil.rmtree(aside, ignore_errors=True)
        return True
    except OSError:
        return False
    finally:
        os.close(handle)


def remove_left_overs(index: Path) -> None:
    """Removes what builds and removals that died have left; call it under the build lock."""
    for path in (index / VERSIONS).iterdir():
        if _LEFT_OVER.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)
    for path in index.glob(f".{CURRENT}-*"):
        path.unlink(missing_ok=True)
