"""A terminal on a fake AWS, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.unit.cli.terminal import Terminal


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("AUTOGLUON_CONFIG", "AUTOGLUON_ENVIRONMENT", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def terminal(folder: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(aws, capsys)
