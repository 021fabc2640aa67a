"""Only services of AWS use the names that AWS keeps for itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.credentials import ADMIN
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.rules import refuse_reserved
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused

LISTED = [{"Key": "owner", "Value": "me"}, {"Key": "AWS:cloudformation:stack", "Value": "x"}]


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("iam", "TagRole", {"Tags": LISTED}, "InvalidInput"),
        ("iam", "CreateRole", {"Tags": LISTED}, "InvalidInput"),
        ("ssm", "AddTagsToResource", {"Tags": LISTED}, "ValidationException"),
        ("ssm", "PutParameter", {"Tags": LISTED}, "ValidationException"),
        ("kms", "CreateKey", {"Tags": [{"TagKey": "aws:x", "TagValue": "y"}]}, "TagException"),
        ("lambda", "TagResource", {"Tags": {"aws:x": "y"}}, "InvalidParameterValueException"),
        ("sqs", "CreateQueue", {"tags": {"aws:x": "y"}}, "InvalidParameterValue"),
        ("sqs", "TagQueue", {"Tags": {"aws:x": "y"}}, "InvalidParameterValue"),
        ("sns", "TagResource", {"Tags": LISTED}, "InvalidParameter"),
        ("logs", "CreateLogGroup", {"tags": {"aws:x": "y"}}, "InvalidParameterException"),
        ("events", "PutRule", {"Tags": LISTED}, "ValidationException"),
        ("ecr", "CreateRepository", {"tags": LISTED}, "InvalidTagParameterException"),
        ("secretsmanager", "CreateSecret", {"Tags": LISTED}, "InvalidParameterException"),
        ("budgets", "TagResource", {"ResourceTags": LISTED}, "InvalidParameterException"),
        ("sagemaker", "AddTags", {"Tags": LISTED}, "ValidationException"),
        (
            "stepfunctions",
            "TagResource",
            {"tags": [{"key": "aws:x", "value": "y"}]},
            "ValidationException",
        ),
        ("cloudformation", "CreateStack", {"Tags": LISTED}, "ValidationError"),
        ("ec2", "CreateVpc", {"TagSpecifications": [{"Tags": LISTED}]}, "InvalidParameterValue"),
        ("cloudwatch", "PutMetricData", {"Namespace": "AWS/Lambda"}, "InvalidParameterValue"),
    ],
)
def test_a_reserved_name_is_refused(
    make_call: Callable[..., ApiCall],
    service: str,
    operation: str,
    params: dict[str, Any],
    code: str,
) -> None:
    with pytest.raises(ApiError) as caught:
        refuse_reserved(make_call(service, operation, **params))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("iam", "TagRole", {"Tags": [{"Key": "awsome", "Value": "aws:x"}]}),
        ("lambda", "TagResource", {"Tags": {"x:aws:": "aws:"}}),
        ("cloudwatch", "PutMetricData", {"Namespace": "Mine/AWS/x"}),
        ("cloudwatch", "GetMetricStatistics", {"Namespace": "AWS/Lambda"}),
    ],
)
def test_its_neighbour_passes(
    make_call: Callable[..., ApiCall], service: str, operation: str, params: dict[str, Any]
) -> None:
    refuse_reserved(make_call(service, operation, **params))


def test_the_administrator_is_no_service(runtime: Runtime) -> None:
    data = {"Namespace": "AWS/Reserved", "MetricData": [{"MetricName": "m", "Value": 1.0}]}
    cloudwatch = runtime.client("cloudwatch", ADMIN)
    assert refused(lambda: cloudwatch.put_metric_data(**data))[0] == "InvalidParameterValue"
    runtime.client("cloudwatch").put_metric_data(**data)
    assert len(cloudwatch.list_metrics(Namespace="AWS/Reserved")["Metrics"]) == 1
