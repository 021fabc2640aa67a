"""The section of the demo's times."""

from __future__ import annotations

from benchmarks.operations.demo import Pair, section


def test_a_row_has_the_medians_and_the_ratios_of_pairs() -> None:
    pairs = [Pair(50.0, 55.0), Pair(40.0, 38.0), Pair(60.0, 60.0)]
    page = section({"`make demo`": pairs}, ("abc", "def"), "a machine", 0.5)
    assert "commits abc (before) and def (after)" in "\n".join(page)
    assert page[-1] == "| `make demo` | 3 | 50.0 | 55.0 | 0.95 | 1.00 | 1.10 |"
