"""Tests of commands whose output is read in part, as by `head`."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from autogluon_cli.framework.errors import ExitCode
from autogluon_cli.main import run


@pytest.mark.parametrize("arguments", [["--help"], ["settings-schema"], ["train", "--help"]])
def test_who_stops_reading_sees_no_failure(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from autogluon_cli.main import main; main()", *arguments],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_pipe_other_than_the_output_is_not_taken_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("autogluon_cli.commands.settings_schema.settings_schema.callback", broken)

    assert run(["settings-schema"]) != ExitCode.DONE
    assert "Broken pipe" in capsys.readouterr().err
