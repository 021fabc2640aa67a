"""Read the AsyncInferenceConfig of an endpoint configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.sagemaker.errors import invalid, unsupported

# "If no value is provided, SageMaker chooses an optimal value" (AsyncInferenceClientConfig), which
# AWS does not publish.
_DEFAULT_CONCURRENCY = 4


@dataclass(frozen=True)
class AsyncSettings:
    """Where answers and failures go, whom to notify, and how much an instance takes at once.

    `described` is the AsyncInferenceConfig itself.
    """

    described: Mapping[str, Any]
    output_path: str
    failure_path: str | None
    key_arn: str | None
    success_topic: str | None
    error_topic: str | None
    concurrency: int


def async_settings(config: Mapping[str, Any]) -> AsyncSettings | None:
    """Return an endpoint configuration's settings; None where its endpoints answer at once."""
    found = config.get("AsyncInferenceConfig")
    if found is None:
        return None
    output = found["OutputConfig"]
    topics = output.get("NotificationConfig") or {}
    client = found.get("ClientConfig") or {}
    failures = output.get("S3FailurePath")
    return AsyncSettings(
        described=found,
        output_path=str(output.get("S3OutputPath", "")).rstrip("/"),
        failure_path=str(failures).rstrip("/") if failures else None,
        key_arn=output.get("KmsKeyId"),
        success_topic=topics.get("SuccessTopic"),
        error_topic=topics.get("ErrorTopic"),
        concurrency=client.get("MaxConcurrentInvocationsPerInstance", _DEFAULT_CONCURRENCY),
    )


def check_async_settings(config: Mapping[str, Any]) -> None:
    """Raise the API's error for an AsyncInferenceConfig whose answers have no place."""
    settings = async_settings(config)
    if settings is None:
        return
    if len(config["ProductionVariants"]) > 1:
        raise unsupported("several ProductionVariants with AsyncInferenceConfig")
    if config.get("ShadowProductionVariants"):
        # SageMaker guide, "Shadow tests", Exclusions.
        raise invalid("AsyncInferenceConfig is not supported with ShadowProductionVariants.")
    for member, path in (
        ("S3OutputPath", settings.output_path),
        ("S3FailurePath", settings.failure_path),
    ):
        # The API also takes https addresses of buckets; here only S3 URIs are understood.
        if path is not None and not path.startswith("s3://"):
            raise invalid(
                f"AsyncInferenceConfig.OutputConfig.{member}: got {path!r}; it must be s3://..."
            )
