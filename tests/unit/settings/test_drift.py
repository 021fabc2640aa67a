"""Settings of capture and drift: what works together, and what is refused, with the fix."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment

ENDPOINT = {"instance_type": "ml.m5.large", "capture": {"percentage": 20}}
HOURLY = {"workflow": "drift", "expression": "rate(1 hour)", "input": {}}


def parsed(**predictor: Any) -> Environment:
    document = {"predictors": {"ages": {"init_args": {"label": "y"}, **predictor}}}
    return parse_environment("dev", document, file="config/dev.yaml")


def refusal(**predictor: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        parsed(**predictor)
    return str(caught.value)


def test_nothing_is_captured_or_compared_unless_it_is_asked_for() -> None:
    found = parsed(endpoint={"instance_type": "ml.m5.large"}).predictors["ages"]
    assert found.endpoint is not None
    assert found.endpoint.captured is None
    assert found.drift is None


def test_capture_and_drift_have_defaults() -> None:
    found = parsed(endpoint={"instance_type": "ml.m5.large", "capture": {}}, drift={})
    predictor = found.predictors["ages"]
    assert predictor.endpoint is not None
    assert predictor.endpoint.captured is not None
    assert predictor.endpoint.captured.percentage == 100
    assert predictor.drift is not None
    assert predictor.drift.false_alarm_rate == 0.01
    assert predictor.drift.all_instance_types == ("ml.m5.large",)


def test_a_schedule_starts_drift_runs() -> None:
    found = parsed(endpoint=ENDPOINT, drift={}, schedules={"hourly": HOURLY})
    assert found.schedules["ages", "hourly"].workflow == "drift"


@pytest.mark.parametrize(
    ("predictor", "sentences"),
    [
        ({"drift": {}}, ["drift: no rows of requests are captured", "add capture to endpoint"]),
        (
            {
                "endpoint": {"instance_type": "ml.m5.large", "capture": {"input": False}},
                "drift": {},
            },
            ["drift: no rows of requests are captured", "input: true"],
        ),
        (
            {
                "endpoint": {
                    "instance_type": "ml.m5.large",
                    "capture": {"input": False, "output": False},
                }
            },
            ["endpoint.capture", "input and output are both false"],
        ),
        (
            {
                "endpoint": {
                    "mode": "asynchronous",
                    "instance_type": "ml.m5.large",
                    "capture": {},
                }
            },
            ["endpoint.capture", "asynchronous", "are in S3 already", "mode 'real-time'"],
        ),
        (
            {"endpoint": {"mode": "serverless", "capture": {}}},
            ["SageMaker captures no data of serverless endpoints"],
        ),
        (
            {"endpoint": ENDPOINT, "schedules": {"hourly": HOURLY}},
            ["schedules.hourly.workflow: got 'drift', and the predictor has no `drift`; add it"],
        ),
        (
            {
                "endpoint": ENDPOINT,
                "drift": {},
                "schedules": {"hourly": {**HOURLY, "input": {"hours": 3}}},
            },
            ["schedules.hourly.input.hours: unknown key"],
        ),
        (
            {"endpoint": ENDPOINT, "drift": {"columns": ["age", "age"]}},
            ["drift", "columns: age named twice"],
        ),
        ({"endpoint": ENDPOINT, "drift": {"false_alarm_rate": 0}}, ["drift.false_alarm_rate"]),
        ({"endpoint": ENDPOINT, "drift": {"instance_type": "ml.m6g.large"}}, ["drift.instance"]),
        (
            {
                "endpoint": ENDPOINT,
                "drift": {"fallback_instance_types": ["ml.m5.xlarge", "ml.m5.large"]},
            },
            ["drift.fallback_instance_types: 'ml.m5.large' is named twice"],
        ),
        # Transform jobs have this type, and processing jobs do not.
        (
            {"endpoint": ENDPOINT, "drift": {"instance_type": "ml.c6i.large"}},
            ["drift.instance_type: got 'ml.c6i.large'", "does not offer it for processing"],
        ),
        (
            {"endpoint": {"instance_type": "ml.m5.large", "capture": {"percentage": 0}}},
            ["endpoint.capture.percentage"],
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_fix(
    predictor: dict[str, Any], sentences: list[str]
) -> None:
    found = refusal(**predictor)
    for sentence in sentences:
        assert sentence in found


@pytest.mark.parametrize("key", ["instance_type", "fallback_instance_types"])
def test_volumes_that_must_take_the_key_are_those_of_drift_jobs_too(key: str) -> None:
    chosen = "ml.g5.xlarge" if key == "instance_type" else ["ml.g5.xlarge"]
    predictor = {"init_args": {"label": "y"}, "endpoint": ENDPOINT, "drift": {key: chosen}}
    document = {"encryption": {"volumes": "required"}, "predictors": {"ages": predictor}}
    with pytest.raises(SettingsError, match=rf"predictors\.ages\.drift\.{key}: got 'ml\.g5\.x"):
        parse_environment("dev", document, file="config/dev.yaml")


@pytest.mark.parametrize("kind", ["timeseries", "multimodal"])
def test_other_predictor_types_leave_nothing_to_compare_with(kind: str) -> None:
    found = refusal(
        type=kind, init_args={"label": "y"} if kind == "multimodal" else {"target": "y"},
        endpoint=ENDPOINT, drift={},
    )  # fmt: skip
    assert f"drift: got it with type '{kind}', whose training jobs leave nothing" in found


def test_the_example_is_valid() -> None:
    from pathlib import Path

    import yaml

    path = Path(__file__).parents[3] / "examples" / "drift" / "drift.yaml"
    found = parse_environment("dev", yaml.safe_load(path.read_text()), file=path.name)
    assert found.predictors["income"].drift is not None
