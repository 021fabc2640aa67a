"""Endpoints of the built-in XGBoost: rows go in the model's order without names, numbers come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client import CloudPredictor, XGBoostCloudPredictor, XGBoostEndpoint
from autogluon_client.errors import InvalidArgumentError, InvalidDataError, NotSupportedError
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import ENDPOINT, LIVE_MODEL_PARAMETER, PACKAGE, spec

SCHEMA = FeatureSchemaHeader(
    type="xgboost",
    label="price",
    problem_type="regression",
    classes=None,
    details={"answers": ["price"]},
    features=(FeatureHeader(name="rooms"), FeatureHeader(name="area")),
)


def _algorithm(content_type: str, body: bytes) -> bytes:
    """Answer each row with its first cell, and a half."""
    assert content_type == "text/csv"
    return "".join(f"{line.split(',')[0]}.5\n" for line in body.decode().splitlines()).encode()


@pytest.fixture
def session() -> FakeAws:
    found = FakeAws(
        spec(
            type="xgboost",
            init_args={"label": "price", "problem_type": "regression"},
            fit_args={"num_round": 9},
            algorithm_version="1.7-1",
        ),
        container=_algorithm,
    )
    found.sagemaker.add_endpoint()
    found.sagemaker.add_package(3)
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    uri = "s3://artifacts/income/runs/job-3/report/feature_schema.json"
    found.s3.objects[uri] = json.dumps(SCHEMA.to_json()).encode()
    return found


def _sent(session: FakeAws) -> str:
    (body,) = session.runtime.bodies
    return str(body.decode())


def test_columns_are_put_into_the_models_order(session: FakeAws) -> None:
    frame = pd.DataFrame({"area": [80, None], "price": [1, 1], "rooms": [3, 2]}, index=["x", "y"])
    table = XGBoostEndpoint(ENDPOINT, session).predict_table(frame)
    assert _sent(session) == "3,80.0\n2,\n"
    pd.testing.assert_frame_equal(table, pd.DataFrame({"price": [3.5, 2.5]}, index=["x", "y"]))


def test_files_are_sent_alike(session: FakeAws, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("area,rooms\n80,3\n70, 2\n")
    found = XGBoostEndpoint(ENDPOINT, session).predict_records(file)
    assert found == [{"price": 3.5}, {"price": 2.5}]
    assert _sent(session) == "3,80\n2,70\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("areas,rooms\n80,3\n", 'lacks the features area (did you mean "areas"?)'),
        ("area,rooms\n80,3,1\n", "Row 1 of the data has 3 cells, and the header 2"),
        ("area,rooms\n", "has a header but no rows"),
    ],
)
def test_rows_that_have_no_order_are_refused(
    session: FakeAws, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(text)
    with pytest.raises(InvalidDataError) as caught:
        XGBoostEndpoint(ENDPOINT, session).predict(file)
    assert sentence in str(caught.value)


def test_another_environments_endpoint_has_no_known_order(session: FakeAws) -> None:
    session.sagemaker.add_endpoint(name="elsewhere")
    with pytest.raises(InvalidArgumentError, match="the order of its columns is not known"):
        XGBoostEndpoint("elsewhere", session).predict(pd.DataFrame({"rooms": [1], "area": [2]}))


def test_its_predictor_has_no_local_one(session: FakeAws, tmp_path: Path) -> None:
    predictor: Any = CloudPredictor(
        "xgboost", local_output_path=tmp_path, predictor="income", session=session, verbosity=0
    )
    assert isinstance(predictor, XGBoostCloudPredictor)
    with pytest.raises(NotSupportedError, match="no AutoGluon predictor to load it"):
        predictor.to_local_predictor()
