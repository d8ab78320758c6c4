"""ARCHITECTURE says what the tree is, and no module imports itself in a circle."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "bearing_qa"
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for path in PACKAGE.rglob("*.py")}


def _imports(path: Path) -> set[str]:
    """Modules of ours that a file imports, wherever in it: deferred and for types alone, too."""
    named = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bearing_qa":
            base = (node.module or "").partition(".")[2]
            for alias in node.names:
                inner = f"{base}.{alias.name}".lstrip(".")
                named.add(inner if inner in MODULES else base)
        elif isinstance(node, ast.Import):
            named |= {a.name.partition(".")[2] for a in node.names if "bearing_qa" in a.name}
    return named & set(MODULES)


def test_the_table_of_packages_is_the_tree() -> None:
    rows = re.findall(r"^\| (`\w+`|\(top\)) \| [^|]+ \| ([^|]+) \|", TEXT, re.MULTILINE)
    said = {
        f"{package.strip('`')}/{module}".removeprefix("(top)/")
        for package, modules in rows
        for module in re.findall(r"`([\w/]+)`", modules)
    }
    files = {
        path.relative_to(PACKAGE).with_suffix("").as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.stem != "__init__"
    }
    assert said == files


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: _imports(path) - {name} for name, path in MODULES.items()}
    left = dict(graph)
    while free := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in free:
            del left[name]
    assert not left, f"circles among {sorted(left)}"


def test_modules_and_functions_that_it_names_exist() -> None:
    packages = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)((?:\.\w+)*)`", TEXT)
    checked = 0
    for package, module, rest in named:
        if package not in packages:
            continue
        assert f"{package}.{module}" in MODULES, f"{package}.{module}"
        source = MODULES[f"{package}.{module}"].read_text(encoding="utf-8")
        for name in filter(None, rest.split(".")):
            assert re.search(rf"(?:def|class) {name}\b", source), f"{package}.{module}{rest}"
        checked += 1
    assert checked > 15
    for path in re.findall(r"`([\w/]+/[\w]+\.py)`", TEXT):
        assert (PACKAGE / path).exists() or (ROOT / path).exists(), path
    for name in re.findall(r"`(test_\w+)`", TEXT):
        assert (ROOT / "tests" / f"{name}.py").exists(), name


def test_documents_are_as_short_as_promised() -> None:
    assert len(TEXT.splitlines()) <= 150
    for readme in ("README.md", "README.zh-CN.md"):
        assert len((ROOT / readme).read_text(encoding="utf-8").splitlines()) <= 120
