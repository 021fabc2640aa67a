"""Models with several containers are accepted where SageMaker hosts them, and refused elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ROLE = "arn:aws:iam::123456789012:role/sagemaker-unit"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
DIRECT = {"InferenceExecutionConfig": {"Mode": "Direct"}}


def containers(*hostnames: str | None) -> dict[str, Any]:
    listed = [
        {"Image": IMAGE, **({} if name is None else {"ContainerHostname": name})}
        for name in hostnames
    ]
    return {"Containers": listed}


@pytest.mark.parametrize(
    ("request_of_model", "told"),
    [
        ({}, "needs a PrimaryContainer, or Containers"),
        ({"PrimaryContainer": {"Image": IMAGE}, **containers("a", "b")}, "not both"),
        (containers(*map(str, range(16))), "Member must have length less than or equal to 15"),
        (containers("a", None), "you must specify it for every container of the pipeline"),
        (containers("a", "a"), "must be unique, got ['a', 'a']"),
        ({**containers("a"), **DIRECT}, "the mode Direct needs more than one container"),
        ({**containers(None, None), **DIRECT}, "is required for each container"),
        (containers("-a", "b"), "at 'containers.1.member.containerHostname'"),
        (
            {"Containers": [{"Image": IMAGE}, {"Environment": {"A": "b"}}]},
            "Containers.2 needs either an Image",
        ),
        (
            {"Containers": [{"Image": IMAGE, "Mode": "MultiModel"}]},
            "does not support CreateModel.Containers.Mode = 'MultiModel'",
        ),
        (
            {
                "Containers": [
                    {"Image": IMAGE},
                    {"Image": IMAGE, "ModelDataUrl": "s3://unit-sagemaker/absent.tar.gz"},
                ]
            },
            "Could not access model data at s3://unit-sagemaker/absent.tar.gz",
        ),
    ],
)
def test_containers_that_sagemaker_would_not_start(
    sagemaker: Any, refusal: Callable[..., str], request_of_model: dict[str, Any], told: str
) -> None:
    text = refusal(
        sagemaker.create_model, ModelName="refused", ExecutionRoleArn=ROLE, **request_of_model
    )
    assert text.startswith("ValidationException: ")
    assert told in text


@pytest.mark.parametrize("count", [1, 2, 15])
def test_as_many_containers_as_sagemaker_takes(sagemaker: Any, count: int) -> None:
    name = f"pipeline-of-{count}"
    given = containers(*(f"step-{number}" for number in range(count)))
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, **given)
    described = sagemaker.describe_model(ModelName=name)
    assert described["Containers"] == given["Containers"]
    assert "PrimaryContainer" not in described


@pytest.mark.parametrize(
    ("variant", "config", "told"),
    [
        (
            {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1}},
            {},
            "is an inference pipeline, which serverless endpoints do not support",
        ),
        (
            {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1},
            {"AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://unit-sagemaker/o"}}},
            "does not support asynchronous endpoints of models with several containers",
        ),
        (
            {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1},
            {
                "ShadowProductionVariants": [
                    {
                        "VariantName": "Shadow",
                        "ModelName": "two-containers",
                        "InstanceType": "ml.m5.large",
                        "InitialInstanceCount": 1,
                    }
                ]
            },
            "has several containers, which shadow variants do not support",
        ),
    ],
)
def test_endpoints_that_host_no_pipeline(
    sagemaker: Any,
    refusal: Callable[..., str],
    variant: dict[str, Any],
    config: dict[str, Any],
    told: str,
) -> None:
    if "two-containers" not in str(sagemaker.list_models(MaxResults=100)):
        sagemaker.create_model(
            ModelName="two-containers", ExecutionRoleArn=ROLE, **containers("a", "b")
        )
    text = refusal(
        sagemaker.create_endpoint_config,
        EndpointConfigName="refused",
        ProductionVariants=[{"VariantName": "All", "ModelName": "two-containers", **variant}],
        **config,
    )
    assert told in text


def test_a_transform_job_cannot_choose_a_container(
    sagemaker: Any, refusal: Callable[..., str], data_uri: str
) -> None:
    sagemaker.create_model(
        ModelName="direct", ExecutionRoleArn=ROLE, **containers("a", "b"), **DIRECT
    )
    text = refusal(
        sagemaker.create_transform_job,
        TransformJobName="direct",
        ModelName="direct",
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data_uri}}
        },
        TransformOutput={"S3OutputPath": "s3://unit-sagemaker/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    assert "does not support transform jobs of models with direct invocation" in text
