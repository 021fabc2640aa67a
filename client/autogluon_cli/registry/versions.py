"""List a predictor's model versions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.names import model_package_group
from autogluon_contracts.version_before import PromotedVersion

_AT_ONCE = 16


def list_versions(invocation: Invocation, predictor: str) -> list[dict[str, Any]]:
    """Return DescribeModelPackage's answers, the latest version first."""
    sagemaker = invocation.client("sagemaker")
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=model_package_group(invocation.environment, predictor),
        SortBy="CreationTime",
    )
    try:
        arns = [
            entry["ModelPackageArn"] for page in pages for entry in page["ModelPackageSummaryList"]
        ]
    except sagemaker.exceptions.ClientError as error:
        # The first registration creates the group.
        if "does not exist" in str(error):
            return []
        raise
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(
            pool.map(lambda arn: sagemaker.describe_model_package(ModelPackageName=arn), arns)
        )
    return sorted(found, key=lambda package: -int(package["ModelPackageVersion"]))


def promoted_versions(packages: list[dict[str, Any]]) -> list[PromotedVersion]:
    """Return what DescribeModelPackage's answers tell of promotions."""
    return [_promoted(package) for package in packages]


def _promoted(package: dict[str, Any]) -> PromotedVersion:
    known = VersionMetadata.from_properties(package.get("CustomerMetadataProperties"))
    return PromotedVersion(
        number=int(package["ModelPackageVersion"]),
        is_approved=package["ModelApprovalStatus"] == "Approved",
        live_since=known.live_since,
        promotion_failed=known.promotion_failed,
    )


def find_version(invocation: Invocation, predictor: str, version: str) -> dict[str, Any]:
    """Return DescribeModelPackage's answer for a version's number, or for `latest`.

    Raises:
        CommandError: the version does not exist.
    """
    found = list_versions(invocation, predictor)
    for package in found:
        if version in ("latest", str(package["ModelPackageVersion"])):
            return package
    numbers = ", ".join(str(package["ModelPackageVersion"]) for package in found[:10])
    raise CommandError(
        f"Predictor {predictor!r} has no model version {version!r}"
        + (f"; versions: {numbers}." if numbers else ": none was trained yet."),
        next_command=f"agcdk models {predictor}" if found else f"agcdk train {predictor} FILE",
        exit_code=ExitCode.NOT_FOUND,
    )
