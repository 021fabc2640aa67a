"""What people read: tables that fit, in full."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from autogluon_cli.terminal import output
from tests.unit.cli.terminal import Terminal

COLUMNS = ("version", "status", "live", "metric")
ROWS = [(3, "Approved", "live", "root_mean_squared_error"), (2, "Rejected", "", "accuracy")]


def _print(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(output, "_PIPE_WIDTH", width)
    output.print_table("Models", COLUMNS, ROWS, empty="none")
    return capsys.readouterr().out


def test_a_table_that_fits_has_a_line_for_each_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = _print(80, monkeypatch, capsys).splitlines()
    assert any(line.split() == ["3", "Approved", "live", ROWS[0][3]] for line in lines)


@pytest.mark.parametrize("width", [12, 40])
def test_a_table_that_does_not_fit_has_paragraphs_and_breaks_no_name(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = _print(width, monkeypatch, capsys)
    paragraphs = [
        [tuple(line.split()) for line in part.splitlines()]
        for part in text.strip().split("\n\n")[1:]
    ]
    assert paragraphs == [
        [("version", "3"), ("status", "Approved"), ("live", "live"), ("metric", ROWS[0][3])],
        [("version", "2"), ("status", "Rejected"), ("metric", "accuracy")],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (None, "-"), (0.966666666667, "0.9667"), (12345.6, "12,346"), ("a", "a")],
)
def test_values_are_written_as_people_write_them(value: object, text: str) -> None:
    assert output.shown(value) == text


@pytest.mark.parametrize(
    ("typed", "following"),
    [
        (["modls", "income"], "agcdk models income"),
        (["runs", "--limt=3", "-e", "dev"], "agcdk runs --limit=3 -e dev"),
        (["predict", "income", "nw.csv", "--output", "a.csv"],
         "agcdk predict income new.csv --output a.csv"),
        (["rollback"], "agcdk endpoints"),
        (["leaderboard"], "agcdk runs"),
        (["train", "income"], "agcdk train income new.csv"),
        (["runs", "--limit", "many"], "agcdk runs"),
    ],
)  # fmt: skip
def test_a_mistyped_word_is_corrected_in_the_next_command(
    terminal: Terminal, folder: Path, typed: list[str], following: str
) -> None:
    (folder / "new.csv").write_text("age\n1\n")
    code, _, err = terminal.run(*typed)
    assert code == 2
    assert err.endswith(f"Next:  {following}\n")


def test_a_live_line_shows_the_time_that_passed_and_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[object] = []
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    line = output.LiveLine(SimpleNamespace(update=shown.append))
    monkeypatch.setattr(time, "monotonic", lambda: 90.0)
    line.now("monday: training, time_limit 10 min", left=510)
    line.now("monday: registering the model")
    assert [str(text).strip() for text in shown] == [
        "90 s  monday: training, time_limit 10 min, at most 8 min left",
        "90 s  monday: registering the model",
    ]
