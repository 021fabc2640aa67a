"""Read and prepare SageMaker's model registry."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.models.model_stage import stage_of
from autogluon_lambdas.models.algorithm import AlgorithmResource
from autogluon_lambdas.models.model_package import ModelPackage, ModelVersion


class SageMakerRegistry:
    """A `ModelRegistry` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def ensure_group(self, name: str, description: str, tags: Mapping[str, str]) -> None:
        """Create the group unless it exists."""
        try:
            self._client.create_model_package_group(
                ModelPackageGroupName=name,
                ModelPackageGroupDescription=description,
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            )
        except ClientError as error:
            if "already exists" not in error.response["Error"]["Message"].lower():
                raise

    def versions(self, group: str) -> list[ModelVersion]:
        """Return all versions of the group, highest first; none when it does not exist."""
        pages = self._client.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=group, ModelPackageType="Versioned"
        )
        try:
            found = [
                ModelVersion(
                    arn=entry["ModelPackageArn"],
                    version=entry["ModelPackageVersion"],
                    status=entry["ModelApprovalStatus"],
                )
                for page in pages
                for entry in page["ModelPackageSummaryList"]
            ]
        except ClientError as error:
            if is_absent(error):
                return []
            raise
        return sorted(found, key=lambda version: version.version, reverse=True)

    def describe(self, arn: str) -> ModelPackage | None:
        """Return one version in full, or None when it does not exist."""
        try:
            answer = self._client.describe_model_package(ModelPackageName=arn)
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        container = answer["InferenceSpecification"]["Containers"][0]
        return ModelPackage(
            arn=answer["ModelPackageArn"],
            version=answer["ModelPackageVersion"],
            status=answer["ModelApprovalStatus"],
            registration=answer["ModelPackageStatus"],
            image=container["Image"],
            # Absent from versions that others registered with a ModelDataSource.
            model_data_url=container.get("ModelDataUrl") or _of_algorithm(answer),
            environment=container.get("Environment", {}),
            metadata=VersionMetadata.from_properties(answer.get("CustomerMetadataProperties")),
            stage=stage_of(answer),
        )

    def algorithm(self, arn: str) -> AlgorithmResource | None:
        """Return what an algorithm resource says of itself, or None when it does not exist."""
        try:
            answer = self._client.describe_algorithm(AlgorithmName=arn)
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        return AlgorithmResource.from_description(answer)


def _of_algorithm(answer: Mapping[str, Any]) -> str:
    """Return the artifact of a version that was made from an algorithm resource."""
    sources = answer.get("SourceAlgorithmSpecification", {}).get("SourceAlgorithms", ())
    return next((str(each["ModelDataUrl"]) for each in sources if "ModelDataUrl" in each), "")


def is_absent(error: ClientError) -> bool:
    """Return whether SageMaker says that the resource does not exist.

    It does so by ResourceNotFound or by a ValidationException, depending on the operation.
    """
    answer = error.response["Error"]
    message = answer["Message"].lower()
    phrases = ("does not exist", "could not find", "not found", "cannot find")
    return answer["Code"] in ("ResourceNotFound", "ResourceNotFoundException") or (
        answer["Code"] == "ValidationException" and any(phrase in message for phrase in phrases)
    )
