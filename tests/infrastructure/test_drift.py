"""Templates of capture and drift: what is captured, kept and watched, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, listed, of_type, only, statements


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    watched = {
        "init_args": {"label": "y"},
        "endpoint": {
            "instance_type": "ml.m5.large",
            "capture": {"percentage": 20, "retention_days": 7},
        },
        "drift": {"columns": ["age"], "false_alarm_rate": 0.05, "instance_type": "ml.m5.xlarge"},
        "schedules": {
            "hourly": {"workflow": "drift", "expression": "rate(1 hour)", "input": {}},
        },
    }
    quiet = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large", "capture": {"output": False}},
        "drift": {"alarm": False},
    }
    predictors = {"ages": watched, "quiet": quiet}
    return synthesize(parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml"))


@pytest.fixture(scope="module")
def foundation(templates: Templates) -> Template:
    return templates["Foundation"]


def _capture(template: Template) -> dict[str, Any]:
    config = only(template, "AWS::SageMaker::EndpointConfig")["Properties"]
    found: dict[str, Any] = config["DataCaptureConfig"]
    return found


def test_samples_go_below_the_predictors_folder_under_the_key(templates: Templates) -> None:
    found = _capture(templates["AgesEndpoint"])
    assert flat(found.pop("DestinationS3Uri")).endswith("/ages/captured")
    assert "Key" in flat(found.pop("KmsKeyId"))
    assert found == {
        "EnableCapture": True,
        "InitialSamplingPercentage": 20,
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json"],
        },
    }


def test_only_what_is_asked_for_is_captured(templates: Templates) -> None:
    assert _capture(templates["QuietEndpoint"])["CaptureOptions"] == [{"CaptureMode": "Input"}]


def test_nothing_is_captured_by_default(sandbox: Templates) -> None:
    config = only(sandbox["IncomeEndpoint"], "AWS::SageMaker::EndpointConfig")["Properties"]
    assert "DataCaptureConfig" not in config
    assert not any("captured" in flat(found) for found in _writable(sandbox["Foundation"]))


def test_s3_deletes_what_was_captured(foundation: Template) -> None:
    rules = [
        rule
        for bucket in of_type(foundation, "AWS::S3::Bucket").values()
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        if rule.get("Prefix", "").endswith("captured/")
    ]
    assert [(rule["Prefix"], rule["ExpirationInDays"]) for rule in rules] == [
        ("ages/captured/", 7),
        ("quiet/captured/", 30),
    ]
    assert all(rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1} for rule in rules)


def _writable(foundation: Template) -> list[Any]:
    return [
        resource
        for policy, statement in statements(foundation)
        if policy.startswith("Serving") and "s3:PutObject" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]


def test_the_endpoints_role_may_write_batches_and_captured_requests_only(
    foundation: Template,
) -> None:
    found = [flat(each) for each in _writable(foundation)]
    assert [each.partition("/")[2] for each in found] == ["*/batches/*", "*/captured/*"]


def test_the_jobs_role_reads_what_it_compares_and_writes_reports(foundation: Template) -> None:
    of_drift = [each for policy, each in statements(foundation) if policy.startswith("Drift")]
    read = [each for each in of_drift if "s3:GetObject" in listed(each["Action"])]
    written = [each for each in of_drift if "s3:PutObject" in listed(each["Action"])]
    readable = {flat(each) for each in listed(read[0]["Resource"])}
    assert {each.partition("/")[2] for each in readable if "ArtifactBucket" in each} == {
        "*/captured/*",
        "*/drift/*/config/*",
        "*/runs/*/report/*",
    }
    assert {each.partition("/")[2] for each in readable if "DataBucket" in each} == {"*"}
    assert [flat(each).partition("/")[2] for each in listed(written[0]["Resource"])] == [
        "*/drift/*"
    ]


def test_an_alarm_watches_each_predictor_that_wants_one(templates: Templates) -> None:
    alarms = [
        alarm["Properties"]
        for alarm in of_type(templates["Workflows"], "AWS::CloudWatch::Alarm").values()
        if alarm["Properties"].get("MetricName") == "DriftedColumns"
    ]
    [alarm] = alarms
    assert alarm["Namespace"] == "autogluon-dev"
    assert alarm["Dimensions"] == [{"Name": "Predictor", "Value": "ages"}]
    assert alarm["Threshold"] == 1
    assert "agcdk drift ages --last" in alarm["AlarmDescription"]


def test_the_state_machine_writes_into_its_own_namespace_only(templates: Templates) -> None:
    found = [
        each
        for policy, each in statements(templates["Workflows"])
        if policy.startswith("Drift") and "cloudwatch:PutMetricData" in listed(each["Action"])
    ]
    assert [each["Condition"] for each in found] == [
        {"StringEquals": {"cloudwatch:namespace": "autogluon-dev"}}
    ]


def test_the_spec_tells_the_planner(templates: Templates) -> None:
    spec = templates.spec("ages")
    assert spec["endpoint"]["captures"] is True
    assert spec["drift"] == {
        "columns": ["age"],
        "false_alarm_rate": 0.05,
        "min_change": 0.02,
        "min_rows": 200,
        "period_hours": 24,
        "instance_type": "ml.m5.xlarge",
        "fallback_instance_types": [],
        "max_runtime_seconds": 3600,
        "local_storage_gb": {},
    }
