"""What is on disk is looked at before it is used; what cannot be trusted is refused with the fix."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from bearing_qa.answer.library import Library
from bearing_qa.build import audit
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.encoders import encoder
from bearing_qa.errors import EncoderError, StoreError
from bearing_qa.store import disk, signing, versions
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.manifest import FORMAT, MANIFEST, write_manifest
from tests.conftest import BigramEncoder
from tests.test_versions import build_times


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def rewrite_manifest(folder: Path, **changes: object) -> None:
    """A manifest that fits its checksum, whatever it says."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    write_manifest(folder, manifest | changes)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.KEY_VARIABLE, "")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line takes the test encoder."""
    monkeypatch.setattr(encoder, "SentenceEncoder", BigramEncoder)


@pytest.mark.usefixtures("fake")
def test_verify_says_of_every_version_whether_it_is_sound(
    tiny_corpus: Path, tmp_path: Path
) -> None:
    index = tmp_path / "ix"
    one, two = build_times(tiny_corpus, index, times=2)
    sound = run("status", "--verify", "--index", index)
    assert sound.exit_code == 0, sound.output
    assert sound.stdout.count("完好 sound") == 2
    assert f"{two}（在用 serving）" in sound.stdout
    path = index / "versions" / one / "lexical" / "vocab.index.json"
    path.write_bytes(path.read_bytes() + b" ")
    damaged = run("status", "--verify", "--json", "--index", index)
    assert damaged.exit_code == 1
    found = {item["version"]: item for item in json.loads(damaged.stdout)["versions"]}
    assert (found[one]["sound"], found[two]["sound"]) == (False, True)
    assert "vocab.index.json is damaged" in found[one]["fault"]
    (index / "CURRENT").write_text("20200101T000000000000\n", encoding="utf-8")
    assert "which is not there" in run("status", "--verify", "--index", index).stdout
    assert run("status", "--verify", "--index", tmp_path / "none").exit_code == 1


