"""Stop transform jobs and delete models.

The role may do so by the tag of an execution. What does not exist has no tag, so that SageMaker
denies the call instead of saying that there is nothing.
"""

from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.adapters.sagemaker_registry import is_absent


class SageMakerBatches:
    """A `Batches` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def stop_transform(self, name: str) -> bool:
        """Stop a transform job that runs; return whether there is one of this name."""
        try:
            job = self._client.describe_transform_job(TransformJobName=name)
        except ClientError as error:
            if _is_absent(error):
                return False
            raise
        if job["TransformJobStatus"] == "InProgress":
            self._client.stop_transform_job(TransformJobName=name)
        return True

    def delete_model(self, name: str) -> None:
        """Delete a model; an absent one is fine."""
        try:
            self._client.delete_model(ModelName=name)
        except ClientError as error:
            if not _is_absent(error):
                raise


def _is_absent(error: ClientError) -> bool:
    return is_absent(error) or error.response["Error"]["Code"] == "AccessDeniedException"
