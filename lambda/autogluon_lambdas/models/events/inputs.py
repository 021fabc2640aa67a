"""Execution inputs: which keys each state machine takes, parsed once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autogluon_lambdas.models.errors import InvalidInputError, one_sentence
from autogluon_lambdas.models.location import S3Location
from autogluon_lambdas.models.text.value_rules import (
    Rule,
    array,
    check_fields,
    either,
    flag,
    integer,
    mapping,
    one_of,
    text,
)

_PREDICTOR = Rule(
    "the name of a predictor", lambda value: isinstance(value, str) and value.strip() != ""
)


def _s3_problems(path: str, value: object) -> list[str]:
    try:
        S3Location.parse(str(value))
    except ValueError as error:
        return [f"{path}: {error}"]
    return []


_S3_URI = Rule(
    "s3://<bucket>/<object or prefix>", lambda value: isinstance(value, str), _s3_problems
)
_COUNT = integer(1)


def _up_to(most: int, allowed: str) -> Rule:
    return Rule(
        allowed, lambda value: _COUNT.accepts(value) and isinstance(value, int) and value <= most
    )


# The keys of a training run's data, and the channels that carry it.
DATA_CHANNELS: Mapping[str, str] = {
    "train_data": "train",
    "test_data": "test",
    "tuning_data": "tuning",
}
TRAIN_KEYS: Mapping[str, Rule] = {
    "predictor": _PREDICTOR,
    **dict.fromkeys(DATA_CHANNELS, _S3_URI),
    "init_args": mapping(),
    "fit_args": mapping(),
    "instance_type": text(),
    "instance_count": _COUNT,
    "volume_size_gb": _up_to(16_384, "a whole number of GB from 1 to 16384"),
    "max_runtime_seconds": integer(60, "a whole number of seconds"),
    "promote": flag(),
}
BATCH_KEYS: Mapping[str, Rule] = {
    "predictor": _PREDICTOR,
    "data": _S3_URI,
    "model": either(text(), _COUNT),
    "header": either(flag(), one_of("auto")),
    "id_column": either(text(), integer(0, "a zero-based position")),
    "output": one_of("both", "labels", "probabilities"),
    "output_format": one_of("csv", "jsonl", "parquet"),
    "include_columns": array(text()),
    "engine": one_of("auto", "bulk", "transform"),
    "resume": text(),
    "max_files_per_job": _up_to(10_000, "a whole number from 1 to 10000"),
    "instance_type": text(),
    "instance_count": _COUNT,
}
PROMOTE_KEYS: Mapping[str, Rule] = {
    "predictor": _PREDICTOR,
    "model": either(text(), _COUNT),
    "instance_type": text(),
    "initial_instance_count": _COUNT,
}


@dataclass(frozen=True)
class TrainInput:
    """A Train execution's input; None where the spec's value holds."""

    predictor: str
    train_data: S3Location
    test_data: S3Location | None = None
    tuning_data: S3Location | None = None
    init_args: Mapping[str, Any] = field(default_factory=dict)
    fit_args: Mapping[str, Any] = field(default_factory=dict)
    instance_type: str | None = None
    instance_count: int | None = None
    volume_size_gb: int | None = None
    max_runtime_seconds: int | None = None
    promote: bool = True

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> "TrainInput":
        """Read `event["input"]`; raises InvalidInputError naming every wrong key."""
        values = _checked(event, TRAIN_KEYS, required=("predictor", "train_data"))
        return cls(**_with_locations(values, *DATA_CHANNELS))

    def locations(self) -> dict[str, S3Location]:
        """The data that the input names, by its key."""
        every = {key: getattr(self, key) for key in DATA_CHANNELS}
        return {key: location for key, location in every.items() if location is not None}


@dataclass(frozen=True)
class BatchInput:
    """A BatchPredict execution's input; `engine` is None where the spec's holds."""

    predictor: str
    data: S3Location
    model: str | int = "live"
    header: bool | str = "auto"
    id_column: str | int | None = None
    output: str = "both"
    output_format: str = "csv"
    include_columns: tuple[str, ...] = ()
    engine: str | None = None
    resume: str | None = None
    max_files_per_job: int | None = None
    instance_type: str | None = None
    instance_count: int | None = None

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> "BatchInput":
        """Read `event["input"]`; raises InvalidInputError naming every wrong key."""
        values = _checked(event, BATCH_KEYS, required=("predictor", "data"))
        included = tuple(dict.fromkeys(values.pop("include_columns", ())))
        return cls(**_with_locations(values, "data"), include_columns=included)


@dataclass(frozen=True)
class PromoteInput:
    """A Promote execution's input; None leaves the endpoint's instances as they are."""

    predictor: str
    model: str | int
    instance_type: str | None = None
    initial_instance_count: int | None = None

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> "PromoteInput":
        """Read `event["input"]`; raises InvalidInputError naming every wrong key."""
        return cls(**_checked(event, PROMOTE_KEYS, required=("predictor", "model")))


def _checked(
    event: Mapping[str, object], keys: Mapping[str, Rule], *, required: tuple[str, ...]
) -> dict[str, Any]:
    values = event.get("input")
    problems = check_fields("input", values, keys, noun="key")
    if isinstance(values, dict):
        problems += [
            f"input.{key}: missing; give {keys[key].allowed}"
            for key in required
            if key not in values
        ]
    if problems or not isinstance(values, dict):
        raise InvalidInputError(one_sentence(problems))
    return dict(values)


def _with_locations(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    parsed = {key: S3Location.parse(values[key]) for key in keys if key in values}
    return {**values, **parsed}