def test_verify_sees_vectors_that_are_not_the_passages(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    """Law 4 goes by what the rows hold: here every checksum fits, and the rows are one out of step."""
    folder = versions.version_folder(tiny_index)
    opened = disk.open_index(tiny_index)
    rolled = np.roll(opened.dense.vectors(), 1, axis=0)
    DenseIndex.build(rolled).save(folder / disk.DENSE)
    rewrite_manifest(folder)
    disk.open_index(tiny_index)
    (finding,) = audit.audit(tiny_index, load=lambda name: encoder)
    assert "vector is not its passage's" in finding.fault
    DenseIndex.build(np.roll(rolled, -1, axis=0)).save(folder / disk.DENSE)
    keys = np.load(folder / disk.KEYS, allow_pickle=False)
    np.save(folder / disk.KEYS, keys[::-1])
    rewrite_manifest(folder)
    (finding,) = audit.audit(tiny_index, load=lambda name: encoder)
    assert "vectors of other texts" in finding.fault


@pytest.mark.parametrize("at", ["counts", "files", "encoder", "sources"])
def test_a_manifest_is_not_believed_when_one_value_differs(at: str, tiny_index: Path) -> None:
    path = versions.version_folder(tiny_index) / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest[at] = {}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(StoreError, match=r"manifest is damaged.*rebuild"):
        disk.open_index(tiny_index)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": 2}', "[" * 100_000, "\ud800"])
def test_foreign_manifests_get_one_line(text: str, tiny_index: Path) -> None:
    path = versions.version_folder(tiny_index) / MANIFEST
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(StoreError, match="rebuild"):
        disk.open_index(tiny_index)


def test_a_manifest_that_lacks_something_is_refused(tiny_index: Path) -> None:
    folder = versions.version_folder(tiny_index)
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["encoder"]
    path.write_text(json.dumps(signing.seal(manifest)), encoding="utf-8")
    with pytest.raises(StoreError, match="is missing"):
        disk.open_index(tiny_index)


@pytest.mark.parametrize("old", [1, 2, 3])
def test_an_index_of_an_older_format_is_refused_and_built_anew(
    old: int, tiny_corpus: Path, tiny_index: Path, encoder: BigramEncoder
) -> None:
    rewrite_manifest(versions.version_folder(tiny_index), format=old)
    with pytest.raises(StoreError, match=rf"format {old}; expected format {FORMAT}.*--full"):
        disk.open_index(tiny_index)
    report = build_index(tiny_corpus, tiny_index, encoder=encoder)
    assert f"format {old}" in report.reasons[0]
    assert disk.open_index(tiny_index).version == report.version


class Bomb:
    def __reduce__(self) -> Any:
        return os.mkdir, (os.environ["BOMB"],)


@pytest.mark.parametrize(
    "name",
    [
        disk.KEYS, "lexical/tokens.npy", "lexical/starts.npy", "lexical/data.csc.index.npy",
        "lexical/indices.csc.index.npy", "lexical/indptr.csc.index.npy",
    ],
)  # fmt: skip
def test_nothing_is_unpickled(
    name: str, tiny_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pickle in an array's file, in a version whose checksums fit, is refused and not run."""
    monkeypatch.setenv("BOMB", str(tmp_path / "bomb"))
    folder = versions.version_folder(tiny_index)
    np.save(folder / name, np.array([Bomb()], dtype=object), allow_pickle=True)
    rewrite_manifest(folder)
    with pytest.raises(StoreError, match="rebuild"):
        disk.open_index(tiny_index)
    (folder / name).write_bytes(pickle.dumps(Bomb()))
    rewrite_manifest(folder)
    with pytest.raises(StoreError, match="rebuild"):
        disk.open_index(tiny_index)
    assert not (tmp_path / "bomb").exists()


def test_files_are_opened_only_after_their_checksum_fits(
    tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = versions.version_folder(tiny_index)
    (folder / disk.TERMS).write_text("other\n", encoding="utf-8")
    for kind in ("DenseIndex", "LexicalIndex", "Catalogue"):
        monkeypatch.setattr(disk, kind, None)
    with pytest.raises(StoreError, match="checksum differs"):
        disk.open_index(tiny_index)


@pytest.mark.parametrize("how", ["salt", "prompts", "dimension"])
def test_an_encoder_that_does_not_fit_is_refused_with_the_command(
    how: str, tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = BigramEncoder(salt="x" if how == "salt" else "")
    if how == "prompts":
        monkeypatch.setattr(BigramEncoder, "prompts", {"query": "", "passage": "p: "})
    elif how == "dimension":
        monkeypatch.setattr(other, "encode_question", lambda text: np.ones(8, np.float32))
    with pytest.raises(EncoderError, match="rebuild: bearing-qa index CORPUS --encoder bigrams"):
        Library(tiny_index, encoder=other).ask("公园门票价格不得超过多少元？")


@pytest.mark.usefixtures("fake")
def test_signed_versions(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, key, other = tmp_path / "ix", tmp_path / "key", tmp_path / "other"
    key.write_bytes(b"0123456789abcdef0123456789abcdef\n")
    other.write_bytes(b"another key that is long enough\n")
    assert run("index", tiny_corpus, "--index", index).exit_code == 0
    unsigned = run("status", "--sign-key", key, "--verify", "--index", index)
    assert unsigned.exit_code == 1
    assert "not signed" in unsigned.stdout
    built = run("index", tiny_corpus, "--index", index, "--sign-key", key)
    assert built.exit_code == 0, built.output
    assert "it is not signed" in built.stdout
    monkeypatch.setenv(signing.KEY_VARIABLE, str(key))
    assert "unchanged" in run("index", tiny_corpus, "--index", index).stdout
    assert run("text", "办法", "--index", index).exit_code == 0
    monkeypatch.setenv(signing.KEY_VARIABLE, str(other))
    wrong = run("text", "办法", "--index", index)
    assert wrong.exit_code == 1
    assert "its signature is not by this key" in wrong.stderr
    assert wrong.stderr.count("\n") == 1
    for bad in (tmp_path / "none", tiny_corpus / "short"):
        (tiny_corpus / "short").write_bytes(b"x")
        monkeypatch.setenv(signing.KEY_VARIABLE, str(bad))
        assert "openssl rand" in run("text", "办法", "--index", index).stderr
    monkeypatch.setenv(signing.KEY_VARIABLE, "")
    assert run("text", "办法", "--index", index).exit_code == 0


def test_a_version_of_mixed_parts_is_refused(tiny_corpus: Path, tmp_path: Path) -> None:
    one, two = build_times(tiny_corpus, tmp_path / "ix", times=2)
    folder = tmp_path / "ix" / "versions"
    shutil.copy(folder / one / disk.CATALOGUE, folder / two / disk.CATALOGUE)
    with pytest.raises(StoreError, match="damaged"):
        disk.open_index(tmp_path / "ix")
    shutil.copy(folder / one / MANIFEST, folder / two / MANIFEST)
    with pytest.raises(StoreError, match="rebuild"):
        disk.open_index(tmp_path / "ix")
