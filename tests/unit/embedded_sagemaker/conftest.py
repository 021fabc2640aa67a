"""An embedded AWS whose SageMaker never has to start a child in these tests."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.credentials import ADMIN
from embedded_aws.server import EmbeddedAws

IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
ROLE = "arn:aws:iam::123456789012:role/sagemaker-unit"


@pytest.fixture(scope="session")
def aws() -> Iterator[EmbeddedAws]:
    embedded = EmbeddedAws(
        image_python=Path(sys.executable),
        log=ActivityLog(io.StringIO()),
        services=("sagemaker",),
    )
    embedded.runtime.assume_role_for_service = lambda *_: ADMIN
    with embedded:
        embedded.runtime.client("s3").create_bucket(Bucket="unit-sagemaker")
        yield embedded


@pytest.fixture(scope="session")
def sagemaker(aws: EmbeddedAws) -> Any:
    return aws.runtime.client("sagemaker")


@pytest.fixture(scope="session")
def data_uri(aws: EmbeddedAws) -> str:
    """An S3 object that exists."""
    aws.runtime.client("s3").put_object(Bucket="unit-sagemaker", Key="in/a.csv", Body=b"a\n1\n")
    return "s3://unit-sagemaker/in/a.csv"


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Call an operation that must fail; returns its `Code: message`."""

    def call(operation: Callable[..., Any], **request: Any) -> str:
        with pytest.raises(ClientError) as caught:
            operation(**request)
        error = caught.value.response["Error"]
        return f"{error['Code']}: {error['Message']}"

    return call


@pytest.fixture
def training_request(data_uri: str) -> dict[str, Any]:
    """A CreateTrainingJob request that is accepted and soon fails: its image is none of ours."""
    return {
        "TrainingJobName": "unit",
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": "busybox:1", "TrainingInputMode": "File"},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data_uri}},
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://unit-sagemaker/out"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


@pytest.fixture
def package_request() -> dict[str, Any]:
    """A CreateModelPackage request without its group."""
    container = {"Image": IMAGE, "ModelDataUrl": "s3://unit-sagemaker/in/a.csv"}
    return {
        "InferenceSpecification": {
            "Containers": [container | {"Environment": {"SAGEMAKER_PROGRAM": "inference.py"}}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        }
    }
