"""What a run of the Makefile's targets tells: counts, seconds, slow tests, and how it ended."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scripts import stages
from scripts.stages import Case, Stage, outcome_page, summary

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
    text = page.read_text(encoding="utf-8")
    assert "`make test-all` FAILED on " in text
    assert "| all | 2 | 2 | 1 |" in text


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
    page = outcome_page([GOOD], date(2026, 11, 28), "a CPU, 2 cores")
    assert "`make test-all` succeeded on 2026-11-28 (a CPU, 2 cores)." in page
    assert "| `make check` | 1 | 0 | 1 | 61 |" in page
