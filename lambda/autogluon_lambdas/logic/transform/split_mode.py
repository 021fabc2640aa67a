"""Choose how a transform job cuts its input: whole files or pieces."""

import math
from dataclasses import dataclass

from autogluon_contracts.documents.predictor_spec import BatchSpec
from autogluon_lambdas.logic.batch.data import BatchData, BatchFile
from autogluon_lambdas.models.errors import InvalidDataError

# SageMaker's limit for a payload, and for payload x concurrent transforms.
LARGEST_PAYLOAD_MB = 100
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class TransformMode:
    """`split_type` is SageMaker's SplitType: `None` (a request per file) or `Line`."""

    split_type: str
    batch_strategy: str
    max_payload_mb: int
    max_concurrent_transforms: int


def choose_mode(data: BatchData, batch: BatchSpec, *, may_cut: bool) -> TransformMode:
    """Return whole files when all fit into one payload, else pieces of whole lines.

    Files that must not be cut, all without `may_cut`, get a larger payload; raises InvalidDataError
    when the largest payload is too small for one.
    """
    largest = max(data.inspected, key=lambda file: file.entry.size)
    if largest.entry.size <= batch.max_payload_mb * _MEGABYTE:
        return _mode("None", batch.max_payload_mb, batch)
    uncuttable = [file for file in data.inspected if not (may_cut and file.splittable)]
    if not uncuttable:
        return _mode("Line", batch.max_payload_mb, batch)
    for file in data.inspected:
        if file.entry.size > LARGEST_PAYLOAD_MB * _MEGABYTE:
            raise InvalidDataError(
                _too_large(file, _why_whole(data, uncuttable[0], may_cut)),
                advice="Write several smaller files.",
            )
    return _mode("None", math.ceil(largest.entry.size / _MEGABYTE), batch)


def _mode(split_type: str, payload_mb: int, batch: BatchSpec) -> TransformMode:
    return TransformMode(
        split_type=split_type,
        batch_strategy="MultiRecord" if split_type == "Line" else "SingleRecord",
        max_payload_mb=payload_mb,
        max_concurrent_transforms=max(
            1, min(batch.max_concurrent_transforms, LARGEST_PAYLOAD_MB // payload_mb)
        ),
    )


def _why_whole(data: BatchData, uncuttable: BatchFile, may_cut: bool) -> str:
    if not may_cut:
        return "the model's answers depend on several rows, so no file is cut"
    if data.files.format == "parquet":
        return "Parquet files cannot be cut"
    if data.files.format == "jsonl":
        return f"{uncuttable.entry.location.uri} is a JSON array, which has no lines to cut at"
    return (
        f"{uncuttable.entry.location.uri} has quoted fields with line breaks, so the batch cannot "
        "be cut at line ends"
    )


def _too_large(file: BatchFile, reason: str) -> str:
    return (
        f"input.data: {file.entry.location.uri} has {file.entry.size / _MEGABYTE:.1f} MB; allowed: "
        f"at most {LARGEST_PAYLOAD_MB} MB, because {reason}."
    )
