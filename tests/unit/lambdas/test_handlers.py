"""The entry points: what they import, what they read, and one run of each planner."""

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

import autogluon_contracts
import autogluon_lambdas
from autogluon_lambdas.handlers import _wiring as wiring
from tests.fakes.lambda_environment import VARIABLES, planner_event
from tests.fakes.sandbox import KEY_ARN, spec
from tests.never_empty import never_empty

ROOT = Path(autogluon_lambdas.__file__).parent
PACKAGES = ("autogluon_lambdas", "autogluon_contracts")
HANDLERS = sorted(
    path.stem for path in (ROOT / "handlers").glob("*.py") if not path.stem.startswith("_")
)


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return names | {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}


def test_only_what_the_runtime_offers_is_imported() -> None:
    # botocore depends on dateutil, which therefore comes with it.
    allowed = {*sys.stdlib_module_names, "boto3", "botocore", "dateutil", *PACKAGES}

    for path in never_empty(ROOT.rglob("*.py")):
        assert {name.split(".")[0] for name in _imported(path)} <= allowed, path


@pytest.mark.parametrize(
    ("layer", "inner"),
    [
        ("models", {"models"}),
        ("logic", {"models", "ports", "logic"}),
        ("adapters", {"models", "ports", "logic", "adapters"}),
    ],
)
def test_imports_point_inward(layer: str, inner: set[str]) -> None:
    for path in never_empty((ROOT / layer).rglob("*.py")):
        for name in _imported(path):
            if name.startswith("autogluon_lambdas."):
                assert name.split(".")[1] in inner, f"{path} imports {name}"
            if layer != "adapters":
                assert name.split(".")[0] not in ("boto3", "botocore"), f"{path} imports {name}"


@pytest.mark.parametrize(
    "package",
    ["containers/autogluon_jobs", "contracts/autogluon_contracts", "lambda/autogluon_lambdas"],
)
def test_code_that_runs_on_aws_has_no_assert(package: str) -> None:
    for path in never_empty((ROOT.parents[1] / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree)), path


def test_importing_a_handler_reads_no_environment_and_makes_no_client() -> None:
    code = ";".join(f"import autogluon_lambdas.handlers.{name}" for name in never_empty(HANDLERS))

    # An empty environment has no region, so a client made at import would fail.
    path = f"{ROOT.parent}{os.pathsep}{Path(autogluon_contracts.__file__).parents[1]}"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": path})


def test_every_call_to_aws_is_in_the_table_of_permissions() -> None:
    table = (ROOT.parents[1] / "docs/reference/lambda-permissions.md").read_text(encoding="utf-8")
    calls: set[tuple[str, str]] = set()
    for path in (ROOT / "adapters").glob("*.py"):
        calls |= set(
            re.findall(r"client\.(?!get_paginator)(\w+)\(|get_paginator\(\"(\w+)\"\)",
                       path.read_text(encoding="utf-8"))
        )  # fmt: skip
    operations = {"".join(part.title() for part in (a or b).split("_")) for a, b in calls}

    assert len(operations) > 20
    for operation in operations:
        assert f":{_ACTIONS.get(operation, operation)}`" in table, operation


# Where the permission is named otherwise than the operation.
_ACTIONS = {
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "DeleteObjects": "DeleteObjectVersion",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "Copy": "PutObject",  # of boto3: CopyObject, or parts
}


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    _forget()
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in {**VARIABLES, "AWS_DEFAULT_REGION": "us-east-1"}.items():
            patch.setenv(name, value)
        s3, ssm = boto3.client("s3"), boto3.client("ssm")
        for bucket in ("data-bucket", "artifact-bucket"):
            s3.create_bucket(Bucket=bucket)
        path = VARIABLES["PREDICTOR_PREFIX"] + "/income"
        ssm.put_parameter(Name=f"{path}/spec", Value=json.dumps(spec()), Type="String")
        ssm.put_parameter(Name=f"{path}/live-model", Value="none", Type="String")
        s3.put_object(Bucket="data-bucket", Key="t.csv", Body=b"age,class\n1,a\n2,b\n")
        boto3.client("stepfunctions").create_state_machine(
            name="autogluon-sandbox-train",
            definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/unused",
        )
        yield
    _forget()


def _forget() -> None:
    for name in ("environment", "client", "store", "predictors", "registry", "endpoints", "stacks"):
        getattr(wiring, name).cache_clear()


def _call(name: str, event: dict[str, Any]) -> Any:
    return importlib.import_module(f"autogluon_lambdas.handlers.{name}").handler(event, None)


@pytest.mark.usefixtures("aws")
def test_plan_training_writes_its_job_file_encrypted() -> None:
    event = planner_event({"predictor": "income", "train_data": "s3://data-bucket/t.csv"})

    answer = _call("plan_training", event)

    key = answer["run"]["folder"].removeprefix("s3://artifact-bucket/") + "config/job.json"
    head = boto3.client("s3").head_object(Bucket="artifact-bucket", Key=key)
    assert head["SSEKMSKeyId"] == KEY_ARN
    json.dumps(answer, allow_nan=False)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("name", "values", "error", "sentence"),
    [
        (
            "plan_training",
            {"predictor": "incom", "train_data": "s3://data-bucket/t.csv"},
            "InvalidInputError",
            'input.predictor: unknown predictor "incom" (did you mean "income"?). This '
            "environment has: income.",
        ),
        (
            "plan_training",
            {"predictor": "income", "train_data": "s3://data-bucket/x.csv"},
            "InvalidDataError",
            "input.train_data: object or prefix s3://data-bucket/x.csv not found (did you mean "
            '"t.csv"?). Upload it, or correct the address.',
        ),
        (
            "plan_training",
            {"predictor": "income", "train_data": "s3://no-such-bucket/x.csv"},
            "InvalidDataError",
            ("input.train_data: cannot read s3://no-such-bucket/x.csv: the bucket does not exist."),
        ),
        (
            "plan_batch",
            {"predictor": "income", "data": "s3://data-bucket/t.csv", "model": "latest"},
            "InvalidInputError",
            'input.model: predictor "income" has no model versions. Train it first.',
        ),
        (
            "prepare_promotion",
            {"predictor": "income", "model": "none"},
            "PromotionError",
            "The stack autogluon-sandbox-income-endpoint does not exist. Deploy it first with "
            "cdk deploy.",
        ),
    ],
)
def test_step_functions_sees_the_class_and_one_sentence(
    name: str, values: dict[str, Any], error: str, sentence: str
) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        _call(name, planner_event(values))

    assert type(caught.value).__name__ == error
    assert str(caught.value) == sentence


@pytest.mark.usefixtures("aws")
def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODE_URI")
    event = planner_event({"predictor": "income", "train_data": "s3://data-bucket/t.csv"})

    with pytest.raises(ValueError, match="The environment variable CODE_URI is not set"):
        _call("plan_training", event)
