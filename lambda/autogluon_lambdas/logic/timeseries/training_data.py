"""Check that a time series predictor can be trained on the data of a run."""

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_lambdas.logic.data.byte_stream import ReadBudget
from autogluon_lambdas.logic.data.label_scan import check_label_varies
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.data.required_columns import require_column, require_train_columns
from autogluon_lambdas.logic.timeseries.series_sample import check_series_sample
from autogluon_lambdas.logic.timeseries.static_features import (
    STATIC_FEATURES,
    check_static_features,
)
from autogluon_lambdas.ports import ObjectStore

SCAN_MEGABYTES = 64
SCAN_SECONDS = 3
_NOUNS = {
    "id_column": "id",
    "timestamp_column": "timestamp",
    "target": "target",
    "known_covariates_names": "known covariate",
}
"""Of the arguments that name columns."""


def check_training_data(
    store: ObjectStore,
    files: Mapping[str, DataFiles],
    columns: Mapping[str, tuple[str, ...]],
    init_args: Mapping[str, Any],
    reading: DataReading,
) -> None:
    """Raise InvalidDataError naming what is wrong: a column, a time, or a target without numbers.

    `files` and `columns` have the input's keys: `train_data`, and those given of the others.
    """
    roles = SeriesColumns.of(init_args)
    train, static = files["train_data"], files.get(STATIC_FEATURES)
    every, files = files, {key: each for key, each in files.items() if key != STATIC_FEATURES}
    for name, argument in roles.required.items():
        require_column(train, columns["train_data"], name, _NOUNS[argument])
    for setting, names in (("keep_na", reading.keep_na), ("date_order", reading.date_order)):
        for name in names:
            require_column(train, columns["train_data"], name, f"data.{setting}")
    require_train_columns(files, {key: columns[key] for key in files})
    for entry in files.values():
        check_series_sample(store, entry, roles, reading)
    if static is not None:
        check_static_features(store, every, columns, roles)
    check_label_varies(
        store,
        train,
        roles.target,
        ReadBudget(megabytes=SCAN_MEGABYTES, seconds=SCAN_SECONDS),
        numbers=True,
        missing=(),
        noun="target",
        needs_numbers="a forecast",
        advice="Correct the row, or leave its target empty.",
    )
