"""Bringing a trained predictor here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.data import artifacts
from tests.fakes.account import FakeAws
from tests.unit.cli.terminal import Terminal

_TRAINED = {"artifact_uri": "s3://artifacts/model", "artifact_sha256": "a" * 64}


def test_what_to_install_is_what_trained_the_model_not_what_is_deployed(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download_predictor(_s3: Any, _uri: str, folder: Path, *, sha256: str | None) -> Path:
        assert sha256 == "a" * 64
        folder.mkdir()
        (folder / "version.txt").write_text("1.5.0")
        return folder

    monkeypatch.setattr(artifacts, "download_predictor", download_predictor)
    aws.states.add_run("train", "monday", output=json.dumps(_TRAINED))
    pulled = terminal.json("pull", "income", "--run", "monday", "--to", "mine")
    assert pulled == {
        "predictor": "income",
        "folder": "mine",
        "artifact": "s3://artifacts/model",
        "verified": True,
        "framework_version": "1.5.0",
    }
