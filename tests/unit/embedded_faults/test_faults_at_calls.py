"""A fault at a call is the error that AWS would answer, for whoever makes the call."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded_aws.credentials import ADMIN
from embedded_aws.faults.fault import Fault, FaultDocument
from embedded_aws.server import EmbeddedAws
from tests.stack_events import stack_events
from tests.waiting import until


def _error(call: Callable[..., Any], **parameters: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    details = response["Error"]
    return details["Code"], response["ResponseMetadata"]["HTTPStatusCode"], details["Message"]


THROTTLES = {
    ("sagemaker", "ListModels"): ("ThrottlingException", 400),
    ("s3", "ListBuckets"): ("SlowDown", 503),
    ("lambda", "ListFunctions"): ("TooManyRequestsException", 429),
    ("iam", "ListRoles"): ("Throttling", 400),
    ("sqs", "ListQueues"): ("RequestThrottled", 403),
    ("sns", "ListTopics"): ("Throttled", 429),
    ("cloudformation", "ListStacks"): ("Throttling", 400),
}


@pytest.mark.parametrize(("service", "name"), list(THROTTLES))
def test_each_service_throttles_with_its_own_code(
    aws: EmbeddedAws, service: str, name: str
) -> None:
    aws.faults.add(Fault(at=f"{service}:{name}", fault="throttle", times=1))
    operation = getattr(aws.runtime.client(service), xform_name(name))
    assert _error(operation)[:2] == THROTTLES[service, name]
    operation()  # only the first


def test_broken_and_unavailable_services_answer_500_and_503(aws: EmbeddedAws) -> None:
    s3, sagemaker = aws.runtime.client("s3"), aws.runtime.client("sagemaker")
    aws.faults.add(Fault(at="s3:*", fault="internal-error", times=1))
    aws.faults.add(Fault(at="sagemaker:ListModels", fault="unavailable"))
    assert _error(s3.list_buckets)[:2] == ("InternalError", 500)
    assert _error(sagemaker.list_models)[:2] == ("ServiceUnavailableException", 503)


def test_a_quota_names_the_instance_type_of_the_request(aws: EmbeddedAws) -> None:
    aws.faults.add(
        Fault(
            at="sagemaker:CreateEndpointConfig",
            fault="resource-limit",
            where={"ProductionVariants.InstanceType": "ml.m5.*"},
        )
    )
    variant = {"VariantName": "A", "ModelName": "m", "InitialInstanceCount": 1}
    code, status, message = _error(
        aws.runtime.client("sagemaker").create_endpoint_config,
        EndpointConfigName="c",
        ProductionVariants=[{**variant, "InstanceType": "ml.m5.large"}],
    )
    assert (code, status) == ("ResourceLimitExceeded", 400)
    assert "'ml.m5.large for endpoint usage' is 0 Instances" in message


def test_a_limit_has_the_name_of_the_operations_own(aws: EmbeddedAws) -> None:
    aws.faults.add(Fault(at="ssm:PutParameter", fault="resource-limit"))
    put = aws.runtime.client("ssm").put_parameter
    assert _error(put, Name="/n", Value="v", Type="String")[0] == "ParameterLimitExceeded"


def test_calls_are_skipped_and_counted(aws: EmbeddedAws) -> None:
    aws.faults.add(Fault(at="sqs:ListQueues", fault="throttle", skip=1, times=2))
    sqs = aws.runtime.client("sqs")
    sqs.list_queues()
    assert [_error(sqs.list_queues)[0] for _ in range(2)] == ["RequestThrottled"] * 2
    sqs.list_queues()
    (planned,) = aws.faults.planned()
    assert (planned.seen, planned.happened) == (4, 2)


def test_a_callers_own_retries_get_past_a_throttle(aws: EmbeddedAws) -> None:
    aws.faults.add(Fault(at="sagemaker:ListModels", fault="throttle", times=2))
    client = boto3.client(
        "sagemaker",
        region_name="us-east-1",
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=ADMIN.access_key_id,
        aws_secret_access_key=ADMIN.secret_access_key,
        config=Config(retries={"mode": "standard", "max_attempts": 3}),
    )
    assert client.list_models()["ResponseMetadata"]["RetryAttempts"] == 2


def test_the_same_seed_gives_the_same_faults(aws: EmbeddedAws) -> None:
    def drawn() -> list[bool]:
        aws.faults.clear()
        aws.faults.load(FaultDocument(seed=7, faults=(half,)))
        return [aws.faults.take("s3:GetObject", {}, ("throttle",)) is not None for _ in range(50)]

    half = Fault(at="s3:GetObject", fault="throttle", probability=0.5)
    first = drawn()
    assert first == drawn()
    assert {True, False} == set(first)


def test_a_list_lags_behind_what_was_created(aws: EmbeddedAws) -> None:
    sagemaker = aws.runtime.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="lagging")
    sagemaker.create_model_package(
        ModelPackageGroupName="lagging",
        InferenceSpecification={
            "Containers": [{"Image": "i"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )
    aws.faults.add(Fault(at="sagemaker:ListModelPackages", fault="stale-list", seconds=3600))

    def listed() -> list[Any]:
        answer = sagemaker.list_model_packages(ModelPackageGroupName="lagging")
        return list(answer["ModelPackageSummaryList"])

    assert listed() == []
    aws.faults.clear()
    assert len(listed()) == 1


def test_a_resource_fails_with_the_given_reason_and_the_stack_rolls_back(aws: EmbeddedAws) -> None:
    aws.faults.add(
        Fault(
            at="AWS::SSM::Parameter",
            fault="fail-resource",
            where={"Name": "/faulty"},
            message="Rate exceeded (Service: Ssm, Status Code: 400)",
        )
    )
    cloudformation = aws.runtime.client("cloudformation")
    parameter = {"Type": "AWS::SSM::Parameter"}
    resources = {
        "Good": {**parameter, "Properties": {"Name": "/good", "Type": "String", "Value": "1"}},
        "Bad": {**parameter, "Properties": {"Name": "/faulty", "Type": "String", "Value": "1"}},
    }
    cloudformation.create_stack(
        StackName="faulty", TemplateBody=json.dumps({"Resources": resources})
    )

    def status() -> str:
        (stack,) = cloudformation.describe_stacks(StackName="faulty")["Stacks"]
        return str(stack["StackStatus"])

    until(lambda: status() == "ROLLBACK_COMPLETE", 30, "the stack has rolled back")
    events = stack_events(cloudformation, "faulty")
    reasons = [
        event["ResourceStatusReason"]
        for event in events
        if (event["ResourceStatus"], event["LogicalResourceId"]) == ("CREATE_FAILED", "Bad")
    ]
    assert reasons == ["Rate exceeded (Service: Ssm, Status Code: 400)"]


def test_a_slow_resource_holds_its_stack_up(aws: EmbeddedAws) -> None:
    aws.faults.add(Fault(at="AWS::SSM::Parameter", fault="slow-resource", seconds=2, times=1))
    cloudformation = aws.runtime.client("cloudformation")
    properties = {"Name": "/slow", "Type": "String", "Value": "1"}
    resources = {"Slow": {"Type": "AWS::SSM::Parameter", "Properties": properties}}
    cloudformation.create_stack(StackName="slow", TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="slow", WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )
    times = [
        event["Timestamp"]
        for event in stack_events(cloudformation, "slow")
        if event["LogicalResourceId"] == "Slow"
    ]
    assert (max(times) - min(times)).total_seconds() >= 2


@pytest.mark.parametrize(
    ("fault", "seconds", "expected"),
    [("lose", None, [2]), ("duplicate", None, [1, 1, 2]), ("reorder", 1, [2, 1])],
)
def test_events_are_lost_duplicated_and_late(
    aws: EmbeddedAws, fault: Any, seconds: float | None, expected: list[int]
) -> None:
    sqs, events = aws.runtime.client("sqs"), aws.runtime.client("events")
    queue = sqs.create_queue(QueueName=f"faulty-{fault}")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:123456789012:faulty-{fault}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    events.put_rule(Name=fault, EventPattern=json.dumps({"source": [fault]}))
    events.put_targets(Rule=fault, Targets=[{"Id": "q", "Arn": arn}])
    aws.faults.add(
        Fault(at="events:delivery", fault=fault, where={"detail.n": "1"}, seconds=seconds)
    )
    for number in (1, 2):
        detail = json.dumps({"n": number})
        events.put_events(Entries=[{"Source": fault, "DetailType": "t", "Detail": detail}])

    arrived: list[int] = []

    def received() -> list[int]:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        arrived.extend(json.loads(m["Body"])["detail"]["n"] for m in answer.get("Messages", ()))
        return arrived if fault == "reorder" else sorted(arrived)

    until(lambda: received() == expected, 20, f"{expected} arrived")


def test_an_access_log_lands_in_an_emptied_bucket(aws: EmbeddedAws) -> None:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="access-logs")
    s3.put_object(Bucket="access-logs", Key="log", Body=b"1")
    aws.faults.add(
        Fault(
            at="s3:access-log",
            fault="late-access-log",
            where={"Bucket": "access-*"},
            seconds=0.05,
            times=1,
        )
    )
    s3.delete_object(Bucket="access-logs", Key="log")
    until(lambda: s3.list_objects_v2(Bucket="access-logs")["KeyCount"] == 1, 10, "a log has landed")
    assert _error(s3.delete_bucket, Bucket="access-logs")[0] == "BucketNotEmpty"


def test_no_access_log_lands_in_a_bucket_whose_policy_denies_it(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="refusing-logs")
    denied = {
        "Effect": "Deny",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::refusing-logs/*",
    }
    s3.put_bucket_policy(Bucket="refusing-logs", Policy=json.dumps({"Statement": [denied]}))
    told: list[str] = []
    monkeypatch.setattr(aws.runtime.log, "event", lambda _, message: told.append(message))
    aws.faults.add(
        Fault(
            at="s3:access-log",
            fault="late-access-log",
            where={"Bucket": "refusing-*"},
            seconds=0.05,
        )
    )
    s3.delete_object(Bucket="refusing-logs", Key="log")
    refused = "no access log is delivered to refusing-logs: its policy denies it"
    until(lambda: refused in told, 10, "the delivery is refused")
    s3.delete_bucket(Bucket="refusing-logs")


def test_a_slow_call_is_answered_after_its_time(aws: EmbeddedAws) -> None:
    aws.faults.add(Fault(at="sqs:ListQueues", fault="slow", seconds=0.2, times=1))
    started = time.monotonic()
    aws.runtime.client("sqs").list_queues()
    assert time.monotonic() - started >= 0.2
