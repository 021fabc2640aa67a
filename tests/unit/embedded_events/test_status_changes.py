"""Executions, jobs, endpoints and model packages tell the event bus of their status."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from embedded_aws.sagemaker.state import Record
from embedded_aws.sagemaker.state_changes import ENDPOINT, state_change
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_events.conftest import NotingFunction, Recorder
from tests.waiting import until

EVENTS = "events.amazonaws.com"


def test_the_status_of_an_execution_starts_a_function(
    client: Callable[[str], Any], make_role: Callable[..., str], noting_function: NotingFunction
) -> None:
    states, events = client("stepfunctions"), client("events")
    definition = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}
    machine = states.create_state_machine(
        name=f"m-{uuid.uuid4().hex[:8]}",
        definition=json.dumps(definition),
        roleArn=make_role("states.amazonaws.com"),
    )["stateMachineArn"]
    name = machine.rpartition(":")[2]
    pattern = {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"status": ["FAILED", "TIMED_OUT"], "stateMachineArn": [machine]},
    }
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    noting_function.admit(EVENTS, rule)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": noting_function.arn}])
    arn = states.start_execution(stateMachineArn=machine, input='{"a": 1}')["executionArn"]
    event = noting_function.next()
    detail = event["detail"]
    assert (event["resources"], detail["executionArn"]) == ([arn], arn)
    assert (detail["error"], detail["cause"], detail["input"]) == ("E", "c", '{"a": 1}')
    assert (detail["inputDetails"], detail["output"]) == ({"included": True}, None)
    assert detail["stopDate"] >= detail["startDate"] > 1_700_000_000_000


def test_an_approved_model_package_is_announced(
    client: Callable[[str], Any], queue: Callable[..., Recorder]
) -> None:
    sagemaker, events, target = client("sagemaker"), client("events"), queue(EVENTS)
    group = f"g-{uuid.uuid4().hex[:8]}"
    pattern = {
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageGroupName": [group], "ModelApprovalStatus": ["Approved"]},
    }
    events.put_rule(Name=group, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=group, Targets=[{"Id": "1", "Arn": target.arn}])
    sagemaker.create_model_package_group(ModelPackageGroupName=group)
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
    package = sagemaker.create_model_package(
        ModelPackageGroupName=group,
        InferenceSpecification={
            "Containers": [{"Image": image, "ModelDataUrl": "s3://b/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    event = target.next_body()
    assert (event["resources"], event["detail"]["ModelPackageVersion"]) == ([package], 1)
    # As in the example of SageMaker's guide: no milliseconds here.
    assert re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", event["detail"]["CreationTime"])


def test_an_endpoints_event_has_its_status_in_capitals_and_its_times_in_milliseconds() -> None:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    record = Record("e", "arn:e", {}, tags={"a": "b"})
    described = {
        "EndpointStatus": "InService",
        "CreationTime": created,
        "ProductionVariants": [{"VariantStatus": [{"StartTime": created}]}],
    }
    detail = state_change(ENDPOINT, "us-east-1", record, described).detail
    assert detail == {
        "EndpointStatus": "IN_SERVICE",
        "CreationTime": 1767225600000,
        "ProductionVariants": [{"VariantStatus": [{"StartTime": 1767225600000}]}],
        "Tags": {"a": "b"},
    }


def test_a_wait_state_ends_when_the_clock_is_advanced(
    aws: EmbeddedAws, client: Callable[[str], Any], make_role: Callable[..., str]
) -> None:
    states = client("stepfunctions")
    later = (aws.runtime.clock.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    definition = {
        "StartAt": "Hour",
        "States": {
            "Hour": {"Type": "Wait", "Seconds": 3600, "Next": "Later"},
            "Later": {"Type": "Wait", "Timestamp": later, "End": True},
        },
    }
    machine = states.create_state_machine(
        name=f"m-{uuid.uuid4().hex[:8]}",
        definition=json.dumps(definition),
        roleArn=make_role("states.amazonaws.com"),
    )["stateMachineArn"]
    arn = states.start_execution(stateMachineArn=machine)["executionArn"]

    def entered(count: int) -> bool:
        events = states.get_execution_history(executionArn=arn)["events"]
        return len([e for e in events if e["type"] == "WaitStateEntered"]) == count

    until(lambda: entered(1), 10, "it waits")
    aws.runtime.clock.advance(3600)
    until(lambda: entered(2), 10, "the first wait has ended")
    assert states.describe_execution(executionArn=arn)["status"] == "RUNNING"
    aws.runtime.clock.advance(3600)
    until(
        lambda: states.describe_execution(executionArn=arn)["status"] == "SUCCEEDED",
        10,
        "the second wait has ended",
    )


def test_a_finished_job_starts_a_function(
    client: Callable[[str], Any], make_role: Callable[..., str], noting_function: NotingFunction
) -> None:
    sagemaker, events = client("sagemaker"), client("events")
    name = f"j-{uuid.uuid4().hex[:8]}"
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Processing Job State Change"],
        "detail": {
            "ProcessingJobName": [name],
            "ProcessingJobStatus": [{"anything-but": "InProgress"}],
        },
    }
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    noting_function.admit(EVENTS, rule)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": noting_function.arn}])
    sagemaker.create_processing_job(
        ProcessingJobName=name,
        RoleArn=make_role("sagemaker.amazonaws.com", "logs:*"),
        AppSpecification={
            "ImageUri": "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023",
            "ContainerEntrypoint": ["python3", "-c", "print('done')"],
        },
        ProcessingResources={
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 10,
            }
        },
    )
    event = noting_function.next()
    assert event["detail"]["ProcessingJobStatus"] == "Completed"
    assert event["detail"]["ProcessingEndTime"] > event["detail"]["CreationTime"]
