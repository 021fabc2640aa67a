"""Rows of a header-less CSV that could be anything, because nothing in them is known."""

from __future__ import annotations

import numpy as np

from autogluon_jobs.errors import InputError
from autogluon_jobs.feature_schema import FeatureSchema
from autogluon_jobs.feature_table import FeatureTable
from autogluon_jobs.places import Place


def require_known_values(schema: FeatureSchema, table: FeatureTable, place: Place) -> None:
    """Refuse rows of a categories-only predictor in which no value was seen in training.

    Numbers give a mistaken header away; where every feature is a category nothing does, and the
    header would be scored as a row of unseen categories. Checked for each row alone, so that the
    answer to a row does not depend on where it stands.

    Raises:
        InputError: naming the first such row.
    """
    if not schema.features or any(item.kind != "category" for item in schema.features):
        return
    unknown = np.all([table.columns[name] < 0 for name in schema.names], axis=0)
    if unknown.any():
        where = place(int(np.argmax(unknown)))
        raise InputError(
            f"In {where} no value was seen in training, so it may be a header with other names; "
            f"send a header with the features' names, or JSON records, to have such rows scored."
        )
