"""`agcdk delete`: versions and runs with their objects, never the live one, never unasked."""

from __future__ import annotations

import json

import pytest

from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import GROUP_ARN, LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal


@pytest.fixture
def aws() -> FakeAws:
    """Version 3 is live; version 2 has files beside a run of a similar name."""
    found = FakeAws()
    for version in (2, 3):
        found.sagemaker.add_package(version)
    for name in ("job-2/output/model.tar.gz", "job-2/report/metrics.json", "job-22/kept"):
        found.s3.objects[f"s3://artifacts/income/runs/{name}"] = b""
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    return found


def test_a_version_goes_with_its_files_alone(terminal: Terminal, aws: FakeAws) -> None:
    deleted = terminal.json("delete", "income", "2", "--yes")["deleted"]
    folder = "s3://artifacts/income/runs/job-2/"
    assert deleted == [{"what": "version 2", "folder": folder, "objects": 2}]
    assert list(aws.sagemaker.packages) == [3]
    assert list(aws.s3.objects) == ["s3://artifacts/income/runs/job-22/kept"]


def test_the_live_version_is_refused(terminal: Terminal, aws: FakeAws) -> None:
    code, _, err = terminal.run("delete", "income", "2", "3", "--yes")
    assert (code, list(aws.sagemaker.packages)) == (2, [2, 3])
    assert "Version 3 of 'income' is live." in err
    assert "Next:  agcdk off income" in err


def test_a_run_goes_with_its_version(terminal: Terminal, aws: FakeAws) -> None:
    output = json.dumps({"model_package_arn": f"{GROUP_ARN}/2"})
    arn = aws.states.add_run("train", "monday", output=output)
    aws.s3.objects[f"s3://artifacts/income/runs/{job_name('income', arn)}/x"] = b""
    (deleted,) = terminal.json("delete", "income", "--run", "monday", "--yes")["deleted"]
    assert (deleted["what"], deleted["objects"]) == ("run monday with version 2", 1)
    assert list(aws.sagemaker.packages) == [3]


def test_a_batch_goes_with_its_results(terminal: Terminal, aws: FakeAws) -> None:
    arn = aws.states.add_run("batch_predict", "b1", output="{}")
    aws.s3.objects[f"s3://artifacts/income/batches/{job_name('income', arn)}/x"] = b""
    (deleted,) = terminal.json("delete", "income", "--run", "b1", "--yes")["deleted"]
    assert (deleted["what"], deleted["objects"]) == ("run b1", 1)


def test_a_run_in_progress_is_to_be_stopped_first(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("train", "now", status="RUNNING")
    code, _, err = terminal.run("delete", "income", "--run", "now", "--yes")
    assert (code, "Next:  agcdk stop now" in err) == (2, True)


@pytest.mark.parametrize(("names", "word"), [(["2"], "requires confirmation"), ([], "Neither")])
def test_nothing_is_deleted_unasked(
    terminal: Terminal, aws: FakeAws, names: list[str], word: str
) -> None:
    code, _, err = terminal.run("delete", "income", *names)
    assert (code, list(aws.sagemaker.packages)) == (2, [2, 3])
    assert word in err
    assert ("Next:  agcdk delete income 2 --yes" in err) == bool(names)


def test_the_permissions_to_delete_are_printed_only_when_asked_for(terminal: Terminal) -> None:
    usual = terminal.json("doctor", "--policy")["Statement"]
    more = terminal.json("doctor", "--policy", "--with-delete")["Statement"]
    added = {entry["Sid"] for entry in more} - {entry["Sid"] for entry in usual}
    assert added == {"DeleteModels", "DeleteResults", "ListResults"}
