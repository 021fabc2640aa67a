"""The record of a transform job and its DescribeTransformJob answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from embedded_aws.sagemaker.job_record import JobRecord

KIND = "transform-job"
DEFAULT_PAYLOAD_MB = 6


@dataclass
class TransformJob(JobRecord):
    """A transform job and its status."""

    @property
    def max_payload_mb(self) -> int:
        """Return MaxPayloadInMB, or its default."""
        return int(self.request.get("MaxPayloadInMB", DEFAULT_PAYLOAD_MB))

    @property
    def max_concurrent_transforms(self) -> int:
        """Return MaxConcurrentTransforms; 0 or absent means SageMaker's choice, 1."""
        return int(self.request.get("MaxConcurrentTransforms") or 1)

    def describe(self) -> dict[str, Any]:
        """Return DescribeTransformJob's answer."""
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
        """Return the job's entry in ListTransformJobs."""
        optional = {"TransformEndTime": self.ended, "FailureReason": self.failure_reason}
        return {
            "TransformJobName": self.name,
            "TransformJobArn": self.arn,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "TransformJobStatus": self.status,
            **{name: value for name, value in optional.items() if value is not None},
        }
