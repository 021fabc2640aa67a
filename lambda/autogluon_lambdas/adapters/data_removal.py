"""Delete data for good: every version of every object, every model version."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.adapters.sagemaker_registry import SageMakerRegistry, is_absent


class BucketEmptier:
    """Empties S3 buckets; a bucket that does not exist counts as empty."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def stop_logging(self, bucket: str) -> None:
        """Turn server access logging off, and refuse logs of other buckets still under way.

        S3 delivers them hours late; one that lands in the emptied bucket would keep it from being
        deleted.
        """
        with _gone_is_fine():
            self._client.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
            policy = json.loads(self._client.get_bucket_policy(Bucket=bucket)["Policy"])
            policy["Statement"].append(
                {
                    "Sid": "RefuseLateAccessLogs",
                    "Effect": "Deny",
                    "Principal": {"Service": "logging.s3.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": f"arn:{self._client.meta.partition}:s3:::{bucket}/*",
                }
            )
            self._client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))

    def empty(self, bucket: str, keep_going: Callable[[], None]) -> None:
        """Delete all object versions and delete markers, page by page.

        `keep_going` is called before each page and may raise; RuntimeError names a failure.
        """
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=bucket)
        with _gone_is_fine():
            for page in pages:
                keep_going()
                self._delete(bucket, [*page.get("Versions", []), *page.get("DeleteMarkers", [])])

    def _delete(self, bucket: str, versions: list[dict[str, Any]]) -> None:
        if not versions:
            return
        names = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in versions]
        answer = self._client.delete_objects(
            Bucket=bucket, Delete={"Objects": names, "Quiet": True}
        )
        for failure in answer.get("Errors", []):
            raise RuntimeError(
                f"s3://{bucket}/{failure['Key']} cannot be deleted: {failure.get('Message')}"
            )


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchBucket", "NoSuchBucketPolicy"):
            raise


class ModelGroupRemover:
    """Deletes model package groups with their versions; an absent group is fine."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._registry = SageMakerRegistry(client)

    def named(self, prefix: str) -> list[str]:
        """Return the groups whose names begin so."""
        pages = self._client.get_paginator("list_model_package_groups").paginate(
            NameContains=prefix
        )
        found = (
            entry["ModelPackageGroupName"]
            for page in pages
            for entry in page["ModelPackageGroupSummaryList"]
        )
        return [name for name in found if name.startswith(prefix)]

    def remove(self, group: str) -> None:
        """Delete the versions, then the group."""
        for version in self._registry.versions(group):
            self._client.delete_model_package(ModelPackageName=version.arn)
        try:
            self._client.delete_model_package_group(ModelPackageGroupName=group)
        except ClientError as error:
            if not is_absent(error):
                raise
