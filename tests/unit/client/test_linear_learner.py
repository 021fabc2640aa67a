"""Endpoints of the built-in Linear Learner: plain rows go, an object for each row comes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from autogluon_client import CloudPredictor, LinearLearnerCloudPredictor, LinearLearnerEndpoint
from autogluon_client.errors import EndpointRequestError, InvalidDataError, NotSupportedError
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import ENDPOINT, LIVE_MODEL_PARAMETER, PACKAGE, spec

SCHEMA = FeatureSchemaHeader(
    type="linear_learner",
    label="sold",
    problem_type="binary",
    classes=None,
    details={"answers": ["predicted_label", "score"]},
    features=(FeatureHeader(name="rooms"), FeatureHeader(name="area")),
)
FRAME = pd.DataFrame({"area": [80, 70], "sold": [1, 1], "rooms": [3, 2]}, index=["x", "y"])


def _algorithm(content_type: str, body: bytes) -> bytes:
    """Answer as the developer guide shows it, with the first cell of each row."""
    assert content_type == "text/csv"
    rows = [line.split(",") for line in body.decode().splitlines()]
    answers = [{"score": float(row[0]) / 10, "predicted_label": 1} for row in rows]
    return "".join(f"{json.dumps(each)}\n" for each in answers).encode()


def _session(container: Any = _algorithm, schema: FeatureSchemaHeader = SCHEMA) -> FakeAws:
    settings = {
        "init_args": {"label": "sold", "problem_type": schema.problem_type},
        "fit_args": {},
        "algorithm_version": "1",
    }
    found = FakeAws(spec(type="linear_learner", **settings), container=container)
    found.sagemaker.add_endpoint()
    found.sagemaker.add_package(3)
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    uri = "s3://artifacts/income/runs/job-3/report/feature_schema.json"
    found.s3.objects[uri] = json.dumps(schema.to_json()).encode()
    return found


def test_labels_and_scores_come_by_row() -> None:
    session = _session()
    table = LinearLearnerEndpoint(ENDPOINT, session).predict_table(FRAME)
    (body,) = session.runtime.bodies
    assert body.decode() == "3,80\n2,70\n"
    expected = pd.DataFrame({"predicted_label": [1, 1], "score": [0.3, 0.2]}, index=["x", "y"])
    pd.testing.assert_frame_equal(table, expected)


def test_the_score_of_several_classes_is_a_list() -> None:
    def several(content_type: str, body: bytes) -> bytes:
        del content_type
        line = b'{"score": [0.1, 0.2, 0.7], "predicted_label": 2}\n'
        return line * len(body.splitlines())

    session = _session(several, replace(SCHEMA, problem_type="multiclass"))
    found = LinearLearnerEndpoint(ENDPOINT, session).predict_records(FRAME)
    assert found == [{"predicted_label": 2, "score": [0.1, 0.2, 0.7]}] * 2


def test_missing_values_are_refused_before_they_are_sent() -> None:
    frame = FRAME.assign(area=[80, None])
    with pytest.raises(InvalidDataError, match="Row 2 of the data has no area"):
        LinearLearnerEndpoint(ENDPOINT, _session()).predict(frame)


def test_an_answer_of_another_form_is_named() -> None:
    session = _session(lambda _type, body: b'{"score": 1}\n' * len(body.splitlines()))
    with pytest.raises(EndpointRequestError, match="without predicted_label and score"):
        LinearLearnerEndpoint(ENDPOINT, session).predict_table(FRAME)


def test_its_predictor_has_no_local_one(tmp_path: Any) -> None:
    predictor: Any = CloudPredictor(
        "linear_learner",
        local_output_path=tmp_path,
        predictor="income",
        session=_session(),
        verbosity=0,
    )
    assert isinstance(predictor, LinearLearnerCloudPredictor)
    with pytest.raises(NotSupportedError, match="no AutoGluon predictor to load it"):
        predictor.to_local_predictor()
