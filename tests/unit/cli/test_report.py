"""`agcdk report`: brings the page here, and shows it to people but not to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.unit.cli.terminal import Terminal

_PAGE = "s3://artifacts/income/runs/job/report/report.html"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was asked to show."""
    found: list[str] = []

    def show(address: str) -> bool:
        found.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", show)
    return found


@pytest.fixture
def aws() -> FakeAws:
    found = FakeAws()
    found.s3.objects[_PAGE] = b"<!doctype html>"
    output = json.dumps({"report_uri": _PAGE})
    found.states.add_run("train", "monday", output=output)
    return found


def test_the_report_is_shown_in_the_browser(terminal: Terminal, shown: list[str]) -> None:
    code, out, _ = terminal.run("report", "monday")
    page = Path("monday.html").resolve()
    assert (code, out, shown) == (0, f"Opened {page}\n", [page.as_uri()])
    assert page.read_bytes() == b"<!doctype html>"


@pytest.mark.parametrize("option", ["--no-open", "--json"])
def test_programs_and_those_who_want_none_get_no_browser(
    terminal: Terminal, shown: list[str], option: str
) -> None:
    code, out, _ = terminal.run("report", "monday", "-o", "here.html", option)
    assert (code, shown) == (0, [])
    assert str(Path("here.html").resolve()) in out


def test_without_a_browser_the_page_is_only_written(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    assert terminal.run("report", "monday")[1].startswith("Wrote ")


def test_a_run_without_a_report_says_why(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("train", "bad", status="FAILED", error="E", cause="c")
    code, _, err = terminal.run("report", "bad")
    assert code == 3
    assert "has no report: its status is Failed" in err
