"""New objects start batches through one Lambda, which exists where the settings name some."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment
from autogluon_constructs.settings.reading.yaml_text import parse_yaml
from autogluon_contracts.documents.new_objects import NewObject
from embedded_aws.eventbridge.pattern import parse_pattern
from embedded_aws.eventbridge.target_input import check_input, input_of
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, statements

EXAMPLE = Path(__file__).parents[2] / "examples/batch/new-objects.yaml"
MOST = 40


def _rules(templates: Templates) -> dict[str, dict[str, Any]]:
    """The rules by what their descriptions end in."""
    found = [
        rule["Properties"] for rule in of_type(templates["Workflows"], "AWS::Events::Rule").values()
    ]
    mine = [rule for rule in found if rule.get("Description", "").startswith("Batches of")]
    return {rule["Description"].rpartition(" ")[2]: rule for rule in mine}


def _matches(rule: dict[str, Any], key: str, bucket: str = "b") -> bool:
    pattern = {**rule["EventPattern"], "detail": {**rule["EventPattern"]["detail"]}}
    if not isinstance(pattern["detail"]["bucket"]["name"][0], str):  # the environment's own
        pattern["detail"]["bucket"] = {"name": ["b"]}
    event = {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": 5}},
    }
    return parse_pattern(json.dumps(pattern)).matches(event)


def test_nothing_of_it_exists_without_the_setting(sandbox: Templates) -> None:
    assert _rules(sandbox) == {}
    assert "StartBatch" not in str(sandbox["Workflows"])
    buckets = of_type(sandbox["Foundation"], "AWS::S3::Bucket").values()
    assert all("NotificationConfiguration" not in bucket["Properties"] for bucket in buckets)


def test_the_bucket_for_data_tells_eventbridge_and_no_other_does(rich: Templates) -> None:
    buckets = of_type(rich["Foundation"], "AWS::S3::Bucket")
    telling = {
        name: bucket["Properties"]["NotificationConfiguration"]
        for name, bucket in buckets.items()
        if "NotificationConfiguration" in bucket["Properties"]
    }
    assert list(telling.values()) == [{"EventBridgeConfiguration": {"EventBridgeEnabled": True}}]
    assert "DataBucket" in next(iter(telling))


def test_a_rule_tells_of_the_objects_that_the_setting_means(rich: Templates) -> None:
    rules = _rules(rich)
    assert set(rules) == {"incoming", "curated"}
    incoming = rules["incoming"]
    assert (incoming["State"], rules["curated"]["State"]) == ("ENABLED", "DISABLED")
    assert "DataBucket" in flat(incoming["EventPattern"]["detail"]["bucket"]["name"][0])
    for key in ("incoming/a.csv", "incoming/2026/11/a b+ü.csv"):
        assert _matches(incoming, key)
    for key in ("incoming/a.parquet", "other/incoming/a.csv", "incoming/a.csv.bak"):
        assert not _matches(incoming, key)
    assert _matches(rules["curated"], "curated/new/a", "lake")
    assert not _matches(rules["curated"], "curated/new/a", "b")


def test_a_rule_hands_over_what_the_function_reads(rich: Templates) -> None:
    [target] = _rules(rich)["incoming"]["Targets"]
    check_input(target)
    detail = {"bucket": {"name": "b"}, "object": {"key": 'a "<detail>" b', "size": 5}}

    event = {"source": "aws.s3", "detail": detail}
    text = input_of(target, event, {"arn": "a", "name": "n", "time": "t"})

    created = NewObject.from_json(json.loads(text))
    assert (created.predictor, created.rule) == ("vision-scores", "incoming")
    assert created.detail == detail


def test_the_function_reads_its_input_of_the_batch_from_the_spec(rich: Templates) -> None:
    assert rich.spec("vision-scores")["on_new_objects"]["incoming"] == {
        "location": "s3://{data_bucket}/incoming/",
        "suffix": ".csv",
        "input": {"output": "labels", "include_columns": ["<id>"]},
        "enabled": True,
    }
    assert "on_new_objects" not in rich.spec("older")


def test_rules_of_this_kind_may_call_the_function_and_no_other_caller(rich: Templates) -> None:
    workflows = rich["Workflows"]
    [function] = [
        name
        for name, item in of_type(workflows, "AWS::Lambda::Function").items()
        if ".start_batch." in item["Properties"]["Handler"]
    ]
    [permission] = [
        item["Properties"]
        for item in of_type(workflows, "AWS::Lambda::Permission").values()
        if function in str(item["Properties"]["FunctionName"])
    ]
    assert permission["Principal"] == "events.amazonaws.com"
    assert flat(permission["SourceArn"]).endswith(":rule/autogluon-rich-objects-*")
    for rule in _rules(rich).values():
        assert rule["Name"].startswith("autogluon-rich-objects-vision-scores-")


def test_the_function_starts_batches_and_reads_settings_and_does_nothing_else(
    rich: Templates,
) -> None:
    own = [
        statement
        for policy, statement in statements(rich["Workflows"])
        if policy.startswith("NewObjectsStartBatch")
    ]
    actions = {
        action
        for statement in own
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert {action for action in actions if not action.startswith(("logs:", "xray:"))} == {
        "ssm:GetParameter",
        "ssm:GetParametersByPath",
        "states:StartExecution",
    }
    [started] = [s["Resource"] for s in own if s["Action"] == "states:StartExecution"]
    assert "BatchPredict" in flat(started)


def test_a_batch_that_could_not_be_started_raises_an_alarm_to_the_failure_topic(
    rich: Templates,
) -> None:
    [alarm] = [
        item["Properties"]
        for item in of_type(rich["Workflows"], "AWS::CloudWatch::Alarm").values()
        if "new object" in flat(item["Properties"].get("AlarmDescription", ""))
    ]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "AsyncEventsDropped")
    assert "StartBatch" in str(alarm["Dimensions"])
    [topic] = of_type(rich["Workflows"], "AWS::SNS::Topic")
    assert alarm["AlarmActions"] == [{"Ref": topic}]


def _declared(count: int) -> dict[str, Any]:
    each = {"location": f"s3://{{data_bucket}}/{'folder/' * 10}", "suffix": ".parquet"}
    daily = {
        "workflow": "batch_predict",
        "expression": "cron(0 3 ? * SUN *)",
        "timezone": "America/Argentina/Buenos_Aires",
        "input": {"data": "s3://{data_bucket}/a/rather/long/folder/name/{date}/"},
    }
    endpoint = {"instance_type": "ml.m5.large", "promote_on_approval": True}
    return {
        "notification_emails": ["oncall@example.com"],
        "alarms": {"failed_runs": 1},
        "encryption": {"log_groups": True},
        "network": {"mode": "created", "lambdas": True},
        "predictors": {
            "p" * 30: {
                "init_args": {"label": "y"},
                "endpoint": endpoint,
                "on_new_objects": {f"incoming-{n:03d}": each for n in range(count)},
                "schedules": {f"schedule-{n:03d}": daily for n in range(150)},
            }
        },
    }


def test_as_many_as_allowed_fit_beside_the_most_schedules(
    synthesize: Callable[[Environment], Templates],
) -> None:
    settings = parse_environment("e" * 20, _declared(MOST), file="config/e.yaml")

    workflows = synthesize(settings)["Workflows"]

    assert len(workflows["Resources"]) < 0.7 * 500
    rules = of_type(workflows, "AWS::Events::Rule").values()
    names = [rule["Properties"]["Name"] for rule in rules if "Name" in rule["Properties"]]
    assert len(set(names)) == MOST
    assert max(map(len, names)) <= 64


def test_one_more_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"have 41 names below on_new_objects; .* at most 40"):
        parse_environment("dev", _declared(MOST + 1), file="config/dev.yaml")


def test_the_example_starts_batches_of_two_folders(
    synthesize: Callable[[Environment], Templates],
) -> None:
    settings = parse_environment("sandbox", parse_yaml(EXAMPLE.read_text()), file=str(EXAMPLE))

    rules = _rules(synthesize(settings))

    assert len(rules) == len(settings.new_objects) > 1
