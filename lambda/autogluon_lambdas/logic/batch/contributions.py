"""Add the columns of contributions to a batch's answer, or say why it cannot have them."""

from collections import Counter

from autogluon_contracts.answers import contribution_columns
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_lambdas.models.errors import InvalidInputError


def with_contributions(
    asked: BatchInput,
    predictor_type: str,
    schema: FeatureSchemaHeader,
    columns: tuple[str, ...],
    *,
    has_contributions: bool,
) -> tuple[str, ...]:
    """Return the answer's columns with those of contributions, where they are asked for.

    Which of an artifact's models have contributions is known to the job alone, which says so before
    its first row.

    Args:
        asked: the execution's input.
        predictor_type: such as `tabular`.
        schema: the model's.
        columns: the answer's without contributions.
        has_contributions: whether models of the type have some.

    Raises:
        InvalidInputError: the type or the problem has none, or two columns had one name.
    """
    given = {"contributions": asked.contributions, "artifact_model": asked.artifact_model}
    for name, value in given.items():
        if value and not has_contributions:
            raise InvalidInputError(
                f"input.{name}: not supported for {predictor_type} predictors.",
                advice="Leave it out.",
            )
    if not asked.contributions:
        return columns
    if schema.problem_type == "quantile":
        raise InvalidInputError(
            "input.contributions: quantiles have no contributions.", advice="Leave it out."
        )
    more = contribution_columns(schema.feature_names, schema.classes)
    found = (*columns, *more)
    counts = Counter(found)
    doubled = next((name for name in found if counts[name] > 1), None)
    if doubled is not None:
        raise InvalidInputError(
            f'input.contributions: two columns of the answer would be called "{doubled}".',
            advice="Leave contributions out, or rename a feature and train again.",
        )
    return found
