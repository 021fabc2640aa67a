"""Describe a model's requests and answers by its feature schema."""

from __future__ import annotations

from typing import Any

from autogluon_client.endpoint.input_schema import example_value
from autogluon_client.optional_packages import pandas
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts

_BEGIN = "2026-01-01"
_FEWEST_STEPS = 10


def answer_columns(header: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
    """Return the columns of a forecast."""
    return SeriesFacts.of(header.details).answer_columns(header.quantile_levels or (), output)


def example_request(header: FeatureSchemaHeader) -> list[dict[str, Any]]:
    """Return one series: a history and, where covariates are known in advance, its future.

    Its values are made up by the columns' kinds.
    """
    facts = SeriesFacts.of(header.details)
    history = max(_FEWEST_STEPS, 2 * facts.prediction_length)
    future = facts.prediction_length if facts.known_covariates else 0
    times = pandas().date_range(_BEGIN, periods=history + future, freq=facts.freq)
    usual = {feature.name: example_value(feature) for feature in header.features}
    rows: list[dict[str, Any]] = []
    for number, time in enumerate(times):
        row = {**usual, facts.timestamp_column: time.isoformat(), header.label: float(number)}
        if number >= history:
            kept = {facts.id_column, facts.timestamp_column, *facts.known_covariates}
            row = {name: value if name in kept else None for name, value in row.items()}
        rows.append(row)
    return rows
