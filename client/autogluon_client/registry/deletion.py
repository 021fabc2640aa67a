"""Delete model versions, and the objects that runs left in S3."""

from __future__ import annotations

from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_contracts.s3_location import S3Location


def delete_version(connection: Connection, package: dict[str, Any]) -> None:
    """Delete a version's model package; its files stay."""
    connection.client("sagemaker").delete_model_package(ModelPackageName=package["ModelPackageArn"])


def delete_folder(connection: Connection, folder: S3Location) -> int:
    """Delete the objects below a folder and return how many there were.

    The buckets are versioned: what was deleted can be restored until the lifecycle rule removes it.
    """
    s3 = connection.client("s3")
    count = 0
    # With the slash, so that `monday/` does not match `monday-2/`.
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=folder.bucket, Prefix=f"{folder.key.rstrip('/')}/"
    )
    for page in pages:
        keys = [{"Key": found["Key"]} for found in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=folder.bucket, Delete={"Objects": keys, "Quiet": True})
        count += len(keys)
    return count
