"""Containers of one model run in processes of their own, in series or side by side."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

_IMAGE_PYTHON = Path(__file__).parents[2] / ".venv-image" / "bin" / "python"
_IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
_NAME = "inference-pipelines"
_TRUST = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}
_MAY = {"Effect": "Allow", "Action": ["s3:*", "logs:*"], "Resource": "*"}
# Answers what it got, who it is, and which process it is, in the format that it is told.
_STEP = """
import json, os, uuid

MARK = uuid.uuid4().hex

def model_fn(folder):
    return os.environ["WHO"]

def transform_fn(who, body, content_type, accept):
    if "refused" in body and who == "second":
        raise ValueError("the second step takes no such row")
    if "broken" in body and who == "second":
        raise RuntimeError("boom")
    print(who, "was asked", flush=True)
    said = {"who": who, "mark": MARK, "type": content_type, "accept": accept, "got": body}
    return json.dumps(said), os.environ.get("ANSWERS", "application/json")
"""
_UNHEALTHY = """
def model_fn(folder):
    raise OSError("no scaler here")

def transform_fn(model, body, content_type, accept):
    return body
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(
        image_python=_IMAGE_PYTHON, log=ActivityLog(io.StringIO()), services=("iam", "sagemaker")
    ) as running:
        running.runtime.client("s3").create_bucket(Bucket=_NAME)
        iam = running.runtime.client("iam")
        iam.create_role(
            RoleName=_NAME,
            AssumeRolePolicyDocument=_policy({**_TRUST, "Action": "sts:AssumeRole"}),
        )
        iam.put_role_policy(RoleName=_NAME, PolicyName="may", PolicyDocument=_policy(_MAY))
        _pack(running, "step.tar.gz", _STEP)
        _pack(running, "unhealthy.tar.gz", _UNHEALTHY)
        yield running


@pytest.fixture(scope="module")
def series(aws: EmbeddedAws) -> EmbeddedAws:
    """An endpoint with three containers in series."""
    _model(aws, "series", [_step("first", ANSWERS="text/csv"), _step("second"), _step("third")])
    assert _endpoint(aws, "series") == "InService"
    return aws


def test_each_step_gets_what_the_one_before_answered(series: EmbeddedAws) -> None:
    answer = _invoke(series, "series", "a,b", ContentType="text/csv", Accept="application/x-own")
    third = json.loads(answer["Body"].read())
    second = json.loads(third["got"])
    first = json.loads(second["got"])
    assert [each["who"] for each in (first, second, third)] == ["first", "second", "third"]
    assert first["got"] == "a,b"
    assert [each["type"] for each in (first, second, third)] == [
        "text/csv",
        "text/csv",
        "application/json",
    ]
    # The caller's format is the last one's; the others answer in the image's own.
    assert [each["accept"] for each in (first, second, third)] == [
        "application/json",
        "application/json",
        "application/x-own",
    ]
    assert answer["ContentType"] == "application/json"
    assert len({each["mark"] for each in (first, second, third)}) == 3


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("refused", 400, r"client error \(400\) from second .*the second step takes no such row"),
        ("broken", 500, r"server error \(500\) from second .*inference failed"),
    ],
)
def test_an_error_names_the_step(series: EmbeddedAws, body: str, status: int, told: str) -> None:
    with pytest.raises(ClientError, match=told) as caught:
        _invoke(series, "series", body)
    response: Any = caught.value.response
    assert response["OriginalStatusCode"] == status


def test_each_container_has_a_log_of_its_own(series: EmbeddedAws) -> None:
    _invoke(series, "series", "1")
    logs = series.runtime.client("logs")
    group = "/aws/sagemaker/Endpoints/series"
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    names = [stream["logStreamName"] for stream in streams]
    assert sorted(name.rpartition("/")[2] for name in names) == ["first", "second", "third"]
    assert all(name.startswith("AllTraffic/i-") for name in names)
    [second] = [name for name in names if name.endswith("second")]

    def lines() -> list[str]:
        found = logs.get_log_events(logGroupName=group, logStreamName=second)["events"]
        return [event["message"] for event in found if "was asked" in event["message"]]

    assert set(until(lines, 10, "the second container's line")) == {"second was asked"}


def test_the_endpoint_says_what_it_runs(series: EmbeddedAws) -> None:
    sagemaker = series.runtime.client("sagemaker")
    [variant] = sagemaker.describe_endpoint(EndpointName="series")["ProductionVariants"]
    assert [each["SpecifiedImage"] for each in variant["DeployedImages"]] == [_IMAGE] * 3


