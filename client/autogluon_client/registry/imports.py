"""Bring a model version from another environment's registry: artifact, hash, metrics, approval.

The two may be in different accounts. The person who imports reads there and writes here, so
that neither account lets the other into its buckets.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autogluon_client.data.artifacts import download_verified
from autogluon_client.data.storage import split_uri
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError, NotSupportedError
from autogluon_client.registry.registration import (
    LONGEST_DESCRIPTION,
    ensure_group,
    send,
    token,
)
from autogluon_client.registry.versions import (
    artifact_of,
    artifact_sha256_of,
    find_version,
    list_versions,
    run_folder_of,
)
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.names import IMPORTED_RUN, NO_MODEL, model_package_group, run_folder
from autogluon_contracts.s3_location import S3Location

APPROVED, REJECTED = "Approved", "Rejected"


@dataclass(frozen=True)
class ImportedVersion:
    """What an import registered; `was_here` is true where an earlier one had done so.

    `status` is the version's ModelApprovalStatus.
    """

    version: int
    arn: str
    status: str
    imported_from: str
    artifact: str
    sha256: str
    was_here: bool


def import_version(
    source: Connection,
    target: Connection,
    predictor: str,
    model: str | None = None,
    *,
    require_approval: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> ImportedVersion:
    """Register a version of `source` in `target`; nothing is retrained.

    The artifact is verified by the hash that its training recorded before it is sent, and the new
    version has the same hash, which containers of AutoGluon's predictors verify before they load
    a model. A version that was imported before is found again and not sent twice.

    Args:
        source: the environment that has the version.
        target: the environment that gets it; it declares a predictor of the same name.
        model: a version's number, `latest` or `live`; None: the live one, or the latest if none is.
        require_approval: refuse a version that is not approved yet.
        say: takes a sentence per step.

    Raises:
        NotFoundError: one of the environments, or the version, does not exist.
        NotSupportedError: the version cannot be served there: another predictor type or image.
        InvalidArgumentError: the version is rejected, is not approved, or has no recorded hash; or
            an earlier import of it is not approved here, where approval is required.
        ArtifactChangedError: the artifact is not the one that was trained; nothing was sent.

    Example:
        >>> import_version(Connection("dev", dev_session), Connection("prod"), "income")
        ImportedVersion(version=4, arn='arn:aws:sagemaker:...', status='Approved', ...)
    """
    spec = target.spec(predictor)
    _require_same_type(source, target, predictor)
    if model is None:
        model = "latest" if source.live_model(predictor) == NO_MODEL else "live"
    package = find_version(source, predictor, model)
    sha256 = _require_importable(package, spec, target, require_approval=require_approval)
    there = package["ModelPackageArn"]
    found = _imported_before(target, predictor, there, sha256)
    if found is not None:
        if require_approval:
            _require_approved(found, target)
        return found
    folder = run_folder(
        target.deployment.artifact_bucket, predictor, f"{IMPORTED_RUN}{token(there)}"
    )
    artifact = folder.child("output/model.tar.gz")
    with tempfile.TemporaryDirectory() as temporary:
        say(f"Downloading {artifact_of(package)}")
        local = download_verified(
            source.client("s3"), artifact_of(package), Path(temporary), sha256=sha256
        )
        say(f"Verified: SHA-256 {sha256}")
        say(f"Sending it to {artifact.uri}")
        send(target, local, artifact)
    _copy_report(source, run_folder_of(package), target, folder)
    ensure_group(target, predictor)
    answer = target.client("sagemaker").create_model_package(
        **_registration(package, source, target, predictor, folder, artifact)
    )
    return _described(target, answer["ModelPackageArn"], there, sha256, was_here=False)


def _require_same_type(source: Connection, target: Connection, predictor: str) -> None:
    kinds = [connection.spec(predictor)["type"] for connection in (source, target)]
    if kinds[0] != kinds[1]:
        raise NotSupportedError(
            f"{predictor!r} is a {kinds[0]} predictor in {source.environment!r} and a {kinds[1]} "
            f"predictor in {target.environment!r}.",
            argument="predictor",
            advice="Declare it with the same type in both.",
        )


def _require_importable(
    package: dict[str, Any], spec: dict[str, Any], target: Connection, *, require_approval: bool
) -> str:
    """Return the recorded hash of a version that can be served with these settings."""
    arn, status = package["ModelPackageArn"], package["ModelApprovalStatus"]
    if status == REJECTED:
        raise InvalidArgumentError(
            f"{arn} is rejected.",
            argument="model",
            advice="Import another version, or approve it where it was trained.",
        )
    if require_approval and status != APPROVED:
        raise InvalidArgumentError(
            f"{arn} is not approved (it is {status}), so it cannot go into service.",
            argument="model",
            advice="Approve it where it was trained, and import it then.",
        )
    if package.get("SourceAlgorithmSpecification"):
        raise NotSupportedError(
            f"{arn} is a version of an algorithm resource, which alone reads its artifact.",
            argument="model",
            advice=f"Train it by the algorithm in {target.environment!r}.",
        )
    sha256 = artifact_sha256_of(package)
    if sha256 is None:
        raise InvalidArgumentError(
            f"{arn} has no recorded hash, so its artifact cannot be verified.",
            argument="model",
            advice="Train it again; versions record the hash of their artifact.",
        )
    image = package["InferenceSpecification"]["Containers"][0]["Image"]
    if _repository_and_tag(image) != _repository_and_tag(spec["inference_image_uri"]):
        raise NotSupportedError(
            f"{arn} is served by the image {_repository_and_tag(image)}; {spec['name']!r} in "
            f"{target.environment!r} by {_repository_and_tag(spec['inference_image_uri'])}.",
            argument="model",
            advice="Declare the same framework_version and processor in both, and deploy.",
        )
    return sha256


def _repository_and_tag(image: str) -> str:
    """Return what is the same in every region's registry."""
    return image.partition("/")[2]


