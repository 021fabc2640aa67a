"""Endpoints, training jobs and tuning jobs that really run tell a queue of their states.

The members are those of the examples in SageMaker's guide, "Events that SageMaker AI sends to
Amazon EventBridge"; what an example has only by a setting, such as VpcConfig, is left out.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.served_endpoint import ServedEndpoint, served_endpoint
from tests.waiting import until

NAME = "status-events"
ACCOUNT = "123456789012"
ARN = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
TAGS = [{"Key": "team", "Value": "risk"}]
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
TRIAL = 'print("score=0.5", flush=True)'
MEMBERS = {
    "EndpointStatus": {
        "EndpointName",
        "EndpointArn",
        "EndpointConfigName",
        "ProductionVariants",
        "EndpointStatus",
        "CreationTime",
        "LastModifiedTime",
        "Tags",
    },
    "TrainingJobStatus": {
        "TrainingJobName",
        "TrainingJobArn",
        "TrainingJobStatus",
        "SecondaryStatus",
        "HyperParameters",
        "AlgorithmSpecification",
        "RoleArn",
        "InputDataConfig",
        "OutputDataConfig",
        "ResourceConfig",
        "StoppingCondition",
        "CreationTime",
        "TrainingStartTime",
        "TrainingEndTime",
        "LastModifiedTime",
        "SecondaryStatusTransitions",
        "Tags",
    },
    "HyperParameterTuningJobStatus": {
        "HyperParameterTuningJobName",
        "HyperParameterTuningJobArn",
        "TrainingJobDefinition",
        "HyperParameterTuningJobStatus",
        "CreationTime",
        "LastModifiedTime",
        "TrainingJobStatusCounters",
        "ObjectiveStatusCounters",
        "Tags",
    },
}


class Events:
    """A queue, and the events that a rule has sent to it."""

    def __init__(self, served: ServedEndpoint, detail_type: str, name: str, status: str) -> None:
        self._sqs, events = served.client("sqs"), served.client("events")
        self._status, self._seen = status, list[dict[str, Any]]()
        queue = f"{NAME}-{name}"
        self._url = self._sqs.create_queue(QueueName=queue)["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{queue}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        pattern = {
            "source": ["aws.sagemaker"],
            "detail-type": [detail_type],
            "detail": {status.replace("Status", "Name"): [name]},
        }
        events.put_rule(Name=queue, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=queue, Targets=[{"Id": "1", "Arn": arn}])

    def until(self, status: str) -> dict[str, Any]:
        """Wait for the event of a status."""

        def found() -> dict[str, Any] | None:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self._seen.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            of_status = [e for e in self._seen if e["detail"][self._status] == status]
            return of_status[-1] if of_status else None

        event = until(found, 120, status)
        assert event is not None
        return event

    @property
    def statuses(self) -> list[str]:
        """The states of all events so far, each once, by the time of the event."""
        seen = sorted(self._seen, key=lambda each: str(each["time"]))
        return list(dict.fromkeys(each["detail"][self._status] for each in seen))


def check(event: dict[str, Any], status: str, arn: str) -> dict[str, Any]:
    """Compare an event with the guide's example; return its detail."""
    assert (event["source"], event["account"], event["region"]) == (
        "aws.sagemaker",
        ACCOUNT,
        "us-east-1",
    )
    assert event["resources"] == [arn]
    detail: dict[str, Any] = event["detail"]
    assert detail.keys() >= MEMBERS[status]
    assert detail["Tags"] == {"team": "risk"}
    times = {name: value for name, value in detail.items() if name.endswith("Time")}
    assert all(isinstance(value, int) and value > 1_700_000_000_000 for value in times.values())
    return detail


def _code() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        entry = tarfile.TarInfo("train.py")
        entry.size = len(TRIAL.encode())
        tar.addfile(entry, io.BytesIO(TRIAL.encode()))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def served() -> Iterator[ServedEndpoint]:
    with served_endpoint(NAME, ("iam", "sagemaker", "notifications", "eventbridge")) as served:
        served.client("s3").put_object(Bucket=NAME, Key="code/code.tar.gz", Body=_code())
        yield served


def _training(served: ServedEndpoint) -> dict[str, Any]:
    """What a training job and the trials of a tuning job share."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{NAME}/code/code.tar.gz"}
    role = served.client("iam").get_role(RoleName=NAME)["Role"]["Arn"]
    return {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "score", "Regex": r"score=(\S+)"}],
        },
        "RoleArn": role,
        "InputDataConfig": [{"ChannelName": "code", "DataSource": {"S3DataSource": source}}],
        "OutputDataConfig": {"S3OutputPath": f"s3://{NAME}/runs"},
        "ResourceConfig": RESOURCES,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


PROGRAM = {
    "sagemaker_program": '"train.py"',
    "sagemaker_submit_directory": '"/opt/ml/input/data/code/code.tar.gz"',
}


def test_an_endpoint_tells_of_its_states(served: ServedEndpoint) -> None:
    events = Events(served, "SageMaker Endpoint State Change", NAME, "EndpointStatus")
    served.configure("first", 1, {})
    served.sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName="first", Tags=TAGS)

    detail = check(events.until("IN_SERVICE"), "EndpointStatus", f"{ARN}:endpoint/{NAME}")

    [variant] = detail["ProductionVariants"]
    assert (variant["DesiredWeight"], variant["DesiredInstanceCount"]) == (1, 1)
    assert detail["EndpointConfigName"] == "first"
    served.sagemaker.delete_endpoint(EndpointName=NAME)
    check(events.until("DELETING"), "EndpointStatus", f"{ARN}:endpoint/{NAME}")
    assert set(events.statuses) == {"CREATING", "IN_SERVICE", "DELETING"}


def test_a_training_job_tells_of_its_states(served: ServedEndpoint) -> None:
    events = Events(served, "SageMaker Training Job State Change", "job", "TrainingJobStatus")
    served.sagemaker.create_training_job(
        TrainingJobName="job", HyperParameters=PROGRAM, Tags=TAGS, **_training(served)
    )

    completed = events.until("Completed")

    detail = check(completed, "TrainingJobStatus", f"{ARN}:training-job/job")
    assert detail["SecondaryStatus"] == "Completed"
    assert detail["AlgorithmSpecification"]["TrainingImage"] == IMAGE
    assert all(isinstance(each["StartTime"], int) for each in detail["SecondaryStatusTransitions"])
    assert events.statuses[0] == "InProgress"


def test_a_tuning_job_tells_of_its_states(served: ServedEndpoint) -> None:
    status = "HyperParameterTuningJobStatus"
    events = Events(served, "SageMaker HyperParameter Tuning Job State Change", "tuning", status)
    served.sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="tuning",
        HyperParameterTuningJobConfig={
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]
            },
        },
        TrainingJobDefinition={"StaticHyperParameters": PROGRAM, **_training(served)},
        Tags=TAGS,
    )

    detail = check(events.until("Completed"), status, f"{ARN}:hyper-parameter-tuning-job/tuning")

    assert detail["TrainingJobStatusCounters"]["Completed"] == 1
    assert detail["ObjectiveStatusCounters"]["Succeeded"] == 1
    assert events.statuses[0] == "InProgress"
