"""Schedules start runs through one Lambda, and exist where the settings name some."""

import json
from typing import Any

from autogluon_contracts.documents.scheduled_run import ScheduledRun
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, statements


def _schedules(templates: Templates) -> dict[str, dict[str, Any]]:
    found = of_type(templates["Workflows"], "AWS::Scheduler::Schedule").values()
    return {item["Properties"]["Name"]: item["Properties"] for item in found}


def test_nothing_of_it_exists_without_schedules(sandbox: Templates) -> None:
    assert _schedules(sandbox) == {}
    assert "StartScheduled" not in str(sandbox["Workflows"])


def test_a_schedule_hands_over_what_the_function_reads(rich: Templates) -> None:
    schedules = _schedules(rich)
    assert set(schedules) == {f"vision-scores.{name}" for name in ("weekly", "often", "off")}
    weekly = schedules["vision-scores.weekly"]
    assert weekly["ScheduleExpression"] == "cron(0 3 ? * SUN *)"
    assert weekly["ScheduleExpressionTimezone"] == "America/New_York"
    assert weekly["State"] == "ENABLED"
    assert schedules["vision-scores.often"]["State"] == "DISABLED"

    run = ScheduledRun.from_json(json.loads(flat(weekly["Target"]["Input"])))
    assert run.scheduled_time == "<aws.scheduler.scheduled-time>"
    assert run.input == {"train_data": "s3://{data_bucket}/scores/{date}/"}
    assert "Train" in run.state_machine_arn


def test_scheduler_may_call_the_function_for_this_group_and_nothing_else(rich: Templates) -> None:
    [role] = [
        role["Properties"]
        for role in of_type(rich["Workflows"], "AWS::IAM::Role").values()
        if "scheduler.amazonaws.com" in str(role["Properties"]["AssumeRolePolicyDocument"])
    ]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert ":schedule-group/autogluon-rich" in str(trust["Condition"]["ArnLike"])
    [call] = [
        statement
        for policy, statement in statements(rich["Workflows"])
        if policy.startswith("SchedulesRole")
    ]
    assert call["Action"] == "lambda:InvokeFunction"


def test_a_run_that_could_not_be_started_raises_an_alarm_to_the_failure_topic(
    rich: Templates,
) -> None:
    workflows = rich["Workflows"]
    [function] = [
        name
        for name, item in of_type(workflows, "AWS::Lambda::Function").items()
        if ".start_scheduled." in item["Properties"]["Handler"]
    ]
    [alarm] = [
        item["Properties"]
        for item in of_type(workflows, "AWS::CloudWatch::Alarm").values()
        if "scheduled run" in flat(item["Properties"].get("AlarmDescription", ""))
    ]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "AsyncEventsDropped")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": function}}]
    [topic] = of_type(workflows, "AWS::SNS::Topic")
    assert alarm["AlarmActions"] == [{"Ref": topic}]
    assert "aws logs tail" in flat(alarm["AlarmDescription"])


def test_the_function_starts_only_workflows_that_are_scheduled(rich: Templates) -> None:
    [started] = [
        statement["Resource"]
        for policy, statement in statements(rich["Workflows"])
        if policy.startswith("SchedulesStartScheduled")
        and statement["Action"] == "states:StartExecution"
    ]
    assert len(started) == 3
    assert "Tune" not in flat(started)
    assert all(name in flat(started) for name in ("Train", "BatchPredict", "Promote"))
