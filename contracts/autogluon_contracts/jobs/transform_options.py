"""Define how a transform job sends files: its options, their limits, and what takes its place.

Settings, execution inputs and planners share these. Names are those of SageMaker's Python SDK,
values those of CreateTransformJob (its API reference, November 2026).
"""

from collections.abc import Mapping
from typing import Literal

SplitType = Literal["auto", "None", "Line"]
BatchStrategy = Literal["auto", "MultiRecord", "SingleRecord"]

MOST_IN_FLIGHT_MB = 100
"""SageMaker's limit of MaxPayloadInMB, and of MaxConcurrentTransforms x MaxPayloadInMB."""
LONGEST_REQUEST_SECONDS = 3600
"""SageMaker's limit of InvocationsTimeoutInSeconds."""
MOST_RETRIES = 3
"""SageMaker's limit of InvocationsMaxRetries."""

TRANSFORM_OPTIONS = (
    "max_payload_mb",
    "max_concurrent_transforms",
    "timeout_seconds",
    "max_retries",
    "split_type",
    "strategy",
    "transform_ami_version",
)
"""The keys of settings and inputs that only transform jobs have."""


def in_flight_problem(max_payload_mb: int, max_concurrent_transforms: int) -> str | None:
    """Return why SageMaker would refuse both together, or None.

    Example:
        >>> in_flight_problem(60, 2)
        'max_payload_mb 60 x max_concurrent_transforms 2 is 120 MB in flight; SageMaker allows 100'
    """
    in_flight_mb = max_payload_mb * max_concurrent_transforms
    if in_flight_mb <= MOST_IN_FLIGHT_MB:
        return None
    return (
        f"max_payload_mb {max_payload_mb} x max_concurrent_transforms "
        f"{max_concurrent_transforms} is {in_flight_mb} MB in flight; "
        f"SageMaker allows {MOST_IN_FLIGHT_MB}"
    )


def strategy_problem(split_type: SplitType, strategy: BatchStrategy) -> str | None:
    """Return why both together mean nothing, or None.

    SageMaker would take MultiRecord for whole files, and ignore it (API reference, BatchStrategy).

    Example:
        >>> strategy_problem("Line", "MultiRecord") is None
        True
    """
    if split_type == "None" and strategy == "MultiRecord":
        return (
            "strategy MultiRecord puts several lines into a request, and split_type None sends "
            "whole files; set split_type to Line, or leave strategy out"
        )
    return None


_IN_THE_INPUT = "in the run's input"

INSTEAD: Mapping[str, str] = {
    "content_type": "the format of the files follows from their names and content; leave it out",
    "accept": f"use output_format {_IN_THE_INPUT}: csv, jsonl or parquet",
    "assemble_with": "each file has one result, with its rows in order; use output_format "
    f"{_IN_THE_INPUT} for its format",
    "compression_type": "compressed files are not supported, except Parquet's own compression; "
    "store the files uncompressed",
    "input_filter": "the model takes its features by name; name a column that identifies rows by "
    f"id_column {_IN_THE_INPUT}",
    "output_filter": f"use output (labels, probabilities or both) and include_columns "
    f"{_IN_THE_INPUT}",
    "join_source": f"use id_column or include_columns {_IN_THE_INPUT}, which write columns of the "
    "data beside the answers",
    "output_kms_key": "results have the environment's key; choose it by encryption in the "
    "environment's settings",
    "volume_kms_key": "volumes have the environment's key; choose it by encryption in the "
    "environment's settings",
    "data_capture": "a batch keeps its results, and manifest.json names the file that each is "
    "of; capture of requests is endpoint.capture in the settings",
    "batch_data_capture_config": "a batch keeps its results, and manifest.json names the file "
    "that each is of; capture of requests is endpoint.capture in the settings",
    "model_name": f"use model {_IN_THE_INPUT}: live, latest or a version of the registry; another "
    "model of SageMaker is transformed by the client's AnyModel",
    "env": "the variables of the container are made from the settings; use serving for the "
    "server's numbers",
    "max_payload": "use max_payload_mb",
    "max_payload_in_mb": "use max_payload_mb",
    "batch_strategy": "use strategy",
    "model_client_config": "use timeout_seconds and max_retries",
    "invocations_timeout_in_seconds": "use timeout_seconds",
    "invocations_max_retries": "use max_retries",
}
"""Options of SageMaker's transform jobs that batches have not, each with what to use."""
