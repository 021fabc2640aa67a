"""A terminal in which `agcdk` runs on a fake AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.main import run
from autogluon_client.environment.connection import Connection
from tests.fakes.account import FakeAws


@dataclass
class Terminal:
    """Runs commands and reads what they print."""

    aws: FakeAws
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr."""
        invocation = Invocation()
        vars(invocation)["session"] = self.aws
        vars(invocation)["connection"] = Connection("sandbox", self.aws)
        code = run(arguments, invocation)
        printed = self.capture.readouterr()
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> Any:
        """Return what a command prints with `--json`."""
        code, out, err = self.run(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)
