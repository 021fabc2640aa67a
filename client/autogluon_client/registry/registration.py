"""Send an artifact to an environment's registry: what imports and registrations share."""

from __future__ import annotations

import hashlib
from pathlib import Path

from botocore.exceptions import ClientError

from autogluon_client.environment.connection import Connection
from autogluon_contracts.names import model_package_group
from autogluon_contracts.s3_location import S3Location

LONGEST_DESCRIPTION = 1024
"""ModelPackageDescription takes no more (botocore's model of SageMaker)."""
_HASH_DIGITS = 16


def send(target: Connection, local: Path, to: S3Location) -> None:
    """Upload a file."""
    with local.open("rb") as file:
        target.client("s3").upload_fileobj(file, to.bucket, to.key)


def ensure_group(target: Connection, predictor: str) -> None:
    """Create the predictor's group, which its first training would create, unless it exists."""
    tags = {**target.spec(predictor)["tags"], "autogluon:predictor": predictor}
    try:
        target.client("sagemaker").create_model_package_group(
            ModelPackageGroupName=model_package_group(target.environment, predictor),
            ModelPackageGroupDescription=f"Versions of the AutoGluon predictor {predictor}",
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
    except ClientError as error:
        if "already exists" not in error.response["Error"]["Message"].lower():
            raise


def token(text: str) -> str:
    """Return what names a registration: the same text has the same one."""
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]
