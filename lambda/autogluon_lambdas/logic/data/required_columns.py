"""Require columns of training data, and the same ones in all of its parts."""

from collections.abc import Collection, Mapping

from autogluon_contracts.data.column_names import only_in
from autogluon_contracts.data.index_column import INDEX_NAMES
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.models.errors import InvalidDataError


def require_column(files: DataFiles, columns: tuple[str, ...], name: str, what: str) -> None:
    """Raise InvalidDataError when the files lack a column; `what` says what it is for."""
    if name not in columns:
        raise InvalidDataError(
            f'{files.key}: {what} column "{name}" not found in {files.prefix.uri}'
            f"{did_you_mean(name, columns)}.",
            advice=f"Columns found: {listed(columns)}.",
        )


def require_train_columns(
    files: Mapping[str, DataFiles],
    columns: Mapping[str, tuple[str, ...]],
    ignored: Collection[str] = (),
) -> None:
    """Raise InvalidDataError when test or tuning data lacks a column of the training data."""
    left_out = {*ignored, *INDEX_NAMES}
    wanted = [name for name in columns["train_data"] if name not in left_out]
    for key, names in columns.items():
        missing, added = only_in(wanted, names), only_in(names, wanted)
        if missing:
            raise InvalidDataError(
                f"{files[key].key}: {files[key].prefix.uri} lacks columns of the training data: "
                f"{listed(missing)}{did_you_mean(missing[0], added)}.",
                advice="Add them; a cell of an unknown value is empty.",
            )
