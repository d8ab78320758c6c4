"""The quick form of scripts/torture.py; ``make torture`` is the long one."""

from __future__ import annotations

import pytest
from scripts.torture import torture


@pytest.mark.parametrize(("kills", "damages"), [(3, 0), (0, 120)], ids=str)
def test_nothing_goes_wrong(kills: int, damages: int) -> None:
    """Many askers during rebuilds are in test_versions.py."""
    counts = torture(kills=kills, damages=damages, seed=1)
    assert {name: n for name, n in counts.items() if n and name.startswith("WRONG")} == {}
    assert counts["kills: the version before or the new one serves"] == kills
    refused = counts["damages: refused in one line with the fix"]
    assert refused + counts["damages: harmless, answered as before"] == damages
    assert refused >= 0.9 * damages


def test_nothing_that_is_put_in_does_harm() -> None:
    counts = torture(inputs=300, seed=2)
    assert {name: n for name, n in counts.items() if n and name.startswith("WRONG")} == {}
    assert sum(n for name, n in counts.items() if name.startswith("inputs")) == 300
    assert counts["inputs: manifest, refused in one line"] > 0
    assert counts["inputs: question, answered with exact slices"] > 0
