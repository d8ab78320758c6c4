"""Writes requirements.lock: what is installed here of all that pyproject.toml asks for, exactly.

    python -m scripts.lock        (make lock)

torch stands in the Makefile, which takes another build of it where one is named, so it is left out here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
ELSEWHERE = frozenset({"torch", "bearing-qa"})
HEAD = """\
# Exact versions that this project was tested with, for `pip install -c requirements.lock`; make uses it.
# torch is pinned in the Makefile. Written by `make lock`.
"""


def main() -> None:
    """Writes the lock file."""
    lines = sorted(f"{name}=={version}\n" for name, version in locked().items())
    LOCK.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{LOCK.name}: {len(lines)} packages")


def asked() -> list[Requirement]:
    """What pyproject.toml asks for, its extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in [*project["dependencies"], *extras]]


def locked() -> dict[str, str]:
    """Installed versions of what is asked for and of all that it needs; names in their canonical form."""
    found: dict[str, str] = {}
    open_: list[tuple[str, frozenset[str]]] = [
        (canonicalize_name(item.name), frozenset(item.extras)) for item in asked() if _counts(item)
    ]
    seen: set[tuple[str, frozenset[str]]] = set()
    while open_:
        name, extras = open_.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue  # an extra that nobody here has chosen
        if name not in ELSEWHERE:
            found[name] = Version(installed.version).public
        open_.extend(_needs(installed.requires or [], extras))
    return found


def _needs(lines: list[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for line in lines:
        needed = Requirement(line)
        if any(_counts(needed, extra) for extra in ("", *extras)):
            yield canonicalize_name(needed.name), frozenset(needed.extras)


def _counts(needed: Requirement, extra: str = "") -> bool:
    """Whether a requirement is one on this machine, with an extra."""
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


if __name__ == "__main__":
    main()
