"""Define the columns of an answer, for every problem type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

Output = Literal["both", "labels", "probabilities"]
"""What is asked for: labels, probabilities, or both."""

BatchOnError = Literal["batch", "row"]
"""What a row of a batch that cannot be predicted costs: the batch, or that row alone."""

PROBABILITY_SUFFIX = "_proba"
CONTRIBUTION_SUFFIX = "_contribution"
"""With contributions: `<feature>_contribution`, or `<feature>_<class>_contribution`."""
BASE_CONTRIBUTION = "base"
"""The name, in place of a feature's, of what contributions are added to."""
ROW_ERROR = "row_error"
"""The column that says why a row has no answer, with `on_error=row`."""


def contribution_columns(features: Sequence[str], classes: Sequence[Any] | None) -> tuple[str, ...]:
    """Return the columns of contributions, in order: of each feature, and of the base.

    Args:
        features: the names of the features, in training order.
        classes: as in `answer_columns`.

    Example:
        >>> contribution_columns(["age"], None)
        ('age_contribution', 'base_contribution')
        >>> contribution_columns(["age"], ["a", "b", "c"])[:3]
        ('age_a_contribution', 'age_b_contribution', 'age_c_contribution')
    """
    several = classes is not None and len(classes) > 2
    parts = [f"_{name}" for name in classes or ()] if several else [""]
    return tuple(
        f"{name}{part}{CONTRIBUTION_SUFFIX}"
        for name in (*features, BASE_CONTRIBUTION)
        for part in parts
    )


def probability_column(class_name: object) -> str:
    """Return the column of one class's probability."""
    return f"{class_name}{PROBABILITY_SUFFIX}"


def answer_columns(
    *,
    label: str,
    classes: Sequence[Any] | None,
    quantile_levels: Sequence[float] | None,
    output: str = "both",
) -> tuple[str, ...]:
    """Return the columns of an answer, in order.

    Args:
        label: the label's name.
        classes: of a binary or multiclass predictor, in class order; else None.
        quantile_levels: of a quantile predictor, in its order; else None.
        output: `both`, `labels` or `probabilities`.

    Returns:
        Labels: `(<label>,)`, or one column per quantile level, such as `("0.1", "0.5", "0.9")`.
        Probabilities: `(<class>_proba, ...)`; none for regression and quantiles. Both: labels,
        then probabilities.

    Example:
        >>> answer_columns(label="price", classes=None, quantile_levels=(0.1, 0.9))
        ('0.1', '0.9')
    """
    labels: tuple[str, ...] = (label,)
    if quantile_levels is not None:
        labels = tuple(str(level) for level in quantile_levels)
    probabilities = tuple(probability_column(name) for name in classes or ())
    by_output = {
        "labels": labels,
        "probabilities": probabilities,
        "both": (*labels, *probabilities),
    }
    return by_output[output]
