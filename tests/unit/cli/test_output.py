"""What people read: tables that fit, in full."""

from __future__ import annotations

import pytest

from autogluon_cli.terminal import output

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
