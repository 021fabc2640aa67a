"""Artifacts that were trained elsewhere: what is recorded, what decides, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError, NotSupportedError
from autogluon_client.registry.register import Foreign, RegisteredVersion, register_artifact
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.models.artifact_hash import artifact_sha256
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import spec
from tests.integration.standalone import archive

SCHEMA = json.dumps(
    {
        "version": 1,
        "type": "tabular",
        "label": "class",
        "problem_type": "binary",
        "classes": ["a", "b"],
        "features": [{"name": "age"}],
    }
)
GATE = {"metric": "roc_auc", "minimum": 0.8, "on_pass": "approve", "on_fail": "reject"}
FILES = {"feature_schema.json": SCHEMA, "version.txt": "1.6.3", "predictor.pkl": "never loaded"}


def _account(**changes: Any) -> FakeAws:
    return FakeAws(spec(quality_gate=GATE, **changes))


def _register(
    account: FakeAws, tmp_path: Path, files: dict[str, str], **given: Path
) -> RegisteredVersion:
    artifact = tmp_path / "given.tar.gz"
    artifact.write_bytes(archive(files))
    serving = tmp_path / "serving.py"
    serving.write_text("served")
    return register_artifact(
        Connection("sandbox", account),
        "income",
        Foreign(str(artifact), **given),
        own_code={"inference.py": serving},
    )


def _file(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_the_gate_decides_and_the_hash_is_that_of_the_completed_files(tmp_path: Path) -> None:
    account = _account()
    metrics = _file(tmp_path, "m.json", '{"roc_auc": 0.9, "log_loss": 0.3}')
    found = _register(account, tmp_path, FILES, metrics=metrics)
    assert (found.version, found.status, found.was_here) == (1, "Approved", False)
    (request,) = account.sagemaker.registrations
    container = request["InferenceSpecification"]["Containers"][0]
    whole = tmp_path / "whole"
    for name, text in {**FILES, "code/inference.py": "served"}.items():
        (whole / name).parent.mkdir(parents=True, exist_ok=True)
        (whole / name).write_text(text)
    assert container["Environment"][ARTIFACT_VARIABLE] == found.sha256 == artifact_sha256(whole)
    report = found.artifact.replace("output/model.tar.gz", "report/metrics.json")
    assert json.loads(account.s3.objects[report])["metrics"] == {"roc_auc": 0.9, "log_loss": -0.3}


def test_one_artifact_is_one_version(tmp_path: Path) -> None:
    account = _account()
    _register(account, tmp_path, FILES)
    again = _register(account, tmp_path, FILES)
    assert (again.version, again.was_here) == (1, True)
    assert len(account.sagemaker.registrations) == 1


@pytest.mark.parametrize(
    ("metrics", "status"),
    [(None, "PendingManualApproval"), ('{"roc_auc": 0.5}', "Rejected")],
)
def test_without_the_gates_metric_a_person_decides(
    tmp_path: Path, metrics: str | None, status: str
) -> None:
    given = {} if metrics is None else {"metrics": _file(tmp_path, "m.json", metrics)}
    assert _register(_account(), tmp_path, FILES, **given).status == status


def test_a_scripts_columns_may_come_from_a_csv_file(tmp_path: Path) -> None:
    account = FakeAws(
        spec(
            type="script",
            init_args={"label": "class", "problem_type": "binary"},
            fit_args={},
            script={"entry_point": "train.py", "inference": "serve.py"},
            quality_gate=None,
        )
    )
    code = tmp_path / "code"
    code.mkdir()
    _file(code, "serve.py", "")
    table = _file(tmp_path, "rows.csv", "age,class\n1,a\n")
    found = _register(account, tmp_path, {"model.txt": "m"}, schema=table, code=code)
    report = found.artifact.replace("output/model.tar.gz", "report/feature_schema.json")
    assert [each["name"] for each in json.loads(account.s3.objects[report])["features"]] == ["age"]
    with pytest.raises(InvalidArgumentError, match=r"the artifact has no code/serve\.py"):
        _register(account, tmp_path, {"model.txt": "n"}, schema=table)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"feature_schema.json": None}, InvalidArgumentError, "has no feature_schema.json"),
        ({"feature_schema.json": "{}"}, InvalidArgumentError, "schema: "),
        ({"version.txt": "1.4.0"}, NotSupportedError, "trained by AutoGluon 1.4.0"),
        (
            {"feature_schema.json": SCHEMA.replace('"class"', '"age"', 1)},
            NotSupportedError,
            "model of 'age'",
        ),
    ],
)
def test_what_could_not_be_served_is_refused(
    tmp_path: Path, changes: dict[str, str | None], error: type[Exception], sentence: str
) -> None:
    account = _account()
    files = {name: text for name, text in {**FILES, **changes}.items() if text is not None}
    with pytest.raises(error, match=sentence):
        _register(account, tmp_path, files)
    assert account.sagemaker.registrations == []


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": "b"}'])
def test_metrics_are_numbers(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="metrics: "):
        _register(_account(), tmp_path, FILES, metrics=_file(tmp_path, "m.json", text))


def test_a_file_that_is_not_an_archive_is_refused(tmp_path: Path) -> None:
    wrong = _file(tmp_path, "rows.csv", "a,b\n")
    with pytest.raises(InvalidArgumentError, match=r"not a valid tar\.gz archive"):
        register_artifact(Connection("sandbox", _account()), "income", Foreign(str(wrong)))
