"""Bringing a trained predictor here."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.data import artifacts
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import SPEC_PARAMETER, spec
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


def test_portable_writes_a_wheel_that_requires_what_the_model_was_trained_with(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download_predictor(_s3: Any, _uri: str, folder: Path, *, sha256: str | None) -> Path:
        assert sha256 == "a" * 64
        artifact = folder / "AutoGluonModels"
        scorer = artifact / "code" / "autogluon_jobs" / "tabular" / "portable" / "scorer.py"
        for path, text in (
            (scorer, "from autogluon_jobs.tabular import direct\n"),
            (artifact / "feature_schema.json", "{}"),
            (artifact / "direct" / "model.json", json.dumps({"models": [BOOSTER]})),
            (artifact / "direct" / "proof.json", json.dumps({"versions": VERSIONS})),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return artifact

    monkeypatch.setattr(artifacts, "download_predictor", download_predictor)
    aws.states.add_run("train", "monday", output=json.dumps(_TRAINED))
    pulled = terminal.json("pull", "income", "--run", "monday", "--to", "mine", "--portable")
    assert pulled["requires"] == ["numpy==2.4.6", "lightgbm==4.7.0", "pyarrow"]
    assert pulled["verified"] is True
    with zipfile.ZipFile(pulled["wheel"]) as wheel:
        code = wheel.read("income_scorer/autogluon_jobs/tabular/portable/scorer.py").decode()
        assert "income_scorer/model/direct/model.json" in wheel.namelist()
    assert code == "from income_scorer.autogluon_jobs.tabular import direct\n"


BOOSTER = {"name": "LightGBM", "members": [{"kind": "lightgbm"}]}
VERSIONS = {"autogluon.tabular": "1.6.3", "numpy": "2.4.6", "lightgbm": "4.7.0", "xgboost": None}


def test_portable_is_refused_for_other_types_before_anything_is_downloaded(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.ssm.values[SPEC_PARAMETER] = spec(type="timeseries")
    aws.states.add_run("train", "monday", output=json.dumps(_TRAINED))
    code, _, err = terminal.run("pull", "income", "--run", "monday", "--portable")
    assert code != 0
    assert "A portable scorer cannot hold 'income': its type is timeseries." in err
    assert "Next:  agcdk pull income\n" in err
