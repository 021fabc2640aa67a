"""Refuse the options of a batch that need an answer for each row."""

from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_lambdas.models.errors import InvalidInputError


def refuse_row_options(asked: BatchInput, predictor_type: str) -> None:
    """Raise InvalidInputError for options about the rows of the files one by one."""
    given = {"id_column": asked.id_column is not None, "include_columns": asked.include_columns}
    for name in (name for name, is_given in given.items() if is_given):
        raise InvalidInputError(
            f"input.{name}: a {predictor_type} model does not answer row by row, so no column of "
            "the data can be written beside its answers.",
            advice="Leave it out, and join the results yourself.",
        )
    if asked.on_error == "row":
        raise InvalidInputError(
            f"input.on_error: a {predictor_type} model does not answer row by row, so one that "
            "cannot be read has no answer of its own.",
            advice="Leave it out, and correct the row that the error names.",
        )
