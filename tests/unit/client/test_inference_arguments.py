"""What a real-time request asks of the model, beside the rows."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autogluon_client import TabularEndpoint
from autogluon_client.errors import InvalidArgumentError, NotSupportedError
from tests.fakes.account import FakeAws


@pytest.fixture
def session() -> FakeAws:
    """Answers each row with its `n`."""

    def container(_: str, body: bytes) -> bytes:
        numbers = [json.loads(line)["n"] for line in body.splitlines()]
        return "\n".join(json.dumps({"class": f"c{n}"}) for n in numbers).encode()

    return FakeAws(container=container)


@pytest.fixture
def endpoint(session: FakeAws) -> TabularEndpoint:
    return TabularEndpoint("autogluon-sandbox-income", session)


def test_arguments_that_the_endpoint_does_not_take_are_refused(
    endpoint: TabularEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    frame = pd.DataFrame({"n": [1]})
    assert endpoint.predict(frame, as_pandas=True).tolist() == ["c1"]
    assert caplog.text == ""
    assert endpoint.predict(frame, as_pandas=False).tolist() == ["c1"]  # as AutoGluon Cloud does
    assert "ignores as_pandas=False" in caplog.text
    with pytest.raises(
        NotSupportedError, match="does not support transform_features; allowed: accept"
    ):
        endpoint.predict(frame, transform_features=False)
    with pytest.raises(InvalidArgumentError, match="accept: got 'text/html'"):
        endpoint.predict(frame, accept="text/html")


@pytest.mark.parametrize(
    ("options", "attributes"),
    [
        ({}, ""),
        ({"model": None, "inference_kwargs": None}, ""),
        ({"decision_threshold": 0.3}, "decision_threshold=0.3"),
        ({"inference_kwargs": {"decision_threshold": 1}}, "decision_threshold=1"),
        ({"decision_threshold": np.float32(0.25)}, "decision_threshold=0.25"),
        ({"decision_threshold": Fraction(1, 4)}, "decision_threshold=0.25"),
        (
            {"model": "XGBoost_r33_BAG_L1", "inference_kwargs": {"decision_threshold": 0.25}},
            "model=XGBoost_r33_BAG_L1;decision_threshold=0.25",
        ),
    ],
)
def test_inference_arguments_travel_with_every_request(
    endpoint: TabularEndpoint, session: FakeAws, options: dict[str, Any], attributes: str
) -> None:
    frame = pd.DataFrame({"n": range(5_001)})  # two requests

    endpoint.predict(frame, **options)

    assert session.runtime.attributes == [attributes, attributes]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"decision_threshold": 1.5}, "decision_threshold: got 1.5; allowed: a number from 0 to 1"),
        ({"decision_threshold": "0.5"}, "decision_threshold: got '0.5'"),
        ({"decision_threshold": float("nan")}, "decision_threshold: got nan"),
        ({"decision_threshold": True}, "decision_threshold: got True"),
        ({"model": 3}, "model: got 3"),
        ({"model": "a;output=labels"}, "model: got 'a;output=labels'"),
        ({"inference_kwargs": "x"}, "inference_kwargs: got 'x'; allowed: a dictionary"),
        ({"model": "a", "inference_kwargs": {"model": "b"}}, "model is given twice"),
    ],
)
def test_inference_arguments_that_no_predictor_takes_are_not_sent(
    endpoint: TabularEndpoint, session: FakeAws, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        endpoint.predict(pd.DataFrame({"n": [1]}), **options)
    assert str(caught.value).startswith(sentence)
    assert session.runtime.bodies == []


def test_examples_to_learn_from_are_refused_by_name(
    endpoint: TabularEndpoint, session: FakeAws
) -> None:
    frame = pd.DataFrame({"n": [1]})
    for call in (endpoint.predict, endpoint.predict_proba):
        with pytest.raises(NotSupportedError, match="label='class': only foundation models"):
            call(frame, None, "class")
        with pytest.raises(NotSupportedError, match="train_data='train"):
            call(frame, "train.csv", "class")
    assert session.runtime.bodies == []


def test_an_inference_id_names_the_request(endpoint: TabularEndpoint, session: FakeAws) -> None:
    frame = pd.DataFrame({"n": [1, 2]})
    endpoint.predict(frame, inference_id="order-1")
    endpoint.predict_proba(frame, inference_id="order-2")
    endpoint.predict_table(frame, inference_id="order-3")
    endpoint.predict_records(frame, inference_id="order-4")
    endpoint.predict(frame)
    assert session.runtime.inference_ids == ["order-1", "order-2", "order-3", "order-4", None]


def test_an_inference_id_names_one_request_alone(
    endpoint: TabularEndpoint, session: FakeAws
) -> None:
    many = pd.DataFrame({"n": range(5_001)})
    with pytest.raises(InvalidArgumentError, match="takes several requests, and 'order-1'") as got:
        endpoint.predict(many, inference_id="order-1")
    assert "at most 5,000 rows" in got.value.advice
    assert not session.runtime.bodies


@pytest.mark.parametrize("given", ["", "x" * 65, "Größe"])
def test_an_inference_id_that_sagemaker_refuses_is_refused(
    endpoint: TabularEndpoint, session: FakeAws, given: str
) -> None:
    with pytest.raises(InvalidArgumentError, match="allowed: 1 to 64 ASCII characters"):
        endpoint.predict(pd.DataFrame({"n": [1]}), inference_id=given)
    assert not session.runtime.bodies
