"""The page of the embedded AWS's operations."""

from __future__ import annotations

from benchmarks.operations.page import RESULT
from benchmarks.operations.warm_lambda import FUNCTIONS, MOST_MILLISECONDS, section


def test_a_row_has_the_median_between_the_shares() -> None:
    values = [float(number) for number in range(1, 20)]
    page = "\n".join(section([(FUNCTIONS[0], values)], "a machine", "versions", 0.5))
    assert f"| Python (`python3.13`) | 1.0 | 10.0 | 19.0 | < {MOST_MILLISECONDS:g} |" in page
    assert "load average 0.5" in page


def test_the_committed_page_has_every_function_within_what_is_asked() -> None:
    rows = [line.split("|") for line in RESULT.read_text(encoding="utf-8").splitlines()]
    medians = {row[1].strip(): float(row[3]) for row in rows if len(row) > 5 and "(`" in row[1]}
    assert set(medians) == {f"{item.what} (`{item.runtime}`)" for item in FUNCTIONS}
    assert max(medians.values()) <= MOST_MILLISECONDS
