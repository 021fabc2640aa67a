"""List a predictor's model versions, and read what training wrote beside a version's artifact."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.data.storage import read_bytes
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import NotFoundError
from autogluon_contracts.documents.feature_schema import FILE_NAME, FeatureSchemaHeader
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.models.model_stage import stage_of
from autogluon_contracts.names import NO_MODEL, model_package_group, report_file
from autogluon_contracts.s3_location import S3Location

_AT_ONCE = 16
_MOST_NAMED = 10


def list_versions(connection: Connection, predictor: str) -> list[dict[str, Any]]:
    """Return DescribeModelPackage's answers, the latest version first."""
    sagemaker = connection.client("sagemaker")
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=model_package_group(connection.environment, predictor),
        SortBy="CreationTime",
    )
    try:
        arns = [
            entry["ModelPackageArn"] for page in pages for entry in page["ModelPackageSummaryList"]
        ]
    except ClientError as error:
        # The first registration creates the group.
        if "does not exist" in str(error):
            return []
        raise
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(
            pool.map(lambda arn: sagemaker.describe_model_package(ModelPackageName=arn), arns)
        )
    return sorted(found, key=lambda package: -int(package["ModelPackageVersion"]))


def find_version(connection: Connection, predictor: str, model: str) -> dict[str, Any]:
    """Return DescribeModelPackage's answer for a version.

    Args:
        model: a version number, a model package ARN, `latest`, or `live`.

    Raises:
        NotFoundError: the predictor has no such version, or none is live.
    """
    wanted = connection.live_model(predictor) if model == "live" else model
    found = list_versions(connection, predictor)
    for package in found:
        names = ("latest", str(package["ModelPackageVersion"]), package["ModelPackageArn"])
        if wanted in names:
            return package
    numbers = ", ".join(str(package["ModelPackageVersion"]) for package in found[:_MOST_NAMED])
    raise NotFoundError(
        f"Predictor {predictor!r} is off: it has no live model."
        if wanted == NO_MODEL
        else f"Predictor {predictor!r} has no model version {model!r}"
        + (f"; versions: {numbers}." if numbers else ": none was trained yet."),
        advice="Pass model= one of the versions." if numbers else "Call fit().",
    )


def describe_version(package: dict[str, Any], live: str) -> dict[str, Any]:
    """Return what people ask of a version, from DescribeModelPackage's answer.

    Args:
        live: ARN of the predictor's live version, or `none`.
    """
    known = VersionMetadata.from_properties(package.get("CustomerMetadataProperties"))
    value, execution = known.eval_metric_value, known.execution
    return {
        "version": package["ModelPackageVersion"],
        "arn": package["ModelPackageArn"],
        "status": package["ModelApprovalStatus"],
        "stage": stage_of(package),
        "live": package["ModelPackageArn"] == live,
        "live_since": known.live_since,
        "promotion_failed": known.promotion_failed,
        "created": package["CreationTime"],
        "best_model": known.best_model,
        "eval_metric": known.eval_metric,
        "eval_metric_value": None if value is None else float(value),
        "evaluated_on": known.evaluated_on,
        "reason": known.reason,
        "usd": None if known.usd is None else float(known.usd),
        "parent": known.parent,
        "parent_run": known.parent_run,
        "parent_sha256": known.parent_sha256,
        "method": known.method,
        "imported_from": known.imported_from,
        "registered_from": known.registered_from,
        "run": None if execution is None else execution.rpartition(":")[2],
        "job_name": known.run,
        "execution_arn": execution,
    }


def artifact_of(package: dict[str, Any]) -> str:
    """Return the s3:// address of a version's `model.tar.gz`."""
    uri: str = package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    return uri


def artifact_sha256_of(package: dict[str, Any]) -> str | None:
    """Return the hash that a version's artifact must have; None: not recorded."""
    environment = package["InferenceSpecification"]["Containers"][0].get("Environment", {})
    recorded: str | None = environment.get(ARTIFACT_VARIABLE)
    return recorded


def run_folder_of(package: dict[str, Any]) -> S3Location:
    """Return the folder of the run that trained a version.

    SageMaker writes `<run folder>/output/model.tar.gz`.
    """
    return S3Location.parse(artifact_of(package)).parent().parent()


def feature_schema_of(connection: Connection, package: dict[str, Any]) -> FeatureSchemaHeader:
    """Read what a version takes and answers.

    Raises:
        NotFoundError: the version was not trained by this project, or its files were deleted.
    """
    uri = report_file(run_folder_of(package), FILE_NAME).uri
    try:
        return FeatureSchemaHeader.from_text(read_bytes(connection.client("s3"), uri))
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "AccessDenied"):
            raise
        raise NotFoundError(
            f"{package['ModelPackageArn']} has no feature schema at {uri}.",
            advice="Choose a version that the Train state machine registered.",
        ) from error
