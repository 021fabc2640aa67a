"""Check that a tabular predictor can be trained on the data of a run."""

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.data.cell_rules import NA_WORDS
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.byte_stream import ReadBudget
from autogluon_lambdas.logic.data.class_counts import check_classes
from autogluon_lambdas.logic.data.column_notes import column_notes
from autogluon_lambdas.logic.data.label_scan import check_label_varies, require_parquet_values
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.data.required_columns import require_column, require_train_columns
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

SCAN_MEGABYTES = 64
SCAN_SECONDS = 3
_OF_NUMBERS = ("regression", "quantile")
_EMPTY = frozenset(("",))
_WEIGHT_STRATEGIES = ("auto_weight", "balance_weight")


def check_training_data(
    store: ObjectStore,
    files: Mapping[str, DataFiles],
    columns: Mapping[str, tuple[str, ...]],
    init_args: Mapping[str, Any],
    reading: DataReading,
) -> list[str]:
    """Return sentences on columns and classes that deserve a look.

    Raises InvalidDataError naming what is wrong: a column is missing, or nothing can be learned
    from the label.

    `files` and `columns` have the input's keys: `train_data`, and those given of the others.
    """
    label = str(init_args["label"])
    for key, entry in files.items():
        require_column(entry, columns[key], label, "label")
    for argument in ("sample_weight", "groups"):
        name = init_args.get(argument)
        if isinstance(name, str) and name not in _WEIGHT_STRATEGIES:
            require_column(files["train_data"], columns["train_data"], name, argument)
    for setting, names in (("keep_na", reading.keep_na), ("date_order", reading.date_order)):
        for name in names:
            require_column(files["train_data"], columns["train_data"], name, f"data.{setting}")
    _require_features(files["train_data"], columns["train_data"], init_args)
    require_train_columns(files, columns, _ignored_columns(init_args))
    budget = ReadBudget(megabytes=SCAN_MEGABYTES, seconds=SCAN_SECONDS)
    problem_type = init_args.get("problem_type")
    numbers = None if problem_type is None else problem_type in _OF_NUMBERS
    missing = _EMPTY if label in reading.keep_na else _EMPTY | frozenset(NA_WORDS)
    train = files["train_data"]
    require_parquet_values(store, train, label, problem_type if numbers else None)
    check_label_varies(store, train, label, budget, numbers=numbers, missing=missing)
    notes: list[str] = []
    if not numbers:
        notes += check_classes(
            store,
            train,
            label,
            ReadBudget(megabytes=SCAN_MEGABYTES, seconds=SCAN_SECONDS),
            problem_type=problem_type,
            missing=missing,
        )
    notes += column_notes(
        store,
        train,
        label,
        ReadBudget(megabytes=SCAN_MEGABYTES, seconds=SCAN_SECONDS),
        problem_type=problem_type,
        ignored=_ignored_columns(init_args),
        reading=reading,
    )
    return notes


def _require_features(
    entry: DataFiles, columns: tuple[str, ...], init_args: Mapping[str, Any]
) -> None:
    others = {init_args.get(name) for name in ("label", "sample_weight", "groups")}
    others |= _ignored_columns(init_args)
    if all(name in others for name in columns):
        raise InvalidDataError(
            f"{entry.key}: {entry.prefix.uri} has no feature column, only {listed(columns)}.",
            advice="Add at least one column besides the label, weights, groups and ignored "
            "columns.",
        )


def _ignored_columns(init_args: Mapping[str, Any]) -> set[str]:
    return set((init_args.get("learner_kwargs") or {}).get("ignored_columns") or ())
