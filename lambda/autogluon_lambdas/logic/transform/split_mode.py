"""Choose how a transform job cuts its input: whole files or pieces."""

import math
from dataclasses import dataclass

from autogluon_contracts.jobs.transform_options import MOST_IN_FLIGHT_MB
from autogluon_lambdas.logic.batch.data import BatchData, BatchFile
from autogluon_lambdas.logic.batch.transform_options import TransformOptions
from autogluon_lambdas.models.errors import InvalidDataError

# SageMaker's limit for a payload, and for payload x concurrent transforms.
LARGEST_PAYLOAD_MB = MOST_IN_FLIGHT_MB
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class TransformMode:
    """`split_type` is SageMaker's SplitType: `None` (a request per file) or `Line`."""

    split_type: str
    batch_strategy: str
    max_payload_mb: int
    max_concurrent_transforms: int


def choose_mode(data: BatchData, options: TransformOptions, *, may_cut: bool) -> TransformMode:
    """Return pieces of whole lines where they are asked for, or a file is larger than a request.

    Files that must not be cut, all without `may_cut`, get a larger payload. Raises InvalidDataError
    when they are to be cut, or the largest payload is too small for one.
    """
    uncuttable = [file for file in data.inspected if not (may_cut and file.splittable)]
    if _cuts(options):
        if uncuttable:
            raise InvalidDataError(
                f"{_asks_to_cut(options)} cuts files at line ends, but "
                f"{_why_whole(data, uncuttable[0], may_cut)}.",
                advice=_how_to_send_whole(options),
            )
        return _lines(options)
    largest = max(data.inspected, key=lambda file: file.entry.size)
    if largest.entry.size <= options.max_payload_mb * _MEGABYTE:
        return _whole(options.max_payload_mb, options)
    if not uncuttable and options.split_type == "auto":
        return _lines(options)
    reason = (
        _why_whole(data, uncuttable[0], may_cut)
        if options.split_type == "auto"
        else f'{options.key("split_type")} is "None", which sends whole files'
    )
    for file in data.inspected:
        if file.entry.size > LARGEST_PAYLOAD_MB * _MEGABYTE:
            raise InvalidDataError(_too_large(file, reason), advice="Write several smaller files.")
    return _whole(larger_payload(largest.entry.location.uri, largest.entry.size, options), options)


def larger_payload(uri: str, size: int, options: TransformOptions) -> int:
    """Return the MB of requests that hold a file of `size` bytes whole.

    Raises InvalidDataError where that is more than the input says, or leaves less concurrency.
    """
    payload = max(options.max_payload_mb, math.ceil(size / _MEGABYTE))
    if payload > options.max_payload_mb and "max_payload_mb" in options.asked:
        raise InvalidDataError(
            f"input.max_payload_mb: got {options.max_payload_mb}, but {uri} is sent whole and has "
            f"{size / _MEGABYTE:.1f} MB.",
            advice=f"Set it to {payload}, or leave it out.",
        )
    most = LARGEST_PAYLOAD_MB // payload
    if options.max_concurrent_transforms > most and "max_concurrent_transforms" in options.asked:
        raise InvalidDataError(
            f"input.max_concurrent_transforms: got {options.max_concurrent_transforms}, but {uri} "
            f"is sent whole and has {size / _MEGABYTE:.1f} MB, and SageMaker allows "
            f"{LARGEST_PAYLOAD_MB} MB in flight.",
            advice=f"Set it to at most {most}.",
        )
    return payload


def concurrent(payload_mb: int, options: TransformOptions) -> int:
    """Return how many requests of a payload may be sent at once."""
    return max(1, min(options.max_concurrent_transforms, LARGEST_PAYLOAD_MB // payload_mb))


def _cuts(options: TransformOptions) -> bool:
    """Return whether files of any size are to be cut; a strategy is one of lines."""
    if options.split_type == "auto":
        return options.strategy != "auto"
    return options.split_type == "Line"


def _asks_to_cut(options: TransformOptions) -> str:
    name = "split_type" if options.split_type == "Line" else "strategy"
    return f'{options.key(name)}: "{getattr(options, name)}"'


def _how_to_send_whole(options: TransformOptions) -> str:
    if options.asked & {"split_type", "strategy"}:
        return "Leave it out, so that such files are sent whole."
    return 'Set input.split_type to "None" and input.strategy to "auto": files are sent whole then.'


def _lines(options: TransformOptions) -> TransformMode:
    return TransformMode(
        split_type="Line",
        batch_strategy="MultiRecord" if options.strategy == "auto" else options.strategy,
        max_payload_mb=options.max_payload_mb,
        max_concurrent_transforms=concurrent(options.max_payload_mb, options),
    )


def _whole(payload_mb: int, options: TransformOptions) -> TransformMode:
    return TransformMode(
        split_type="None",
        batch_strategy="SingleRecord",
        max_payload_mb=payload_mb,
        max_concurrent_transforms=concurrent(payload_mb, options),
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