def _imported_before(
    target: Connection, predictor: str, there: str, sha256: str
) -> ImportedVersion | None:
    for package in list_versions(target, predictor):
        known = VersionMetadata.from_properties(package.get("CustomerMetadataProperties"))
        if known.imported_from == there and artifact_sha256_of(package) == sha256:
            return _described(target, package["ModelPackageArn"], there, sha256, was_here=True)
    return None


def _require_approved(found: ImportedVersion, target: Connection) -> None:
    """Refuse a version that was imported before its approval: its status here is its own."""
    if found.status != APPROVED:
        raise InvalidArgumentError(
            f"{found.imported_from} is here already as version {found.version}, which is not "
            f"approved in {target.environment!r} (it is {found.status}).",
            argument="model",
            advice=f"Approve version {found.version} here: `agcdk approve`.",
        )


def _described(
    target: Connection, arn: str, there: str, sha256: str, *, was_here: bool
) -> ImportedVersion:
    package = target.client("sagemaker").describe_model_package(ModelPackageName=arn)
    return ImportedVersion(
        version=int(package["ModelPackageVersion"]),
        arn=arn,
        status=package["ModelApprovalStatus"],
        imported_from=there,
        artifact=artifact_of(package),
        sha256=sha256,
        was_here=was_here,
    )


def _copy_report(
    source: Connection, run: S3Location, target: Connection, folder: S3Location
) -> None:
    """Copy what training wrote beside the artifact: metrics, schema, leaderboard, the page."""
    reading, writing = source.client("s3"), target.client("s3")
    pages = reading.get_paginator("list_objects_v2").paginate(
        Bucket=run.bucket, Prefix=f"{run.key.rstrip('/')}/report/"
    )
    for page in pages:
        for found in page.get("Contents", []):
            answer = reading.get_object(Bucket=run.bucket, Key=found["Key"])
            to = folder.child(found["Key"].removeprefix(run.key).lstrip("/"))
            writing.put_object(
                Bucket=to.bucket,
                Key=to.key,
                Body=answer["Body"].read(),
                ContentType=answer["ContentType"],
            )


def _registration(
    package: dict[str, Any],
    source: Connection,
    target: Connection,
    predictor: str,
    folder: S3Location,
    artifact: S3Location,
) -> dict[str, Any]:
    """Return CreateModelPackage's request; its token makes a second one a no-op."""
    there = package["ModelPackageArn"]
    group = model_package_group(target.environment, predictor)
    inference = package["InferenceSpecification"]
    known = VersionMetadata.from_properties(package.get("CustomerMetadataProperties"))
    here = replace(
        known,
        run_folder=folder.uri,
        report_uri=_moved(known.report_uri, run_folder_of(package), folder),
        execution=None,
        live_since=None,
        promotion_failed=None,
        imported_from=there,
    )
    said = package.get("ApprovalDescription")
    approval = f"{package['ModelApprovalStatus']} in {source.environment}, imported from {there}"
    metrics = _moved(_metrics_uri(package), run_folder_of(package), folder)
    return {
        "ModelPackageGroupName": group,
        # A version has no description of its approval when it is created.
        "ModelPackageDescription": (approval + (f": {said}" if said else ""))[:LONGEST_DESCRIPTION],
        # Tokens are the account's: another environment of it may have imported the version, too.
        "ClientToken": token(f"{group} {there}"),
        "ModelApprovalStatus": package["ModelApprovalStatus"],
        "InferenceSpecification": {
            "Containers": [
                {
                    "Image": target.spec(predictor)["inference_image_uri"],
                    "ModelDataUrl": artifact.uri,
                    "Environment": inference["Containers"][0].get("Environment", {}),
                }
            ],
            "SupportedContentTypes": inference["SupportedContentTypes"],
            "SupportedResponseMIMETypes": inference["SupportedResponseMIMETypes"],
        },
        **(
            {}
            if metrics is None
            else {
                "ModelMetrics": {
                    "ModelQuality": {
                        "Statistics": {"ContentType": "application/json", "S3Uri": metrics}
                    }
                }
            }
        ),
        "CustomerMetadataProperties": here.to_properties(),
    }


def _metrics_uri(package: dict[str, Any]) -> str | None:
    quality = package.get("ModelMetrics", {}).get("ModelQuality", {})
    uri: str | None = quality.get("Statistics", {}).get("S3Uri")
    return uri


def _moved(uri: str | None, run: S3Location, folder: S3Location) -> str | None:
    """Return where a file of the run's folder was copied to; None if it is not below it."""
    below = f"{run.uri.rstrip('/')}/"
    if uri is None or not uri.startswith(below):
        return None
    return folder.child(split_uri(uri)[1].removeprefix(run.key).lstrip("/")).uri
