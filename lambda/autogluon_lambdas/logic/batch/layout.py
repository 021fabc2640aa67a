"""Match the columns of a batch file with the model's features.

The same rules as serving's, so that a file is refused here or understood there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from autogluon_contracts.data.column_names import only_in
from autogluon_contracts.data.files.csv_dialect import Delimiter
from autogluon_contracts.data.index_column import INDEX_NAMES
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.feature_schema import Optional, required_columns
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.csv_head import check_csv_header, check_separator, refuse_values
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError

_ALIKE = 0.85  # of difflib's ratio: typing errors pass, other words do not


@dataclass(frozen=True)
class ModelColumns:
    """The columns that a model takes, ignores and predicts, and all those of its answers.

    Files may lack those that are `optional`, some of them only together with the label.
    """

    features: tuple[str, ...]
    ignored: tuple[str, ...]
    label: str
    answers: tuple[str, ...]
    optional: Mapping[str, Optional] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchLayout:
    """CSV: columns in file order, whether a header names them, delimiter; else None and False."""

    columns: tuple[str, ...] | None
    has_header: bool
    id_column: str | None
    delimiter: Delimiter = ","


def csv_layout(
    where: str, fields: tuple[str, ...], model: ModelColumns, asked: BatchInput
) -> BatchLayout:
    """Return the layout of a CSV file by its first record.

    Raises InvalidDataError when it fits no reading, InvalidInputError for a wrong `id_column`.
    """
    if len(model.features) > 1:
        check_separator(where, fields)
    if _is_header(where, fields, model, asked.header):
        if not set(fields) & set(model.features):
            refuse_values(where, fields, "Set header to false.")
        check_csv_header(where, fields)
        id_column = named_layout(where, fields, model, asked).id_column
        return BatchLayout(fields, True, id_column)
    layout = _headerless(where, fields, model, asked.id_column)
    _require_included(where, layout.columns or (), model, asked.include_columns)
    return layout


def named_layout(
    where: str, names: Sequence[str], model: ModelColumns, asked: BatchInput
) -> BatchLayout:
    """Return the layout of named columns; the label and the id column may be among them."""
    id_column = _id_name(where, names, model, asked.id_column)
    needed = required_columns(model.features, model.optional, model.label, names)
    missing = only_in(needed, names)
    _require_included(where, names, model, asked.include_columns)
    others = {*model.features, *model.ignored, model.label, id_column, *asked.include_columns}
    unknown = [name for name in names if name not in others and name not in INDEX_NAMES]
    if missing:
        raise InvalidDataError(
            f"{where} lacks the features {listed(missing)}{did_you_mean(missing[0], unknown)}.",
            advice=f"Columns that the model does not know: {listed(unknown)}." if unknown else "",
        )
    if unknown:
        raise InvalidDataError(
            f"{where} has columns that the model does not know: {listed(unknown)}"
            f"{did_you_mean(unknown[0], model.features)}.",
            advice="Leave them out, or name one as id_column.",
        )
    return BatchLayout(None, False, id_column)


def _require_included(
    where: str, names: Sequence[str], model: ModelColumns, included: Sequence[str]
) -> None:
    for name in included:
        _refuse_answer_column("include_columns", name, model)
        if name not in names:
            raise InvalidInputError(
                f'input.include_columns: column "{name}" not found in {_uri(where)}'
                f"{did_you_mean(name, names)}.",
                advice=f"Columns found: {listed(names)}.",
            )


def _refuse_answer_column(key: str, name: str, model: ModelColumns) -> None:
    if name in model.answers:
        raise InvalidInputError(
            f'input.{key}: "{name}" is a column of the answer.',
            advice="Name another column, or rename it in the data.",
        )


def _is_header(
    where: str, fields: tuple[str, ...], model: ModelColumns, header: bool | str
) -> bool:
    if header is False and set(model.features) <= set(fields):
        raise InvalidInputError(
            f"input.header: got false, but the first line of {_uri(where)} names the features "
            f"({listed(model.features, limit=3)}).",
            advice="Leave header out or set it to true.",
        )
    if isinstance(header, bool):
        return header
    if set(fields) & set(model.features):
        return True
    known = {_fold(name): name for name in model.features}
    alike = {
        field: known[matches[0]]
        for field in fields
        if (matches := get_close_matches(_fold(field), known, n=1, cutoff=_ALIKE))
    }
    if 2 * len(alike) >= len(fields):
        field, name = next(iter(alike.items()))
        raise InvalidDataError(
            f'{where} has a header that nearly names the features ("{field}" for "{name}").',
            advice="Name the columns as in training, or set header to false if these are values.",
        )
    return False


def _fold(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _headerless(
    where: str, fields: tuple[str, ...], model: ModelColumns, id_column: str | int | None
) -> BatchLayout:
    if isinstance(id_column, str):
        raise InvalidInputError(
            f'input.id_column: got "{id_column}", but {_uri(where)} has no header.',
            advice="Give the zero-based position of the id column.",
        )
    features, count = model.features, len(fields)
    if id_column is not None and id_column >= count:
        raise InvalidInputError(
            f"input.id_column: got position {id_column}, but {_uri(where)} has {count} columns.",
            advice="Positions start at 0.",
        )
    if count == len(features):
        if id_column is None:
            return BatchLayout(features, False, None)
        _refuse_answer_column("id_column", features[id_column], model)
        return BatchLayout(features, False, features[id_column])
    if id_column is not None and count == len(features) + 1:
        name = _new_name((*features, *model.answers))
        return BatchLayout((*features[:id_column], name, *features[id_column:]), False, name)
    raise InvalidDataError(
        f"{where} has {count} columns and no header, but the model has {len(features)} features: "
        f"{listed(features)}.",
        advice="" if id_column is not None else "Name an additional id column with id_column.",
    )


def _new_name(taken: Sequence[str]) -> str:
    name = "id"
    while name in taken:
        name += "_"
    return name


def _id_name(
    where: str, names: Sequence[str], model: ModelColumns, id_column: str | int | None
) -> str | None:
    if id_column is None:
        return None
    if isinstance(id_column, int):
        raise InvalidInputError(
            f"input.id_column: got position {id_column}, but the columns of {_uri(where)} have "
            "names.",
            advice=f"Give one of: {listed(names)}.",
        )
    _refuse_answer_column("id_column", id_column, model)
    if id_column not in names:
        raise InvalidInputError(
            f'input.id_column: column "{id_column}" not found in {_uri(where)}'
            f"{did_you_mean(id_column, names)}.",
            advice=f"Columns found: {listed(names)}.",
        )
    return id_column


def _uri(where: str) -> str:
    """Return the file alone: the message is about another key of the input."""
    return where.removeprefix("input.data: ")
