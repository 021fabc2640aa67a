"""Model package groups and versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded_aws.server import EmbeddedAws

ROLE = "arn:aws:iam::123456789012:role/sagemaker-unit"


@pytest.fixture
def group(sagemaker: Any, request: pytest.FixtureRequest) -> str:
    name: str = request.node.originalname.replace("_", "-")[:60].rstrip("-")
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    return name


def _register(sagemaker: Any, group: str, request: dict[str, Any], **more: Any) -> str:
    answer = sagemaker.create_model_package(ModelPackageGroupName=group, **request, **more)
    arn: str = answer["ModelPackageArn"]
    return arn


def test_versions_count_up_and_are_never_reused(
    sagemaker: Any, group: str, package_request: dict[str, Any]
) -> None:
    first = _register(sagemaker, group, package_request)
    assert first.endswith(f":model-package/{group}/1")
    sagemaker.delete_model_package(ModelPackageName=first)
    assert _register(sagemaker, group, package_request).endswith("/2")


def test_a_version_takes_no_tags_of_its_own(
    sagemaker: Any, group: str, package_request: dict[str, Any], refusal: Callable[..., str]
) -> None:
    text = refusal(
        sagemaker.create_model_package,
        ModelPackageGroupName=group,
        Tags=[{"Key": "a", "Value": "b"}],
        **package_request,
    )
    assert "takes no Tags" in text


def test_the_same_client_token_registers_once(
    sagemaker: Any, group: str, package_request: dict[str, Any]
) -> None:
    arns = {_register(sagemaker, group, package_request, ClientToken="run-1") for _ in range(2)}
    assert len(arns) == 1
    assert _register(sagemaker, group, package_request) not in arns


def test_describe_repeats_the_request_and_waits_for_approval_by_default(
    sagemaker: Any, group: str, package_request: dict[str, Any]
) -> None:
    metrics = {
        "ModelQuality": {
            "Statistics": {"ContentType": "application/json", "S3Uri": "s3://b/metrics.json"}
        }
    }
    arn = _register(
        sagemaker,
        group,
        package_request,
        ModelMetrics=metrics,
        CustomerMetadataProperties={"run": "r1"},
    )
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["ModelPackageVersion"] == 1
    assert described["ModelMetrics"] == metrics
    assert described["CustomerMetadataProperties"] == {"run": "r1"}
    assert described["InferenceSpecification"] == package_request["InferenceSpecification"]


def test_an_update_changes_approval_and_metadata(
    sagemaker: Any, group: str, package_request: dict[str, Any]
) -> None:
    arn = _register(sagemaker, group, package_request, CustomerMetadataProperties={"a": "1"})
    sagemaker.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus="Approved",
        ApprovalDescription="good",
        CustomerMetadataProperties={"b": "2"},
        CustomerMetadataPropertiesToRemove=["a"],
    )
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["ApprovalDescription"] == "good"
    assert described["CustomerMetadataProperties"] == {"b": "2"}


def test_a_version_moves_from_stage_to_stage(
    sagemaker: Any, group: str, package_request: dict[str, Any], refusal: Callable[..., str]
) -> None:
    first = {"Stage": "Staging", "StageStatus": "InReview", "StageDescription": "compared"}
    arn = _register(sagemaker, group, package_request, ModelLifeCycle=first)
    assert sagemaker.describe_model_package(ModelPackageName=arn)["ModelLifeCycle"] == first

    then = {"Stage": "Production", "StageStatus": "Approved"}
    sagemaker.update_model_package(ModelPackageArn=arn, ModelLifeCycle=then)
    assert sagemaker.describe_model_package(ModelPackageName=arn)["ModelLifeCycle"] == then
    text = refusal(
        sagemaker.update_model_package,
        ModelPackageArn=arn,
        ModelLifeCycle={"Stage": "no blanks", "StageStatus": "Approved"},
    )
    assert "modelLifeCycle.stage" in text


def test_lists_filter_by_group_and_approval_in_the_asked_order(
    sagemaker: Any, group: str, package_request: dict[str, Any]
) -> None:
    for status in ("Approved", "Rejected", "Approved"):
        _register(sagemaker, group, package_request, ModelApprovalStatus=status)
    answer = sagemaker.list_model_packages(
        ModelPackageGroupName=group,
        ModelApprovalStatus="Approved",
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    versions = [item["ModelPackageVersion"] for item in answer["ModelPackageSummaryList"]]
    assert versions == [3, 1]


def test_lists_come_in_pages(sagemaker: Any, group: str, package_request: dict[str, Any]) -> None:
    for _ in range(12):
        _register(sagemaker, group, package_request)
    first = sagemaker.list_model_packages(ModelPackageGroupName=group)
    assert len(first["ModelPackageSummaryList"]) == 10
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=group)
    found = [
        item["ModelPackageVersion"] for page in pages for item in page["ModelPackageSummaryList"]
    ]
    assert found == list(range(1, 13))


def test_batch_describe_answers_what_it_finds_and_names_the_rest(
    sagemaker: Any, group: str, package_request: dict[str, Any]
) -> None:
    arn = _register(sagemaker, group, package_request)
    missing = arn.rpartition("/")[0] + "/99"
    answer = sagemaker.batch_describe_model_package(ModelPackageArnList=[arn, missing])
    assert list(answer["ModelPackageSummaries"]) == [arn]
    assert list(answer["BatchDescribeModelPackageErrorMap"]) == [missing]


def test_a_group_with_versions_is_not_deleted(
    sagemaker: Any, group: str, package_request: dict[str, Any], refusal: Callable[..., str]
) -> None:
    arn = _register(sagemaker, group, package_request)
    text = refusal(sagemaker.delete_model_package_group, ModelPackageGroupName=group)
    assert text.startswith("ConflictException")
    sagemaker.delete_model_package(ModelPackageName=arn)
    sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    text = refusal(sagemaker.describe_model_package_group, ModelPackageGroupName=group)
    assert "does not exist" in text


def test_a_group_exists_once(sagemaker: Any, group: str, refusal: Callable[..., str]) -> None:
    text = refusal(sagemaker.create_model_package_group, ModelPackageGroupName=group)
    assert text.startswith("ValidationException: Model Package Group already exists: arn:")


def test_a_model_needs_an_approved_version(
    sagemaker: Any, group: str, package_request: dict[str, Any], refusal: Callable[..., str]
) -> None:
    arn = _register(sagemaker, group, package_request)
    request = {
        "ModelName": "from-package",
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"ModelPackageName": arn},
    }
    assert "PendingManualApproval" in refusal(sagemaker.create_model, **request)
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    sagemaker.create_model(**request)
    described = sagemaker.describe_model(ModelName="from-package")
    assert described["PrimaryContainer"] == {"ModelPackageName": arn}
    assert refusal(sagemaker.create_model, **request).startswith(
        "ValidationException: Cannot create already existing model"
    )
    sagemaker.delete_model(ModelName="from-package")


def test_tags_belong_to_the_resource_of_the_arn(
    sagemaker: Any, group: str, refusal: Callable[..., str]
) -> None:
    arn = sagemaker.describe_model_package_group(ModelPackageGroupName=group)[
        "ModelPackageGroupArn"
    ]
    sagemaker.add_tags(
        ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    )
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["b"])
    for same in (arn, f"{arn.rpartition('/')[0]}/{group.upper()}"):
        assert sagemaker.list_tags(ResourceArn=same)["Tags"] == [{"Key": "a", "Value": "1"}]
    assert "Could not find resource" in refusal(sagemaker.list_tags, ResourceArn=f"{arn}-other")


def test_regions_do_not_see_each_other(aws: EmbeddedAws, group: str) -> None:
    other = aws.runtime.client("sagemaker", region="eu-west-1")
    assert other.list_model_package_groups()["ModelPackageGroupSummaryList"] == []


def test_lists_can_be_bounded_by_times(sagemaker: Any) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName="of-this-moment")
    moment = datetime.now(UTC)

    def listed(**bounds: datetime) -> bool:
        answer = sagemaker.list_model_package_groups(NameContains="of-this-moment", **bounds)
        return bool(answer["ModelPackageGroupSummaryList"])

    hour = timedelta(hours=1)
    assert listed(CreationTimeAfter=moment - hour, CreationTimeBefore=moment + hour)
    assert not listed(CreationTimeAfter=moment + hour)
    assert not listed(CreationTimeBefore=moment - hour)
