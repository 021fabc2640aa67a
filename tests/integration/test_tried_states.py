"""TestState runs one state: with a mock of its result or error, or against the service."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from embedded_aws.credentials import ADMIN
from embedded_aws.server import EmbeddedAws

GET = {
    "Type": "Task",
    "QueryLanguage": "JSONata",
    "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
    "Arguments": {"Name": "{% $states.input.name %}"},
    "Output": "{% [$states.result.Parameter.Value, $kept] %}",
    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2}],
    "Catch": [
        {"ErrorEquals": ["Other"], "Next": "Z"},
        {"ErrorEquals": ["States.ALL"], "Next": "C"},
    ],
    "Next": "N",
}
FOUND = {"result": json.dumps({"Parameter": {"Value": "v"}})}
Try = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    services = ("iam", "stepfunctions")
    with EmbeddedAws(image_python=Path(sys.executable), services=services) as server:
        yield server


@pytest.fixture(scope="module")
def try_(aws: EmbeddedAws) -> Try:
    client = boto3.client(
        "stepfunctions",
        endpoint_url=aws.runtime.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=ADMIN.access_key_id,
        aws_secret_access_key=ADMIN.secret_access_key,
        # The SDK would send the call to sync-localhost.
        config=Config(inject_host_prefix=False),
    )

    def call(state: dict[str, Any], given: Any = None, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = client.test_state(
            definition=json.dumps(state), input=json.dumps({} if given is None else given), **more
        )
        del answer["ResponseMetadata"]
        return answer

    return call


def error(name: str) -> dict[str, Any]:
    return {"errorOutput": {"error": name, "cause": "why"}, "fieldValidationMode": "NONE"}


def test_a_mocked_result_goes_through_the_states_output(try_: Try) -> None:
    answer = try_(GET, {"name": "/a"}, mock=FOUND, variables='{"kept": 7}', inspectionLevel="DEBUG")
    data = answer.pop("inspectionData")
    assert answer == {"status": "SUCCEEDED", "output": '["v",7]', "nextState": "N"}
    assert (data["input"], data["afterArguments"]) == ('{"name": "/a"}', '{"Name":"/a"}')
    assert json.loads(data["variables"]) == {"kept": 7}


def test_mocked_errors_are_retried_and_caught_as_declared(try_: Try) -> None:
    busy = try_(GET, {"name": "a"}, mock=error("Busy"), inspectionLevel="DEBUG")
    details = busy.pop("inspectionData")["errorDetails"]
    assert busy == {"status": "RETRIABLE", "error": "Busy", "cause": "why"}
    assert details == {"retryIndex": 0, "retryBackoffIntervalSeconds": 2}
    tired = try_(
        GET, {"name": "a"}, mock=error("Busy"), stateConfiguration={"retrierRetryCount": 2}
    )
    assert (tired["status"], tired["nextState"]) == ("CAUGHT_ERROR", "C")
    other = try_(GET, {"name": "a"}, mock=error("Other"))
    assert other == {
        "status": "CAUGHT_ERROR",
        "error": "Other",
        "cause": "why",
        "nextState": "Z",
        "output": '{"Error":"Other","Cause":"why"}',
    }


def test_a_state_of_a_whole_definition_can_be_tried(try_: Try) -> None:
    rule = {"Variable": "$.n", "NumericGreaterThan": 3}
    machine = {
        "StartAt": "C",
        "States": {
            "C": {"Type": "Choice", "Choices": [{**rule, "Next": "Big"}], "Default": "C2"},
            "C2": {"Type": "Pass", "Next": "C"},
            "Big": {"Type": "Fail", "Error": "E", "Cause": "big"},
        },
    }
    assert try_(machine, {"n": 5}, stateName="C")["nextState"] == "Big"
    assert try_(machine, {"n": 1}, stateName="C")["nextState"] == "C2"
    assert try_(machine, stateName="Big") == {"status": "FAILED", "error": "E", "cause": "big"}
    assert try_(machine, {"n": 1}, stateName="C2") == {
        "status": "SUCCEEDED", "output": '{"n":1}', "nextState": "C"
    }  # fmt: skip


def test_a_maps_mock_is_its_result(try_: Try) -> None:
    processor = {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}
    state = {"Type": "Map", "ItemProcessor": processor, "ResultPath": "$.all", "End": True}
    mock = {"result": "[1, 2]", "fieldValidationMode": "NONE"}
    assert json.loads(try_(state, {"a": 1}, mock=mock)["output"]) == {"a": 1, "all": [1, 2]}


def test_without_a_mock_the_role_calls_the_service(aws: EmbeddedAws, try_: Try) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [trust | {"Action": "sts:AssumeRole"}]}
    iam = aws.runtime.client("iam")
    role = iam.create_role(RoleName="try", AssumeRolePolicyDocument=json.dumps(document))
    answer = try_(GET, {"name": "/gone"}, roleArn=role["Role"]["Arn"])
    assert (answer["status"], answer["nextState"]) == ("CAUGHT_ERROR", "C")
    assert "not authorized" in answer["cause"]


@pytest.mark.parametrize(
    ("state", "more", "message"),
    [
        (GET, {}, "roleArn is required"),
        (GET | {"Retry": 5}, {"mock": FOUND}, "SCHEMA_VALIDATION_FAILED"),
        (GET, {"mock": FOUND, "inspectionLevel": "TRACE"}, "does not support the inspection level"),
        (
            GET,
            {"mock": {"result": '{"Parameter": {"Value": 5, "Colour": 1}}'}},
            r"\$.Parameter.Value must be a string, \$.Parameter.Colour is not a field of Parameter",
        ),
        (
            GET
            | {
                "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
                "Arguments": "{% {} %}",
            },
            {"mock": FOUND},
            "does not support fieldValidationMode STRICT",
        ),
        (GET, {"mock": FOUND | error("E")}, "only one of the following fields"),
        ({"Type": "Pass", "End": True}, {"mock": FOUND}, "not supported for a Pass state"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_name(
    try_: Try, state: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    with pytest.raises(Exception, match=message):
        try_(state, {"name": "a"}, **more)
