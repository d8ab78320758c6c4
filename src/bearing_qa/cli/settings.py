"""``bearing-qa.toml``: options that are the same every day, a table a command.

    [serve]
    rate = 600
    proxy = ["127.0.0.1"]

The file lies in the working folder, or where BEARING_QA_CONFIG says. What is given on the command line, or by an option's
own environment variable, goes before it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bearing_qa.errors import SettingsError

FILE = "bearing-qa.toml"
VARIABLE = "BEARING_QA_CONFIG"


def read_settings(options: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """Values by command and option, as they are called in Python; nothing where there is no file.

    ``options`` has the names of each command's options, as they are typed, with what they are called in Python. Raises SettingsError if the file cannot be read, or names a command
    or an option that does not exist.
    """
    named = os.environ.get(VARIABLE)
    path = Path(named or FILE)
    if not named and not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            found=f"{path} cannot be read ({error})",
            expected="a TOML file",
            fix="correct it, or remove it",
        ) from error
    return {name: _values(path, name, table, options) for name, table in tables.items()}


def _values(
    path: Path, name: str, table: object, options: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    if name not in options or not isinstance(table, dict):
        raise _unknown(path, f"[{name}]" if isinstance(table, dict) else name, options)
    known = options[name]
    values = {key.replace("_", "-"): value for key, value in table.items()}
    for key in values.keys() - known.keys():
        raise _unknown(path, f"{key} in [{name}]", known)
    return {known[key]: value for key, value in values.items()}


def _unknown(path: Path, what: str, known: Collection[str]) -> SettingsError:
    names = ", ".join(sorted(known))
    return SettingsError(found=f"{path} has {what}", expected=f"one of {names}", fix="rename it")
