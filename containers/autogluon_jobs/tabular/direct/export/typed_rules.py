"""Check feature rules against AutoGluon's own generators, and add their types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.schema.frames import frame_of
from autogluon_jobs.tabular.direct.export.export_encoding import Rule
from autogluon_jobs.tabular.direct.features.encoding import Encoder
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError


def typed_rules(
    generator: Any, schema: FeatureSchema, rules: Sequence[Rule], table: FeatureTable
) -> list[Rule]:
    """Return the rules, each with the `dtype` and the number of `categories` of its feature.

    Args:
        generator: the fitted pipeline that the rules were made from.
        schema: what requests hold.
        rules: see `encoding_rules`.
        table: rows on which the rules must give what the generator gives.

    Raises:
        NotExportableError: a feature that differs; named.
    """
    made = generator.transform(frame_of(table))
    matrix = Encoder(schema, rules).encode(table).matrix
    typed = []
    for at, rule in enumerate(rules):
        column = made[rule["name"]]
        types: dict[str, Any] = {"dtype": str(column.dtype)}
        if column.dtype == "category":
            types["categories"] = len(column.cat.categories)
        typed.append(rule | types)
        values = column.cat.codes.replace(-1, np.nan) if column.dtype == "category" else column
        if not np.array_equal(values.to_numpy(np.float64), matrix[:, at], equal_nan=True):
            raise NotExportableError(f'the feature "{rule["name"]}", made in an unsupported way')
    return typed
