"""Describe what a predictor takes: features (names, kinds, dtypes, categories) and label.

Written by training as `feature_schema.json`; serving parses every request by it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from autogluon_contracts.data.cell_rules import NA_WORDS
from autogluon_contracts.data.dates import DateOrder
from autogluon_contracts.data.index_column import INDEX_NAMES
from autogluon_contracts.data.number_forms import NumberForm
from autogluon_contracts.documents.feature_schema import (
    FILE_NAME,
    FeatureSchemaHeader,
    Optional,
    required_columns,
)
from autogluon_jobs.messages.documents import checked
from autogluon_jobs.messages.errors import InputError

Kind = Literal["int", "float", "bool", "category", "text", "datetime"]


@dataclass(frozen=True)
class Feature:
    """One column that the predictor takes.

    `dtype` is the pandas dtype that AutoGluon was given. `categories` (kind `category`) are the
    values seen in training. `allowed` is set where AutoGluon reads the column as two-valued: it
    would take any other value for the second one, so serving refuses other values. `nullable` is
    false where AutoGluon would take a missing value for a present one. `na_is_missing` (kinds
    `category` and `text`) says that `NA` and the like are missing, see `cell_rules`; it is false in
    artifacts of earlier releases, which learned them as values. `date_order` (kind `datetime`) is
    how training wrote dates that are not in ISO 8601, which is read beside it. `number_form` (kind
    `float`) is how it wrote numbers that are not plain ones. `whole_numbers` (kind `text`) says
    that whole numbers are read as their texts, as in a column of ids. `examples` are values of the
    training data, for people; artifacts of earlier releases have none. `optional` says when a
    request may leave the column out, because the model has what it stands for.
    """

    name: str
    kind: Kind
    dtype: str
    nullable: bool
    categories: tuple[str, ...] | None = None
    allowed: tuple[Any, ...] | None = None
    na_is_missing: bool = False
    date_order: DateOrder | None = None
    number_form: NumberForm | None = None
    whole_numbers: bool = False
    examples: tuple[Any, ...] | None = None
    optional: Optional | None = None

    @cached_property
    def known(self) -> frozenset[str]:
        """Return the categories, for look-ups."""
        return frozenset(self.categories or ())

    def to_json(self) -> dict[str, Any]:
        """Return this feature as `feature_schema.json` holds it."""
        document: dict[str, Any] = {"name": self.name, "kind": self.kind, "dtype": self.dtype}
        if self.categories is not None:
            document["categories"] = list(self.categories)
        if self.allowed is not None:
            document["allowed"] = list(self.allowed)
        if self.na_is_missing:
            document["na_is_missing"] = True
        if self.date_order is not None:
            document["date_order"] = self.date_order
        if self.number_form is not None:
            document["number_form"] = self.number_form.to_json()
        if self.whole_numbers:
            document["whole_numbers"] = True
        if self.examples is not None:
            document["examples"] = list(self.examples)
        if self.optional:
            document["optional"] = self.optional
        return document | {"nullable": self.nullable}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Feature:
        """Return the feature that `to_json` wrote.

        Raises:
            InputError: the kind is not known to this version.
        """
        if document["kind"] not in get_args(Kind):
            raise InputError(
                f'{FILE_NAME}: feature "{document["name"]}" has the unknown kind '
                f'"{document["kind"]}".',
                advice=f"Known: {', '.join(get_args(Kind))}.",
            )
        categories, allowed = document.get("categories"), document.get("allowed")
        examples, form = document.get("examples"), document.get("number_form")
        return cls(
            name=document["name"],
            kind=document["kind"],
            dtype=document["dtype"],
            nullable=document["nullable"],
            categories=None if categories is None else tuple(categories),
            allowed=None if allowed is None else tuple(allowed),
            na_is_missing=document.get("na_is_missing", False),
            date_order=document.get("date_order"),
            number_form=None if form is None else NumberForm.from_json(form),
            whole_numbers=document.get("whole_numbers", False),
            examples=None if examples is None else tuple(examples),
            optional=document.get("optional"),
        )


def missing_words(feature: Feature) -> tuple[str, ...]:
    """Return the texts that are missing in a column of categories or text."""
    return ("", *NA_WORDS) if feature.na_is_missing else ("",)


@dataclass(frozen=True)
class FeatureSchema:
    """The features in training order, and the label.

    `ignored` are columns of the training data that are not features (sample weights, groups,
    ignored columns): requests may carry them, and the label, without effect. `quantile_levels` are
    those of a quantile regression, whose answers have one column for each. `type` is the predictor
    type that serves it; artifacts of releases before it was written are tabular. `details` are what
    only predictors of this type have.
    """

    label: str
    problem_type: str
    features: tuple[Feature, ...]
    classes: tuple[Any, ...] | None = None
    positive_class: Any = None
    ignored: tuple[str, ...] = ()
    quantile_levels: tuple[float, ...] | None = None
    type: str = "tabular"
    details: Mapping[str, Any] | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the feature names, in training order."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def optional(self) -> dict[str, Optional]:
        """Return the features that a request may leave out, with when it may."""
        return {item.name: item.optional for item in self.features if item.optional is not None}

    def required(self, given: Collection[str]) -> Sequence[str]:
        """Return the features that a header or record must have that has the names `given`."""
        return required_columns(self.names, self.optional, self.label, given)

    @cached_property
    def by_name(self) -> dict[str, Feature]:
        """Return the features by their names."""
        return {feature.name: feature for feature in self.features}

    @cached_property
    def accepted(self) -> frozenset[str]:
        """Return names that a request may carry beside the features, an index's among them."""
        return frozenset((self.label, *self.ignored, *INDEX_NAMES))

    def save(self, folder: Path) -> None:
        """Write `feature_schema.json` into `folder`."""
        header = FeatureSchemaHeader(
            type=self.type,
            label=self.label,
            problem_type=self.problem_type,
            classes=self.classes,
            positive_class=self.positive_class,
            quantile_levels=self.quantile_levels,
            ignored=self.ignored,
            details=self.details,
            features=(),
        )
        features = [feature.to_json() for feature in self.features]
        document = {**header.to_json(), "features": features}
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> FeatureSchema:
        """Read `feature_schema.json` from `folder`.

        Raises:
            InputError: it is missing, or not what the contract says.
        """
        path = folder / FILE_NAME
        if not path.is_file():
            raise InputError(
                f"{FILE_NAME} not found in the model.", advice="Train the model with this project."
            )
        text = path.read_text(encoding="utf-8")
        header = checked(lambda: FeatureSchemaHeader.from_text(text))
        return cls(
            label=header.label,
            problem_type=header.problem_type,
            classes=header.classes,
            positive_class=header.positive_class,
            ignored=header.ignored,
            quantile_levels=header.quantile_levels,
            features=tuple(Feature.from_json(item) for item in json.loads(text)["features"]),
            type=header.type,
            details=header.details,
        )
