"""Names, timestamps and errors are written as Step Functions writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from embedded_aws.stepfunctions.library.sdk_services import member_name, operation_of
from embedded_aws.stepfunctions.tasks.api_shapes import (
    declared_error_codes,
    epoch_milliseconds,
    exception_name,
    iso_8601,
    sdk_error_name,
    sdk_service_name,
    to_request,
    to_result,
)

MOMENT = datetime(2026, 11, 20, 10, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("service_id", "name"),
    [
        ("SSM", "Ssm"),
        ("CloudFormation", "CloudFormation"),
        ("DynamoDB", "DynamoDb"),
        ("SFN", "Sfn"),
        ("S3", "S3"),
        ("EC2", "Ec2"),
        ("SageMaker", "SageMaker"),
        ("SageMaker Runtime", "SageMakerRuntime"),
        ("CloudWatch Logs", "CloudWatchLogs"),
        ("Application Auto Scaling", "ApplicationAutoScaling"),
    ],
)
def test_services_are_named_as_in_the_java_sdk(service_id: str, name: str) -> None:
    assert sdk_service_name(service_id) == name


@pytest.mark.parametrize(
    ("service", "service_id", "code", "name"),
    [
        ("ssm", "SSM", "ParameterNotFound", "Ssm.ParameterNotFoundException"),
        (
            "cloudformation",
            "CloudFormation",
            "ValidationError",
            "CloudFormation.CloudFormationException",
        ),
        ("s3", "S3", "NoSuchKey", "S3.NoSuchKeyException"),
        ("s3", "S3", "SlowDown", "S3.S3Exception"),
        ("sagemaker", "SageMaker", "ValidationException", "SageMaker.SageMakerException"),
        ("sagemaker", "SageMaker", "ResourceInUse", "SageMaker.ResourceInUseException"),
        ("ssm", "SSM", "AccessDeniedException", "Ssm.AccessDeniedException"),
    ],
)
def test_declared_errors_keep_their_name_and_others_get_the_services(
    service: str, service_id: str, code: str, name: str
) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "m"}}, "Operation")
    assert sdk_error_name(service_id, error, declared_error_codes(service)) == name


def test_exception_names_end_in_exception_once() -> None:
    assert exception_name("ResourceInUse") == "ResourceInUseException"
    assert exception_name("ConflictException") == "ConflictException"
    assert exception_name("AlreadyExistsFault") == "AlreadyExistsException"


def test_member_names_are_pascal_case() -> None:
    names = ["executionArn", "ETag", "SSECustomerKey", "KMSKeyId", "VolumeSizeInGB", "ARN"]
    expected = ["ExecutionArn", "ETag", "SseCustomerKey", "KmsKeyId", "VolumeSizeInGB", "Arn"]
    assert [member_name(name) for name in names] == expected


def test_arguments_are_matched_to_the_api_without_regard_to_case() -> None:
    shape = operation_of("stepfunctions", "startExecution").input_shape
    request = to_request({"StateMachineArn": "arn", "Input": {"a": 1}, "Nope": 1}, shape)
    assert request == {"stateMachineArn": "arn", "input": '{"a":1}', "Nope": 1}


def test_keys_of_maps_are_data_and_stay() -> None:
    shape = operation_of("sagemaker", "createTrainingJob").input_shape
    request = to_request({"HyperParameters": {"trainingJobName": "x"}}, shape)
    assert request == {"HyperParameters": {"trainingJobName": "x"}}


def test_results_have_plain_timestamps() -> None:
    shape = operation_of("stepfunctions", "startExecution").output_shape
    response = {"executionArn": "arn", "startDate": MOMENT, "ResponseMetadata": {}}
    assert to_result(response, shape, iso_8601) == {
        "ExecutionArn": "arn",
        "StartDate": "2026-11-20T10:00:00.250Z",
    }
    assert to_result(response, shape, epoch_milliseconds)["StartDate"] == 1795168800250
