"""Define the header of `feature_schema.json`: what others need to know of a model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from autogluon_contracts.answers import answer_columns
from autogluon_contracts.document import Document, key

FILE_NAME = "feature_schema.json"

Optional = Literal["always", "without_label"]
"""When a request may leave a column out."""


@dataclass(frozen=True, kw_only=True)
class FeatureHeader:
    """One feature, as far as planners and clients need it; the container adds its dtype."""

    name: str = key("the column's name")
    kind: str | None = key(
        "`int`, `float`, `bool`, `category`, `text` or `datetime`; null: unknown", default=None
    )
    nullable: bool = key("whether a request may leave the value out", default=True)
    categories: tuple[str, ...] | None = key(
        "the values seen in training, of the kind `category`", default=None
    )
    allowed: tuple[Any, ...] | None = key(
        "the only values that a request may have; null: any", default=None
    )
    # Absent in artifacts of earlier releases.
    optional: Optional | None = key(
        "when a request may leave the whole column out, because the model has what it stands for: "
        "`always`, or `without_label`, together with the label's column; null: never",
        default=None,
    )
    examples: tuple[Any, ...] | None = key(
        "values of the training data, of the kinds `int`, `float` and `datetime`", default=None
    )


def required_columns(
    features: Sequence[str], optional: Mapping[str, Optional], label: str, given: Collection[str]
) -> Sequence[str]:
    """Return the features that a file or record with the columns `given` must have.

    Example:
        >>> required_columns(["item_id", "sales"], {"sales": "without_label"}, "sales", ["item_id"])
        ['item_id']
    """
    if not optional:
        return features
    needed = (None, "without_label") if label in given else (None,)
    return [name for name in features if optional.get(name) in needed]


@dataclass(frozen=True, kw_only=True)
class FeatureSchemaHeader(Document):
    """A predictor's type, label, classes and features; the container reads the features whole."""

    NAME: ClassVar[str] = FILE_NAME
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    # Absent in artifacts of earlier releases, which trained tabular predictors only.
    type: str = key("the predictor's type", default="tabular")
    label: str = key("the column that is predicted")
    problem_type: str = key(
        "`binary`, `multiclass`, `regression`, `quantile` or `semantic_segmentation`"
    )
    classes: tuple[Any, ...] | None = key("in class order; null: no classification")
    positive_class: Any = key("of a binary predictor; else null", default=None)
    quantile_levels: tuple[float, ...] | None = key(
        "of a quantile predictor; else null", default=None
    )
    ignored: tuple[str, ...] = key(
        "columns of the training data that are not features; files may carry them", default=()
    )
    details: Mapping[str, Any] | None = key(
        "what only predictors of this type have; null: nothing", default=None, omit_null=True
    )
    features: tuple[FeatureHeader, ...] = key("in training order")

    @property
    def optional(self) -> dict[str, Optional]:
        """Return the columns that a request may leave out, with when it may."""
        return {item.name: item.optional for item in self.features if item.optional is not None}

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the features, in training order."""
        return tuple(feature.name for feature in self.features)

    def answer_columns(self, output: str) -> tuple[str, ...]:
        """Return the columns of an answer; `output` is `both`, `labels` or `probabilities`."""
        return answer_columns(
            label=self.label,
            classes=self.classes,
            quantile_levels=self.quantile_levels,
            output=output,
        )
