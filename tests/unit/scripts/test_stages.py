"""What a run of the Makefile's targets tells: counts, seconds, slow tests, and how it ended."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scripts import stages
from scripts.outcome_page import outcome_page, rows_of
from scripts.stages import Case, Stage, rows, summary

ROOT = Path(__file__).parents[3]
TESTS = """
def test_passes(): pass
def test_fails(): assert False
def test_skips():
    import pytest
    pytest.skip("not here")
def test_has_no_fixture(missing): pass
"""
GOOD = Stage("check", 61.4, True, [Case("unit::slow", 9.5, "passed"), Case("b", 1, "skipped")])
BAD = Stage("test-e2e", 1234.4, False, [Case("e2e::story", 300.0, "failed")])


@pytest.fixture
def makefile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with the targets `good`, `bad` and `none`."""
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:cacheprovider")
    (tmp_path / "test_them.py").write_text(TESTS)
    (tmp_path / "Makefile").write_text(
        "good:\n\t@pytest -q test_them.py -k passes\nbad:\n\t@pytest -q test_them.py\n"
        "none:\n\t@true\n"
    )
    return tmp_path


def test_every_test_of_a_target_is_counted(makefile: Path) -> None:
    stage = stages.run_stage("bad")
    assert not stage.is_good
    assert stage.counts == {"passed": 1, "failed": 2, "skipped": 1}
    assert {test.name for test in stage.tests} > {"test_them::test_passes"}


@pytest.mark.usefixtures("makefile")
def test_the_first_target_that_fails_is_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert stages.main(["none", "good"]) == 0
    assert stages.main(["bad", "good"]) == 1
    printed = capsys.readouterr().out
    assert printed.count("s  good  1 passed") == 1


def test_for_the_outcome_all_targets_run(makefile: Path) -> None:
    page = makefile / "testing.md"
    assert stages.main(["--outcome", str(page), "bad", "good"]) == 1
    assert [(row.name, row.counts) for row in rows_of(page.read_text(encoding="utf-8"))] == [
        ("make bad", {"passed": 1, "failed": 2, "skipped": 1}),
        ("make good", {"passed": 1, "failed": 0, "skipped": 0}),
    ]


def test_what_did_not_run_again_keeps_its_row(makefile: Path) -> None:
    page = makefile / "testing.md"
    stages.main(["--outcome", str(page), "bad", "good"])
    (makefile / "test_them.py").write_text("def test_passes(): pass\ndef test_now(): pass\n")
    assert stages.main(["--outcome", str(page), "bad"]) == 0
    assert [row.counts["passed"] for row in rows_of(page.read_text(encoding="utf-8"))] == [2, 1]


def test_long_stories_have_a_row_for_each_file(makefile: Path) -> None:
    (makefile / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (makefile / "pytest.ini").write_text("[pytest]\nmarkers = long: a story\n")
    (makefile / "test_long.py").write_text(
        "import pytest\nclass TestMany:\n    @pytest.mark.long\n    def test_story(self): pass\n"
        "def test_short(): pass\n"
    )
    (makefile / "Makefile").write_text("both:\n\t@pytest -q test_long.py\n")
    page = makefile / "testing.md"
    assert stages.main(["--outcome", str(page), "both"]) == 0
    found = {row.name: row.counts["passed"] for row in rows_of(page.read_text(encoding="utf-8"))}
    assert found == {"make both": 1, "test_long.py": 1}
    assert "## The long stories" in page.read_text(encoding="utf-8")


def test_the_slowest_tests_are_named_before_the_seconds_of_each_target() -> None:
    assert summary([GOOD, BAD]).splitlines() == [
        "   300.0 s  e2e::story",
        "     9.5 s  unit::slow",
        "     1.0 s  b",
        "",
        "      61 s  check  1 passed, 1 skipped",
        "    1234 s  test-e2e FAILED  1 failed",
        "    1296 s  in all",
    ]


def test_the_page_shows_where_and_when_it_was() -> None:
    page = outcome_page([], rows([GOOD], date(2026, 11, 28), "a CPU, 2 cores"))
    assert "| `make check` | 2026-11-28 | 1 | 0 | 1 | 61 | a CPU, 2 cores |" in page
