"""Transform jobs of models that no environment has created, checked by SageMaker's API model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from autogluon_client import AnyModel
from autogluon_client.errors import (
    ExecutionFailedError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedError,
)
from autogluon_client.workflows import any_model

NAME, JOB = "somebody-elses", "weekly"
ARN = f"arn:aws:sagemaker:us-east-1:123456789012:transform-job/{JOB}"
MODEL = {
    "ModelName": NAME,
    "CreationTime": 0,
    "ModelArn": f"arn:aws:sagemaker:us-east-1:123456789012:model/{NAME}",
}
NEW, ANSWERS = "s3://bucket/new/", "s3://bucket/answers/"
REQUEST: dict[str, Any] = {
    "TransformJobName": JOB,
    "ModelName": NAME,
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": NEW}},
    },
    "TransformOutput": {"S3OutputPath": ANSWERS},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}


class Session:
    """A session with one client."""

    def __init__(self, sagemaker: Any) -> None:
        self._sagemaker = sagemaker

    def client(self, service: str) -> Any:
        assert service == "sagemaker"
        return self._sagemaker


@pytest.fixture
def sagemaker(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(any_model, "_POLL_SECONDS", 0)
    return boto3.client(
        "sagemaker",
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )


@pytest.fixture
def stub(sagemaker: Any) -> Iterator[Stubber]:
    with Stubber(sagemaker) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def model(sagemaker: Any) -> AnyModel:
    return AnyModel(NAME, session=Session(sagemaker), verbosity=0)


def described(status: str, **more: Any) -> dict[str, Any]:
    source = {"DataSource": REQUEST["TransformInput"]["DataSource"]}
    return {
        "TransformJobName": JOB,
        "TransformJobArn": ARN,
        "TransformJobStatus": status,
        "ModelName": NAME,
        "TransformInput": source,
        "TransformResources": REQUEST["TransformResources"],
        "CreationTime": 0,
        **more,
    }


def expect(stub: Stubber, request: dict[str, Any], *statuses: dict[str, Any]) -> None:
    stub.add_response("describe_model", MODEL, {"ModelName": NAME})
    stub.add_response("create_transform_job", {"TransformJobArn": ARN}, request)
    for status in statuses:
        stub.add_response("describe_transform_job", status, {"TransformJobName": JOB})


def test_a_job_is_started_and_waited_for(model: AnyModel, stub: Stubber) -> None:
    expect(stub, REQUEST, described("InProgress"), described("Completed"))
    job = model.transform(NEW, ANSWERS, job_name=JOB)
    assert (job.job_name, job.output_path) == (JOB, ANSWERS)


def test_every_option_of_a_transformer_has_its_member(model: AnyModel, stub: Stubber) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/k"
    source = {"S3DataType": "ManifestFile", "S3Uri": "s3://bucket/new.manifest"}
    request = {
        "TransformJobName": JOB,
        "ModelName": NAME,
        "BatchStrategy": "SingleRecord",
        "MaxPayloadInMB": 6,
        "MaxConcurrentTransforms": 2,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": 60, "InvocationsMaxRetries": 3},
        "Environment": {"A": "b"},
        "TransformInput": {
            "DataSource": {"S3DataSource": source},
            "ContentType": "text/csv",
            "CompressionType": "Gzip",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": ANSWERS,
            "Accept": "text/csv",
            "AssembleWith": "Line",
            "KmsKeyId": key,
        },
        "TransformResources": {
            "InstanceType": "ml.c5.xlarge",
            "InstanceCount": 2,
            "VolumeKmsKeyId": key,
            "TransformAmiVersion": "al2-ami-sagemaker-batch-gpu-535",
        },
        "DataProcessing": {"InputFilter": "$[1:]", "OutputFilter": "$", "JoinSource": "Input"},
        "Tags": [{"Key": "team", "Value": "prices"}],
    }
    expect(stub, request)
    model.transform(
        "s3://bucket/new.manifest", ANSWERS, job_name=JOB, wait=False, tags={"team": "prices"},
        instance_type="ml.c5.xlarge", instance_count=2, strategy="SingleRecord", max_payload=6,
        max_concurrent_transforms=2, timeout_seconds=60, max_retries=3, env={"A": "b"},
        content_type="text/csv", compression_type="Gzip", split_type="Line",
        data_type="ManifestFile", accept="text/csv", assemble_with="Line", output_kms_key=key,
        volume_kms_key=key, transform_ami_version="al2-ami-sagemaker-batch-gpu-535",
        input_filter="$[1:]", output_filter="$", join_source="Input",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ("Failed", "AlgorithmError:\n see log", "AlgorithmError: see log"),
        ("Stopped", "", "stopped"),
    ],
)
def test_a_job_that_does_not_complete_is_an_error(
    model: AnyModel, stub: Stubber, status: str, reason: str, told: str
) -> None:
    more = {"FailureReason": reason} if reason else {}
    expect(stub, REQUEST, described(status, **more))
    with pytest.raises(ExecutionFailedError, match=told):
        model.transform(NEW, ANSWERS, job_name=JOB)


def test_a_model_that_is_not_there_is_named(model: AnyModel, stub: Stubber) -> None:
    stub.add_client_error("describe_model", "ValidationException", "Could not find model")
    with pytest.raises(NotFoundError, match=f"no model named '{NAME}'"):
        model.transform(NEW, ANSWERS)


def test_names_that_are_made_up_fit(model: AnyModel, sagemaker: Any) -> None:
    long = AnyModel("m" * 63, session=Session(sagemaker), verbosity=0)
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_model", MODEL)
        stub.add_response("create_transform_job", {"TransformJobArn": ARN})
        assert len(long.transform(NEW, ANSWERS, wait=False).job_name) <= 63


@pytest.mark.parametrize(
    ("data", "output", "argument"),
    [
        ("new.csv", ANSWERS, "data"),
        (NEW, "answers", "output_path"),
        (NEW, "s3://b_", "output_path"),
    ],
)
def test_data_and_answers_are_in_s3(model: AnyModel, data: str, output: str, argument: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"{argument}: got") as caught:
        model.transform(data, output)
    assert caught.value.argument == argument


def test_an_unknown_option_is_named_with_the_nearest(model: AnyModel) -> None:
    with pytest.raises(NotSupportedError, match=r'max_payloads \(did you mean "max_payload"'):
        model.transform(NEW, ANSWERS, max_payloads=6)
