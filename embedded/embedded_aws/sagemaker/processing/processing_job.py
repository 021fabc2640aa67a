"""The record of a processing job and its DescribeProcessingJob answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from embedded_aws.sagemaker.job_record import JobRecord

KIND = "processing-job"


@dataclass
class ProcessingJob(JobRecord):
    """A processing job and its status."""

    exit_message: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return DescribeProcessingJob's answer."""
        with self.lock:
            optional = {
                "FailureReason": self.failure_reason,
                "ExitMessage": self.exit_message,
                "ProcessingStartTime": self.started,
                "ProcessingEndTime": self.ended,
            }
            return {
                **self.described(),
                "ProcessingJobArn": self.arn,
                "ProcessingJobStatus": self.status,
                "CreationTime": self.created,
                "LastModifiedTime": self.modified,
                **{name: value for name, value in optional.items() if value is not None},
            }

    def summarize(self) -> dict[str, Any]:
        """Return the job's entry in ListProcessingJobs."""
        optional = {
            "ProcessingEndTime": self.ended,
            "FailureReason": self.failure_reason,
            "ExitMessage": self.exit_message,
        }
        return {
            "ProcessingJobName": self.name,
            "ProcessingJobArn": self.arn,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "ProcessingJobStatus": self.status,
            **{name: value for name, value in optional.items() if value is not None},
        }
