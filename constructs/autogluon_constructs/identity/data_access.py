"""Permit reading the environment's buckets, and the S3 locations that settings add."""

from collections.abc import Sequence

from constructs import IConstruct

from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    READ_OBJECTS,
    WRITE_OBJECTS,
    Permission,
    arn,
)


def read_locations(scope: IConstruct, locations: Sequence[str]) -> list[Permission]:
    """Return the permission to read below each `s3://<bucket>/<prefix>`; none for no locations."""
    if not locations:
        return []
    parts = [location.removeprefix("s3://").partition("/") for location in locations]
    buckets = list(dict.fromkeys(bucket for bucket, _, _ in parts))
    return [
        Permission(
            actions=READ_OBJECTS,
            resources=[
                arn(scope, "s3", f"{bucket}/{prefix}*", region=False) for bucket, _, prefix in parts
            ],
            bound="Read-only, below the locations that the settings name in data_access",
        ),
        Permission(
            actions=LIST_BUCKET,
            resources=[arn(scope, "s3", bucket, region=False) for bucket in buckets],
        ),
    ]


def write_locations(scope: IConstruct, locations: Sequence[str]) -> list[Permission]:
    """Return the permission to write below each `s3://<bucket>/<prefix>`; none for no locations."""
    if not locations:
        return []
    parts = [location.removeprefix("s3://") for location in locations]
    return [
        Permission(
            actions=WRITE_OBJECTS,
            resources=[
                arn(scope, "s3", f"{part if '/' in part else f'{part}/'}*", region=False)
                for part in parts
            ],
            bound="Only results, below the locations that the settings name in batch.output_path "
            "and batch.output_locations",
        )
    ]


def read_buckets(*bucket_arns: str, objects: Sequence[str] | None = None) -> list[Permission]:
    """Return the permission to list buckets of the environment, and to read their objects.

    Args:
        bucket_arns: of the buckets.
        objects: ARNs of those objects that may be read; without it, all.
    """
    return [
        Permission(
            actions=READ_OBJECTS,
            resources=[f"{bucket}/*" for bucket in bucket_arns] if objects is None else objects,
            bound="Read-only, in the environment's own buckets",
        ),
        Permission(actions=LIST_BUCKET, resources=bucket_arns),
    ]
