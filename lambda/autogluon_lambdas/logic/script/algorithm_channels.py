"""Give a run's data to the channels that an algorithm resource has."""

from collections.abc import Mapping, Sequence

from autogluon_contracts.content_types import (
    APACHE_PARQUET,
    CSV,
    JSON_LINES,
    JSONL,
    NDJSON,
    PARQUET,
    Format,
    media_type,
)
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.models.algorithm import AlgorithmResource, Channel
from autogluon_lambdas.models.errors import InvalidDataError

# What AWS's own algorithms and its examples call them.
_NAMES: Mapping[str, Sequence[str]] = {
    "train_data": ("train", "training"),
    "tuning_data": ("validation", "tuning", "val", "eval"),
    "test_data": ("test", "testing"),
}
_TYPES: Mapping[Format, Sequence[str]] = {
    "csv": (CSV, "csv"),
    "jsonl": (JSON_LINES, JSONL, NDJSON),
    "parquet": (PARQUET, APACHE_PARQUET),
}
_FILE_MODE, _UNCOMPRESSED = "File", "None"


def channels_by_key(algorithm: AlgorithmResource) -> dict[str, Channel]:
    """Return the algorithm's channels by the keys of a run's input; an only one is for training.

    Example:
        >>> channels_by_key(algorithm)["tuning_data"].name  # doctest: +SKIP
        'validation'
    """
    by_name = {channel.name: channel for channel in algorithm.channels}
    found = {
        key: by_name[name]
        for key, names in _NAMES.items()
        for name in [next((name for name in names if name in by_name), None)]
        if name is not None
    }
    if not found and len(algorithm.channels) == 1:
        return {"train_data": algorithm.channels[0]}
    return found


def content_type(channel: Channel, file_format: Format) -> str | None:
    """Return the channel's own word for a format, or None for a format that it does not take."""
    wanted = _TYPES[file_format]
    return next((word for word in channel.content_types if media_type(word) in wanted), None)


def require_algorithms_channels(
    algorithm: AlgorithmResource, files: Mapping[str, DataFiles]
) -> None:
    """Raise InvalidDataError for data that the algorithm does not take, or that it lacks."""
    channels = channels_by_key(algorithm)
    declared = listed([channel.name for channel in algorithm.channels])
    for key, entry in files.items():
        if key not in channels:
            raise InvalidDataError(
                f"{entry.key}: the algorithm has no channel for it; its channels: {declared}.",
                advice="Leave it out."
                if key != "train_data"
                else f"Runs know channels by the names {listed(list(_NAMES[key]))}.",
            )
        _require_readable(channels[key], entry)
    keys = {channel.name: key for key, channel in channels.items()}
    for channel in algorithm.channels:
        if channel.is_required and keys.get(channel.name) not in files:
            raise _missing(channel, keys.get(channel.name))


def _missing(channel: Channel, key: str | None) -> InvalidDataError:
    """Return the error for a required channel without data; None: no data of a run is for it."""
    required = f'the algorithm requires its channel "{channel.name}"'
    if key is None:
        return InvalidDataError(
            f"input.train_data: {required}, which no data of a run is for.",
            advice="Train by another algorithm.",
        )
    return InvalidDataError(
        f"input.{key}: {required}, which gets this data.", advice=f"Give {key}."
    )


def _require_readable(channel: Channel, entry: DataFiles) -> None:
    where = f'{entry.key}: the algorithm\'s channel "{channel.name}"'
    if content_type(channel, entry.format) is None:
        raise InvalidDataError(
            f"{where} takes {listed(list(channel.content_types))}, and {entry.prefix.uri} is "
            f"{entry.format}.",
            advice="Write it in one of these formats.",
        )
    if _FILE_MODE not in channel.input_modes:
        raise InvalidDataError(
            f"{where} takes the input modes {listed(list(channel.input_modes))}; jobs of this "
            f"project have {_FILE_MODE}.",
            advice="Train by another algorithm.",
        )
    if channel.compression_types and _UNCOMPRESSED not in channel.compression_types:
        raise InvalidDataError(
            f"{where} takes compressed data only ({listed(list(channel.compression_types))}); "
            "channels of this project's jobs are uncompressed.",
            advice="Train by another algorithm.",
        )
