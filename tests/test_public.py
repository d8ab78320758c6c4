"""The public door: what ``bearing_qa`` itself offers, and the name that it had before."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bearing_qa


def test_public_names_are_there_and_nothing_heavy_is_loaded_for_them() -> None:
    program = (
        "import sys, bearing_qa; from bearing_qa import Answer, Citation\n"
        "heavy = {'torch', 'faiss', 'gradio', 'jieba', 'numpy'} & set(sys.modules)\n"
        "sys.exit(' '.join(heavy) or 0)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr.decode()
    for name in bearing_qa.__all__:
        assert getattr(bearing_qa, name)
    assert set(bearing_qa.__all__) == set(dir(bearing_qa))
    with pytest.raises(AttributeError, match="no attribute 'Reader'"):
        _ = bearing_qa.Reader


def test_the_old_import_path_works_with_a_warning() -> None:
    from bearing_qa.search import reader

    with pytest.warns(DeprecationWarning, match=r"bearing_qa\.Library"):
        old = reader.Reader
    assert old is bearing_qa.Library
