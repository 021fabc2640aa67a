"""Is the data of a training run there, readable, and fit to train on?"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.logic.data.byte_stream import ReadBudget
from autogluon_lambdas.logic.data.file_columns import common_columns, read_heads
from autogluon_lambdas.logic.data.label_scan import check_label_varies
from autogluon_lambdas.logic.data.locations import DataFiles, find_data_files
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.events.inputs import TrainInput
from autogluon_lambdas.models.location import S3Location
from autogluon_lambdas.models.text.suggestions import did_you_mean, listed
from autogluon_lambdas.ports import ObjectStore

SCAN_MEGABYTES = 64
SCAN_SECONDS = 3
_WEIGHT_STRATEGIES = ("auto_weight", "balance_weight")


@dataclass(frozen=True)
class TrainingData:
    """The data files of a run by input key: `train_data`, and those given of the others."""

    files: Mapping[str, DataFiles]

    def uris(self) -> dict[str, str | None]:
        """Where each channel's data lies, None for a channel that is not given."""
        return {
            channel: self.files[key].prefix.uri if key in self.files else None
            for channel, key in (
                ("train", "train_data"),
                ("test", "test_data"),
                ("tuning", "tuning_data"),
            )
        }


def inspect_training_data(
    store: ObjectStore, asked: TrainInput, init_args: Mapping[str, Any]
) -> TrainingData:
    """Find and check the data of a run; raises InvalidDataError naming what is wrong."""
    locations = asked.locations()
    with ThreadPoolExecutor(len(locations)) as threads:
        looks = list(threads.map(lambda item: _look(store, *item), locations.items()))
    files = {key: look[0] for key, look in zip(locations, looks, strict=True)}
    columns = {key: look[1] for key, look in zip(locations, looks, strict=True)}
    label = str(init_args["label"])
    for key, entry in files.items():
        _require_column(entry, columns[key], label, "the label")
    for argument in ("sample_weight", "groups"):
        name = init_args.get(argument)
        if isinstance(name, str) and name not in _WEIGHT_STRATEGIES:
            _require_column(files["train_data"], columns["train_data"], name, argument)
    _require_features(files["train_data"], columns["train_data"], init_args)
    _require_train_columns(files, columns, ignored=_ignored_columns(init_args))
    budget = ReadBudget(megabytes=SCAN_MEGABYTES, seconds=SCAN_SECONDS)
    problem_type = init_args.get("problem_type")
    check_label_varies(store, files["train_data"], label, budget, problem_type)
    return TrainingData(files)


def _look(store: ObjectStore, key: str, location: S3Location) -> tuple[DataFiles, tuple[str, ...]]:
    files = find_data_files(store, f"input.{key}", location)
    return files, common_columns(files, read_heads(store, files))


def _require_column(files: DataFiles, columns: tuple[str, ...], name: str, what: str) -> None:
    if name not in columns:
        raise InvalidDataError(
            f"{files.key}: {files.prefix.uri} has no column '{name}' ({what})"
            f"{did_you_mean(name, columns)}; columns found: {listed(columns)}"
        )


def _require_features(
    entry: DataFiles, columns: tuple[str, ...], init_args: Mapping[str, Any]
) -> None:
    others = {init_args.get(name) for name in ("label", "sample_weight", "groups")}
    others |= _ignored_columns(init_args)
    if all(name in others for name in columns):
        raise InvalidDataError(
            f"{entry.key}: {entry.prefix.uri} has no column to learn from, only {listed(columns)}; "
            "a predictor needs at least one besides the label, weights, groups and ignored columns"
        )


def _ignored_columns(init_args: Mapping[str, Any]) -> set[str]:
    return set((init_args.get("learner_kwargs") or {}).get("ignored_columns") or ())


def _require_train_columns(
    files: Mapping[str, DataFiles], columns: Mapping[str, tuple[str, ...]], ignored: set[str]
) -> None:
    wanted = [name for name in columns["train_data"] if name not in ignored]
    for key, names in columns.items():
        missing = [name for name in wanted if name not in set(names)]
        added = [name for name in names if name not in set(wanted)]
        if missing:
            raise InvalidDataError(
                f"{files[key].key}: {files[key].prefix.uri} lacks columns that the train data has: "
                f"{listed(missing)}{did_you_mean(missing[0], added)}"
            )
