"""jieba's dictionary is parsed once for a user, and what was kept of it is never trusted blindly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bearing_qa.language import segment
from bearing_qa.language.segment import Segmenter


def test_the_parsed_dictionary_is_kept_for_the_user_and_made_again_where_it_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEARING_QA_CACHE", str(tmp_path))
    said = "国产航空轴承的使用寿命"
    cuts = []
    for content in (None, b"", b"no dictionary"):
        segment._tokenizer.cache_clear()
        for kept in tmp_path.glob("words/*"):
            kept.write_bytes(content or b"")
        cuts.append(Segmenter().words(said))
    assert cuts[0] == cuts[1] == cuts[2]
    (kept,) = tmp_path.glob("words/*")
    segment._tokenizer.cache_clear()
    before = kept.read_bytes()
    assert Segmenter().words(said) == cuts[0]
    assert kept.read_bytes() == before


def test_a_kept_dictionary_with_a_changed_byte_or_of_another_user_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEARING_QA_CACHE", str(tmp_path))
    before = segment._dictionary()
    (kept,) = tmp_path.glob("words/*")
    whole = kept.read_bytes()
    at = whole.index("轴承".encode()) + len("轴承".encode()) + 1  # in its count
    kept.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert segment._dictionary() == before
    assert kept.read_bytes() == whole
    if os.geteuid() == 0:  # only root can give a file away
        kept.write_bytes(b"")
        os.chown(kept, 12345, -1)
        assert segment._dictionary() == before
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_a_folder_that_cannot_be_written_to_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("BEARING_QA_CACHE", str(tmp_path / "file"))
    segment._tokenizer.cache_clear()
    assert Segmenter().words("轴承寿命") == ["轴承", "寿命"]
