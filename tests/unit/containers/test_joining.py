"""Requests are predicted one by one where company changes last bits, unless that is accepted."""

from __future__ import annotations

import pytest

from autogluon_contracts.defaults import Joining
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving.real_time import RealTimeModel
from autogluon_jobs.serving.server_config import ServingConfig


class Network:
    """An engine whose rows change each other."""

    name = "network"

    def __init__(self, *, joinable: bool) -> None:
        self.joinable = joinable

    def predict(self, request: Request) -> Predictions:
        return Predictions({"y": request.given.columns["x"]}, {})


@pytest.mark.parametrize(
    ("joinable", "joining", "rows", "wait"),
    [(True, "auto", 64, 0.002), (False, "auto", 1, 0), (False, "always", 64, 0.002)],
)
def test_rows_are_joined_where_that_changes_no_bit_or_is_accepted(
    joinable: bool, joining: Joining, rows: int, wait: float
) -> None:
    schema = FeatureSchema("y", "regression", (Feature("x", "float", "float64", nullable=True),))
    model = RealTimeModel(schema, Network(joinable=joinable), ServingConfig(joining=joining))

    assert model.batch_limits.max_rows == rows
    assert model.batch_limits.max_wait_seconds == wait
    assert model.answer("x\n1.5\n", "text/csv", "text/csv")[0] == "y\n1.5\n"
