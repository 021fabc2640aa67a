"""The record of a transform job and its DescribeTransformJob answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from embedded_aws.sagemaker.job_record import JobRecord

KIND = "transform-job"
DEFAULT_PAYLOAD_MB = 6


@dataclass
class TransformJob(JobRecord):
    """A transform job and where it stands."""

    @property
    def max_payload_mb(self) -> int:
        """MaxPayloadInMB, or its default."""
        return int(self.request.get("MaxPayloadInMB", DEFAULT_PAYLOAD_MB))

    @property
    def max_concurrent_transforms(self) -> int:
        """MaxConcurrentTransforms; 0, like absence, leaves it to SageMaker, which takes 1."""
        return int(self.request.get("MaxConcurrentTransforms") or 1)

    def describe(self) -> dict[str, Any]:
        """DescribeTransformJob's answer."""
        with self.lock:
            optional = {
                "FailureReason": self.failure_reason,
                "TransformStartTime": self.started,
                "TransformEndTime": self.ended,
            }
            return {
                **self.described(),
                "TransformJobArn": self.arn,
                "TransformJobStatus": self.status,
                "CreationTime": self.created,
                **{name: value for name, value in optional.items() if value is not None},
            }

    def summarize(self) -> dict[str, Any]:
        """One entry of ListTransformJobs."""
        optional = {"TransformEndTime": self.ended, "FailureReason": self.failure_reason}
        return {
            "TransformJobName": self.name,
            "TransformJobArn": self.arn,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "TransformJobStatus": self.status,
            **{name: value for name, value in optional.items() if value is not None},
        }
