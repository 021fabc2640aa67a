"""Nothing runs on: predictors taken out of the settings, a killed `agcdk destroy`, late objects."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from autogluon_cli.embedded.instances import FOLDER_VARIABLE
from autogluon_contracts import names
from tests.e2e.cli_support import AGCDK, Shell
from tests.e2e.support import IMAGE_PYTHON
from tests.e2e.what_is_left import what_is_left
from tests.integration.standalone import ROOT
from tests.waiting import until

MOMENTS = 10
ENVIRONMENT = "dev"
_SCALING = {"min_capacity": 1, "max_capacity": 2, "target_invocations_per_instance": 600}
_SERVED = {
    "init_args": {"label": "Price", "problem_type": "regression"},
    "fit_args": {"hyperparameters": {"GBM": {"num_boost_round": 20}}},
    "framework_version": "1.6.3",
    "quality_gate": {"metric": "r2", "minimum": 0.3},
    "training": {"instance_type": "ml.m5.large"},
    "endpoint": {"instance_type": "ml.m5.large", "autoscaling": _SCALING},
}
# One loses its endpoint block in the stories, the other leaves the settings; both are in service.
UNSERVED, REMOVED = "unserved", "removed"
SETTINGS: dict[str, Any] = {
    "removal": "destroy",
    "alarms": {"failed_runs": 1},
    "predictors": {
        "untrained": {**_SERVED, "endpoint": {"instance_type": "ml.m5.large"}},
        UNSERVED: {**_SERVED},
        REMOVED: {**_SERVED},
    },
}


@dataclass(frozen=True)
class Served:
    """An environment with a live endpoint, as it was saved, and a person's terminal."""

    terminal: Shell
    snapshot: Path

    def declare(self, settings: dict[str, Any]) -> None:
        _declare(self.terminal, settings)

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Restore the account for one attempt to tear it down."""
        _succeed(self.terminal, "embedded", "restore", str(self.snapshot), *_image())
        try:
            yield
        finally:
            _succeed(self.terminal, "embedded", "stop")

    def left(self) -> list[str]:
        return what_is_left(self.client, ENVIRONMENT)

    def stacks(self) -> dict[str, str]:
        """Return the status of each of the environment's stacks."""
        found = self.client("cloudformation").describe_stacks()["Stacks"]
        return {
            stack["StackName"]: stack["StackStatus"]
            for stack in found
            if stack["StackName"].startswith(f"autogluon-{ENVIRONMENT}-")
        }

    def resources(self) -> int:
        """Return how many resources its stacks have."""
        cloudformation, number = self.client("cloudformation"), 0
        for name in self.stacks():
            with suppress(ClientError):  # deleted meanwhile
                found = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
                number += sum(each["ResourceStatus"] != "DELETE_COMPLETE" for each in found)
        return number

    def bucket(self, beginning: str) -> str:
        """Return Foundation's bucket whose logical id begins so."""
        found = self.client("cloudformation").describe_stack_resources(
            StackName=names.foundation_stack(ENVIRONMENT)
        )["StackResources"]
        [name] = [
            str(each["PhysicalResourceId"])
            for each in found
            if each["ResourceType"] == "AWS::S3::Bucket"
            and each["LogicalResourceId"].startswith(beginning)
        ]
        return name

    def client(self, service: str) -> Any:
        known = self.terminal.environment
        return boto3.client(
            service,
            region_name=known["AWS_DEFAULT_REGION"],
            aws_access_key_id=known["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=known["AWS_SECRET_ACCESS_KEY"],
            endpoint_url=known["AWS_ENDPOINT_URL"],
        )

    def wait_for_resources(self, *, at_most: int) -> None:
        until(lambda: self.resources() <= at_most, 120, f"{at_most} resources are left")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    known = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    terminal = Shell(
        folder,
        {
            **known,
            "AUTOGLUON_ENVIRONMENT": ENVIRONMENT,
            FOLDER_VARIABLE: str(folder / "instances"),
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
    terminal.environment.update(terminal.json("embedded", "start", *_image())["variables"])
    try:
        _declare(terminal, SETTINGS)
        _succeed(terminal, "deploy", "--bootstrap")
        data = ROOT / "examples" / "housing" / "train.csv"
        for predictor in (UNSERVED, REMOVED):
            _succeed(terminal, "train", predictor, str(data), "--wait", "--promote")
        snapshot = folder / "account.snapshot"
        _succeed(terminal, "embedded", "save", str(snapshot))
        _succeed(terminal, "embedded", "stop")
        yield Served(terminal, snapshot)
    finally:
        terminal.run("embedded", "stop", "--all")


@pytest.mark.long
@pytest.mark.parametrize("taken", [{UNSERVED}, {REMOVED}, {UNSERVED, REMOVED}])
def test_what_is_taken_out_of_the_settings_leaves_nothing(served: Served, taken: set[str]) -> None:
    settings = deepcopy(SETTINGS)
    if UNSERVED in taken:
        del settings["predictors"][UNSERVED]["endpoint"]
    if REMOVED in taken:
        del settings["predictors"][REMOVED]
    terminal, kept = served.terminal, {UNSERVED, REMOVED} - taken
    with served.restored():
        served.declare(settings)
        refused = terminal.run("deploy")
        assert refused.code == 2
        for predictor in taken:
            assert f"endpoint autogluon-{ENVIRONMENT}-{predictor} (InService" in refused.stderr
        _succeed(terminal, "deploy", "--remove-endpoints")
        in_service = terminal.json("cost")["endpoints"]
        assert {entry["predictor"] for entry in in_service} == kept
        checks = terminal.json("doctor")["checks"]
        found = {check["subject"] for check in checks if check["subject"].startswith("endpoint ")}
        assert found == {f"endpoint {predictor}" for predictor in (*kept, "untrained")}
        _succeed(terminal, "destroy", "--yes")
        assert served.left() == []


@pytest.mark.long
def test_the_next_destroy_finishes_whenever_one_was_killed(served: Served) -> None:
    served.declare(SETTINGS)
    with served.restored():
        resources = served.resources()
        _succeed(served.terminal, "destroy", "--yes")
        assert served.left() == []
    assert resources > 50
    interrupted = 0
    for moment in range(MOMENTS):
        deleted = max(1, resources * moment // MOMENTS)
        with served.restored():
            killed = subprocess.Popen(
                [AGCDK, "destroy", "--yes"],
                cwd=served.terminal.folder,
                env=served.terminal.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            served.wait_for_resources(at_most=resources - deleted)
            killed.kill()
            killed.wait()
            stacks = served.stacks()
            print(f"killed when {deleted} of {resources} resources were deleted: {stacks}")
            interrupted += bool(stacks)
            answer = served.terminal.run("destroy", "--yes")
            # CloudFormation may have finished what the killed command had begun.
            assert answer.code == 0 or "has no stacks" in answer.stderr, answer.stderr
            assert served.left() == []
    assert interrupted > MOMENTS // 2


@pytest.mark.long
def test_a_late_access_log_is_refused(served: Served) -> None:
    terminal = served.terminal
    served.declare(SETTINGS)
    late = {"at": "s3:access-log", "fault": "late-access-log", "seconds": 0.01}
    with served.restored():
        logs = served.bucket("StoreAccessLogBucket")
        served.client("s3").put_object(Bucket=logs, Key="data/log", Body=b"in time")
        planned = {"version": 1, "faults": [{**late, "where": {"Bucket": logs}}]}
        (terminal.folder / "faults.yaml").write_text(yaml.safe_dump(planned))
        _succeed(terminal, "embedded", "fault", "add", "faults.yaml")

        _succeed(terminal, "destroy", "--yes")

        assert served.left() == []
        [fault] = terminal.json("embedded", "fault", "list")["faults"]
        assert fault["happened"] > 0
        told = terminal.run("embedded", "logs").stdout
        assert f"no access log is delivered to {logs}: its policy denies it" in told


@pytest.mark.long
def test_an_object_that_arrives_while_destroy_runs_is_deleted(served: Served) -> None:
    served.declare(SETTINGS)
    with served.restored():
        data, foundation = served.bucket("StoreDataBucket"), names.foundation_stack(ENVIRONMENT)
        failed = threading.Event()

        def upload() -> None:
            s3 = served.client("s3")
            with suppress(ClientError):  # the bucket is gone
                while not failed.is_set():
                    s3.put_object(Bucket=data, Key="late", Body=b"1")
                    if served.stacks().get(foundation) == "DELETE_FAILED":
                        failed.set()
                    time.sleep(0.02)

        uploading = threading.Thread(target=upload)
        uploading.start()
        answer = served.terminal.run("destroy", "--yes")
        uploading.join()

        assert answer.code == 0, answer.stderr
        assert failed.is_set()
        assert served.left() == []


def _declare(terminal: Shell, settings: dict[str, Any]) -> None:
    path = terminal.folder / "config" / f"{ENVIRONMENT}.yaml"
    path.write_text(yaml.safe_dump(settings))


def _image() -> tuple[str, str]:
    return "--image-env", str(IMAGE_PYTHON.parents[1])


def _succeed(terminal: Shell, *words: str) -> None:
    answer = terminal.run(*words)
    assert answer.code == 0, answer.stderr
