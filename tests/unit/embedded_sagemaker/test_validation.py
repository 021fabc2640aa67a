"""Requests that AWS refuses are refused alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from embedded_aws.sagemaker.validation import compile_pattern

SERVICE = botocore.session.get_session().get_service_model("sagemaker")
ROLE = "arn:aws:iam::123456789012:role/sagemaker-unit"
MODEL_IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"


def test_every_pattern_of_the_api_compiles() -> None:
    patterns = {
        shape.metadata["pattern"]
        for shape in map(SERVICE.shape_for, SERVICE.shape_names)
        if "pattern" in shape.metadata
    }
    assert len(patterns) > 100
    for pattern in patterns:
        compile_pattern(pattern)


@pytest.mark.parametrize("text", ["AutoGluon 1.6 (income): 90 % > 0.9!", "Größe 1 €", ""])
def test_ordinary_sentences_are_descriptions(text: str) -> None:
    shape = SERVICE.shape_for("EntityDescription")
    assert compile_pattern(shape.metadata["pattern"]).fullmatch(text)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("TrainingJobName",), "-bad-", "at 'trainingJobName' failed to satisfy constraint"),
        (("OutputDataConfig", "CompressionType"), "ZIP", "enum value set: [GZIP, NONE]"),
        (("RoleArn",), "arn:aws:iam::1:user/somebody", "at 'roleArn'"),
        (("ResourceConfig", "InstanceType"), "ml.m5.tiny", "Member must satisfy enum value set"),
        (("OutputDataConfig", "S3OutputPath"), "bucket/out", "at 'outputDataConfig.s3OutputPath'"),
        (("HyperParameters",), {"a": "x" * 2501}, "less than or equal to 2500"),
    ],
)
def test_a_member_out_of_bounds_is_named_with_its_constraint(
    sagemaker: Any,
    refusal: Callable[..., str],
    training_request: dict[str, Any],
    path: tuple[str, ...],
    value: Any,
    named: str,
) -> None:
    target = training_request
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = value
    text = refusal(sagemaker.create_training_job, **training_request)
    assert text.startswith("ValidationException: 1 validation error")
    assert named in text


def test_all_problems_of_a_request_are_in_one_error(
    sagemaker: Any, refusal: Callable[..., str], training_request: dict[str, Any]
) -> None:
    training_request["TrainingJobName"] = "-"
    training_request["ResourceConfig"]["InstanceType"] = "ml.nope"
    text = refusal(sagemaker.create_training_job, **training_request)
    assert "2 validation errors detected" in text


def test_a_missing_bucket_is_found_before_a_job_exists(
    sagemaker: Any, refusal: Callable[..., str], training_request: dict[str, Any]
) -> None:
    source = training_request["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    source["S3Uri"] = "s3://no-such-bucket-at-all/x"
    assert "NoSuchBucket" in refusal(sagemaker.create_training_job, **training_request)


def test_an_empty_prefix_is_found_before_a_job_exists(
    sagemaker: Any, refusal: Callable[..., str], training_request: dict[str, Any]
) -> None:
    source = training_request["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    source["S3Uri"] = "s3://unit-sagemaker/nothing-here"
    text = refusal(sagemaker.create_training_job, **training_request)
    assert 'No S3 objects found under S3 URL "s3://unit-sagemaker/nothing-here"' in text


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"EnableManagedSpotTraining": True}, "needs a MaxWaitTimeInSeconds"),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 90}},
            "not supported for on-demand",
        ),
    ],
)
def test_spot_and_waiting_time_belong_together(
    sagemaker: Any,
    refusal: Callable[..., str],
    training_request: dict[str, Any],
    change: dict[str, Any],
    named: str,
) -> None:
    assert named in refusal(sagemaker.create_training_job, **{**training_request, **change})


def test_what_is_not_there_is_named_by_its_arn(sagemaker: Any, refusal: Callable[..., str]) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012"
    expected = {
        f'Could not find model "{arn}:model/x".': (sagemaker.describe_model, "ModelName"),
        f'Could not find endpoint "{arn}:endpoint/x".': (
            sagemaker.describe_endpoint,
            "EndpointName",
        ),
        f'Could not find endpoint configuration "{arn}:endpoint-config/x".': (
            sagemaker.describe_endpoint_config,
            "EndpointConfigName",
        ),
        "Requested resource not found.": (sagemaker.describe_training_job, "TrainingJobName"),
        "Could not find requested job with name: x": (
            sagemaker.describe_transform_job,
            "TransformJobName",
        ),
    }
    for message, (operation, member) in expected.items():
        assert refusal(operation, **{member: "x"}) == f"ValidationException: {message}"


def test_the_model_of_a_variant_must_exist(sagemaker: Any, refusal: Callable[..., str]) -> None:
    variant = {"VariantName": "v", "ModelName": "nope", "InstanceType": "ml.m5.large"}
    text = refusal(
        sagemaker.create_endpoint_config,
        EndpointConfigName="c",
        ProductionVariants=[variant | {"InitialInstanceCount": 1}],
    )
    assert "Could not find model" in text


@pytest.mark.parametrize("instance_type", ["ml.g5.xlarge", "ml.c5d.xlarge"])
def test_a_volume_on_local_disks_has_no_size(
    sagemaker: Any, refusal: Callable[..., str], instance_type: str
) -> None:
    host = {"VariantName": "v", "InitialInstanceCount": 1, "VolumeSizeInGB": 30}
    text = refusal(
        sagemaker.create_endpoint_config,
        EndpointConfigName="c",
        ExecutionRoleArn=ROLE,
        ProductionVariants=[host | {"InstanceType": instance_type}],
    )
    assert "local NVMe storage" in text


def test_a_managed_variant_with_a_model_is_refused(
    sagemaker: Any, refusal: Callable[..., str]
) -> None:
    managed = {"Status": "ENABLED", "MinInstanceCount": 1, "MaxInstanceCount": 2}
    text = refusal(
        sagemaker.create_endpoint_config,
        EndpointConfigName="c",
        ProductionVariants=[
            {"VariantName": "v", "ModelName": "m", "ManagedInstanceScaling": managed}
        ],
    )
    assert "does not support ProductionVariants.ManagedInstanceScaling of a variant with" in text


def test_an_artifact_that_is_not_there_is_found_at_create_model(
    sagemaker: Any, refusal: Callable[..., str]
) -> None:
    url = "s3://unit-sagemaker/nothing/model.tar.gz"
    text = refusal(
        sagemaker.create_model,
        ModelName="m",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": MODEL_IMAGE, "ModelDataUrl": url},
    )
    assert text.startswith(f"ValidationException: Could not access model data at {url}.")


@pytest.mark.parametrize(
    ("container", "named"),
    [
        ({}, "either an Image or a ModelPackageName"),
        ({"Image": MODEL_IMAGE, "ModelPackageName": "g"}, "either an Image or a ModelPackageName"),
    ],
)
def test_a_container_needs_exactly_one_source(
    sagemaker: Any, refusal: Callable[..., str], container: dict[str, Any], named: str
) -> None:
    container = {"Environment": {"A": "b"}, **container}
    text = refusal(
        sagemaker.create_model,
        ModelName="m",
        ExecutionRoleArn=ROLE,
        PrimaryContainer=container,
    )
    assert named in text


def test_a_transforms_payload_and_concurrency_are_bounded_together(
    sagemaker: Any, refusal: Callable[..., str], data_uri: str
) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data_uri}}
    text = refusal(
        sagemaker.create_transform_job,
        TransformJobName="t",
        ModelName="m",
        MaxPayloadInMB=26,
        MaxConcurrentTransforms=4,
        TransformInput={"DataSource": source},
        TransformOutput={"S3OutputPath": "s3://unit-sagemaker/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    assert "must be at most 100 MB, got 4 * 26" in text


@pytest.mark.parametrize("split", ["RecordIO", "TFRecord"])
def test_binary_record_formats_are_refused(
    sagemaker: Any, refusal: Callable[..., str], data_uri: str, split: str
) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data_uri}}
    text = refusal(
        sagemaker.create_transform_job,
        TransformJobName="t",
        ModelName="m",
        TransformInput={"DataSource": source, "SplitType": split},
        TransformOutput={"S3OutputPath": "s3://unit-sagemaker/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    assert f"SplitType = '{split}'; it supports 'None', 'Line'" in text
