"""The pictures of the docs can be taken: of a command that ran, and of a report."""

from __future__ import annotations

import struct
from pathlib import Path

from scripts.report_picture import take_report_picture
from scripts.screenshots import output_of, workspace
from scripts.terminal_picture import terminal_picture
from tests.e2e.page_run import reader
from tests.e2e.support import Account, Trained, read_object


def test_a_command_becomes_a_picture_of_what_it_printed(
    account: Account, income: Trained, tmp_path: Path
) -> None:
    command = "agcdk models income"
    output = output_of(command, workspace(tmp_path), reader(account, tmp_path))
    picture = terminal_picture(command, output).replace("&#160;", " ")
    assert "Models of income" in picture
    assert "WeightedEnsemble_L2" in picture


def test_a_report_becomes_a_picture(account: Account, income: Trained, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_bytes(read_object(account, income.output["report_uri"]))
    take_report_picture(tmp_path / "report.html", tmp_path / "report.png")
    content = (tmp_path / "report.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == (1180, 1240)
    assert len(content) > 50_000  # more than an empty page