def test_a_pipeline_in_series_takes_no_target(series: EmbeddedAws) -> None:
    with pytest.raises(ClientError, match="is not configured for direct invocation"):
        _invoke(series, "series", "1", TargetContainerHostname="second")


def test_a_transform_job_runs_the_series(series: EmbeddedAws) -> None:
    s3, sagemaker = series.runtime.client("s3"), series.runtime.client("sagemaker")
    s3.put_object(Bucket=_NAME, Key="rows/one.csv", Body=b"x,y")
    s3.put_object(Bucket=_NAME, Key="bad/one.csv", Body=b"refused")
    described = {name: _transform(sagemaker, name) for name in ("rows", "bad")}
    assert described["rows"]["TransformJobStatus"] == "Completed", described["rows"]
    answer = s3.get_object(Bucket=_NAME, Key="out/rows/one.csv.out")["Body"].read()
    third = json.loads(answer)
    assert json.loads(json.loads(third["got"])["got"])["got"] == "x,y"
    assert third["accept"] == "text/csv"
    assert described["bad"]["TransformJobStatus"] == "Failed"
    assert "400 from second: the second step takes no such row" in described["bad"]["FailureReason"]


def test_a_caller_chooses_a_container_directly(aws: EmbeddedAws) -> None:
    _model(
        aws,
        "direct",
        [_step("first"), _step("second")],
        InferenceExecutionConfig={"Mode": "Direct"},
    )
    assert _endpoint(aws, "direct") == "InService"
    answers = {
        name: json.loads(_invoke(aws, "direct", "1", TargetContainerHostname=name)["Body"].read())
        for name in ("first", "second")
    }
    assert {name: each["who"] for name, each in answers.items()} == {
        "first": "first",
        "second": "second",
    }
    assert answers["second"]["got"] == "1"
    for target, told in (
        ({}, "a target container hostname is required, one of first, second"),
        ({"TargetContainerHostname": "third"}, "Container third not found for Request"),
    ):
        with pytest.raises(ClientError, match=told):
            _invoke(aws, "direct", "1", **target)


def test_a_container_that_does_not_start_is_named(aws: EmbeddedAws) -> None:
    bad = {**_step("second"), "ModelDataUrl": f"s3://{_NAME}/unhealthy.tar.gz"}
    _model(aws, "unhealthy", [_step("first"), bad])
    assert _endpoint(aws, "unhealthy") == "Failed"
    described = aws.runtime.client("sagemaker").describe_endpoint(EndpointName="unhealthy")
    assert described["FailureReason"].startswith(
        "The container second for production variant AllTraffic did not pass the ping health check"
    )
    assert "no scaler here" in described["FailureReason"]


def _step(who: str, **environment: str) -> dict[str, Any]:
    return {
        "ContainerHostname": who,
        "Image": _IMAGE,
        "ModelDataUrl": f"s3://{_NAME}/step.tar.gz",
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py", "WHO": who, **environment},
    }


def _model(aws: EmbeddedAws, name: str, containers: list[dict[str, Any]], **more: Any) -> None:
    aws.runtime.client("sagemaker").create_model(
        ModelName=name,
        ExecutionRoleArn=f"arn:aws:iam::123456789012:role/{_NAME}",
        Containers=containers,
        **more,
    )


def _endpoint(aws: EmbeddedAws, name: str) -> str:
    """Return the status that an endpoint of a model settles in."""
    sagemaker = aws.runtime.client("sagemaker")
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)

    def status() -> str:
        found: str = sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
        return "" if found == "Creating" else found

    return until(status, 60, "the endpoint is settled")


def _transform(sagemaker: Any, name: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{_NAME}/{name}/"}
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName="series",
        TransformInput={"DataSource": {"S3DataSource": source}, "ContentType": "text/csv"},
        TransformOutput={"S3OutputPath": f"s3://{_NAME}/out/{name}", "Accept": "text/csv"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )

    def ended() -> dict[str, Any]:
        found: dict[str, Any] = sagemaker.describe_transform_job(TransformJobName=name)
        return {} if found["TransformJobStatus"] == "InProgress" else found

    return until(ended, 60, f"transform job {name} ends")


def _invoke(aws: EmbeddedAws, name: str, body: str, **more: Any) -> Any:
    return aws.runtime.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=name, Body=body.encode(), **{"ContentType": "text/csv", **more}
    )


def _pack(aws: EmbeddedAws, key: str, program: str) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        entry = tarfile.TarInfo("code/inference.py")
        entry.size = len(program.encode())
        tar.addfile(entry, io.BytesIO(program.encode()))
    aws.runtime.client("s3").put_object(Bucket=_NAME, Key=key, Body=buffer.getvalue())


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
