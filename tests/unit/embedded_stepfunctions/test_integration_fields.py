"""Integrations accept the fields that Step Functions knows, and say which they miss."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ListShape, MapShape, StructureShape

from embedded_aws.stepfunctions.library.integration_fields import (
    find_field_problems,
    optimised_fields,
)
from embedded_aws.stepfunctions.library.sdk_services import (
    member_name,
    operation_of,
    optimised_service,
)


def messages(resource: str, arguments: Any, *, is_template: bool = True) -> list[str]:
    arn = f"arn:aws:states:::{resource}"
    found = find_field_problems(arn, arguments, is_template=is_template)
    return [problem.message for problem in found]


def unsupported(name: str) -> str:
    return f'The field "{name}" is not supported by Step Functions'


def missing(name: str) -> str:
    return f"The field '{name}' is required but was missing"


@pytest.mark.parametrize(
    ("resource", "arguments", "expected"),
    [
        ("lambda:invoke", {}, [missing("FunctionName")]),
        ("lambda:invoke", {"FunctionName": "f", "Foo": 1}, [unsupported("Foo")]),
        ("lambda:invoke", {"FunctionName.$": "$.f", "Payload.$": "$"}, []),
        ("lambda:invoke.waitForTaskToken", {"FunctionName": "f", "TaskToken": "t"},
         [unsupported("TaskToken")]),
        ("sqs:sendMessage", {"MessageBody": "b"}, [missing("QueueUrl")]),
        ("sns:publish", {"TopicArn": "t"}, [missing("Message")]),
        ("states:startExecution.sync:2", {"Input": {}}, [missing("StateMachineArn")]),
        ("dynamodb:getItem", {"TableName": "t", "Key": {"a": {"S.$": "$.a"}}}, []),
        ("dynamodb:getItem", {"TableName": "t", "Key": {"a": {"Z": "x"}}}, [unsupported("Z")]),
        ("sagemaker:createModel", {"ModelName": "m", "S3Operations": {}},
         [unsupported("S3Operations")]),
        ("sagemaker:createEndpoint", {"EndpointName": "e", "EndpointConfigName": "c",
                                      "Tags": [{"key": "a", "Value": "b"}]}, [unsupported("key")]),
        ("aws-sdk:ec2:describeSnapshots", {"Filter": []}, [unsupported("Filter")]),
        ("aws-sdk:sagemaker:createTrainingJob.sync", {"RetryStrategy": {"maximumRetryAttempts": 1},
                                                     "TrainingJobName": "t", "RoleArn": "r",
                                                     "OutputDataConfig.$": "$.o"},
         [unsupported("maximumRetryAttempts")]),
        ("aws-sdk:sfn:startExecution", {"StateMachineArn": "a"}, []),
        ("aws-sdk:sfn:startExecution", {"stateMachineArn": "a"}, [unsupported("stateMachineArn")]),
        ("glue:startJobRun", {"Foo": 1}, []),
    ],
)  # fmt: skip
def test_unknown_and_missing_fields_are_named_as_aws_names_them(
    resource: str, arguments: dict[str, Any], expected: list[str]
) -> None:
    assert messages(resource, arguments) == expected


def test_evaluated_arguments_have_no_paths_in_their_keys() -> None:
    assert messages(
        "sqs:sendMessage", {"QueueUrl.$": "q", "MessageBody": ""}, is_template=False
    ) == [
        unsupported("QueueUrl.$"),
        missing("QueueUrl"),
    ]


@pytest.mark.parametrize("integration", optimised_fields())
def test_every_listed_path_is_a_member_of_the_api(integration: str) -> None:
    service, action = integration.split(":")
    shape = operation_of(optimised_service(service), action).input_shape
    for path in optimised_fields()[integration]:
        below = shape
        for name in path.split("."):
            while isinstance(below, ListShape | MapShape):
                below = below.member if isinstance(below, ListShape) else below.value
            assert isinstance(below, StructureShape)
            members = {member_name(member): found for member, found in below.members.items()}
            assert name in members, path
            below = members[name]
