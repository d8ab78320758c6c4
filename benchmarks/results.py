"""Figures kept by commit: one JSON line a run, appended to a file, so that a regression shows."""

from __future__ import annotations

import datetime
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]
"""Numbers by name, nested to any depth."""


def result(settings: Mapping[str, Any], figures: Figures, *, root: Path) -> dict[str, Any]:
    """A run's line: the commit it is of (with + if files were changed), the day, settings, figures."""
    git = ["git", "-C", str(root)]
    commit, changed = (
        subprocess.run([*git, *command], capture_output=True, text=True, check=False).stdout.strip()
        for command in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "-uno"])
    )
    return {
        "commit": commit + ("+" if changed else ""),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "settings": dict(settings),
        "figures": figures,
    }


def append(path: Path, line: Mapping[str, Any]) -> None:
    """Adds a line to the file, which is made if need be; nothing in it is changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def last_like(path: Path, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """The last stored line with the same settings, None if there is none."""
    if not path.is_file():
        return None
    stored = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return next((line for line in reversed(stored) if line["settings"] == dict(settings)), None)


def changes(before: Figures, after: Figures, *, above: str = "") -> Iterator[str]:
    """A line for each number that both have and that changed: where it stands, before, after."""
    for name, value in after.items():
        place = f"{above} {name}".strip()
        old = before.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            yield from changes(old, value, above=place)
        elif isinstance(value, int | float) and isinstance(old, int | float) and value != old:
            yield f"{place}: {old:.3f} -> {value:.3f} ({value - old:+.3f})"
