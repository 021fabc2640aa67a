"""Read the DataCaptureConfig of an endpoint configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.sagemaker.errors import invalid, unsupported


@dataclass(frozen=True)
class CaptureSettings:
    """How many requests are captured, which of their bodies, how, and where to.

    `csv_types` and `json_types` are captured as texts; all other content types as Base64.
    """

    percentage: int
    destination: str
    key_arn: str | None
    inputs: bool
    outputs: bool
    csv_types: frozenset[str]
    json_types: frozenset[str]

    def describe(self) -> dict[str, Any]:
        """Return the DataCaptureConfigSummary of DescribeEndpoint."""
        return {
            "EnableCapture": True,
            "CaptureStatus": "Started",
            "CurrentSamplingPercentage": self.percentage,
            "DestinationS3Uri": self.destination,
            "KmsKeyId": self.key_arn or "",
        }


def capture_settings(config: Mapping[str, Any]) -> CaptureSettings | None:
    """Return an endpoint configuration's settings; None where nothing is captured."""
    found = config.get("DataCaptureConfig")
    if found is None or not found.get("EnableCapture", True):
        return None
    modes = {option["CaptureMode"] for option in found["CaptureOptions"]}
    headers = found.get("CaptureContentTypeHeader") or {}
    return CaptureSettings(
        percentage=found["InitialSamplingPercentage"],
        destination=str(found["DestinationS3Uri"]).rstrip("/"),
        key_arn=found.get("KmsKeyId"),
        inputs=bool(modes & {"Input", "InputAndOutput"}),
        outputs=bool(modes & {"Output", "InputAndOutput"}),
        csv_types=frozenset(headers.get("CsvContentTypes") or ()),
        json_types=frozenset(headers.get("JsonContentTypes") or ()),
    )


def check_capture_settings(config: Mapping[str, Any]) -> None:
    """Raise the API's error for a DataCaptureConfig that cannot be honoured."""
    settings = capture_settings(config)
    if settings is None:
        return
    if config.get("AsyncInferenceConfig") is not None:
        raise unsupported("DataCaptureConfig with AsyncInferenceConfig")
    if config.get("ShadowProductionVariants"):
        raise unsupported("DataCaptureConfig with ShadowProductionVariants")
    # The API also takes https addresses of buckets; here only S3 URIs are understood.
    if not settings.destination.startswith("s3://"):
        raise invalid(
            f"DataCaptureConfig.DestinationS3Uri: got {settings.destination!r}; it must be s3://..."
        )
