"""`agcdk weights` in an environment whose settings ask for no weights."""

from __future__ import annotations

from autogluon_cli.framework.errors import ExitCode
from tests.unit.cli.terminal import Terminal


def test_an_environment_without_weights_says_what_to_write(terminal: Terminal) -> None:
    for words in (("add", "chronos-2"), ("list",)):
        code, _, err = terminal.run("weights", *words)
        assert code == ExitCode.NOT_FOUND
        assert "is not deployed to mirror weights. Write `weights: [NAME]`" in err
