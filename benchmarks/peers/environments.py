"""A virtual environment for each tool, made once, with nothing in it but what the tool needs here.

They lie in ``$BEARING_QA_CACHE/peers`` (see ``bearing_qa.cache_folder``), about 1.5 GB each, and are made
again when what they are made from changes. torch is the CPU build in all of them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from benchmarks.peers.rows import ENCODER, OURS

from bearing_qa.cache_folder import cache_folder

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).parent / "requirements"
TORCH = "torch==2.13.0"
"""Which build of it is installed is for pip's settings to say."""
NOT_COUNTED = frozenset({"pip", "setuptools", "wheel"})
"""What every virtual environment brings."""


def python_of(tool: str) -> Path:
    """The interpreter of a tool's environment, which is made if need be: some minutes."""
    tool = OURS if tool == ENCODER else tool
    folder = cache_folder() / "peers" / tool
    python, stamp = folder / "bin" / "python", folder / ".made-from"
    made_from = _made_from(tool)
    if not stamp.is_file() or stamp.read_text("utf-8") != made_from:
        print(f"making the environment of {tool} in {folder}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        if not _install(python, TORCH) or not _install(python, *_wanted(tool)):
            raise SystemExit(f"{tool} cannot be installed: {python} -m pip install {_wanted(tool)}")
        stamp.write_text(made_from, encoding="utf-8")
    return python


def _wanted(tool: str) -> list[str]:
    """What pip is told."""
    if tool == OURS:
        return ["-c", str(ROOT / "requirements.lock"), "-e", str(ROOT)]
    return ["-r", str(REQUIREMENTS / f"{tool}.txt")]


def _made_from(tool: str) -> str:
    named = ("requirements.lock", "pyproject.toml") if tool == OURS else ()
    paths = [ROOT / name for name in named] or [REQUIREMENTS / f"{tool}.txt"]
    content = b"".join(path.read_bytes() for path in paths)
    return f"{_wanted(tool)} {hashlib.sha256(content).hexdigest()}\n"


def _install(python: Path, *words: str) -> bool:
    command = [str(python), "-m", "pip", "install", "--quiet", *words]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, env=environ, check=False).returncode == 0


def installed(python: Path) -> dict[str, str]:
    """Version by name of each package in an environment, but for what it came with."""
    return dict(sorted((_name(item), item.version) for item in _distributions(python)))


def _name(item: Distribution) -> str:
    return re.sub(r"[-_.]+", "-", item.metadata["Name"]).lower()


def _distributions(python: Path) -> Iterator[Distribution]:
    for item in distributions(path=[str(_packages(python))]):
        if _name(item) not in NOT_COUNTED:
            yield item


def _packages(python: Path) -> Path:
    return next((python.parent.parent / "lib").glob("python3.*")) / "site-packages"


def size_mb(python: Path) -> float:
    """MB of the packages' files, by their own lists; what Python compiles from them is left out."""
    files = {
        Path(str(item.locate_file(file))).resolve()
        for item in _distributions(python)
        for file in item.files or ()
        if file.suffix != ".pyc"
    }
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
