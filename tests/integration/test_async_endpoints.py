"""An asynchronous endpoint: a queue, answers in S3, topics that are told, and zero instances."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.served_endpoint import ServedEndpoint, served_endpoint
from tests.waiting import until

NAME = "async-endpoints"


@pytest.fixture(scope="module")
def topics() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def endpoint(topics: dict[str, str]) -> Iterator[ServedEndpoint]:
    """An asynchronous endpoint without instances, which its backlog scales."""
    services = ("iam", "sagemaker", "alarms", "scaling", "notifications")
    with served_endpoint(NAME, services) as served:
        sns = served.client("sns")
        for kind in ("SuccessTopic", "ErrorTopic"):
            topics[kind] = sns.create_topic(Name=f"{NAME}-{kind}")["TopicArn"]
            queue = served.client("sqs").create_queue(QueueName=f"{NAME}-{kind}")["QueueUrl"]
            allow_topic(served, queue, topics[kind])
            sns.subscribe(TopicArn=topics[kind], Protocol="sqs", Endpoint=queue_arn(served, queue))
        served.create(
            instances=1,
            asynchronous={
                "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 1},
                "OutputConfig": {
                    "S3OutputPath": f"s3://{NAME}/answers",
                    "S3FailurePath": f"s3://{NAME}/failures/",
                    "NotificationConfig": dict(topics),
                },
            },
        )
        yield served


def queue_arn(endpoint: ServedEndpoint, url: str) -> str:
    answer = endpoint.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn: str = answer["Attributes"]["QueueArn"]
    return arn


def allow_topic(endpoint: ServedEndpoint, url: str, topic: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn(endpoint, url),
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    endpoint.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def ask(endpoint: ServedEndpoint, body: str, **options: Any) -> dict[str, Any]:
    """Ask with an object as the input."""
    endpoint.client("s3").put_object(Bucket=NAME, Key="inputs/rows", Body=body.encode())
    answer: dict[str, Any] = endpoint.client("sagemaker-runtime").invoke_endpoint_async(
        EndpointName=NAME, InputLocation=f"s3://{NAME}/inputs/rows", **options
    )
    return answer


def stored(endpoint: ServedEndpoint, location: str) -> str | None:
    key = location.removeprefix(f"s3://{NAME}/")
    s3 = endpoint.client("s3")
    if not s3.list_objects_v2(Bucket=NAME, Prefix=key).get("Contents"):
        return None
    text: str = s3.get_object(Bucket=NAME, Key=key)["Body"].read().decode()
    return text


def told(endpoint: ServedEndpoint, kind: str) -> dict[str, Any]:
    """The next message of a topic."""
    sqs = endpoint.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{NAME}-{kind}")["QueueUrl"]

    def received() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url).get("Messages", [])
        return found

    (message,) = until(received, 20, f"{kind} is told")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    found: dict[str, Any] = json.loads(json.loads(message["Body"])["Message"])
    return found


def test_an_answer_goes_to_s3_and_the_topic_is_told(endpoint: ServedEndpoint) -> None:
    accepted = ask(endpoint, "0", InferenceId="mine", ContentType="text/csv")
    assert accepted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert accepted["InferenceId"] == "mine"
    location = accepted["OutputLocation"]
    assert location.startswith(f"s3://{NAME}/answers/")

    answer = until(lambda: stored(endpoint, location), 20, "the answer is stored")
    assert len(answer) == 32  # the mark of the process
    message = told(endpoint, "SuccessTopic")
    assert message["invocationStatus"] == "Completed"
    assert message["inferenceId"] == "mine"
    assert message["responseParameters"]["outputLocation"] == location
    assert message["requestParameters"] == {
        "contentType": "text/csv",
        "endpointName": NAME,
        "inputLocation": f"s3://{NAME}/inputs/rows",
    }
    assert endpoint.describe()["AsyncInferenceConfig"]["ClientConfig"] == {
        "MaxConcurrentInvocationsPerInstance": 1
    }


def test_a_models_error_goes_to_the_failure_path_and_the_other_topic(
    endpoint: ServedEndpoint,
) -> None:
    accepted = ask(endpoint, "not a number")
    failure = until(lambda: stored(endpoint, accepted["FailureLocation"]), 20, "it is stored")
    assert "could not convert string to float" in failure
    message = told(endpoint, "ErrorTopic")
    assert message["invocationStatus"] == "Failed"
    assert message["failureReason"].startswith("ClientError: Received client error (400)")
    assert stored(endpoint, accepted["OutputLocation"]) is None


def test_an_input_that_cannot_be_read_is_told(endpoint: ServedEndpoint) -> None:
    endpoint.client("sagemaker-runtime").invoke_endpoint_async(
        EndpointName=NAME, InputLocation=f"s3://{NAME}/inputs/none"
    )
    message = told(endpoint, "ErrorTopic")
    assert message["failureReason"].startswith(
        f"ClientError: Failed to download data from s3://{NAME}/inputs/none"
    )


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({}, "exactly one of InputLocation and Body"),
        ({"Body": b"0", "InputLocation": "s3://b/k"}, "exactly one of InputLocation and Body"),
        ({"InputLocation": "https://b/k"}, "it must be s3://"),
        ({"Body": b"0", "Filename": "x"}, "InvokeEndpointAsync.Filename"),
    ],
)
def test_a_request_that_cannot_be_accepted_is_refused(
    endpoint: ServedEndpoint, request_: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ClientError, match=reason):
        endpoint.client("sagemaker-runtime").invoke_endpoint_async(EndpointName=NAME, **request_)


def test_it_answers_no_requests_at_once_and_stays_asynchronous(endpoint: ServedEndpoint) -> None:
    with pytest.raises(ClientError, match="call InvokeEndpointAsync"):
        endpoint.invoke("0")
    with pytest.raises(ClientError, match="cannot change between real-time and asynchronous"):
        endpoint.update("real-time", instances=1)


def test_requests_wait_for_the_first_instance_and_the_last_one_goes(
    endpoint: ServedEndpoint,
) -> None:
    clock, scaling = endpoint.aws.runtime.clock, endpoint.client("application-autoscaling")
    scaling.register_scalable_target(**endpoint.target, MinCapacity=0, MaxCapacity=2)
    dimensions = [{"Name": "EndpointName", "Value": NAME}]
    metric = {
        "Namespace": "AWS/SageMaker",
        "MetricName": "ApproximateBacklogSizePerInstance",
        "Dimensions": dimensions,
        "Statistic": "Average",
    }
    scaling.put_scaling_policy(
        **endpoint.target,
        PolicyName="backlog",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 2,
            "CustomizedMetricSpecification": metric,
        },
    )
    first = scaling.put_scaling_policy(
        **endpoint.target,
        PolicyName="first-instance",
        PolicyType="StepScaling",
        StepScalingPolicyConfiguration={
            "AdjustmentType": "ChangeInCapacity",
            "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
            "Cooldown": 60,
        },
    )
    endpoint.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{NAME}-waits",
        Namespace="AWS/SageMaker",
        MetricName="HasBacklogWithoutCapacity",
        Dimensions=dimensions,
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[first["PolicyARN"]],
    )
    clock.advance(17 * 60)  # the low alarm looks at fifteen minutes
    until(lambda: endpoint.counts() == (0, 0), 60, "the last instance goes")
    assert endpoint.settled() == "InService"
    assert endpoint.processes() == []

    accepted = ask(endpoint, "0")
    expired = ask(endpoint, "0", RequestTTLSeconds=60)
    assert stored(endpoint, accepted["OutputLocation"]) is None
    clock.advance(120)
    until(lambda: endpoint.counts() == (1, 1), 60, "the first instance comes")
    assert until(lambda: stored(endpoint, accepted["OutputLocation"]), 20, "it answers")
    assert told(endpoint, "ErrorTopic")["failureReason"].endswith("waited longer than 60 s.")
    assert stored(endpoint, expired["OutputLocation"]) is None
