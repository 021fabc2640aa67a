"""The section of training jobs, and the page that it shares with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.operations.page import write_section
from benchmarks.operations.training_job import Pair, is_within, section


def test_a_row_has_the_medians_and_what_is_asked() -> None:
    pairs = [Pair(26.0, 20.0), Pair(23.0, 20.0), Pair(30.0, 21.0)]
    page = "\n".join(section({"income": pairs}, "a machine", 0.5))
    assert "| income | 3 | 26.0 | 20.0 | 3.0 | 6.0 | 9.0 | < 7.0 |" in page


@pytest.mark.parametrize(("job", "expected"), [(15.9, True), (16.1, False)])
def test_a_job_may_take_a_tenth_and_five_seconds_more(job: float, expected: bool) -> None:
    assert is_within([Pair(job, 10.0), Pair(0.0, 10.0), Pair(99.0, 10.0)]) is expected


def test_a_section_replaces_its_own_and_leaves_others(tmp_path: Path) -> None:
    page = tmp_path / "operations.md"
    write_section("Functions", ["first"], page)
    write_section("Jobs", ["| a |", "|---|"], page)
    write_section("Functions", ["second"], page)
    assert page.read_text() == (
        "# Operations of the embedded AWS\n\n## Functions\n\nsecond\n\n## Jobs\n\n| a |\n|---|\n"
    )
